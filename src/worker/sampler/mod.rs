//! Draws faces beside everything else, so that neither window nor training waits for it.
//!
//! Here is the handle: views, requests, replies. What happens on the thread stands in `painter`.

#[cfg(test)]
mod tests;
mod thread;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Sender, bounded};

use super::Latest;
use super::sampler::thread::SamplerThread;
use super::train::Wall;
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::notice::Notice;

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
    /// The board's faces.
    Board,
    /// Saved faces.
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
    fn is_first(self) -> bool {
        matches!(self, Self::Face | Self::Before)
    }
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
    /// How real D of the same weights takes the face for, 0..1; of [`View::Score`], where D is known.
    pub realness: Option<f32>,
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
pub struct Sampler {
    shared: Arc<Shared>,
    bell: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    desks: Vec<Desk>,
    notice: Latest<Notice>,
    weights: Mutex<Option<Arc<Snapshot>>>,
    /// Of weights that do not change.
    fingerprint: OnceLock<String>,
    frozen: AtomicBool,
    stopped: AtomicBool,
}

/// Where one view's requests and replies lie; a request of `None` takes the last one back.
#[derive(Default)]
struct Desk {
    request: Latest<Option<SampleRequest>>,
    reply: Latest<Sampled>,
}

impl Shared {
    fn new() -> Self {
        Self {
            desks: View::all().map(|_| Desk::default()).collect(),
            notice: Latest::default(),
            weights: Mutex::default(),
            fingerprint: OnceLock::new(),
            frozen: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
        }
    }

    fn set_weights(&self, weights: &Arc<Snapshot>) {
        *self.weights.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(weights));
    }
}

impl Sampler {
    /// Starts the thread; `wake` is called for each reply.
    pub fn start(weights: Weights, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let shared = Arc::new(Shared::new());
        let (bell, rings) = bounded(1);
        let painter = SamplerThread::new(Arc::clone(&shared), weights, Box::new(wake));
        let spawned = Builder::new()
            .name("sampler".into())
            .spawn(move || painter.run(&rings));
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
    pub fn ask(&self, view: View, request: SampleRequest) {
        self.put(view, Some(request));
    }

    /// The view is not visible any more: it is not drawn anew when weights change.
    pub fn forget(&self, view: View) {
        self.put(view, None);
    }

    fn put(&self, view: View, request: Option<SampleRequest>) {
        if let Some(desk) = self.shared.desks.get(view.desk()) {
            desk.request.put(request);
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
    pub fn take(&self, view: View) -> Option<Sampled> {
        self.shared.desks.get(view.desk())?.reply.take()
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
