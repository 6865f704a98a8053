//! When the weights are shown.

use std::sync::Arc;

use super::training::Training;
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::run::samples::{self, PinnedFaces};
use crate::worker::train::message::{Event, Outcome};

impl Training<'_> {
    /// The generator that a person gets at this step.
    pub(super) fn snapshot(&mut self) -> candle_core::Result<Arc<Snapshot>> {
        self.publisher.snapshot(&self.gan, &self.info)
    }

    pub(super) fn publish(&mut self) -> Result<(), Outcome> {
        Ok(self.publisher.publish(&self.gan, &self.info, self.link)?)
    }

    pub(super) fn publish_wall(&mut self) -> Result<(), Outcome> {
        let every = self.config.sample_every;
        if self.publisher.wall_is_due(self.info.step, every) {
            self.draw_wall(false)?;
        }
        Ok(())
    }

    /// Shows the weights as they are now, however short ago they were shown.
    pub(super) fn publish_now(&mut self) -> Result<(), Outcome> {
        self.publisher
            .publish_now(&self.gan, &self.info, self.link)?;
        if self.publisher.has_wall_of(self.info.step) {
            return Ok(());
        }
        self.draw_wall(false)
    }

    /// Other faces stand first on the wall from now on.
    pub(super) fn pin(&mut self, faces: Vec<Latent>) -> Result<(), Outcome> {
        let step = self.info.step;
        let latents = self.publisher.pin(faces).to_vec();
        if let Err(error) = samples::pin(self.recorder.folder.root(), step, &latents) {
            self.warn_of_disk("Which faces are pinned", &error)?;
        }
        let pinned = PinnedFaces {
            since: step,
            latents,
        };
        self.link.send(Event::Pinned(pinned))?;
        match step {
            0 => Ok(()),
            _ => self.draw_wall(true),
        }
    }

    /// Keeps the picture now and then, or `last`ly.
    pub(super) fn draw_wall(&mut self, last: bool) -> Result<(), Outcome> {
        let seconds = self.throughput.seconds();
        let publisher = &mut self.publisher;
        let lost = publisher.draw_wall(&self.gan, &self.info, self.link, seconds, last)?;
        if let Some(error) = lost {
            self.warn_of_disk("The sample wall", &error)?;
        }
        Ok(())
    }
}
