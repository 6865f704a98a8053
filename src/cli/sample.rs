//! `morphogan sample`: a wall of faces.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::export::{ending, png};
use crate::latent::Latent;
use crate::latent::noise::{Noise, Purpose};
use crate::notice::Notice;
use crate::picture;
use crate::worker::{self, Snapshot};

/// Between pictures, unless `--gap 0`.
const BACKGROUND: [u8; 3] = [255; 3];

/// What to draw.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Model file or run folder
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The PNG to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Faces down
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=256))]
    rows: u32,
    /// Faces across
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=256))]
    cols: u32,
    /// Which random faces
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Draw these instead: a JSON list of latent vectors (lists of numbers)
    #[arg(long, value_name = "FILE.json", conflicts_with = "seed")]
    latents: Option<PathBuf>,
    /// Each pixel becomes a square of this side
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=32))]
    scale: u32,
    /// White pixels between faces
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=256))]
    gap: u32,
}

/// Draws and writes the wall.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    ending::check(&arguments.out, ending::PNG)?;
    let model = worker::read_model(&arguments.model)?;
    let latents = match &arguments.latents {
        Some(path) => read_latents(path, model.info().latent)?,
        None => random(arguments, &model),
    };
    let faces = latents
        .len()
        .min((arguments.rows * arguments.cols) as usize);
    let pictures = model.draw(&latents[..faces]).map_err(|error| {
        Notice::from_error("The faces cannot be drawn. Draw fewer at once.", &error)
    })?;
    let (columns, gap) = (arguments.cols as usize, arguments.gap as usize);
    let wall = picture::wall(
        &enlarged(&pictures, arguments.scale),
        columns,
        gap,
        BACKGROUND,
    );
    png::write(&arguments.out, &wall).map_err(|error| {
        Notice::from_error(
            "The picture was not written. Check the folder and its free space.",
            &error,
        )
    })?;
    eprintln!("{} faces: {}", faces, arguments.out.display());
    Ok(())
}

fn enlarged(pictures: &[picture::Picture], scale: u32) -> Vec<picture::Picture> {
    pictures
        .iter()
        .map(|p| p.enlarged(scale as usize))
        .collect()
}

fn random(arguments: &Arguments, model: &Snapshot) -> Vec<Latent> {
    let mut noise = Noise::new(arguments.seed, Purpose::Faces);
    let count = arguments.rows * arguments.cols;
    (0..count)
        .map(|_| noise.latent(model.info().latent))
        .collect()
}

fn read_latents(path: &Path, len: usize) -> Result<Vec<Latent>, Notice> {
    let wrong = |text: String| Notice::error(text).with_details(path.display().to_string());
    let text = std::fs::read_to_string(path)
        .map_err(|error| wrong(format!("The latents cannot be read: {error}.")))?;
    let latents: Vec<Latent> = serde_json::from_str(&text).map_err(|error| {
        wrong(format!(
            "The latents must be a JSON list of lists of numbers: {error}."
        ))
    })?;
    if latents.is_empty() {
        return Err(wrong("There is no latent in the list.".into()));
    }
    if let Some(other) = latents.iter().find(|latent| latent.len() != len) {
        let found = other.len();
        return Err(wrong(format!(
            "A latent has {found} numbers; this model takes {len}."
        )));
    }
    Ok(latents)
}
