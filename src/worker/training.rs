//! What the training thread does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use candle_core::{Device, Tensor};
use crossbeam_channel::{Receiver, Sender};

use super::pace::Pace;
use super::pictures::{Pictures, Supply};
use super::setup::{self, Setup};
use super::trainer::failed;
use super::{Command, Ended, Event, Latest, Outcome, StepRecord, Wall};
use crate::config::TrainConfig;
use crate::export::png;
use crate::gan::{Gan, ModelInfo, Scores, Snapshot, latents_to_tensor};
use crate::latent::Latent;
use crate::latent::noise::Noise;
use crate::notice::Notice;
use crate::picture;
use crate::run::{RunFolder, model_file};

/// Weights are handed to the sampler at most this often.
const PUBLISH_EVERY: Duration = Duration::from_millis(150);
/// Making what is handed out takes at most one part in so many of the time.
const PUBLISH_SHARE: u32 = 25;
/// The sample wall is drawn at most this often.
const WALL_EVERY: Duration = Duration::from_secs(1);
/// The model is saved by itself this often.
const SAVE_EVERY: Duration = Duration::from_secs(60);
/// Tiles a row of the sample wall, which is square.
pub(super) const WALL_SIDE: usize = 8;

/// The trainer's ends of all channels.
pub(super) struct Link {
    pub commands: Receiver<Command>,
    pub events: Sender<Event>,
    pub wall: Arc<Latest<Wall>>,
    pub weights: Arc<Latest<Arc<Snapshot>>>,
    pub wake: Box<dyn Fn() + Send + Sync>,
}

/// The handle was dropped: nobody wants this run any more.
pub(super) struct Gone;

impl Link {
    pub fn send(&self, event: Event) -> Result<(), Gone> {
        self.events.send(event).map_err(|_| Gone)?;
        (self.wake)();
        Ok(())
    }
}

/// Why the loop of steps was left.
enum Leave {
    Completed,
    Stopped,
    Failed(Notice),
}

impl From<Gone> for Leave {
    fn from(_: Gone) -> Self {
        Self::Stopped
    }
}

impl From<candle_core::Error> for Leave {
    fn from(error: candle_core::Error) -> Self {
        let text = "The device failed during training. Try a smaller batch or the CPU.";
        Self::Failed(Notice::from_error(text, &error))
    }
}

/// A whole run, from settings to the last word.
pub(super) fn run(config: TrainConfig, link: &Link) -> Ended {
    match setup::prepare(config, link) {
        Ok(setup) => {
            let threads = setup.threads;
            setup::on_threads(threads, || Training::new(setup, link).run())
        }
        Err(notice) => failed(notice),
    }
}

struct Training<'a> {
    link: &'a Link,
    config: TrainConfig,
    device: Device,
    folder: RunFolder,
    pictures: Pictures,
    gan: Gan,
    info: ModelInfo,
    noise: Noise,
    wall_latents: Vec<Latent>,
    calibration: Tensor,
    /// The newest snapshot, for all who want one at this step.
    shown: Option<Arc<Snapshot>>,
    /// How long it took to make.
    shown_cost: Duration,
    pace: Pace,
    paused: bool,
    saved_step: Option<u64>,
    walled_step: Option<u64>,
    last_save: Instant,
    last_wall: Option<Instant>,
    last_wall_file: Option<Instant>,
    last_publish: Option<Instant>,
    warned_of_disk: bool,
}

impl<'a> Training<'a> {
    fn new(setup: Setup, link: &'a Link) -> Self {
        Self {
            link,
            config: setup.config,
            device: setup.device,
            folder: setup.folder,
            pictures: setup.pictures,
            gan: setup.gan,
            info: setup.info,
            noise: setup.noise,
            wall_latents: setup.wall_latents,
            calibration: setup.calibration,
            shown: None,
            shown_cost: Duration::ZERO,
            pace: Pace::default(),
            paused: false,
            saved_step: None,
            walled_step: None,
            last_save: Instant::now(),
            last_wall: None,
            last_wall_file: None,
            last_publish: None,
            warned_of_disk: false,
        }
    }

    fn run(mut self) -> Ended {
        let why = loop {
            if let Err(why) = self.turn() {
                break why;
            }
        };
        let outcome = match why {
            Leave::Completed => Outcome::Completed,
            Leave::Stopped => Outcome::Stopped,
            Leave::Failed(notice) => Outcome::Failed(notice),
        };
        // After a failure the weights are not to be trusted: what was saved before stays.
        if !matches!(outcome, Outcome::Failed(_)) && self.info.step > 0 {
            let _ = self.draw_wall(true);
            let _ = self.save();
            self.plot_losses();
        }
        Ended {
            outcome,
            model: self.saved_step.map(|_| self.folder.model()),
        }
    }

    /// Commands, then one step.
    fn turn(&mut self) -> Result<(), Leave> {
        self.obey()?;
        if self
            .config
            .steps
            .is_some_and(|steps| self.info.step >= steps)
        {
            return Err(Leave::Completed);
        }
        let chosen = match self.pictures.next(self.link)? {
            Supply::Batch(chosen) => chosen,
            Supply::NotYet => return Ok(()),
            Supply::TooFew(notice) => return Err(Leave::Failed(notice)),
        };
        if self
            .config
            .epochs
            .is_some_and(|epochs| self.pictures.epoch() >= epochs)
        {
            return Err(Leave::Completed);
        }
        self.step(&chosen)?;
        self.publish()?;
        if self.wall_is_due() {
            self.draw_wall(false)?;
        }
        if self.last_save.elapsed() >= SAVE_EVERY {
            self.save()?;
        }
        Ok(())
    }

    /// All commands that wait; while paused, until one says go on.
    fn obey(&mut self) -> Result<(), Leave> {
        loop {
            let command = if self.paused {
                self.link.commands.recv().map_err(|_| Leave::Stopped)?
            } else {
                match self.link.commands.try_recv() {
                    Ok(command) => command,
                    Err(_) => return Ok(()),
                }
            };
            match command {
                Command::Pause => self.set_paused(true)?,
                Command::Resume => self.set_paused(false)?,
                Command::Save => self.save()?,
                Command::Stop => return Err(Leave::Stopped),
            }
        }
    }

    fn set_paused(&mut self, paused: bool) -> Result<(), Leave> {
        if self.paused == paused {
            return Ok(());
        }
        self.paused = paused;
        self.pictures.set_paused(paused);
        self.pace.set_paused(paused);
        if paused && self.info.step > 0 {
            // What one sees while it holds is what it holds.
            self.last_publish = None;
            self.publish()?;
        }
        Ok(self.link.send(Event::Paused(paused))?)
    }

    fn step(&mut self, chosen: &[usize]) -> Result<(), Leave> {
        let real = self.pictures.tensor(chosen, &self.device)?; // [b, size, size, channels]
        let latents: Vec<Latent> = chosen
            .iter()
            .map(|_| self.noise.latent(self.info.latent))
            .collect();
        let z = latents_to_tensor(&latents, self.info.latent, &self.device)?; // [b, 1, 1, latent]
        let scores = self.gan.step(&real, &z)?;
        self.info.step += 1;
        self.info.images += chosen.len() as u64;
        self.pace.step(chosen.len());
        let record = self.record(scores);
        self.write_metrics(&record)?;
        self.link.send(Event::Step(record))?;
        if scores.are_finite() {
            return Ok(());
        }
        let step = self.info.step;
        let kept = match self.saved_step {
            Some(saved) => format!("The weights of step {saved} are kept."),
            None => "No weights were saved before it.".into(),
        };
        Err(Leave::Failed(Notice::error(format!(
            "A loss was no longer a number at step {step}, so training stopped. {kept} Try lower learning rates."
        ))))
    }

    fn record(&self, scores: Scores) -> StepRecord {
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
        }
    }

    fn write_metrics(&mut self, r: &StepRecord) -> Result<(), Gone> {
        let line = format!(
            "{},{},{},{},{},{},{},{:.1},{:.3}",
            r.step,
            r.images,
            r.loss_d,
            r.loss_g,
            r.d_real,
            r.d_fake,
            r.d_fake_after,
            r.images_per_s,
            r.seconds
        );
        match self.folder.record(&line) {
            Ok(()) => Ok(()),
            Err(error) => self.warn_of_disk("The measurements", &error),
        }
    }

    /// Once a run: a full disk would say so at every step.
    fn warn_of_disk(
        &mut self,
        what: &str,
        error: &(dyn std::error::Error + 'static),
    ) -> Result<(), Gone> {
        if std::mem::replace(&mut self.warned_of_disk, true) {
            return Ok(());
        }
        let text = format!("{what} cannot be written; training goes on. Check the disk.");
        let mut notice = Notice::from_error(text, error);
        notice.level = crate::notice::Level::Warning;
        notice.details += &format!("\n{}", self.folder.root().display());
        self.link.send(Event::Notice(notice))
    }

    /// The generator that a person gets: the averaged one where there is an average.
    fn shown(&mut self) -> candle_core::Result<Arc<Snapshot>> {
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
        let shown = Arc::new(Snapshot::new(self.info.clone(), generator));
        self.shown = Some(Arc::clone(&shown));
        Ok(shown)
    }

    fn publish(&mut self) -> candle_core::Result<()> {
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

    fn wall_is_due(&self) -> bool {
        let early = self.last_wall.is_some_and(|at| at.elapsed() < WALL_EVERY);
        let since = self.info.step - self.walled_step.unwrap_or(0);
        self.walled_step.is_none() || (!early && since >= self.config.sample_every)
    }

    /// Shows the fixed latents, and keeps the picture on disk now and then: ever more rarely, so
    /// that a long run does not fill the disk.
    fn draw_wall(&mut self, last: bool) -> Result<(), Leave> {
        let pictures = self.shown()?.draw(&self.wall_latents)?;
        let picture = picture::wall(&pictures, WALL_SIDE, 0, [0; 3]);
        let step = self.info.step;
        let gap = Duration::from_secs_f64((self.pace.seconds() * 0.02).max(10.0));
        let file_due = last || self.last_wall_file.is_none_or(|at| at.elapsed() >= gap);
        if file_due {
            self.last_wall_file = Some(Instant::now());
            let path = self.folder.samples(step);
            match png::write(&path, &picture) {
                Ok(()) => self.link.send(Event::Samples { step, path })?,
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

    /// Writes the model unless these very weights are on disk already.
    fn save(&mut self) -> Result<(), Leave> {
        self.last_save = Instant::now();
        if self.info.step == 0 || self.saved_step == Some(self.info.step) {
            return Ok(());
        }
        let path = self.folder.model();
        let shown = self.shown()?;
        let d = Some(&self.gan.discriminator);
        match model_file::save(&path, &self.info, shown.generator(), d) {
            Ok(()) => {
                let step = self.info.step;
                self.saved_step = Some(step);
                self.link.send(Event::Saved { step, path })?;
            }
            Err(error) => {
                let text = "The model could not be saved. Free some space or check the folder, then save again.";
                let mut notice = Notice::from_error(text, &error);
                notice.details += &format!("\n{}", path.display());
                self.link.send(Event::Notice(notice))?;
            }
        }
        Ok(())
    }

    fn plot_losses(&self) {
        // A run is no worse without its picture: nobody is told where this fails.
        let _ = setup::plot_losses(&self.folder);
    }
}
