//! When a checkpoint is due, and what a run remembers of those that it wrote.

use std::path::Path;
use std::time::{Duration, Instant};

use super::identity::Identity;
use super::resume::TrainerState;
use crate::config::{KeepConfig, TrainConfig};
use crate::data::BatchPosition;
use crate::gan::{Gan, Snapshot};
use crate::latent::Direction;
use crate::latent::noise::Noise;
use crate::run::model_file::{Kernels, Model, ModelFileError};

/// What was saved, and what is saved with it.
pub(super) struct CheckpointKeeper {
    /// What the run's pictures are known by.
    identity: Identity,
    /// What is kept with the model: found in the window, or there from before.
    directions: Vec<Direction>,
    /// Distance to the data of the best checkpoint so far.
    pub best: Option<f64>,
    pub rollbacks: u64,
    /// The step that the run began at.
    pub begun: u64,
    /// Of this step the checkpoint is not to go.
    pub spared: Option<u64>,
    saved_step: Option<u64>,
    last_save: Instant,
}

impl CheckpointKeeper {
    /// Of a run that begins at step `begun`, from a checkpoint or anew.
    pub fn new(
        identity: Identity,
        directions: Vec<Direction>,
        begun: u64,
        from: Option<&TrainerState>,
    ) -> Self {
        Self {
            identity,
            directions,
            best: from.and_then(|state| state.best),
            rollbacks: from.map_or(0, |state| state.rollbacks),
            begun,
            spared: None,
            saved_step: None,
            last_save: Instant::now(),
        }
    }

    pub fn is_due(&self, keep: &KeepConfig, step: u64) -> bool {
        let by_time = keep.checkpoint_seconds > 0
            && self.last_save.elapsed() >= Duration::from_secs(keep.checkpoint_seconds);
        by_time
            || keep
                .checkpoint_steps
                .is_some_and(|n| step.is_multiple_of(n))
    }

    /// The clock of the next one begins.
    pub fn begin(&mut self) {
        self.last_save = Instant::now();
    }

    /// The step whose weights are on disk.
    pub fn saved_step(&self) -> Option<u64> {
        self.saved_step
    }

    /// What is on disk is not what should be there.
    pub fn forget_saved(&mut self) {
        self.saved_step = None;
    }

    /// Directions of the latent space stand in the model file from its next writing on: soon, or at the end.
    pub fn keep_directions(&mut self, directions: Vec<Direction>) {
        self.directions = directions;
        // These very weights may be on disk, but without them.
        self.forget_saved();
    }

    /// Writes the model as a person gets it.
    ///
    /// # Errors
    /// Where it cannot be written, or has weights that are no numbers.
    pub fn write_model(
        &mut self,
        path: &Path,
        snapshot: &Snapshot,
        gan: &Gan,
    ) -> Result<(), ModelFileError> {
        let whole = Model {
            info: snapshot.info().clone(),
            generator: snapshot.generator().clone(),
            discriminator: Some(gan.discriminator.clone()),
            directions: self.directions.clone(),
            kernels: Kernels::Full,
        };
        whole.save(path)?;
        self.saved_step = Some(snapshot.info().step);
        Ok(())
    }

    /// What a checkpoint says besides the weights.
    pub fn state(
        &self,
        config: &TrainConfig,
        noise: &Noise,
        place: &BatchPosition,
        seconds: f64,
    ) -> TrainerState {
        let config = TrainConfig {
            // Checkpoints are handed on to others, whom the folders of this machine do not concern.
            data: config.data.clone().without_folders(),
            ..config.clone()
        };
        TrainerState {
            // Settings that were read or written before can be written again.
            settings: toml::to_string(&config).unwrap_or_default(),
            noise: noise.clone(),
            place: place.clone(),
            pictures: self.identity.clone(),
            seconds,
            best: self.best,
            rollbacks: self.rollbacks,
        }
    }

    /// Counts a roll-back; another seed than before, since with the same random numbers the run would go the
    /// same way again.
    pub fn roll_back(&mut self, seed: u64) -> u64 {
        self.rollbacks = self.rollbacks.saturating_add(1);
        seed.wrapping_add(self.rollbacks.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}
