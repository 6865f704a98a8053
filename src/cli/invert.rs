//! `morphogan invert`: the face of a model that is nearest to a picture.

use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::prepare::SquareArguments;
use super::{numbers, output};
use crate::export::{self, ending};
use crate::gan::invert::InvertSettings;
use crate::notice::Notice;
use crate::worker::job::Progress;
use crate::worker::jobs::invert::{self, InvertPlan, NearestFace};
use crate::worker::jobs::model;
use crate::worker::jobs::shipped::BUILT_IN;
use crate::{atomic_file, picture};

/// What to look for.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan invert --picture me.jpg --out both.png
  morphogan invert --model my-run --picture me.jpg --seconds 30 --latent face.json")]
pub struct Arguments {
    /// Model file or run folder; `built-in` is the model that comes with the program
    #[arg(long, value_name = "FILE", default_value = BUILT_IN)]
    model: PathBuf,
    #[arg(long, value_name = "FILE", help = format!("The picture: {}", picture::FORMATS))]
    picture: PathBuf,
    /// How it becomes a square
    #[command(flatten)]
    square: SquareArguments,
    /// Write the picture as the model is asked for it, and the face found, side by side; `-` is
    /// standard output
    #[arg(long, value_name = "FILE.png", value_parser = output::file())]
    out: Option<PathBuf>,
    /// Write the latent, a list as `sample --latents` takes it; `-` is standard output
    #[arg(long, value_name = "FILE.json", value_parser = output::file())]
    latent: Option<PathBuf>,
    /// End after this many seconds
    #[arg(long, default_value_t = 10.0, value_parser = numbers::seconds, value_name = "S")]
    seconds: f64,
    /// What D's features count beside the pixels
    #[arg(long, default_value_t = InvertSettings::default().features, value_parser = numbers::weight, value_name = "WEIGHT")]
    features: f64,
    /// Which random starts
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Each pixel of the written picture becomes a square of this side
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=32), requires = "out")]
    scale: u32,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Searches, prints and writes.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    if let Some(path) = &arguments.out {
        export::check_picture(path)?;
    }
    if let Some(path) = &arguments.latent {
        ending::check(path, ending::JSON)?;
    }
    let files = [arguments.out.as_ref(), arguments.latent.as_ref()];
    output::lend(arguments.json, &files)?;
    let model = model::read_model(&arguments.model)?;
    let target = invert::read_target(&model, &arguments.picture, &arguments.square.config())?;
    let plan = InvertPlan {
        target,
        settings: InvertSettings {
            features: arguments.features,
            seed: arguments.seed,
            ..InvertSettings::default()
        },
        seconds: arguments.seconds,
        from: None,
    };
    let style = ProgressStyle::with_template("{spinner} {wide_msg}");
    let bar = ProgressBar::new_spinner()
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    let found = invert::invert(&model, &plan, &Progress::default(), &mut |nearest| {
        bar.set_message(in_words(nearest));
        bar.tick();
    })?;
    bar.finish_and_clear();
    if arguments.json {
        output::json(&json!({
            "psnr": found.psnr,
            "features": found.features,
            "steps": found.steps,
            "seconds": found.seconds,
            "latent": found.latent,
        }));
    } else {
        output::line(in_words(&found));
    }
    write(arguments, &plan, &found)
}

fn write(arguments: &Arguments, plan: &InvertPlan, found: &NearestFace) -> Result<(), Notice> {
    if let Some(path) = &arguments.out {
        let both = [&plan.target, &found.picture];
        let scale = arguments.scale as usize;
        let wall = picture::wall(&both.map(|one| one.enlarged(scale)), 2, 8, [255; 3]);
        export::write_picture(path, &wall)
            .map_err(|error| output::not_written("The picture", &error, path))?;
    }
    if let Some(path) = &arguments.latent {
        let text = json!([found.latent]).to_string();
        atomic_file::write_bytes(path, text.as_bytes())
            .map_err(|error| output::not_written("The latent", &error, path))?;
    }
    Ok(())
}

fn in_words(nearest: &NearestFace) -> String {
    let features = nearest.features.map_or(String::new(), |share| {
        format!(
            " · features {:.0} % as far as a random face's",
            100.0 * share
        )
    });
    let (psnr, steps, seconds) = (nearest.psnr, nearest.steps, nearest.seconds);
    format!("{psnr:.1} dB{features} · {steps} steps, {seconds:.1} s")
}
