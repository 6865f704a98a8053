//! What the Explore screen keeps from frame to frame, and what a person wants of it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::paint::{PaintAction, Painter};
use super::photo::{Photo, PhotoAction};
use crate::gan::ModelInfo;
use crate::latent::Latent;
use crate::ui::widgets::new_file::NewFile;
use crate::worker::Job;
use crate::worker::jobs::directions::{FoundDirections, LabelReport};

/// Strips that are listed before more are asked for.
pub const FEW: usize = 8;

/// A model file that was opened.
pub struct Opened {
    /// Where it is; `None` for the model inside the program.
    pub path: Option<PathBuf>,
    /// What it is called.
    pub name: String,
    /// What it was trained on.
    pub data: String,
}

/// What stands in the middle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Centre {
    /// The current face and the way between two.
    #[default]
    Face,
    /// The current face between four others.
    Pad,
    /// Arithmetic with faces.
    Board,
}

/// What stands on the right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// Filmstrips.
    #[default]
    Directions,
    /// All numbers of the latent.
    Raw,
    /// A person's own picture.
    Photo,
    /// Paint that the latent follows.
    Paint,
}

/// How directions are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Principal components of the first layer's activations.
    Pca,
    /// Eigenvectors of the first layer's weights.
    Sefa,
    /// From the labels of the pictures that the settings name.
    Labels,
}

/// The numbers of the latent.
#[derive(Default)]
pub struct Raw {
    /// Whether those with the most effect come first.
    pub by_effect: bool,
    /// The one that the keys move.
    pub cursor: usize,
    /// How much each changes the picture, once measured.
    pub effects: Option<Vec<f32>>,
    /// The measurement under way.
    pub measuring: Option<Job<Vec<f32>>>,
}

/// A name that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Naming {
    /// Of a kept face, by its place.
    Saved(usize, String),
    /// Of a direction that a person made, by its place.
    Direction(usize, String),
}

/// What this screen keeps from frame to frame.
#[derive(Default)]
pub struct ExploreScreen {
    /// The path in the field for a model.
    pub path: String,
    /// The model file that was opened last.
    pub model: Option<Opened>,
    /// Whether the pixels of the large face are squares instead of melting into each other.
    pub crisp: bool,
    /// What stands in the middle.
    pub centre: Centre,
    /// What stands on the right.
    pub side: Side,
    /// Whether what has changed is shown instead of the face.
    pub difference: bool,
    /// Whether the face before is shown for as long as a key or the mouse is held.
    pub comparing: bool,
    /// Part of the names of the directions that are listed.
    pub search: String,
    /// Directions listed beyond the first few.
    pub more: usize,
    /// Places of the directions whose strips are in sight.
    pub visible: Vec<usize>,
    /// Places of the kept faces that are in sight.
    pub shelf_seen: Range<usize>,
    /// The numbers of the latent.
    pub raw: Raw,
    /// The name that is being typed.
    pub naming: Option<Naming>,
    /// The name for a direction from the board.
    pub direction_name: String,
    /// Whether that is to leave alone what the strips in sight change.
    pub direction_apart: bool,
    /// The path of a file with faces for the shelf.
    pub faces_path: String,
    /// The file for the shelf's faces.
    pub faces_out: NewFile,
    /// A person's own picture.
    pub photo: Photo,
    /// Paint on the face.
    pub painter: Painter,
    /// The search for directions under way.
    pub finding: Option<(Finding, Job<FoundDirections>)>,
    /// Whether nobody asked for it.
    pub unasked: bool,
    /// The search for directions that a run has moved on from.
    pub refitting: Option<(Finding, Job<FoundDirections>)>,
    /// Directions on their way into the model file.
    pub keeping: Option<Job<PathBuf>>,
    /// Whether the run keeps directions with its model.
    pub kept_live: bool,
    /// Whether directions of labels may change other labels too.
    pub entangled: bool,
    /// Whether labels are those of the Data screen's pictures instead of those that the model learnt from.
    pub other_labels: bool,
    /// How well each label could be told, when it was last looked for.
    pub told: Vec<LabelReport>,
}

impl ExploreScreen {
    /// Whether directions, a photograph's face or faces for a stroke are looked for, or directions written.
    pub fn is_searching(&self) -> bool {
        let directions = self.finding.is_some() || self.keeping.is_some();
        directions || self.photo.is_searching() || self.painter.is_searching()
    }

    /// A model was read from a file, or from inside the program.
    pub fn opened(&mut self, path: Option<&Path>, name: String, info: &ModelInfo) {
        self.model = Some(Opened {
            path: path.map(Path::to_path_buf),
            name,
            data: info.data.clone(),
        });
    }

    /// The weights are others: what was measured of the old ones means nothing, and faces that are looked
    /// for with them must not come.
    pub fn forget_measured(&mut self) {
        self.raw.effects = None;
        self.raw.by_effect = false;
        self.raw.measuring = None;
        self.finding = None;
        self.refitting = None;
        self.kept_live = false;
        self.other_labels = false;
        self.told.clear();
        self.photo.forget();
        self.painter.clear();
    }

    /// How many strips are listed.
    pub fn listed(&self) -> usize {
        FEW + self.more
    }
}

/// What a person wants of the Explore screen. None of it is a step of undo.
#[derive(Clone, Debug, PartialEq)]
pub enum ExploreAction {
    /// Something else in the middle.
    Centre(Centre),
    /// Something else on the right.
    Side(Side),
    /// Melt enlarged pixels.
    Smooth(bool),
    /// Show what has changed.
    Difference(bool),
    /// Show the face before for as long as this is held.
    Comparing(bool),
    /// Another part of names to look for.
    Search(String),
    /// List more strips.
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
    Naming(Option<Naming>),
    /// The name for a direction from the board.
    DirectionName(String),
    /// Whether that is to leave alone what the strips in sight change.
    DirectionApart(bool),
    /// Look for directions.
    Find(Finding),
    /// Do not.
    StopFinding,
    /// Directions of labels may change other labels too, or not.
    Entangled(bool),
    /// Look for labels of the Data screen's pictures, or of those that the model learnt from.
    OtherLabels(bool),
    /// Keep a face under the next free name.
    Keep(Latent),
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
    /// Add the faces of that file to the shelf.
    Import,
    /// Write the shelf's faces to that file.
    Export,
}
