//! `morphogan blend`: one model out of two of the same shape.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::output;
use crate::export::ending;
use crate::notice::Notice;
use crate::worker::jobs::blend::{BlendedFiles, Statistics, blend_files};

/// What to blend.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan blend my-run/checkpoints/step-0001000.safetensors my-run --weights 0.5 --out half.safetensors
  morphogan blend my-run my-fork --weights 0,0,0.5,1,1 --out face.safetensors

Two steps of a run, or a run and its fork, lie near enough to each other that what lies between them draws faces too. Coarse
layers of one with fine layers of the other are the layer swapping of Pinkney and Adler (2020).")]
pub struct Arguments {
    /// Model file, run folder or checkpoint; `built-in` is the model that comes with the program
    #[arg(value_name = "A")]
    a: PathBuf,
    /// The other one, of the same shape
    #[arg(value_name = "B")]
    b: PathBuf,
    /// How much of B, from 0 to 1: one weight, or one for each resolution from 4×4 up, set apart by commas
    #[arg(
        long,
        value_name = "W[,W…]",
        value_delimiter = ',',
        default_value = "0.5"
    )]
    weights: Vec<f64>,
    /// Where the running statistics of batch norms come from
    #[arg(long, value_enum, default_value_t)]
    statistics: Statistics,
    /// The model file to write; `-` is standard output
    #[arg(long, value_name = "OUT.safetensors", value_parser = output::file())]
    out: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Writes the blend.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    ending::check(&arguments.out, ending::SAFETENSORS)?;
    output::lend(arguments.json, &[Some(&arguments.out)])?;
    let (weights, statistics) = (&arguments.weights, arguments.statistics);
    let BlendedFiles {
        bytes,
        made_of,
        notes,
    } = blend_files(
        (&arguments.a, &arguments.b),
        weights,
        statistics,
        &arguments.out,
    )?;
    if arguments.json {
        output::json(&json!({
            "out": output::path(&arguments.out),
            "bytes": bytes,
            "made_of": made_of,
            "notes": notes,
        }));
    } else {
        output::notes(&notes);
        let megabytes = bytes as f64 / 1e6;
        output::line(format_args!(
            "{} ({megabytes:.1} MB): {made_of}",
            arguments.out.display()
        ));
    }
    Ok(())
}
