//! Draws faces beside everything else. (stub: being written)
use std::sync::Arc;

use super::{Latest, Wall};
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::notice::Notice;

/// Places of the window that show faces, each with its own newest request and newest reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The current face; served first.
    Face,
    /// Faces between the two ends.
    Strip,
    /// The wall of random faces.
    Wall,
}

/// Faces to draw for one view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampleRequest {
    /// Comes back with the reply.
    pub stamp: u64,
    /// One a face.
    pub latents: Vec<Latent>,
    /// Tiles a row of the reply.
    pub columns: usize,
}

/// The faces of one request.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// That of the request.
    pub stamp: u64,
    /// The faces; `step` tells whose weights drew them.
    pub wall: Wall,
}

/// Whose faces.
#[derive(Clone)]
pub enum Weights {
    /// A run's newest ones: every view is drawn anew as they change.
    Live(Arc<Latest<Arc<Snapshot>>>),
    /// Those of a file.
    Fixed(Arc<Snapshot>),
}

/// The sampling thread. Dropping it stops and joins (at most one small batch).
pub struct Sampler {}

impl Sampler {
    /// Starts the thread; `wake` is called for each reply.
    pub fn start(_weights: Weights, _wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {}
    }
    /// Asks for faces; a request that was not begun yet is replaced.
    pub fn ask(&self, _view: View, _request: SampleRequest) {}
    /// The view is not visible any more: it is not drawn anew when weights change.
    pub fn forget(&self, _view: View) {}
    /// The newest reply, once.
    pub fn take(&self, _view: View) -> Option<Sampled> {
        None
    }
    /// What went wrong, once.
    pub fn take_notice(&self) -> Option<Notice> {
        None
    }
    /// The weights in use, to draw an animation with.
    pub fn weights(&self) -> Option<Arc<Snapshot>> {
        None
    }
}
