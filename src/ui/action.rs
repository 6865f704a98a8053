//! What a person wants. Panels only say it; [`super::App::apply`] does it.

use std::path::PathBuf;

use super::data::DataAction;
use super::explore::ExploreAction;
use super::explore::export::ExportForm;
use super::train::curves::Look;
use crate::config::{LiveConfig, TrainConfig};
use crate::latent::Latent;
use crate::session::Move;
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
}

/// One action.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Go to a place.
    Show(Screen),
    /// Another theme.
    Dark(bool),
    /// Start a run with the present settings.
    Start,
    /// Hold the run.
    Pause,
    /// Let it go on.
    Resume,
    /// Save and end the run.
    Stop,
    /// Write the model now.
    Save,
    /// Other settings for the next run.
    Configure(Box<TrainConfig>),
    /// Other live settings, from the next step on.
    Adjust(LiveConfig),
    /// While paused: one step.
    StepOnce,
    /// While paused: the next half of a step.
    StepHalf,
    /// Go back to the best checkpoint of the run; whether with lower learning rates.
    RollBack(bool),
    /// Show the sample wall that is nearest to this step; `None`: the newest.
    LookBack(Option<u64>),
    /// Play the kept walls from where they stand.
    PlayWalls(bool),
    /// Show the list of earlier runs in place of the wall, or the wall again.
    ListRuns(bool),
    /// Go on with the run in this folder.
    GoOn(PathBuf),
    /// Start a new run with the present live settings from the newest checkpoint of this folder's.
    Fork(PathBuf),
    /// The same, but learning from the pictures of the Data screen.
    ForkWithPictures(PathBuf),
    /// Something of the Data screen.
    Data(DataAction),
    /// Draw the curves in another way.
    Curves(Look),
    /// Show fewer steps of the curves, or all of them.
    ZoomCurves(bool),
    /// The path that stands in the field for the curves.
    CurvesPath(String),
    /// Write the curves to a file with this ending: `png` or `csv`.
    SaveCurves(&'static str),
    /// Move in the latent space; those with the same number in one drag are one step of undo.
    Explore(Move, Option<u64>),
    /// Other random faces to choose from.
    NewWall,
    /// One step back.
    Undo,
    /// One step forth.
    Redo,
    /// Let this face stand first on the training wall, or no longer.
    Pin(Latent),
    /// Let none of them stand first.
    UnpinAll,
    /// Something else of the Explore screen, no step of undo.
    Look(ExploreAction),
    /// Show the run's faces again.
    UseLive,
    /// The path that stands in the field for a model.
    ModelPath(String),
    /// Show the model that comes with the program.
    OpenShipped,
    /// Read a model file.
    OpenModel(PathBuf),
    /// Ask the system for a path.
    Browse(Pick),
    /// Other settings of the animation.
    Export(ExportForm),
    /// Write the animation.
    StartExport,
    /// Do not.
    CancelExport,
    /// Put a notice away.
    Dismiss(u64),
    /// Close, after saving.
    SaveAndClose,
    /// Do not close.
    KeepOpen,
    /// Put a text on the clipboard.
    Copy(String),
}
