//! Long work that the window hands to a thread, each a [`Job`]. (stub: being written)
use std::path::PathBuf;
use std::sync::Arc;

use super::Job;
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::latent::path::Interpolation;
use crate::notice::Notice;

/// An animation to write.
#[derive(Clone, Debug)]
pub struct MorphPlan {
    /// Faces on the way.
    pub keys: Vec<Latent>,
    /// Pictures in all.
    pub frames: usize,
    /// The way between faces.
    pub path: Interpolation,
    /// Whether the way leads back to the first face.
    pub closed: bool,
    /// Pictures a second.
    pub fps: u16,
    /// Each pixel becomes a square of this side.
    pub scale: usize,
    /// Where to.
    pub out: PathBuf,
}

/// Writes a GIF; gives its path.
pub fn export_gif(
    _model: Arc<Snapshot>,
    _plan: MorphPlan,
    wake: impl Fn() + Send + 'static,
) -> Job<PathBuf> {
    Job::spawn("export", wake, |_| Err(Notice::error("not yet")))
}

/// Reads a model file.
pub fn open_model(_path: PathBuf, wake: impl Fn() + Send + 'static) -> Job<Arc<Snapshot>> {
    Job::spawn("open", wake, |_| Err(Notice::error("not yet")))
}

/// What a file dialog is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// An existing `.safetensors` file.
    Model,
    /// A folder of pictures.
    PictureFolder,
    /// A new `.gif` file.
    NewGif,
}

/// Shows the system's file dialog on a thread of its own. `None`: cancelled, or no dialog can be
/// shown here; a path field must stand beside every use.
pub fn pick(_what: Pick, wake: impl Fn() + Send + 'static) -> Job<Option<PathBuf>> {
    Job::spawn("dialog", wake, |_| Ok(None))
}
