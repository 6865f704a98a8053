//! Animations of the way between faces.

use std::path::PathBuf;
use std::sync::Arc;

use crate::atomic_file;
use crate::export::{ending, gif};
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::latent::path::{Interpolation, through};
use crate::notice::Notice;
use crate::picture::{self, Picture};
use crate::worker::job::{Job, Progress};
use crate::worker::waker::Waker;

/// Faces drawn at once for an animation.
const BATCH: usize = 16;

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

/// Writes a GIF; gives its path. Without `replace` it takes the next free name where a file is already.
pub fn export_gif(
    model: Arc<Snapshot>,
    mut plan: MorphPlan,
    replace: bool,
    waker: Waker,
) -> Job<PathBuf> {
    Job::spawn("export", waker, move |progress| {
        ending::check(&plan.out, ending::GIF)?;
        plan.out = atomic_file::target(plan.out, replace);
        write_gif(&model, &plan, progress)?;
        Ok(plan.out)
    })
}

/// Why the frames stopped coming.
#[derive(Debug, thiserror::Error)]
enum FrameError {
    #[error("cancelled")]
    Cancelled,
    #[error("a face cannot be drawn: {0}")]
    Draw(#[from] candle_core::Error),
}

/// Writes a GIF on this thread.
///
/// # Errors
/// Where the plan is empty, the device or the disk fails, or `progress` is cancelled.
pub fn write_gif(model: &Snapshot, plan: &MorphPlan, progress: &Progress) -> Result<(), Notice> {
    ending::check(&plan.out, ending::GIF)?;
    frame_size(model, plan)
        .check()
        .map_err(|error| Notice::error(error.to_string()))?;
    let way = through(&plan.keys, plan.frames, plan.path, plan.closed);
    let mut done = 0;
    let frames = way
        .chunks(BATCH)
        .flat_map(|some| draw_frames(model, some, progress))
        // One at a time: large ones of a whole batch would take much memory.
        .map(|frame| frame.map(|picture| picture.enlarged(plan.scale)));
    let counted = frames.inspect(|_| {
        done += 1;
        progress.set(done as f32 / plan.frames.max(1) as f32);
    });
    gif::write(&plan.out, plan.fps, counted).map_err(|error| match error {
        gif::GifError::Frame(FrameError::Cancelled) => {
            Notice::info("The export was cancelled; no file was written.")
        }
        error => {
            let text = "The animation was not written. Check the folder and its free space.";
            Notice::from_error(text, &error).at(&plan.out)
        }
    })
}

/// Of one picture of the animation.
fn frame_size(model: &Snapshot, plan: &MorphPlan) -> picture::WallLayout {
    let side = model.info().size;
    picture::WallLayout {
        count: 1,
        columns: 1,
        tile: (side, side),
        gap: 0,
        scale: plan.scale,
    }
}

fn draw_frames(
    model: &Snapshot,
    some: &[Latent],
    progress: &Progress,
) -> Vec<Result<Picture, FrameError>> {
    if progress.is_cancelled() {
        return vec![Err(FrameError::Cancelled)];
    }
    match model.draw(some) {
        Ok(pictures) => pictures.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error.into())],
    }
}
