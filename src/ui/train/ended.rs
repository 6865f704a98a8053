//! A run that is over: what came of it, and what can be done next.

use std::path::Path;

use egui::{Frame, RichText, Ui};

use crate::readable;
use crate::session::{RunState, Session};
use crate::ui::action::Action;
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::{Button, Icon};
use crate::worker::train::Outcome;

/// Narrower than this the buttons stand on a line of their own.
const NARROW: f32 = 430.0;

/// Draws it where the run on show is over.
pub fn show(ui: &mut Ui, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let session = shared.session;
    let over = session.state == RunState::Ended && !session.asked;
    let Some(started) = session.started.as_ref().filter(|_| over) else {
        return;
    };
    let frame = Frame::new()
        .fill(palette(ui).panel)
        .corner_radius(theme::RADIUS)
        .inner_margin(theme::GAP);
    frame.show(ui, |ui| {
        let text = RichText::new(outcome(session)).font(theme::heading());
        if ui.available_width() < NARROW {
            ui.label(text);
            ui.horizontal(|ui| choices(ui, shared, &started.run, actions));
        } else {
            ui.horizontal(|ui| {
                ui.label(text);
                choices(ui, shared, &started.run, actions);
            });
        }
    });
    ui.add_space(theme::GAP);
}

fn choices(ui: &mut Ui, shared: &Shared<'_>, run: &Path, actions: &mut Vec<Action>) {
    let session = shared.session;
    let run = || run.to_owned();
    let all = session
        .started
        .as_ref()
        .and_then(|started| started.total_steps);
    let step = session.last.map(|last| last.step);
    let is_complete = match session.outcome {
        Some(Outcome::Completed) => true,
        Some(Outcome::Stopped) => all.is_some() && step >= all,
        _ => false,
    };
    let button = Button::new("Resume").name("Resume this run").small();
    let tip = match is_complete {
        true => "It has done all its steps: fork it to train on.",
        false => "Train on where it ended, with all its settings.",
    };
    let saved = session.saved.is_some();
    if ui
        .add_enabled(!is_complete && saved, button.tip(tip))
        .clicked()
    {
        does(actions, TrainAction::ResumeRun(run()));
    }
    let button = Button::new("Fork").name("Fork this run").small();
    let tip = "Start a new run where this one ended, with the learning settings on the left; this one stays as it is.";
    if ui.add_enabled(saved, button.tip(tip)).clicked() {
        does(actions, TrainAction::Fork(run()));
    }
    let button = Button::new("Report").name("Report of this run").small();
    let tip =
        "Write a page with its settings, curves, walls and events into its folder, and open it.";
    if ui
        .add_enabled(session.last.is_some(), button.tip(tip))
        .clicked()
    {
        does(actions, TrainAction::ReportRun(run()));
    }
    let button = Button::new("New run").icon(Icon::Play).small();
    let button = button.command(Command::Start);
    if ui.add_enabled(shared.obstacle.is_none(), button).clicked() {
        does(actions, TrainAction::Start);
    }
}

fn does(actions: &mut Vec<Action>, action: TrainAction) {
    actions.push(Action::Train(action));
}

/// How it ended, in a few words.
fn outcome(session: &Session) -> String {
    let step = session.last.map_or(0, |last| last.step);
    let step = readable::count(step);
    match session.outcome {
        Some(Outcome::Completed) => format!("Complete at step {step}"),
        Some(Outcome::Failed(_)) => format!("Failed at step {step}"),
        Some(Outcome::Stopped) | None => format!("Stopped at step {step}"),
    }
}
