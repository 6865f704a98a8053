//! What the system writes above the window: the run, its step, what it does.

use egui::{Context, ViewportCommand};

use crate::readable;
use crate::session::{RunState, Session};

/// Seconds between two steps that are written there.
const PACE: f64 = 1.0;

/// The title as it was set last, and when.
#[derive(Default)]
pub struct Title {
    shown: String,
    at: f64,
}

impl Title {
    /// Before every frame: sets the title where it is another one.
    pub fn follow(&mut self, session: &Session, ctx: &Context) {
        let title = title(session);
        let now = ctx.input(|input| input.time);
        let is_counting = session.state == RunState::Running;
        if title == self.shown || (is_counting && now - self.at < PACE) {
            return;
        }
        // The window opens with the plain name.
        if !(self.shown.is_empty() && title == PROGRAM) {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
        }
        (self.shown, self.at) = (title, now);
    }
}

const PROGRAM: &str = "Morphogan";

fn title(session: &Session) -> String {
    let started = session.started.as_ref();
    let Some(name) = started.and_then(|started| started.run.file_name()) else {
        return PROGRAM.to_owned();
    };
    let name = name.to_string_lossy();
    let state = match session.state {
        RunState::Idle => return PROGRAM.to_owned(),
        RunState::Preparing => "getting ready",
        RunState::Running => "training",
        RunState::Paused => "paused",
        RunState::Stopping => "saving",
        RunState::Ended => "ended",
    };
    match session.last.filter(|_| !session.asked) {
        Some(last) => {
            let step = readable::count(last.step);
            format!("{name} · step {step} · {state} – {PROGRAM}")
        }
        None => format!("{name} · {state} – {PROGRAM}"),
    }
}
