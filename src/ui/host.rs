//! What a screen sees of the window around it while it does something, and what it asks of others.

use std::time::Duration;

use egui::Context;

use super::action::{Action, FrameAction, Screen};
use super::gestures::Gestures;
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::session::Session;

/// Between two looks at work that does not wake the window by itself.
pub const GLANCE: Duration = Duration::from_millis(100);

/// The window, as a screen that does something knows it.
pub struct Host<'a> {
    pub ctx: &'a Context,
    /// The screen on show.
    pub screen: Screen,
    /// Settings of the next run.
    pub config: &'a mut TrainConfig,
    pub session: &'a mut Session,
    pub gestures: &'a Gestures,
    /// Why a run cannot be started with these settings; `None` if it can.
    pub obstacle: Option<String>,
    pub asked: &'a mut Vec<Action>,
}

impl Host<'_> {
    /// Another part of the window is to do this, as soon as the screen is done.
    pub fn ask(&mut self, action: Action) {
        self.asked.push(action);
    }

    /// Goes to a screen.
    pub fn show(&mut self, screen: Screen) {
        self.ask(Action::Frame(FrameAction::Show(screen)));
    }

    /// Tells a person something.
    pub fn post(&mut self, notice: Notice) {
        self.session.notices.post(notice);
    }
}
