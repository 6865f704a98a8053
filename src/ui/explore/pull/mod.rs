//! Take hold of the face and pull: the latent follows, with pins and places that are kept.

mod canvas;

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::Context;

use super::brush::dab;
use crate::gan::Snapshot;
use crate::gan::drag::{Hold, Place, distance};
use crate::latent::{Direction, Latent};
use crate::notice::Notice;
use crate::ui::explore::action::PullAction;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::Wall;
use crate::worker::jobs::drag::{LastPrepared, Pull, start_pull};

pub use canvas::show;

/// A pin this near to another place, in shares of the face's side, is the one that is meant.
const NEAR: f32 = 0.04;
/// Radius of the brush that keeps places as they are, likewise.
const BRUSH: f32 = 0.06;

/// So long after a face the next one is waited for, and nothing else drawn.
const LULL: Duration = Duration::from_millis(120);

/// The hand that pulls at the face, and what it leaves alone.
#[derive(Default)]
pub struct Puller {
    pull: Option<Pull>,
    /// Where the hand is, while it holds the face or the face still follows.
    goal: Option<Place>,
    /// Where what it took hold of is now.
    handle: Option<Place>,
    pins: Vec<Place>,
    /// How much each pixel is kept as it is, 0..1; empty where nothing is.
    mask: Vec<f32>,
    /// Where the keys have moved the hand.
    cursor: Option<Place>,
    /// Pulls so far: each is one step of undo.
    count: u64,
    /// The current face as the pull left it.
    left: Option<Latent>,
    /// When the hand moved to where the face followed it last.
    followed: Option<Instant>,
    /// When a face came last.
    came: Option<Instant>,
    last: LastPrepared,
    preparing: Option<Job<()>>,
    /// The fingerprint of the model that pulls are prepared for.
    ready_for: Option<String>,
}

/// The face came nearer to the hand.
pub struct Followed {
    pub latent: Latent,
    pub face: Wall,
    /// The number of the pull.
    pub pull: u64,
    /// When the hand moved to where this follows it, where this is the first that does.
    pub since: Option<Instant>,
}

impl Puller {
    /// Does what a person wants. `face` is the current one, `side` that of its picture in pixels.
    pub fn apply(
        &mut self,
        action: PullAction,
        (face, side): (&Latent, usize),
        model: Option<(Arc<Snapshot>, Vec<Direction>)>,
        ctx: &Context,
    ) {
        let last = side.max(1) as f32 - 1.0;
        let inside = |[x, y]: Place| [x.clamp(0.0, last), y.clamp(0.0, last)];
        match action {
            PullAction::Take(at) => {
                let Some((model, known)) = model else { return };
                let hold = Hold {
                    handle: inside(at),
                    pins: self.pins.clone(),
                    mask: self.fitting_mask(side).to_vec(),
                };
                (self.goal, self.handle) = (Some(hold.handle), Some(hold.handle));
                self.count += 1;
                self.left = Some(face.clone());
                self.pull = Some(start_pull(
                    model,
                    face.clone(),
                    (hold, known),
                    self.last.clone(),
                    waker(ctx),
                ));
                self.came = Some(Instant::now());
            }
            PullAction::To(at) => {
                if let Some(pull) = self.pull.as_ref().filter(|pull| pull.is_held()) {
                    self.goal = Some(inside(at));
                    pull.to(inside(at));
                }
            }
            PullAction::LetGo => self.let_go(),
            PullAction::Pin(at) => self.pin(inside(at), NEAR * side as f32),
            PullAction::Keep(from, to) => {
                self.mask = self.fitting_mask(side).to_vec();
                self.mask.resize(side * side, 0.0);
                // The brush counts from the corner of the first pixel.
                let corner = |[x, y]: Place| (x + 0.5, y + 0.5);
                let stroke = (corner(from), corner(to));
                dab(&mut self.mask, side, stroke, BRUSH * side as f32);
            }
            PullAction::Free => {
                self.pins.clear();
                self.mask.clear();
            }
            PullAction::Cursor(at) => self.cursor = Some(inside(at)),
        }
    }

    fn pin(&mut self, at: Place, near: f32) {
        let before = self.pins.len();
        self.pins.retain(|&pin| distance(pin, at) > near);
        if self.pins.len() == before {
            self.pins.push(at);
        }
    }

    /// The mask, where it fits a face of `side` pixels.
    fn fitting_mask(&self, side: usize) -> &[f32] {
        match self.mask.len() == side * side {
            true => &self.mask,
            false => &[],
        }
    }

    /// The hand lets go of the face, which follows for a moment more.
    pub fn let_go(&mut self) {
        if let Some(pull) = &mut self.pull {
            pull.let_go();
        }
    }

    /// Makes ready for pulls at faces of a model with this fingerprint, once. `None` where the face is not in sight: the
    /// hand lets go, and what was prepared is given back.
    pub fn make_ready(&mut self, model: Option<(&str, Arc<Snapshot>)>) {
        let Some((fingerprint, model)) = model else {
            if self.ready_for.take().is_some() {
                self.let_go();
                (self.last, self.preparing) = (LastPrepared::default(), None);
            }
            return;
        };
        if self.ready_for.as_deref() != Some(fingerprint) {
            self.ready_for = Some(fingerprint.to_owned());
            self.preparing = Some(self.last.prepare(model));
        }
    }

    /// Ends a pull: the face is another one now.
    pub fn drop_face(&mut self) {
        (self.pull, self.goal, self.handle) = (None, None, None);
    }

    /// Whether a face is on its way, that of the hand, which is to have the processor alone.
    pub fn is_following(&self) -> bool {
        self.pull.is_some() && self.came.is_some_and(|came| came.elapsed() < LULL)
    }

    pub fn is_pulling(&self) -> bool {
        self.pull.is_some()
    }

    /// Whether the hand holds the face.
    fn is_held(&self) -> bool {
        self.pull.as_ref().is_some_and(Pull::is_held)
    }

    pub fn pins(&self) -> &[Place] {
        &self.pins
    }

    fn is_free(&self) -> bool {
        self.pins.is_empty() && self.mask.is_empty()
    }

    /// The hand of the keys on a face of `side` pixels; it begins in the middle.
    fn cursor(&self, side: usize) -> Place {
        let middle = (side as f32 - 1.0) / 2.0;
        self.cursor.unwrap_or([middle; 2])
    }

    /// Takes in how far the face has followed, and what went wrong. `current` is the current face: where it is no
    /// longer the one that is pulled at, a person has moved on.
    pub fn tick(
        &mut self,
        current: Option<&Latent>,
        ctx: &Context,
    ) -> (Option<Followed>, Option<Notice>) {
        if self.pull.is_none() {
            return (None, None);
        }
        if self.is_following() {
            // Then the rest is drawn.
            ctx.request_repaint_after(LULL);
        }
        if self.left.as_ref() != current {
            self.drop_face();
            return (None, None);
        }
        let pull = self.pull.as_ref();
        let over = pull.and_then(Pull::poll);
        // Asked for after the result, so that the last face is not missed.
        let seen = pull.and_then(Pull::seen).map(|seen| {
            self.handle = Some(seen.handle);
            self.left = Some(seen.latent.clone());
            self.came = Some(Instant::now());
            Followed {
                latent: seen.latent,
                face: seen.face,
                pull: self.count,
                since: (self.followed.replace(seen.since) != Some(seen.since))
                    .then_some(seen.since),
            }
        });
        let failed = over.and_then(|result| {
            self.drop_face();
            result.err()
        });
        (seen, failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(puller: &mut Puller, action: PullAction) {
        let face = Latent(vec![0.0; 4]);
        puller.apply(action, (&face, 32), None, &Context::default());
    }

    #[test]
    fn a_pin_comes_out_where_it_is_set_once_more() {
        let mut puller = Puller::default();
        done(&mut puller, PullAction::Pin([5.0, 6.0]));
        done(&mut puller, PullAction::Pin([15.0, 6.0]));
        assert_eq!(puller.pins.len(), 2);
        done(&mut puller, PullAction::Pin([5.5, 6.5]));
        assert_eq!(puller.pins, [[15.0, 6.0]]);
        done(&mut puller, PullAction::Free);
        assert!(puller.is_free());
    }

    #[test]
    fn what_lies_along_a_stroke_is_kept() {
        let mut puller = Puller::default();
        done(&mut puller, PullAction::Keep([4.0, 10.0], [20.0, 10.0]));
        let kept = |x: usize, y: usize| puller.mask[y * 32 + x] > 0.0;
        assert!(kept(4, 10) && kept(12, 11) && kept(20, 10));
        assert!(!kept(12, 13) && !kept(24, 10));
        // Of a model of another size nothing is kept.
        assert!(puller.fitting_mask(64).is_empty());
    }
}
