//! Checkpoints: when, which, and back to one.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::message::{CheckpointRef, Event, Kept};
use super::resume;
use super::resume::State;
use super::run::{Disconnected, Leave, Training};
use crate::config::{LiveConfig, TrainConfig};
use crate::latent::Direction;
use crate::latent::noise::{Noise, Purpose};
use crate::notice::{Level, Notice};
use crate::run::RunEventKind;
use crate::run::model_file::{Kernels, Model, ModelFileError};
use crate::run::{Store, checkpoint};
use crate::worker::jobs::history;

impl Training<'_> {
    pub(super) fn checkpoint_is_due(&self) -> bool {
        let keep = &self.config.keep;
        let by_time = keep.checkpoint_seconds > 0
            && self.last_save.elapsed() >= Duration::from_secs(keep.checkpoint_seconds);
        let by_steps = keep
            .checkpoint_steps
            .is_some_and(|n| self.info.step.is_multiple_of(n));
        by_time || by_steps
    }

    /// Writes checkpoint and model unless these very weights are on disk already.
    pub(super) fn save(&mut self) -> Result<(), Leave> {
        self.last_save = Instant::now();
        if self.info.step == 0 || self.saved_step == Some(self.info.step) {
            return Ok(());
        }
        if let Err(error) = self.folder.keep_settings() {
            self.warn_of_disk("The settings of the run", &error)?;
        }
        if self.write_checkpoint()?
            && let Err(error) = self.write_model()?
        {
            self.not_saved("The model", &self.folder.model(), &error)?;
        }
        Ok(())
    }

    /// The last save of a run: the model comes first, because it is what the run was for.
    pub(super) fn save_at_end(&mut self) -> Result<(), Notice> {
        let step = self.info.step;
        if self.saved_step == Some(step) {
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
            let mut notice = Notice::from_error(text, &error);
            notice.details += &format!("\n{}", self.folder.model().display());
            notice
        })
    }

    /// Writes the model as a person gets it.
    pub(super) fn write_model(&mut self) -> Result<Result<(), ModelFileError>, candle_core::Error> {
        let path = self.folder.model();
        let whole = Model {
            info: self.info.clone(),
            generator: self.shown()?.generator().clone(),
            discriminator: Some(self.gan.discriminator.clone()),
            directions: self.directions.clone(),
            kernels: Kernels::Full,
        };
        if let Err(error) = whole.save(&path) {
            return Ok(Err(error));
        }
        let step = self.info.step;
        self.saved_step = Some(step);
        // A handle that is gone is noticed at the next event.
        let _ = self.link.send(Event::Saved { step, path });
        Ok(Ok(()))
    }

    /// Directions of the latent space stand in the model file from its next writing on: soon, or at the end.
    pub(super) fn keep_directions(&mut self, directions: Vec<Direction>) {
        self.directions = directions;
        // These very weights may be on disk, but without them.
        self.saved_step = None;
    }

    /// As [`Training::save`], with a mark.
    pub(super) fn save_by_hand(&mut self) -> Result<(), Leave> {
        let before = self.saved_step;
        self.save()?;
        match self.saved_step == before {
            true => Ok(()),
            false => Ok(self.mark(RunEventKind::Checkpoint)?),
        }
    }

    /// Whether the checkpoint of this step could be written; if not, that was told.
    pub(super) fn write_checkpoint(&mut self) -> Result<bool, Leave> {
        let store = self.folder.store();
        let path = store.path(self.info.step);
        let shown = self.shown()?;
        if let Err(error) = checkpoint::save(&path, &shown, &self.gan, &self.state()) {
            self.not_saved("The checkpoint", &path, &error)?;
            return Ok(false);
        }
        // Older ones go only when the new one is there.
        let pruned = store.prune(self.config.keep.keep_checkpoints);
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
        let mut notice = Notice::from_error(text, error);
        notice.details += &format!("\n{}", path.display());
        self.link.send(Event::Notice(notice))
    }

    pub(super) fn tell_kept(
        &self,
        store: &Store,
        step: u64,
        path: PathBuf,
        best: bool,
    ) -> Result<(), Disconnected> {
        let one = path.metadata().map_or(0, |data| data.len());
        let most = self.config.keep.keep_checkpoints as u64 + 1;
        self.link.send(Event::Checkpoint(Kept {
            step,
            path,
            best,
            bytes: store.bytes(),
            most_bytes: most * one,
        }))
    }

    pub(super) fn state(&self) -> State {
        let config = TrainConfig {
            // Checkpoints are handed on to others, whom the folders of this machine do not concern.
            data: self.config.data.clone().without_folders(),
            ..self.config.clone()
        };
        State {
            // Settings that were read or written before can be written again.
            settings: toml::to_string(&config).unwrap_or_default(),
            noise: self.noise.clone(),
            place: self.pictures.place().clone(),
            pictures: self.identity.clone(),
            seconds: self.pace.seconds(),
            best: self.best,
            rollbacks: self.rollbacks,
        }
    }

    /// Back to a checkpoint of this run; where that cannot be read, training goes on as it is. Whether
    /// it went back.
    pub(super) fn roll_back(
        &mut self,
        to: CheckpointRef,
        lower_rates: bool,
    ) -> Result<bool, Leave> {
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
        let found = resume::at(&self.folder.store(), to, &mut notices)?;
        let from = self.info.step;
        found.restore(&mut self.gan, &mut self.info)?;
        if to == CheckpointRef::Best {
            // What was measured, and is best, is what the average draws.
            self.gan.go_on_from_average();
        }
        let state = found.state;
        if let Ok(config) = state.config() {
            self.config.live = config.live;
        }
        self.gan.adjust(&self.config.live);
        self.forget_changes();
        self.rollbacks = self.rollbacks.saturating_add(1);
        // With the same random numbers the run would go the same way again.
        let seed = self
            .config
            .seed
            .wrapping_add(self.rollbacks.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        self.noise = Noise::new(seed, Purpose::Training);
        self.shown = None;
        self.pictures.go_to(state.place);
        self.pace.go_back_to(state.seconds);
        Ok(from)
    }

    pub(super) fn rolled_back(
        &mut self,
        from: u64,
        ruined: Option<LiveConfig>,
    ) -> Result<(), Leave> {
        let step = self.info.step;
        let lower_rates = ruined.is_some();
        // The new rates and random numbers belong to this step's checkpoint from now on.
        self.saved_step = None;
        self.walled_step = None;
        if let Err(error) = self.undo_after(step) {
            let text = "What came after the checkpoint cannot be removed; check the disk.";
            let mut notice = Notice::from_error(text, &error);
            notice.level = Level::Warning;
            self.link.send(Event::Notice(notice))?;
        }
        let earlier = history::read_records(self.folder.root());
        self.link.send(Event::Earlier(Box::new(earlier)))?;
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

    /// Measurements go to a file of their own: a person may want to see what went wrong.
    pub(super) fn undo_after(&mut self, step: u64) -> std::io::Result<()> {
        let gone = self.folder.cut_to(step)?;
        self.folder.keep_undone(&gone)?;
        self.folder.store().remove_after(step)?;
        self.forget_undone()
    }
}
