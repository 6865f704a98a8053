//! What a person wants. Panels only say it; [`super::App::apply`] hands it to whose it is.

use std::path::PathBuf;

use crate::config::TrainConfig;
use crate::session::Move;
use crate::ui::animate::action::AnimateAction;
use crate::ui::data::action::DataAction;
use crate::ui::explore::action::ExploreAction;
use crate::ui::gestures::Control;
use crate::ui::models::action::ModelsAction;
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::saved_file::FileChoice;
use crate::worker::jobs::dialog::Pick;

/// A place of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Screen {
    /// Where the pictures come from.
    Data,
    /// Settings, wall, curves.
    Train,
    /// The latent space.
    Explore,
    /// Faces in time.
    Animate,
    /// The models that are there.
    Models,
}

/// What a person wants, by who does it.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The window around the screens.
    Frame(FrameAction),
    /// The Data screen.
    Data(DataAction),
    /// The Train screen, and the run.
    Train(TrainAction),
    /// The Explore screen.
    Explore(ExploreAction),
    /// The Animate screen.
    Animate(AnimateAction),
    /// The Models screen, and the menu at the model's name.
    Models(ModelsAction),
}

impl Action {
    /// A movement in the latent space; those with the same number in one drag are one step of undo.
    pub fn moved(way: Move, gesture: Option<Control>) -> Self {
        Self::Explore(ExploreAction::Move(way, gesture))
    }
}

/// Something to try in the first minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Drag a direction.
    Drag,
    /// Keep a face.
    Keep,
    /// Train a network.
    Train,
}

/// Something that stands before the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameSheet {
    /// All keys.
    Help,
    /// The program, its libraries, and this machine.
    About,
    /// What was told.
    Notices,
    /// Files, where the system has no dialog for them.
    Browser,
}

/// What a person wants of the window around the screens.
#[derive(Clone, Debug, PartialEq)]
pub enum FrameAction {
    /// Go to a place.
    Show(Screen),
    /// Another theme.
    Dark(bool),
    /// Other settings for the next run, which all screens show.
    Configure(Box<TrainConfig>),
    /// Ask the system for a path.
    Browse(Pick),
    /// Ask for a path without the system.
    BrowseHere(Pick),
    /// Look at the folder of this file without the system.
    ShowHere(PathBuf),
    /// This path was chosen.
    Picked(Pick, PathBuf),
    /// Put a notice away.
    Dismiss(u64),
    /// A notice was on show long enough.
    Expire(u64),
    /// Forget all notices.
    ForgetNotices,
    /// Do not show a hint any more.
    HintDone(Hint),
    /// Close, after saving.
    SaveAndClose,
    /// Do not close.
    KeepOpen,
    /// Put a text on the clipboard.
    Copy(String),
    /// Something with a file that was written.
    WithFile(FileChoice, PathBuf),
    /// Put something before the screens, or take it away.
    Sheet(Option<FrameSheet>),
    /// Open a folder in the system's file manager.
    OpenFolder(PathBuf),
}
