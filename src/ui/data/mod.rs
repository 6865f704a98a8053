//! Where the pictures come from, and exactly what the network will see of them.

pub mod action;
mod crop;
mod editor;
mod facts;
mod options;
mod scan_state;
mod sheet;
mod square;
pub mod state;

use egui::Ui;

use super::layout::{Part, three_parts};
use crate::ui::action::Action;
use crate::ui::data::state::DataScreen;
use crate::ui::shared::Shared;

pub use crop::boxed;
pub use editor::Grip;
pub use scan_state::Recent;

pub fn show(ui: &mut Ui, state: &mut DataScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    three_parts(
        ui,
        ("source", 280.0),
        ("pictures", 320.0),
        |ui, part| match part {
            Part::Left => options::show(ui, state, shared, actions),
            Part::Right => {
                crop::show(ui, state, shared, actions);
                facts::show(ui, state, shared, actions);
            }
            Part::Centre => sheet::show(ui, state, shared, actions),
        },
    );
}
