//! `morphogan directions`: finds named directions of a model's latent space.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::{RangedU64ValueParser, TypedValueParser};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{job, numbers, output};
use crate::config::DataChoice;
use crate::export;
use crate::gan::Snapshot;
use crate::latent::directions::Disentanglement;
use crate::latent::{Direction, Method};
use crate::notice::Notice;
use crate::picture::{Picture, WallLayout};
use crate::worker::job::Progress;
use crate::worker::jobs::directions::{
    self, DirectionsPlan, Effects, FoundDirections, LabelPlan, LabelReport, ReplacedDirections,
};
use crate::worker::jobs::model;
use crate::worker::jobs::shipped::{BUILT_IN, name_in};

/// Faces a row of the strips.
const STRIP: usize = 7;

/// New faces that effects are measured on.
const CHECKED: usize = 192;

/// How to find directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MethodArgument {
    /// Principal components of the first layer's activations (GANSpace)
    Pca,
    /// Eigenvectors of the first layer's weights (SeFa)
    Sefa,
    /// Eigenvectors of JᵀJ, the change of the whole picture
    Jacobian,
    /// Fitted to labels of pictures (InterFaceGAN)
    Labels,
}

/// What to look for.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan directions --method sefa --count 5 --strips strips.png
  morphogan directions --model my-run --method labels --data photos.zip --labels smiling --save")]
pub struct Arguments {
    /// Model file or run folder; `built-in` is the model that comes with the program
    #[arg(long, value_name = "FILE", default_value = BUILT_IN)]
    model: PathBuf,
    /// How to find them
    #[arg(long, value_enum, default_value = "pca")]
    method: MethodArgument,
    /// How many, the strongest first [default: 10; all of labels]
    #[arg(long, value_name = "N", value_parser = up_to(4096))]
    count: Option<usize>,
    /// Labelled pictures: `starter`, or a folder, archive or data file [default: starter]
    #[arg(long, value_name = "starter|PATH")]
    data: Option<DataChoice>,
    /// Use sub-folder names as labels: a column a folder
    #[arg(long)]
    folder_labels: bool,
    /// How many labelled pictures to learn from, 100 or more [default: 4000]
    #[arg(long, value_name = "N", value_parser = up_to(20_000))]
    pictures: Option<usize>,
    /// How many random faces to fit label directions on [default: 5000, or twice the numbers of a latent]
    #[arg(long, value_name = "N", value_parser = up_to(1_000_000))]
    faces: Option<usize>,
    /// Only these labels, with commas between
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    labels: Vec<String>,
    /// How many times as much each direction is to change its own label as any other; the less, the more it changes,
    /// and 0 lets it change other labels too [default: 6]
    #[arg(long, value_parser = numbers::times, value_name = "TIMES")]
    apart: Option<f64>,
    /// Measure how much each label's direction changes each label of new random faces
    #[arg(long)]
    check: bool,
    /// Look for none: measure how much the labels' directions that the model has change each label
    #[arg(long, conflicts_with_all = ["count", "apart", "strips"])]
    own: bool,
    /// Keep the directions in the model file, in place of earlier ones of the same method; with --own, what they change
    #[arg(long)]
    save: bool,
    /// Draw a row of faces for each direction, from −3σ to 3σ; `-` is standard output
    #[arg(long, value_name = "FILE.png", value_parser = output::file())]
    strips: Option<PathBuf>,
    /// The random face in the middle of the strips
    #[arg(long, default_value_t = 1, value_name = "SEED", requires = "strips")]
    face: u64,
    /// Each pixel of the strips becomes a square of this side
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=32), requires = "strips")]
    scale: u32,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Whether everything that was asked for means something to the method.
    fn check(&self) -> Result<(), Notice> {
        let of_labels = [
            ("data", self.data.is_some()),
            ("folder-labels", self.folder_labels),
            ("pictures", self.pictures.is_some()),
            ("faces", self.faces.is_some()),
            ("labels", !self.labels.is_empty()),
            ("apart", self.apart.is_some()),
            ("check", self.check),
            ("own", self.own),
        ];
        let given = of_labels.iter().find(|(_, given)| *given);
        match given.filter(|_| self.method != MethodArgument::Labels) {
            None => Ok(()),
            Some((name, _)) => Err(Notice::error(format!(
                "--{name} is for directions from labels. Add --method labels, or leave it out."
            ))),
        }
    }
}

/// A count from 1 on, of what memory can hold.
fn up_to(most: u64) -> impl TypedValueParser<Value = usize> {
    RangedU64ValueParser::<usize>::new().range(1..=most)
}

/// Finds, prints and keeps them.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    if let Some(path) = &arguments.strips {
        export::check_picture(path)?;
    }
    arguments.check()?;
    output::lend(arguments.json, &[arguments.strips.as_ref()])?;
    if arguments.save && name_in(&arguments.model).is_some() {
        let text = "The built-in model keeps nothing. Write it to a file first: `morphogan convert --model built-in --out model.safetensors`.";
        return Err(Notice::error(text));
    }
    let model = Arc::new(model::read_model(&arguments.model)?);
    let (of, plan) = (Arc::clone(&model), plan(arguments, &model)?);
    let own = match &plan {
        DirectionsPlan::Labels(plan) => plan.also.clone(),
        _ => Vec::new(),
    };
    let work = move |progress: &Progress| directions::directions_of(&of, &plan, progress);
    let found = job::follow("looking", work)?;
    if arguments.json {
        output::json(&as_json(&found));
    } else {
        print(&found);
    }
    check_measured(&own, &found)?;
    // The objects of --json stand alone on standard output.
    let written = |what: &str, path: &Path| {
        let line = format!("{what:<8}{}", path.display());
        if arguments.json {
            output::note(line)
        } else {
            output::line(line)
        }
    };
    if let Some(path) = &arguments.strips {
        let strips = strips(arguments, &model, &found)?;
        export::write_picture(path, &strips)
            .map_err(|error| output::not_written("The picture of the strips", &error, path))?;
        written("strips", path);
    }
    if arguments.save {
        let (path, replaced) = (&arguments.model, ReplacedDirections::SameMethods);
        let file = match arguments.own {
            true => directions::save_effects(path, &found.known)?,
            false => directions::save_directions(path, &found.directions, replaced)?,
        };
        written("saved", &file);
    }
    Ok(())
}

/// Tells which of a model's own directions are of no label that can be told: nothing is known of what they change.
fn check_measured(own: &[Direction], found: &FoundDirections) -> Result<(), Notice> {
    let is_left = |direction: &&Direction| {
        let mut known = found.known.iter();
        !known.any(|known| known.name == direction.name)
    };
    let left: Vec<&str> = own
        .iter()
        .filter(is_left)
        .map(|direction| &*direction.name)
        .collect();
    if left.is_empty() {
        return Ok(());
    }
    let is_label = |name: &&str| {
        let mut labels = found.labels.iter();
        labels.any(|label| label.name.eq_ignore_ascii_case(name))
    };
    let (untold, unknown): (Vec<&str>, Vec<&str>) = left.iter().partition(|name| is_label(name));
    if unknown.len() == own.len() {
        let text = "None of the model's directions is named as a label of these pictures is. Give the pictures that they were found with: --data.";
        return Err(Notice::error(text).with_details(unknown.join(", ")));
    }
    if left.len() == own.len() {
        let text = "The labels of the model's directions cannot be told well enough to measure them. Give more pictures: --pictures.";
        return Err(Notice::error(text).with_details(left.join(", ")));
    }
    for (why, names) in [
        ("no label has this name", unknown),
        ("their labels cannot be told well enough", untold),
    ] {
        if !names.is_empty() {
            output::note(format!("not measured, for {why}: {}", names.join(", ")));
        }
    }
    Ok(())
}

/// Refused before they are drawn where memory might not hold them.
fn strips(
    arguments: &Arguments,
    model: &Snapshot,
    found: &FoundDirections,
) -> Result<Picture, Notice> {
    let info = model.info();
    let wall = WallLayout {
        count: STRIP * found.directions.len(),
        columns: STRIP,
        tile: (info.size, info.size),
        gap: 2,
        scale: arguments.scale as usize,
    };
    wall.check()
        .map_err(|error| Notice::error(error.to_string()))?;
    let middle = info.latent_space().face(arguments.face);
    let strips = directions::direction_strips(model, &found.directions, &middle, STRIP)?;
    Ok(strips.enlarged(arguments.scale as usize))
}

fn plan(arguments: &Arguments, model: &Snapshot) -> Result<DirectionsPlan, Notice> {
    let count = arguments.count.unwrap_or(10);
    Ok(match arguments.method {
        MethodArgument::Pca => DirectionsPlan::Pca { count },
        MethodArgument::Sefa => DirectionsPlan::Sefa { count },
        MethodArgument::Jacobian => DirectionsPlan::Jacobian { count },
        MethodArgument::Labels => {
            let usual = LabelPlan::default();
            let also = match arguments.own {
                true => of_labels(model, &arguments.labels)?,
                false => usual.also,
            };
            DirectionsPlan::Labels(LabelPlan {
                data: arguments.data.clone().unwrap_or(usual.data),
                folder_labels: arguments.folder_labels,
                pictures: arguments.pictures.unwrap_or(usual.pictures),
                faces: arguments.faces,
                apart: match arguments.apart {
                    None => usual.apart,
                    Some(0.0) => Disentanglement::No,
                    Some(times) => Disentanglement::Times(times),
                },
                only: arguments.labels.clone(),
                count: match arguments.own {
                    true => 0,
                    false => arguments.count.unwrap_or(usual.count),
                },
                check: match arguments.check || arguments.own {
                    true => CHECKED,
                    false => 0,
                },
                also,
                seed: usual.seed,
            })
        }
    })
}

/// The labels' directions of a model.
fn of_labels(model: &Snapshot, only: &[String]) -> Result<Vec<Direction>, Notice> {
    let is_wanted = |one: &Direction| {
        let mut only = only.iter();
        only.len() == 0 || only.any(|name| name.eq_ignore_ascii_case(&one.name))
    };
    let is_of_labels =
        |one: &&Direction| matches!(one.method, Method::Label { .. }) && is_wanted(one);
    let all = model.directions().iter().filter(is_of_labels);
    let all: Vec<Direction> = all.cloned().collect();
    match (all.is_empty(), only.is_empty()) {
        (false, _) => Ok(all),
        (true, true) => Err(Notice::error(
            "This model has no directions of labels to measure. Look for some: leave --own out.",
        )),
        (true, false) => Err(Notice::error(
            "The model has no direction of these labels. Look for some: leave --own out.",
        )),
    }
}

fn print(found: &FoundDirections) {
    for direction in &found.directions {
        let told = match direction.method {
            Method::Pca { share, .. } => format!("{:.1} % of the variance", 100.0 * share),
            Method::Jacobian { share, .. } => format!("{:.1} % of all change", 100.0 * share),
            Method::Label { quality, .. } => format!("told from the latent: {quality:.2}"),
            _ => String::new(),
        };
        output::line(format_args!("{:<24}{told}", direction.name));
    }
    if !found.labels.is_empty() {
        output::line("");
        output::line(format_args!(
            "{:<24}{:<20}{:>14}{:>14}",
            "label", "measured by", "from pictures", "from latents"
        ));
        found.labels.iter().for_each(print_label);
    }
    if let Some(effects) = &found.effects {
        print_effects(effects);
    }
    if !found.known.is_empty() {
        print_known(&found.known);
    }
    output::line("");
    output::line(format_args!("found in {:.1} s", found.seconds));
}

fn print_label(label: &LabelReport) {
    let measure = if label.yes_no {
        "balanced accuracy"
    } else {
        "R²"
    };
    let (pictures, latents) = (label.from_pictures, label.from_latents);
    let unused = if label.used { "" } else { "  not used" };
    output::line(format_args!(
        "{:<24}{measure:<20}{pictures:>14.2}{latents:>14.2}{unused}",
        label.column
    ));
}

fn print_effects(effects: &Effects) {
    output::line("");
    output::line("moved from −2σ to 2σ, each label changes by so many of its own σ:");
    let names: String = effects
        .names
        .iter()
        .map(|name| format!("{name:>9.8}"))
        .collect();
    output::line(format_args!("{:<24}{names}{:>9}", "", "own/other"));
    for (index, (name, row)) in effects.names.iter().zip(&effects.moved).enumerate() {
        let row: String = row.iter().map(|change| format!("{change:>9.2}")).collect();
        output::line(format_args!("{name:<24}{row}{:>9.1}", effects.ratio(index)));
    }
}

/// What directions that were there already change.
fn print_known(known: &[Direction]) {
    output::line("");
    output::line("moved from −2σ to 2σ, labels change by so many of their own σ:");
    output::line(format_args!(
        "{:<24}{:>9}{:>9}{:>11}  most changed other one",
        "", "own", "other", "own/other"
    ));
    for direction in known {
        let Some(effect) = direction.effect() else {
            continue;
        };
        output::line(format_args!(
            "{:<24}{:>9.2}{:>9.2}{:>11.1}  {}",
            direction.name,
            effect.own,
            effect.other,
            effect.strength(),
            effect.other_name
        ));
    }
}

fn as_json(found: &FoundDirections) -> Value {
    let label = |label: &LabelReport| {
        json!({
            "column": label.column,
            "name": label.name,
            "yes_no": label.yes_no,
            "from_pictures": label.from_pictures,
            "from_latents": label.from_latents,
            "used": label.used,
        })
    };
    let effects = |effects: &Effects| {
        let ratios: Vec<f64> = (0..effects.names.len()).map(|i| effects.ratio(i)).collect();
        json!({"names": effects.names, "moved": effects.moved, "own_over_other": ratios})
    };
    json!({
        "directions": found.directions,
        "labels": found.labels.iter().map(label).collect::<Vec<_>>(),
        "effects": found.effects.as_ref().map(effects),
        "known": found.known,
        "seconds": found.seconds,
    })
}
