//! `morphogan data`: what a source holds, and what the network would see of it.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{RangedU64ValueParser, TypedValueParser};
use serde_json::{Value, json};

use super::prepare::TransformArguments;
use super::{job, output};
use crate::config::{DataChoice, TrainConfig};
use crate::data::LabelSummary;
use crate::export::{self, ending};
use crate::notice::Notice;
use crate::picture;
use crate::worker::job::Progress;
use crate::worker::jobs::scan::{self, Extent, Scan, SkippedPicture};
use crate::worker::jobs::{tour, write_pictures};

/// Pictures on the preview.
const SHEET: usize = 144;
/// Sizes and skipped files that are printed; `--json` gives more.
const SHOWN: usize = 10;

/// What to look at.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan data photos
  morphogan data photos.zip --crop top --preview sheet.png
  morphogan data starter --count 500 --out faces")]
pub struct Arguments {
    /// `starter` (faces drawn by the program), or a folder, zip, tar, IDX, CIFAR-10 or parquet
    #[arg(value_name = "starter|PATH")]
    path: PathBuf,
    /// Side of the pictures in pixels: 32, 64 or 128
    #[arg(long, default_value_t = 64)]
    size: usize,
    /// Colour channels: 3 for colour, 1 for grey
    #[arg(long, default_value_t = 3)]
    channels: usize,
    /// How pictures become squares
    #[command(flatten)]
    prepare: TransformArguments,
    /// How many starter faces [default: 10000]
    #[arg(long, value_name = "N", value_parser = count())]
    count: Option<usize>,
    /// Which starter faces; and which pictures stand on the preview
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// CPU threads [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Write a sheet of 144 pictures as the network will see them
    #[arg(long, value_name = "SHEET.png", value_parser = output::file())]
    preview: Option<PathBuf>,
    /// Of starter faces: write an animation of some that walk through the space of their factors
    #[arg(long, value_name = "TOUR.gif", value_parser = output::file())]
    tour: Option<PathBuf>,
    /// Write all pictures as the network will see them, and labels.csv, to this new folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// As many as a run may have of them.
fn count() -> impl TypedValueParser<Value = usize> {
    RangedU64ValueParser::<usize>::new().range(64..=10_000_000)
}

/// Looks, prints, and writes what was asked for.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    if let Some(path) = &arguments.preview {
        export::check_picture(path)?;
    }
    if let Some(path) = &arguments.tour {
        ending::check(path, ending::GIF)?;
    }
    let files = [arguments.preview.as_ref(), arguments.tour.as_ref()];
    output::lend(arguments.json, &files)?;
    let config = arguments.config();
    if arguments.count.is_some() && config.data != DataChoice::Starter {
        let text =
            "--count is for starter faces: leave it out, or write `starter` in place of the path.";
        return Err(Notice::error(text));
    }
    if let Some(out) = arguments.tour.clone() {
        return tour(&config, out, arguments.json);
    }
    if let Some(out) = arguments.out.clone() {
        let folder = out.clone();
        let work =
            move |progress: &Progress| write_pictures::write_pictures(&config, &folder, progress);
        let written = job::follow("writing", work)?;
        if arguments.json {
            output::json(&json!({"pictures": written, "out": output::path(&out)}))
        } else {
            output::line(format_args!("{written} pictures: {}", out.display()))
        }
        return Ok(());
    }
    let extent = Extent {
        at_most: usize::MAX,
        sheet: SHEET,
    };
    let work = move |progress: &Progress| scan::scan(&config, extent, progress);
    let survey = job::follow("looking", work)?;
    let preview = preview(&survey, arguments);
    let written = preview.as_ref().ok().copied().flatten();
    if arguments.json {
        output::json(&as_json(&survey, arguments, written));
    } else {
        print(&survey);
        if let Some(path) = written {
            output::line(format_args!("preview   {}", path.display()));
        }
    }
    survey.warnings.iter().for_each(output::tell);
    preview.map(|_| ())
}

/// Writes the preview, where one is asked for; gives its path.
fn preview<'a>(survey: &Scan, arguments: &'a Arguments) -> Result<Option<&'a Path>, Notice> {
    let Some(path) = arguments.preview.as_deref() else {
        return Ok(None);
    };
    if survey.sheet.is_empty() {
        let text = "The preview was not written: none of the pictures can be used.";
        return Err(Notice::error(text));
    }
    let sheet = picture::wall(&survey.sheet, 12, 2, [255; 3]);
    export::write_picture(path, &sheet)
        .map_err(|error| output::not_written("The preview", &error, path))?;
    Ok(Some(path))
}

/// Writes the animation of starter faces.
fn tour(config: &TrainConfig, out: PathBuf, json: bool) -> Result<(), Notice> {
    if config.data != DataChoice::Starter {
        let text = "Only starter faces have factors to walk through. Write `morphogan data starter --tour tour.gif`.";
        return Err(Notice::error(text));
    }
    config
        .validate()
        .map_err(|error| Notice::error(format!("A setting cannot work: {error}.")))?;
    let (seed, size, path) = (config.seed, config.size, out.clone());
    let work = move |progress: &Progress| tour::write_tour(seed, size, &path, progress);
    job::follow("drawing", work)?;
    if json {
        output::json(&json!({"out": output::path(&out)}))
    } else {
        output::line(format_args!("tour: {}", out.display()))
    }
    Ok(())
}

impl Arguments {
    fn config(&self) -> TrainConfig {
        let usual = TrainConfig::default();
        TrainConfig {
            data: DataChoice::from(self.path.clone().into_os_string()),
            size: self.size,
            channels: self.channels,
            prepare: self.prepare.config(),
            starter_count: self.count.unwrap_or(usual.starter_count),
            seed: self.seed,
            threads: self.threads,
            ..usual
        }
    }
}

fn print(survey: &Scan) {
    output::line(format_args!("source    {} ({})", survey.name, survey.kind));
    for taken in &survey.choice.taken {
        output::line(format_args!("taken     {taken}"));
    }
    for left_out in &survey.choice.left_out {
        output::line(format_args!("left out  {left_out}"));
    }
    output::line(format_args!("licence   {}", survey.licence));
    let usable = match survey.skipped_count {
        0 => String::new(),
        _ => format!(", {} of them usable", survey.usable),
    };
    output::line(format_args!("pictures  {}{usable}", survey.pictures));
    let more = |all: usize| match all.saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let sizes = survey.sizes.iter().take(SHOWN);
    let sizes: Vec<String> = sizes
        .map(|((across, down), count)| format!("{across}×{down} ({count})"))
        .collect();
    output::line(format_args!(
        "sizes     {}{}",
        sizes.join(", "),
        more(survey.sizes.len())
    ));
    for label in &survey.labels {
        output::line(format_args!(
            "label     {}",
            label_words(label, survey.pictures)
        ));
    }
    for skipped in survey.skipped.iter().take(SHOWN) {
        output::line(format_args!("skipped   {}: {}", skipped.name, skipped.why));
    }
    if survey.skipped_count > SHOWN {
        output::line(format_args!(
            "skipped   and {} more",
            survey.skipped_count - SHOWN
        ));
    }
    let from = match survey.kept {
        0 => String::new(),
        kept => format!(", {kept} pictures from the cache"),
    };
    output::line(format_args!("took      {:.2} s{from}", survey.seconds));
}

fn label_words(label: &LabelSummary, pictures: usize) -> String {
    let known = match label.known {
        known if known == pictures => String::new(),
        known => format!(" (known of {known})"),
    };
    if label.binary {
        let share = 100.0 * label.yes as f64 / label.known.max(1) as f64;
        return format!("{}: {} ({share:.1} %){known}", label.name, label.yes);
    }
    format!("{}: mean {:.3}{known}", label.name, label.mean)
}

fn as_json(survey: &Scan, arguments: &Arguments, preview: Option<&Path>) -> Value {
    let label = |label: &LabelSummary| {
        json!({
            "name": label.name,
            "known": label.known,
            "yes": label.binary.then_some(label.yes),
            "mean": label.mean,
        })
    };
    let size = |((across, down), count): &((u32, u32), usize)| json!({"width": across, "height": down, "count": count});
    let skipped = |skipped: &SkippedPicture| json!({"name": skipped.name, "why": skipped.why});
    json!({
        "kind": survey.kind,
        "name": survey.name,
        "licence": survey.licence,
        "pictures": survey.pictures,
        "usable": survey.usable,
        "skipped": survey.skipped_count,
        "size": arguments.size,
        "channels": arguments.channels,
        "prepare": arguments.prepare.config(),
        "sizes": survey.sizes.iter().map(size).collect::<Vec<_>>(),
        "labels": survey.labels.iter().map(label).collect::<Vec<_>>(),
        "skipped_files": survey.skipped.iter().map(skipped).collect::<Vec<_>>(),
        "taken": survey.choice.taken,
        "left_out": survey.choice.left_out,
        "warnings": survey.warnings.iter().map(|w| w.summary.clone()).collect::<Vec<_>>(),
        "from_cache": survey.kept,
        "seconds": survey.seconds,
        "preview": preview.map(output::path),
    })
}
