//! What a model file tells of itself in its first bytes: for lists of models, without reading any weights.

use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use super::error::ModelFileError;
use super::types::{DESCRIPTION, Header};
use crate::gan::ModelInfo;
use crate::regular_file;

/// The tables of larger files are none of ours: a DCGAN has some sixty tensors.
const LONGEST_TABLE: u64 = 4 << 20;

/// What a file of this program tells of its model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    pub info: ModelInfo,
    /// Numbers of the generator that are learnt.
    pub parameters: u64,
    pub has_discriminator: bool,
    /// Names of its directions.
    pub directions: Vec<String>,
}

/// What the file at `path` tells; `None` where another program wrote it.
///
/// # Errors
/// The file system's.
pub fn peek(path: &Path) -> Result<Option<Told>, ModelFileError> {
    let mut start = Vec::new();
    let mut file = regular_file::open(path)?.take(8);
    file.read_to_end(&mut start)?;
    let length = start
        .first_chunk()
        .map(|length| u64::from_le_bytes(*length));
    // Files of other programs begin with something else, which is seldom a length.
    let Some(length) = length.filter(|length| *length <= LONGEST_TABLE) else {
        return Ok(None);
    };
    file.set_limit(length);
    file.read_to_end(&mut start)?;
    Ok(told(&start))
}

/// What the first bytes of a file tell.
pub fn told(bytes: &[u8]) -> Option<Told> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let table = rest.get(..usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    let table: serde_json::Map<String, Value> = serde_json::from_slice(table).ok()?;
    let description = table.get("__metadata__")?.get(DESCRIPTION)?.as_str()?;
    let header: Header = serde_json::from_str(description).ok()?;
    let name = |direction: &Value| Some(direction.get("name")?.as_str()?.to_owned());
    let learnt = |name: &str| {
        name.starts_with("main.")
            && !name.contains("running_")
            && !name.ends_with("num_batches_tracked")
    };
    let of_generator = table.iter().filter(|(name, _)| learnt(name));
    Some(Told {
        info: header.info,
        parameters: of_generator.filter_map(|(_, tensor)| count(tensor)).sum(),
        has_discriminator: table.keys().any(|name| name.starts_with("discriminator.")),
        directions: header.directions.iter().filter_map(name).collect(),
    })
}

/// How many numbers a tensor of the table has.
fn count(tensor: &Value) -> Option<u64> {
    let mut shape = tensor.get("shape")?.as_array()?.iter();
    shape.try_fold(1u64, |count, side| count.checked_mul(side.as_u64()?))
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::gan::{discriminator, generator};
    use crate::latent::noise::{Noise, Purpose};
    use crate::run::model_file::{Kernels, Model};

    #[test]
    fn a_model_tells_what_it_is_without_its_weights() {
        let info = ModelInfo {
            step: 12,
            data: "Bo".into(),
            ..ModelInfo::small(10, 4)
        };
        let mut noise = Noise::new(1, Purpose::Weights);
        let network = generator(&info, &mut noise, &Device::Cpu).unwrap();
        let parameters = network.parameter_count() as u64;
        let model = Model {
            info: info.clone(),
            generator: network.into(),
            discriminator: Some(discriminator(&info, &mut noise, &Device::Cpu).unwrap()),
            kernels: Kernels::Half,
            directions: Vec::new(),
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.safetensors");
        model.save(&path).unwrap();
        let found = peek(&path).unwrap().unwrap();
        let expected = Told {
            info,
            parameters,
            has_discriminator: true,
            directions: Vec::new(),
        };
        assert_eq!(found, expected);
        std::fs::write(&path, b"PK\x03\x04 and more than eight bytes").unwrap();
        assert_eq!(peek(&path).unwrap(), None);
        assert!(peek(&folder.path().join("none")).is_err());
    }

    #[test]
    fn any_bytes_are_an_answer() {
        for bytes in [
            &b""[..],
            b"12345678",
            b"\xff\xff\xff\xff\xff\xff\xff\xff{}",
            b"\x02\0\0\0\0\0\0\0{}",
        ] {
            assert_eq!(told(bytes), None);
        }
    }
}
