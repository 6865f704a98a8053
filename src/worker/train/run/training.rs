//! A run: what it owns.

use crate::config::TrainConfig;
use crate::gan::{Gan, ModelInfo};
use crate::latent::noise::Noise;
use crate::run::{RunEventKind, model_file};
use crate::worker::train::checkpoint_keeper::CheckpointKeeper;
use crate::worker::train::feed::Feed;
use crate::worker::train::hold::Hold;
use crate::worker::train::link::{Disconnected, Link};
use crate::worker::train::message::Outcome;
use crate::worker::train::publisher::Publisher;
use crate::worker::train::recorder::Recorder;
use crate::worker::train::setup::Setup;
use crate::worker::train::throughput::Throughput;
use crate::worker::train::watch::Watch;

/// A run. What it does stands beside this file: `control` obeys commands, `live` changes settings, `step` makes a
/// step, `publish` shows it, `watching` evaluates and guards, `checkpoints` saves and goes back.
pub(super) struct Training<'a> {
    pub link: &'a Link,
    pub config: TrainConfig,
    pub gan: Gan,
    pub info: ModelInfo,
    pub noise: Noise,
    pub feed: Feed,
    pub hold: Hold,
    pub throughput: Throughput,
    pub recorder: Recorder,
    pub publisher: Publisher,
    pub watch: Watch,
    pub checkpoints: CheckpointKeeper,
}

impl<'a> Training<'a> {
    pub fn new(setup: Setup, link: &'a Link) -> Self {
        let from = setup.from.as_ref();
        let directions = model_file::directions(&setup.folder.model());
        Self {
            link,
            throughput: Throughput::after(from.map_or(0.0, |state| state.seconds)),
            checkpoints: CheckpointKeeper::new(setup.identity, directions, setup.info.step, from),
            publisher: Publisher::new(
                setup.calibration,
                setup.wall_latents,
                setup.pinned,
                setup.samples,
            ),
            recorder: Recorder::new(setup.folder),
            config: setup.config,
            feed: setup.feed,
            gan: setup.gan,
            info: setup.info,
            noise: setup.noise,
            watch: setup.watch,
            hold: Hold::default(),
        }
    }

    /// Tells what happened and writes it down.
    pub fn mark(&mut self, what: RunEventKind) -> Result<(), Disconnected> {
        self.recorder.mark_changes(&self.config.live, self.link)?;
        self.recorder.mark(self.info.step, what, self.link)
    }

    pub fn warn_of_disk(
        &mut self,
        what: &str,
        error: &(dyn std::error::Error + 'static),
    ) -> Result<(), Disconnected> {
        self.recorder.warn(what, error, self.link)
    }

    /// Begins a file for TensorBoard, where that was asked for.
    pub fn open_board(&mut self) -> Result<(), Outcome> {
        if self.config.keep.tensorboard {
            self.recorder.open_board(self.info.step, self.link)?;
        }
        Ok(())
    }
}
