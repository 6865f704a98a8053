//! `morphogan import`: makes a model of what another program saved.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::output;
use crate::export::ending;
use crate::notice::Notice;
use crate::run::model_file::{Activation, ImportOptions};
use crate::worker::jobs::model;

/// What to read and write.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan import netG.pth --out faces.safetensors
  morphogan import checkpoint.pt --network G_ema --out faces.safetensors
  morphogan import generator.onnx --out faces.safetensors

Whatever opens a model opens such files as they are; importing keeps what was found out, and lets you say what a file leaves
open.")]
pub struct Arguments {
    /// What PyTorch saved (.pth, .pt), .safetensors or .onnx
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The model file to write; `-` is standard output
    #[arg(long, value_name = "OUT.safetensors", value_parser = output::file())]
    out: PathBuf,
    /// Which of several generators in the file, by its name or a part of it [default: the averaged one]
    #[arg(long, value_name = "NAME")]
    network: Option<String>,
    /// Activation between the generator's layers: `relu`, `leaky` (0.2), a slope left of zero, `elu`, `selu`, `gelu`,
    /// `silu` or `mish` [default: as its batch norms tell]
    #[arg(long, value_name = "NAME", value_parser = activation)]
    activation: Option<Activation>,
    /// Side of the pictures in pixels, where the layers leave it open
    #[arg(long, value_name = "PIXELS")]
    size: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// LeakyReLU's slope where nobody says another.
const LEAK: f64 = 0.2;

fn activation(text: &str) -> Result<Activation, String> {
    if let Some(named) = Activation::named(text) {
        return Ok(named);
    }
    let slope = match text {
        "relu" => Some(0.0),
        "leaky" => Some(LEAK),
        number => number
            .parse()
            .ok()
            .filter(|slope| (0.0..1.0).contains(slope)),
    };
    slope.map(Activation::Slope).ok_or_else(|| {
        "write relu, leaky, a slope from 0 to below 1, elu, selu, gelu, silu or mish".into()
    })
}

/// Writes the model with its discriminator.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    ending::check(&arguments.out, ending::SAFETENSORS)?;
    output::lend(arguments.json, &[Some(&arguments.out)])?;
    let options = ImportOptions {
        network: arguments.network.clone(),
        activation: arguments.activation,
        size: arguments.size,
        ..ImportOptions::default()
    };
    let made = model::import_model(&arguments.file, &arguments.out, &options)?;
    if arguments.json {
        output::json(&json!({
            "out": output::path(&arguments.out),
            "bytes": made.bytes,
            "size": made.info.size,
            "channels": made.info.channels,
            "latent": made.info.latent,
            "trainable": made.is_chain,
            "discriminator": made.has_discriminator,
            "notes": made.notes,
        }));
        return Ok(());
    }
    output::notes(&made.notes);
    let side = made.info.size;
    let colours = if made.info.channels == 1 {
        "grey"
    } else {
        "colour"
    };
    let discriminator = if made.has_discriminator {
        ", with its discriminator"
    } else {
        ""
    };
    output::line(format_args!(
        "{}: {side}×{side} {colours} pictures from latents of {}{discriminator} ({:.1} MB)",
        arguments.out.display(),
        made.info.latent,
        made.bytes as f64 / 1e6,
    ));
    Ok(())
}
