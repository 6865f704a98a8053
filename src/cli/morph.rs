//! `morphogan morph`: an animation from face to face.

use std::path::PathBuf;

use clap::Args;

use crate::export::ending;
use crate::latent::noise;
use crate::latent::path::Interpolation;
use crate::notice::Notice;
use crate::worker::job::Progress;
use crate::worker::{self, MorphPlan};

/// What to draw.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Model file or run folder
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Faces on the way, each a seed
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "1,2,3",
        value_name = "A,B,…"
    )]
    seeds: Vec<u64>,
    /// Pictures in all
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    frames: u32,
    /// The GIF to write
    #[arg(long, value_name = "FILE.gif")]
    out: PathBuf,
    /// The way between faces
    #[arg(long, value_enum, default_value_t)]
    path: Interpolation,
    /// Lead back to the first face, so that the animation repeats without a jump
    #[arg(long = "loop")]
    closed: bool,
    /// Pictures a second
    #[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u16).range(1..=50))]
    fps: u16,
    /// Each pixel becomes a square of this side
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=32))]
    scale: u32,
}

/// Draws and writes the animation.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    ending::check(&arguments.out, ending::GIF)?;
    let model = worker::read_model(&arguments.model)?;
    let len = model.info().latent;
    let plan = MorphPlan {
        keys: arguments
            .seeds
            .iter()
            .map(|&seed| noise::face(seed, len))
            .collect(),
        frames: arguments.frames as usize,
        path: arguments.path,
        closed: arguments.closed,
        fps: arguments.fps,
        scale: arguments.scale as usize,
        out: arguments.out.clone(),
    };
    worker::write_gif(&model, &plan, &Progress::default())?;
    eprintln!("{} frames: {}", plan.frames, plan.out.display());
    Ok(())
}
