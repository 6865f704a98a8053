//! Checkpoints: written, and gone back to.

use std::path::{Path, PathBuf};

use super::training::Training;
use crate::config::LiveConfig;
use crate::latent::noise::{Noise, Purpose};
use crate::notice::Notice;
use crate::run::model_file::ModelFileError;
use crate::run::{CheckpointStore, RunEventKind, RunHistory, checkpoint};
use crate::worker::train::link::Disconnected;
use crate::worker::train::message::{CheckpointRef, Event, Outcome, WrittenCheckpoint};
use crate::worker::train::resume::{self, TrainerState};

impl Training<'_> {
    /// Writes checkpoint and model unless these very weights are on disk already.
    pub(super) fn save(&mut self) -> Result<(), Outcome> {
        self.checkpoints.begin();
        if self.info.step == 0 || self.checkpoints.saved_step() == Some(self.info.step) {
            return Ok(());
        }
        self.save_these()
    }

    /// Writes checkpoint and model, whatever the step.
    pub(super) fn save_these(&mut self) -> Result<(), Outcome> {
        if let Err(error) = self.recorder.folder.keep_settings() {
            self.warn_of_disk("The settings of the run", &error)?;
        }
        if self.write_checkpoint()?
            && let Err(error) = self.write_model()?
        {
            self.not_saved("The model", &self.recorder.folder.model(), &error)?;
        }
        Ok(())
    }

    /// The last save of a run: the model comes first, because it is what the run was for.
    pub(super) fn save_at_end(&mut self) -> Result<(), Notice> {
        let step = self.info.step;
        if self.checkpoints.saved_step() == Some(step) {
            return Ok(());
        }
        let written = self.write_model().unwrap_or_else(|error| Err(error.into()));
        // What that has to say was said, and nobody may be left to hear it.
        let checkpoint = self.write_checkpoint();
        let written = match written {
            // A checkpoint may have made room by taking the place of older ones.
            Err(_) => self.write_model().unwrap_or_else(|error| Err(error.into())),
            written => written,
        };
        written.map_err(|error| {
            let text = match checkpoint {
                Ok(true) => format!(
                    "The steps are done, but the model of step {step} could not be saved. Its checkpoint was: free some \
                     space and resume the run."
                ),
                _ => format!(
                    "Neither the model of step {step} nor its checkpoint could be saved; what was saved before stays. \
                     Free some space and resume the run."
                ),
            };
            Notice::from_error(text, &error).at(self.recorder.folder.model())
        })
    }

    /// Writes the model as a person gets it.
    pub(super) fn write_model(&mut self) -> Result<Result<(), ModelFileError>, candle_core::Error> {
        let path = self.recorder.folder.model();
        let snapshot = self.snapshot()?;
        if let Err(error) = self.checkpoints.write_model(&path, &snapshot, &self.gan) {
            return Ok(Err(error));
        }
        let step = self.info.step;
        // A handle that is gone is noticed at the next event.
        let _ = self.link.send(Event::Saved { step, path });
        Ok(Ok(()))
    }

    /// As [`Training::save`], with a mark.
    pub(super) fn save_by_hand(&mut self) -> Result<(), Outcome> {
        let before = self.checkpoints.saved_step();
        self.save()?;
        if self.checkpoints.saved_step() != before {
            self.mark(RunEventKind::Checkpoint)?;
        }
        Ok(())
    }

    /// Whether the checkpoint of this step could be written; if not, that was told.
    pub(super) fn write_checkpoint(&mut self) -> Result<bool, Outcome> {
        let store = self.recorder.folder.store();
        let path = store.path(self.info.step);
        let shown = self.snapshot()?;
        if let Err(error) = checkpoint::save(&path, &shown, &self.gan, &self.state()) {
            self.not_saved("The checkpoint", &path, &error)?;
            return Ok(false);
        }
        // Older ones go only when the new one is there.
        let pruned = store.prune(self.config.keep.keep_checkpoints, self.checkpoints.spared);
        self.tell_kept(&store, self.info.step, path, false)?;
        if let Err(error) = pruned {
            self.warn_of_disk("The list of checkpoints", &error)?;
        }
        Ok(true)
    }

    pub(super) fn not_saved(
        &mut self,
        what: &str,
        path: &Path,
        error: &(dyn std::error::Error + 'static),
    ) -> Result<(), Disconnected> {
        let text = format!(
            "{what} could not be saved; training goes on, and what was saved before stays. Free some \
             space or check the folder."
        );
        let notice = Notice::from_error(text, error).at(path);
        self.link.send(Event::Notice(notice))
    }

    pub(super) fn tell_kept(
        &self,
        store: &CheckpointStore,
        step: u64,
        path: PathBuf,
        best: bool,
    ) -> Result<(), Disconnected> {
        let one = path.metadata().map_or(0, |data| data.len());
        let most = self.config.keep.keep_checkpoints as u64 + 1;
        self.link.send(Event::Checkpoint(WrittenCheckpoint {
            step,
            path,
            best,
            bytes: store.bytes(),
            most_bytes: most * one,
        }))
    }

    pub(super) fn state(&self) -> TrainerState {
        let (place, seconds) = (self.feed.place(), self.throughput.seconds());
        self.checkpoints
            .state(&self.config, &self.noise, place, seconds)
    }

    /// Back to a checkpoint of this run; where that cannot be read, training goes on as it is. Whether
    /// it went back.
    pub(super) fn roll_back(
        &mut self,
        to: CheckpointRef,
        lower_rates: bool,
    ) -> Result<bool, Outcome> {
        // Lower than those that it went bad with, also where it did so before.
        let ruined = self.config.live;
        match self.try_roll_back(to) {
            Ok(from) => {
                self.rolled_back(from, lower_rates.then_some(ruined))?;
                Ok(true)
            }
            Err(notice) => {
                self.link.send(Event::Notice(notice))?;
                self.tell_live()?;
                Ok(false)
            }
        }
    }

    /// The step that it had come to.
    pub(super) fn try_roll_back(&mut self, to: CheckpointRef) -> Result<u64, Notice> {
        let mut notices = Vec::new();
        let found = resume::at(&self.recorder.folder.store(), to, &mut notices)?;
        let from = self.info.step;
        found.restore(&mut self.gan, &mut self.info, &self.config)?;
        if to == CheckpointRef::Best {
            // What was measured, and is best, is what the average draws.
            self.gan.go_on_from_average();
        }
        let state = found.state;
        if let Ok(config) = state.config() {
            self.config.live = config.live;
        }
        self.follow_schedule();
        // What was not marked yet was before what it goes back to.
        self.recorder.unmarked = None;
        let seed = self.checkpoints.roll_back(self.config.seed);
        self.noise = Noise::new(seed, Purpose::Training);
        self.publisher.forget_snapshot();
        self.feed.go_to(state.place);
        self.throughput.go_back_to(state.seconds);
        Ok(from)
    }

    pub(super) fn rolled_back(
        &mut self,
        from: u64,
        ruined: Option<LiveConfig>,
    ) -> Result<(), Outcome> {
        let step = self.info.step;
        let lower_rates = ruined.is_some();
        // The new rates and random numbers belong to this step's checkpoint from now on.
        self.checkpoints.forget_saved();
        if let Err(error) = self.rewind(step) {
            let text = "What came after the checkpoint cannot be removed; check the disk.";
            let notice = Notice::from_error(text, &error).as_warning();
            self.link.send(Event::Notice(notice))?;
        }
        let earlier = RunHistory::read(self.recorder.folder.root());
        self.link.send(Event::History(Box::new(earlier)))?;
        self.mark(RunEventKind::RolledBack { from, lower_rates })?;
        self.open_board()?;
        if let Some(ruined) = ruined {
            // What was planned for the steps that went bad would bring the high rates back.
            let planned = &mut self.config.keep.changes;
            planned.retain(|change| change.step <= step || change.step > from);
            self.change(self.config.live.slowed(&ruined))?;
        } else {
            self.tell_live()?;
        }
        self.save()
    }

    fn rewind(&mut self, step: u64) -> std::io::Result<()> {
        // The wall is to be drawn anew whatever the disk says.
        self.publisher.forget_wall();
        self.recorder.rewind(step)?;
        self.watch.rewind();
        self.publisher.reopen_samples(self.recorder.folder.root())
    }
}
