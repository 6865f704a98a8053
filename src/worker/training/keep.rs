//! Checkpoints: when, which, and back to one.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Gone, Leave, Training};
use crate::latent::Direction;
use crate::latent::noise::{Noise, Purpose};
use crate::notice::{Level, Notice};
use crate::run::model_file::{Kernels, Model};
use crate::run::{Store, checkpoint};
use crate::worker::resume::{self, State};
use crate::worker::{Event, Happened, Kept, Point, history};

/// What learning rates are divided by after a roll-back. A run that was ruined was far beyond what it can
/// bear, and each further attempt costs its time: three of these are a factor of 64.
const LOWER: f64 = 4.0;
/// And the most that β1 is then: more made training oscillate (Radford et al. 2015, section 4).
const CALM_BETA1: f64 = 0.5;

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
        let store = self.folder.store();
        let path = store.path(self.info.step);
        if !self.write_checkpoint(&path)? {
            return Ok(());
        }
        let model = self.folder.model();
        let whole = Model {
            info: self.info.clone(),
            generator: self.shown()?.generator().clone(),
            discriminator: Some(self.gan.discriminator.clone()),
            directions: self.directions.clone(),
            kernels: Kernels::Full,
        };
        if let Err(error) = whole.save(&model) {
            return Ok(self.not_saved("The model", &model, &error)?);
        }
        let step = self.info.step;
        self.saved_step = Some(step);
        // Older ones go only when the new one is there.
        let pruned = store.prune(self.config.keep.keep_checkpoints);
        self.tell_kept(&store, step, path, false)?;
        self.link.send(Event::Saved { step, path: model })?;
        match pruned {
            Ok(()) => Ok(()),
            Err(error) => Ok(self.warn_of_disk("The list of checkpoints", &error)?),
        }
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
            false => Ok(self.mark(Happened::Checkpoint)?),
        }
    }

    /// Whether it could be written; if not, that was told.
    fn write_checkpoint(&mut self, path: &Path) -> Result<bool, Leave> {
        let shown = self.shown()?;
        match checkpoint::save(path, &shown, &self.gan, &self.state()) {
            Ok(_) => Ok(true),
            Err(error) => {
                self.not_saved("The checkpoint", path, &error)?;
                Ok(false)
            }
        }
    }

    pub(super) fn not_saved(
        &mut self,
        what: &str,
        path: &Path,
        error: &(dyn std::error::Error + 'static),
    ) -> Result<(), Gone> {
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
    ) -> Result<(), Gone> {
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
        State {
            // Settings that were read or written before can be written again.
            settings: toml::to_string(&self.config).unwrap_or_default(),
            noise: self.noise.clone(),
            place: self.pictures.place().clone(),
            pictures: self.pictures.identity(),
            seconds: self.pace.seconds(),
            best: self.best,
            rollbacks: self.rollbacks,
        }
    }

    /// Back to a checkpoint of this run; where that cannot be read, training goes on as it is. Whether
    /// it went back.
    pub(super) fn roll_back(&mut self, to: Point, lower_rates: bool) -> Result<bool, Leave> {
        // Lower than those that it went bad with, also where it did so before.
        let rates = (self.config.live.lr_g, self.config.live.lr_d);
        match self.try_roll_back(to) {
            Ok(from) => {
                self.rolled_back(from, lower_rates.then_some(rates))?;
                Ok(true)
            }
            Err(notice) => {
                self.link.send(Event::Notice(notice))?;
                Ok(false)
            }
        }
    }

    /// The step that it had come to.
    fn try_roll_back(&mut self, to: Point) -> Result<u64, Notice> {
        let mut notices = Vec::new();
        let found = resume::at(&self.folder.store(), to, &mut notices)?;
        let from = self.info.step;
        found.restore(&mut self.gan, &mut self.info)?;
        if to == Point::Best {
            // What was measured, and is best, is what the average draws.
            self.gan.go_on_from_average();
        }
        let state = found.state;
        if let Ok(config) = state.config() {
            self.config.live = config.live;
        }
        self.gan.adjust(&self.config.live);
        self.rollbacks += 1;
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

    fn rolled_back(&mut self, from: u64, below: Option<(f64, f64)>) -> Result<(), Leave> {
        let step = self.info.step;
        let lower_rates = below.is_some();
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
        self.mark(Happened::RolledBack { from, lower_rates })?;
        self.open_board()?;
        if let Some((lr_g, lr_d)) = below {
            // What was planned for the steps that went bad would bring the high rates back.
            let planned = &mut self.config.keep.changes;
            planned.retain(|change| change.step <= step || change.step > from);
            let mut live = self.config.live;
            live.lr_g = live.lr_g.min(lr_g) / LOWER;
            live.lr_d = live.lr_d.min(lr_d) / LOWER;
            live.beta1 = live.beta1.min(CALM_BETA1);
            self.adjust(live)?;
        }
        self.save()
    }

    /// Measurements go to a file of their own: a person may want to see what went wrong.
    fn undo_after(&mut self, step: u64) -> std::io::Result<()> {
        let gone = self.folder.cut_to(step)?;
        self.folder.keep_undone(&gone)?;
        self.folder.store().remove_after(step)?;
        self.forget_undone()
    }
}
