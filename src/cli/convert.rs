//! `morphogan convert`: writes a model anew, by itself or smaller.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::output;
use crate::export::ending;
use crate::notice::Notice;
use crate::run::model_file::Kernels;
use crate::worker::jobs::model;

/// What to write.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan convert --model my-run/checkpoints/best.safetensors --out face.safetensors
  morphogan convert --model built-in --half --out small.safetensors")]
pub struct Arguments {
    /// Model file, run folder or checkpoint; `built-in` is the model that comes with the program
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The model file to write; `-` is standard output
    #[arg(long, value_name = "OUT.safetensors", value_parser = output::file())]
    out: PathBuf,
    /// Kernels as 16-bit floats: half the size, and faces that differ by less than one sees
    #[arg(long)]
    half: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Writes the model with its discriminator and directions.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    ending::check(&arguments.out, ending::SAFETENSORS)?;
    output::lend(arguments.json, &[Some(&arguments.out)])?;
    let kernels = if arguments.half {
        Kernels::Half
    } else {
        Kernels::Full
    };
    let made = model::convert_model(&arguments.model, &arguments.out, kernels)?;
    let (bytes, notes) = (made.bytes, made.notes);
    if arguments.json {
        let out = output::path(&arguments.out);
        output::json(&json!({"bytes": bytes, "out": out, "notes": notes}));
    } else {
        output::notes(&notes);
        let megabytes = bytes as f64 / 1e6;
        output::line(format_args!(
            "{} ({megabytes:.1} MB)",
            arguments.out.display()
        ));
    }
    Ok(())
}
