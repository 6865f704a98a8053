//! `morphogan convert`: writes a model anew, by itself or smaller.

use std::path::PathBuf;

use clap::Args;

use crate::export::ending;
use crate::notice::Notice;
use crate::run::model_file::Kernels;
use crate::worker;

/// What to write.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Model file, run folder or checkpoint
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The model file to write
    #[arg(long, value_name = "OUT.safetensors")]
    out: PathBuf,
    /// Kernels as 16-bit floats: half the size, and faces that differ by less than one sees
    #[arg(long)]
    half: bool,
}

/// Writes the model with its discriminator and directions.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    ending::check(&arguments.out, ending::SAFETENSORS)?;
    let kernels = if arguments.half {
        Kernels::Half
    } else {
        Kernels::Full
    };
    let bytes = worker::convert_model(&arguments.model, &arguments.out, kernels)?;
    let megabytes = bytes as f64 / 1e6;
    println!("{} ({megabytes:.1} MB)", arguments.out.display());
    Ok(())
}
