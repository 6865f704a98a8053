//! CIFAR-10's binary batches: a label, then 32×32 red, green and blue values, again and again.

use std::sync::Arc;

use image::RgbImage;

use crate::data::labels;
use crate::data::source::bytes::ByteSource;
use crate::data::source::container::title;
use crate::data::source::location::Location;
use crate::data::source::{DecodedPicture, Labels, Source, SourceError};
use crate::notice::Notice;

const SIDE: usize = 32;
const PLANE: usize = SIDE * SIDE;
const RECORD: u64 = 1 + 3 * PLANE as u64;

/// The classes, where `batches.meta.txt` does not name them.
const CLASSES: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];

/// Whether a file is one of the batches to train on.
pub fn is_batch(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let number = file.strip_prefix("data_batch_");
    number.is_some_and(|number| number.ends_with(".bin"))
}

/// Whether a file is called like a batch of the version that Python wrote.
pub fn is_python_batch(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let called = ["train", "test", "test_batch"].contains(&file);
    called || file.starts_with("data_batch_") && !file.contains('.')
}

/// Pictures that so many bytes of batches hold.
pub fn pictures_in(bytes: u64) -> u64 {
    bytes / RECORD
}

/// The batches of CIFAR-10.
pub struct Cifar {
    title: String,
    /// Name, bytes and pictures of each.
    batches: Vec<(String, ByteSource, usize)>,
    labels: Option<Arc<Labels>>,
    warnings: Vec<Notice>,
    fingerprint: u128,
}

impl Cifar {
    /// Of the batches at `location`.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub fn open(
        mut batches: Vec<(String, ByteSource)>,
        location: &Location<'_>,
    ) -> Result<Self, SourceError> {
        batches.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut warnings = Vec::new();
        let mut numbers = Vec::new();
        let mut counted = Vec::new();
        for (name, bytes) in batches {
            let count = (bytes.len() / RECORD) as usize;
            if bytes.len() % RECORD != 0 {
                let text = format!(
                    "{name} ends in the middle of a picture; its first {count} are used. Fetch it again."
                );
                warnings.push(Notice::warning(text));
            }
            for index in 0..count {
                let mut label = [0];
                bytes.read_at(index as u64 * RECORD, &mut label)?;
                numbers.push(Some(u32::from(label[0])));
            }
            counted.push((name, bytes, count));
        }
        if numbers.is_empty() {
            return Err(location.damaged("CIFAR-10 batch", "it is empty"));
        }
        let classes = CLASSES.map(String::from);
        Ok(Self {
            title: title(location.path),
            batches: counted,
            labels: labels::classes(&numbers, &classes).map(Arc::new),
            warnings,
            fingerprint: location.fingerprint,
        })
    }

    /// Batch and place in it of picture `index`.
    fn place(&self, mut index: usize) -> Option<(&(String, ByteSource, usize), usize)> {
        for batch in &self.batches {
            if index < batch.2 {
                return Some((batch, index));
            }
            index -= batch.2;
        }
        None
    }
}

impl Source for Cifar {
    fn name(&self) -> String {
        self.title.clone()
    }

    fn kind(&self) -> &'static str {
        "CIFAR-10 batches"
    }

    fn len(&self) -> usize {
        self.batches.iter().map(|(_, _, count)| count).sum()
    }

    fn item_name(&self, index: usize) -> String {
        match self.place(index) {
            Some(((name, _, _), number)) => format!("picture {number} of {name}"),
            None => format!("picture {index}"),
        }
    }

    fn labels(&self) -> Option<Arc<Labels>> {
        self.labels.clone()
    }

    fn warnings(&self) -> Vec<Notice> {
        self.warnings.clone()
    }

    fn fingerprint(&self) -> Option<u128> {
        Some(self.fingerprint)
    }

    fn original(&self, index: usize) -> Result<DecodedPicture, SourceError> {
        let ((_, bytes, _), number) = self.place(index).ok_or(SourceError::Shrunk)?;
        let mut planes = [0; 3 * PLANE];
        bytes.read_at(number as u64 * RECORD + 1, &mut planes)?;
        let picture = RgbImage::from_fn(SIDE as u32, SIDE as u32, |x, y| {
            let at = y as usize * SIDE + x as usize;
            // `at` lies in a plane, and there are three.
            image::Rgb([0, 1, 2].map(|plane| planes[plane * PLANE + at]))
        });
        Ok(picture.into())
    }
}
