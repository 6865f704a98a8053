//! What a person wants of the models.

use std::path::PathBuf;

use crate::ui::models::pair::action::PairAction;
use crate::worker::jobs::models::share::Handed;
use crate::worker::jobs::models::{ModelFacts, ModelPlace};

/// What a person wants of the Models screen and of the menu at the model's name.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelsAction {
    /// Open the menu at the model's name, close it, or the other of both.
    Switcher(Option<bool>),
    /// Explore the model at a path.
    Open(PathBuf),
    /// Put files on the list and choose the first of them.
    Add(Vec<PathBuf>),
    /// What a person says of a file that leaves something open.
    Answer(PathBuf, String),
    /// A model was opened and is this.
    Opened(PathBuf, ModelFacts),
    /// Other words to look for.
    Search(String),
    Select(ModelPlace),
    /// A name is typed, or not any more.
    EditName(Option<(ModelPlace, String)>),
    Rename(ModelPlace, String),
    /// Off the list; the file stays.
    Forget(ModelPlace),
    /// Into the system's trash.
    Trash(ModelPlace),
    /// What was put away last comes back.
    Restore,
    /// The offer to bring it back is put away.
    KeepAway,
    /// The run in the first folder is in the second one now.
    RunRenamed(PathBuf, PathBuf),
    /// Another screen has moved this run to the trash.
    RunTrashed(PathBuf),
    /// And out of it again.
    RunRestored(PathBuf),
    /// The models whose pictures are in sight.
    Seen(Vec<ModelPlace>),
    /// Write it for other programs.
    Export(ModelPlace, Handed),
    /// Something of two models beside each other.
    Pair(PairAction),
}
