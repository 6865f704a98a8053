//! Faces from a file, as commands take them.

use std::path::Path;

use crate::latent::{Latent, saved};
use crate::notice::Notice;
use crate::regular_file;
use crate::worker::jobs::still::read_still;

/// Larger files of latents are none: the most faces of the largest networks take less.
const LARGEST: u64 = 1 << 30;

/// The latents of a JSON list of lists of numbers, of faces that were exported from the shelf, or of a picture that
/// knows its faces; all of `len` numbers.
///
/// # Errors
/// Where there are none, or some that the model does not take.
pub(super) fn read(path: &Path, len: usize) -> Result<Vec<Latent>, Notice> {
    let wrong = |text: String| Notice::error(text).with_details(path.display().to_string());
    let latents = match read_still(path) {
        Ok(faces) if !faces.is_empty() => faces.into_iter().map(|face| face.latent).collect(),
        // No picture at all, or none that knows its face: what it is is told below.
        _ => {
            let text = regular_file::read_to_string(path, LARGEST)
                .map_err(|error| wrong(format!("The latents cannot be read: {error}.")))?;
            parse(&text).map_err(wrong)?
        }
    };
    if latents.is_empty() {
        return Err(wrong("There is no latent in the list.".into()));
    }
    if let Some(other) = latents.iter().find(|latent| latent.len() != len) {
        let found = other.len();
        return Err(wrong(format!(
            "A latent has {found} numbers; this model takes {len}."
        )));
    }
    let mut numbers = latents.iter().flat_map(|latent| &latent.0);
    if numbers.any(|x| !x.is_finite()) {
        return Err(wrong("A latent has a number that is too large.".into()));
    }
    Ok(latents)
}

fn parse(text: &str) -> Result<Vec<Latent>, String> {
    if text.trim_start().starts_with('{') {
        let faces = saved::from_json(text).map_err(|error| format!("{error}."))?;
        return Ok(faces.into_iter().map(|face| face.latent).collect());
    }
    serde_json::from_str(text)
        .map_err(|error| format!("The latents must be a JSON list of lists of numbers: {error}."))
}
