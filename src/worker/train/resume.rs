//! Where a run begins: anew, or from a checkpoint.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::identity::Identity;
use super::{CheckpointRef, Plan};
use crate::config::{DataChoice, LiveConfig, Penalty, TrainConfig};
use crate::data::BatchPosition;
use crate::gan::{Gan, ModelInfo};
use crate::latent::noise::Noise;
use crate::notice::{Next, Notice};
use crate::run::{
    self, Checkpoint, CheckpointError, CheckpointStore, ClaimedFolder, RunError, RunEventKind,
    StoredCheckpoint, events,
};

/// The trainer's part of a checkpoint: all that decides about the next step besides the networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct TrainerState {
    /// As in `config.toml`, live ones as they were at that step; where the pictures lie, only that file says.
    /// TOML, because numbers come back to the bit from it.
    pub settings: String,
    pub noise: Noise,
    pub place: BatchPosition,
    /// Which pictures these are.
    pub pictures: Identity,
    pub seconds: f64,
    /// Distance to the data of the best checkpoint so far.
    pub best: Option<f64>,
    /// How often the run was rolled back.
    pub rollbacks: u64,
}

impl TrainerState {
    /// The settings at that step.
    pub fn config(&self) -> Result<TrainConfig, CheckpointError> {
        TrainConfig::of_run(&self.settings)
            .map_err(|error| CheckpointError::Unclear(error.message().into()))
    }
}

/// A checkpoint with the trainer's part of it.
pub(super) struct TrainerCheckpoint {
    pub checkpoint: Checkpoint,
    pub state: TrainerState,
    pub path: PathBuf,
}

impl TrainerCheckpoint {
    pub fn read(path: &Path) -> Result<Self, CheckpointError> {
        let checkpoint = Checkpoint::read(path)?;
        let state: TrainerState = checkpoint.state()?;
        state.config()?;
        Ok(Self {
            checkpoint,
            state,
            path: path.to_owned(),
        })
    }

    /// For a run of its own. What it goes back to, it must have itself: the best of the run that this is a
    /// checkpoint of lies in that one's folder.
    fn into_origin(mut self) -> Self {
        (self.state.best, self.state.rollbacks) = (None, 0);
        self
    }

    /// Puts the networks into `gan`, made for `info`, which then tells how far they were trained. A discriminator with
    /// other layers than those of the settings `wanted` stays behind.
    pub fn restore(
        &self,
        gan: &mut Gan,
        info: &mut ModelInfo,
        wanted: &TrainConfig,
    ) -> Result<(), Notice> {
        let restored = if self.has_discriminator_of(wanted) {
            self.checkpoint.restore(gan, info)
        } else {
            self.checkpoint.restore_generator(gan, info)
        };
        restored.map_err(|error| unusable(&error, &self.path))?;
        let ModelInfo { step, images, .. } = *self.checkpoint.info();
        (info.step, info.images) = (step, images);
        Ok(())
    }

    /// Whether its discriminator has the layers of the settings `wanted`: penalties and spectral norm take the place
    /// of its batch norm.
    pub fn has_discriminator_of(&self, wanted: &TrainConfig) -> bool {
        let layers = |config: &TrainConfig| {
            let is_normed = config.penalty == Penalty::None && !config.spectral_norm;
            (is_normed, config.spectral_norm)
        };
        let before = self.state.config();
        before.is_ok_and(|before| layers(&before) == layers(wanted))
    }
}

/// Where a run begins.
pub(super) struct Origin {
    pub config: TrainConfig,
    pub found: Option<TrainerCheckpoint>,
    /// The folder of a run that goes on; a new run makes its own when all else is well.
    pub folder: Option<ResumedFolder>,
    /// Whether it is a fork that was cut short before it had a checkpoint of its own: nothing in its folder depends
    /// on its pictures yet.
    pub is_unbegun_fork: bool,
    /// What is to be told once the run has begun.
    pub notices: Vec<Notice>,
}

impl Origin {
    /// A run that is over already has nothing to do: the model that it left.
    pub fn finished(&self) -> Option<&Path> {
        self.folder.as_ref()?.finished.as_deref()
    }
}

/// The folder of a run that goes on. Nothing in it is changed before all else is known to be well.
pub(super) struct ResumedFolder {
    pub folder: ClaimedFolder,
    /// Checkpoints that cannot be read.
    pub damaged: Vec<StoredCheckpoint>,
    /// The model, where the run did all its steps and came to its end.
    finished: Option<PathBuf>,
}

/// Reads what the plan needs.
pub(super) fn origin(plan: Plan) -> Result<Origin, Notice> {
    let here = std::env::current_dir().unwrap_or_default();
    match plan {
        // The model is read by whoever makes the networks.
        Plan::New(config) | Plan::From { config, .. } => Ok(Origin {
            config: at_home(config, &here),
            found: None,
            is_unbegun_fork: false,
            folder: None,
            notices: Vec::new(),
        }),
        Plan::Resume { run, steps, data } => {
            let data = data.map(|data| data.absolute_from(&here));
            resumed(&run, steps, data)
        }
        Plan::Fork {
            parent,
            from,
            config,
        } => forked(&parent, from, at_home(config, &here)),
    }
}

/// Settings that mean the same from any working folder.
fn at_home(mut config: TrainConfig, here: &Path) -> TrainConfig {
    config.data = config.data.absolute_from(here);
    config
}

fn resumed(root: &Path, steps: Option<u64>, data: Option<DataChoice>) -> Result<Origin, Notice> {
    let (folder, written) = ClaimedFolder::new(root).map_err(|error| cannot_go_on(&error))?;
    let mut notices = Vec::new();
    let store = CheckpointStore::new(root);
    let (found, damaged) = newest(&store, &mut notices)?;
    let model = root.join(run::MODEL_FILE);
    let origin = match (&found, events::parent(root)) {
        (None, Some((parent, step))) if !model.exists() => Some(parents(&parent, step)?),
        _ => None,
    };
    let is_unbegun_fork = origin.is_some();
    let mut config = match &found {
        _ if is_unbegun_fork => written,
        Some(found) => {
            // Read before: it can be read again.
            let config = found.state.config().unwrap_or_else(|_| written.clone());
            notices.extend(unheeded(&written, &config));
            // Where its pictures are and when it ends is for a person to say.
            TrainConfig {
                data: written.data,
                steps: written.steps,
                epochs: written.epochs,
                ..config
            }
        }
        None if model.exists() && !(damaged.is_empty() && was_cut_short(root)) => {
            // To begin again would write over what is there.
            return Err(only_a_model(&notices));
        }
        None => {
            notices.push(Notice::info(
                "The run has no checkpoint yet: it starts again from the beginning.",
            ));
            written
        }
    };
    config.run = Some(root.to_owned());
    config.data = data.unwrap_or(config.data);
    if steps.is_some() {
        config.steps = steps;
        config.epochs = None;
    }
    drop_bad_changes(&mut config, &mut notices);
    let step = found.as_ref().map(|found| found.checkpoint.info().step);
    let finished = run::is_done(root, &config, step, last_end(root).as_deref());
    if let Some(step) = step.filter(|_| finished) {
        let text = format!("The run is finished at step {step}: there is nothing left to train.");
        notices.push(Notice::info(text).with_next(Next::MoreSteps(root.to_owned())));
    }
    Ok(Origin {
        config,
        found: found.or(origin),
        is_unbegun_fork,
        folder: Some(ResumedFolder {
            folder,
            damaged,
            finished: finished.then_some(model),
        }),
        notices,
    })
}

/// Why a run cannot go on of which only the model is left; `damaged` says what became of its checkpoints.
fn only_a_model(damaged: &[Notice]) -> Notice {
    let why: Vec<String> = damaged.iter().map(ToString::to_string).collect();
    let text = "The run has a model but no checkpoint that can be read, so that it cannot go on. \
                The model is still there.";
    Notice::error(text).with_details(why.join("\n"))
}

fn cannot_go_on(error: &RunError) -> Notice {
    Notice::from_error("The run cannot go on.", error)
}

/// How the run in `root` ended; `None` where it did not.
fn last_end(root: &Path) -> Option<String> {
    match events::read(root).pop()?.what {
        RunEventKind::Ended { outcome } => Some(outcome),
        _ => None,
    }
}

/// Whether the program that trained it last had no time to end.
fn was_cut_short(root: &Path) -> bool {
    last_end(root).is_none()
}

/// Settings that somebody has changed in the file of a run in vain: they hold for all of it.
fn unheeded(written: &TrainConfig, used: &TrainConfig) -> Option<Notice> {
    let table = |config: &TrainConfig| {
        let fixed = TrainConfig {
            data: DataChoice::Starter,
            live: LiveConfig::default(),
            steps: None,
            epochs: None,
            ..config.clone()
        };
        let mut table = toml::Table::try_from(fixed).unwrap_or_default();
        // A roll-back takes some away.
        table.remove("changes");
        table
    };
    let (written, used) = (table(written), table(used));
    let differs = |name: &&String| written.get(*name) != used.get(*name);
    let mut names: Vec<&String> = written.keys().chain(used.keys()).filter(differs).collect();
    names.sort_unstable();
    names.dedup();
    let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
    (!names.is_empty()).then(|| {
        let text = "A run keeps its settings: what was changed in its config.toml is not used. Fork it to \
                    train with other ones.";
        Notice::warning(text).with_details(names.join(", "))
    })
}

/// Earlier versions began runs with planned changes that cannot work: those are left out.
fn drop_bad_changes(config: &mut TrainConfig, notices: &mut Vec<Notice>) {
    while let Some((step, error)) = config.bad_change() {
        config.keep.changes.retain(|change| change.step != step);
        let text = "A planned change of a setting cannot work and is left out.";
        notices.push(Notice::warning(text).with_details(error.to_string()));
    }
}

fn forked(parent: &Path, from: CheckpointRef, config: TrainConfig) -> Result<Origin, Notice> {
    let mut notices = Vec::new();
    // The parent is only read: nothing in it is set aside.
    let found = at(&CheckpointStore::new(parent), from, &mut notices)?;
    Ok(Origin {
        config,
        found: Some(found.into_origin()),
        is_unbegun_fork: false,
        folder: None,
        notices,
    })
}

/// The checkpoint that a fork which has none of its own began at.
fn parents(parent: &Path, step: u64) -> Result<TrainerCheckpoint, Notice> {
    let store = CheckpointStore::new(parent);
    let best = || {
        TrainerCheckpoint::read(&store.best())
            .ok()
            .filter(|best| best.checkpoint.info().step == step)
    };
    let found = match at(&store, CheckpointRef::Step(step), &mut Vec::new()) {
        Ok(found) => found,
        Err(error) => best().ok_or_else(|| {
            let text = "The run is a fork that was cut short before its first checkpoint, and the one that it began at is \
                        gone. Fork its parent anew.";
            Notice::error(text).with_details(error.to_string())
        })?,
    };
    Ok(found.into_origin())
}

/// The checkpoint of a run at a point.
pub(super) fn at(
    store: &CheckpointStore,
    point: CheckpointRef,
    notices: &mut Vec<Notice>,
) -> Result<TrainerCheckpoint, Notice> {
    let path = match point {
        CheckpointRef::Newest => {
            let (found, _) = newest(store, notices)?;
            return found.ok_or_else(|| Notice::error("The run has no checkpoint yet."));
        }
        CheckpointRef::Best => store.best(),
        CheckpointRef::Step(step) => store.path(step),
    };
    if !path.exists() {
        return Err(missing(store, point));
    }
    TrainerCheckpoint::read(&path).map_err(|error| unusable(&error, &path))
}

fn missing(store: &CheckpointStore, point: CheckpointRef) -> Notice {
    let steps: Vec<String> = store.list().iter().map(|s| s.step.to_string()).collect();
    let there = if steps.is_empty() {
        "there is none".into()
    } else {
        format!("there are those of step {}", steps.join(", "))
    };
    let what = match point {
        CheckpointRef::Step(step) => format!("no checkpoint of step {step}"),
        _ => "no best checkpoint yet".into(),
    };
    Notice::error(format!("The run has {what}; {there}."))
        .with_details(store.folder().display().to_string())
}

/// The newest that can be read, and damaged ones that were passed over with a notice. One that only a newer
/// version can read is not: that version should go on.
fn newest(
    store: &CheckpointStore,
    notices: &mut Vec<Notice>,
) -> Result<(Option<TrainerCheckpoint>, Vec<StoredCheckpoint>), Notice> {
    let mut damaged = Vec::new();
    for stored in store.list() {
        match TrainerCheckpoint::read(&stored.path) {
            Ok(found) => return Ok((Some(found), damaged)),
            Err(error @ CheckpointError::Newer(_)) => return Err(unusable(&error, &stored.path)),
            Err(error) => {
                let text = format!(
                    "The checkpoint of step {} cannot be read; the run goes on from the one before.",
                    stored.step
                );
                let notice = Notice::from_error(text, &error)
                    .as_warning()
                    .at(&stored.path);
                notices.push(notice);
                damaged.push(stored);
            }
        }
    }
    // Better than to begin again.
    let best = store.best();
    match best.exists() {
        true => TrainerCheckpoint::read(&best)
            .map(|found| (Some(found), damaged))
            .map_err(|error| unusable(&error, &best)),
        false => Ok((None, damaged)),
    }
}

/// A checkpoint that cannot be gone on from.
pub(super) fn unusable(error: &CheckpointError, path: &Path) -> Notice {
    let text = match error {
        CheckpointError::Newer(_) => {
            "The checkpoint is of a newer version of Morphogan. Update the program to go on with it."
        }
        CheckpointError::Architecture { .. } => {
            "The checkpoint is of another network. Use its size, channels, width, latent, gradient penalty and spectral norm."
        }
        _ => "The checkpoint cannot be read. Choose an earlier one.",
    };
    Notice::from_error(text, error).at(path)
}

/// The settings of a run as they were at a checkpoint, which a fork of it starts with.
///
/// # Errors
/// Where there is no run, or no such checkpoint that can be read.
pub fn settings_at(root: &Path, point: CheckpointRef) -> Result<TrainConfig, Notice> {
    let written = run::read_settings(root)
        .map_err(|error| Notice::from_error("The run cannot be forked.", &error))?;
    let found = at(&CheckpointStore::new(root), point, &mut Vec::new())?;
    let config = found.state.config();
    let config = config
        .map_err(|error| Notice::from_error("The checkpoint cannot be understood.", &error))?;
    Ok(TrainConfig {
        data: written.data,
        ..config
    })
}
