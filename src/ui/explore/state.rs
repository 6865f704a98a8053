//! What the Explore screen keeps from frame to frame, and what a person wants of it.

use std::ops::Range;
use std::path::PathBuf;

use super::faces::Source;
use super::paint::Painter;
use super::photo_search::Photo;
use super::pull::Puller;
use super::shelf_file::Shelf;
use super::stills::Stills;
use super::walk::Walk;
use super::zoom::Zoom;
use crate::config::{DataChoice, TrainConfig};
use crate::gan::ModelInfo;
use crate::session::Exploration;
use crate::ui::explore::choices::{Centre, FEW, NameEdit, SearchMethod, Side};
use crate::ui::explore::explorer::{Explorer, PendingModel};
use crate::ui::explore::made::MadeDirections;
use crate::ui::explore::offer::{Offer, RunFaces};
use crate::ui::explore::question::Asked;
use crate::ui::widgets::new_file::NewFile;
use crate::worker::Job;
use crate::worker::jobs::directions::{FoundDirections, LabelReport};

/// The numbers of the latent.
#[derive(Default)]
pub struct RawControls {
    /// Whether those with the most effect come first.
    pub by_effect: bool,
    /// The one that the keys move.
    pub cursor: usize,
    /// How much each changes the picture, once measured.
    pub effects: Option<Vec<f32>>,
    /// The measurement under way.
    pub measuring: Option<Job<Vec<f32>>>,
}

/// How the controls of this screen stand, and the searches that they began.
#[derive(Default)]
pub struct Controls {
    /// The path in the field for a model.
    pub path: String,
    /// What the model file that was opened last learnt from.
    pub learnt_from: Option<String>,
    /// Whether the pixels of the large face are squares instead of melting into each other.
    pub crisp: bool,
    /// How large the face in the middle is shown.
    pub zoom: Zoom,
    /// What stands in the middle.
    pub centre: Centre,
    /// What stands on the right.
    pub side: Side,
    /// What stood there before a picture was brought along.
    pub side_before: Option<Side>,
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
    /// The face that wanders by itself.
    pub walk: Walk,
    /// The numbers of the latent.
    pub raw: RawControls,
    /// The name that is being typed.
    pub naming: Option<NameEdit>,
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
    /// The hand that pulls at the face.
    pub puller: Puller,
    /// The search for directions under way.
    pub direction_search: Option<(SearchMethod, Job<FoundDirections>)>,
    /// Whether nobody asked for it.
    pub unasked: bool,
    /// The search for directions that a run has moved on from.
    pub refitting: Option<(SearchMethod, Job<FoundDirections>)>,
    /// Directions on their way into the model file.
    pub keeping: Option<Job<PathBuf>>,
    /// Whether the run keeps directions with its model.
    pub kept_live: bool,
    /// Whether directions of labels may change other labels too.
    pub entangled: bool,
    /// Whether labels are those of the Data screen's pictures instead of those that the model learnt from.
    pub other_labels: bool,
    /// How well each label could be told, when it was last looked for.
    pub label_reports: Vec<LabelReport>,
}

impl Controls {
    /// Whether directions, a photograph's face or faces for a stroke are looked for, or directions written.
    pub fn is_searching(&self) -> bool {
        let directions = self.direction_search.is_some() || self.keeping.is_some();
        directions || self.photo.is_searching() || self.painter.is_searching()
    }

    /// A model was read from a file, or from inside the program.
    pub fn opened(&mut self, info: &ModelInfo) {
        self.learnt_from = Some(info.data.clone());
    }

    /// What is painted on stands where the board would.
    pub fn set_centre(&mut self, centre: Centre) {
        self.centre = centre;
        if centre == Centre::Board && self.side == Side::Paint {
            self.side = Side::Directions;
        }
    }

    pub fn set_side(&mut self, side: Side) {
        self.side = side;
        if side == Side::Paint && self.centre == Centre::Board {
            self.centre = Centre::Face;
        }
    }

    /// The weights are others: what was measured of the old ones means nothing, and faces that are looked
    /// for with them must not come.
    pub fn forget_measured(&mut self) {
        self.walk.stop();
        self.raw.effects = None;
        self.raw.by_effect = false;
        self.raw.measuring = None;
        self.direction_search = None;
        self.refitting = None;
        self.kept_live = false;
        self.other_labels = false;
        self.label_reports.clear();
        self.photo.forget();
        self.painter.clear();
        self.puller.drop_face();
    }

    /// How many strips are listed.
    pub fn listed(&self) -> usize {
        FEW + self.more
    }
}

/// All that this screen keeps from frame to frame.
#[derive(Default)]
pub struct ExploreState {
    pub controls: Controls,
    pub explorer: Option<Explorer>,
    /// The run's faces while those of a file are on show.
    pub parked: Option<Explorer>,
    /// The faces that were there before those of the run.
    pub aside: Option<Explorer>,
    /// The run whose faces can be shown.
    pub run: Option<RunFaces>,
    /// What Explore offers above its faces.
    pub offer: Option<Offer>,
    /// What the model file on show leaves open.
    pub question: Option<Asked>,
    /// Whether the run has no faces yet; until it has, those that are there stay.
    pub faceless: bool,
    /// Where a person was in latents of other lengths.
    pub elsewhere: Vec<Exploration>,
    pub stills: Stills,
    pub opening: Option<PendingModel>,
    pub shelf: Shelf,
    pub made: MadeDirections,
}

impl ExploreState {
    /// Where a person is in the latent space, once there is a generator.
    pub fn explored(&self) -> Option<&Exploration> {
        self.explorer.as_ref().map(|explorer| &explorer.state)
    }

    /// Whether there are faces of a run to go back to.
    pub fn can_show_run(&self) -> bool {
        self.run.is_some() && !self.explores_live()
    }

    /// Whether the explorer shows the run's own faces.
    pub fn explores_live(&self) -> bool {
        self.explorer
            .as_ref()
            .is_some_and(|explorer| explorer.faces.source == Source::Live)
    }

    /// Whether the last thing that was done is a stroke of paint on the face on show.
    pub fn paints_now(&self) -> bool {
        let current = self.explored().map(|explored| &explored.pose().current);
        self.controls.side == Side::Paint
            && current.is_some_and(|current| self.controls.painter.is_painted(current))
    }

    /// The pictures whose labels are looked for, and whether it is known that the model learnt from them: its own
    /// unless a person says otherwise.
    pub fn labelled_pictures<'a>(&'a self, config: &'a TrainConfig) -> (&'a DataChoice, bool) {
        let own = self
            .explorer
            .as_ref()
            .and_then(|shown| shown.learnt_from.as_ref());
        match own {
            Some(own) if !self.controls.other_labels => (own, true),
            _ => (&config.data, own == Some(&config.data)),
        }
    }
}
