//! Directions and boards that a person made, by the model they were made with, as a small JSON file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Direction, Latent};

/// Raised when older programs cannot read what newer ones write.
const FORMAT: u32 = 1;

/// What a person made, by the fingerprint of the model that it was made with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CustomDirections {
    pub models: BTreeMap<String, Vec<Direction>>,
    /// Faces of the terms of the arithmetic A − B + C.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub boards: BTreeMap<String, Vec<Vec<Latent>>>,
}

/// Why a file holds no directions that were made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CustomDirectionsError {
    #[error("this is no file of directions: {0}")]
    Format(#[from] serde_json::Error),
    /// Written by a later Morphogan.
    #[error(
        "the directions were kept by a newer version (format {0}, this program reads {FORMAT})"
    )]
    Newer(u32),
}

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    #[serde(flatten)]
    made: CustomDirections,
}

/// The directions as JSON.
///
/// # Errors
/// None that a direction can cause.
pub fn to_json(made: &CustomDirections) -> Result<String, CustomDirectionsError> {
    Ok(serde_json::to_string(&File {
        format: FORMAT,
        made: made.clone(),
    })?)
}

/// The directions of such a JSON. Those that lead nowhere are left out.
///
/// # Errors
/// Where it is something else, or was written by a later program.
pub fn from_json(text: &str) -> Result<CustomDirections, CustomDirectionsError> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let version: Version = serde_json::from_str(text)?;
    if version.format > FORMAT {
        return Err(CustomDirectionsError::Newer(version.format));
    }
    let mut file: File = serde_json::from_str(text)?;
    for directions in file.made.models.values_mut() {
        directions.retain(|direction| {
            !direction.sigma.is_empty() && direction.sigma.iter().all(|x| x.is_finite())
        });
    }
    Ok(file.made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::Method;

    #[test]
    fn they_come_back_bit_for_bit_and_other_files_are_told_apart() {
        let direction = Direction {
            name: "hat".into(),
            method: Method::Examples { count: (3, 4) },
            sigma: vec![0.1, -1.0e-7, 3.25],
        };
        let face = Latent(vec![0.5, 0.25, -1.0]);
        let made = CustomDirections {
            models: BTreeMap::from([("ab12".to_owned(), vec![direction])]),
            boards: BTreeMap::from([("ab12".to_owned(), vec![vec![face], Vec::new()])]),
        };
        assert_eq!(from_json(&to_json(&made).unwrap()).unwrap(), made);
        // Files of before know of no boards.
        let before = from_json(r#"{"format":1,"models":{"ab12":[]}}"#).unwrap();
        assert_eq!((before.models.len(), before.boards.len()), (1, 0));
        let error = |text: &str| from_json(text).unwrap_err().to_string();
        assert!(error("[]").contains("no file of directions"));
        assert!(error(r#"{"format":2}"#).contains("newer version (format 2"));
    }
}
