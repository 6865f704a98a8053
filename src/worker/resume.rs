//! Where a run begins: anew, or from a checkpoint.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Plan, Point};
use crate::config::TrainConfig;
use crate::data::Place;
use crate::gan::{Gan, ModelInfo};
use crate::latent::noise::Noise;
use crate::notice::Notice;
use crate::run::{self, Checkpoint, CheckpointError, RunFolder, Store};

/// The trainer's part of a checkpoint: all that decides about the next step besides the networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// As in `config.toml`, live ones as they were at that step. TOML, because numbers come back to
    /// the bit from it.
    pub settings: String,
    /// Of the latents.
    pub noise: Noise,
    /// In the data.
    pub place: Place,
    /// Which pictures these are.
    pub pictures: Identity,
    /// Seconds of training.
    pub seconds: f64,
    /// Distance to the data of the best checkpoint so far.
    pub best: Option<f64>,
    /// How often the run was rolled back.
    pub rollbacks: u64,
}

/// Tells pictures from other pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    /// How many, broken ones included.
    pub count: usize,
    /// [`crate::data::Source::fingerprint`] in hexadecimal.
    pub fingerprint: Option<String>,
}

impl State {
    /// The settings at that step.
    pub fn config(&self) -> Result<TrainConfig, CheckpointError> {
        toml::from_str(&self.settings)
            .map_err(|error| CheckpointError::Unclear(error.message().into()))
    }
}

/// A checkpoint with the trainer's part of it.
pub(super) struct Found {
    pub checkpoint: Checkpoint,
    pub state: State,
    pub path: PathBuf,
}

impl Found {
    /// Reads one.
    pub fn read(path: &Path) -> Result<Self, CheckpointError> {
        let checkpoint = Checkpoint::read(path)?;
        let state: State = checkpoint.state()?;
        state.config()?;
        Ok(Self {
            checkpoint,
            state,
            path: path.to_owned(),
        })
    }

    /// Puts the networks into `gan`, made for `info`, which then tells how far they were trained.
    pub fn restore(&self, gan: &mut Gan, info: &mut ModelInfo) -> Result<(), Notice> {
        let restored = self.checkpoint.restore(gan, info);
        restored.map_err(|error| unusable(&error, &self.path))?;
        let ModelInfo { step, images, .. } = *self.checkpoint.info();
        (info.step, info.images) = (step, images);
        Ok(())
    }
}

/// Where a run begins.
pub(super) struct Origin {
    pub config: TrainConfig,
    pub found: Option<Found>,
    /// The folder of a run that goes on; a new run makes its own when all else is well.
    pub folder: Option<RunFolder>,
    /// What is to be told once the run has begun.
    pub notices: Vec<Notice>,
}

/// Reads what the plan needs.
pub(super) fn origin(plan: Plan) -> Result<Origin, Notice> {
    match plan {
        Plan::New(config) => Ok(Origin {
            config,
            found: None,
            folder: None,
            notices: Vec::new(),
        }),
        Plan::Resume { run, steps } => resumed(&run, steps),
        Plan::Fork {
            parent,
            from,
            config,
        } => forked(&parent, from, config),
    }
}

fn resumed(root: &Path, steps: Option<u64>) -> Result<Origin, Notice> {
    let (mut folder, mut config) = RunFolder::open(root)
        .map_err(|error| Notice::from_error("The run cannot go on.", &error))?;
    let mut notices = Vec::new();
    let found = newest(&folder.store(), true, &mut notices)?;
    if let Some(found) = &found {
        // Read before: it can be read again.
        config = found.state.config().unwrap_or(config);
    } else if folder.model().exists() {
        // To begin again would write over what is there.
        let why: Vec<String> = notices.iter().map(ToString::to_string).collect();
        let text = "The run has a model but no checkpoint that can be read, so that it cannot go on. \
                    The model is still there.";
        return Err(Notice::error(text).with_details(why.join("\n")));
    } else {
        notices.push(Notice::info(
            "The run has no checkpoint yet: it starts again from the beginning.",
        ));
    }
    config.run = Some(root.to_owned());
    if steps.is_some() {
        config.steps = steps;
        config.epochs = None;
    }
    let written = folder.set_config(&config);
    if let Err(error) = written {
        let text = "The settings of the run cannot be written; training goes on. Check the disk.";
        notices.push(Notice::warning(text).with_details(error.to_string()));
    }
    Ok(Origin {
        config,
        found,
        folder: Some(folder),
        notices,
    })
}

fn forked(parent: &Path, from: Point, config: TrainConfig) -> Result<Origin, Notice> {
    let mut notices = Vec::new();
    // The parent is only read: nothing in it is set aside.
    let mut found = at(&Store::new(parent), from, &mut notices)?;
    // The parent's best lies in the parent's folder: what this run goes back to, it must have itself.
    (found.state.best, found.state.rollbacks) = (None, 0);
    Ok(Origin {
        config,
        found: Some(found),
        folder: None,
        notices,
    })
}

/// The checkpoint of a run at a point.
pub(super) fn at(store: &Store, point: Point, notices: &mut Vec<Notice>) -> Result<Found, Notice> {
    let path = match point {
        Point::Newest => {
            let found = newest(store, false, notices)?;
            return found.ok_or_else(|| Notice::error("The run has no checkpoint yet."));
        }
        Point::Best => store.best(),
        Point::Step(step) => store.path(step),
    };
    if !path.exists() {
        return Err(missing(store, point));
    }
    Found::read(&path).map_err(|error| unusable(&error, &path))
}

fn missing(store: &Store, point: Point) -> Notice {
    let steps: Vec<String> = store.list().iter().map(|s| s.step.to_string()).collect();
    let there = match steps.is_empty() {
        true => "there is none".into(),
        false => format!("there are those of step {}", steps.join(", ")),
    };
    let what = match point {
        Point::Step(step) => format!("no checkpoint of step {step}"),
        _ => "no best checkpoint yet".into(),
    };
    Notice::error(format!("The run has {what}; {there}."))
        .with_details(store.folder().display().to_string())
}

/// The newest that can be read. One that is damaged is passed over with a notice, and `set_aside`
/// if it may be; one that only a newer version can read is not: that version should go on.
fn newest(
    store: &Store,
    set_aside: bool,
    notices: &mut Vec<Notice>,
) -> Result<Option<Found>, Notice> {
    for stored in store.list() {
        match Found::read(&stored.path) {
            Ok(found) => return Ok(Some(found)),
            Err(error @ CheckpointError::Newer(_)) => return Err(unusable(&error, &stored.path)),
            Err(error) => {
                let text = format!(
                    "The checkpoint of step {} cannot be read; the run goes on from the one before.",
                    stored.step
                );
                let mut notice = Notice::from_error(text, &error);
                notice.level = crate::notice::Level::Warning;
                notice.details += &format!("\n{}", stored.path.display());
                notices.push(notice);
                if set_aside {
                    store.set_aside(&stored);
                }
            }
        }
    }
    // Better than to begin again.
    let best = store.best();
    match best.exists() {
        true => Found::read(&best)
            .map(Some)
            .map_err(|error| unusable(&error, &best)),
        false => Ok(None),
    }
}

/// A checkpoint that cannot be gone on from.
pub(super) fn unusable(error: &CheckpointError, path: &Path) -> Notice {
    let text = match error {
        CheckpointError::Newer(_) => {
            "The checkpoint is of a newer version of Morphogan. Update the program to go on with it."
        }
        CheckpointError::Architecture { .. } => {
            "The checkpoint is of another network. Use its size, channels, width, latent and spectral norm."
        }
        _ => "The checkpoint cannot be read. Choose an earlier one.",
    };
    let mut notice = Notice::from_error(text, error);
    notice.details += &format!("\n{}", path.display());
    notice
}

/// The settings of a run as they were at a checkpoint, which a fork of it starts with.
///
/// # Errors
/// Where there is no run, or no such checkpoint that can be read.
pub fn settings_at(root: &Path, point: Point) -> Result<TrainConfig, Notice> {
    run::read_settings(root)
        .map_err(|error| Notice::from_error("The run cannot be forked.", &error))?;
    let found = at(&Store::new(root), point, &mut Vec::new())?;
    let config = found.state.config();
    config.map_err(|error| Notice::from_error("The checkpoint cannot be understood.", &error))
}
