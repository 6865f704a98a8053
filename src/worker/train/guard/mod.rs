//! Sees when a run goes bad, and says what it saw. Knows numbers only: what is done about it is the
//! trainer's business.
//!
//! | danger | what is seen | when it is said |
//! |---|---|---|
//! | [`Danger::Alike`] | samples resemble each other far more than real pictures do (MS-SSIM) | [`PATIENCE`] measurements in a row, once the run had been diverse or its time for that is over |
//! | [`Danger::Far`] | the distance to the data (SWD) is far above the best of the run | [`PATIENCE`] measurements in a row and a tenth of the run; at once where it is [`VERY_FAR`] |
//! | [`Danger::Certain`] | D tells every fake from every real picture, so that G learns little from it | mean over [`CERTAIN_STEPS`] steps |
//! | [`Danger::Copies`] | samples are far nearer to training pictures than pictures that were kept back | [`PATIENCE`] measurements in a row |
//! | [`Danger::NotANumber`] | a loss is infinite or no number | at once |
//!
//! Each danger is said once, and again only after it was over.

use crate::run::{EvalRecord, StepRecord};

/// Measurements in a row before a danger is believed: one may be chance.
pub const PATIENCE: u32 = 3;
/// Share of the way from the data's MS-SSIM (0) to that of one picture repeated (1) above which
/// samples are far too alike.
pub const ALIKE: f32 = 0.45;
/// Pictures that a run may see before it is diverse: an untrained generator always draws the same grey.
pub const GRACE_IMAGES: u64 = 100_000;
/// The distance is far above its best at so many times it …
pub const FAR: f32 = 1.6;
/// … where it is above it by this many times what two sets of real pictures differ by as well: less
/// may be chance.
pub const FAR_DATA: f32 = 1.0;
/// At so many times that it is believed at once.
pub const VERY_FAR: f32 = 1.5;
/// D is certain where its mean D(x) is above this …
pub const CERTAIN_REAL: f32 = 0.97;
/// … and its mean D(G(z)) after its update below this.
pub const CERTAIN_FAKE: f32 = 0.01;
/// Steps that these means go over.
pub const CERTAIN_STEPS: u32 = 300;
/// Samples are copies where they are nearer to training pictures than this share of the distance that pictures have
/// which were kept back.
pub const COPIES: f32 = 0.7;
/// A danger is over below this share of its threshold, so that it does not come and go.
const OVER: f32 = 0.85;
/// A best that is better by less is not worth another checkpoint.
const BETTER: f32 = 0.98;

/// A way for a run to go bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Danger {
    /// Mode collapse: the samples are too alike.
    Alike,
    /// The samples have moved away from the data.
    Far,
    Certain,
    /// The generator draws training pictures.
    Copies,
    /// A loss is infinite or no number: these weights are lost.
    NotANumber,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// Which way the run goes bad.
    pub danger: Danger,
    /// The step that it was said at.
    pub step: u64,
    /// The first step that it was seen at.
    pub since: u64,
    /// One sentence with the numbers.
    pub why: String,
}

/// What a guard says.
#[derive(Clone, Debug, PartialEq)]
pub enum GuardEvent {
    /// A danger was seen.
    Alarm(Alarm),
    Over {
        danger: Danger,
        step: u64,
    },
}

/// The best measurement of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Best {
    /// Whose weights these were.
    pub step: u64,
    /// Their distance to the data.
    pub swd: f32,
}

/// Watches over a run.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    best: Option<Best>,
    /// Pictures seen: when it began to watch, also after a roll-back, and now.
    images: Option<(u64, u64)>,
    was_diverse: bool,
    alike: Watch,
    far: Watch,
    certain: Watch,
    copies: Watch,
    certainty: Certainty,
}

/// One danger over time.
#[derive(Clone, Debug, Default)]
struct Watch {
    since: Option<u64>,
    seen: u32,
    raised: bool,
}

enum Turn {
    Raised { since: u64 },
    Over,
}

impl Watch {
    /// Takes in the `value` of `step`, bad above `threshold` (both positive); `believed` says from how
    /// often and since when it was bad whether that is enough.
    fn see(
        &mut self,
        step: u64,
        (value, threshold): (f32, f32),
        believed: impl FnOnce(u32, u64) -> bool,
    ) -> Option<Turn> {
        let threshold = if self.raised {
            threshold * OVER
        } else {
            threshold
        };
        if value <= threshold {
            let raised = std::mem::take(self).raised;
            return raised.then_some(Turn::Over);
        }
        let since = *self.since.get_or_insert(step);
        self.seen += 1;
        if self.raised || !believed(self.seen, since) {
            return None;
        }
        self.raised = true;
        Some(Turn::Raised { since })
    }
}

/// Running means of what D says and G pays.
#[derive(Clone, Copy, Debug, Default)]
struct Certainty {
    steps: u32,
    real: f32,
    fake: f32,
    loss_g: f32,
}

impl Certainty {
    fn take(&mut self, record: &StepRecord) {
        self.steps = (self.steps + 1).min(CERTAIN_STEPS);
        let share = 1.0 / self.steps as f32;
        self.real += (record.d_real - self.real) * share;
        self.fake += (record.d_fake_after - self.fake) * share;
        self.loss_g += (record.loss_g - self.loss_g) * share;
    }

    /// 1 and more where D is certain by both means.
    fn value(&self) -> f32 {
        if self.steps < CERTAIN_STEPS {
            return 0.0;
        }
        let doubt_real = (1.0 - self.real).max(f32::EPSILON) / (1.0 - CERTAIN_REAL);
        let doubt_fake = self.fake.max(f32::EPSILON) / CERTAIN_FAKE;
        1.0 / doubt_real.max(doubt_fake)
    }
}

impl Guard {
    /// For a run that goes on after `measured`: knows its best, and says nothing about the past.
    pub fn after(measured: &[EvalRecord]) -> Self {
        let mut guard = Self::default();
        for one in measured {
            guard.take(one);
        }
        guard
    }

    /// The weights were put back to those of an earlier step: what was seen since is no longer true, and
    /// the run gets its time to become diverse again.
    pub fn rolled_back(&mut self) {
        *self = Self {
            best: self.best,
            ..Self::default()
        };
    }

    /// Takes in a step.
    pub fn step(&mut self, record: &StepRecord) -> Option<GuardEvent> {
        let step = record.step;
        let (begun, _) = *self.images.get_or_insert((record.images, 0));
        self.images = Some((begun, record.images));
        if !record.loss_d.is_finite() || !record.loss_g.is_finite() {
            return Some(GuardEvent::Alarm(Alarm {
                danger: Danger::NotANumber,
                step,
                since: step,
                why: format!("A loss was no longer a number at step {step}."),
            }));
        }
        self.certainty.take(record);
        let seen = self.certainty;
        let turn = self.certain.see(step, (seen.value(), 1.0), |_, _| true)?;
        let why = |_| {
            format!(
                "D has told all fakes from real pictures for {CERTAIN_STEPS} steps: D(x) {:.2}, D(G(z)) {:.3}, loss of G {:.1}. G learns little from so sure a D.",
                seen.real, seen.fake, seen.loss_g
            )
        };
        let mut word = turn.word(Danger::Certain, step, why);
        if let GuardEvent::Alarm(alarm) = &mut word {
            alarm.since = step.saturating_sub(u64::from(CERTAIN_STEPS)) + 1;
        }
        Some(word)
    }

    /// Takes in a measurement; says first whether it is the best so far.
    pub fn measured(&mut self, measured: &EvalRecord) -> (bool, Vec<GuardEvent>) {
        let (best, words) = self.take(measured);
        (best, words.into_iter().flatten().collect())
    }

    fn take(&mut self, measured: &EvalRecord) -> (bool, [Option<GuardEvent>; 3]) {
        let found = &measured.measures;
        let alike = self.see_alike(measured);
        // A run must not be taken back to where it was going bad already.
        let is_best = found.swd.is_finite()
            && self.alike.since.is_none()
            && self.best.is_none_or(|best| found.swd < best.swd * BETTER);
        if is_best {
            self.best = Some(Best {
                step: measured.step,
                swd: found.swd,
            });
        }
        let copies = self.see_copies(measured);
        (is_best, [alike, self.see_far(measured), copies])
    }

    fn see_copies(&mut self, measured: &EvalRecord) -> Option<GuardEvent> {
        let (step, found) = (measured.step, &measured.measures);
        let (nearest, held_back) = found.nearest.zip(found.nearest_held_back)?;
        let value = COPIES * held_back / nearest.max(f32::EPSILON);
        let turn = self
            .copies
            .see(step, (value, 1.0), |seen, _| seen >= PATIENCE)?;
        let why = |since| {
            format!(
                "The samples have been copies of training pictures since step {since}: {nearest:.0} from the nearest one, pictures that were kept back {held_back:.0}. Use more pictures, DiffAugment or a larger gamma."
            )
        };
        Some(turn.word(Danger::Copies, step, why))
    }

    fn see_alike(&mut self, measured: &EvalRecord) -> Option<GuardEvent> {
        let (step, found) = (measured.step, &measured.measures);
        let room = (1.0 - found.ms_ssim_data).max(0.01);
        let share = (found.ms_ssim - found.ms_ssim_data) / room;
        self.was_diverse |= share < ALIKE * OVER;
        let seen = self
            .images
            .map_or(0, |(begun, now)| now.saturating_sub(begun));
        let counts = self.was_diverse || seen >= GRACE_IMAGES;
        let value = if counts { share } else { 0.0 };
        let enough = |seen, _| seen >= PATIENCE;
        let turn = self.alike.see(step, (value, ALIKE), enough)?;
        let why = |since| {
            format!(
                "The samples have been too alike since step {since}: MS-SSIM {:.2} between random pairs, {:.2} between real pictures.",
                found.ms_ssim, found.ms_ssim_data
            )
        };
        Some(turn.word(Danger::Alike, step, why))
    }

    fn see_far(&mut self, measured: &EvalRecord) -> Option<GuardEvent> {
        let (step, found) = (measured.step, &measured.measures);
        let best = self.best?;
        let threshold = (best.swd * FAR).max(best.swd + found.swd_data * FAR_DATA);
        // So far that it cannot be chance: at such a pace there is no time to wait for more.
        let lost = found.swd > VERY_FAR * threshold;
        let enough = |seen, since| lost || (seen >= PATIENCE && step - since >= step / 10);
        let turn = self.far.see(step, (found.swd, threshold), enough)?;
        let why = |since| {
            format!(
                "The samples have been far from the data since step {since}: distance {:.0} (SWD), {:.0} at its best at step {}.",
                found.swd, best.swd, best.step
            )
        };
        Some(turn.word(Danger::Far, step, why))
    }
}

impl Turn {
    fn word(self, danger: Danger, step: u64, why: impl FnOnce(u64) -> String) -> GuardEvent {
        match self {
            Self::Raised { since } => GuardEvent::Alarm(Alarm {
                danger,
                step,
                since,
                why: why(since),
            }),
            Self::Over => GuardEvent::Over { danger, step },
        }
    }
}

#[cfg(test)]
mod tests;
