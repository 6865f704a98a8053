//! Keys that work everywhere in the window.

use crate::ui::action::Action;
use crate::ui::action::FrameAction;
use crate::ui::action::Screen;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::state::ExploreState;
use crate::ui::shared::Shared;
use crate::ui::train::action::TrainAction;
use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

use crate::session::{Move, RunState, Term};

use crate::ui::explore::name_field;
use crate::ui::train::curves::Look;

const COMMAND_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// Whether a text is being typed, or will be with the next letter.
fn is_typing(ctx: &Context) -> bool {
    let name = ctx.memory(|memory| memory.has_focus(name_field()));
    name || ctx.text_edit_focused()
}

/// What a key does once, it does not do again for as long as it is held: only movements go on.
pub fn hold_still(ctx: &Context) {
    if is_typing(ctx) {
        return;
    }
    ctx.input_mut(|input| {
        input.events.retain(|event| match event {
            Event::Key {
                key,
                pressed: true,
                repeat: true,
                modifiers,
                ..
            } => is_movement(*key, *modifiers),
            _ => true,
        });
    });
}

/// Along a rail, through the controls, through a list, through what was done.
fn is_movement(key: Key, modifiers: Modifiers) -> bool {
    match key {
        Key::ArrowLeft | Key::ArrowRight | Key::ArrowUp | Key::ArrowDown => true,
        Key::Tab | Key::PageUp | Key::PageDown | Key::Plus | Key::Equals | Key::Minus => true,
        Key::Z | Key::Y => modifiers.command,
        _ => false,
    }
}

/// What the keys of this frame mean. Nothing while a text is being typed or a question is open.
pub fn read(ctx: &Context, state: &ExploreState, look: Look, shared: &Shared<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    if is_typing(ctx) {
        return actions;
    }
    let mut on = |modifiers: Modifiers, key: Key, action: Action| {
        let shortcut = KeyboardShortcut::new(modifiers, key);
        if ctx.input_mut(|input| input.consume_shortcut(&shortcut)) {
            actions.push(action);
        }
    };
    on(
        Modifiers::COMMAND,
        Key::Num1,
        Action::Frame(FrameAction::Show(Screen::Data)),
    );
    on(
        Modifiers::COMMAND,
        Key::Num2,
        Action::Frame(FrameAction::Show(Screen::Train)),
    );
    on(
        Modifiers::COMMAND,
        Key::Num3,
        Action::Frame(FrameAction::Show(Screen::Explore)),
    );
    on(Modifiers::SHIFT, Key::F5, Action::Train(TrainAction::Stop));
    if shared.session.state == RunState::Paused {
        on(
            Modifiers::SHIFT,
            Key::F10,
            Action::Train(TrainAction::StepHalf),
        );
        on(
            Modifiers::NONE,
            Key::F10,
            Action::Train(TrainAction::StepOnce),
        );
    }
    if let Some(action) = start_or_pause(shared.session.state) {
        on(Modifiers::NONE, Key::F5, action);
    }
    if shared.screen == Screen::Train {
        let log = Action::Train(TrainAction::Curves(Look {
            log: !look.log,
            ..look
        }));
        on(Modifiers::NONE, Key::L, log);
        on(
            Modifiers::NONE,
            Key::Plus,
            Action::Train(TrainAction::ZoomCurves(true)),
        );
        on(
            Modifiers::NONE,
            Key::Minus,
            Action::Train(TrainAction::ZoomCurves(false)),
        );
    }
    if shared.screen == Screen::Explore {
        // With Shift first: the shorter shortcut would match too.
        on(COMMAND_SHIFT, Key::Z, Action::Explore(ExploreAction::Redo));
        on(
            Modifiers::COMMAND,
            Key::Z,
            Action::Explore(ExploreAction::Undo),
        );
        on(
            Modifiers::COMMAND,
            Key::Y,
            Action::Explore(ExploreAction::Redo),
        );
        explore(state, &mut on);
        on(
            Modifiers::NONE,
            Key::R,
            Action::Explore(ExploreAction::NewWall),
        );
        on(Modifiers::NONE, Key::N, Action::moved(Move::Random, None));
        on(Modifiers::NONE, Key::A, Action::moved(Move::SetA, None));
        on(Modifiers::NONE, Key::B, Action::moved(Move::SetB, None));
    }
    actions
}

/// What is done with the current face. With Shift first: the shorter shortcut would match too.
fn explore(state: &ExploreState, on: &mut impl FnMut(Modifiers, Key, Action)) {
    let Some(explored) = state.explored() else {
        return;
    };
    let current = || explored.pose().current.clone();
    for (key, term) in [(Key::A, Term::A), (Key::B, Term::B), (Key::C, Term::C)] {
        let add = Action::moved(Move::Add(term, current()), None);
        on(Modifiers::SHIFT, key, add);
    }
    let corners = [Key::Num1, Key::Num2, Key::Num3, Key::Num4];
    for (place, key) in corners.into_iter().enumerate() {
        let put = Action::moved(Move::Corner(place, current()), None);
        on(Modifiers::NONE, key, put);
    }
    on(
        Modifiers::NONE,
        Key::K,
        Action::Explore(ExploreAction::Keep(current())),
    );
    on(
        Modifiers::NONE,
        Key::M,
        Action::Explore(ExploreAction::MoreLike(current())),
    );
    on(
        Modifiers::NONE,
        Key::P,
        Action::Train(TrainAction::Pin(current())),
    );
    let difference = !state.controls.difference;
    on(
        Modifiers::NONE,
        Key::D,
        Action::Explore(ExploreAction::Difference(difference)),
    );
}

/// What the one big button does in this state.
pub fn start_or_pause(state: RunState) -> Option<Action> {
    match state {
        RunState::Idle | RunState::Ended => Some(Action::Train(TrainAction::Start)),
        RunState::Preparing | RunState::Running => Some(Action::Train(TrainAction::Pause)),
        RunState::Paused => Some(Action::Train(TrainAction::Resume)),
        RunState::Stopping => None,
    }
}
