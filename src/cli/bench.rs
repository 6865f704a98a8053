//! `morphogan bench`: how fast this machine trains and draws.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use crate::config::{DeviceChoice, LiveConfig, Loss, TrainConfig};
use crate::notice::Notice;
use crate::recipe::about;
use crate::ui::{
    self,
    measure::{Dragged, Times},
};
use crate::worker::measure::{self, Latency, TrainingSpeed};
use crate::worker::{self, InvertSettings, Sight};

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Pictures a second in training
    Train(TrainArguments),
    /// Time from a changed latent to a finished picture
    Latency(LatencyArguments),
    /// Time from a hand on a strip of the Explore screen to the faces that follow it
    Explore(LatencyArguments),
    /// How near the search for a picture's face comes, on faces of the model itself
    Invert(InvertArguments),
}

/// The network and where it runs.
#[derive(Args, Clone, Debug)]
struct Network {
    /// Side of the pictures in pixels: 32, 64 or 128
    #[arg(long, default_value_t = 64)]
    size: usize,
    /// Feature maps of the widest-resolution layer
    #[arg(long, default_value_t = 64)]
    width: usize,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: DeviceChoice,
    /// CPU threads [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Network {
    fn config(&self, batch: usize) -> TrainConfig {
        TrainConfig {
            size: self.size,
            width: self.width,
            batch,
            device: self.device,
            threads: self.threads,
            ..TrainConfig::default()
        }
    }
}

/// Of `bench train`.
#[derive(Args, Debug)]
pub struct TrainArguments {
    #[command(flatten)]
    network: Network,
    /// Pictures a step
    #[arg(long, default_value_t = 64)]
    batch: usize,
    #[command(flatten)]
    live: LiveConfig,
    #[arg(long, value_enum, default_value_t, help = about::LOSS)]
    loss: Loss,
    #[arg(long, help = about::SPECTRAL_NORM)]
    spectral_norm: bool,
    /// Steps to measure, after a few to warm up
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    steps: u32,
}

/// Of `bench latency` and `bench explore`.
#[derive(Args, Debug)]
pub struct LatencyArguments {
    #[command(flatten)]
    network: Network,
    /// Pictures a step of the run beside it
    #[arg(long, default_value_t = 64)]
    batch: usize,
    /// Measure while a training run uses the same cores
    #[arg(long)]
    while_training: bool,
}

/// Of `bench invert`.
#[derive(Args, Debug)]
pub struct InvertArguments {
    /// Model file or run folder
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Faces to search for
    #[arg(long, default_value_t = 100, value_name = "N")]
    count: usize,
    /// Seconds a face at most
    #[arg(long, default_value_t = 10.0, value_name = "S")]
    seconds: f64,
    /// What D's features count beside the pixels
    #[arg(long, default_value_t = InvertSettings::default().features, value_name = "WEIGHT")]
    features: f64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Measures and prints.
pub fn run(bench: &Bench) -> Result<(), Notice> {
    match bench {
        Bench::Train(arguments) => {
            let config = TrainConfig {
                live: arguments.live,
                loss: arguments.loss,
                spectral_norm: arguments.spectral_norm,
                ..arguments.network.config(arguments.batch)
            };
            let speed = measure::training(&config, arguments.steps as usize)?;
            print_speed(&speed, arguments.network.json);
        }
        Bench::Latency(arguments) => {
            let config = arguments.network.config(arguments.batch);
            let latency = measure::latency(&config, arguments.while_training)?;
            print_latency(latency, arguments.network.json);
        }
        Bench::Explore(arguments) => {
            let config = arguments.network.config(arguments.batch);
            let dragged = ui::measure::drag(&config, arguments.while_training)?;
            print_drag(&dragged, arguments.network.json);
        }
        Bench::Invert(arguments) => invert(arguments)?,
    }
    Ok(())
}

/// A face is found where the eye can hardly tell it from the one searched for.
const FOUND_DB: f64 = 35.0;

fn invert(arguments: &InvertArguments) -> Result<(), Notice> {
    let model = worker::read_model(&arguments.model)?;
    let settings = InvertSettings {
        features: arguments.features.max(0.0),
        ..InvertSettings::default()
    };
    let how = (settings, arguments.seconds);
    let mut number = 0;
    let found = worker::recover_faces(&model, arguments.count, how, &mut |sight| {
        number += 1;
        let (psnr, seconds) = (sight.psnr, sight.seconds);
        eprintln!("face {number}: {psnr:.1} dB in {seconds:.1} s");
    })?;
    let near = found.iter().filter(|sight| sight.psnr >= FOUND_DB).count();
    let sorted = |pick: fn(&Sight) -> f64| {
        let mut all: Vec<f64> = found.iter().map(pick).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    let at = |all: &[f64], share: f64| {
        let place = (all.len().saturating_sub(1) as f64 * share) as usize;
        all.get(place).copied().unwrap_or(f64::NAN)
    };
    let (psnr, seconds) = (sorted(|sight| sight.psnr), sorted(|sight| sight.seconds));
    if arguments.json {
        println!(
            "{}",
            json!({"faces": found.len(), "found": near, "psnr": psnr, "seconds": seconds})
        );
        return Ok(());
    }
    println!(
        "{near} of {} faces found to {FOUND_DB} dB or more",
        found.len()
    );
    println!(
        "PSNR: lowest {:.1} dB, 5 % below {:.1} dB, half below {:.1} dB",
        at(&psnr, 0.0),
        at(&psnr, 0.05),
        at(&psnr, 0.5)
    );
    println!(
        "time: half within {:.1} s, at most {:.1} s",
        at(&seconds, 0.5),
        at(&seconds, 1.0)
    );
    Ok(())
}

fn print_speed(speed: &TrainingSpeed, json: bool) {
    if json {
        let parts: Map<String, Value> = speed
            .parts
            .iter()
            .map(|(name, ms)| ((*name).to_owned(), Value::from(*ms)))
            .collect();
        let object = json!({
            "images_per_s": speed.images_per_s,
            "ms_per_step": speed.ms_per_step,
            "peak_rss_mb": speed.peak_rss_mb,
            "parts_ms": parts,
            "device": speed.device,
        });
        println!("{object}");
        return;
    }
    println!("{:<22}{}", "device", speed.device);
    println!("{:<22}{:.1} images/s", "training", speed.images_per_s);
    println!("{:<22}{:.1} ms", "step", speed.ms_per_step);
    for (name, ms) in &speed.parts {
        println!("  {name:<20}{ms:.1} ms");
    }
    if let Some(peak) = speed.peak_rss_mb {
        println!("{:<22}{peak:.0} MiB", "peak memory");
    }
}

fn print_drag(dragged: &Dragged, json: bool) {
    let object = |times: Times| json!({"p50_ms": times.p50_ms, "p95_ms": times.p95_ms, "worst_ms": times.worst_ms, "count": times.count});
    if json {
        let object = json!({
            "inputs": dragged.inputs,
            "dropped": dragged.dropped,
            "face": object(dragged.face),
            "strips": object(dragged.strips),
            "strips_in_sight": dragged.strips_in_sight,
        });
        println!("{object}");
        return;
    }
    let words = |times: Times| {
        format!(
            "half within {:.1} ms, 95 % within {:.1} ms, all within {:.1} ms",
            times.p50_ms, times.p95_ms, times.worst_ms
        )
    };
    println!(
        "a movement of the hand to the face   {}",
        words(dragged.face)
    );
    println!(
        "a movement to each strip it changes  {}",
        words(dragged.strips)
    );
    println!(
        "{} movements, {} without a face; {} strips in sight",
        dragged.inputs, dragged.dropped, dragged.strips_in_sight
    );
}

fn print_latency(latency: Latency, json: bool) {
    let Latency {
        p50_ms,
        p95_ms,
        p99_ms,
    } = latency;
    if json {
        println!(
            "{}",
            json!({"p50_ms": p50_ms, "p95_ms": p95_ms, "p99_ms": p99_ms})
        );
        return;
    }
    println!(
        "a changed latent to a finished picture: half within {p50_ms:.2} ms, 95 % within {p95_ms:.2} ms, 99 % within {p99_ms:.2} ms"
    );
}
