//! `morphogan bench invert`: how near the search for a picture's face comes.

use std::path::PathBuf;

use clap::Args;
use clap::builder::TypedValueParser;
use serde_json::json;

use crate::cli::prepare::SquareArguments;
use crate::cli::{numbers, output};
use crate::export;
use crate::gan::Snapshot;
use crate::gan::invert::InvertSettings;
use crate::notice::Notice;
use crate::picture::{self, Picture, WallLayout};
use crate::statistics::percentile;
use crate::worker::jobs::invert::{self, NearestFace};
use crate::worker::jobs::shipped::BUILT_IN;
use crate::worker::jobs::{model, recovery};

/// From here on a face counts as found: it can hardly be told from the picture.
const FOUND_DB: f64 = 35.0;
/// Pictures in a row of the sheet; the faces found stand below them.
const COLUMNS: usize = 10;

/// What to search for.
#[derive(Args, Debug)]
#[command(after_help = "Example:
  morphogan bench invert --count 20 --seconds 5 --out sheet.png")]
pub struct Arguments {
    /// Pictures to search for, in place of faces that the model draws
    #[arg(value_name = "PICTURE")]
    pictures: Vec<PathBuf>,
    /// Model file or run folder; `built-in` is the model that comes with the program
    #[arg(long, value_name = "FILE", default_value = BUILT_IN)]
    model: PathBuf,
    /// How pictures become squares
    #[command(flatten)]
    square: SquareArguments,
    /// Faces of the model to search for
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = count())]
    count: usize,
    /// Seconds a face at most
    #[arg(long, default_value_t = 10.0, value_parser = numbers::seconds, value_name = "S")]
    seconds: f64,
    /// What D's features count beside the pixels
    #[arg(long, default_value_t = InvertSettings::default().features, value_parser = numbers::weight, value_name = "WEIGHT")]
    features: f64,
    /// Write a sheet: pictures, and below each the face found; `-` is standard output
    #[arg(long, value_name = "FILE.png", value_parser = output::file())]
    out: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// So many that memory holds them.
fn count() -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u32)
        .range(1..=10_000)
        .map(|count| count as usize)
}

/// Searches for each, prints how near it came.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    output::lend(arguments.json, &[arguments.out.as_ref()])?;
    let model = model::read_model(&arguments.model)?;
    let targets = targets(&model, arguments)?;
    if arguments.out.is_some() {
        let side = model.info().size;
        sheet_size(targets.len(), side)
            .check()
            .map_err(|error| Notice::error(error.to_string()))?;
    }
    let settings = InvertSettings {
        features: arguments.features,
        ..InvertSettings::default()
    };
    let mut number = 0;
    let how = (settings, arguments.seconds);
    let found = recovery::recover_pictures(&model, targets.clone(), how, &mut |nearest| {
        number += 1;
        let (psnr, seconds) = (nearest.psnr, nearest.seconds);
        output::note(format_args!(
            "face {number}: {psnr:.1} dB in {seconds:.1} s"
        ));
    })?;
    if let Some(path) = &arguments.out {
        export::write_picture(path, &sheet(&targets, &found))
            .map_err(|error| output::not_written("The sheet", &error, path))?;
    }
    print(&found, arguments.json);
    Ok(())
}

fn targets(model: &Snapshot, arguments: &Arguments) -> Result<Vec<Picture>, Notice> {
    if arguments.pictures.is_empty() {
        return recovery::faces_to_recover(model, arguments.count);
    }
    let read = |path: &PathBuf| invert::read_target(model, path, &arguments.square.config());
    arguments.pictures.iter().map(read).collect()
}

fn sheet_size(faces: usize, side: usize) -> WallLayout {
    WallLayout {
        count: 2 * faces.next_multiple_of(COLUMNS),
        columns: COLUMNS,
        tile: (side, side),
        gap: 2,
        scale: 1,
    }
}

/// A row of pictures, a row of the faces found, and so on.
fn sheet(targets: &[Picture], found: &[NearestFace]) -> Picture {
    let mut all = Vec::new();
    for (targets, found) in targets.chunks(COLUMNS).zip(found.chunks(COLUMNS)) {
        let blank = targets.first().map(|one| {
            let white = [255; 3];
            Picture::filled(one.width, one.height, white)
        });
        let rest = || std::iter::repeat_n(blank.clone(), COLUMNS - targets.len()).flatten();
        all.extend(targets.iter().cloned().chain(rest()));
        all.extend(
            found
                .iter()
                .map(|nearest| nearest.picture.clone())
                .chain(rest()),
        );
    }
    picture::wall(&all, COLUMNS, 2, [255; 3])
}

fn print(found: &[NearestFace], json: bool) {
    let near = found
        .iter()
        .filter(|nearest| nearest.psnr >= FOUND_DB)
        .count();
    let sorted = |pick: fn(&NearestFace) -> f64| {
        let mut all: Vec<f64> = found.iter().map(pick).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    let at = |all: &[f64], percent| percentile(all, percent).unwrap_or(f64::NAN);
    let (psnr, seconds) = (
        sorted(|nearest| nearest.psnr),
        sorted(|nearest| nearest.seconds),
    );
    if json {
        let faces = found.len();
        output::json(&json!({"faces": faces, "found": near, "psnr": psnr, "seconds": seconds}));
        return;
    }
    output::line(format_args!(
        "{near} of {} faces found to {FOUND_DB} dB or more",
        found.len()
    ));
    output::line(format_args!(
        "PSNR: lowest {:.1} dB, 5 % below {:.1} dB, half below {:.1} dB, highest {:.1} dB",
        at(&psnr, 0),
        at(&psnr, 5),
        at(&psnr, 50),
        at(&psnr, 100)
    ));
    output::line(format_args!(
        "time: half within {:.1} s, at most {:.1} s",
        at(&seconds, 50),
        at(&seconds, 100)
    ));
}
