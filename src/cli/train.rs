//! `morphogan train`: a run without a window.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use serde_json::{Value, json};

use super::tell;
use super::terminal::ProgressLine;
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::worker::{Command, Ended, Event, Outcome, Started, StepRecord, Trainer};

/// Settings of the run and of what it prints.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The run
    #[command(flatten)]
    pub config: TrainConfig,
    /// Print one JSON object a line on standard output, and nothing else
    #[arg(long)]
    pub json: bool,
}

/// Trains until the end or Ctrl-C.
pub fn run(arguments: Arguments) -> Result<(), Notice> {
    let json = arguments.json;
    let ended = follow(arguments.config, |event, line| {
        if json {
            return as_json(event).is_none_or(|object| writeln!(io::stdout(), "{object}").is_ok());
        }
        line.show(event);
        true
    });
    match ended.outcome {
        Outcome::Failed(notice) => Err(notice),
        _ => Ok(()),
    }
}

/// Runs a training to its end; `show` gets each event and says whether to go on. Ctrl-C stops
/// cleanly and saves; a second one leaves at once.
pub(super) fn follow(
    config: TrainConfig,
    mut show: impl FnMut(&Event, &mut ProgressLine) -> bool,
) -> Ended {
    let interrupted = Arc::new(AtomicBool::new(false));
    let shared = Arc::clone(&interrupted);
    // The handler can be set once a process; a second run in it keeps the first one.
    let _ = ctrlc::set_handler(move || {
        if shared.swap(true, Ordering::AcqRel) {
            std::process::exit(130);
        }
    });
    let trainer = Trainer::start(config, || {});
    let mut line = ProgressLine::default();
    let mut stopping = false;
    loop {
        let event = trainer.event_within(std::time::Duration::from_millis(100));
        if let Some(event) = event {
            let go_on = show(&event, &mut line);
            if let Event::Ended(ended) = event {
                return ended;
            }
            if !go_on {
                interrupted.store(true, Ordering::Release);
            }
        }
        if !stopping && interrupted.load(Ordering::Acquire) {
            stopping = true;
            trainer.send(Command::Stop);
        }
    }
}

/// The line of an event; `None` for those that are no part of the format.
fn as_json(event: &Event) -> Option<Value> {
    Some(match event {
        Event::Started(started) => started_json(started),
        Event::Step(record) => step_json(record),
        Event::Samples { step, path } => json!({"event": "samples", "step": step, "path": path}),
        Event::Saved { step, path } => json!({"event": "saved", "step": step, "path": path}),
        Event::Notice(notice) => {
            // Warnings are for people: they go where people look.
            tell(notice);
            return None;
        }
        Event::Ended(ended) => json!({
            "event": "ended",
            "outcome": match ended.outcome {
                Outcome::Completed => "completed",
                Outcome::Stopped => "stopped",
                Outcome::Failed(_) => "failed",
            },
            "model": ended.model,
        }),
        Event::Preparing(_) | Event::Paused(_) => return None,
    })
}

fn started_json(started: &Started) -> Value {
    json!({
        "event": "started",
        "run": started.run,
        "device": started.device,
        "data": started.data,
        "pictures": started.pictures,
        "total_steps": started.total_steps,
        "parameters_g": started.parameters.0,
        "parameters_d": started.parameters.1,
        "config": started.config,
    })
}

fn step_json(record: &StepRecord) -> Value {
    json!({
        "event": "step",
        "step": record.step,
        "images": record.images,
        "loss_d": record.loss_d,
        "loss_g": record.loss_g,
        "d_real": record.d_real,
        "d_fake": record.d_fake,
        "d_fake_after": record.d_fake_after,
        "images_per_s": record.images_per_s,
    })
}
