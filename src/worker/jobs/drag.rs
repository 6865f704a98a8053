//! A face that follows a hand which pulls at it.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TryRecvError, unbounded};

use crate::gan::Snapshot;
use crate::gan::drag::{Drag, Hold, Place, Prepared, distance};
use crate::latent::{Direction, Latent};
use crate::notice::Notice;
use crate::worker::job::{Job, Progress};
use crate::worker::latest::Latest;
use crate::worker::waker::Waker;
use crate::worker::wall::Wall;

/// How long a face goes on after the hand has let go.
const AFTERWARDS: Duration = Duration::from_secs(1);
/// Steps in which a handle must have come nearer by [`PROGRESS`] pixels; else the face cannot follow any further.
const PATIENCE: usize = 15;
const PROGRESS: f32 = 0.1;

/// Where a face is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Dragged {
    pub latent: Latent,
    pub face: Wall,
    /// Where what was taken hold of is, in pixels.
    pub handle: Place,
    /// When the hand moved to where this follows it.
    pub since: Instant,
}

/// The hand has moved.
type Wish = (Place, Instant);

/// The generator that was pulled at last, ready for the next pull.
#[derive(Clone, Debug, Default)]
pub struct LastPrepared(Arc<Mutex<Option<PreparedOf>>>);

/// A model, and what is prepared of it.
type PreparedOf = (Weak<Snapshot>, Arc<Prepared>);

impl LastPrepared {
    /// Prepares a model before it is pulled at. What goes wrong is said when it is.
    pub fn prepare(&self, model: Arc<Snapshot>) -> Job<()> {
        let own = self.clone();
        Job::spawn("prepare drag", Waker::none(), move |_| {
            if model.generator().chain().is_some() {
                let _ = own.of(&model);
            }
            Ok(())
        })
    }

    fn of(&self, model: &Arc<Snapshot>) -> candle_core::Result<Arc<Prepared>> {
        // Locked while it is made: whoever else asks wants the same.
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |own: &Weak<Snapshot>| std::ptr::eq(own.as_ptr(), Arc::as_ptr(model));
        if let Some((_, prepared)) = last.as_ref().filter(|(own, _)| is_same(own)) {
            return Ok(Arc::clone(prepared));
        }
        let prepared = Arc::new(Prepared::new(model)?);
        *last = Some((Arc::downgrade(model), Arc::clone(&prepared)));
        Ok(prepared)
    }
}

/// A face that is being pulled at, on a thread of its own. Dropping it ends the work.
#[derive(Debug)]
pub struct Pull {
    job: Job<()>,
    /// Where the hand is; without a sender the hand has let go.
    goals: Option<Sender<Wish>>,
    seen: Arc<Latest<Dragged>>,
}

impl Pull {
    /// The newest face, once.
    pub fn seen(&self) -> Option<Dragged> {
        self.seen.take()
    }

    /// Whether it is over, and what went wrong.
    pub fn poll(&self) -> Option<Result<(), Notice>> {
        self.job.poll()
    }

    /// Moves the hand.
    pub fn to(&self, goal: Place) {
        if let Some(goals) = &self.goals {
            // A thread that has ended says so by its result.
            let _ = goals.send((goal, Instant::now()));
        }
    }

    /// Lets go: the face goes on to where the hand was, for a moment.
    pub fn let_go(&mut self) {
        self.goals = None;
    }

    pub fn is_held(&self) -> bool {
        self.goals.is_some()
    }
}

/// Takes hold of the face of `latent`; `waker` wakes for each new face. Of ways to follow the hand, those along
/// `known` directions are preferred.
pub fn start_pull(
    model: Arc<Snapshot>,
    latent: Latent,
    (hold, known): (Hold, Vec<Direction>),
    last: LastPrepared,
    waker: Waker,
) -> Pull {
    let (goals, wishes) = unbounded();
    let seen = Arc::new(Latest::default());
    let (slot, ring) = (Arc::clone(&seen), waker.clone());
    let job = Job::spawn("drag", waker, move |progress| {
        if model.generator().chain().is_none() {
            let text = "Faces of this model cannot be pulled at: that needs a generator of 4×4 transposed convolutions, as training makes them.";
            return Err(Notice::error(text));
        }
        let failed = |error: candle_core::Error| {
            Notice::from_error("The face could not follow. Try again.", &error)
        };
        let prepared = last.of(&model).map_err(failed)?;
        let step = prepared.step;
        let mut drag = Drag::new(prepared, &latent, &hold, &known).map_err(failed)?;
        follow(&mut drag, &wishes, progress, &mut |drag, since| {
            let picture = drag.picture()?;
            slot.put(Dragged {
                latent: drag.latent(),
                face: Wall::of_one(step, picture),
                handle: drag.handle(),
                since,
            });
            ring.wake();
            Ok(())
        })
        .map_err(failed)
    });
    Pull {
        job,
        goals: Some(goals),
        seen,
    }
}

/// Follows the hand until it has let go, and then for a moment.
fn follow(
    drag: &mut Drag,
    wishes: &Receiver<Wish>,
    progress: &Progress,
    see: &mut dyn FnMut(&Drag, Instant) -> candle_core::Result<()>,
) -> candle_core::Result<()> {
    let mut wish: Wish = (drag.handle(), Instant::now());
    let mut let_go: Option<Instant> = None;
    let mut stall = Stall::default();
    while !progress.is_cancelled() {
        let mut newest = None;
        loop {
            match wishes.try_recv() {
                Ok(wish) => newest = Some(wish),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    let_go = let_go.or(Some(Instant::now()));
                    break;
                }
            }
        }
        if let Some(newest) = newest {
            wish = newest;
            drag.pull(wish.0);
            stall = Stall::default();
        }
        if let_go.is_some_and(|then| then.elapsed() > AFTERWARDS) {
            break;
        }
        if drag.advance()? && !stall.is_stuck(distance(drag.handle(), wish.0)) {
            see(drag, wish.1)?;
            continue;
        }
        // There, or as near as this face can come: nothing to do before the hand moves.
        let Ok(next) = wishes.recv() else { break };
        wish = next;
        drag.pull(wish.0);
        stall = Stall::default();
    }
    Ok(())
}

/// Tells whether a handle still comes nearer.
#[derive(Default)]
struct Stall {
    nearest: Option<f32>,
    steps: usize,
}

impl Stall {
    fn is_stuck(&mut self, far: f32) -> bool {
        if self.nearest.is_none_or(|nearest| far < nearest - PROGRESS) {
            (self.nearest, self.steps) = (Some(far), 0);
        } else {
            self.steps += 1;
        }
        self.steps >= PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::gan::{ModelInfo, generator};
    use crate::latent::noise::{Noise, Purpose, face};
    use crate::worker::jobs::model::read_model;
    use candle_core::Device;

    #[test]
    fn a_face_follows_the_hand_and_the_thread_ends_when_it_lets_go() {
        let info = ModelInfo::small(6, 4);
        let mut noise = Noise::new(3, Purpose::Weights);
        let mut network = generator(&info, &mut noise, &Device::Cpu).unwrap();
        for block in &mut network.blocks {
            block.weight = (&block.weight * 8.0).unwrap();
        }
        let model = Arc::new(Snapshot::new(info, network));
        let hold = Hold {
            handle: [15.0, 16.0],
            ..Hold::default()
        };
        let mut pull = start_pull(
            model,
            face(1, 6),
            (hold, Vec::new()),
            LastPrepared::default(),
            Waker::none(),
        );
        pull.to([15.6, 16.0]);
        let begun = Instant::now();
        let mut newest = None;
        while begun.elapsed() < Duration::from_secs(20) {
            newest = pull.seen().or(newest);
            if newest
                .as_ref()
                .is_some_and(|seen: &Dragged| distance(seen.handle, [15.6, 16.0]) < 0.45)
            {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        assert!(newest.is_some_and(|seen| seen.latent != face(1, 6)));
        pull.let_go();
        while pull.poll().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(30), "it goes on");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// How much the lower part of a face changes as something above is pulled at.
    fn changed_below(
        (with, known): (&Arc<Prepared>, &[Direction]),
        latent: &Latent,
        mask: Vec<f32>,
    ) -> f64 {
        let hold = Hold {
            handle: [24.0, 26.0],
            pins: Vec::new(),
            mask,
        };
        let mut drag = Drag::new(Arc::clone(with), latent, &hold, known).unwrap();
        let before = drag.picture().unwrap();
        drag.pull([27.0, 26.0]);
        for _ in 0..15 {
            drag.advance().unwrap();
        }
        let after = drag.picture().unwrap();
        let pairs = after.rgb.iter().zip(&before.rgb).skip(3 * 64 * 40);
        pairs
            .map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2))
            .sum()
    }

    #[test]
    fn what_is_to_stay_changes_less() {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter-faces-64.safetensors");
        let model = read_model(&path).unwrap();
        let with = Arc::new(Prepared::new(&model).unwrap());
        let below = |at: usize| f32::from(u8::from(at / 64 >= 40));
        let mask: Vec<f32> = (0..64 * 64).map(below).collect();
        let all = |mask: &[f32]| -> f64 {
            let faces = (1..=5).map(|seed| face(seed, model.info().latent));
            let known = model.directions();
            faces
                .map(|face| changed_below((&with, known), &face, mask.to_vec()))
                .sum()
        };
        let (free, kept) = (all(&[]), all(&mask));
        assert!(kept < 0.6 * free, "{kept} {free}");
    }

    #[test]
    fn a_handle_that_no_longer_comes_nearer_is_stuck() {
        let mut stall = Stall::default();
        assert!((0..40).all(|step| !stall.is_stuck(8.0 - 0.2 * step as f32)));
        assert!((0..PATIENCE).any(|_| stall.is_stuck(0.2)));
    }
}
