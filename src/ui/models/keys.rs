//! What the keys of the Models screen mean as things stand.

use egui::Context;

use super::pair::action::{Mode, PairAction};
use crate::ui::action::Action;
use crate::ui::frame::commands::Command;
use crate::ui::models::action::ModelsAction;
use crate::ui::models::state::ModelsState;
use crate::ui::widgets::space_is_free;

pub fn of_models(ctx: &Context, command: Command, models: &ModelsState) -> Option<Action> {
    let selected = || models.list.at(models.selected.as_ref()?);
    let is_there = || selected().is_some_and(|model| !model.is_missing);
    let action = match (&models.pair, command) {
        (None, Command::CompareModels) if is_there() => PairAction::Open(Mode::Split),
        (None, Command::BlendModels) if is_there() => PairAction::Open(Mode::Blend),
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
