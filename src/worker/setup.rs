//! From settings to everything that a run needs.

use std::path::PathBuf;
use std::sync::Arc;

use candle_core::{Device, Tensor};

use super::device;
use super::loader::Loader;
use super::pictures::{Pictures, identity};
use super::resume::{self, Origin, State};
use super::survey;
use super::training::{Link, WALL_SIDE, Watch};
use super::{Event, Plan, Started, history};
use crate::config::TrainConfig;
use crate::data::{self, Place, Prepared, Source, batches};
use crate::export::plot::{self, Curve, Panel};
use crate::export::png;
use crate::gan::{Gan, ModelInfo, latents_to_tensor};
use crate::latent::Latent;
use crate::latent::noise::{self, Noise, Purpose};
use crate::nn::Adam;
use crate::notice::{Level, Notice};
use crate::run::RunFolder;
use crate::run::walls::{self, Walls};

/// Loss plot of a finished run.
const PLOT_FILE: &str = "losses.png";

/// Faces that the statistics of averaged weights are measured on: enough that one batch more would
/// not show, few enough to do it for every wall.
const CALIBRATION: usize = 128;

/// Everything that a run needs.
pub(super) struct Setup {
    pub config: TrainConfig,
    pub device: Device,
    pub threads: usize,
    pub folder: RunFolder,
    pub pictures: Pictures,
    pub gan: Gan,
    pub info: ModelInfo,
    pub noise: Noise,
    pub wall_latents: Vec<Latent>,
    /// [n, 1, 1, latent], for [`crate::gan::Average::calibrated`].
    pub calibration: Tensor,
    /// Faces that stand first on the wall.
    pub pinned: Vec<Latent>,
    pub walls: Walls,
    pub watch: Watch,
    /// The checkpoint that it goes on from.
    pub from: Option<State>,
    /// The run that it is a fork of.
    pub parent: Option<PathBuf>,
}

/// Checks the settings, finds device and data, makes the run folder, and tells what was found.
pub(super) fn prepare(plan: Plan, link: &Link) -> Result<Setup, Notice> {
    let parent = match &plan {
        Plan::Fork { parent, .. } => Some(parent.clone()),
        _ => None,
    };
    let Origin {
        config,
        found,
        folder,
        mut notices,
    } = resume::origin(plan)?;
    config
        .validate()
        .map_err(|error| Notice::error(format!("A setting cannot work: {error}.")))?;
    let source = data::open(&config).map_err(|error| survey::unusable(&error))?;
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
        found.restore(&mut gan, &mut info)?;
    }
    let state = found.map(|found| found.state);
    let (noise, place) = go_on(&config, state.as_ref(), source.as_ref(), &mut notices);
    let resumed = folder.is_some().then_some(info.step);
    let folder = match folder {
        Some(folder) => back_to(folder, info.step, &mut notices),
        None => RunFolder::create(&config)
            .map_err(|error| Notice::from_error("The run cannot begin.", &error))?,
    };
    let total = source.len();
    let started = Started {
        config: config.clone(),
        device: device::words(chosen.name, &chosen.device, threads),
        data: source.name(),
        pictures: total,
        run: folder.root().to_owned(),
        total_steps: total_steps(&config, total),
        parameters: (
            gan.generator.parameter_count(),
            gan.discriminator.parameter_count(),
        ),
        resumed: resumed.or(parent.is_some().then_some(info.step)),
    };
    // A handle that is gone ends the run at its first step.
    let _ = link.send(Event::Started(Box::new(started)));
    if resumed.is_some() {
        let earlier = history::read_records(folder.root());
        let _ = link.send(Event::Earlier(Box::new(earlier)));
    }
    notices.extend(chosen.notice.into_iter().chain(slower));
    notices.extend(survey::told(&source.choice()));
    notices.extend(source.warnings());
    for notice in notices {
        let _ = link.send(Event::Notice(notice));
    }
    let prepared = Arc::new(Prepared::new(source, &config));
    let pictures = start_loading(&config, &prepared, threads, place)?;
    let cannot_begin = |error| Notice::from_error("The run cannot begin.", &error);
    Ok(Setup {
        // Where they cannot be read the wall begins with the fixed ones.
        pinned: walls::newest(&walls::pinned(folder.root()).unwrap_or_default()).to_vec(),
        walls: Walls::open(folder.root()).map_err(cannot_begin)?,
        watch: Watch::new(&folder, &config, prepared),
        calibration: calibration(config.latent, &chosen.device).map_err(does_not_fit)?,
        noise,
        wall_latents: noise::wall(config.seed, WALL_SIDE * WALL_SIDE, config.latent),
        device: chosen.device,
        threads,
        config,
        folder,
        pictures,
        gan,
        info,
        from: state,
        parent,
    })
}

/// Random numbers and place in the data: as they were, as far as the settings are the same.
fn go_on(
    config: &TrainConfig,
    state: Option<&State>,
    source: &dyn Source,
    notices: &mut Vec<Notice>,
) -> (Noise, Option<Place>) {
    let Some((state, before)) = state.and_then(|state| Some((state, state.config().ok()?))) else {
        return (Noise::new(config.seed, Purpose::Training), None);
    };
    let noise = match before.seed == config.seed {
        true => state.noise.clone(),
        false => Noise::new(config.seed, Purpose::Training),
    };
    let choice = |config: &TrainConfig| {
        let TrainConfig {
            data,
            prepare,
            starter_count,
            size,
            batch,
            seed,
            ..
        } = config.clone();
        (data, prepare, starter_count, size, batch, seed)
    };
    let same = choice(&before) == choice(config);
    if same && state.pictures != identity(source) {
        let text = "The pictures are not those of the checkpoint: training goes on, but not exactly \
                    as it would have.";
        notices.push(Notice::warning(text));
    }
    (noise, same.then(|| state.place.clone()))
}

/// A run's folder as it was at a step.
fn back_to(mut folder: RunFolder, step: u64, notices: &mut Vec<Notice>) -> RunFolder {
    if let Err(error) = folder.cut_to(step) {
        let text = "The measurements after the checkpoint cannot be removed; check the disk.";
        let mut notice = Notice::from_error(text, &error);
        notice.level = Level::Warning;
        notice.details += &format!("\n{}", folder.root().display());
        notices.push(notice);
    }
    folder
}

fn describe(config: &TrainConfig, source: &dyn Source) -> ModelInfo {
    ModelInfo {
        size: config.size,
        channels: config.channels,
        latent: config.latent,
        width: config.width,
        step: 0,
        images: 0,
        data: source.name(),
        data_licence: source.licence(),
        loss: Some(config.loss),
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
fn calibration(latent: usize, device: &Device) -> candle_core::Result<Tensor> {
    let mut noise = Noise::new(0, Purpose::Calibration);
    let latents: Vec<_> = (0..CALIBRATION).map(|_| noise.latent(latent)).collect();
    latents_to_tensor(&latents, latent, device)
}

fn start_loading(
    config: &TrainConfig,
    prepared: &Arc<Prepared>,
    threads: usize,
    place: Option<Place>,
) -> Result<Pictures, Notice> {
    let order = batches::loading_order(prepared.source().len(), config.seed);
    let loader = Loader::start(Arc::clone(prepared), order, threads)
        .map_err(|error| Notice::from_error("No thread could be started. Try again.", &error))?;
    Ok(Pictures::new(Arc::clone(prepared), loader, config, place))
}

/// As far as is known before the broken pictures are.
fn total_steps(config: &TrainConfig, pictures: usize) -> Option<u64> {
    let a_step = config.batch * config.live.d_steps as usize;
    let an_epoch = (pictures / a_step) as u64;
    config
        .steps
        .or(config.epochs.map(|epochs| epochs * an_epoch))
}

/// Runs `work` with `threads` threads for the layers, so that the same number gives the same bits.
pub(super) fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    crate::nn::on_threads(threads, work)
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
    Ok(png::write(&folder.root().join(PLOT_FILE), &picture)?)
}
