//! A run in one sentence, for somebody who comes back to it in the morning.

use std::fmt;
use std::time::Duration;

use super::{RunEvent, RunEventKind, StepRecord};
use crate::readable;

/// What a run came to, and whether anything went wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    steps: u64,
    seconds: f64,
    /// Step and distance to the data of the best weights.
    best: Option<(u64, f64)>,
    /// How often the guard warned, and when last.
    warnings: usize,
    warned: Option<u64>,
    rollbacks: usize,
}

impl Digest {
    /// Of a run whose last step is `last`, and in which `events` happened.
    pub fn of(last: &StepRecord, events: &[RunEvent]) -> Self {
        let mut digest = Self {
            steps: last.step,
            seconds: last.seconds,
            best: None,
            warnings: 0,
            warned: None,
            rollbacks: 0,
        };
        for event in events {
            match event.what {
                RunEventKind::Best { distance } => digest.best = Some((event.step, distance)),
                RunEventKind::Warning { .. } => {
                    digest.warnings += 1;
                    digest.warned = Some(event.step);
                }
                RunEventKind::RolledBack { .. } => digest.rollbacks += 1,
                _ => {}
            }
        }
        digest
    }

    /// Whether the guard never warned, or the run was better since than ever before.
    pub fn is_well(&self) -> bool {
        self.warned.is_none() || self.best.is_some_and(|(best, _)| Some(best) > self.warned)
    }

    fn worry(&self) -> String {
        let Some(warned) = self.warned else {
            return "nothing to worry about".to_owned();
        };
        let times = match self.warnings {
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            many => format!("{many} times"),
        };
        let back = match self.rollbacks {
            0 => "",
            _ => " and went back to better weights",
        };
        let warned = readable::count(warned);
        if self.is_well() {
            format!("the guard warned {times}{back}, last at step {warned}; it got better since")
        } else {
            format!("the guard warned {times}{back}, last at step {warned}: look at the curves")
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = Duration::try_from_secs_f64(self.seconds).unwrap_or_default();
        let steps = match self.steps {
            1 => "1 step".to_owned(),
            steps => format!("{} steps", readable::count(steps)),
        };
        write!(f, "{steps} in {}; ", readable::span(time))?;
        if let Some((step, distance)) = self.best {
            let step = readable::count(step);
            write!(f, "best at step {step} (distance {distance:.1}); ")?;
        }
        write!(f, "{}.", self.worry())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(step: u64, what: RunEventKind) -> RunEvent {
        RunEvent { step, what }
    }

    fn told(events: &[RunEvent]) -> String {
        let last = StepRecord {
            step: 31_000,
            seconds: 26_000.0,
            ..StepRecord::default()
        };
        let told = Digest::of(&last, events).to_string();
        told.replace('\u{202f}', " ")
    }

    #[test]
    fn a_night_is_one_sentence() {
        let best = |step, distance| event(step, RunEventKind::Best { distance });
        let text = || "The samples have been too alike.".to_owned();
        let warning = |step| event(step, RunEventKind::Warning { text: text() });
        assert_eq!(
            told(&[best(100, 60.0), best(28_400, 14.23)]),
            "31 000 steps in 7 h 13 min; best at step 28 400 (distance 14.2); nothing to worry about."
        );
        assert_eq!(
            told(&[best(100, 60.0), warning(200), best(28_400, 14.23)]),
            "31 000 steps in 7 h 13 min; best at step 28 400 (distance 14.2); the guard warned once, last at step 200; it got better since."
        );
        let back = RunEventKind::RolledBack {
            from: 30_000,
            lower_rates: true,
        };
        assert_eq!(
            told(&[
                best(100, 60.0),
                warning(200),
                warning(30_000),
                event(100, back)
            ]),
            "31 000 steps in 7 h 13 min; best at step 100 (distance 60.0); the guard warned twice and went back to better weights, last at step 30 000: look at the curves."
        );
        assert_eq!(
            told(&[]),
            "31 000 steps in 7 h 13 min; nothing to worry about."
        );
    }
}
