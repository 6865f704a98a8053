//! `morphogan morph`: an animation from face to face.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::output;
use crate::export::ending;
use crate::latent::path::Interpolation;
use crate::notice::Notice;
use crate::worker::job::Progress;
use crate::worker::jobs::model;
use crate::worker::jobs::morph::{self, MorphPlan};
use crate::worker::jobs::shipped::BUILT_IN;

/// What to draw.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan morph --seeds 1,2,3 --loop --out morph.gif
  morphogan morph --model my-run --seeds 4,9 --frames 120 --path lerp --scale 2 --out morph.gif")]
pub struct Arguments {
    /// Model file or run folder; `built-in` is the model that comes with the program
    #[arg(long, value_name = "FILE", default_value = BUILT_IN)]
    model: PathBuf,
    /// Faces on the way, two or more, each a seed
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
    /// The GIF to write; `-` is standard output
    #[arg(long, value_name = "FILE.gif", value_parser = output::file())]
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
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Draws and writes the animation.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    check(arguments)?;
    ending::check(&arguments.out, ending::GIF)?;
    output::lend(arguments.json, &[Some(&arguments.out)])?;
    let model = model::read_model(&arguments.model)?;
    let space = model.info().latent_space();
    let plan = MorphPlan {
        keys: arguments
            .seeds
            .iter()
            .map(|&seed| space.face(seed))
            .collect(),
        frames: arguments.frames as usize,
        path: arguments.path,
        closed: arguments.closed,
        fps: arguments.fps,
        scale: arguments.scale as usize,
        out: arguments.out.clone(),
    };
    morph::write_gif(&model, &plan, &Progress::default())?;
    if arguments.json {
        let (frames, out) = (plan.frames, output::path(&plan.out));
        let side = model.info().size * plan.scale;
        output::json(&json!({"frames": frames, "width": side, "height": side, "out": out}));
    } else {
        output::line(format_args!(
            "{} frames: {}",
            plan.frames,
            plan.out.display()
        ));
    }
    Ok(())
}

/// Whether anything would move, and every face be seen.
fn check(arguments: &Arguments) -> Result<(), Notice> {
    let (first, faces) = (arguments.seeds.first(), arguments.seeds.len());
    if arguments.seeds.iter().all(|seed| Some(seed) == first) {
        let text =
            "A morph leads from one face to another. Name two different ones or more: --seeds 1,2.";
        return Err(Notice::error(text));
    }
    if (arguments.frames as usize) < faces {
        let text =
            format!("{faces} faces need {faces} frames or more. Ask for more with --frames.");
        return Err(Notice::error(text));
    }
    Ok(())
}
