//! `morphogan train`: a run without a window.

mod arguments;
mod given;
mod json;
mod plan;

pub use arguments::Arguments;

use super::{output, training};
use crate::notice::Notice;
use crate::worker::train::Outcome;

/// Trains until the end or Ctrl-C.
pub fn run(arguments: Arguments) -> Result<(), Notice> {
    let json = arguments.json;
    let plan = plan::plan(arguments)?;
    let ended = training::follow(plan, |event, line| {
        if json {
            json::line(event).iter().for_each(output::json);
            return output::is_open();
        }
        line.show(event);
        true
    });
    match ended.outcome {
        Outcome::Failed(notice) => Err(notice),
        _ => Ok(()),
    }
}
