//! The window's end of the file of directions and boards that a person made, each with its model.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use egui::Context;

use crate::latent::Direction;
use crate::latent::custom_directions::CustomDirections;
use crate::notice::Notice;
use crate::session::Board;
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
    /// The board likewise.
    pub seen_board: Arc<Board>,
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

    /// Keeps what was made with a model, where it is not kept yet.
    pub fn keep(&mut self, model: &str, made: &Arc<Vec<Direction>>, board: &Arc<Board>) {
        let same = Arc::ptr_eq(&self.seen, made) && Arc::ptr_eq(&self.seen_board, board);
        if same {
            return;
        }
        let keep_board = !Arc::ptr_eq(&self.seen_board, board);
        (self.seen, self.seen_board) = (Arc::clone(made), Arc::clone(board));
        let mut changed = put(&mut self.all.models, model, made.to_vec());
        if keep_board {
            let terms = match board.is_empty() {
                true => Vec::new(),
                false => board.terms().to_vec(),
            };
            changed |= put(&mut self.all.boards, model, terms);
        }
        if let Some(file) = self.file.as_ref().filter(|_| changed) {
            file.keep(Arc::new(self.all.clone()));
        }
    }
}

/// Puts what belongs to a model in its place, nothing where there is nothing; says whether that was a change.
fn put<T: PartialEq>(all: &mut BTreeMap<String, Vec<T>>, model: &str, new: Vec<T>) -> bool {
    if all.get(model).map_or(&[][..], Vec::as_slice) == new.as_slice() {
        return false;
    }
    if new.is_empty() {
        all.remove(model);
    } else {
        all.insert(model.to_owned(), new);
    }
    true
}
