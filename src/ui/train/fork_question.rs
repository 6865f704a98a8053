//! Asks before a run that goes on ends for a fork.

use egui::{Id, Modal, RichText, Ui};

use crate::readable;
use crate::ui::action::Action;
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::train::state::TrainScreen;
use crate::ui::widgets::Button;

/// The question, where it is asked.
pub fn dialog(ui: &Ui, state: &TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    if !state.asks_fork {
        return;
    }
    let mut does = |action| actions.push(Action::Train(action));
    let session = shared.session;
    let point = state.fork_point(session);
    let Some((step, _)) = point.filter(|_| session.state.is_active()) else {
        // It ended by itself, or has nothing to begin at.
        return does(TrainAction::AskFork(false));
    };
    let modal = Modal::new(Id::unique("fork")).show(ui.ctx(), |ui| {
        ui.set_width(380.0);
        ui.add_space(theme::TIGHT);
        let title = format!("Fork from step {}?", readable::count(step));
        ui.label(RichText::new(title).font(theme::title()));
        ui.add_space(theme::TIGHT);
        let text = "The run that is going on is saved and ends; a new one starts at that checkpoint. The old one can be resumed later.";
        ui.label(RichText::new(text).color(palette(ui).muted));
        ui.add_space(theme::WIDE);
        ui.horizontal(|ui| {
            let fork = Button::new("End the run and fork").primary();
            let fork = ui.add(fork.tip("Save and end this run, and start the new one."));
            if fork.clicked() {
                does(TrainAction::ForkHere);
            }
            let stay = ui.add(Button::of(Command::KeepTraining).cap());
            if ui.memory(|memory| memory.focused().is_none()) {
                stay.request_focus();
            }
            if stay.clicked() {
                does(TrainAction::AskFork(false));
            }
        });
    });
    if modal.should_close() {
        does(TrainAction::AskFork(false));
    }
}
