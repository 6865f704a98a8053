//! What the training thread does, from the plan of a run to its last word.

mod checkpoints;
mod control;
mod live;
mod publish;
mod step;
#[cfg(test)]
mod tests;
mod training;
mod watching;

use super::link::Link;
use super::message::{Event, Outcome, Plan, RunEnd};
use super::pictures;
use super::setup::{self, SetupOutcome};
use crate::notice::Notice;
use crate::run::{RunEvent, RunEventKind};
use training::Training;

/// A whole run, from its plan to the last word.
pub(super) fn run(plan: Plan, link: &Link) -> RunEnd {
    match setup::prepare(plan, link) {
        Ok(SetupOutcome::Finished(model)) => RunEnd {
            outcome: Outcome::Completed,
            model: Some(model),
        },
        Ok(SetupOutcome::Ready(setup)) => {
            let threads = setup.threads;
            let begun = match (&setup.from, &setup.forked) {
                (Some(_), Some(forked)) => Some(forked.what.clone()),
                (Some(_), None) => Some(RunEventKind::Resumed),
                // What it began with need not lie there when it goes on.
                (None, _) => setup.begins_with_model.then_some(RunEventKind::Checkpoint),
            };
            let mut waiting = Some(setup);
            let begin = || {
                waiting
                    .take()
                    .map(|setup| Training::new(*setup, link).run(begun))
            };
            let ended = setup::on_threads(threads, begin);
            if let Some(setup) = waiting {
                setup.folder.remove_if_new();
            }
            match ended {
                Ok(ended) => {
                    ended.unwrap_or_else(|| RunEnd::failed(Notice::error("The run cannot begin.")))
                }
                Err(notice) => RunEnd::failed(notice),
            }
        }
        Err(notice) => RunEnd::failed(notice),
    }
}

impl Training<'_> {
    pub(super) fn run(mut self, begun: Option<RunEventKind>) -> RunEnd {
        let mut turn = self.begin(begun);
        let outcome = loop {
            match turn {
                Ok(()) => turn = self.turn(),
                Err(Outcome::Completed) if self.info.step == 0 => {
                    break Outcome::Failed(pictures::no_step(&self.config, self.feed.usable()));
                }
                Err(outcome) => break outcome,
            }
        };
        if self.came_to_nothing(&outcome) {
            self.recorder.folder.remove_if_new();
            return RunEnd {
                outcome,
                model: None,
            };
        }
        let outcome = match outcome {
            // The weights are not to be trusted: what was saved before stays.
            Outcome::Failed(_) => outcome,
            outcome => self.finish(outcome),
        };
        let name = outcome.name().into();
        let _ = self.mark(RunEventKind::Ended { outcome: name });
        RunEnd {
            outcome,
            model: self
                .checkpoints
                .saved_step()
                .map(|_| self.recorder.folder.model()),
        }
    }

    /// Whether the run did not come to a step of its own: nothing of a new one is worth keeping.
    pub(super) fn came_to_nothing(&self, outcome: &Outcome) -> bool {
        let is_failed = matches!(outcome, Outcome::Failed(_));
        let is_nothing =
            self.info.step == 0 || (is_failed && self.info.step == self.checkpoints.begun);
        self.recorder.folder.is_new() && is_nothing
    }

    /// Saves what a run has come to; says where that was not possible.
    pub(super) fn finish(&mut self, outcome: Outcome) -> Outcome {
        let _ = self.last_look();
        let saved = self.save_at_end();
        let _ = self.draw_wall(true);
        // A run is no worse without its picture: nobody is told where this fails.
        let _ = setup::plot_losses(&self.recorder.folder);
        let lost = self.recorder.folder.unwritten();
        if lost > 0 {
            let text = format!("The measurements of the last {lost} steps could not be written.");
            // Nobody may be left to hear it.
            let _ = self.link.send(Event::Notice(Notice::warning(text)));
        }
        match saved {
            Ok(()) => outcome,
            Err(notice) => Outcome::Failed(notice),
        }
    }

    /// A run that goes on, is a fork or begins with a model says so, and has a checkpoint from the start.
    pub(super) fn begin(&mut self, begun: Option<RunEventKind>) -> Result<(), Outcome> {
        self.tell_live()?;
        self.open_board()?;
        let Some(begun) = begun else {
            return Ok(());
        };
        let is_of_model = begun == RunEventKind::Checkpoint;
        match begun {
            // Written with the folder.
            RunEventKind::Forked { .. } => self.link.send(Event::Marked(RunEvent {
                step: self.info.step,
                what: begun,
            }))?,
            _ => self.mark(begun)?,
        }
        match is_of_model {
            true => self.save_these(),
            false => self.save(),
        }
    }

    /// Commands, then one step and what follows from it.
    pub(super) fn turn(&mut self) -> Result<(), Outcome> {
        self.obey()?;
        if self
            .config
            .steps
            .is_some_and(|steps| self.info.step >= steps)
        {
            return Err(Outcome::Completed);
        }
        self.change_by_plan()?;
        if !self.step()? {
            return Ok(());
        }
        self.publish()?;
        self.evaluate()?;
        self.publish_wall()?;
        if self.checkpoints.is_due(&self.config.keep, self.info.step) {
            self.save()?;
        }
        self.hold_again()?;
        Ok(())
    }
}
