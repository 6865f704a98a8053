//! One step, and what is written down of it.

use candle_core::Tensor;

use super::feed::Supply;
use super::message::{Event, StepRecord};
use super::run::{Disconnected, Leave, Training};
use crate::gan::{Scores, latents_to_tensor};
use crate::latent::Latent;
use crate::notice::Notice;
use crate::run::EventFile;
use crate::worker::jobs::history;

impl Training<'_> {
    /// One step, if its pictures are there already; whether they were.
    pub(super) fn step(&mut self) -> Result<bool, Leave> {
        let reals = self.reals()?;
        let Some((real, for_d)) = reals.split_last() else {
            return Ok(false);
        };
        for real in for_d {
            let z = self.latents()?;
            self.gan.step_of_d(real, &z)?;
        }
        let z = self.latents()?;
        let half = self.gan.begin_step(real, &z, &mut || {})?;
        self.between_halves(&half)?;
        let scores = self.gan.end_step(half)?;
        self.info.step += 1;
        let seen = reals.len() * self.config.batch;
        self.info.images += seen as u64;
        if self.hold.is_in_halves() {
            // The wait was no training.
            self.pace.set_paused(false);
        }
        self.pace.step(seen);
        let record = self.record(scores);
        self.write_metrics(&record)?;
        self.write_board(&record)?;
        self.link.send(Event::Step(record))?;
        let alarm = self.see(&record)?;
        if scores.are_finite() {
            self.heed(alarm)?;
            return Ok(true);
        }
        match self.rescue()? {
            true => Ok(false),
            false => Err(Leave::Failed(self.diverged())),
        }
    }

    /// The real pictures of a step, each [b, size, size, channels]: a batch for each update of D. None
    /// while any of them is on its way.
    pub(super) fn reals(&mut self) -> Result<Vec<Tensor>, Leave> {
        let wanted = self.config.live.d_steps as usize;
        let begun = self.pictures.place().clone();
        let mut all = Vec::with_capacity(wanted);
        while all.len() < wanted {
            match self.pictures.next(self.link)? {
                Supply::Batch(chosen) => {
                    all.push(self.pictures.tensor(&chosen, &self.device, self.link)?);
                }
                // Commands come first. The batches that are there already are taken again.
                Supply::NotYet => {
                    self.pictures.go_to(begun);
                    return Ok(Vec::new());
                }
                Supply::TooFew(notice) => return Err(Leave::Failed(notice)),
                Supply::Finished => {
                    // A run that is made longer begins with the whole step.
                    self.pictures.go_to(begun);
                    return Err(Leave::Completed);
                }
            }
        }
        Ok(all)
    }

    /// Latents for one batch, [b, 1, 1, latent].
    pub(super) fn latents(&mut self) -> candle_core::Result<Tensor> {
        let latents: Vec<Latent> = (0..self.config.batch)
            .map(|_| self.noise.latent(self.info.latent))
            .collect();
        latents_to_tensor(&latents, self.info.latent, &self.device)
    }

    pub(super) fn diverged(&self) -> Notice {
        let kept = match self.saved_step {
            Some(saved) => format!("The weights of step {saved} are kept."),
            None => "No weights were saved before it.".into(),
        };
        Notice::error(format!(
            "A loss was no longer a number at step {}, so training stopped. {kept} Try lower learning rates.",
            self.info.step
        ))
    }

    pub(super) fn record(&self, scores: Scores) -> StepRecord {
        StepRecord {
            step: self.info.step,
            images: self.info.images,
            loss_d: scores.loss_d,
            loss_g: scores.loss_g,
            d_real: scores.d_real,
            d_fake: scores.d_fake,
            d_fake_after: scores.d_fake_after,
            images_per_s: self.pace.images_per_s(),
            seconds: self.pace.seconds(),
            health: scores.health,
        }
    }

    /// Begins a file for TensorBoard, where that was asked for.
    pub(super) fn open_board(&mut self) -> Result<(), Disconnected> {
        if !self.config.keep.tensorboard {
            return Ok(());
        }
        match EventFile::create(self.folder.root(), self.info.step) {
            Ok(board) => {
                self.board = Some(board);
                Ok(())
            }
            Err(error) => self.warn_of_disk("The event file for TensorBoard", &error),
        }
    }

    pub(super) fn write_board(&mut self, record: &StepRecord) -> Result<(), Disconnected> {
        let Some(board) = &mut self.board else {
            return Ok(());
        };
        let mut numbers = vec![
            ("loss/D", record.loss_d),
            ("loss/G", record.loss_g),
            ("score/D(x)", record.d_real),
            ("score/D(G(z)) before", record.d_fake),
            ("score/D(G(z)) after", record.d_fake_after),
            ("images per second", record.images_per_s),
        ];
        if let Some(health) = record.health {
            numbers.extend([
                ("gradient/G", health.grad_norm_g),
                ("gradient/D", health.grad_norm_d),
                ("dead units/G", health.dead_g),
                ("negative units/D", health.negative_d),
            ]);
        }
        let Err(error) = board.scalars(record.step, &numbers) else {
            return Ok(());
        };
        // Half a record makes the rest of the file unreadable.
        self.board = None;
        self.warn_of_disk("The event file for TensorBoard", &error)
    }

    pub(super) fn write_metrics(&mut self, record: &StepRecord) -> Result<(), Disconnected> {
        if self.folder.is_lost() {
            self.make_folder_again()?;
        }
        match self.folder.record(&history::line(record)) {
            Ok(()) => {
                self.warned_of_disk = false;
                Ok(())
            }
            Err(error) => self.warn_of_disk("The measurements", &error),
        }
    }

    /// Somebody removed the run's folder or its measurements: what comes from now on is kept all the same.
    pub(super) fn make_folder_again(&mut self) -> Result<(), Disconnected> {
        match self.folder.make_again() {
            Ok(is_whole) => {
                let text = if is_whole {
                    // Nothing that was saved is there any more.
                    self.saved_step = None;
                    "The run's folder was removed. It was made again; what was in it is gone, and \
                     training goes on."
                } else {
                    "The run's measurements, metrics.csv, were removed or replaced. Training goes on, and what \
                     follows is written to the file that is there now."
                };
                let place = self.folder.root().display().to_string();
                self.link
                    .send(Event::Notice(Notice::warning(text).with_details(place)))
            }
            Err(error) => self.warn_of_disk("The run's folder was removed; what follows", &error),
        }
    }
}
