//! The field for a name that is being typed in place.

use super::tip::Tip;
use egui::{Id, TextEdit, Ui, vec2};

use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::theme;

/// The field; there is one at a time.
pub fn name_field() -> Id {
    Id::unique("name that is being typed")
}

/// What came of it in this frame.
pub enum Typed {
    Nothing,
    /// The text is another one.
    Changed(String),
    /// It is done: with the new name, or the old one stays.
    Done(Option<String>),
    /// It is done, and the field was left empty.
    Emptied,
}

/// The field for a name called `label` that reads `text`.
pub fn typed_name(ui: &mut Ui, text: &str, label: &str) -> Typed {
    let mut name = text.to_owned();
    let field = TextEdit::singleline(&mut name)
        .id(name_field())
        .align(egui::Align2::LEFT_CENTER);
    let width = ui.available_width().min(160.0);
    let response = ui.add_sized(vec2(width, theme::CONTROL_SMALL), field);
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_label(label));
    let response = response.tip(with_keys(label, &[Place::Name]));
    if !response.has_focus() && !response.lost_focus() {
        response.request_focus();
    }
    if response.lost_focus() {
        let given_up = Command::KeepOldName.pressed(ui);
        let name = name.trim().to_owned();
        return match (given_up, name.is_empty()) {
            (false, true) => Typed::Emptied,
            _ => Typed::Done((!given_up).then_some(name)),
        };
    }
    if response.changed() {
        return Typed::Changed(name);
    }
    Typed::Nothing
}
