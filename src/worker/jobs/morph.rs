//! Animations of the way between faces.

use std::ops::Range;
use std::sync::Arc;

use super::film::{Frame, FrameSource};
use crate::export::layout::FrameStyle;
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::latent::animation::{Animation, Framing};
use crate::notice::Notice;
use crate::picture::{Filter, Picture};

/// The latents of a frame, one a picture.
type Faces = Box<dyn Fn(usize) -> Vec<Latent> + Send>;

/// Frames of faces that one model draws. Their latents are computed frame by frame: those of a long film of many
/// faces would take more memory than its pictures.
pub struct LatentFrames {
    model: Arc<Snapshot>,
    frames: usize,
    tiles: usize,
    faces: Faces,
    /// A line of text, in which `{frame}` is the number of the frame; without text there is none.
    pub caption: String,
    /// The number of the first frame, from 0.
    first: usize,
}

impl LatentFrames {
    /// The pictures of a range of an animation, with all that is seen beside the face.
    pub fn of(model: Arc<Snapshot>, animation: Animation, range: Range<usize>) -> Self {
        let first = range.start;
        Self {
            model,
            frames: range.len(),
            tiles: animation.framing.company.count(),
            caption: animation.framing.caption.clone(),
            first,
            faces: Box::new(move |frame| animation.together(first + frame)),
        }
    }

    /// So many frames of several animations side by side, each as long as they all are.
    pub fn side_by_side(model: Arc<Snapshot>, ways: Vec<Animation>, frames: usize) -> Self {
        Self {
            model,
            frames,
            tiles: ways.len(),
            caption: String::new(),
            first: 0,
            faces: Box::new(move |frame| {
                let faces = ways.iter().map(|way| way.sample_at(frame, frames));
                faces.flatten().collect()
            }),
        }
    }
}

/// How the frames of an animation are laid out.
pub fn frame_style(framing: &Framing, scale: usize, filter: Filter) -> FrameStyle {
    FrameStyle {
        scale,
        filter,
        columns: framing.columns(),
        gap: framing.gap,
        border: framing.border,
        background: framing.background,
        caption: framing.caption_place,
    }
}

impl FrameSource for LatentFrames {
    fn frames(&self) -> usize {
        self.frames
    }

    fn tiles(&self) -> usize {
        self.tiles
    }

    fn tile_size(&self) -> (usize, usize) {
        let side = self.model.info().size;
        (side, side)
    }

    fn has_captions(&self) -> bool {
        !self.caption.is_empty()
    }

    fn draw(&mut self, range: Range<usize>) -> Result<Vec<Frame>, Notice> {
        let first = self.first + range.start + 1;
        let latents: Vec<Latent> = range.flat_map(|frame| (self.faces)(frame)).collect();
        let pictures = self.model.draw(&latents).map_err(|error| {
            let text = "The faces cannot be drawn: the device failed. Try again.";
            Notice::from_error(text, &error)
        })?;
        let tiles = pictures.chunks(self.tiles.max(1));
        let frame = |(tiles, number): (&[Picture], usize)| Frame {
            tiles: tiles.to_vec(),
            caption: self.caption.replace("{frame}", &number.to_string()),
        };
        Ok(tiles.zip(first..).map(frame).collect())
    }
}
