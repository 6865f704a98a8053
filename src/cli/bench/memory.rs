//! `morphogan bench memory`: what the window's jobs take, and what they leave behind.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use crate::cli::{numbers, output};
use crate::notice::Notice;
use crate::worker::bench_memory::{MemoryStage, memory_of_jobs};
use crate::worker::jobs::model;
use crate::worker::jobs::shipped::BUILT_IN;

/// What to do between two looks at the memory.
#[derive(Args, Debug)]
#[command(after_help = "Example:
  morphogan bench memory --json")]
pub struct Arguments {
    /// Model file or run folder; `built-in` is the model that comes with the program
    #[arg(long, value_name = "FILE", default_value = BUILT_IN)]
    model: PathBuf,
    /// Seconds that a picture's face is looked for
    #[arg(long, default_value_t = 5.0, value_parser = numbers::seconds, value_name = "S")]
    seconds: f64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Does the jobs one after the other, and prints what the program has in memory after each.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    let model = Arc::new(model::read_model(&arguments.model)?);
    let stages = memory_of_jobs(&model, arguments.seconds)?;
    if arguments.json {
        let stage = |stage: &MemoryStage| json!({"after": stage.after, "resident": stage.resident, "peak": stage.peak});
        let stages: Vec<_> = stages.iter().map(stage).collect();
        output::json(&json!({"stages": stages}));
        return Ok(());
    }
    output::line(format_args!("{:<14}{:>10}{:>10}", "after", "MB", "at most"));
    for stage in &stages {
        let mb = |bytes: u64| bytes as f64 / 1e6;
        let (after, resident, peak) = (stage.after, mb(stage.resident), mb(stage.peak));
        output::line(format_args!("{after:<14}{resident:>10.0}{peak:>10.0}"));
    }
    Ok(())
}
