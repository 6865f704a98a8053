//! Who does what a person wants; what the window and the run do of it.

use std::path::{Path, PathBuf};

use egui::{Context, Theme};

use super::app::App;
use super::frame::closing::Closing;
use super::shared::can_pin;
use super::train::timeline::Timeline;
use crate::config::{DataChoice, LiveConfig, TrainConfig};
use crate::latent::Latent;
use crate::notice::Notice;
use crate::run::samples::MOST_PINNED;
use crate::session::RunState;
use crate::ui::action::{Action, FrameAction, Screen};
use crate::ui::explore::explorer::Opening;
use crate::ui::train::action::TrainAction;
use crate::ui::waker::waker;
use crate::worker::jobs::dialog::pick;
use crate::worker::jobs::model::open_model;
use crate::worker::train::{CheckpointRef, Command, Plan};

impl App {
    /// Does what a person wants.
    pub fn apply(&mut self, action: Action, ctx: &Context) {
        match action {
            Action::Frame(action) => self.apply_frame(action, ctx),
            Action::Data(action) => self.data.apply(action, &mut self.config, ctx),
            Action::Train(action) => self.apply_train(action, ctx),
            Action::Explore(action) => self.look(action, ctx),
        }
        // What was done shows in the next frame, not at the next movement of the mouse.
        ctx.request_repaint();
    }

    fn apply_frame(&mut self, action: FrameAction, ctx: &Context) {
        match action {
            FrameAction::Show(screen) => self.screen = screen,
            FrameAction::Dark(dark) => self.set_dark(dark, ctx),
            FrameAction::Dismiss(id) => self.session.notices.dismiss(id),
            FrameAction::SaveAndClose => {
                self.closing = Closing::Saving;
                self.stop();
            }
            FrameAction::KeepOpen => self.closing = Closing::No,
            FrameAction::Copy(text) => ctx.copy_text(text),
            FrameAction::Browse(what) => {
                self.picking = Some((what, pick(what, waker(ctx))));
            }
        }
    }

    fn apply_train(&mut self, action: TrainAction, ctx: &Context) {
        match action {
            TrainAction::Start => self.start(ctx),
            TrainAction::Pause => self.send(Command::Pause),
            TrainAction::Resume => self.send(Command::Resume),
            TrainAction::Save => self.send(Command::Save),
            TrainAction::Stop => self.stop(),
            TrainAction::Configure(config) => self.configure(*config),
            TrainAction::Adjust(live) => {
                let moving = ctx.input(|input| input.pointer.any_down());
                self.adjust(live, moving);
            }
            TrainAction::StepOnce => self.send(Command::StepOnce),
            TrainAction::StepHalf => self.send(Command::StepHalf),
            TrainAction::RollBack(lower_rates) => self.send(Command::RollBack {
                to: CheckpointRef::Best,
                lower_rates,
            }),
            TrainAction::Pin(face) => self.pin(&face),
            TrainAction::UnpinAll => {
                self.session.pins.none();
                self.send(Command::Pin(Vec::new()));
            }
            TrainAction::LookBack(step) => {
                self.with_run(|timeline, run, _| timeline.look(run, step, ctx));
            }
            TrainAction::PlayWalls(playing) => {
                self.with_run(|timeline, run, walls| timeline.play(run, walls, playing, ctx));
            }
            TrainAction::ListRuns(listing) => self.train.listing = listing,
            TrainAction::ResumeRun(run) => {
                let (steps, data) = (None, self.moved_pictures(&run));
                self.go_on(Plan::Resume { run, steps, data }, ctx);
            }
            TrainAction::Fork(parent) => self.fork(parent, false, ctx),
            TrainAction::ForkWithPictures(parent) => self.fork(parent, true, ctx),
            TrainAction::Curves(look) => self.train.curves.set_look(look),
            TrainAction::ZoomCurves(true) => self.train.curves.zoom_in(),
            TrainAction::ZoomCurves(false) => self.train.curves.zoom_out(),
            TrainAction::CurvesPath(path) => self.train.curves.save.file.path = path,
            TrainAction::SaveCurves(ending) => self.train.save_curves(ending, &self.session, ctx),
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

    fn start(&mut self, ctx: &Context) {
        if self.session.state.is_active() {
            return;
        }
        match self.obstacle() {
            Some(obstacle) => {
                if self.screen != Screen::Data {
                    self.screen = Screen::Train;
                }
                self.session.notices.post(Notice::warning(obstacle));
            }
            None => {
                self.data.rest();
                self.start_run(self.config.clone().into(), ctx);
            }
        }
    }

    /// A run that begins at a checkpoint.
    fn go_on(&mut self, plan: Plan, ctx: &Context) {
        if !self.session.state.is_active() {
            self.start_run(plan, ctx);
        }
    }

    /// Changes live settings of the run.
    fn adjust(&mut self, to: LiveConfig, moving: bool) {
        let from = std::mem::replace(&mut self.config.live, to);
        self.adjusting.sent(moving);
        self.send(Command::Adjust { from, to, moving });
    }

    /// Once the hand lets go of a live setting, it is what is to be marked.
    pub(super) fn settle(&mut self, ctx: &Context) {
        let is_down = ctx.input(|input| input.pointer.any_down());
        if self.adjusting.let_go(is_down) {
            self.adjust(self.config.live, false);
        }
    }

    /// The pictures of the Data screen, for a run whose own are no longer where they were.
    fn moved_pictures(&self, run: &Path) -> Option<DataChoice> {
        let summary = self.train.runs.summary_of(run)?;
        let is_moved = !summary.has_pictures && self.config.data != DataChoice::Starter;
        is_moved.then(|| self.config.data.clone())
    }

    /// A run that begins at the newest checkpoint of another one: with its network, which the checkpoint
    /// belongs to, with its pictures or those of the Data screen, and with the present settings for the rest.
    fn fork(&mut self, parent: PathBuf, with_pictures: bool, ctx: &Context) {
        let Some(of_parent) = self.train.runs.settings_of(&parent) else {
            return;
        };
        let present = self.config.clone();
        let pictures = if with_pictures { &present } else { of_parent };
        let config = TrainConfig {
            data: pictures.data.clone(),
            prepare: pictures.prepare.clone(),
            starter_count: pictures.starter_count,
            starter_edition: pictures.starter_edition,
            steps: present.steps,
            epochs: present.epochs,
            live: present.live,
            keep: present.keep,
            guard: present.guard,
            device: present.device,
            threads: present.threads,
            run: present.run,
            ..of_parent.clone()
        };
        let from = CheckpointRef::Newest;
        self.go_on(
            Plan::Fork {
                parent,
                from,
                config,
            },
            ctx,
        );
    }

    /// Does something with the walls of the run on show.
    fn with_run(&mut self, what: impl FnOnce(&mut Timeline, &Path, &[u64])) {
        if let Some(started) = &self.session.started {
            let walls = self.session.quality.walls();
            what(&mut self.train.past, &started.run, walls);
        }
    }

    fn pin(&mut self, face: &Latent) {
        if !can_pin(&self.session, face) {
            return;
        }
        match self.session.pins.toggle(face) {
            Some(faces) => self.send(Command::Pin(faces)),
            None => {
                let text =
                    format!("{MOST_PINNED} faces are pinned already. Unpin one of them first.");
                self.session.notices.post(Notice::info(text));
            }
        }
    }

    fn stop(&mut self) {
        self.send(Command::Stop);
        self.session.stopping();
    }

    pub(super) fn send(&self, command: Command) {
        if self.session.state == RunState::Stopping {
            return;
        }
        if let Some(trainer) = &self.trainer {
            trainer.send(command);
        }
    }

    pub(super) fn open(&mut self, path: PathBuf, ctx: &Context) {
        self.explore.controls.path = path.display().to_string();
        self.explore.opening = Some(Opening {
            name: path.display().to_string(),
            job: open_model(path.clone(), waker(ctx)),
            path: Some(path),
        });
        self.screen = Screen::Explore;
    }

    pub(super) fn start_export(&mut self, ctx: &Context) {
        let Some(explorer) = &self.explore.explorer else {
            return;
        };
        match explorer.faces.sampler().weights() {
            Some(model) => self.explore.export.start(model, explorer.state.pose(), ctx),
            None => self.session.notices.post(Notice::info(
                "There is no generator yet. Wait for the first step, then export again.",
            )),
        }
    }
}
