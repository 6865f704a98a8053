//! The window's end of the file of directions that a person made, each with its model.

use std::path::Path;
use std::sync::Arc;

use egui::Context;

use crate::latent::Direction;
use crate::latent::custom_directions::CustomDirections;
use crate::notice::Notice;
use crate::ui::waker::waker;
use crate::worker::jobs::custom_directions::{
    CustomDirectionsFile, file_beside, open_custom_directions,
};

/// The directions that are kept from start to start.
#[derive(Default)]
pub struct MadeDirections {
    pub all: CustomDirections,
    file: Option<CustomDirectionsFile>,
    /// Whether the file was read: nothing is written over before.
    pub read: bool,
    /// Those of the model on show, as they were last seen.
    pub seen: Arc<Vec<Direction>>,
}

impl MadeDirections {
    /// Reads them beside the shelf; without one they are forgotten at the end.
    pub fn open(shelf: Option<&Path>, ctx: &Context) -> Self {
        Self {
            file: shelf.map(|shelf| open_custom_directions(file_beside(shelf), waker(ctx))),
            ..Self::default()
        }
    }

    pub fn poll(&mut self) -> Option<Notice> {
        let Some(file) = &self.file else {
            self.read = true;
            return None;
        };
        if let Some(all) = file.take() {
            self.all = all;
            self.read = true;
        }
        file.take_notice()
    }

    pub fn keep(&mut self, model: &str, made: &Arc<Vec<Direction>>) {
        if Arc::ptr_eq(&self.seen, made) {
            return;
        }
        self.seen = Arc::clone(made);
        let before = self.all.get(model).map_or(&[][..], Vec::as_slice);
        if before == made.as_slice() {
            return;
        }
        if made.is_empty() {
            self.all.remove(model)
        } else {
            self.all.insert(model.to_owned(), made.to_vec())
        };
        if let Some(file) = &self.file {
            file.keep(Arc::new(self.all.clone()));
        }
    }
}
