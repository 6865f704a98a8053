//! What the frame keeps from frame to frame.

use std::path::PathBuf;

use egui::Context;

use super::about::About;
use super::browser::state::Browser;
use super::help::Help;
use super::hints::Hints;
use super::notices::NoticeLine;
use super::title::Title;
use crate::config::TrainConfig;
use crate::session::Session;
use crate::ui::action::FrameSheet;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::dialog::{Pick, open_folder, open_with_system, show_in_folder};

/// What surrounds the screens, as far as it lasts longer than a frame.
#[derive(Default)]
pub struct FrameState {
    /// What stands before the screens.
    pub sheet: Option<FrameSheet>,
    pub help: Help,
    pub about: About,
    pub browser: Browser,
    pub hints: Hints,
    pub notice_line: NoticeLine,
    title: Title,
    /// The system is asked to show a file or folder.
    opening: Option<Job<()>>,
}

impl FrameState {
    /// `hints` says whether those of the first minute are wanted.
    pub fn new(hints: bool) -> Self {
        Self {
            hints: if hints {
                Hints::all()
            } else {
                Hints::default()
            },
            ..Self::default()
        }
    }

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
            Some(FrameSheet::Notices | FrameSheet::Browser) | None => {}
        }
    }

    pub fn open_folder(&mut self, path: PathBuf, ctx: &Context) {
        self.opening = Some(open_folder(path, waker(ctx)));
    }

    /// Lets a path be chosen in the window itself.
    pub fn browse(&mut self, what: Pick, ctx: &Context) {
        self.sheet = Some(FrameSheet::Browser);
        self.browser.open(Some(what), None, ctx);
    }

    /// Shows where a file is in the window itself.
    pub fn show_here(&mut self, path: PathBuf, ctx: &Context) {
        self.sheet = Some(FrameSheet::Browser);
        self.browser.open(None, Some(path), ctx);
    }

    /// Shows a file in the system's file manager.
    pub fn show_in_folder(&mut self, path: PathBuf, ctx: &Context) {
        self.opening = Some(show_in_folder(path, waker(ctx)));
    }

    /// Opens a file with the system's program for it.
    pub fn open_file(&mut self, path: PathBuf, ctx: &Context) {
        self.opening = Some(open_with_system(path, waker(ctx)));
    }

    /// Before every frame: takes in what jobs say.
    pub fn tick(&mut self, session: &mut Session, ctx: &Context) {
        self.title.follow(session, ctx);
        self.browser.follow(ctx);
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
