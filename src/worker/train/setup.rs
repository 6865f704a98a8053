//! From settings to everything that a run needs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::{Device, Tensor};
use morphogan_nn::Adam;

use super::feed::{Feed, too_few};
use super::identity::{Identity, IdentityMatch};
use super::link::Link;
use super::resume::{self, Origin, ResumedFolder, TrainerState};
use super::watch::Watch;
use super::{Event, Plan, RunStart};
use crate::config::{DataChoice, TrainConfig};
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
    let is_fork = matches!(plan, Plan::Fork { .. });
    let origin = resume::origin(plan)?;
    if let Some(model) = origin.finished() {
        if let Some(root) = &origin.config.run {
            let _ = link.send(Event::History(Box::new(RunHistory::read(root))));
        }
        for notice in origin.notices.iter().cloned() {
            let _ = link.send(Event::Notice(notice));
        }
        return Ok(SetupOutcome::Finished(model.to_owned()));
    }
    let Origin {
        config,
        found,
        folder,
        is_unbegun_fork,
        mut notices,
    } = origin;
    config
        .validate()
        .map_err(|error| Notice::error(format!("A setting cannot work: {error}.")))?;
    if let (None, Some(root)) = (&folder, &config.run) {
        run::check_free(root).map_err(|error| cannot_begin(&error))?;
    }
    let resumes = folder.as_ref().and(config.run.as_deref());
    let resumes = resumes.filter(|_| !is_unbegun_fork);
    let source = open(&config, resumes)?;
    let state = found.as_ref().map(|found| &found.state);
    let (place, identity) = go_on(&config, state, source.as_ref(), resumes, &mut notices)?;
    let split = Split::new(source.len(), config.hold_back, config.seed);
    let total = split.training.len();
    let total_steps = total_steps(&config, total);
    enough(&config, total)?;
    let chosen = device::choose(config.device);
    let threads = device::threads(config.threads);
    let mut info = describe(&config, source.as_ref());
    let (precision, slower) = device::precision(config.precision, &chosen.device);
    let able = TrainConfig {
        precision,
        ..config.clone()
    };
    let mut gan = new_gan(&able, &info, &chosen.device)?;
    if let Some(found) = &found {
        found.restore(&mut gan, &mut info, &config)?;
        if !found.has_discriminator_of(&config) {
            notices.push(Notice::info(
                "The discriminator has other layers now and begins anew; the generator is kept.",
            ));
        }
    }
    notices.extend(never_due(&config, total_steps));
    notices.extend(chosen.notice.into_iter().chain(slower));
    notices.extend(device::fewer_threads(config.threads));
    notices.extend(source_notices::choice(&source.choice()));
    notices.extend(source.warnings());
    let from = found.map(|found| found.state);
    let noise = match &from {
        Some(state)
            if state
                .config()
                .is_ok_and(|before| before.seed == config.seed) =>
        {
            state.noise.clone()
        }
        _ => Noise::new(config.seed, Purpose::Training),
    };
    let calibration = calibration(info.latent_space(), &chosen.device).map_err(does_not_fit)?;
    let data = source.name();
    let prepared = Arc::new(data::TransformedSource::new(source, &config));
    let feed = start_loading(&config, &prepared, threads, place)?;
    let is_resumed = folder.is_some();
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
    // A handle that is gone ends the run at its first step.
    let _ = link.send(Event::Started(Box::new(started)));
    if is_resumed {
        let earlier = RunHistory::read(folder.root());
        let _ = link.send(Event::History(Box::new(earlier)));
    }
    for notice in notices {
        let _ = link.send(Event::Notice(notice));
    }
    let samples = match Samples::open(folder.root()) {
        Ok(samples) => samples,
        Err(error) => {
            folder.remove_if_new();
            return Err(Notice::from_error(CANNOT_BEGIN, &error));
        }
    };
    Ok(SetupOutcome::Ready(Box::new(Setup {
        // Where they cannot be read the wall begins with the fixed ones.
        pinned: samples::newest(&samples::pinned(folder.root()).unwrap_or_default()).to_vec(),
        samples,
        watch: Watch::new(&folder, &config, prepared),
        calibration,
        noise,
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
    })))
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

/// The pictures; those of a run that goes on in the folder `resumes` may have been moved.
fn open(config: &TrainConfig, resumes: Option<&Path>) -> Result<Box<dyn Source>, Notice> {
    data::open(config).map_err(|error| match resumes {
        Some(run) => {
            let text = "The pictures of the run cannot be used.";
            Notice::from_error(text, &error).with_next(Next::OtherPictures(run.to_owned()))
        }
        None => source_notices::unusable(&error),
    })
}

/// The place in the data, as far as the pictures and their order are the same as in `state`, and what they
/// are known by. A run that goes on, in the folder `resumes`, does so with the same pictures only.
fn go_on(
    config: &TrainConfig,
    state: Option<&TrainerState>,
    source: &dyn Source,
    resumes: Option<&Path>,
    notices: &mut Vec<Notice>,
) -> Result<(Option<BatchPosition>, Identity), Notice> {
    // Drawn faces follow from the settings.
    let is_drawn = |config: &TrainConfig| config.data == DataChoice::Starter;
    let Some((state, before)) = state.and_then(|state| Some((state, state.config().ok()?))) else {
        let identity = if is_drawn(config) {
            Identity::known(source)
        } else {
            Identity::of(source)
        };
        return Ok((None, identity));
    };
    let order = |config: &TrainConfig| {
        let TrainConfig {
            prepare,
            starter_count,
            starter_edition,
            hold_back,
            size,
            batch,
            seed,
            ..
        } = config.clone();
        let starter = (starter_count, starter_edition);
        (prepare, starter, hold_back.to_bits(), size, batch, seed)
    };
    let same_order = order(&before) == order(config);
    let (likeness, identity) = match (is_drawn(&before), is_drawn(config)) {
        (true, true) => (IdentityMatch::Same, Identity::known(source)),
        (false, false) => state.pictures.compare(source),
        (true, false) => (IdentityMatch::Other, Identity::of(source)),
        (false, true) => (IdentityMatch::Other, Identity::known(source)),
    };
    match (likeness, resumes) {
        (IdentityMatch::Other, Some(run)) => {
            let text =
                "These are not the pictures that the run has learnt from, so that it cannot go on.";
            let (there, then) = (source.len(), state.pictures.count);
            let details = if there == then {
                config.data.to_string()
            } else {
                format!("{there} pictures, {then} before\n{}", config.data)
            };
            let notice = Notice::error(text).with_details(details);
            return Err(notice.with_next(Next::OtherPictures(run.to_owned())));
        }
        (IdentityMatch::Unknown, _) if same_order => {
            let text = "The pictures may not be those of the checkpoint: then training goes on, but not \
                        exactly as it would have.";
            notices.push(Notice::warning(text));
        }
        _ => {}
    }
    let keeps_place = same_order && likeness != IdentityMatch::Other;
    Ok((keeps_place.then(|| state.place.clone()), identity))
}

/// Refuses pictures or settings with which no step can be done.
fn enough(config: &TrainConfig, pictures: usize) -> Result<(), Notice> {
    if let Some(text) = too_few((pictures, pictures), config.batch) {
        return Err(Notice::error(text).with_details(config.data.to_string()));
    }
    match total_steps(config, pictures) {
        Some(0) => Err(no_step(config, pictures)),
        _ => Ok(()),
    }
}

/// A run whose passes over the data are over before a step is done.
pub(super) fn no_step(config: &TrainConfig, pictures: usize) -> Notice {
    let TrainConfig { batch, live, .. } = config;
    let batches = pictures / batch;
    Notice::error(format!(
        "The run would end before its first step: {pictures} pictures are {batches} batches of {batch} a pass, \
         and a step takes {}. Give it more passes (epochs), or lower the batch or the D steps per G.",
        live.d_steps
    ))
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

fn describe(config: &TrainConfig, source: &dyn Source) -> ModelInfo {
    ModelInfo {
        data: source.name(),
        data_licence: source.licence(),
        ..ModelInfo::of(config)
    }
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
    threads: usize,
    place: Option<BatchPosition>,
) -> Result<Feed, Notice> {
    let Split { training, .. } = Split::new(prepared.source().len(), config.hold_back, config.seed);
    let loader = Loader::start(Arc::clone(prepared), training, threads)
        .map_err(|error| device::no_threads(&error))?;
    Ok(Feed::new(Arc::clone(prepared), loader, config, place))
}

/// As far as is known before the broken pictures are.
fn total_steps(config: &TrainConfig, pictures: usize) -> Option<u64> {
    let an_epoch = (pictures / config.batch) as u64;
    let of_epochs = |epochs: u64| epochs.saturating_mul(an_epoch) / u64::from(config.live.d_steps);
    config.steps.or(config.epochs.map(of_epochs))
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
