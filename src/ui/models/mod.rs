//! The models that are there, as living pictures; and the menu at the model's name.

pub mod action;
mod apply;
mod card;
mod grid;
mod keys;
pub mod pair;
mod row;
pub mod state;
pub mod switcher;
mod thumbs;

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

use super::theme::{self, palette};
pub use keys::of_models;

use crate::ui::action::Action;
use crate::ui::shared::Shared;

/// Width of the card.
const CARD: f32 = 336.0;

pub fn show(ui: &mut Ui, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let margin = theme::panel_margin();
    let panel = Frame::new().fill(palette(ui).panel).inner_margin(margin);
    let narrow = ui.available_width() < 1100.0;
    Panel::right("model card")
        .exact_size(if narrow { 0.85 * CARD } else { CARD })
        .resizable(false)
        .frame(panel)
        .show(ui, |ui| match &shared.models.pair {
            Some(pair) => pair::view::beside(ui, pair, actions),
            None => card::show(ui, shared, actions),
        });
    let ground = panel.fill(palette(ui).ground).inner_margin(Margin {
        right: 4,
        bottom: 0,
        ..margin
    });
    CentralPanel::default()
        .frame(ground)
        .show(ui, |ui| match &shared.models.pair {
            Some(pair) => pair::view::show(ui, pair, shared, actions),
            None => grid::show(ui, shared, actions),
        });
}
