//! Draws faces beside everything else, so that neither window nor training waits for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{Latest, Wall};
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::notice::Notice;
use crate::picture::{self, Picture};

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

/// Strips that can be shown at a time.
pub const STRIPS: usize = 64;

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
        let painter = Painter {
            shared: Arc::clone(&shared),
            wake: Box::new(wake),
            weights,
            current: None,
            works: View::all().map(|_| None).collect(),
            turns: 0,
            face_drawn: None,
        };
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

    fn is_finished(&self) -> bool {
        self.pictures.len() >= self.request.latents.len()
    }

    /// Begins anew where the weights are others by now; followers only now and then.
    fn follow(&mut self, current: &Arc<Snapshot>, at_once: bool) {
        let same = |weights: &Arc<Snapshot>| Arc::ptr_eq(weights, current);
        let rests = self
            .finished
            .is_some_and(|at| !at_once && at.elapsed() < FOLLOW_EVERY);
        if self.is_finished() && !self.weights.as_ref().is_some_and(same) && !rests {
            self.pictures.clear();
            self.weights = None;
        }
    }
}

/// What lives on the thread.
struct Painter {
    shared: Arc<Shared>,
    wake: Box<dyn Fn() + Send + Sync>,
    weights: Weights,
    current: Option<Arc<Snapshot>>,
    /// By desk.
    works: Vec<Option<Work>>,
    /// Desk of the follower that had the last turn.
    turns: usize,
    face_drawn: Option<Instant>,
}

impl Painter {
    fn run(mut self, rings: &Receiver<()>) {
        let threads = super::device::threads(None);
        crate::nn::on_threads(threads, || {
            while !self.shared.stopped.load(Ordering::Acquire) {
                self.take_weights();
                self.take_requests();
                match self.next_view() {
                    Some(view) => self.draw_some(view),
                    None if !self.wait(rings) => return,
                    None => {}
                }
            }
        });
    }

    /// False when the handle is gone.
    fn wait(&self, rings: &Receiver<()>) -> bool {
        match self.weights {
            Weights::Fixed(_) => {
                // A core that went to sleep takes as long to come back as a face takes to draw.
                if let Some(drawn) = self.face_drawn {
                    crate::nn::stay_awake(|| rings.is_empty() && drawn.elapsed() < AWAKE);
                }
                rings.recv().is_ok()
            }
            Weights::Live(_) => !matches!(
                rings.recv_timeout(LOOK_EVERY),
                Err(crossbeam_channel::RecvTimeoutError::Disconnected)
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
        for (desk, work) in self.shared.desks.iter().zip(&mut self.works) {
            if let Some(request) = desk.request.take() {
                *work = request.map(Work::new);
            }
        }
    }

    /// The current face before all others; the others in turn, so that while a slider is dragged none
    /// of them waits for a hand that rests.
    fn next_view(&mut self) -> Option<View> {
        let current = self.current.as_ref()?;
        let mut open = |view: View| {
            let work = self.works.get_mut(view.desk()).and_then(Option::as_mut)?;
            work.follow(current, view.is_first());
            (!work.is_finished()).then_some(view)
        };
        let mut followers = View::all().filter(|view| !view.is_first());
        let firsts = [View::Face, View::Before];
        if let Some(first) = firsts.into_iter().find_map(&mut open) {
            return Some(first);
        }
        let open: Vec<View> = followers.by_ref().filter_map(open).collect();
        let later = open.iter().find(|view| view.desk() > self.turns);
        later.or(open.first()).copied()
    }

    /// A few faces of one request; the reply when they are the last.
    fn draw_some(&mut self, view: View) {
        let work = self.works.get_mut(view.desk()).and_then(Option::as_mut);
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
        let drawn = match (view, rest) {
            (View::Face, [latent]) => weights.draw_now(latent).map(Vec::from_iter),
            (View::Score, [latent, ..]) => weights.realness(latent).map(|realness| {
                work.realness = realness;
                vec![Picture::default()]
            }),
            _ => weights.draw(&rest[..rest.len().min(CHUNK)]),
        };
        match view {
            View::Face => self.face_drawn = Some(Instant::now()),
            follower if !follower.is_first() => self.turns = view.desk(),
            _ => {}
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

    fn give_up(&mut self, view: View, error: Option<&candle_core::Error>) {
        if let Some(work) = self.works.get_mut(view.desk()) {
            *work = None;
        }
        if let Some(error) = error {
            let text = "The faces could not be drawn. Open the model again.";
            self.shared.notice.put(Notice::from_error(text, error));
            (self.wake)();
        }
    }

    fn reply_if_finished(&mut self, view: View) {
        let work = self.works.get_mut(view.desk()).and_then(Option::as_mut);
        let Some(work) = work.filter(|work| work.is_finished()) else {
            return;
        };
        work.finished = Some(Instant::now());
        let info = work.weights.as_ref().map(|weights| weights.info());
        let reply = Sampled {
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
        if let Some(desk) = self.shared.desks.get(view.desk()) {
            desk.reply.put(reply);
        }
        (self.wake)();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::{ModelInfo, generator};
    use crate::latent::noise::{self, Noise, Purpose};

    fn snapshot(seed: u64, step: u64) -> Arc<Snapshot> {
        let info = ModelInfo {
            size: 32,
            channels: 3,
            latent: 4,
            width: 2,
            step,
            ..ModelInfo::default()
        };
        let mut noise = Noise::new(seed, Purpose::Weights);
        let generator = generator(&info, &mut noise, &candle_core::Device::Cpu).unwrap();
        Arc::new(Snapshot::new(info, generator))
    }

    fn request(stamp: u64, count: usize) -> SampleRequest {
        SampleRequest {
            stamp,
            latents: noise::wall(stamp, count, 4),
            columns: 3,
        }
    }

    fn wait(sampler: &Sampler, view: View, ready: impl Fn(&Sampled) -> bool) -> Sampled {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(20) {
            match sampler.take(view).filter(&ready) {
                Some(sampled) => return sampled,
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        }
        panic!("no reply");
    }

    #[test]
    fn every_view_gets_its_faces() {
        let model = snapshot(1, 7);
        let sampler = Sampler::start(Weights::Fixed(Arc::clone(&model)), || {});
        sampler.ask(View::Wall, request(1, 7));
        sampler.ask(View::Face, request(2, 1));
        let wall = wait(&sampler, View::Wall, |s| s.stamp == 1).wall;
        assert_eq!((wall.count, wall.columns, wall.step), (7, 3, 7));
        assert_eq!((wall.picture.width, wall.picture.height), (96, 96));
        let face = wait(&sampler, View::Face, |s| s.stamp == 2).wall;
        let expected = model.draw(&noise::wall(2, 1, 4)).unwrap();
        assert_eq!(face.picture, expected[0]);
        assert!(sampler.weights().is_some());
    }

    #[test]
    fn live_weights_draw_the_face_anew() {
        let slot = Arc::new(Latest::default());
        let sampler = Sampler::start(Weights::Live(Arc::clone(&slot)), || {});
        sampler.ask(View::Face, request(1, 1));
        slot.put(snapshot(1, 1));
        let first = wait(&sampler, View::Face, |s| s.wall.step == 1);
        slot.put(snapshot(2, 2));
        let second = wait(&sampler, View::Face, |s| s.wall.step == 2);
        assert_eq!(first.stamp, second.stamp);
        assert_ne!(first.wall.picture, second.wall.picture);
    }

    #[test]
    fn followers_take_turns_and_the_newest_request_of_each_counts() {
        let sampler = Sampler::start(Weights::Fixed(snapshot(1, 1)), || {});
        for place in 0..5 {
            sampler.ask(View::Strip(place), request(place as u64, 7));
        }
        // A hand that never rests: the face is asked again and again while strips are drawn.
        for stamp in 10..40 {
            sampler.ask(View::Face, request(stamp, 1));
            wait(&sampler, View::Face, |s| s.stamp == stamp);
        }
        for place in 0..5 {
            let strip = wait(&sampler, View::Strip(place), |s| s.stamp == place as u64);
            assert_eq!(strip.wall.count, 7);
        }
        sampler.ask(View::Wall, request(50, 30));
        sampler.ask(View::Wall, request(51, 2));
        wait(&sampler, View::Wall, |s| s.stamp == 51);
    }

    #[test]
    fn frozen_weights_stay_until_they_are_let_go() {
        let slot = Arc::new(Latest::default());
        let sampler = Sampler::start(Weights::Live(Arc::clone(&slot)), || {});
        sampler.ask(View::Face, request(1, 1));
        slot.put(snapshot(1, 1));
        wait(&sampler, View::Face, |s| s.wall.step == 1);
        sampler.freeze(true);
        slot.put(snapshot(2, 2));
        sampler.ask(View::Face, request(2, 1));
        let frozen = wait(&sampler, View::Face, |s| s.stamp == 2);
        assert_eq!(frozen.wall.step, 1);
        sampler.freeze(false);
        wait(&sampler, View::Face, |s| s.wall.step == 2);
    }

    #[test]
    fn every_view_has_a_desk_of_its_own() {
        assert!(View::all().enumerate().all(|(at, view)| view.desk() == at));
    }

    #[test]
    fn dropping_never_hangs() {
        drop(Sampler::start(Weights::Live(Arc::default()), || {}));
        let sampler = Sampler::start(Weights::Fixed(snapshot(1, 1)), || {});
        sampler.ask(View::Wall, request(1, 1000));
        drop(sampler);
    }
}
