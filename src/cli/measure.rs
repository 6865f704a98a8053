//! `morphogan measure`: how good a model is.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::output;
use super::prepare::SquareArguments;
use crate::config::{DataChoice, TrainConfig, data_choice};
use crate::notice::Notice;
use crate::run::{self, CONFIG_FILE, EvalRecord, METRICS};
use crate::worker::jobs::evaluate::{self, EvaluatePlan};

/// What to measure, and against what.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan measure --model my-run
  morphogan measure --model built-in --data starter --pictures 512 --json")]
pub struct Arguments {
    /// Model file or run folder; `built-in` is the model that comes with the program
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The real pictures: `starter`, or a folder, archive or data file [default: those of the run]
    #[arg(long, value_name = "starter|PATH", value_parser = data_choice())]
    data: Option<DataChoice>,
    /// How pictures become squares
    #[command(flatten)]
    square: SquareArguments,
    /// Samples, and as many real pictures; more is exacter and slower
    #[arg(long, default_value_t = 1024, value_parser = clap::value_parser!(u32).range(2..=65536))]
    pictures: u32,
    /// Which random samples, patches and lines
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Measures and prints.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    let plan = EvaluatePlan {
        model: arguments.model.clone(),
        data: data_of(arguments)?,
        pictures: arguments.pictures as usize,
        seed: arguments.seed,
    };
    let found = evaluate::evaluate_model(&plan)?;
    if arguments.json {
        let object = |(of, measured): &(&str, EvalRecord)| {
            let mut object = as_json(measured);
            object["weights"] = (*of).into();
            object
        };
        let weights: Vec<Value> = found.iter().map(object).collect();
        output::json(&json!({"model": output::path(&arguments.model), "weights": weights}));
        return Ok(());
    }
    for (of, measured) in &found {
        print_lines(of, measured);
    }
    Ok(())
}

/// The settings that say which real pictures: those asked for, or the run's.
fn data_of(arguments: &Arguments) -> Result<TrainConfig, Notice> {
    if let Some(data) = &arguments.data {
        return Ok(TrainConfig {
            data: data.clone(),
            prepare: arguments.square.config(),
            ..TrainConfig::default()
        });
    }
    // A file of a run lies in its folder.
    let model = &arguments.model;
    let run = match model.is_dir() {
        true => model.as_path(),
        false => model.parent().unwrap_or(model),
    };
    let settings = run.join(CONFIG_FILE);
    if !settings.exists() {
        let text = "It is no run, whose settings tell its pictures. Say with --data which ones to compare with.";
        return Err(Notice::error(text).at(model));
    }
    run::read_settings(run).map_err(|error| {
        let text = "Say with --data which pictures to compare with.";
        Notice::from_error(text, &error).at(settings)
    })
}

/// As in the `measured` lines of `train --json`.
pub(super) fn as_json(measured: &EvalRecord) -> Value {
    let found = &measured.measures;
    let levels = found.levels.iter();
    let levels = levels.map(|level| (level.side.to_string(), level.swd.into()));
    let mut object = json!({"step": measured.step});
    for metric in &METRICS {
        if let Some(value) = (metric.value)(found) {
            object[metric.name] = value.into();
        }
    }
    object["swd_levels"] = levels.collect::<serde_json::Map<String, Value>>().into();
    object["seconds"] = measured.seconds.into();
    object
}

fn print_lines(of: &str, measured: &EvalRecord) {
    let found = &measured.measures;
    let levels: Vec<String> = found
        .levels
        .iter()
        .map(|level| format!("{:.1} at {} pixels", level.swd, level.side))
        .collect();
    output::line(format_args!("{of} weights of step {}", measured.step));
    output::line(format_args!(
        "  alike     {:.3} (MS-SSIM of samples; real pictures {:.3})",
        found.ms_ssim, found.ms_ssim_data
    ));
    output::line(format_args!(
        "  distance  {:.1} (SWD ×10³; real pictures among themselves {:.1})",
        found.swd, found.swd_data
    ));
    output::line(format_args!("            {}", levels.join(" · ")));
}
