//! From settings to everything that a run needs.

use std::path::PathBuf;
use std::sync::Arc;

use candle_core::{Device, Tensor};
use morphogan_nn::Adam;

use super::feed::Feed;
use super::identity::Identity;
use super::link::Link;
use super::pictures::{self, total_steps};
use super::resume::{self, Origin, ResumedFolder, TrainerCheckpoint, TrainerState};
use super::start_model::StartModel;
use super::watch::Watch;
use super::{Event, Plan, RunStart};
use crate::config::TrainConfig;
use crate::data::batches::Split;
use crate::data::{self, BatchPosition, Source};
use crate::export;
use crate::export::plot::{self, Curve, Panel};
use crate::gan::{Gan, ModelInfo, latents_to_tensor};
use crate::latent::noise::{Noise, Purpose};
use crate::latent::{Latent, LatentSpace};
use crate::notice::{Next, Notice};
use crate::run::samples::{self, Samples};
use crate::run::{self, PLOT_FILE, RunError, RunEvent, RunEventKind, RunFolder, RunHistory};
use crate::worker::device;
use crate::worker::loader::Loader;
use crate::worker::source_notices;

/// Faces that the statistics of averaged weights are measured on: enough that one batch more would
/// not show, few enough to do it for every wall.
const CALIBRATION: usize = 128;

/// Everything that a run needs.
pub(super) struct Setup {
    pub config: TrainConfig,
    pub threads: usize,
    pub folder: RunFolder,
    pub feed: Feed,
    pub gan: Gan,
    pub info: ModelInfo,
    pub noise: Noise,
    pub wall_latents: Vec<Latent>,
    /// [n, 1, 1, latent], for [`crate::gan::Average::calibrated`].
    pub calibration: Tensor,
    /// Faces that stand first on the wall.
    pub pinned: Vec<Latent>,
    pub samples: Samples,
    pub watch: Watch,
    /// What its pictures are known by.
    pub identity: Identity,
    /// The checkpoint that it goes on from.
    pub from: Option<TrainerState>,
    /// Where it comes from, if it is a fork that begins; written down already.
    pub forked: Option<RunEvent>,
    /// Whether its networks are those of a model file.
    pub begins_with_model: bool,
}

/// What becomes of a plan.
pub(super) enum SetupOutcome {
    /// A run can begin.
    Ready(Box<Setup>),
    /// It was over already: its model.
    Finished(PathBuf),
}

/// Checks the settings, finds device and data, makes the run folder, and tells what was found. Nothing is
/// written before all of it is known to be well.
pub(super) fn prepare(plan: Plan, link: &Link) -> Result<SetupOutcome, Notice> {
    let parent = match &plan {
        // Its name must hold from any working folder.
        Plan::Fork { parent, .. } => std::path::absolute(parent).ok(),
        _ => None,
    };
    let (plan, model) = match plan {
        Plan::From { model, config } => {
            let model = StartModel::read(&model)?;
            (Plan::New(model.settings(config)), Some(model))
        }
        plan => (plan, None),
    };
    let origin = resume::origin(plan)?;
    match origin.finished() {
        Some(model) => {
            tell_finished(&origin, link);
            Ok(SetupOutcome::Finished(model.to_owned()))
        }
        None => {
            let setup = set_up(origin, (parent, model), link)?;
            Ok(SetupOutcome::Ready(Box::new(setup)))
        }
    }
}

/// What the run of `origin` needs, which is a fork where it has a `parent`, and begins with a `model` where there is one.
fn set_up(
    origin: Origin,
    (parent, model): (Option<PathBuf>, Option<StartModel>),
    link: &Link,
) -> Result<Setup, Notice> {
    let Origin {
        config,
        found,
        folder,
        is_unbegun_fork,
        mut notices,
    } = origin;
    check(&config, folder.is_none())?;
    let resumes = folder.as_ref().and(config.run.as_deref());
    let resumes = resumes.filter(|_| !is_unbegun_fork);
    let source = pictures::open(&config, resumes)?;
    let state = found.as_ref().map(|found| &found.state);
    let (place, identity) =
        pictures::go_on(&config, state, source.as_ref(), resumes, &mut notices)?;
    let split = Split::new(source.len(), config.hold_back, config.seed);
    let total = split.training.len();
    pictures::check_count(&config, total)?;
    let total_steps = total_steps(&config, total);
    let chosen = device::choose(config.device);
    let threads = device::threads(config.threads);
    let (mut gan, info) = networks(
        &config,
        source.as_ref(),
        found.as_ref(),
        &chosen.device,
        &mut notices,
    )?;
    let begins_with_model = model.is_some();
    if let Some(model) = model {
        notices.extend(model.put_into(&mut gan, &chosen.device)?);
    }
    notices.extend(never_due(&config, total_steps));
    notices.extend(chosen.notice);
    notices.extend(device::fewer_threads(config.threads));
    notices.extend(source_notices::choice(&source.choice()));
    notices.extend(source.warnings());
    let from = found.map(|found| found.state);
    let calibration = calibration(info.latent_space(), &chosen.device).map_err(does_not_fit)?;
    let data = source.name();
    let prepared = Arc::new(data::TransformedSource::new(source, &config));
    let feed = start_loading(&config, &prepared, &split, threads, place)?;
    let (is_resumed, is_fork) = (folder.is_some(), parent.is_some());
    let forked = parent.map(|parent| RunEvent {
        step: info.step,
        what: RunEventKind::Forked { parent },
    });
    let folder = match folder {
        Some(reopened) => back_to(reopened, &config, info.step, &mut notices)?,
        None => {
            RunFolder::create(&config, forked.as_ref()).map_err(|error| cannot_begin(&error))?
        }
    };
    let started = RunStart {
        config: config.clone(),
        device: device::words(chosen.name, &chosen.device, threads),
        data,
        pictures: total,
        run: folder.root().to_owned(),
        total_steps,
        parameters: (
            gan.generator.parameter_count(),
            gan.discriminator.parameter_count(),
        ),
        resumed: (is_resumed || is_fork).then_some(info.step),
    };
    tell_start(started, is_resumed, notices, link);
    let samples = match Samples::open(folder.root()) {
        Ok(samples) => samples,
        Err(error) => {
            folder.remove_if_new();
            return Err(Notice::from_error(CANNOT_BEGIN, &error));
        }
    };
    Ok(Setup {
        // Where they cannot be read the wall begins with the fixed ones.
        pinned: samples::newest(&samples::pinned(folder.root()).unwrap_or_default()).to_vec(),
        samples,
        watch: Watch::new(&folder, &config, prepared, split),
        calibration,
        noise: noise_of(&config, from.as_ref()),
        wall_latents: info
            .latent_space()
            .wall(config.seed, samples::COLUMNS * samples::COLUMNS),
        threads,
        config,
        folder,
        feed,
        gan,
        info,
        identity,
        from,
        forked,
        begins_with_model,
    })
}

/// A run that did all its steps shows what it did.
fn tell_finished(origin: &Origin, link: &Link) {
    if let Some(root) = &origin.config.run {
        let _ = link.send(Event::History(Box::new(RunHistory::read(root))));
    }
    for notice in origin.notices.iter().cloned() {
        let _ = link.send(Event::Notice(notice));
    }
}

/// Settings that can work; of a new run, in a folder that is free.
fn check(config: &TrainConfig, is_new: bool) -> Result<(), Notice> {
    config
        .validate()
        .map_err(|error| Notice::error(format!("A setting cannot work: {error}.")))?;
    match &config.run {
        Some(root) if is_new => run::check_free(root).map_err(|error| cannot_begin(&error)),
        _ => Ok(()),
    }
}

/// The networks as `found` has them, or new ones, and what they are.
fn networks(
    config: &TrainConfig,
    source: &dyn Source,
    found: Option<&TrainerCheckpoint>,
    device: &Device,
    notices: &mut Vec<Notice>,
) -> Result<(Gan, ModelInfo), Notice> {
    let (precision, slower) = device::precision(config.precision, device);
    notices.extend(slower);
    let able = TrainConfig {
        precision,
        ..config.clone()
    };
    let mut info = ModelInfo {
        data: source.name(),
        data_licence: source.licence(),
        ..ModelInfo::of(config)
    };
    let mut gan = new_gan(&able, &info, device)?;
    if let Some(found) = found {
        found.restore(&mut gan, &mut info, config)?;
        if !found.has_discriminator_of(config) {
            notices.push(Notice::info(
                "The discriminator has other layers now and begins anew; the generator is kept.",
            ));
        }
    }
    Ok((gan, info))
}

/// Where the random numbers of training go on, or begin.
fn noise_of(config: &TrainConfig, from: Option<&TrainerState>) -> Noise {
    let has_seed = |state: &&TrainerState| {
        let before = state.config();
        before.is_ok_and(|before| before.seed == config.seed)
    };
    let before = from.filter(has_seed).map(|state| state.noise.clone());
    before.unwrap_or_else(|| Noise::new(config.seed, Purpose::Training))
}

/// Says what begins. A handle that is gone ends the run at its first step.
fn tell_start(started: RunStart, is_resumed: bool, notices: Vec<Notice>, link: &Link) {
    let root = started.run.clone();
    let _ = link.send(Event::Started(Box::new(started)));
    if is_resumed {
        let _ = link.send(Event::History(Box::new(RunHistory::read(&root))));
    }
    for notice in notices {
        let _ = link.send(Event::Notice(notice));
    }
}

const CANNOT_BEGIN: &str = "The run cannot begin.";

fn cannot_begin(error: &RunError) -> Notice {
    match error {
        RunError::Taken(root) => {
            let notice = Notice::error("There is a run in this folder already.");
            let notice = notice.with_next(Next::AnotherFolder);
            notice.with_details(root.display().to_string())
        }
        error => Notice::from_error(CANNOT_BEGIN, error),
    }
}

/// Planned changes that the run never comes to.
fn never_due(config: &TrainConfig, total_steps: Option<u64>) -> Option<Notice> {
    let end = total_steps?;
    let planned = config.keep.changes.iter();
    let missed: Vec<String> = planned
        .filter(|change| change.step > end)
        .map(|change| String::from(change.clone()))
        .collect();
    (!missed.is_empty()).then(|| {
        let text = "Planned changes lie behind the end of the run and will not be made.";
        Notice::warning(text).with_details(missed.join("\n"))
    })
}

/// A run's folder with its settings, as it was at a step.
fn back_to(
    reopened: ResumedFolder,
    config: &TrainConfig,
    step: u64,
    notices: &mut Vec<Notice>,
) -> Result<RunFolder, Notice> {
    let mut folder = reopened
        .folder
        .open(config)
        .map_err(|error| Notice::from_error("The run cannot go on.", &error))?;
    for damaged in &reopened.damaged {
        folder.store().set_aside(damaged);
    }
    if let Err(error) = folder.cut_to(step) {
        let text = "The measurements after the checkpoint cannot be removed; check the disk.";
        let notice = Notice::from_error(text, &error)
            .as_warning()
            .at(folder.root());
        notices.push(notice);
    }
    Ok(folder)
}

fn new_gan(config: &TrainConfig, info: &ModelInfo, device: &Device) -> Result<Gan, Notice> {
    let live = &config.live;
    let adam = |rate| Adam::new(rate, live.beta1);
    let mut weights = Noise::new(config.seed, Purpose::Weights);
    let adams = (adam(live.lr_g), adam(live.lr_d));
    let gan = Gan::new(info, adams, &mut weights, device);
    gan.and_then(|gan| gan.with_recipe(config, &mut weights))
        .map_err(does_not_fit)
}

fn does_not_fit(error: candle_core::Error) -> Notice {
    let text = "The network does not fit on the device. Lower the width.";
    Notice::from_error(text, &error)
}

/// [n, 1, 1, latent], the same for every run of this latent length.
fn calibration(space: LatentSpace, device: &Device) -> candle_core::Result<Tensor> {
    let mut noise = Noise::new(0, Purpose::Calibration);
    let latents = space.draw(CALIBRATION, &mut noise);
    latents_to_tensor(&latents, space.len, device)
}

fn start_loading(
    config: &TrainConfig,
    prepared: &Arc<data::TransformedSource>,
    split: &Split,
    threads: usize,
    place: Option<BatchPosition>,
) -> Result<Feed, Notice> {
    let loader = Loader::start(Arc::clone(prepared), split.training.clone(), threads)
        .map_err(|error| device::no_threads(&error))?;
    let total = split.training.len();
    Ok(Feed::new(
        Arc::clone(prepared),
        total,
        loader,
        config,
        place,
    ))
}

/// Runs `work` with `threads` threads for the layers, so that the same number gives the same bits.
pub(super) fn on_threads<T: Send>(
    threads: usize,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Notice> {
    morphogan_nn::on_threads(threads, work).map_err(|error| device::no_threads(&error))
}

/// Writes the loss curves of the run into its folder.
pub(super) fn plot_losses(folder: &RunFolder) -> Result<(), Box<dyn std::error::Error>> {
    let curve = |column, name: &str, colour| -> std::io::Result<Curve> {
        let points = folder.column(column)?;
        Ok(Curve {
            name: name.to_owned(),
            colour,
            faint: false,
            dashed: false,
            points: points.into_iter().map(<[f64; 2]>::from).collect(),
            smoothed: Vec::new(),
        })
    };
    let picture = plot::draw(&[Panel {
        title: "Losses".to_owned(),
        curves: vec![
            curve("loss_d", "D", [0x1f, 0x8f, 0xd6])?,
            curve("loss_g", "G", [0xe8, 0x6a, 0x3c])?,
        ],
        marks: Vec::new(),
        values: None,
        log: false,
    }])?;
    Ok(export::write_picture(
        &folder.root().join(PLOT_FILE),
        &picture,
    )?)
}
