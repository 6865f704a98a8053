//! What the training thread does.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use candle_core::{Device, Tensor};
use crossbeam_channel::{Receiver, Sender};

use super::control::Hold;
use super::feed::{Feed, NoTensor};
use super::identity::Identity;
use super::live::Unmarked;
use super::setup::{self, Setup, SetupOutcome};
use super::throughput::Throughput;
use super::trainer::failed;
use super::watch::Watch;
use super::{Command, Ended, Event, Outcome, Plan, Wall};
use crate::config::TrainConfig;
use crate::gan::{Gan, ModelInfo, Snapshot};
use crate::latent::noise::Noise;
use crate::latent::{Direction, Latent};
use crate::notice::{Level, Notice};
use crate::run::samples::Samples;
use crate::run::{EventFile, RunFolder, model_file};
use crate::run::{RunEvent, RunEventKind};
use crate::worker::latest::Latest;

/// Tiles a row of the sample wall, which is square.
pub(in crate::worker) const WALL_SIDE: usize = 8;

/// The trainer's ends of all channels.
pub(super) struct Link {
    pub commands: Receiver<Command>,
    pub events: Sender<Event>,
    pub wall: Arc<Latest<Wall>>,
    pub weights: Arc<Latest<Arc<Snapshot>>>,
    pub wake: Box<dyn Fn() + Send + Sync>,
}

/// The handle was dropped: nobody wants this run any more.
pub(super) struct Disconnected;

impl Link {
    pub fn send(&self, event: Event) -> Result<(), Disconnected> {
        self.events.send(event).map_err(|_| Disconnected)?;
        (self.wake)();
        Ok(())
    }
}

/// Why the loop of steps was left.
pub(super) enum Leave {
    Completed,
    Stopped,
    Failed(Notice),
}

impl From<Disconnected> for Leave {
    fn from(_: Disconnected) -> Self {
        Self::Stopped
    }
}

impl From<candle_core::Error> for Leave {
    fn from(error: candle_core::Error) -> Self {
        let text = "The device failed during training. Try a smaller batch or the CPU.";
        Self::Failed(Notice::from_error(text, &error))
    }
}

impl From<NoTensor> for Leave {
    fn from(reason: NoTensor) -> Self {
        match reason {
            NoTensor::Disconnected(gone) => gone.into(),
            NoTensor::Device(error) => error.into(),
            NoTensor::Feed(notice) => Self::Failed(notice),
        }
    }
}

/// A whole run, from its plan to the last word.
pub(super) fn run(plan: Plan, link: &Link) -> Ended {
    match setup::prepare(plan, link) {
        Ok(SetupOutcome::Finished(model)) => Ended {
            outcome: Outcome::Completed,
            model: Some(model),
        },
        Ok(SetupOutcome::Ready(setup)) => {
            let threads = setup.threads;
            let begun = match (&setup.from, &setup.forked) {
                (Some(_), Some(forked)) => Some(forked.what.clone()),
                (Some(_), None) => Some(RunEventKind::Resumed),
                (None, _) => None,
            };
            let mut waiting = Some(setup);
            let begin = || {
                waiting
                    .take()
                    .map(|setup| Training::new(*setup, link).run(begun))
            };
            let ended = setup::on_threads(threads, begin);
            if let Some(setup) = waiting {
                setup.folder.remove_if_new();
            }
            match ended {
                Ok(ended) => {
                    ended.unwrap_or_else(|| failed(Notice::error("The run cannot begin.")))
                }
                Err(notice) => failed(notice),
            }
        }
        Err(notice) => failed(notice),
    }
}

/// A run. Its rooms: `control` obeys commands, `step` makes a step, `keep` writes and reads
/// checkpoints, `show` publishes weights and walls, `watch` measures and guards.
pub(super) struct Training<'a> {
    pub(super) link: &'a Link,
    pub(super) config: TrainConfig,
    pub(super) device: Device,
    pub(super) folder: RunFolder,
    pub(super) pictures: Feed,
    pub(super) gan: Gan,
    pub(super) info: ModelInfo,
    pub(super) noise: Noise,
    pub(super) wall_latents: Vec<Latent>,
    /// Faces that stand first on the wall.
    pub(super) pinned: Vec<Latent>,
    /// What is kept with the model: found in the window, or there from before.
    pub(super) directions: Vec<Direction>,
    pub(super) walls: Samples,
    pub(super) watch: Watch,
    pub(super) calibration: Tensor,
    /// What its pictures are known by.
    pub(super) identity: Identity,
    /// What a moving hand has changed, to be marked once it lets go.
    pub(super) unmarked: Option<Unmarked>,
    /// The step that it began at.
    pub(super) begun: u64,
    /// The newest snapshot, for all who want one at this step.
    pub(super) shown: Option<Arc<Snapshot>>,
    /// How long it took to make.
    pub(super) shown_cost: Duration,
    pub(super) pace: Throughput,
    pub(super) hold: Hold,
    /// Distance to the data of the best checkpoint so far.
    pub(super) best: Option<f64>,
    pub(super) rollbacks: u64,
    pub(super) saved_step: Option<u64>,
    pub(super) walled_step: Option<u64>,
    pub(super) last_save: Instant,
    pub(super) last_wall: Option<Instant>,
    pub(super) last_wall_file: Option<Instant>,
    pub(super) last_publish: Option<Instant>,
    pub(super) warned_of_disk: bool,
    /// For TensorBoard, where it was asked for.
    pub(super) board: Option<EventFile>,
}

impl<'a> Training<'a> {
    pub(super) fn new(setup: Setup, link: &'a Link) -> Self {
        let from = setup.from.as_ref();
        Self {
            link,
            pace: Throughput::after(from.map_or(0.0, |state| state.seconds)),
            best: from.and_then(|state| state.best),
            rollbacks: from.map_or(0, |state| state.rollbacks),
            directions: model_file::directions(&setup.folder.model()),
            config: setup.config,
            device: setup.device,
            folder: setup.folder,
            pictures: setup.pictures,
            gan: setup.gan,
            begun: setup.info.step,
            info: setup.info,
            identity: setup.identity,
            unmarked: None,
            noise: setup.noise,
            wall_latents: setup.wall_latents,
            pinned: setup.pinned,
            walls: setup.walls,
            watch: setup.watch,
            calibration: setup.calibration,
            shown: None,
            shown_cost: Duration::ZERO,
            hold: Hold::default(),
            saved_step: None,
            walled_step: None,
            last_save: Instant::now(),
            last_wall: None,
            last_wall_file: None,
            last_publish: None,
            warned_of_disk: false,
            board: None,
        }
    }

    pub(super) fn run(mut self, begun: Option<RunEventKind>) -> Ended {
        let mut why = self.begin(begun).err();
        while why.is_none() {
            why = self.turn().err();
        }
        let outcome = match why {
            Some(Leave::Completed) if self.info.step == 0 => {
                Outcome::Failed(setup::no_step(&self.config, self.pictures.usable()))
            }
            Some(Leave::Completed) => Outcome::Completed,
            Some(Leave::Failed(notice)) => Outcome::Failed(notice),
            Some(Leave::Stopped) | None => Outcome::Stopped,
        };
        if self.came_to_nothing(&outcome) {
            self.folder.remove_if_new();
            return Ended {
                outcome,
                model: None,
            };
        }
        let outcome = match outcome {
            // The weights are not to be trusted: what was saved before stays.
            Outcome::Failed(_) => outcome,
            outcome => self.finish(outcome),
        };
        let name = outcome.name().into();
        let _ = self.mark(RunEventKind::Ended { outcome: name });
        Ended {
            outcome,
            model: self.saved_step.map(|_| self.folder.model()),
        }
    }

    /// Whether the run did not come to a step of its own: nothing of a new one is worth keeping.
    pub(super) fn came_to_nothing(&self, outcome: &Outcome) -> bool {
        let is_failed = matches!(outcome, Outcome::Failed(_));
        let is_nothing = self.info.step == 0 || (is_failed && self.info.step == self.begun);
        self.folder.is_new() && is_nothing
    }

    /// Saves what a run has come to; says where that was not possible.
    pub(super) fn finish(&mut self, outcome: Outcome) -> Outcome {
        let _ = self.last_look();
        let saved = self.save_at_end();
        let _ = self.draw_wall(true);
        self.plot_losses();
        let lost = self.folder.unwritten();
        if lost > 0 {
            let text = format!("The measurements of the last {lost} steps could not be written.");
            // Nobody may be left to hear it.
            let _ = self.link.send(Event::Notice(Notice::warning(text)));
        }
        match saved {
            Ok(()) => outcome,
            Err(notice) => Outcome::Failed(notice),
        }
    }

    /// A run that goes on or is a fork says so, and has a checkpoint from the start.
    pub(super) fn begin(&mut self, begun: Option<RunEventKind>) -> Result<(), Leave> {
        self.tell_live()?;
        self.open_board()?;
        let Some(begun) = begun else {
            return Ok(());
        };
        match begun {
            // Written with the folder.
            RunEventKind::Forked { .. } => self.link.send(Event::Marked(RunEvent {
                step: self.info.step,
                what: begun,
            }))?,
            _ => self.mark(begun)?,
        }
        self.save()
    }

    /// Commands, then one step and what follows from it.
    pub(super) fn turn(&mut self) -> Result<(), Leave> {
        self.obey()?;
        if self
            .config
            .steps
            .is_some_and(|steps| self.info.step >= steps)
        {
            return Err(Leave::Completed);
        }
        self.change_by_plan()?;
        if !self.step()? {
            return Ok(());
        }
        self.publish()?;
        self.examine()?;
        if self.wall_is_due() {
            self.draw_wall(false)?;
        }
        if self.checkpoint_is_due() {
            self.save()?;
        }
        self.hold_again()?;
        Ok(())
    }

    /// Tells what happened and writes it down.
    pub(super) fn mark(&mut self, what: RunEventKind) -> Result<(), Disconnected> {
        self.mark_changes()?;
        self.mark_at(self.info.step, what)
    }

    pub(super) fn mark_at(&mut self, step: u64, what: RunEventKind) -> Result<(), Disconnected> {
        let mark = RunEvent { step, what };
        if let Err(error) = self.folder.mark(&mark) {
            self.warn_of_disk("What happened", &error)?;
        }
        self.link.send(Event::Marked(mark))
    }

    /// Once until something can be written again: a full disk would say so at every step.
    pub(super) fn warn_of_disk(
        &mut self,
        what: &str,
        error: &(dyn std::error::Error + 'static),
    ) -> Result<(), Disconnected> {
        if std::mem::replace(&mut self.warned_of_disk, true) {
            return Ok(());
        }
        let text = format!(
            "{what} cannot be written; training goes on. Free some space or check the folder."
        );
        let mut notice = Notice::from_error(text, error);
        notice.level = Level::Warning;
        notice.details += &format!("\n{}", self.folder.root().display());
        self.link.send(Event::Notice(notice))
    }

    pub(super) fn plot_losses(&self) {
        // A run is no worse without its picture: nobody is told where this fails.
        let _ = setup::plot_losses(&self.folder);
    }
}
