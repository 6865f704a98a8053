//! `morphogan sample`: a wall of faces.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::{latents, output};
use crate::export;
use crate::export::layout::FrameStyle;
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::latent::noise::{Noise, Purpose};
use crate::notice::Notice;
use crate::picture::{Filter, WallLayout};
use crate::worker::jobs::model;
use crate::worker::jobs::shipped::BUILT_IN;
use crate::worker::jobs::still::{self, StillPlan};

/// Between pictures, unless `--gap 0`.
const BACKGROUND: [u8; 3] = [255; 3];

/// What to draw.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan sample --out faces.png
  morphogan sample --model my-run --rows 4 --cols 12 --scale 2 --seed 7 --out faces.png
  morphogan sample --rows 1 --cols 1 --seed 7 --scale 64 --filter lanczos --out poster.png
  morphogan sample --latents face.json --out - | display")]
pub struct Arguments {
    /// Model file or run folder; `built-in` is the model that comes with the program
    #[arg(long, value_name = "FILE", default_value = BUILT_IN)]
    model: PathBuf,
    /// The PNG to write, where one face alone stays with its picture: dropped on the window, it is that face again; `-`
    /// is standard output
    #[arg(long, value_name = "FILE", value_parser = output::file())]
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
    /// Draw these instead: a JSON list of latent vectors (lists of numbers), faces from the shelf, or a picture that
    /// was saved of one face
    #[arg(long, value_name = "FILE", conflicts_with = "seed")]
    latents: Option<PathBuf>,
    /// Each pixel becomes a square of this side
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=256))]
    scale: u32,
    /// How --scale fills in between pixels
    #[arg(long, value_enum, default_value_t)]
    filter: Filter,
    /// White pixels between faces
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=256))]
    gap: u32,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Draws and writes the wall.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    export::check_picture(&arguments.out)?;
    output::lend(arguments.json, &[Some(&arguments.out)])?;
    let model = Arc::new(model::read_model(&arguments.model)?);
    let most = (arguments.rows * arguments.cols) as usize;
    let given = match &arguments.latents {
        Some(path) => Some(latents::read(path, model.info().latent)?),
        None => None,
    };
    let count = given
        .as_ref()
        .map_or(most, |latents| latents.len().min(most));
    if let Some(left) = given
        .as_ref()
        .map(|latents| latents.len() - count)
        .filter(|left| *left > 0)
    {
        output::note(format_args!(
            "note: {left} more faces in the file have no place on the wall; raise --rows or --cols"
        ));
    }
    let wall = wall(arguments, &model, count);
    wall.check()
        .map_err(|error| Notice::error(error.to_string()))?;
    let latents = given.unwrap_or_else(|| random(arguments, &model));
    let (width, height) = match &latents[..count] {
        [face] => still::write_still(Arc::clone(&model), &still(arguments, face))?,
        faces => write_wall(arguments, &model, &wall, faces)?,
    };
    if arguments.json {
        let out = output::path(&arguments.out);
        output::json(&json!({"faces": count, "width": width, "height": height, "out": out}));
    } else {
        output::line(format_args!("{count} faces: {}", arguments.out.display()));
    }
    Ok(())
}

fn still(arguments: &Arguments, face: &Latent) -> StillPlan {
    let name = match arguments.latents {
        Some(_) => String::new(),
        None => format!("seed {}", arguments.seed),
    };
    StillPlan {
        name,
        latents: vec![face.clone()],
        model: arguments
            .model
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        style: FrameStyle {
            scale: arguments.scale as usize,
            filter: arguments.filter,
            ..FrameStyle::default()
        },
        out: arguments.out.clone(),
    }
}

/// Gives width and height.
fn write_wall(
    arguments: &Arguments,
    model: &Snapshot,
    wall: &WallLayout,
    faces: &[Latent],
) -> Result<(usize, usize), Notice> {
    let pictures = model.draw(faces).map_err(|error| {
        Notice::from_error("The faces cannot be drawn. Draw fewer at once.", &error)
    })?;
    let drawn = wall
        .draw_with(&pictures, BACKGROUND, arguments.filter)
        .map_err(|error| Notice::error(error.to_string()))?;
    export::write_picture(&arguments.out, &drawn)
        .map_err(|error| output::not_written("The picture", &error, &arguments.out))?;
    Ok((drawn.width, drawn.height))
}

fn wall(arguments: &Arguments, model: &Snapshot, count: usize) -> WallLayout {
    let side = model.info().size;
    WallLayout {
        count,
        columns: arguments.cols as usize,
        tile: (side, side),
        gap: arguments.gap as usize,
        scale: arguments.scale as usize,
    }
}

fn random(arguments: &Arguments, model: &Snapshot) -> Vec<Latent> {
    let mut noise = Noise::new(arguments.seed, Purpose::Faces);
    let count = arguments.rows * arguments.cols;
    model.info().latent_space().draw(count as usize, &mut noise)
}
