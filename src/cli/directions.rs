//! `morphogan directions`: finds named directions of a model's latent space.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::config::DataChoice;
use crate::export::{ending, png};
use crate::latent::directions::Apart;
use crate::latent::{Method, noise};
use crate::notice::Notice;
use crate::worker::job::Progress;
use crate::worker::{
    self, DirectionsPlan, Effects, FoundDirections, InPlaceOf, LabelPlan, LabelReport,
};

/// Faces a row of the strips.
const STRIP: usize = 7;

/// How to find directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Way {
    /// Principal components of the first layer's activations (GANSpace)
    Pca,
    /// Eigenvectors of the first layer's weights (SeFa)
    Sefa,
    /// Fitted to labels of pictures (InterFaceGAN)
    Labels,
}

/// What to look for.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Model file or run folder
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// How to find them
    #[arg(long, value_enum, default_value = "pca")]
    method: Way,
    /// How many, the strongest first [default: 10; all of labels]
    #[arg(long, value_name = "N")]
    count: Option<usize>,
    /// Labelled pictures: `starter`, or a folder, archive or data file
    #[arg(long, default_value = "starter", value_name = "starter|PATH")]
    data: DataChoice,
    /// How many labelled pictures to learn from
    #[arg(long, default_value_t = LabelPlan::default().pictures, value_name = "N")]
    pictures: usize,
    /// How many random faces to fit label directions on
    #[arg(long, default_value_t = LabelPlan::default().faces, value_name = "N")]
    faces: usize,
    /// Only these labels, with commas between
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    labels: Vec<String>,
    /// How many times as much each direction is to change its own label as any other; the less, the more it changes,
    /// and 0 lets it change other labels too
    #[arg(long, default_value_t = 6.0, value_parser = times, value_name = "TIMES")]
    apart: f64,
    /// Measure how much each label's direction changes each label of new random faces
    #[arg(long)]
    check: bool,
    /// Keep the directions in the model file, in place of earlier ones of the same method
    #[arg(long)]
    save: bool,
    /// Draw a row of faces for each direction, from −3σ to 3σ
    #[arg(long, value_name = "FILE.png")]
    strips: Option<PathBuf>,
    /// The random face in the middle of the strips
    #[arg(long, default_value_t = 1, value_name = "SEED")]
    face: u64,
    /// Each pixel of the strips becomes a square of this side
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=32))]
    scale: u32,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn times(text: &str) -> Result<f64, String> {
    let times: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match (0.0..=1000.0).contains(&times) {
        true => Ok(times),
        false => Err("must be 0 to 1000".to_owned()),
    }
}

/// Finds, prints and keeps them.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    if let Some(path) = &arguments.strips {
        ending::check(path, ending::PNG)?;
    }
    let model = worker::read_model(&arguments.model)?;
    let found = worker::directions_of(&model, &plan(arguments), &Progress::default())?;
    if arguments.json {
        println!("{}", as_json(&found));
    } else {
        print(&found);
    }
    if let Some(path) = &arguments.strips {
        let middle = noise::face(arguments.face, model.info().latent);
        let strips = worker::direction_strips(&model, &found.directions, &middle, STRIP)?;
        png::write(path, &strips.enlarged(arguments.scale as usize)).map_err(|error| {
            let text = "The strips were not written. Check the folder and its free space.";
            Notice::from_error(text, &error)
        })?;
        eprintln!("strips  {}", path.display());
    }
    if arguments.save {
        let file =
            worker::save_directions(&arguments.model, &found.directions, InPlaceOf::SameMethods)?;
        eprintln!("saved   {}", file.display());
    }
    Ok(())
}

fn plan(arguments: &Arguments) -> DirectionsPlan {
    let count = arguments.count.unwrap_or(10);
    match arguments.method {
        Way::Pca => DirectionsPlan::Pca { count },
        Way::Sefa => DirectionsPlan::Sefa { count },
        Way::Labels => {
            let usual = LabelPlan::default();
            DirectionsPlan::Labels(LabelPlan {
                data: arguments.data.clone(),
                pictures: arguments.pictures,
                faces: arguments.faces,
                apart: match arguments.apart {
                    0.0 => Apart::No,
                    times => Apart::Times(times),
                },
                only: arguments.labels.clone(),
                count: arguments.count.unwrap_or(usual.count),
                check: arguments.check,
                seed: usual.seed,
            })
        }
    }
}

fn print(found: &FoundDirections) {
    for direction in &found.directions {
        let told = match direction.method {
            Method::Pca { share, .. } => format!("{:.1} % of the variance", 100.0 * share),
            Method::Label { quality } => format!("told from the latent: {quality:.2}"),
            _ => String::new(),
        };
        println!("{:<24}{told}", direction.name);
    }
    if !found.labels.is_empty() {
        println!(
            "\n{:<24}{:<20}{:>14}{:>14}",
            "label", "measured by", "from pictures", "from latents"
        );
        found.labels.iter().for_each(print_label);
    }
    if let Some(effects) = &found.effects {
        print_effects(effects);
    }
    println!("\nfound in {:.1} s", found.seconds);
}

fn print_label(label: &LabelReport) {
    let measure = if label.yes_no {
        "balanced accuracy"
    } else {
        "R²"
    };
    let (pictures, latents) = (label.from_pictures, label.from_latents);
    let unused = if label.used { "" } else { "  not used" };
    println!(
        "{:<24}{measure:<20}{pictures:>14.2}{latents:>14.2}{unused}",
        label.column
    );
}

fn print_effects(effects: &Effects) {
    println!("\nmoved from −2σ to 2σ, each label changes by so many of its own σ:");
    print!("{:<24}", "");
    for name in &effects.names {
        print!("{:>9.8}", name);
    }
    println!("{:>9}", "own/other");
    for (index, (name, row)) in effects.names.iter().zip(&effects.moved).enumerate() {
        print!("{name:<24}");
        for change in row {
            print!("{change:>9.2}");
        }
        println!("{:>9.1}", effects.ratio(index));
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
        "seconds": found.seconds,
    })
}
