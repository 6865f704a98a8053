//! How well the search for a picture's face works, measured where the answer is known: on faces that the
//! model drew itself; and on pictures, where it is not.

use super::invert::{InvertPlan, NearestFace, invert};
use crate::gan::Snapshot;
use crate::gan::invert::InvertSettings;
use crate::latent::noise::{Noise, Purpose};
use crate::notice::Notice;
use crate::picture::Picture;
use crate::worker::job::Progress;

/// Faces that the searches do not begin with: those of another seed.
const SEED: u64 = 0x5eed;

/// `count` random faces of the model, always the same ones.
///
/// # Errors
/// Where the device fails.
pub fn faces_to_recover(model: &Snapshot, count: usize) -> Result<Vec<Picture>, Notice> {
    let mut noise = Noise::new(SEED, Purpose::Faces);
    let latents = model.info().latent_space().draw(count, &mut noise);
    model
        .draw(&latents)
        .map_err(|error| Notice::from_error("The faces cannot be drawn. Ask for fewer.", &error))
}

/// A search for each of some pictures of the size that the model draws, at most `seconds` long; `each` is
/// shown every result.
///
/// # Errors
/// Where the device fails or a picture has another size.
pub fn recover_pictures(
    model: &Snapshot,
    targets: Vec<Picture>,
    (settings, seconds): (InvertSettings, f64),
    each: &mut dyn FnMut(&NearestFace),
) -> Result<Vec<NearestFace>, Notice> {
    let mut found = Vec::new();
    for target in targets {
        let plan = InvertPlan {
            target,
            settings,
            seconds,
            from: None,
        };
        let nearest = invert(model, &plan, &Progress::default(), &mut |_| {})?;
        each(&nearest);
        found.push(nearest);
    }
    Ok(found)
}
