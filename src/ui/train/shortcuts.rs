//! What the keys of the Train screen's walls, curves and events do.

use egui::{Context, KeyboardShortcut};

use crate::session::RunState;
use crate::ui::action::Action;
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::{arrows_are_free, space_is_free};

/// What a command does as things stand; `None` where that is nothing. `events`: whether they are listed.
pub fn action_of(
    ctx: &Context,
    command: Command,
    shortcut: &KeyboardShortcut,
    events: bool,
    shared: &Shared<'_>,
) -> Option<Action> {
    let session = shared.session;
    let has_walls = session.evaluations.walls().len() > 1;
    let can_step = has_walls && arrows_are_free(ctx);
    Some(Action::Train(match command {
        Command::StepWall if can_step => {
            TrainAction::StepWall(if command.is_first(shortcut) { -1 } else { 1 })
        }
        Command::FirstWall if can_step => TrainAction::FirstWall,
        Command::NewestWall if can_step => TrainAction::LookBack(None),
        Command::PlayWalls if has_walls && space_is_free(ctx) => TrainAction::PlayOrHoldWalls,
        // A key is pressed by mistake sooner than a button.
        Command::ForkHere if session.state == RunState::Stopping => return None,
        Command::ForkHere if session.state.is_active() => TrainAction::AskFork(true),
        Command::ForkHere if session.last.is_some() => TrainAction::ForkHere,
        Command::ListEvents => TrainAction::ListEvents(!events),
        _ => return None,
    }))
}
