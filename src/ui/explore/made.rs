//! The window's end of the file of directions that a person made, each with its model.

use std::path::Path;
use std::sync::Arc;

use egui::Context;

use super::App;
use crate::latent::Direction;
use crate::latent::made::Made;
use crate::notice::Notice;
use crate::worker::jobs::made::{MadeFile, made_beside, open_made};

/// The directions that are kept from start to start.
#[derive(Default)]
pub struct MadeDirections {
    all: Made,
    file: Option<MadeFile>,
    /// Whether the file was read: nothing is written over before.
    read: bool,
    /// Those of the model on show, as they were last seen.
    seen: Arc<Vec<Direction>>,
}

impl MadeDirections {
    /// Reads them beside the shelf; without one they are forgotten at the end.
    pub fn open(shelf: Option<&Path>, ctx: &Context) -> Self {
        let waker = ctx.clone();
        let wake = move || waker.request_repaint();
        Self {
            file: shelf.map(|shelf| open_made(made_beside(shelf), wake)),
            ..Self::default()
        }
    }

    fn poll(&mut self) -> Option<Notice> {
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

    fn keep(&mut self, model: &str, made: &Arc<Vec<Direction>>) {
        if Arc::ptr_eq(&self.seen, made) {
            return;
        }
        self.seen = Arc::clone(made);
        let before = self.all.get(model).map_or(&[][..], Vec::as_slice);
        if before == made.as_slice() {
            return;
        }
        match made.is_empty() {
            true => self.all.remove(model),
            false => self.all.insert(model.to_owned(), made.to_vec()),
        };
        if let Some(file) = &self.file {
            file.keep(Arc::new(self.all.clone()));
        }
    }
}

impl App {
    /// Before every frame: directions of an earlier start come back with their model. A run's weights change, so
    /// that nothing made with them would fit at the next start.
    pub(in crate::ui) fn follow_made(&mut self) {
        if let Some(notice) = self.made.poll() {
            self.session.notices.post(notice);
        }
        let Some(explorer) = self.explorer.as_mut().filter(|shown| !shown.made_known) else {
            return;
        };
        let model = explorer.faces.sampler().fingerprint();
        if self.made.read && !model.is_empty() {
            let made = self.made.all.get(model).cloned().unwrap_or_default();
            explorer.state.load_made(made);
            explorer.made_known = true;
            self.made.seen = Arc::default();
        }
    }

    /// Whatever changed the directions that a person made, also undo, is written.
    pub(in crate::ui) fn keep_made(&mut self) {
        if let Some(explorer) = self.explorer.as_ref().filter(|shown| shown.made_known) {
            let model = explorer.faces.sampler().fingerprint();
            self.made.keep(model, &explorer.state.pose().made);
        }
    }
}
