//! What is asked of the sampler, and what comes back.

use std::sync::Arc;

use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::worker::latest::Latest;
use crate::worker::wall::Wall;

/// A place that shows faces, with its own newest request and newest reply. A small number: those that are equally
/// urgent are drawn in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewId(pub usize);

/// How urgent a request is, most urgent first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// Before all others, alone and at once: a person's hand waits for it. One of several faces, of a film that plays,
    /// is finished once it is begun: there is always a newer one.
    AtOnce,
    /// As soon as nothing is to be drawn at once.
    Next,
    /// In turn; once begun it is finished before others in turn and before a newer request of its view. While a
    /// slider is dragged beside training there is always a newer one, and none would ever be finished.
    Unbroken,
    /// In turn, so that while a slider is dragged no view waits for a hand that rests.
    #[default]
    InTurn,
}

impl Priority {
    /// Whether it takes turns with its like.
    pub(super) fn takes_turns(self) -> bool {
        matches!(self, Self::Unbroken | Self::InTurn)
    }
}

/// Faces to draw for one view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampleRequest {
    /// Comes back with the reply.
    pub stamp: u64,
    pub latents: Vec<Latent>,
    /// Tiles a row of the reply.
    pub columns: usize,
    pub priority: Priority,
    /// Whether D's score is wanted instead of pictures; of one latent.
    pub score: bool,
}

/// The faces of one request.
#[derive(Clone, Debug)]
pub struct SampleReply {
    /// That of the request.
    pub stamp: u64,
    /// The faces; `step` tells whose weights drew them.
    pub wall: Wall,
    /// How real D of the same weights takes the face for, 0..1; where it was asked for and D is known.
    pub realness: Option<f32>,
}

#[derive(Clone)]
pub enum Weights {
    /// A run's newest ones: every view is drawn anew as they change.
    Live(Arc<Latest<Arc<Snapshot>>>),
    /// Those of a file.
    Fixed(Arc<Snapshot>),
}
