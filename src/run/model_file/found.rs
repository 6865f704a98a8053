//! A tensor of a file, wherever it came from: named, shaped, its numbers still in the file's bytes.

use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::error::ModelFileError;

/// Stands in names between a container and what it holds; the dots inside belong to modules.
pub(super) const CONTAINED: char = '/';

/// A tensor as it stands in a file.
#[derive(Clone, Debug)]
pub(super) struct Found<'a> {
    /// Of the containers and modules that hold it.
    pub name: String,
    pub shape: Vec<usize>,
    pub dtype: Dtype,
    /// Of its storage, which other tensors may share.
    pub bytes: &'a [u8],
    /// Number of the storage at which it begins.
    pub offset: usize,
    /// Numbers from one row, column … to the next; `None` where they lie one after the other.
    pub strides: Option<Vec<usize>>,
}

/// Where numbers lie in the bytes of a file, and in which order they are meant.
pub(super) type Place = (usize, usize, Vec<usize>, Option<Vec<usize>>);

/// Those of a safetensors file, which keeps no order: as people count, 2 before 10.
pub(super) fn of_safetensors<'a>(tensors: &'a SafeTensors<'a>) -> Vec<Found<'a>> {
    let mut all: Vec<Found> = tensors
        .iter()
        .map(|(name, view)| Found::of(name, &view))
        .collect();
    all.sort_by_cached_key(|found| counted(&found.name));
    all
}

/// A name as texts and numbers in turn.
fn counted(name: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let text = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (text, behind) = rest.split_at(text);
        let end = behind
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(behind.len());
        let (digits, behind) = behind.split_at(end);
        parts.push((text.to_owned(), digits.parse().unwrap_or(u64::MAX)));
        rest = behind;
    }
    parts
}

impl<'a> Found<'a> {
    /// One of a safetensors file.
    pub fn of(name: &str, view: &TensorView<'a>) -> Self {
        Self {
            name: name.to_owned(),
            shape: view.shape().to_vec(),
            dtype: view.dtype(),
            bytes: view.data(),
            offset: 0,
            strides: None,
        }
    }

    /// Tells its numbers from those of others: names that share them are equal in it.
    pub fn place(&self) -> Place {
        let start = self.bytes.as_ptr() as usize;
        (start, self.offset, self.shape.clone(), self.strides.clone())
    }

    /// How many numbers it has; `None` beyond what can be counted.
    pub fn count(&self) -> Option<usize> {
        self.shape
            .iter()
            .try_fold(1usize, |count, &side| count.checked_mul(side))
    }

    /// Its numbers in the order of its shape, as 32-bit floats whatever they are in the file.
    ///
    /// # Errors
    /// Where they are no floats or no finite ones, or the file does not hold as many.
    pub fn floats(&self) -> Result<Vec<f32>, ModelFileError> {
        let numbers = match self.dtype {
            Dtype::F32 => self.gather(f32::from_le_bytes),
            Dtype::F64 => self.gather(|x| f64::from_le_bytes(x) as f32),
            Dtype::F16 => self.gather(|x| f16::from_le_bytes(x).to_f32()),
            Dtype::BF16 => self.gather(|x| bf16::from_le_bytes(x).to_f32()),
            other => {
                let found = format!("{} is {other:?}, not of floats", self.name);
                return Err(ModelFileError::NotADcgan(found));
            }
        };
        let numbers = numbers.ok_or_else(|| {
            ModelFileError::Damaged(format!("{} is longer than what is stored of it", self.name))
        })?;
        match numbers.iter().all(|x| x.is_finite()) {
            true => Ok(numbers),
            false => Err(ModelFileError::NoNumbers(self.name.clone())),
        }
    }

    /// `None` where a number lies beyond the storage. Nothing is asked for before that is known.
    fn gather<const N: usize>(&self, number: impl Fn([u8; N]) -> f32) -> Option<Vec<f32>> {
        let (stored, _) = self.bytes.as_chunks::<N>();
        let count = self.count()?;
        let stored = stored.get(self.offset..)?;
        if count == 0 {
            return Some(Vec::new());
        }
        // A number that is meant several times would let a small file ask for much memory.
        if count > stored.len() {
            return None;
        }
        let Some(strides) = &self.strides else {
            return Some(stored[..count].iter().map(|&x| number(x)).collect());
        };
        if strides.len() != self.shape.len() {
            return None;
        }
        let mut places = vec![0usize; self.shape.len()];
        let mut numbers = Vec::with_capacity(count);
        loop {
            let steps = places.iter().zip(strides);
            let at = steps
                .map(|(place, stride)| place.checked_mul(*stride))
                .try_fold(0usize, |at, step| at.checked_add(step?))?;
            numbers.push(number(*stored.get(at)?));
            if !advance(&mut places, &self.shape) {
                return Some(numbers);
            }
        }
    }
}

/// The next place of `shape`, the last number running fastest; false behind the last one.
fn advance(places: &mut [usize], shape: &[usize]) -> bool {
    for (place, side) in places.iter_mut().zip(shape).rev() {
        *place += 1;
        if *place < *side {
            return true;
        }
        *place = 0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(bytes: &'a [u8], shape: &[usize], strides: Option<&[usize]>) -> Found<'a> {
        Found {
            name: "w".into(),
            shape: shape.to_vec(),
            dtype: Dtype::F32,
            bytes,
            offset: 1,
            strides: strides.map(<[usize]>::to_vec),
        }
    }

    #[test]
    fn names_are_in_the_order_of_people() {
        let mut names = [
            "main.10.bias",
            "main.2.weight",
            "main.2.bias",
            "main",
            "embed.1",
        ];
        names.sort_by_cached_key(|name| counted(name));
        let wanted = [
            "embed.1",
            "main",
            "main.2.bias",
            "main.2.weight",
            "main.10.bias",
        ];
        assert_eq!(names, wanted);
    }

    #[test]
    fn numbers_are_gathered_in_the_order_of_the_shape() {
        let bytes: Vec<u8> = (0..7).flat_map(|x| (x as f32).to_le_bytes()).collect();
        let floats = |shape, strides| found(&bytes, shape, strides).floats();
        assert_eq!(floats(&[2, 3], None).unwrap(), [1., 2., 3., 4., 5., 6.]);
        let turned = floats(&[3, 2], Some(&[1, 3])).unwrap();
        assert_eq!(turned, [1., 4., 2., 5., 3., 6.]);
        assert_eq!(floats(&[], None).unwrap(), [1.]);
        assert!(floats(&[7], None).is_err());
        assert!(floats(&[2, 3], Some(&[4, 1])).is_err());
        assert!(floats(&[1 << 40, 1 << 40], None).is_err());
        assert!(floats(&[1 << 40], Some(&[0])).is_err());
    }
}
