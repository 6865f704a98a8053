//! `morphogan bench`: how fast this machine trains and draws.

mod drag;
mod invert;
mod memory;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use crate::cli::output;
use crate::config::{DeviceChoice, LiveConfig, Loss, Penalty, PrecisionChoice, TrainConfig, about};
use crate::notice::Notice;
use crate::ui;
use crate::ui::bench::{DragLatency, ModelsTrace, PlayTrace, Times};
use crate::worker::bench::{self, Latency, TrainingSpeed};

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Pictures a second in training
    Train(TrainArguments),
    /// Time from a changed latent to a finished picture
    Latency(LatencyArguments),
    /// Time from a hand on a strip of the Explore screen to the faces that follow it
    Explore(LatencyArguments),
    /// Pictures a second that an animation is played with on the Animate screen
    Animate(PlayArguments),
    /// Whether a face comes along when it is pulled at, and how soon
    Drag(drag::Arguments),
    /// Time that frames of the Models screen take while it is scrolled
    Models(ModelsArguments),
    /// How near the search for a picture's face comes, on faces of the model itself or on pictures
    Invert(invert::Arguments),
    /// Memory that the window's jobs take, and what they leave behind
    Memory(memory::Arguments),
}

/// The network and where it runs.
#[derive(Args, Clone, Debug)]
struct NetworkArguments {
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

impl NetworkArguments {
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
#[command(after_help = "Example:
  morphogan bench train --size 64 --batch 64 --steps 20 --json")]
pub struct TrainArguments {
    #[command(flatten)]
    network: NetworkArguments,
    /// Pictures a step
    #[arg(long, default_value_t = 64)]
    batch: usize,
    #[command(flatten)]
    live: LiveConfig,
    #[arg(long, value_enum, default_value_t, help = about::LOSS)]
    loss: Loss,
    #[arg(long, value_enum, default_value_t, help = about::PENALTY)]
    penalty: Penalty,
    #[arg(long, help = about::SPECTRAL_NORM)]
    spectral_norm: bool,
    #[arg(long, value_enum, default_value_t, help = about::PRECISION)]
    precision: PrecisionChoice,
    /// Steps to measure, after a few to warm up
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    steps: u32,
}

/// Of `bench latency` and `bench explore`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan bench latency --size 128
  morphogan bench explore --while-training")]
pub struct LatencyArguments {
    #[command(flatten)]
    network: NetworkArguments,
    /// Pictures a step of the run beside it
    #[arg(long, default_value_t = 64)]
    batch: usize,
    /// Measure while a training run uses the same cores
    #[arg(long)]
    while_training: bool,
}

/// Of `bench animate`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan bench animate
  morphogan bench animate --fps 60 --while-training --json")]
pub struct PlayArguments {
    #[command(flatten)]
    measured: LatencyArguments,
    /// Pictures a second that are wanted
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=60))]
    fps: u16,
}

/// Of `bench models`.
#[derive(Args, Debug)]
#[command(after_help = "Example:
  morphogan bench models --models 60 --json")]
pub struct ModelsArguments {
    #[command(flatten)]
    network: NetworkArguments,
    /// Models on the list
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=200))]
    models: u16,
}

/// Measures and prints.
pub fn run(bench: &Bench) -> Result<(), Notice> {
    match bench {
        Bench::Train(arguments) => {
            let config = TrainConfig {
                live: arguments.live,
                loss: arguments.loss,
                penalty: arguments.penalty,
                spectral_norm: arguments.spectral_norm,
                precision: arguments.precision,
                ..arguments.network.config(arguments.batch)
            };
            let speed = bench::training(&config, arguments.steps as usize)?;
            print_speed(&speed, arguments.network.json);
        }
        Bench::Latency(arguments) => {
            let config = arguments.network.config(arguments.batch);
            let latency = bench::latency(&config, arguments.while_training)?;
            print_latency(latency, arguments.network.json);
        }
        Bench::Explore(arguments) => {
            let config = arguments.network.config(arguments.batch);
            let dragged = ui::bench::drag(&config, arguments.while_training)?;
            print_drag(&dragged, arguments.network.json);
        }
        Bench::Animate(arguments) => {
            let measured = &arguments.measured;
            let config = measured.network.config(measured.batch);
            let played = ui::bench::play(&config, arguments.fps, measured.while_training)?;
            print_play(&played, measured.network.json);
        }
        Bench::Drag(arguments) => drag::run(arguments)?,
        Bench::Models(arguments) => {
            let config = arguments.network.config(64);
            let trace = ui::bench::models(&config, arguments.models.into())?;
            print_models(&trace, arguments.network.json);
        }
        Bench::Invert(arguments) => invert::run(arguments)?,
        Bench::Memory(arguments) => memory::run(arguments)?,
    }
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
        output::json(&object);
        return;
    }
    output::line(format_args!("{:<22}{}", "device", speed.device));
    output::line(format_args!(
        "{:<22}{:.1} images/s",
        "training", speed.images_per_s
    ));
    output::line(format_args!("{:<22}{:.1} ms", "step", speed.ms_per_step));
    for (name, ms) in &speed.parts {
        output::line(format_args!("  {name:<20}{ms:.1} ms"));
    }
    if let Some(peak) = speed.peak_rss_mb {
        output::line(format_args!("{:<22}{peak:.0} MiB", "peak memory"));
    }
}

fn print_drag(dragged: &DragLatency, json: bool) {
    let object = |times: Times| json!({"p50_ms": times.p50_ms, "p95_ms": times.p95_ms, "worst_ms": times.worst_ms, "count": times.count});
    if json {
        let object = json!({
            "inputs": dragged.inputs,
            "dropped": dragged.dropped,
            "face": object(dragged.face),
            "strips": object(dragged.strips),
            "strips_in_sight": dragged.strips_in_sight,
        });
        output::json(&object);
        return;
    }
    let words = |times: Times| {
        format!(
            "half within {:.1} ms, 95 % within {:.1} ms, all within {:.1} ms",
            times.p50_ms, times.p95_ms, times.worst_ms
        )
    };
    output::line(format_args!(
        "a movement of the hand to the face   {}",
        words(dragged.face)
    ));
    output::line(format_args!(
        "a movement to each strip it changes  {}",
        words(dragged.strips)
    ));
    output::line(format_args!(
        "{} movements, {} without a face; {} strips in sight",
        dragged.inputs, dragged.dropped, dragged.strips_in_sight
    ));
}

fn print_play(played: &PlayTrace, json: bool) {
    if json {
        let between = played.between;
        let object = json!({
            "fps": played.fps,
            "seconds": played.seconds,
            "due": played.due,
            "shown": played.shown,
            "dropped": played.dropped(),
            "shown_per_s": played.rate(),
            "between_p50_ms": between.p50_ms,
            "between_p95_ms": between.p95_ms,
            "between_worst_ms": between.worst_ms,
            "shown_at_s": played.at,
        });
        output::json(&object);
        return;
    }
    output::line(format_args!(
        "{:.1} of {} pictures a second: {} of {} shown, {} dropped in {:.1} s",
        played.rate(),
        played.fps,
        played.shown,
        played.due,
        played.dropped(),
        played.seconds
    ));
    let between = played.between;
    output::line(format_args!(
        "from picture to picture: half within {:.1} ms, 95 % within {:.1} ms, all within {:.1} ms",
        between.p50_ms, between.p95_ms, between.worst_ms
    ));
}

fn print_models(trace: &ModelsTrace, json: bool) {
    let frames = trace.frames;
    if json {
        let object = json!({
            "models": trace.models,
            "frames": frames.count,
            "p50_ms": frames.p50_ms,
            "p95_ms": frames.p95_ms,
            "worst_ms": frames.worst_ms,
            "over_33_ms": trace.long,
            "drawn": trace.drawn,
        });
        output::json(&object);
        return;
    }
    output::line(format_args!(
        "{} models scrolled through: half of {} frames within {:.1} ms, 95 % within {:.1} ms, all within {:.1} ms",
        trace.models, frames.count, frames.p50_ms, frames.p95_ms, frames.worst_ms
    ));
    output::line(format_args!(
        "{} frames over 33 ms; {} models drawn meanwhile",
        trace.long, trace.drawn
    ));
}

fn print_latency(latency: Latency, json: bool) {
    let Latency {
        p50_ms,
        p95_ms,
        p99_ms,
    } = latency;
    if json {
        output::json(&json!({"p50_ms": p50_ms, "p95_ms": p95_ms, "p99_ms": p99_ms}));
        return;
    }
    output::line(format_args!(
        "a changed latent to a finished picture: half within {p50_ms:.2} ms, 95 % within {p95_ms:.2} ms, 99 % within {p99_ms:.2} ms"
    ));
}
