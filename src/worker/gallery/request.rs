//! What is asked of the gallery, and what comes back.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use crate::notice::Notice;
use crate::worker::jobs::models::{ModelFacts, ModelPlace};
use crate::worker::latest::Latest;
use crate::worker::wall::Wall;

/// Side of the small pictures in pixels; models that draw smaller ones are shown as they are.
pub const SIDE: usize = 64;
/// Faces of a walk.
pub const WALK: usize = 32;

/// A model to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub place: ModelPlace,
    /// When its file was written: another one is drawn anew.
    pub changed: Option<u64>,
    /// A whole walk, not only one face.
    pub walk: bool,
    /// What a person said of a file that leaves something open.
    pub answer: Option<String>,
}

/// What was drawn of a model.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub wanted: Wanted,
    /// One face or [`WALK`]; none where the model cannot be read.
    pub wall: Wall,
    /// What its file tells, with its fingerprint.
    pub facts: Option<ModelFacts>,
    /// Why there is nothing to see.
    pub failed: Option<Notice>,
}

pub(super) struct Shared {
    pub wanted: Latest<Vec<Wanted>>,
    pub stopped: AtomicBool,
}

impl Wanted {
    /// Where its weights are.
    pub fn path(&self) -> PathBuf {
        self.place.path()
    }
}
