//! `morphogan bench drag`: whether a face comes along when it is pulled at, and how soon.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use crate::cli::{numbers, output};
use crate::notice::Notice;
use crate::ui;
use crate::worker::bench_drag::{Drags, Ways, drags};

/// What to pull at.
#[derive(Args, Debug)]
#[command(after_help = "Example:
  morphogan bench drag --model models/starter-faces-64.safetensors")]
pub struct Arguments {
    /// Model file or run folder
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Faces to pull at
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    count: u16,
    /// How far, in pixels of a picture of 64
    #[arg(long, default_value_t = 8.0, value_parser = numbers::weight, value_name = "PIXELS")]
    pixels: f64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Measures and prints.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    let how = (usize::from(arguments.count), arguments.pixels as f32);
    let any = drags(&arguments.model, how, Ways::Any)?;
    let possible = drags(&arguments.model, how, Ways::Possible)?;
    let window = ui::bench::pull(arguments.model.clone())?;
    if arguments.json {
        output::json(&json!({
            "any": object(&any),
            "possible": object(&possible),
            "hand_to_face": {"p50_ms": window.p50_ms, "p95_ms": window.p95_ms, "worst_ms": window.worst_ms, "count": window.count},
        }));
        return Ok(());
    }
    line("pulled any way", &any);
    line("pulled a way that the model can go", &possible);
    output::line(format_args!(
        "from the hand to the face: half within {:.1} ms, 95 % within {:.1} ms, all within {:.1} ms",
        window.p50_ms, window.p95_ms, window.worst_ms
    ));
    Ok(())
}

fn line(what: &str, drags: &Drags) {
    if drags.count == 0 {
        return output::line(format_args!("{what}: there is none"));
    }
    output::line(format_args!(
        "{what}: {} of {} arrived; half within {:.1} pixels, 95 % within {:.1}; half within {:.0} ms, 95 % within {:.0} ms, {:.1} ms a step; latents at most {:.1} % longer or shorter",
        drags.arrived,
        drags.count,
        drags.off.0,
        drags.off.1,
        drags.ms.0,
        drags.ms.1,
        drags.step_ms,
        100.0 * drags.stretched,
    ));
}

fn object(drags: &Drags) -> Value {
    json!({
        "count": drags.count,
        "arrived": drags.arrived,
        "off_p50_px": drags.off.0,
        "off_p95_px": drags.off.1,
        "p50_ms": drags.ms.0,
        "p95_ms": drags.ms.1,
        "step_ms": drags.step_ms,
        "stretched": drags.stretched,
    })
}
