//! What the sampling thread does.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::request::{Priority, SampleReply, SampleRequest, ViewId, Weights};
use super::shared::Shared;
use crate::gan::Snapshot;
use crate::notice::Notice;
use crate::picture::{self, Picture};
use crate::worker::waker::Waker;
use crate::worker::wall::Wall;

/// How often live weights are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// All but the current face follow live weights at most this often: together they cost as much as
/// a training step.
const FOLLOW_EVERY: Duration = Duration::from_secs(1);
/// So long after a face the threads stay awake for the next one: two frames of a dragged slider. Not beside
/// training, which has better use for the cores.
const AWAKE: Duration = Duration::from_millis(40);
/// Faces drawn between two looks at newer requests: a strip in one pass.
const CHUNK: usize = 8;
/// Beside training, where each face takes several times as long, the current one would wait too long
/// for a whole strip.
const CHUNK_BESIDE_TRAINING: usize = 2;

/// A request being drawn; kept when finished, to be drawn anew with newer weights.
struct Work {
    request: SampleRequest,
    weights: Option<Arc<Snapshot>>,
    pictures: Vec<Picture>,
    realness: Option<f32>,
    finished: Option<Instant>,
}

impl Work {
    fn new(request: SampleRequest) -> Self {
        Self {
            request,
            weights: None,
            pictures: Vec::new(),
            realness: None,
            finished: None,
        }
    }

    /// Some of its faces are drawn, which a newer request must not throw away.
    fn must_be_finished(&self) -> bool {
        let is_begun = !self.pictures.is_empty() && !self.is_finished();
        let priority = self.request.priority;
        is_begun && matches!(priority, Priority::Unbroken | Priority::AtOnce)
    }

    fn is_finished(&self) -> bool {
        self.pictures.len() >= self.request.latents.len()
    }

    /// Begins anew where the weights are others by now; what takes turns only now and then.
    fn follow(&mut self, current: &Arc<Snapshot>) {
        let same = |weights: &Arc<Snapshot>| Arc::ptr_eq(weights, current);
        let rests = self
            .finished
            .is_some_and(|at| self.request.priority.takes_turns() && at.elapsed() < FOLLOW_EVERY);
        if self.is_finished() && !self.weights.as_ref().is_some_and(same) && !rests {
            self.pictures.clear();
            self.weights = None;
        }
    }
}

/// What lives on the thread.
pub(super) struct SamplerThread {
    shared: Arc<Shared>,
    waker: Waker,
    weights: Weights,
    current: Option<Arc<Snapshot>>,
    works: Vec<Option<Work>>,
    /// The view that had the last turn.
    last_turn: usize,
    face_drawn: Option<Instant>,
}

impl SamplerThread {
    pub fn new(shared: Arc<Shared>, weights: Weights, waker: Waker) -> Self {
        Self {
            waker,
            weights,
            current: None,
            works: shared.slots.iter().map(|_| None).collect(),
            shared,
            last_turn: 0,
            face_drawn: None,
        }
    }

    /// Until the handle is gone.
    pub fn run(mut self, rings: &Receiver<()>) {
        let threads = crate::worker::device::threads(None);
        let shared = Arc::clone(&self.shared);
        let drawn = morphogan_nn::on_threads(threads, || {
            while !self.shared.stopped.load(Ordering::Acquire) {
                if !self.draw_next() && !self.wait(rings) {
                    return;
                }
            }
        });
        if let Err(error) = drawn {
            shared.notice.put(crate::worker::device::no_threads(&error));
        }
    }

    /// Takes in what is new and draws a few faces of what is most urgent; false where nothing is to be drawn.
    pub fn draw_next(&mut self) -> bool {
        self.take_weights();
        self.take_requests();
        let next = self.next_view();
        if let Some(view) = next {
            self.draw_some(view);
        }
        next.is_some()
    }

    /// False when the handle is gone.
    fn wait(&self, rings: &Receiver<()>) -> bool {
        match self.weights {
            Weights::Fixed(_) => {
                // A core that went to sleep takes as long to come back as a face takes to draw.
                if let Some(drawn) = self.face_drawn {
                    morphogan_nn::stay_awake(|| rings.is_empty() && drawn.elapsed() < AWAKE);
                }
                rings.recv().is_ok()
            }
            Weights::Live(_) => !matches!(
                rings.recv_timeout(LOOK_EVERY),
                Err(RecvTimeoutError::Disconnected)
            ),
        }
    }

    fn take_weights(&mut self) {
        if self.current.is_some() && self.shared.frozen.load(Ordering::Acquire) {
            return;
        }
        let newest = match &self.weights {
            Weights::Live(slot) => slot.take(),
            Weights::Fixed(weights) if self.current.is_none() => Some(Arc::clone(weights)),
            Weights::Fixed(_) => None,
        };
        let Some(newest) = newest else { return };
        self.shared.set_weights(&newest);
        if let (Weights::Fixed(_), Ok(fingerprint)) = (&self.weights, newest.fingerprint()) {
            let _ = self.shared.fingerprint.set(fingerprint);
        }
        self.current = Some(newest);
    }

    fn take_requests(&mut self) {
        for (slots, work) in self.shared.slots.iter().zip(&mut self.works) {
            if work.as_ref().is_some_and(Work::must_be_finished) {
                continue;
            }
            if let Some(request) = slots.request.take() {
                *work = request.map(Work::new);
            }
        }
    }

    /// What is most urgent of all that is to be drawn; of equals the next after the one that had the last turn.
    fn next_view(&mut self) -> Option<ViewId> {
        let current = self.current.as_ref()?;
        let mut most_urgent = None;
        for (view, work) in self.works.iter_mut().enumerate() {
            let Some(work) = work else { continue };
            work.follow(current);
            let rank = match work.request.priority {
                Priority::AtOnce => 0,
                Priority::Next => 1,
                _ if work.must_be_finished() => 2,
                _ if view > self.last_turn => 3,
                _ => 4,
            };
            if !work.is_finished() && most_urgent.is_none_or(|most| (rank, view) < most) {
                most_urgent = Some((rank, view));
            }
        }
        most_urgent.map(|(_, view)| ViewId(view))
    }

    /// A few faces of one request; the reply when they are the last.
    fn draw_some(&mut self, view: ViewId) {
        let work = self.works.get_mut(view.0).and_then(Option::as_mut);
        let (Some(work), Some(current)) = (work, &self.current) else {
            return;
        };
        // A wall that was begun is finished with the same weights.
        let weights = work.weights.get_or_insert_with(|| Arc::clone(current));
        let rest = work
            .request
            .latents
            .get(work.pictures.len()..)
            .unwrap_or_default();
        let chunk = match self.weights {
            Weights::Fixed(_) => CHUNK,
            Weights::Live(_) => CHUNK_BESIDE_TRAINING,
        };
        let priority = work.request.priority;
        let drawn = match rest {
            [latent, ..] if work.request.score => weights.realness(latent).map(|realness| {
                work.realness = realness;
                vec![Picture::default()]
            }),
            [latent] if priority == Priority::AtOnce => {
                weights.draw_now(latent).map(Vec::from_iter)
            }
            _ => weights.draw(&rest[..rest.len().min(chunk)]),
        };
        match priority {
            Priority::AtOnce => self.face_drawn = Some(Instant::now()),
            Priority::Next => {}
            Priority::Unbroken | Priority::InTurn => self.last_turn = view.0,
        }
        let failed = match drawn {
            Ok(pictures) if !pictures.is_empty() => {
                work.pictures.extend(pictures);
                None
            }
            Ok(_) => Some(None),
            Err(error) => Some(Some(error)),
        };
        if let Some(error) = failed {
            self.give_up(view, error.as_ref());
        }
        self.reply_if_finished(view);
    }

    fn give_up(&mut self, view: ViewId, error: Option<&candle_core::Error>) {
        if let Some(work) = self.works.get_mut(view.0) {
            *work = None;
        }
        if let Some(error) = error {
            let text = "The faces could not be drawn. Open the model again.";
            self.shared.notice.put(Notice::from_error(text, error));
            self.waker.wake();
        }
    }

    fn reply_if_finished(&mut self, view: ViewId) {
        let work = self.works.get_mut(view.0).and_then(Option::as_mut);
        let Some(work) = work.filter(|work| work.is_finished()) else {
            return;
        };
        work.finished = Some(Instant::now());
        let info = work.weights.as_ref().map(|weights| weights.info());
        let reply = SampleReply {
            stamp: work.request.stamp,
            wall: Wall {
                step: info.map_or(0, |info| info.step),
                tile: info.map_or(0, |info| info.size),
                columns: work.request.columns.clamp(1, work.pictures.len().max(1)),
                count: work.pictures.len(),
                picture: picture::wall(&work.pictures, work.request.columns, 0, [0; 3]),
            },
            realness: work.realness,
        };
        if let Some(slots) = self.shared.slots_of(view) {
            slots.reply.put(reply);
        }
        self.waker.wake();
    }
}
