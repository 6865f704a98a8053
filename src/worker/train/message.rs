//! What crosses a thread boundary: plain data, no tensors, nothing of egui.

use std::path::PathBuf;

use super::guard::GuardEvent;
use crate::config::{DataChoice, LiveConfig, TrainConfig};
use crate::gan::Verdicts;
use crate::latent::{Direction, Latent};
use crate::notice::Notice;
use crate::run::samples::PinnedFaces;
use crate::run::{EvalRecord, RunEvent, RunHistory, StepRecord};

/// How a run begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// From random weights, with these settings.
    New(TrainConfig),
    /// From the networks of a model file, of this program or another one; sizes and widths are the file's.
    From { model: PathBuf, config: TrainConfig },
    /// From its newest checkpoint that can be read; from random weights where there is none.
    Resume {
        run: PathBuf,
        /// Steps in all after which it ends, instead of what it was told before.
        steps: Option<u64>,
        /// Where its pictures are now, if not where its settings say.
        data: Option<DataChoice>,
    },
    /// As a new run from a checkpoint of another one.
    Fork {
        /// Folder of the other run, which stays as it is.
        parent: PathBuf,
        /// Which of its checkpoints.
        from: CheckpointRef,
        /// Settings of the new run.
        config: TrainConfig,
    },
}

impl From<TrainConfig> for Plan {
    fn from(config: TrainConfig) -> Self {
        Self::New(config)
    }
}

/// A point of a run that has a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointRef {
    Newest,
    /// The best, by its distance to the data.
    Best,
    /// That of a step.
    Step(u64),
}

/// Window or terminal → trainer. Drained before each step; blocking while paused.
#[derive(Clone, Debug, PartialEq)]
// Commands are few, and live settings are plain numbers.
#[expect(clippy::large_enum_variant)]
pub enum Command {
    /// Hold after the current step; uses no CPU until [`Command::Resume`].
    Pause,
    Resume,
    /// Write model and checkpoint now, and go on.
    Save,
    /// These faces, at most `MOST_PINNED`, stand first on the wall from now on, also when the run is
    /// resumed.
    Pin(Vec<Latent>),
    /// Write these directions with the model from its next writing on.
    KeepDirections(Vec<Direction>),
    /// Change what differs between two live settings from the next step on, and nothing else. It is answered
    /// with [`Event::Live`], whatever comes of it.
    Adjust {
        /// What the person was shown.
        from: LiveConfig,
        to: LiveConfig,
        /// Whether the hand still moves: what it changes is marked once it lets go.
        moving: bool,
    },
    /// While paused: one step, or what is left of one, and hold again.
    StepOnce,
    /// While paused: the next half of a step, D's or G's, and hold again.
    StepHalf,
    /// Go back to a checkpoint of this run. Later ones are removed; random numbers are others than
    /// the first time, so that the run does not go the same way again.
    RollBack {
        to: CheckpointRef,
        /// Whether the run goes on as [`LiveConfig::slowed`] says.
        lower_rates: bool,
    },
    /// The checkpoint of this step stays however many come after it: a fork is about to begin there.
    Spare(u64),
    /// Save and end with [`Outcome::Stopped`].
    Stop,
}

/// Trainer → window or terminal. The last one of every run is [`Event::Ended`].
#[derive(Clone, Debug)]
pub enum Event {
    /// Settings are checked, device and run folder are there; pictures may still be on their way.
    Started(Box<RunStart>),
    /// Pictures are being drawn or decoded, ahead of or beside training.
    Preparing(LoadProgress),
    /// A run goes on: its steps and marks so far, before the first new step. After a roll-back again.
    History(Box<RunHistory>),
    /// A step is done.
    Step(StepRecord),
    /// A half of a step is done, and the trainer holds there.
    Half(HalfStep),
    /// Other faces stand first on the wall.
    Pinned(PinnedFaces),
    /// What is used from the next step on: at the beginning, after every change, refusal and roll-back.
    Live(LiveConfig),
    /// Something happened that is to be marked on the curves.
    Marked(RunEvent),
    /// A checkpoint was written.
    Checkpoint(WrittenCheckpoint),
    /// The trainer holds (true) or goes on (false).
    Paused(bool),
    /// The wall of fixed latents was written.
    Samples {
        /// The step whose weights drew it.
        step: u64,
        /// A JPEG in the run folder.
        path: PathBuf,
        /// The step of a wall that is no longer kept, to make room.
        dropped: Option<u64>,
    },
    /// Diversity and distance to the data were measured.
    Evaluated(Box<EvalRecord>),
    /// The collapse guard saw something, or that it is over.
    Guard(GuardEvent),
    /// The model was written.
    Saved {
        /// Steps done by the saved weights.
        step: u64,
        path: PathBuf,
    },
    /// Something a person should know; the run goes on.
    Notice(Notice),
    /// The run is over; nothing follows.
    Ended(RunEnd),
}

impl Event {
    /// The same with what to do next in the `words` of who shows it.
    pub fn worded(self, words: fn(Notice) -> Notice) -> Self {
        match self {
            Self::Notice(notice) => Self::Notice(words(notice)),
            Self::Ended(RunEnd {
                outcome: Outcome::Failed(notice),
                model,
            }) => Self::Ended(RunEnd {
                outcome: Outcome::Failed(words(notice)),
                model,
            }),
            other => other,
        }
    }
}

/// A half of a step that was made on its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HalfStep {
    /// The discriminator has learnt; what it said of its pictures before.
    Discriminator(Verdicts),
    /// The generator has learnt: the step is whole.
    Generator,
}

/// What is known when a run starts.
#[derive(Clone, Debug)]
pub struct RunStart {
    /// The settings as used.
    pub config: TrainConfig,
    /// The device in words, e.g. `CPU · 2 threads`.
    pub device: String,
    /// The data in words, e.g. `Starter faces`.
    pub data: String,
    /// Pictures there will be, if none turns out to be broken.
    pub pictures: usize,
    pub run: PathBuf,
    /// Steps after which the run ends by itself.
    pub total_steps: Option<u64>,
    /// Trainable numbers of generator and discriminator.
    pub parameters: (usize, usize),
    /// Steps that were done before, where it goes on from a checkpoint.
    pub resumed: Option<u64>,
}

/// A checkpoint that was written, and the room that all of them take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenCheckpoint {
    /// Steps done by its weights.
    pub step: u64,
    pub path: PathBuf,
    /// Whether it is the best so far.
    pub best: bool,
    /// Bytes of all checkpoints of the run.
    pub bytes: u64,
    /// Bytes that they will take at most.
    pub most_bytes: u64,
}

/// How far the pictures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadProgress {
    /// Pictures ready to train on.
    pub ready: usize,
    /// Pictures that could not be used.
    pub skipped: usize,
    pub total: usize,
}

/// How a run came to its end.
#[derive(Clone, Debug)]
pub struct RunEnd {
    pub outcome: Outcome,
    /// The model that was saved last, if any.
    pub model: Option<PathBuf>,
}

impl RunEnd {
    /// The end of a run that could not go on, without a model.
    pub(super) fn failed(notice: Notice) -> Self {
        Self {
            outcome: Outcome::Failed(notice),
            model: None,
        }
    }
}

/// Why a run ended; in its loop of steps, why that is left.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// All steps that were asked for are done.
    Completed,
    Stopped,
    /// It could not go on.
    Failed(Notice),
}

impl Outcome {
    /// As it stands in files and in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Stopped => "stopped",
            Self::Failed(_) => "failed",
        }
    }
}
