//! What the parts of two models beside each other have in common.

use egui::{Align, Layout, Ui};

use super::Pair;
use super::action::PairAction;
use crate::ui::action::Action;
use crate::ui::models::action::ModelsAction;
use crate::ui::widgets::note;

pub fn asked(action: PairAction) -> Action {
    Action::Models(ModelsAction::Pair(action))
}

/// A line that is only there while something is read.
pub fn reading(ui: &mut Ui, pair: &Pair) {
    if !pair.is_settled() {
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.spinner();
            note(ui, "Drawing…");
        });
    }
}
