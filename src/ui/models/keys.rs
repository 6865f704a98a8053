//! What the keys of the Models screen mean as things stand.

use egui::Context;

use super::pair::action::{Mode, PairAction};
use crate::ui::action::Action;
use crate::ui::frame::commands::Command;
use crate::ui::models::action::ModelsAction;
use crate::ui::models::state::ModelsState;
use crate::ui::widgets::space_is_free;

pub fn of_models(ctx: &Context, command: Command, models: &ModelsState) -> Option<Action> {
    let action = match (&models.pair, command) {
        (None, Command::CompareModels) if models.selected.is_some() => {
            PairAction::Open(Mode::Split)
        }
        (None, Command::BlendModels) if models.selected.is_some() => PairAction::Open(Mode::Blend),
        (Some(_), Command::CompareModels) => PairAction::Mode(Mode::Split),
        (Some(_), Command::BlendModels) => PairAction::Mode(Mode::Blend),
        (Some(_), Command::NewLatents) => PairAction::NewLatents,
        (Some(_), Command::LeavePair) => PairAction::Close,
        (Some(pair), Command::Blink) if pair.mode == Mode::Blink && space_is_free(ctx) => {
            PairAction::Flip
        }
        _ => return None,
    };
    Some(Action::Models(ModelsAction::Pair(action)))
}
