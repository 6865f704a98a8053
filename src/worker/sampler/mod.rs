//! Draws faces beside everything else, so that neither window nor training waits for it.
//!
//! Here is the handle: views, requests, replies. What happens on the thread stands in `thread`.

mod request;
mod shared;
#[cfg(test)]
mod tests;
mod thread;

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Sender, bounded};

use crate::gan::Snapshot;
use crate::notice::Notice;
use crate::worker::waker::Waker;
use shared::Shared;
use thread::SamplerThread;

pub use request::{Priority, SampleReply, SampleRequest, ViewId, Weights};

/// The sampling thread. Dropping it stops and joins (at most one small batch).
pub struct Sampler {
    shared: Arc<Shared>,
    bell: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sampler {
    /// Starts the thread for views whose numbers are below `views`; `waker` wakes for each reply.
    pub fn start(weights: Weights, views: usize, waker: Waker) -> Self {
        let shared = Arc::new(Shared::new(views));
        let (bell, rings) = bounded(1);
        let sampler = SamplerThread::new(Arc::clone(&shared), weights, waker);
        let spawned = Builder::new()
            .name("sampler".into())
            .spawn(move || sampler.run(&rings));
        let thread = spawned
            .map_err(|error| {
                let text =
                    "Faces cannot be drawn: no thread could be started. Restart the program.";
                shared.notice.put(Notice::from_error(text, &error));
            })
            .ok();
        Self {
            shared,
            bell: Some(bell),
            thread,
        }
    }

    /// Asks for faces; a request that was not begun yet is replaced.
    pub fn ask(&self, view: ViewId, request: SampleRequest) {
        self.put(view, Some(request));
    }

    /// The view is not visible any more: it is not drawn anew when weights change.
    pub fn forget(&self, view: ViewId) {
        self.put(view, None);
    }

    fn put(&self, view: ViewId, request: Option<SampleRequest>) {
        if let Some(slots) = self.shared.slots_of(view) {
            slots.request.put(request);
        }
        self.ring();
    }

    fn ring(&self) {
        if let Some(bell) = &self.bell {
            // A bell that rings already is enough.
            let _ = bell.try_send(());
        }
    }

    /// The newest reply, once.
    pub fn take(&self, view: ViewId) -> Option<SampleReply> {
        self.shared.slots_of(view)?.reply.take()
    }

    /// What went wrong, once.
    pub fn take_notice(&self) -> Option<Notice> {
        self.shared.notice.take()
    }

    /// Keeps the weights as they are while a run goes on, or follows it again.
    pub fn freeze(&self, frozen: bool) {
        self.shared.frozen.store(frozen, Ordering::Release);
        self.ring();
    }

    /// Tells the weights of a file from others; empty for those of a run, which change.
    pub fn fingerprint(&self) -> &str {
        self.shared.fingerprint.get().map_or("", String::as_str)
    }

    /// The weights in use, to draw an animation with.
    pub fn weights(&self) -> Option<Arc<Snapshot>> {
        let weights = self
            .shared
            .weights
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        weights.clone()
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        self.bell = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
