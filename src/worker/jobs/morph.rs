//! Animations of the way between faces.

use std::ops::Range;
use std::sync::Arc;

use super::film::{Frame, FrameSource};
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::notice::Notice;
use crate::picture::Picture;

/// Frames of faces that one model draws, on ways that are walked together.
pub struct LatentFrames {
    pub model: Arc<Snapshot>,
    /// The latents of each frame: as many in each, one a picture.
    pub frames: Vec<Vec<Latent>>,
    /// The line below, in which `{frame}` is the number of the frame; without text there is none.
    pub caption: String,
}

impl LatentFrames {
    /// Of one face.
    pub fn along(model: Arc<Snapshot>, way: Vec<Latent>) -> Self {
        let frames = way.into_iter().map(|latent| vec![latent]).collect();
        Self {
            model,
            frames,
            caption: String::new(),
        }
    }

    /// Of several side by side; ways of one length.
    pub fn side_by_side(model: Arc<Snapshot>, ways: &[Vec<Latent>]) -> Self {
        let count = ways.iter().map(Vec::len).min().unwrap_or_default();
        let frame = |index: usize| ways.iter().map(|way| way[index].clone()).collect();
        let frames = (0..count).map(frame).collect();
        Self {
            model,
            frames,
            caption: String::new(),
        }
    }
}

impl FrameSource for LatentFrames {
    fn frames(&self) -> usize {
        self.frames.len()
    }

    fn tiles(&self) -> usize {
        self.frames.first().map_or(1, Vec::len)
    }

    fn tile_size(&self) -> (usize, usize) {
        let side = self.model.info().size;
        (side, side)
    }

    fn has_captions(&self) -> bool {
        !self.caption.is_empty()
    }

    fn draw(&mut self, range: Range<usize>) -> Result<Vec<Frame>, Notice> {
        let first = range.start + 1;
        let frames = &self.frames[range];
        let latents = frames.concat();
        let pictures = self.model.draw(&latents).map_err(|error| {
            let text = "The faces cannot be drawn: the device failed. Try again.";
            Notice::from_error(text, &error)
        })?;
        let tiles = pictures.chunks(self.tiles().max(1));
        let frame = |(tiles, number): (&[Picture], usize)| Frame {
            tiles: tiles.to_vec(),
            caption: self.caption.replace("{frame}", &number.to_string()),
        };
        Ok(tiles.zip(first..).map(frame).collect())
    }
}
