//! Settings, wall, curves.

pub mod action;
pub mod adjustments;
mod apply;
mod charts;
mod checkpoints;
pub mod curves;
mod ended;
mod events;
mod fields;
mod foot;
mod fork_question;
mod learning;
pub mod parent;
mod plots;
pub mod run_list;
mod runs;
mod settings;
pub mod shortcuts;
pub mod state;
pub mod timeline;

pub use fork_question::dialog as fork_question;
pub use settings::obstacle;
mod wall;
mod wall_face;
mod wall_picture;

use egui::{Id, Ui, UiBuilder};

use super::layout::{Part, three_parts};
use crate::readable;
use crate::session::RunState;
use crate::ui::action::Action;
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme;
use crate::ui::train::action::TrainAction;
use crate::ui::train::state::TrainScreen;
use crate::ui::widgets::{Button, Icon, empty_state, note, progress};

pub fn show(ui: &mut Ui, state: &mut TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    state.look.close = None;
    three_parts(
        ui,
        ("settings", 272.0),
        ("curves", 392.0),
        |ui, part| match part {
            Part::Left => settings::show(ui, shared, actions),
            Part::Right => charts::show(ui, state, shared, actions),
            Part::Centre => centre(ui, state, shared, actions),
        },
    );
}

fn centre(ui: &mut Ui, state: &mut TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let session = shared.session;
    let has_wall = state.wall_on_show(session).count() > 0;
    let is_empty = !has_wall && !session.state.is_active();
    if state.listing || (is_empty && state.runs.are_there()) {
        runs::show(ui, state, shared, actions);
        return;
    }
    if has_wall {
        ended::show(ui, shared, actions);
        // Its controls are the same with and without what stands above.
        let place = UiBuilder::new().scope_id(Id::unique("wall of the run"));
        ui.scope_builder(place, |ui| wall::show(ui, state, shared, actions));
        return;
    }
    match session.state {
        RunState::Idle | RunState::Ended => {
            let hint = "Sixty-four faces will appear here, made from the same random numbers every time, so that you see each of them take shape as the network learns.";
            empty_state(ui, "No faces yet", hint, |ui| {
                let obstacle = shared.obstacle.clone();
                let start = Button::new("Start training").icon(Icon::Play).primary();
                let start = start.command(Command::Start);
                if ui.add_enabled(obstacle.is_none(), start).clicked() {
                    actions.push(Action::Train(TrainAction::Start));
                }
                if obstacle.is_some() {
                    ui.add_space(theme::GAP);
                    note(ui, "One of the settings on the left cannot work yet.");
                }
            });
        }
        _ => {
            let (title, hint) = waiting(shared);
            empty_state(ui, title, &hint, |ui| match &session.preparing {
                Some(preparing) => {
                    let share = preparing.ready as f32 / preparing.total.max(1) as f32;
                    progress(ui, "Pictures ready", share, 240.0);
                }
                None => {
                    ui.spinner();
                }
            });
        }
    }
}

/// What is being waited for: in two words, and in full.
fn waiting(shared: &Shared<'_>) -> (&'static str, String) {
    let session = shared.session;
    if session.asked || session.started.is_none() {
        return (
            "Getting ready",
            "Checking the settings and the device.".to_owned(),
        );
    }
    match &session.preparing {
        Some(preparing) => {
            let of = format!(
                "{} of {}",
                readable::count(preparing.ready as u64),
                readable::count(preparing.total as u64)
            );
            let skipped = match preparing.skipped {
                0 => String::new(),
                skipped => format!(", {} skipped", readable::count(skipped as u64)),
            };
            (
                "Preparing pictures",
                format!("{of} ready{skipped}. Training begins as soon as there are enough."),
            )
        }
        None => (
            "The first faces are on their way",
            "They are drawn after the first steps.".to_owned(),
        ),
    }
}
