//! What the frame keeps from frame to frame.

use egui::Context;

use super::about::About;
use super::help::Help;
use crate::config::TrainConfig;
use crate::session::Session;
use crate::ui::action::FrameSheet;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::dialog::open_folder;

/// What surrounds the screens, as far as it lasts longer than a frame.
#[derive(Default)]
pub struct FrameState {
    /// What stands before the screens.
    pub sheet: Option<FrameSheet>,
    pub help: Help,
    pub about: About,
    /// The system's file manager is asked for a folder.
    opening: Option<Job<()>>,
}

impl FrameState {
    /// Whether something stands before the screens: their keys rest.
    pub fn is_covered(&self) -> bool {
        self.sheet.is_some()
    }

    /// Opens a sheet, or closes the one that is open.
    pub fn show_sheet(&mut self, sheet: Option<FrameSheet>, config: &TrainConfig, ctx: &Context) {
        self.sheet = sheet;
        match sheet {
            Some(FrameSheet::Help) => self.help = Help::default(),
            Some(FrameSheet::About) => self.about.look(config, ctx),
            None => {}
        }
    }

    pub fn open_folder(&mut self, path: std::path::PathBuf, ctx: &Context) {
        self.opening = Some(open_folder(path, waker(ctx)));
    }

    /// Before every frame: takes in what jobs say.
    pub fn tick(&mut self, session: &mut Session) {
        let opened = self.opening.as_ref().and_then(Job::poll);
        if opened.is_some() {
            self.opening = None;
        }
        let failed = opened.and_then(Result::err);
        for notice in failed.into_iter().chain(self.about.poll()) {
            session.notices.post(notice);
        }
    }
}
