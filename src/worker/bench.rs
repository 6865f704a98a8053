//! How fast this machine trains and draws, measured through the same workers that people use.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::worker::waker::Waker;
use crossbeam_channel::{Receiver, bounded};
use morphogan_nn::Adam;

use super::jobs::model::OpenedModel;
use super::sampler::{Priority, SampleRequest, Sampler, ViewId, Weights};
use super::train::{Event, Trainer};
use super::{Job, device};
use crate::config::TrainConfig;
use crate::gan::{Gan, ModelInfo, Part, Snapshot, generator, latents_to_tensor};
use crate::latent::noise::{self, Noise, Purpose};
use crate::memory;
use crate::notice::Notice;
use crate::run::model_file::{Kernels, Model};
use crate::statistics::percentile;

/// Steps that compile, fill caches and fault pages in.
const WARM_UP: usize = 3;
/// Drags that are measured.
const DRAGS: u64 = 400;
/// A hand moves a slider about this often.
const BETWEEN_DRAGS: Duration = Duration::from_millis(16);
/// The view that is measured.
const FACE: ViewId = ViewId(0);
/// No picture takes that long.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Debug)]
pub struct TrainingSpeed {
    pub device: String,
    /// Median of the steps after warm-up, in milliseconds.
    pub ms_per_step: f64,
    /// Pictures a second at that pace.
    pub images_per_s: f64,
    /// Median milliseconds of each part of a step, in order.
    pub parts: Vec<(&'static str, f64)>,
    /// The most memory the process ever had, in MiB; only Linux tells.
    pub peak_rss_mb: Option<f64>,
}

/// How long a picture takes, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Latency {
    pub p50_ms: f64,
    /// 95 of 100 are faster.
    pub p95_ms: f64,
    /// 99 of 100 are faster.
    pub p99_ms: f64,
}

/// Trains on noise for `steps` steps.
///
/// # Errors
/// Where a setting cannot work or the device fails.
pub fn training(config: &TrainConfig, steps: usize) -> Result<TrainingSpeed, Notice> {
    check(config)?;
    let chosen = device::choose(config.device);
    let threads = device::threads(config.threads);
    // Figures of another precision than the one asked for would be believed.
    if let (_, Some(notice)) = device::precision(config.precision, &chosen.device) {
        let text = "This device has no fast bf16. Measure with --precision f32.";
        return Err(Notice::error(text).with_details(notice.summary));
    }
    let timed = morphogan_nn::on_threads(threads, || time_steps(config, &chosen.device, steps));
    let timed = timed.map_err(|error| device::no_threads(&error))?;
    let timed = timed.map_err(|error| {
        Notice::from_error("The device failed. Try a smaller batch or width.", &error)
    })?;
    let whole = |step: &Vec<(Part, f64)>| step.iter().map(|part| part.1).sum();
    let ms_per_step = median(timed.iter().map(whole).collect());
    let of_part = |part: Part| {
        let times = timed
            .iter()
            .flatten()
            .filter(|timed| timed.0 == part)
            .map(|timed| timed.1);
        (part.name(), median(times.collect()))
    };
    Ok(TrainingSpeed {
        device: device::words(chosen.name, &chosen.device, threads),
        ms_per_step,
        images_per_s: config.batch as f64 / ms_per_step * 1e3,
        parts: Part::ALL.into_iter().map(of_part).collect(),
        peak_rss_mb: peak_rss_mb(),
    })
}

fn check(config: &TrainConfig) -> Result<(), Notice> {
    let wrong = |error| Notice::error(format!("A setting cannot work: {error}."));
    config.validate().map_err(wrong)
}

/// Milliseconds of each part of each step after warm-up.
fn time_steps(
    config: &TrainConfig,
    device: &candle_core::Device,
    steps: usize,
) -> candle_core::Result<Vec<Vec<(Part, f64)>>> {
    let info = ModelInfo::of(config);
    let adam = |rate| Adam::new(rate, config.live.beta1);
    let mut weights = Noise::new(config.seed, Purpose::Weights);
    let adams = (adam(config.live.lr_g), adam(config.live.lr_d));
    let gan = Gan::new(&info, adams, &mut weights, device)?;
    let mut gan = gan.with_recipe(config, &mut weights)?;
    let mut noise = Noise::new(config.seed, Purpose::Training);
    let shape = (config.batch, config.size, config.size, config.channels);
    let pixels = noise.normals(shape.0 * shape.1 * shape.2 * shape.3, 0.0, 0.5);
    let real = candle_core::Tensor::from_vec(pixels, shape, device)?;
    let mut latents = || {
        let latents = info.latent_space().draw(config.batch, &mut noise);
        latents_to_tensor(&latents, config.latent, device) // [b, 1, 1, latent]
    };
    let mut all = Vec::new();
    for step in 0..WARM_UP + steps {
        let mut parts = Vec::new();
        let mut last = Instant::now();
        for _ in 1..config.live.d_steps {
            gan.step_of_d(&real, &latents()?)?;
            parts.push((Part::Discriminator, last.elapsed().as_secs_f64() * 1e3));
            last = Instant::now();
        }
        let z = latents()?;
        // The scores come back at the end of each step, so that a step is timed whole on a GPU too; its parts are then the
        // times of their queueing, with the wait in the last.
        gan.step_in_parts(&real, &z, &mut |part| {
            let now = Instant::now();
            parts.push((part, (now - last).as_secs_f64() * 1e3));
            last = now;
        })?;
        if step >= WARM_UP {
            all.push(parts);
        }
    }
    Ok(all)
}

/// The time from a changed latent to a finished picture of the current face, through the sampler;
/// with a training run beside it where `while_training`.
///
/// # Errors
/// Where a setting cannot work or no picture comes.
pub fn latency(config: &TrainConfig, while_training: bool) -> Result<Latency, Notice> {
    check(config)?;
    let folder = tempfile::tempdir()
        .map_err(|error| Notice::from_error("No temporary folder can be made.", &error))?;
    let (sender, rings) = bounded(1);
    let waker = Waker::new(move || {
        // A ring that waits already is enough.
        let _ = sender.try_send(());
    });
    // The trainer must live as long as the measurement.
    let (weights, _trainer) = if while_training {
        let config = TrainConfig {
            run: Some(folder.path().join("run")),
            steps: None,
            epochs: None,
            ..config.clone()
        };
        let trainer = Trainer::start(config, Waker::none());
        wait_for_training(&trainer)?;
        // Somebody must listen, or the trainer waits.
        let events = trainer.events();
        std::thread::spawn(move || events.map(|events| events.iter().count()));
        (Weights::Live(trainer.weights()), Some(trainer))
    } else {
        (Weights::Fixed(fresh_weights(config)?), None)
    };
    let sampler = Sampler::start(weights, FACE.0 + 1, waker);
    let mut times = Vec::new();
    for drag in 0..DRAGS + WARM_UP as u64 {
        let took = time_drag(&sampler, &rings, drag, config.latent)?;
        if drag >= WARM_UP as u64 {
            times.push(took);
        }
        std::thread::sleep(BETWEEN_DRAGS);
    }
    times.sort_by(f64::total_cmp);
    let at = |percent| percentile(&times, percent).unwrap_or(f64::NAN);
    Ok(Latency {
        p50_ms: at(50),
        p95_ms: at(95),
        p99_ms: at(99),
    })
}

/// A generator that has learnt nothing, made on a thread of its own.
pub fn fresh_model(config: TrainConfig) -> Job<OpenedModel> {
    Job::spawn("fresh weights", Waker::none(), move |_| {
        Ok(OpenedModel {
            notes: Vec::new(),
            questions: Vec::new(),
            weights: fresh_weights(&config)?,
            learnt_from: None,
        })
    })
}

/// Writes such a generator to `path`.
///
/// # Errors
/// Where the device or the file system fails.
pub fn write_fresh_model(config: &TrainConfig, path: &Path) -> Result<(), Notice> {
    let weights = fresh_weights(config)?;
    let model = Model {
        info: weights.info().clone(),
        generator: weights.generator().clone(),
        discriminator: None,
        kernels: Kernels::Half,
        directions: Vec::new(),
    };
    let written = model.save(path);
    written.map(drop).map_err(|error| {
        Notice::from_error("The models to be shown could not be written.", &error).at(path)
    })
}

fn fresh_weights(config: &TrainConfig) -> Result<Arc<Snapshot>, Notice> {
    let chosen = device::choose(config.device);
    let info = ModelInfo::of(config);
    let mut noise = Noise::new(config.seed, Purpose::Weights);
    let network = generator(&info, &mut noise, &chosen.device)
        .map_err(|error| Notice::from_error("The device failed. Try a smaller width.", &error))?;
    Ok(Arc::new(Snapshot::new(info, network)))
}

/// Until its pace is steady.
fn wait_for_training(trainer: &Trainer) -> Result<(), Notice> {
    loop {
        match trainer.event() {
            Some(Event::Step(record)) if record.step > WARM_UP as u64 => return Ok(()),
            Some(Event::Ended(_)) | None => {
                return Err(Notice::error("Training ended before it could be measured."));
            }
            Some(_) => {}
        }
    }
}

/// Milliseconds from asking for a face to having it.
fn time_drag(
    sampler: &Sampler,
    rings: &Receiver<()>,
    drag: u64,
    latent: usize,
) -> Result<f64, Notice> {
    let request = SampleRequest {
        stamp: drag,
        latents: vec![noise::face(drag, latent)],
        columns: 1,
        priority: Priority::AtOnce,
        score: false,
    };
    let begin = Instant::now();
    sampler.ask(FACE, request);
    loop {
        if sampler.take(FACE).is_some_and(|reply| reply.stamp == drag) {
            return Ok(begin.elapsed().as_secs_f64() * 1e3);
        }
        if rings.recv_timeout(PATIENCE).is_err() {
            return Err(sampler
                .take_notice()
                .unwrap_or_else(|| Notice::error("No picture came.")));
        }
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    percentile(&numbers, 50).unwrap_or(f64::NAN)
}

fn peak_rss_mb() -> Option<f64> {
    memory::peak().map(|bytes| bytes as f64 / f64::from(1 << 20))
}
