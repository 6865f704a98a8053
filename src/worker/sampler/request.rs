//! What is asked of the sampler, and what comes back.

use std::sync::Arc;

use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::worker::latest::Latest;
use crate::worker::train::Wall;

/// Strips that can be shown at a time.
pub const STRIPS: usize = 192;

/// Places of the window that show faces, each with its own newest request and newest reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The current face; served before all others, alone and at once.
    Face,
    /// The face to compare it with; next.
    Before,
    /// What D says of the current face.
    Score,
    /// Faces between the two ends.
    Way,
    /// Corners of the pad.
    Pad,
    Board,
    Shelf,
    /// The wall of random faces.
    Wall,
    /// Faces along a direction; of its place, below [`STRIPS`].
    Strip(usize),
}

impl View {
    const FIXED: [Self; 8] = [
        Self::Face,
        Self::Before,
        Self::Score,
        Self::Way,
        Self::Pad,
        Self::Board,
        Self::Shelf,
        Self::Wall,
    ];

    /// Every view there is, each at its [`View::desk`].
    pub fn all() -> impl Iterator<Item = Self> {
        let strips = (0..STRIPS).map(Self::Strip);
        Self::FIXED.into_iter().chain(strips)
    }

    /// Its place among all views.
    pub fn desk(self) -> usize {
        match self {
            Self::Strip(place) => Self::FIXED.len() + place.min(STRIPS - 1),
            fixed => Self::FIXED
                .iter()
                .position(|view| *view == fixed)
                .unwrap_or_default(),
        }
    }

    /// Whether a person's hand waits for it.
    pub(super) fn is_first(self) -> bool {
        matches!(self, Self::Face | Self::Before)
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
}

/// The faces of one request.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// That of the request.
    pub stamp: u64,
    /// The faces; `step` tells whose weights drew them.
    pub wall: Wall,
    /// How real D of the same weights takes the face for, 0..1; of [`View::Score`], where D is known.
    pub realness: Option<f32>,
}

#[derive(Clone)]
pub enum Weights {
    /// A run's newest ones: every view is drawn anew as they change.
    Live(Arc<Latest<Arc<Snapshot>>>),
    /// Those of a file.
    Fixed(Arc<Snapshot>),
}
