//! What a person sees of the weights: snapshots for the sampler, the sample wall of fixed latents.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use candle_core::Tensor;

use super::link::Link;
use super::message::{Event, Outcome};
use crate::gan::{Gan, ModelInfo, Snapshot};
use crate::latent::Latent;
use crate::picture;
use crate::run::samples::{self, Samples};
use crate::worker::wall::Wall;

/// Weights are handed to the sampler at most this often.
const PUBLISH_EVERY: Duration = Duration::from_millis(150);
/// Making what is handed out takes at most one part in so many of the time.
const PUBLISH_SHARE: u32 = 25;
/// The sample wall is drawn at most this often.
const WALL_EVERY: Duration = Duration::from_secs(1);
/// A wall is kept at most this often, and once in a hundredth of the time that training took so far:
/// often while much happens.
const KEEP_WALL_EVERY: Duration = Duration::from_secs(4);

/// What is drawn to be seen, and when that was last done.
pub(super) struct Publisher {
    /// [n, 1, 1, latent], for [`crate::gan::Average::calibrated`].
    calibration: Tensor,
    wall_latents: Vec<Latent>,
    /// Faces that stand first on the wall.
    pinned: Vec<Latent>,
    samples: Samples,
    /// The newest snapshot, for all who want one at this step.
    snapshot: Option<Arc<Snapshot>>,
    /// How long it took to make.
    snapshot_cost: Duration,
    walled_step: Option<u64>,
    last_wall: Option<Instant>,
    last_wall_file: Option<Instant>,
    last_publish: Option<Instant>,
}

impl Publisher {
    pub fn new(
        calibration: Tensor,
        wall_latents: Vec<Latent>,
        pinned: Vec<Latent>,
        samples: Samples,
    ) -> Self {
        Self {
            calibration,
            wall_latents,
            pinned,
            samples,
            snapshot: None,
            snapshot_cost: Duration::ZERO,
            walled_step: None,
            last_wall: None,
            last_wall_file: None,
            last_publish: None,
        }
    }

    /// The generator that a person gets: the averaged one where there is an average.
    pub fn snapshot(&mut self, gan: &Gan, info: &ModelInfo) -> candle_core::Result<Arc<Snapshot>> {
        if let Some(there) = self
            .snapshot
            .as_ref()
            .filter(|s| s.info().step == info.step)
        {
            return Ok(Arc::clone(there));
        }
        let begun = Instant::now();
        let generator = match &gan.average {
            Some(average) => average.calibrated(&self.calibration)?,
            None => gan.generator.clone(),
        };
        self.snapshot_cost = begun.elapsed();
        // With D, which says how real a face is and by whose features labels are told.
        let info = ModelInfo {
            midpoint: gan.midpoint(),
            ..info.clone()
        };
        let snapshot = Snapshot::new(info, generator);
        let judge = Some(gan.discriminator.clone());
        let snapshot = Arc::new(snapshot.with_discriminator(judge));
        self.snapshot = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }

    /// The weights are others without a step.
    pub fn forget_snapshot(&mut self) {
        self.snapshot = None;
    }

    /// Hands the weights to the sampler, now and then.
    pub fn publish(&mut self, gan: &Gan, info: &ModelInfo, link: &Link) -> candle_core::Result<()> {
        let gap = PUBLISH_EVERY.max(self.snapshot_cost * PUBLISH_SHARE);
        if self.last_publish.is_some_and(|at| at.elapsed() < gap) {
            return Ok(());
        }
        self.publish_now(gan, info, link)
    }

    pub fn publish_now(
        &mut self,
        gan: &Gan,
        info: &ModelInfo,
        link: &Link,
    ) -> candle_core::Result<()> {
        self.last_publish = Some(Instant::now());
        let snapshot = self.snapshot(gan, info)?;
        link.weights.put(snapshot);
        link.waker.wake();
        Ok(())
    }

    pub fn wall_is_due(&self, step: u64, every: u64) -> bool {
        let early = self.last_wall.is_some_and(|at| at.elapsed() < WALL_EVERY);
        let since = step.abs_diff(self.walled_step.unwrap_or(0));
        self.walled_step.is_none() || (!early && since >= every)
    }

    /// Whether the wall shows the weights of this step.
    pub fn has_wall_of(&self, step: u64) -> bool {
        self.walled_step == Some(step)
    }

    /// Other faces stand first on the wall from now on: at most [`samples::MOST_PINNED`], which it gives.
    pub fn pin(&mut self, mut faces: Vec<Latent>) -> &[Latent] {
        faces.truncate(samples::MOST_PINNED);
        self.pinned = faces;
        &self.pinned
    }

    /// Draws the wall after `seconds` of training and shows it; keeps the picture now and then, or `last`ly.
    /// Gives the error of the disk, without which training goes on.
    pub fn draw_wall(
        &mut self,
        gan: &Gan,
        info: &ModelInfo,
        link: &Link,
        seconds: f64,
        last: bool,
    ) -> Result<Option<io::Error>, Outcome> {
        let latents = samples::with_pinned(&self.pinned, &self.wall_latents);
        let pictures = self.snapshot(gan, info)?.draw(&latents)?;
        let picture = picture::wall(&pictures, samples::COLUMNS, 0, [0; 3]);
        let step = info.step;
        let gap = Duration::from_secs_f64(seconds / 100.0).max(KEEP_WALL_EVERY);
        let mut lost = None;
        if last || self.last_wall_file.is_none_or(|at| at.elapsed() >= gap) {
            self.last_wall_file = Some(Instant::now());
            match self.samples.keep(step, &picture) {
                Ok((path, dropped)) => link.send(Event::Samples {
                    step,
                    path,
                    dropped,
                })?,
                Err(error) => lost = Some(error),
            }
        }
        self.walled_step = Some(step);
        self.last_wall = Some(Instant::now());
        link.wall.put(Wall {
            step,
            tile: info.size,
            columns: samples::COLUMNS,
            count: pictures.len(),
            picture,
        });
        link.waker.wake();
        Ok(lost)
    }

    /// The weights are those of an earlier step again.
    pub fn forget_wall(&mut self) {
        self.walled_step = None;
    }

    /// Later samples were removed from the run's folder `root`.
    ///
    /// # Errors
    /// The file system's.
    pub fn reopen_samples(&mut self, root: &Path) -> io::Result<()> {
        self.samples = Samples::open(root)?;
        Ok(())
    }

    #[cfg(test)]
    pub fn kept_steps(&self) -> &[u64] {
        self.samples.steps()
    }
}
