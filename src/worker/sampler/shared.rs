//! What the sampler's handle and its thread share.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::request::{SampleRequest, Sampled, ViewId};
use crate::gan::Snapshot;
use crate::notice::Notice;
use crate::worker::latest::Latest;

pub(super) struct Shared {
    pub desks: Vec<Desk>,
    pub notice: Latest<Notice>,
    pub weights: Mutex<Option<Arc<Snapshot>>>,
    /// Of weights that do not change.
    pub fingerprint: OnceLock<String>,
    pub frozen: AtomicBool,
    pub stopped: AtomicBool,
}

/// Where one view's requests and replies lie; a request of `None` takes the last one back.
#[derive(Default)]
pub(super) struct Desk {
    pub request: Latest<Option<SampleRequest>>,
    pub reply: Latest<Sampled>,
}

impl Shared {
    /// For views whose numbers are below `views`.
    pub fn new(views: usize) -> Self {
        Self {
            desks: (0..views).map(|_| Desk::default()).collect(),
            notice: Latest::default(),
            weights: Mutex::default(),
            fingerprint: OnceLock::new(),
            frozen: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
        }
    }

    pub fn desk(&self, view: ViewId) -> Option<&Desk> {
        self.desks.get(view.0)
    }

    pub fn set_weights(&self, weights: &Arc<Snapshot>) {
        *self.weights.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(weights));
    }
}
