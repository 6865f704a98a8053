//! What is done about what watches over the run.

use std::sync::Arc;

use super::training::Training;
use crate::config::GuardChoice;
use crate::notice::Notice;
use crate::run::{RunEventKind, StepRecord, checkpoint};
use crate::worker::train::evaluator::Report;
use crate::worker::train::guard::{Alarm, GuardEvent};
use crate::worker::train::link::Disconnected;
use crate::worker::train::message::{CheckpointRef, Event, Outcome};
use crate::worker::train::watch::MeasuredWeights;

/// A run that goes bad again after so many roll-backs is not saved by another one.
const MOST_ROLLBACKS: u64 = 3;

impl Training<'_> {
    /// Has the weights measured now and then, and heeds what is found.
    pub(super) fn evaluate(&mut self) -> Result<(), Outcome> {
        if self.watch.evaluator.wants(self.info.step) {
            let weights = self.hold_weights()?;
            self.watch.evaluator.give(Arc::clone(&weights.snapshot));
            self.watch.weights = Some(weights);
        }
        match self.watch.evaluator.report() {
            Some(report) => {
                let alarm = self.take_report(report)?;
                self.heed(alarm)
            }
            None => Ok(()),
        }
    }

    /// The weights as they are now.
    pub(super) fn hold_weights(&mut self) -> candle_core::Result<MeasuredWeights> {
        Ok(MeasuredWeights {
            snapshot: self.snapshot()?,
            gan: self.gan.clone(),
            state: self.state(),
        })
    }

    /// At the end of a run: takes in a measurement that is under way.
    pub(super) fn last_look(&mut self) -> Result<(), Disconnected> {
        match self.watch.evaluator.last_report() {
            Some(report) => self.take_report(report).map(|_| ()),
            None => Ok(()),
        }
    }

    /// What the guard sees in a measurement.
    pub(super) fn take_report(&mut self, report: Report) -> Result<Option<Alarm>, Disconnected> {
        let measured = match report {
            Ok(measured) => measured,
            Err(notice) => {
                self.link.send(Event::Notice(notice))?;
                return Ok(None);
            }
        };
        if let Err(error) = self.watch.log.append(&measured) {
            self.warn_of_disk("The measurements of the samples", &error)?;
        }
        let (is_best, events) = self.watch.guard.measured(&measured);
        let weights = self.watch.weights.take();
        if let Some(weights) = weights.filter(|_| is_best) {
            self.keep_if_best(weights, f64::from(measured.measures.swd))?;
        }
        self.link.send(Event::Evaluated(Box::new(measured)))?;
        let mut seen = None;
        for event in events {
            seen = self.say(event)?.or(seen);
        }
        Ok(seen)
    }

    /// The best so far stands in a file that nothing but a better one touches.
    pub(super) fn keep_if_best(
        &mut self,
        mut weights: MeasuredWeights,
        distance: f64,
    ) -> Result<(), Disconnected> {
        if !distance.is_finite() || self.checkpoints.best.is_some_and(|best| distance >= best) {
            return Ok(());
        }
        let step = weights.snapshot.info().step;
        let store = self.recorder.folder.store();
        let path = store.best();
        weights.state.best = Some(distance);
        if let Err(error) = checkpoint::save(&path, &weights.snapshot, &weights.gan, &weights.state)
        {
            return self.not_saved("The best checkpoint", &path, &error);
        }
        self.checkpoints.best = Some(distance);
        self.recorder
            .mark(step, RunEventKind::Best { distance }, self.link)?;
        self.tell_kept(&store, step, path, true)
    }

    /// What the guard sees in a step.
    pub(super) fn see(&mut self, record: &StepRecord) -> Result<Option<Alarm>, Disconnected> {
        match self.watch.guard.step(record) {
            Some(event) => self.say(event),
            None => Ok(None),
        }
    }

    pub(super) fn say(&mut self, event: GuardEvent) -> Result<Option<Alarm>, Disconnected> {
        if self.config.guard == GuardChoice::Off {
            return Ok(None);
        }
        self.link.send(Event::Guard(event.clone()))?;
        match event {
            GuardEvent::Alarm(alarm) => {
                let text = alarm.why.clone();
                self.mark(RunEventKind::Warning { text })?;
                Ok(Some(alarm))
            }
            GuardEvent::Over { .. } => Ok(None),
        }
    }

    /// Does what the settings want done when the run goes bad.
    pub(super) fn heed(&mut self, alarm: Option<Alarm>) -> Result<(), Outcome> {
        match (alarm, self.config.guard) {
            (Some(_), GuardChoice::Stop) => Err(Outcome::Stopped),
            (Some(_), GuardChoice::Rollback) => {
                if self.rescue()? {
                    Ok(())
                } else {
                    Err(Outcome::Stopped)
                }
            }
            _ => Ok(()),
        }
    }

    /// Goes back to the best weights with lower rates, if the settings want that; whether it did.
    pub(super) fn rescue(&mut self) -> Result<bool, Outcome> {
        if self.config.guard != GuardChoice::Rollback {
            return Ok(false);
        }
        if self.checkpoints.rollbacks >= MOST_ROLLBACKS {
            let text = format!(
                "The run went bad again after {MOST_ROLLBACKS} roll-backs, so it stopped. The best weights are kept. Try lower learning rates."
            );
            self.link.send(Event::Notice(Notice::warning(text)))?;
            return Ok(false);
        }
        self.roll_back(CheckpointRef::Best, true)
    }
}

#[cfg(test)]
mod tests {
    use crate::worker::waker::Waker;
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::config::TrainConfig;
    use crate::latent::noise;
    use crate::run::RunHistory;
    use crate::worker::train::message::{Command, Plan};
    use crate::worker::train::trainer::Trainer;

    fn small(root: &Path) -> TrainConfig {
        TrainConfig {
            size: 32,
            width: 4,
            latent: 8,
            batch: 16,
            starter_count: 64,
            measure_every: Some(4),
            run: Some(root.join("run")),
            ..TrainConfig::default()
        }
    }

    /// The first event that `wanted` finds something in.
    fn wait<T>(trainer: &Trainer, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        loop {
            let event = trainer.event_within(Duration::from_secs(60)).unwrap();
            if let Event::Ended(ended) = &event {
                panic!("{ended:?}");
            }
            if let Some(found) = wanted(event) {
                return found;
            }
        }
    }

    fn earlier(event: Event) -> Option<RunHistory> {
        match event {
            Event::History(earlier) => Some(*earlier),
            _ => None,
        }
    }

    #[test]
    fn the_best_is_that_of_the_measured_step_and_a_roll_back_undoes_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let trainer = Trainer::start(small(folder.path()), Waker::none());
        let best = wait(&trainer, |event| match event {
            Event::Checkpoint(kept) if kept.best => Some(kept),
            _ => None,
        });
        let found = crate::run::Checkpoint::read(&best.path).unwrap();
        assert_eq!((best.step % 4, found.info().step), (0, best.step));
        wait(&trainer, |event| match event {
            Event::Step(record) => (record.step > best.step + 9).then_some(()),
            _ => None,
        });
        let to = CheckpointRef::Best;
        trainer.send(Command::RollBack {
            to,
            lower_rates: true,
        });
        let earlier = wait(&trainer, earlier);
        let last = earlier.records.last().unwrap().step;
        assert!(earlier.measured.iter().all(|one| one.step <= last));
        assert_eq!(earlier.measured.last().unwrap().step, last);
        assert!(earlier.walls.iter().all(|&wall| wall <= last));
        let next = wait(&trainer, |event| match event {
            Event::Evaluated(measured) => Some(measured.step),
            _ => None,
        });
        assert_eq!(next, last + 4);
    }

    #[test]
    fn pinned_faces_stand_first_and_a_resumed_run_knows_them() {
        let folder = tempfile::tempdir().unwrap();
        let config = small(folder.path());
        let run = config.run.clone().unwrap();
        let trainer = Trainer::start(config, Waker::none());
        let faces: Vec<_> = (0..10).map(|seed| noise::face(seed, 8)).collect();
        trainer.send(Command::Pin(faces.clone()));
        wait(&trainer, |event| match event {
            Event::Step(record) => (record.step > 3).then_some(()),
            _ => None,
        });
        trainer.send(Command::Pause);
        wait(&trainer, |event| {
            matches!(event, Event::Paused(true)).then_some(())
        });
        let wall = trainer.take_wall().unwrap();
        let weights = trainer.weights().take().unwrap();
        assert_eq!(weights.info().step, wall.step);
        let drawn = weights.draw(&faces[..8]).unwrap();
        let row = crate::picture::wall(&drawn, 8, 0, [0; 3]);
        assert_eq!(wall.picture.rgb[..row.rgb.len()], row.rgb);
        trainer.send(Command::Resume);
        drop(trainer);

        let plan = Plan::Resume {
            run,
            steps: None,
            data: None,
        };
        let again = Trainer::start(plan, Waker::none());
        let earlier = wait(&again, earlier);
        assert_eq!(earlier.pinned.last().unwrap().latents, faces[..8]);
    }
}
