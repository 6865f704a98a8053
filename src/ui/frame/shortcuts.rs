//! Keys that work everywhere in the window.

use egui::{Context, Event, KeyboardShortcut};

use super::commands::{Command, Place, repeats, shortcuts_on};
use crate::session::{Move, RunState, Term};
use crate::ui::action::{Action, FrameAction, FrameSheet, Screen};
use crate::ui::animate::action::{AnimateAction, Show};
use crate::ui::animate::state::AnimateState;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::large_face;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::stills::action::{StillAction, StillSubject};
use crate::ui::models::action::ModelsAction;
use crate::ui::models::of_models;
use crate::ui::shared::Shared;
use crate::ui::train::action::TrainAction;
use crate::ui::train::curves::CurveStyle;
use crate::ui::train::shortcuts as train;
use crate::ui::widgets::{arrows_are_free, name_field, space_is_free};

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
            } => repeats(*key, *modifiers),
            _ => true,
        });
    });
}

/// Where the keys of a screen work.
pub fn place_of(screen: Screen) -> Place {
    match screen {
        Screen::Data => Place::Data,
        Screen::Train => Place::Train,
        Screen::Explore => Place::Explore,
        Screen::Animate => Place::Animate,
        Screen::Models => Place::Models,
    }
}

/// What the keys of this frame mean. Nothing while a text is being typed or a question is open.
pub fn read(
    ctx: &Context,
    (state, animate): (&ExploreState, &AnimateState),
    (style, events): (CurveStyle, bool),
    shared: &Shared<'_>,
) -> Vec<Action> {
    let mut actions = Vec::new();
    if is_typing(ctx) {
        return actions;
    }
    let place = place_of(shared.screen);
    for (shortcut, command) in shortcuts_on(place) {
        // What does nothing now leaves the key to others.
        let action = action_of(command, state, style, shared)
            .or_else(|| train::action_of(ctx, command, &shortcut, events, shared))
            .or_else(|| large_face::of_keys(command, &shortcut, state))
            .or_else(|| of_animation(ctx, command, &shortcut, (state, animate)))
            .or_else(|| of_models(ctx, command, shared.models));
        if let Some(action) = action
            && (ctx.input_mut(|input| input.consume_shortcut(&shortcut)) || copies(ctx, command))
        {
            actions.push(action);
        }
    }
    actions
}

/// Whether the system says that something is to be copied: it keeps the key to itself.
fn copies(ctx: &Context, command: Command) -> bool {
    let told = |event: &Event| matches!(event, Event::Copy);
    command == Command::CopyPicture && ctx.input(|input| input.events.iter().any(told))
}

/// What a command does as things stand; `None` where that is nothing.
fn action_of(
    command: Command,
    state: &ExploreState,
    style: CurveStyle,
    shared: &Shared<'_>,
) -> Option<Action> {
    let is_paused = shared.session.state == RunState::Paused;
    let current = || Some(state.explored()?.pose().current.clone());
    let added = |term| Some(Action::moved(Move::Add(term, current()?), None));
    let still = |action| Action::Explore(ExploreAction::Still(action));
    let corner = |place| Some(Action::moved(Move::Corner(place, current()?), None));
    Some(match command {
        Command::ShowData => Action::Frame(FrameAction::Show(Screen::Data)),
        Command::ShowTrain => Action::Frame(FrameAction::Show(Screen::Train)),
        Command::ShowExplore => Action::Frame(FrameAction::Show(Screen::Explore)),
        Command::ShowAnimate => Action::Frame(FrameAction::Show(Screen::Animate)),
        Command::Help => Action::Frame(FrameAction::Sheet(Some(FrameSheet::Help))),
        Command::ShowModels => Action::Frame(FrameAction::Show(Screen::Models)),
        Command::SwitchModel => Action::Models(ModelsAction::Switcher(None)),
        // One button in three states: the first of them speaks for all.
        Command::Start => start_or_pause(shared.session.state)?,
        Command::Pause | Command::Resume => return None,
        Command::Stop => Action::Train(TrainAction::Stop),
        Command::StepOnce if is_paused => Action::Train(TrainAction::StepOnce),
        Command::StepHalf if is_paused => Action::Train(TrainAction::StepHalf),
        Command::StepOnce | Command::StepHalf => return None,
        Command::LogScale => Action::Train(TrainAction::Curves(CurveStyle {
            log: !style.log,
            ..style
        })),
        Command::ZoomIn => Action::Train(TrainAction::ZoomCurves(true)),
        Command::ZoomOut => Action::Train(TrainAction::ZoomCurves(false)),
        Command::Undo => Action::Explore(ExploreAction::Undo),
        Command::Redo => Action::Explore(ExploreAction::Redo),
        Command::NewWall => Action::Explore(ExploreAction::NewWall),
        Command::Random => Action::moved(Move::Random, None),
        Command::SetStart => Action::moved(Move::SetA, None),
        Command::SetEnd => Action::moved(Move::SetB, None),
        Command::AddToA => added(Term::A)?,
        Command::AddToB => added(Term::B)?,
        Command::AddToC => added(Term::C)?,
        Command::Corner1 => corner(0)?,
        Command::Corner2 => corner(1)?,
        Command::Corner3 => corner(2)?,
        Command::Corner4 => corner(3)?,
        Command::Walk => {
            state.explored()?;
            Action::Explore(ExploreAction::Walk)
        }
        Command::FullScreenFace => {
            state.explored()?;
            Action::Animate(AnimateAction::FullScreen(Some(Show::Face)))
        }
        Command::SavePicture => still(StillAction::Save(StillSubject::Face(current()?))),
        Command::SavePictureAs => still(StillAction::Ask(StillSubject::Face(current()?))),
        Command::CopyPicture => still(StillAction::Copy(StillSubject::Face(current()?))),
        Command::Keep => Action::Explore(ExploreAction::Keep(current()?)),
        Command::MoreLike => Action::Explore(ExploreAction::MoreLike(current()?)),
        Command::AddToAnimation => Action::Animate(AnimateAction::Add(None, current()?)),
        Command::Pin => Action::Train(TrainAction::Pin(current()?)),
        Command::Difference => {
            Action::Explore(ExploreAction::Difference(!state.controls.difference))
        }
        // Those of the walls and events of the Train screen.
        Command::StepWall | Command::FirstWall | Command::NewestWall => return None,
        Command::PlayWalls | Command::ForkHere | Command::ListEvents => return None,
        // Those of the Animate screen.
        Command::UndoAnimation | Command::RedoAnimation | Command::Play => return None,
        Command::StepFrame | Command::FirstFrame | Command::LastFrame => return None,
        Command::RangeStart | Command::RangeEnd | Command::WholeRange => return None,
        Command::AddKey | Command::SaveAnimation | Command::FullScreen => return None,
        // Those of the large face.
        Command::ZoomFaceIn | Command::ZoomFaceOut | Command::FitFace => return None,
        Command::PanFace | Command::PixelView => return None,
        // For as long as it is held: the toolbar asks for it.
        Command::Compare => return None,
        // The control that has the keyboard asks for these.
        Command::NextControl | Command::EarlierControl | Command::PressControl => return None,
        Command::StepSlider | Command::StepStrip | Command::StepStripFinely => return None,
        Command::StripStart | Command::StripEnd | Command::StripRest => return None,
        Command::ChooseNumber | Command::ChooseRow | Command::StepNumber => return None,
        Command::StepNumberFinely | Command::ZeroNumber | Command::LockNumber => return None,
        Command::MoveOnPad | Command::MoveBrush | Command::MoveBrushFar => return None,
        Command::PaintHere | Command::PickColour | Command::TakeBack => return None,
        Command::MoveHand | Command::MoveHandFar | Command::TakeHold => return None,
        Command::PinHere | Command::KeepHere | Command::FreeAll => return None,
        Command::MoveColour | Command::MoveBox | Command::MoveBoxFar | Command::GrowBox => {
            return None;
        }
        Command::ShrinkBox | Command::FaceMenu | Command::RenameKept => return None,
        Command::RenameKey | Command::DuplicateKey | Command::DeleteKey => return None,
        Command::MoveKey | Command::StepTrack | Command::DropTrackKey => return None,
        Command::LeaveFullScreen | Command::NextMonitor | Command::WalkFull => return None,
        Command::ZoomFullIn | Command::ZoomFullOut | Command::FitFull => return None,
        Command::PanFull => return None,
        Command::RenameModel | Command::RemoveModel => return None,
        // Those of the Models screen.
        Command::CompareModels | Command::BlendModels | Command::NewLatents => return None,
        Command::Blink | Command::LeavePair => return None,
        Command::DeleteKept | Command::TakeOffBoard | Command::Unpin => return None,
        Command::MoveOnWall | Command::PinOnWall => return None,
        Command::AcceptName | Command::KeepOldName | Command::AcceptPath => return None,
        Command::BrowseMove | Command::BrowsePage | Command::BrowseFirst => return None,
        Command::BrowseLast | Command::BrowseOpen | Command::BrowseUp => return None,
        Command::CloseSheet | Command::KeepTraining => return None,
    })
}

/// What a command of the Animate screen does as things stand.
fn of_animation(
    ctx: &Context,
    command: Command,
    shortcut: &KeyboardShortcut,
    (state, animate): (&ExploreState, &AnimateState),
) -> Option<Action> {
    let animation = animate.project.animation();
    let has_frames = || (animation.frames() > 0).then_some(());
    Some(Action::Animate(match command {
        Command::UndoAnimation => AnimateAction::Undo,
        Command::RedoAnimation => AnimateAction::Redo,
        Command::Play if space_is_free(ctx) => {
            has_frames()?;
            AnimateAction::Play(!animate.player.is_playing())
        }
        Command::StepFrame if arrows_are_free(ctx) => {
            has_frames()?;
            AnimateAction::Step(if command.is_first(shortcut) { -1 } else { 1 })
        }
        Command::FirstFrame | Command::LastFrame if !arrows_are_free(ctx) => return None,
        Command::FirstFrame => AnimateAction::Frame(animate.player.range(animation).0),
        Command::LastFrame => AnimateAction::Frame(animate.player.range(animation).1),
        Command::RangeStart => AnimateAction::RangeStart,
        Command::RangeEnd => AnimateAction::RangeEnd,
        Command::WholeRange => AnimateAction::WholeRange,
        Command::AddKey => {
            let current = state.explored()?.pose().current.clone();
            AnimateAction::Add(None, current)
        }
        Command::SaveAnimation => {
            has_frames()?;
            AnimateAction::Save
        }
        Command::FullScreen => {
            has_frames()?;
            AnimateAction::FullScreen(Some(Show::Animation))
        }
        _ => return None,
    }))
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
