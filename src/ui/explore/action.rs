//! What a person wants of the Explore screen.

use std::ops::Range;
use std::path::PathBuf;

use crate::config::Crop;
use crate::gan::drag::Place;
use crate::latent::Latent;
use crate::latent::saved::SavedFace;
use crate::session::Move;
use crate::ui::data::Grip;
use crate::ui::explore::choices::{Brush, Centre, NameEdit, SearchMethod, Side};
use crate::ui::explore::stills::action::StillAction;
use crate::ui::explore::zoom::ZoomAction;
use crate::ui::gestures::Control;

/// What a person wants of the Explore screen. Only movements are steps of undo.
#[derive(Clone, Debug, PartialEq)]
pub enum ExploreAction {
    /// Move in the latent space; those with the same number in one drag are one step of undo.
    Move(Move, Option<Control>),
    Undo,
    Redo,
    /// Other random faces to choose from.
    NewWall,
    /// Show the run's faces, for the first time or again.
    ShowRun,
    /// Back from them to the faces that were there before.
    ShowAside,
    /// Explore stays where it is: do not offer the run, or the way back.
    PutOfferAway,
    /// The first folder is where the second path leads now.
    FolderRenamed(PathBuf, PathBuf),
    /// The path that stands in the field for a model.
    ModelPath(String),
    /// Show the model that comes with the program.
    OpenShipped,
    /// Read a model file.
    OpenModel(PathBuf),
    /// Read one that leaves something open, with what a person said of it.
    OpenAnswered(PathBuf, Option<String>),
    /// Leave open what a file does not tell: what was assumed stays.
    PutQuestionAway,
    /// Something else in the middle.
    Centre(Centre),
    /// Something else on the right.
    Side(Side),
    /// Melt enlarged pixels.
    Smooth(bool),
    /// Show the face larger or smaller, or another part of it.
    Zoom(ZoomAction),
    /// Show what has changed.
    Difference(bool),
    /// Show the face before for as long as this is held.
    Comparing(bool),
    /// Another part of names to look for.
    Search(String),
    More,
    /// Strips that are in sight.
    Visible(Vec<usize>),
    /// Kept faces that are in sight.
    ShelfSeen(Range<usize>),
    /// Those with the most effect first.
    ByEffect(bool),
    /// Another number for the keys.
    Cursor(usize),
    /// A wall more or less like the current face.
    Likeness(f32),
    /// A wall of faces like this one.
    MoreLike(Latent),
    /// Hold a run's weights as they are.
    Freeze(bool),
    /// A name is typed, or not any more.
    EditName(Option<NameEdit>),
    /// The name for a direction from the board.
    DirectionName(String),
    /// Whether that is to leave alone what the strips in sight change.
    DirectionApart(bool),
    FindDirections(SearchMethod),
    StopFinding,
    /// Directions of labels may change other labels too, or not.
    Entangled(bool),
    /// Look for labels of the Data screen's pictures, or of those that the model learnt from.
    OtherLabels(bool),
    /// Keep a face under the next free name.
    Keep(Latent),
    /// Keep a face of the run at this step.
    KeepOfRun(Latent, u64),
    /// Let the face wander by itself, or hold it.
    Walk,
    StopWalk,
    /// Random faces a minute, how far they lead away, and whether the wall goes along.
    WalkHow(f32, f32, bool),
    /// Something of faces as pictures.
    Still(StillAction),
    /// Faces that a picture knew.
    TakeFaces(Vec<SavedFace>),
    /// Add the faces of a file to the shelf.
    ImportFrom(PathBuf),
    /// The path of the file for the shelf's faces.
    FacesPath(String),
    /// The path of the file that they are to be written to.
    FacesOut(String),
    /// Write the directions into the model file.
    KeepDirections,
    /// Something of the photograph.
    Photo(PhotoAction),
    /// Something of the paint.
    Paint(PaintAction),
    /// Something of the hand that pulls at the face.
    Pull(PullAction),
    /// Add the faces of that file to the shelf.
    ImportFaces,
    /// Write the shelf's faces to that file.
    ExportFaces,
}

/// What a person wants of the photograph.
#[derive(Clone, Debug, PartialEq)]
pub enum PhotoAction {
    /// Another path in the field.
    Path(String),
    /// Read the picture at a path.
    Open(PathBuf),
    /// Cut another square, by a drag that is going on or is not.
    Crop(Crop, Option<Grip>),
    /// Look for the face; from the nearest so far where there is one to go on from.
    Find { on: bool },
    /// What was found is enough.
    Stop,
}

/// What a person wants of the paint.
#[derive(Clone, Debug, PartialEq)]
pub enum PaintAction {
    Brush(Brush),
    Colour([u8; 3]),
    Radius(f32),
    /// The brush goes from one pixel to another.
    Dab((f32, f32), (f32, f32)),
    /// The brush is lifted: faces are looked for.
    Lift,
    /// Where the keys move the brush.
    Cursor((f32, f32)),
    /// Take the last stroke off.
    TakeBack,
    /// Take all paint off.
    Clear,
}

/// What a person wants of the hand that pulls at the face. Places are in pixels of the face.
#[derive(Clone, Debug, PartialEq)]
pub enum PullAction {
    /// Take hold of the face.
    Take(Place),
    /// Pull what is held.
    To(Place),
    LetGo,
    /// Hold a place where it is, or no longer.
    Pin(Place),
    /// Keep what lies along a stroke as it is.
    Keep(Place, Place),
    /// No pins, and nothing to keep.
    Free,
    /// Where the keys move the hand.
    Cursor(Place),
}
