//! Faces that a person keeps, as a small JSON file.

use serde::{Deserialize, Serialize};

use super::Latent;

/// Raised when older programs cannot read what newer ones write.
const FORMAT: u32 = 1;

/// A face with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedFace {
    /// What a person calls it.
    pub name: String,
    /// Where it is in the latent space.
    pub latent: Latent,
    /// The model that drew it, in words.
    #[serde(default)]
    pub model: String,
    /// Tells that model's weights from others; empty where they were still changing.
    #[serde(default)]
    pub fingerprint: String,
}

/// Why a file holds no saved faces.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedFaceError {
    #[error("this is no file of saved faces: {0}")]
    Format(#[from] serde_json::Error),
    /// Written by a later Morphogan.
    #[error("the faces were saved by a newer version (format {0}, this program reads {FORMAT})")]
    Newer(u32),
    /// A latent that no network takes.
    #[error("the face “{0}” has no numbers, or some that are not finite")]
    NotFinite(String),
}

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    faces: Vec<SavedFace>,
}

/// The faces as JSON.
///
/// # Errors
/// Where a number is not finite.
pub fn to_json(faces: &[SavedFace]) -> Result<String, SavedFaceError> {
    check(faces)?;
    let faces = faces.to_vec();
    Ok(serde_json::to_string(&File {
        format: FORMAT,
        faces,
    })?)
}

/// The faces of such a JSON.
///
/// # Errors
/// Where it is something else, or was written by a later program.
pub fn from_json(text: &str) -> Result<Vec<SavedFace>, SavedFaceError> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let version: Version = serde_json::from_str(text)?;
    if version.format > FORMAT {
        return Err(SavedFaceError::Newer(version.format));
    }
    let file: File = serde_json::from_str(text)?;
    check(&file.faces)?;
    Ok(file.faces)
}

fn check(faces: &[SavedFace]) -> Result<(), SavedFaceError> {
    let usable =
        |face: &SavedFace| !face.latent.is_empty() && face.latent.0.iter().all(|x| x.is_finite());
    match faces.iter().find(|face| !usable(face)) {
        Some(face) => Err(SavedFaceError::NotFinite(face.name.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn saved(numbers: Vec<f32>) -> SavedFace {
        SavedFace {
            name: "Ada".into(),
            latent: Latent(numbers),
            model: "starter-faces".into(),
            fingerprint: "ab12".into(),
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let error = |text: &str| from_json(text).unwrap_err().to_string();
        assert!(error("[]").contains("no file of saved faces"));
        assert!(error(r#"{"format":2}"#).contains("newer version (format 2"));
        let empty = r#"{"format":1,"faces":[{"name":"Bo","latent":[]}]}"#;
        assert!(error(empty).contains("“Bo” has no numbers"));
        assert!(to_json(&[saved(vec![f32::NAN])]).is_err());
        let least = r#"{"format":1,"faces":[{"name":"Bo","latent":[0.5]}]}"#;
        assert_eq!(from_json(least).unwrap()[0].latent.0, [0.5]);
    }

    proptest! {
        #[test]
        fn faces_come_back_bit_for_bit(numbers in prop::collection::vec(prop::num::f32::NORMAL, 1..20)) {
            let faces = [saved(numbers)];
            prop_assert_eq!(from_json(&to_json(&faces).unwrap()).unwrap(), faces);
        }

        #[test]
        fn any_text_is_an_answer_not_a_panic(text in ".{0,200}", cut in 0usize..90) {
            let _ = from_json(&text);
            let whole = to_json(&[saved(vec![1.0, -2.0])]).unwrap();
            let part: String = whole.chars().take(cut).collect();
            prop_assert!(from_json(&part).is_err());
        }
    }
}
