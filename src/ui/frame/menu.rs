//! The menu of the program, at the right end of the top bar.

use egui::{Popup, Ui};

use super::commands::Command;
use crate::ui::action::{Action, FrameAction, FrameSheet};
use crate::ui::widgets::{Button, Icon};

pub fn show(ui: &mut Ui, actions: &mut Vec<Action>) {
    let button = Button::icon_only(Icon::Menu, "Menu");
    let response = ui.add(button.tip("Help, and what this program and this machine are."));
    Popup::menu(&response).show(|ui| {
        ui.set_min_width(200.0);
        let sheet = |sheet| Action::Frame(FrameAction::Sheet(Some(sheet)));
        let help = egui::Button::new(Command::Help.name()).shortcut_text(Command::Help.key());
        if ui.add(help).on_hover_text(Command::Help.tip()).clicked() {
            actions.push(sheet(FrameSheet::Help));
        }
        let about =
            "Version, libraries and their licences, folders, and what this machine computes with.";
        if ui.button("About Morphogan").on_hover_text(about).clicked() {
            actions.push(sheet(FrameSheet::About));
        }
    });
}
