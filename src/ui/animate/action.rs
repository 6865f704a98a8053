//! What a person wants of the Animate screen.

use std::path::PathBuf;

use super::film::{FilmForm, LapseForm};
use crate::latent::path::Interpolation;
use crate::latent::{Direction, Latent};
use crate::session::Change;
use crate::ui::explore::zoom::ZoomAction;
use crate::ui::gestures::Control;

/// Something to show on the whole screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// The animation.
    Animation,
    /// A slow walk through random faces that never ends.
    Drift,
    /// The current face of the Explore screen.
    Face,
}

/// Keys that nobody has to choose faces for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// Through random faces and back to the first.
    Random,
    /// Around the chosen key, or the current face.
    Circle,
}

/// What a person wants of the Animate screen. Only changes are steps of undo.
#[derive(Clone, Debug, PartialEq)]
pub enum AnimateAction {
    /// Change the animation; changes by the same control in one drag are one step of undo.
    Change(Change, Option<Control>),
    Undo,
    Redo,
    /// Put a face in after the chosen key, under a name or the next free one.
    Add(Option<String>, Latent),
    /// A random face likewise.
    AddRandom,
    /// Choose a key, and show it.
    Select(usize),
    Play(bool),
    /// Show a picture.
    Frame(usize),
    /// So many pictures on or back.
    Step(i64),
    /// Play from, or up to, the picture on show.
    RangeStart,
    RangeEnd,
    WholeRange,
    /// How many faces each leg has room for.
    Room(Vec<usize>),
    /// The name that is being typed, of a key; none any more.
    EditName(Option<(usize, String)>),
    /// Faces to choose a key from are on show.
    Picking,
    /// Another seed for walks, and how many faces they have.
    WalkForm(u64, usize),
    Walk(Walk),
    /// The chosen key's face is replaced by one that is picked, instead of one put in.
    Replacing(bool),
    /// A face for the chosen key, or for a new one.
    Pick(Option<String>, Latent),
    /// The path of a file with faces.
    KeysPath(String),
    /// Put in the faces of that file.
    AddKeysOf,
    /// A loop between two faces, in place of what is there.
    Between(Box<(Latent, Latent, Interpolation)>),
    /// A direction there and back once in the whole time.
    Sweep(Box<Direction>),
    /// An empty animation.
    New,
    /// The path in the field for a file to open.
    OpenPath(String),
    Open(PathBuf),
    /// The path in the field for the file to write.
    SavePath(String),
    Save,
    /// Another film to write.
    Film(FilmForm),
    /// A folder for it, unless a person has chosen one.
    Suggest(Option<PathBuf>),
    WriteFilm,
    /// Another film of a run's training.
    Lapse(LapseForm),
    WriteLapse,
    CancelFilm,
    /// Show something on the whole screen, or nothing any more.
    FullScreen(Option<Show>),
    /// Show what is on the whole screen larger or smaller, or another part of it.
    Zoom(ZoomAction),
    /// The monitor for that: the one with this number, or that of the window.
    Monitor(Option<usize>),
    NextMonitor,
}
