//! `morphogan invert`: the face of a model that is nearest to a picture.

use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::atomic_file;
use crate::config::PrepareConfig;
use crate::export::{ending, png};
use crate::notice::Notice;
use crate::picture;
use crate::worker::job::Progress;
use crate::worker::{self, InvertPlan, InvertSettings, Sight};

/// What to look for.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Model file or run folder
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The picture: png, jpeg, webp, bmp, gif or tiff
    #[arg(long, value_name = "FILE")]
    picture: PathBuf,
    /// How it becomes a square
    #[command(flatten)]
    prepare: PrepareConfig,
    /// Write the picture as the model is asked for it, and the face found, side by side
    #[arg(long, value_name = "FILE.png")]
    out: Option<PathBuf>,
    /// Write the latent, a list as `sample --latents` takes it
    #[arg(long, value_name = "FILE.json")]
    latent: Option<PathBuf>,
    /// End after this many seconds
    #[arg(long, default_value_t = 10.0, value_name = "S")]
    seconds: f64,
    /// What D's features count beside the pixels
    #[arg(long, default_value_t = InvertSettings::default().features, value_name = "WEIGHT")]
    features: f64,
    /// Which random starts
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Each pixel of the written picture becomes a square of this side
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=32))]
    scale: u32,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Searches, prints and writes.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    if let Some(path) = &arguments.out {
        ending::check(path, ending::PNG)?;
    }
    if let Some(path) = &arguments.latent {
        ending::check(path, ending::JSON)?;
    }
    let model = worker::read_model(&arguments.model)?;
    let target = worker::read_target(&model, &arguments.picture, &arguments.prepare)?;
    let plan = InvertPlan {
        target,
        settings: InvertSettings {
            features: arguments.features.max(0.0),
            seed: arguments.seed,
            ..InvertSettings::default()
        },
        seconds: arguments.seconds,
        from: None,
    };
    let style = ProgressStyle::with_template("{spinner} {msg}");
    let bar = ProgressBar::new_spinner()
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    let found = worker::invert(&model, &plan, &Progress::default(), &mut |sight| {
        bar.set_message(in_words(sight));
        bar.tick();
    })?;
    bar.finish_and_clear();
    if arguments.json {
        println!(
            "{}",
            json!({
                "psnr": found.psnr,
                "features": found.features,
                "steps": found.steps,
                "seconds": found.seconds,
                "latent": found.latent,
            })
        );
    } else {
        println!("{}", in_words(&found));
    }
    write(arguments, &plan, &found)
}

fn write(arguments: &Arguments, plan: &InvertPlan, found: &Sight) -> Result<(), Notice> {
    if let Some(path) = &arguments.out {
        let both = [&plan.target, &found.picture];
        let scale = arguments.scale as usize;
        let wall = picture::wall(&both.map(|one| one.enlarged(scale)), 2, 8, [255; 3]);
        png::write(path, &wall).map_err(|error| {
            let text = "The picture was not written. Check the folder and its free space.";
            Notice::from_error(text, &error)
        })?;
    }
    if let Some(path) = &arguments.latent {
        let text = json!([found.latent]).to_string();
        atomic_file::write_bytes(path, text.as_bytes()).map_err(|error| {
            let text = "The latent was not written. Check the folder and its free space.";
            Notice::from_error(text, &error).with_details(path.display().to_string())
        })?;
    }
    Ok(())
}

fn in_words(sight: &Sight) -> String {
    let features = sight.features.map_or(String::new(), |share| {
        format!(
            " · features {:.0} % as far as a random face's",
            100.0 * share
        )
    });
    let (psnr, steps, seconds) = (sight.psnr, sight.steps, sight.seconds);
    format!("{psnr:.1} dB{features} · {steps} steps, {seconds:.1} s")
}
