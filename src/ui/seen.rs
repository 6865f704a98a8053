//! What tests see of the window.

use super::app::App;
use crate::session::Models;
use crate::worker::jobs::models::ModelPlace;

impl App {
    /// The models that are known.
    pub fn models(&self) -> &Models {
        &self.models.list
    }

    /// The model whose faces are explored.
    pub fn shown_model(&self) -> Option<&ModelPlace> {
        self.models.shown.as_ref()
    }

    /// The model that is chosen on the Models screen.
    pub fn chosen_model(&self) -> Option<&ModelPlace> {
        self.models.selected.as_ref()
    }

    /// Whether the pictures of all models in sight are there.
    pub fn models_are_settled(&self) -> bool {
        self.models.is_settled()
    }

    /// Places of the face that the hand does not move, in its pixels.
    pub fn pins(&self) -> &[[f32; 2]] {
        self.explore.controls.puller.pins()
    }

    /// Strokes that are painted on the face.
    pub fn strokes(&self) -> usize {
        self.explore.controls.painter.strokes()
    }

    /// Whether the pixels of the face are shown as they are, for it is looked at closely.
    pub fn shows_pixels(&self) -> bool {
        self.explore.controls.zoom.shows_pixels()
    }

    /// The blend that was saved last.
    pub fn saved_blend(&self) -> Option<&std::path::Path> {
        self.models.pair.as_ref()?.saved.as_deref()
    }
}
