//! Closing the window while a run is going on.

use egui::{Context, Id, Modal, RichText, Ui, ViewportCommand};

use crate::session::{RunState, Session};
use crate::ui::action::{Action, FrameAction};
use crate::ui::frame::commands::Command;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::Button;
use crate::worker::train::Outcome;

/// Where the closing of the window is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CloseState {
    /// Nobody wants to close.
    #[default]
    No,
    /// The question is on show.
    Asking,
    /// The run saves; then the window closes.
    Saving,
}

impl CloseState {
    /// Holds the window open while a run is going on, and closes it when the run has saved.
    pub fn follow(&mut self, ctx: &Context, session: &Session) {
        let active = session.state.is_active();
        if ctx.input(|input| input.viewport().close_requested()) && active {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            if *self == Self::No {
                *self = Self::Asking;
            }
        }
        if *self == Self::Asking && !active {
            // The run ended by itself while the question was on show: it has saved.
            *self = Self::Saving;
        }
        if *self == Self::Saving && session.state == RunState::Ended {
            if matches!(session.outcome, Some(Outcome::Failed(_))) {
                // Saving may be what failed: the person must see why before all is gone.
                *self = Self::No;
            } else {
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
        }
    }
}

/// The question, and then the wait.
pub fn dialog(ui: &Ui, closing: CloseState, actions: &mut Vec<Action>) {
    if closing == CloseState::No {
        return;
    }
    let modal = Modal::new(Id::unique("closing")).show(ui.ctx(), |ui| {
        ui.set_width(360.0);
        ui.add_space(theme::TIGHT);
        if closing == CloseState::Saving {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label("Saving… the window closes when the model is written.");
            });
            return;
        }
        ui.label(RichText::new("Training is running").font(theme::title()));
        ui.add_space(theme::TIGHT);
        let text =
            "The run stops after the present step and writes its model before the window closes.";
        ui.label(RichText::new(text).color(palette(ui).muted));
        ui.add_space(theme::WIDE);
        ui.horizontal(|ui| {
            let save = Button::new("Save and close").primary();
            let save = ui.add(save.tip("Stop the run, write the model, close the window."));
            if ui.memory(|memory| memory.focused().is_none()) {
                save.request_focus();
            }
            if save.clicked() {
                actions.push(Action::Frame(FrameAction::SaveAndClose));
            }
            let keep = Button::of(Command::KeepTraining).cap();
            if ui.add(keep).clicked() {
                actions.push(Action::Frame(FrameAction::KeepOpen));
            }
        });
    });
    if closing == CloseState::Asking && modal.should_close() {
        actions.push(Action::Frame(FrameAction::KeepOpen));
    }
}
