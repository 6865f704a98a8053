//! Weights for the sampler, the wall of fixed latents for the eye.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::message::{Event, Wall};
use super::run::{Leave, Training, WALL_SIDE};
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::picture;
use crate::run::samples;
use crate::run::samples::Pinned;

/// Weights are handed to the sampler at most this often.
const PUBLISH_EVERY: Duration = Duration::from_millis(150);
/// Making what is handed out takes at most one part in so many of the time.
const PUBLISH_SHARE: u32 = 25;
/// The sample wall is drawn at most this often.
const WALL_EVERY: Duration = Duration::from_secs(1);
/// A wall is kept at most this often, and once in a hundredth of the time that training took so far:
/// often while much happens.
const KEEP_WALL_EVERY: Duration = Duration::from_secs(4);

impl Training<'_> {
    /// The generator that a person gets: the averaged one where there is an average.
    pub(super) fn shown(&mut self) -> candle_core::Result<Arc<Snapshot>> {
        let step = self.info.step;
        if let Some(shown) = self.shown.as_ref().filter(|s| s.info().step == step) {
            return Ok(Arc::clone(shown));
        }
        let begun = Instant::now();
        let generator = match &self.gan.average {
            Some(average) => average.calibrated(&self.calibration)?,
            None => self.gan.generator.clone(),
        };
        self.shown_cost = begun.elapsed();
        // With D, which says how real a face is and by whose features labels are told.
        let snapshot = Snapshot::new(self.info.clone(), generator);
        let judge = Some(self.gan.discriminator.clone());
        let shown = Arc::new(snapshot.with_discriminator(judge));
        self.shown = Some(Arc::clone(&shown));
        Ok(shown)
    }

    pub(super) fn publish(&mut self) -> candle_core::Result<()> {
        let gap = PUBLISH_EVERY.max(self.shown_cost * PUBLISH_SHARE);
        if self.last_publish.is_some_and(|at| at.elapsed() < gap) {
            return Ok(());
        }
        self.last_publish = Some(Instant::now());
        let shown = self.shown()?;
        self.link.weights.put(shown);
        (self.link.wake)();
        Ok(())
    }

    pub(super) fn wall_is_due(&self) -> bool {
        let early = self.last_wall.is_some_and(|at| at.elapsed() < WALL_EVERY);
        let since = self.info.step.abs_diff(self.walled_step.unwrap_or(0));
        self.walled_step.is_none() || (!early && since >= self.config.sample_every)
    }

    /// Shows the weights as they are now, however short ago they were shown.
    pub(super) fn show_now(&mut self) -> Result<(), Leave> {
        self.last_publish = None;
        self.publish()?;
        match self.walled_step == Some(self.info.step) {
            true => Ok(()),
            false => self.draw_wall(false),
        }
    }

    /// Other faces stand first on the wall from now on.
    pub(super) fn pin(&mut self, mut faces: Vec<Latent>) -> Result<(), Leave> {
        faces.truncate(samples::MOST_PINNED);
        self.pinned = faces;
        let step = self.info.step;
        if let Err(error) = samples::pin(self.folder.root(), step, &self.pinned) {
            self.warn_of_disk("Which faces are pinned", &error)?;
        }
        self.link.send(Event::Pinned(Pinned {
            since: step,
            latents: self.pinned.clone(),
        }))?;
        match step {
            0 => Ok(()),
            _ => self.draw_wall(true),
        }
    }

    /// Shows the pinned faces and the fixed latents; keeps the picture now and then, or `last`ly.
    pub(super) fn draw_wall(&mut self, last: bool) -> Result<(), Leave> {
        let latents = samples::with_pinned(&self.pinned, &self.wall_latents);
        let pictures = self.shown()?.draw(&latents)?;
        let picture = picture::wall(&pictures, WALL_SIDE, 0, [0; 3]);
        let step = self.info.step;
        let gap = Duration::from_secs_f64(self.pace.seconds() / 100.0).max(KEEP_WALL_EVERY);
        let file_due = last || self.last_wall_file.is_none_or(|at| at.elapsed() >= gap);
        if file_due {
            self.last_wall_file = Some(Instant::now());
            match self.walls.keep(step, &picture) {
                Ok((path, dropped)) => self.link.send(Event::Samples {
                    step,
                    path,
                    dropped,
                })?,
                Err(error) => self.warn_of_disk("The sample wall", &error)?,
            }
        }
        self.walled_step = Some(step);
        self.last_wall = Some(Instant::now());
        self.link.wall.put(Wall {
            step,
            tile: self.info.size,
            columns: WALL_SIDE,
            count: pictures.len(),
            picture,
        });
        (self.link.wake)();
        Ok(())
    }
}
