//! What the sampler's handle and its thread share.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::request::{SampleReply, SampleRequest, ViewId};
use crate::gan::Snapshot;
use crate::notice::Notice;
use crate::worker::latest::Latest;

pub(super) struct Shared {
    pub slots: Vec<ViewSlots>,
    pub notice: Latest<Notice>,
    pub weights: Mutex<Option<Arc<Snapshot>>>,
    /// Of weights that do not change.
    pub fingerprint: OnceLock<String>,
    pub frozen: AtomicBool,
    pub stopped: AtomicBool,
}

/// Where one view's requests and replies lie; a request of `None` takes the last one back.
#[derive(Default)]
pub(super) struct ViewSlots {
    pub request: Latest<Option<SampleRequest>>,
    pub reply: Latest<SampleReply>,
}

impl Shared {
    /// For views whose numbers are below `views`.
    pub fn new(views: usize) -> Self {
        Self {
            slots: (0..views).map(|_| ViewSlots::default()).collect(),
            notice: Latest::default(),
            weights: Mutex::default(),
            fingerprint: OnceLock::new(),
            frozen: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
        }
    }

    pub fn slots_of(&self, view: ViewId) -> Option<&ViewSlots> {
        self.slots.get(view.0)
    }

    pub fn set_weights(&self, weights: &Arc<Snapshot>) {
        *self.weights.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(weights));
    }
}
