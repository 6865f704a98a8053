//! A frame of the window.

use egui::{Id, Ui, UiBuilder};

use super::frame::closing::{self, CloseState};
use super::frame::{hints, sheet, shortcuts, top_bar};
use super::shared::Shared;
use super::{App, animate, data, explore, layout, models, train};
use crate::ui::action::Screen;

impl App {
    /// Draws the window and does what a person wants.
    pub fn draw(&mut self, ui: &mut Ui) {
        self.gestures.follow(ui);
        shortcuts::hold_still(ui.ctx());
        let mut actions = Vec::new();
        let shared = Shared {
            session: &self.session,
            models: &self.models,
            config: &self.config,
            screen: self.screen,
            obstacle: self.obstacle(),
            pictures: (
                self.data.refusal(&self.config),
                self.data.summary(&self.config),
            ),
        };
        let asks = self.explore.stills.is_asking() || self.train.asks_fork;
        if self.closing == CloseState::No && !asks && !self.frame.is_covered() {
            let style = (self.train.curves.style(), self.train.events);
            let screens = (&self.explore, &self.animate);
            actions = shortcuts::read(ui.ctx(), screens, style, &shared);
        }
        let screens = (&self.explore, &self.animate);
        let bar = (&self.explore, &self.animate, &self.train.wall);
        top_bar::show(ui, bar, &shared, &mut actions);
        let wall = self.screen == Screen::Train && self.train.wall.count() > 0;
        let (notices, line) = (&self.session.notices, &mut self.frame.notice_line);
        let tells = line.show(ui, wall, notices, &mut actions);
        // Each line takes its room from the face: hints wait until there is no other.
        if !tells && self.explore.offer.is_none() {
            hints::show(ui, &self.frame.hints, &self.explore, &shared, &mut actions);
        }
        // Under ids of its own: what comes and goes above must not take focus and drags from its controls.
        let place = UiBuilder::new().scope_id(Id::unique("screen"));
        ui.scope_builder(place, |ui| match self.screen {
            Screen::Data => data::show(ui, &mut self.data, &shared, &mut actions),
            Screen::Train => train::show(ui, &mut self.train, &shared, &mut actions),
            Screen::Explore => explore::show(ui, &self.explore, &shared, &mut actions),
            Screen::Animate => animate::show(ui, screens, &shared, &mut actions),
            Screen::Models => models::show(ui, &shared, &mut actions),
        });
        let explorer = self.explore.explorer.as_ref();
        animate::show_full_screen(ui, &self.animate, explorer, &mut actions);
        explore::stills::dialog(ui, &self.explore, &mut actions);
        train::fork_question(ui, &self.train, &shared, &mut actions);
        layout::drop_hint(ui);
        sheet::show(ui, &mut self.frame, &shared, &mut actions);
        closing::dialog(ui, self.closing, &mut actions);
        let ctx = ui.ctx().clone();
        self.apply_all(actions, &ctx);
        // At once: the next frame may be long in coming.
        self.want_faces(&ctx);
        self.explore.keep_files();
        self.animate.keep_files(self.explore.explorer.as_ref());
    }
}
