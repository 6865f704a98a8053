//! What a person wants of the Train screen.

use std::ops::Range;
use std::path::PathBuf;

use super::curves::CurveStyle;
use crate::config::LiveConfig;
use crate::latent::{Direction, Latent};

/// What a person wants of the Train screen and the run.
#[derive(Clone, Debug, PartialEq)]
pub enum TrainAction {
    /// Start a run with the present settings.
    Start,
    Pause,
    /// Let it go on.
    Resume,
    /// Save and end the run.
    Stop,
    /// Write the model now.
    Save,
    /// Other live settings, from the next step on.
    Adjust(LiveConfig),
    /// While paused: one step.
    StepOnce,
    /// While paused: the next half of a step.
    StepHalf,
    /// Go back to the best checkpoint of the run; whether with lower learning rates.
    RollBack(bool),
    /// Fork the run, which goes bad, from its best weights with the stable preset.
    GoOnStable,
    /// Put the time cursor at this step; `None`: follow the run.
    LookBack(Option<u64>),
    /// Go so many kept walls on, or back.
    StepWall(i64),
    /// Go to the first wall that is kept.
    FirstWall,
    /// Play the kept walls from where they stand.
    PlayWalls(bool),
    /// Play them, or hold them.
    PlayOrHoldWalls,
    /// Fork the run from the checkpoint that is nearest to the step that is looked at; one that trains ends first.
    ForkHere,
    /// Ask before a run that goes on ends for a fork, or do not ask any more.
    AskFork(bool),
    /// Show all events in place of the curves, or the curves again.
    ListEvents(bool),
    /// Show the list of earlier runs in place of the wall, or the wall again.
    ListRuns(bool),
    /// Runs of the list that are in sight.
    RunsSeen(Range<usize>),
    /// A new name of a run is typed, or not any more.
    NameRun(Option<(PathBuf, String)>),
    /// Give a run this name.
    RenameRun(PathBuf, String),
    /// Move a run to the system's trash.
    TrashRun(PathBuf),
    /// Take a run out of it again.
    RestoreRun(PathBuf),
    /// Another screen has moved this run to the trash, or back.
    RunMoved(PathBuf),
    /// Write the report of a run and open it.
    ReportRun(PathBuf),
    /// Go on with the run in this folder.
    ResumeRun(PathBuf),
    /// Start a new run with the present live settings from the newest checkpoint of this folder's.
    Fork(PathBuf),
    /// The same, but learning from the pictures of the Data screen.
    ForkWithPictures(PathBuf),
    /// Draw the curves in another way.
    Curves(CurveStyle),
    /// Show fewer steps of the curves, or all of them.
    ZoomCurves(bool),
    /// The path that stands in the field for the curves.
    CurvesPath(String),
    /// Write the curves to a file with this ending: `png` or `csv`.
    SaveCurves(&'static str),
    /// Let this face stand first on the training wall, or no longer.
    Pin(Latent),
    /// Let none of them stand first.
    UnpinAll,
    /// Keep these directions with the model of the run.
    KeepDirections(Vec<Direction>),
}
