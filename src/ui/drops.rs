//! What is dropped on the window: a model, or a source of pictures.

use std::path::PathBuf;

use egui::Context;

use super::action::{Action, Screen};
use super::app::App;
use super::explore::action::{ExploreAction, PhotoAction};
use crate::config::DataChoice;
use crate::notice::Notice;

impl App {
    /// Learns from what lies at a path, from the next run on.
    pub(super) fn use_pictures(&mut self, path: PathBuf) {
        self.data.choose(DataChoice::Path(path), &mut self.config);
        self.data.sync(&self.config);
        self.screen = Screen::Data;
    }

    /// Something was dropped on the window: a model, or a source of pictures.
    pub(super) fn take_drops(&mut self, ctx: &Context) {
        let dropped = ctx.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
        for file in dropped {
            let path = file.path().to_path_buf();
            let ending = path
                .extension()
                .map(|ending| ending.to_string_lossy().to_lowercase());
            match ending.as_deref() {
                Some("safetensors") => {
                    self.apply(Action::Explore(ExploreAction::OpenModel(path)), ctx);
                }
                Some(ending)
                    if crate::picture::ENDINGS.contains(&ending)
                        && self.screen == Screen::Explore
                        && self.explore.explorer.is_some() =>
                {
                    self.photo(path, ctx);
                }
                Some(ending) if crate::picture::ENDINGS.contains(&ending) => {
                    let notice =
                        Notice::info("To train on pictures, drop the folder that holds them.");
                    self.session.notices.post(notice);
                }
                _ if self.session.state.is_active() => {
                    let notice = Notice::info("Stop the run before you choose other pictures.");
                    self.session.notices.post(notice);
                }
                _ => self.use_pictures(path),
            }
        }
    }

    /// Looks at a photograph on the Explore screen.
    pub(super) fn photo(&mut self, path: PathBuf, ctx: &Context) {
        let action = ExploreAction::Photo(PhotoAction::Open(path));
        self.apply(Action::Explore(action), ctx);
    }
}
