//! The animation's file.

use egui::{RichText, Ui};

use super::action::AnimateAction;
use crate::ui::action::{Action, FrameAction};
use crate::ui::animate::state::AnimateState;
use crate::ui::frame::commands::Command;
use crate::ui::theme;
use crate::ui::widgets::{Button, PathField, note, path_field};
use crate::worker::jobs::dialog::Pick;

const WIDE: f32 = 380.0;

pub fn show(ui: &mut Ui, state: &AnimateState, actions: &mut Vec<Action>) {
    ui.set_width(WIDE);
    let has_keys = !state.project.animation().keys.is_empty();
    ui.label(RichText::new("Save the animation").font(theme::heading()));
    ui.add_space(theme::TIGHT);
    let mut path = state.file.target.path.clone();
    let hint = "Path of a .morph.json file";
    match path_field(ui, "File for the animation", hint, &mut path, WIDE) {
        Some(PathField::Browse) => browse(actions, Pick::NewAnimation),
        Some(PathField::Changed) => does(actions, AnimateAction::SavePath(path)),
        Some(PathField::Entered) | None => {}
    }
    ui.add_space(theme::TIGHT);
    let save = Button::of(Command::SaveAnimation).cap();
    if ui.add_enabled(has_keys, save).clicked() {
        does(actions, AnimateAction::Save);
        ui.close();
    }
    ui.add_space(theme::GAP);
    ui.separator();
    ui.label(RichText::new("Open an animation").font(theme::heading()));
    ui.add_space(theme::TIGHT);
    let mut path = state.file.path.clone();
    let field = path_field(ui, "Animation to open", hint, &mut path, WIDE);
    let mut open = false;
    match field {
        Some(PathField::Browse) => browse(actions, Pick::Animation),
        Some(PathField::Changed) => does(actions, AnimateAction::OpenPath(path.clone())),
        Some(PathField::Entered) => open = true,
        None => {}
    }
    ui.add_space(theme::TIGHT);
    let named = !path.trim().is_empty();
    ui.horizontal(|ui| {
        let button = Button::new("Open").name("Open the animation");
        let about = "Read this file. Undo brings the present animation back.";
        open |= ui.add_enabled(named, button.tip(about)).clicked();
        let new = Button::new("New").name("New animation");
        let about = "Begin with no keys. Undo brings the present ones back.";
        if ui.add_enabled(has_keys, new.tip(about)).clicked() {
            does(actions, AnimateAction::New);
            ui.close();
        }
    });
    if open && named {
        does(actions, AnimateAction::Open(path.trim().into()));
        ui.close();
    }
    note(ui, "A file can also be dropped on the window.");
}

fn does(actions: &mut Vec<Action>, action: AnimateAction) {
    actions.push(Action::Animate(action));
}

fn browse(actions: &mut Vec<Action>, what: Pick) {
    actions.push(Action::Frame(FrameAction::Browse(what)));
}
