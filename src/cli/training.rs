//! A training run in the terminal, to its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::terminal::ProgressLine;
use crate::notice::Notice;
use crate::worker::Waker;
use crate::worker::train::{Command, Event, Plan, RunEnd, Trainer};

/// Runs a training to its end; `show` gets each event and says whether to go on. Ctrl-C stops
/// cleanly and saves; a second one leaves at once.
pub fn follow(
    plan: impl Into<Plan>,
    mut show: impl FnMut(&Event, &mut ProgressLine) -> bool,
) -> RunEnd {
    let interrupted = Arc::new(AtomicBool::new(false));
    let shared = Arc::clone(&interrupted);
    // The handler can be set once a process; a second run in it keeps the first one.
    let _ = ctrlc::set_handler(move || {
        if shared.swap(true, Ordering::AcqRel) {
            std::process::exit(130);
        }
    });
    let trainer = Trainer::start(plan, Waker::none());
    let mut line = ProgressLine::default();
    let mut stopping = false;
    loop {
        let event = trainer.event_within(Duration::from_millis(100));
        if let Some(event) = event.map(|event| event.worded(Notice::in_terminal)) {
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
