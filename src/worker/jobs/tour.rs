//! An animation of starter faces that walk through the space of their factors.

use std::path::Path;

use crate::data::portrait;
use crate::export::gif;
use crate::notice::Notice;
use crate::picture::{Picture, wall};
use crate::worker::job::Progress;

/// Faces side by side.
const FACES: usize = 4;
/// Pictures in all, and a second.
const FRAMES: usize = 60;
const FPS: u16 = 15;

/// Why the frames stopped coming.
#[derive(Debug, thiserror::Error)]
#[error("cancelled")]
struct Cancelled;

/// Writes four starter faces of `size` pixels a side, whose continuous factors all glide, as a GIF
/// that repeats without a seam.
///
/// # Errors
/// Where the disk fails, or `progress` is cancelled.
pub fn write_tour(seed: u64, size: usize, out: &Path, progress: &Progress) -> Result<(), Notice> {
    let frames = (0..FRAMES).map(|frame| {
        if progress.is_cancelled() {
            return Err(Cancelled);
        }
        progress.set(frame as f32 / FRAMES as f32);
        let faces = morphogan_starter_faces::tour(seed, FACES, frame, FRAMES);
        let drawn: Vec<Picture> = faces.iter().map(|face| portrait(face, size)).collect();
        Ok(wall(&drawn, FACES, 0, [255; 3]))
    });
    gif::write(out, FPS, frames).map_err(|error| match error {
        gif::GifError::Frame(Cancelled) => {
            Notice::info("The animation was cancelled; no file was written.")
        }
        error => {
            let text = "The animation was not written. Check the folder and its free space.";
            Notice::from_error(text, &error).at(out)
        }
    })
}
