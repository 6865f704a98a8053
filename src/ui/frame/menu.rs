//! The menu of the program, at the right end of the top bar.

use egui::{Popup, Ui};

use super::commands::Command;
use crate::ui::action::{Action, FrameAction, FrameSheet, Screen};
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::{Button, Icon, Tip};

pub fn show(ui: &mut Ui, actions: &mut Vec<Action>) {
    let button = Button::icon_only(Icon::Menu, "Menu");
    let response = ui.add(button.tip("Help, and what this program and this machine are."));
    Popup::menu(&response).show(|ui| {
        ui.set_min_width(200.0);
        let sheet = |sheet| Action::Frame(FrameAction::Sheet(Some(sheet)));
        let help = egui::Button::new(Command::Help.name()).shortcut_text(Command::Help.key());
        let response = ui.add(help);
        // Its key is no part of its name.
        ui.ctx()
            .accesskit_node_builder(response.id, |node| node.set_label(Command::Help.name()));
        if response.tip(Command::Help.tip()).clicked() {
            actions.push(sheet(FrameSheet::Help));
            ui.close();
        }
        let about = "Resume, fork, rename or remove a run.";
        if ui.button("Earlier runs").tip(about).clicked() {
            actions.push(Action::Frame(FrameAction::Show(Screen::Train)));
            actions.push(Action::Train(TrainAction::ListRuns(true)));
            ui.close();
        }
        let about =
            "Version, libraries and their licences, folders, and what this machine computes with.";
        if ui.button("About Morphogan").tip(about).clicked() {
            actions.push(sheet(FrameSheet::About));
            ui.close();
        }
    });
}
