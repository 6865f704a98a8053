//! Who does what a person wants, and what the window itself does of it.

use std::path::PathBuf;

use egui::{Context, Theme};

use super::animate::action::AnimateAction;
use super::animate::state::AnimateState;
use super::app::App;
use super::data::state::DataScreen;
use super::explore::state::ExploreState;
use super::frame::closing::CloseState;
use super::host::Host;
use super::models::state::ModelsState;
use super::train::state::TrainScreen;
use super::widgets::new_file::NewFile;
use super::widgets::saved_file::FileChoice;
use crate::config::TrainConfig;
use crate::ui::action::{Action, FrameAction, FrameSheet};
use crate::ui::data::action::DataAction;
use crate::ui::explore::action::{ExploreAction, PhotoAction};
use crate::ui::models::action::ModelsAction;
use crate::ui::waker::waker;
use crate::worker::jobs::dialog::{Pick, pick};

/// The screens, and the window as they know it.
pub(super) type Parts<'a> = (
    &'a mut DataScreen,
    &'a mut TrainScreen,
    &'a mut ExploreState,
    &'a mut AnimateState,
    &'a mut ModelsState,
    Host<'a>,
);

impl App {
    /// Does what a person wants.
    pub fn apply(&mut self, action: Action, ctx: &Context) {
        let mut asked = Vec::new();
        self.frame.hints.follow(&action);
        let (data, train, explore, animate, models, mut host) = self.parts(ctx, &mut asked);
        match action {
            Action::Data(action) => data.apply(action, &mut host),
            Action::Train(action) => train.apply(action, &mut host),
            Action::Explore(action) => explore.apply(action, &mut host),
            Action::Animate(action) => animate.apply(action, explore.explorer.as_ref(), &mut host),
            Action::Models(action) => models.apply(action, &mut host),
            Action::Frame(action) => self.apply_frame(action, ctx),
        }
        self.apply_all(asked, ctx);
        // What was done shows in the next frame, not at the next movement of the mouse.
        ctx.request_repaint();
    }

    pub(super) fn apply_all(&mut self, actions: Vec<Action>, ctx: &Context) {
        for action in actions {
            self.apply(action, ctx);
        }
    }

    pub(super) fn parts<'a>(
        &'a mut self,
        ctx: &'a Context,
        asked: &'a mut Vec<Action>,
    ) -> Parts<'a> {
        let obstacle = self.obstacle();
        let host = Host {
            ctx,
            screen: self.screen,
            config: &mut self.config,
            session: &mut self.session,
            gestures: &self.gestures,
            obstacle,
            asked,
        };
        let (data, train) = (&mut self.data, &mut self.train);
        let (explore, animate) = (&mut self.explore, &mut self.animate);
        (data, train, explore, animate, &mut self.models, host)
    }

    fn apply_frame(&mut self, action: FrameAction, ctx: &Context) {
        match action {
            FrameAction::Show(screen) => self.screen = screen,
            FrameAction::Dark(dark) => self.set_dark(dark, ctx),
            FrameAction::Configure(config) => self.configure(*config),
            FrameAction::Dismiss(id) => self.session.notices.dismiss(id),
            FrameAction::Expire(id) => self.session.notices.expire(id),
            FrameAction::ForgetNotices => self.session.notices.clear(),
            FrameAction::HintDone(hint) => self.frame.hints.done(hint),
            FrameAction::SaveAndClose => {
                self.closing = CloseState::Saving;
                self.train.stop(&mut self.session);
            }
            FrameAction::KeepOpen => self.closing = CloseState::No,
            FrameAction::Copy(text) => ctx.copy_text(text),
            FrameAction::WithFile(FileChoice::CopyPath, path) => {
                ctx.copy_text(path.display().to_string());
            }
            FrameAction::WithFile(FileChoice::Open, path) => self.frame.open_file(path, ctx),
            FrameAction::WithFile(FileChoice::Show, path) => self.frame.show_in_folder(path, ctx),
            FrameAction::Sheet(sheet) => {
                self.frame.show_sheet(sheet, &self.config, ctx);
                if sheet == Some(FrameSheet::Notices) {
                    self.session.notices.read_all();
                }
            }
            FrameAction::OpenFolder(path) => self.frame.open_folder(path, ctx),
            FrameAction::Browse(what) => {
                self.picking = Some((what, pick(what, waker(ctx))));
            }
            FrameAction::BrowseHere(what) => self.frame.browse(what, ctx),
            FrameAction::ShowHere(path) => self.frame.show_here(path, ctx),
            FrameAction::Picked(what, path) => {
                self.frame.sheet = None;
                self.picked(what, path, ctx);
            }
        }
    }

    fn configure(&mut self, mut config: TrainConfig) {
        let (data, same_crop) = (
            config.data.clone(),
            config.prepare.crop == self.config.prepare.crop,
        );
        if same_crop {
            // Only the pictures are others: the crop is that of those before.
            config.data = self.config.data.clone();
            self.data.choose(data, &mut config);
        }
        self.config = config;
        self.data.sync(&self.config);
    }

    /// Whether the theme is dark, in a word.
    pub(super) fn theme_name(&self) -> &'static str {
        if self.dark { "dark" } else { "light" }
    }

    fn set_dark(&mut self, dark: bool, ctx: &Context) {
        self.dark = dark;
        ctx.set_theme(if dark { Theme::Dark } else { Theme::Light });
    }

    /// A person has chosen a path in the system's dialog.
    pub(super) fn picked(&mut self, what: Pick, path: PathBuf, ctx: &Context) {
        let chosen = |path: PathBuf| NewFile::chosen(path.display().to_string());
        let action = match what {
            Pick::Model => Action::Models(ModelsAction::Open(path)),
            Pick::PictureFolder | Pick::PictureFile => Action::Data(DataAction::Use(path)),
            Pick::Photograph => Action::Explore(ExploreAction::Photo(PhotoAction::Open(path))),
            Pick::FacesFile => {
                Action::Explore(ExploreAction::FacesPath(path.display().to_string()))
            }
            Pick::Animation => Action::Animate(AnimateAction::Open(path)),
            Pick::KeyFaces => Action::Animate(AnimateAction::KeysPath(path.display().to_string())),
            Pick::NewAnimation => return self.animate.file.target = chosen(path),
            Pick::LapseRun => {
                return self.animate.film.lapse.run = path.display().to_string();
            }
            Pick::NewFilm => return self.animate.film.form.choose(&path),
            Pick::NewCurves => return self.train.curves.save.file = chosen(path),
            Pick::NewFaces => return self.explore.controls.faces_out = chosen(path),
            Pick::NewPicture => return self.explore.stills.choose(chosen(path)),
        };
        self.apply(action, ctx);
    }
}
