//! The checkpoints of the run on show, looked for beside the window's thread: where a fork can begin.

use std::path::{Path, PathBuf};

use egui::Context;

use super::timeline::nearest;
use crate::session::{RunState, Session};
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::checkpoints::{KeptCheckpoints, list_checkpoints};
use crate::worker::train::CheckpointRef;

/// What tells that other checkpoints may be there: run, state, the newest one, and marks so far.
type Seen = (PathBuf, RunState, Option<u64>, usize);

/// The checkpoints of the run on show.
#[derive(Default)]
pub struct Checkpoints {
    kept: KeptCheckpoints,
    seen: Option<Seen>,
    looking: Option<Job<KeptCheckpoints>>,
}

impl Checkpoints {
    /// Before every frame: looks again where there may be others.
    pub fn follow(&mut self, run: &Path, session: &Session, ctx: &Context) {
        if let Some(result) = self.looking.as_ref().and_then(Job::poll) {
            self.looking = None;
            self.kept = result.unwrap_or_default();
        }
        let newest = session.kept.as_ref().map(|kept| kept.step);
        let now = (run.to_owned(), session.state, newest, session.marks.len());
        if self.seen.as_ref() != Some(&now) {
            self.looking = Some(list_checkpoints(run.to_owned(), waker(ctx)));
            self.seen = Some(now);
        }
    }

    /// The steps of all, `best` among them where its weights are kept.
    pub fn steps(&self, best: Option<u64>) -> Vec<u64> {
        let best = best.filter(|_| self.kept.has_best);
        let mut all = self.kept.steps.clone();
        all.extend(best.filter(|step| !self.kept.steps.contains(step)));
        all
    }

    /// The one that is nearest to `step`, with its step.
    pub fn nearest(&self, step: u64, best: Option<u64>) -> Option<(u64, CheckpointRef)> {
        let near = nearest(&self.steps(best), step)?;
        let by_step = self.kept.steps.contains(&near);
        let named = if by_step {
            CheckpointRef::Step(near)
        } else {
            CheckpointRef::Best
        };
        Some((near, named))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_checkpoint_may_be_the_best() {
        let mut checkpoints = Checkpoints::default();
        assert_eq!(checkpoints.nearest(5, Some(5)), None);
        checkpoints.kept = KeptCheckpoints {
            steps: vec![100, 200],
            has_best: true,
        };
        let of = |step, best| checkpoints.nearest(step, best);
        assert_eq!(of(120, Some(40)), Some((100, CheckpointRef::Step(100))));
        assert_eq!(of(50, Some(40)), Some((40, CheckpointRef::Best)));
        assert_eq!(of(50, Some(100)), Some((100, CheckpointRef::Step(100))));
        assert_eq!(of(50, None), Some((100, CheckpointRef::Step(100))));
    }
}
