//! From settings to everything that a run needs.

use std::sync::Arc;

use candle_core::{Device, Tensor};

use super::device;
use super::loader::Loader;
use super::pictures::Pictures;
use super::training::{Link, WALL_SIDE};
use super::{Event, Started};
use crate::config::TrainConfig;
use crate::data::{self, Prepared, Source, batches};
use crate::export::plot::{self, Curve};
use crate::export::png;
use crate::gan::{Average, Gan, ModelInfo, latents_to_tensor};
use crate::latent::Latent;
use crate::latent::noise::{self, Noise, Purpose};
use crate::nn::Adam;
use crate::notice::Notice;
use crate::run::RunFolder;

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
    /// [n, 1, 1, latent], for [`Average::calibrated`].
    pub calibration: Tensor,
}

/// Checks the settings, finds device and data, makes the run folder, and tells what was found.
pub(super) fn prepare(config: TrainConfig, link: &Link) -> Result<Setup, Notice> {
    config
        .validate()
        .map_err(|error| Notice::error(format!("A setting cannot work: {error}.")))?;
    let source = data::open(&config).map_err(|error| {
        Notice::from_error(
            "The pictures cannot be used. Choose another source.",
            &error,
        )
    })?;
    let chosen = device::choose(config.device);
    let threads = device::threads(config.threads);
    let info = describe(&config, source.as_ref());
    let gan = new_gan(&config, &info, &chosen.device)?;
    let folder = RunFolder::create(&config)
        .map_err(|error| Notice::from_error("The run cannot begin.", &error))?;
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
    };
    // A handle that is gone ends the run at its first step.
    let _ = link.send(Event::Started(Box::new(started)));
    if let Some(notice) = chosen.notice {
        let _ = link.send(Event::Notice(notice));
    }
    for warning in source.warnings() {
        let _ = link.send(Event::Notice(warning));
    }
    let pictures = start_loading(&config, source, threads)?;
    Ok(Setup {
        calibration: calibration(config.latent, &chosen.device).map_err(does_not_fit)?,
        noise: Noise::new(config.seed, Purpose::Training),
        wall_latents: noise::wall(config.seed, WALL_SIDE * WALL_SIDE, config.latent),
        device: chosen.device,
        threads,
        config,
        folder,
        pictures,
        gan,
        info,
    })
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
    }
}

fn new_gan(config: &TrainConfig, info: &ModelInfo, device: &Device) -> Result<Gan, Notice> {
    let adam = |rate| Adam::new(rate, config.beta1);
    let mut weights = Noise::new(config.seed, Purpose::Weights);
    let adams = (adam(config.lr_g), adam(config.lr_d));
    let mut gan = Gan::new(info, adams, &mut weights, device).map_err(does_not_fit)?;
    gan.average = (config.ema > 0.0).then(|| Average::new(&gan.generator, config.ema));
    Ok(gan)
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
    source: Box<dyn Source>,
    threads: usize,
) -> Result<Pictures, Notice> {
    let order = batches::loading_order(source.len(), config.seed);
    let prepared = Arc::new(Prepared::new(source, config));
    let loader = Loader::start(Arc::clone(&prepared), order, threads)
        .map_err(|error| Notice::from_error("No thread could be started. Try again.", &error))?;
    Ok(Pictures::new(prepared, loader, config))
}

/// As far as is known before the broken pictures are.
fn total_steps(config: &TrainConfig, pictures: usize) -> Option<u64> {
    let an_epoch = (pictures / config.batch) as u64;
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
    let of_d = folder.column("loss_d")?;
    let of_g = folder.column("loss_g")?;
    let curves = [
        Curve {
            name: "D",
            colour: [0x1f, 0x8f, 0xd6],
            points: &of_d,
        },
        Curve {
            name: "G",
            colour: [0xe8, 0x6a, 0x3c],
            points: &of_g,
        },
    ];
    let picture = plot::draw("Losses", &curves)?;
    Ok(png::write(&folder.root().join(PLOT_FILE), &picture)?)
}
