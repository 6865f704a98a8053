//! Animations of the way between faces.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::film::{FilmPlan, Frame, FrameSource, export_film, write_film};
use crate::export::film::{self, FilmSettings};
use crate::export::layout::FrameStyle;
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::latent::path::{Interpolation, through};
use crate::notice::Notice;
use crate::picture::Picture;
use crate::worker::job::{Job, Progress};
use crate::worker::waker::Waker;

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

/// An animation to write.
#[derive(Clone, Debug)]
pub struct MorphPlan {
    /// Faces on the way.
    pub keys: Vec<Latent>,
    pub frames: usize,
    /// The way between faces.
    pub path: Interpolation,
    /// Whether the way leads back to the first face.
    pub closed: bool,
    pub fps: u16,
    /// Each pixel becomes a square of this side.
    pub scale: usize,
    pub out: PathBuf,
}

impl MorphPlan {
    fn film(self, model: Arc<Snapshot>) -> (LatentFrames, FilmPlan) {
        let way = through(&self.keys, self.frames, self.path, self.closed);
        let film = FilmPlan {
            format: film::formats()[0],
            settings: FilmSettings {
                fps: self.fps,
                ..FilmSettings::default()
            },
            style: FrameStyle {
                scale: self.scale,
                ..FrameStyle::default()
            },
            out: self.out,
        };
        (LatentFrames::along(model, way), film)
    }
}

/// Writes a GIF; gives its path. Without `replace` it takes the next free name where a file is already.
pub fn export_gif(
    model: Arc<Snapshot>,
    plan: MorphPlan,
    replace: bool,
    waker: Waker,
) -> Job<PathBuf> {
    let (source, film) = plan.film(model);
    export_film(Box::new(source), film, replace, waker)
}

/// Writes a GIF on this thread.
///
/// # Errors
/// As [`write_film`].
pub fn write_gif(model: Snapshot, plan: MorphPlan, progress: &Progress) -> Result<(), Notice> {
    let (mut source, film) = plan.film(Arc::new(model));
    write_film(&mut source, &film, progress)
}
