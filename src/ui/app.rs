//! The window's state, and what happens in every frame.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use egui::{Context, Ui, ViewportCommand};

use super::explore::shelf_file::Shelf;
use super::frame::closing::CloseState;
use super::frame::state::FrameState;
use super::gestures::Gestures;
use super::models::state::ModelsState;
use super::options::WindowOptions;
use super::screenshot::Screenshot;
use super::{drops, theme, train};
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::session::{Exploration, Player, Project, RunState, Session};
use crate::ui::action::{Action, FrameAction, Screen};
use crate::ui::animate::action::Show;
use crate::ui::animate::state::AnimateState;
use crate::ui::data::state::DataScreen;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::made::MadeDirections;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::view::View;
use crate::ui::train::action::TrainAction;
use crate::ui::train::state::TrainScreen;
use crate::worker::Job;
use crate::worker::jobs::dialog::{Pick, Picked};
use crate::worker::jobs::scan::Scan;
use crate::worker::jobs::shipped::{SHIPPED, has_shipped_model};
use crate::worker::sampler::Weights;
use crate::worker::train::{Event, Trainer};

/// Time that a frame may spend on what the threads say. The rest waits for the next frame.
const DRAIN: Duration = Duration::from_millis(10);
pub struct App {
    pub(super) screen: Screen,
    pub(super) dark: bool,
    /// Settings of the next run.
    pub(super) config: TrainConfig,
    pub(super) session: Session,
    pub(super) data: DataScreen,
    pub(super) train: TrainScreen,
    pub(super) explore: ExploreState,
    pub(super) animate: AnimateState,
    pub(super) models: ModelsState,
    pub(super) picking: Option<(Pick, Job<Picked>)>,
    pub(super) closing: CloseState,
    /// Set from outside when the system wants the program to end.
    pub(super) leaving: Arc<AtomicBool>,
    pub(super) screenshot: Option<Screenshot>,
    /// Tells edits of one drag from those of the next.
    pub(super) gestures: Gestures,
    /// What was dropped on the window.
    drops: drops::Drops,
    pub(super) frame: FrameState,
}

impl App {
    /// The window's contents; needs no window.
    pub fn new(options: WindowOptions, ctx: &Context) -> Self {
        theme::install(ctx);
        let shipped = options.shipped && options.model.is_none() && has_shipped_model();
        let first = match (&options.screen, options.model.is_some() || shipped) {
            (Some(screen), _) => *screen,
            (None, true) => Screen::Explore,
            (None, false) => Screen::Train,
        };
        let mut app = Self {
            screen: first,
            dark: true,
            config: options.config,
            session: Session::default(),
            data: DataScreen::default(),
            train: TrainScreen::default(),
            explore: ExploreState::default(),
            animate: AnimateState::default(),
            models: ModelsState::open(options.shelf.as_deref(), options.runs.as_deref(), ctx),
            picking: None,
            closing: CloseState::default(),
            leaving: Arc::default(),
            screenshot: options
                .screenshot
                .map(|path| Screenshot::new(path, options.train_for)),
            gestures: Gestures::default(),
            drops: drops::Drops::default(),
            frame: FrameState::new(options.hints),
        };
        app.data.sync(&app.config);
        app.explore.made = MadeDirections::open(options.shelf.as_deref(), ctx);
        app.explore.stills.keep_in(options.pictures);
        app.animate.file.keep_at(options.shelf.as_deref(), ctx);
        app.explore.shelf = Shelf::open(options.shelf, ctx);
        if let Some(path) = options.model {
            app.apply(Action::Explore(ExploreAction::OpenModel(path)), ctx);
        } else if shipped {
            app.explore.open_shipped(SHIPPED, ctx);
        }
        if let Some(folder) = options.runs {
            app.train.runs.look(folder, ctx);
        }
        if options.train_for.is_some() {
            app.apply(Action::Train(TrainAction::Start), ctx);
        }
        app
    }

    /// What is known of the run.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Settings of the next run.
    pub fn config(&self) -> &TrainConfig {
        &self.config
    }

    /// What is known about the pictures that the settings name.
    pub fn pictures(&self) -> Option<&Scan> {
        self.data.found(&self.config)
    }

    /// Where a person is in the latent space, once there is a generator.
    pub fn explored(&self) -> Option<&Exploration> {
        self.explore
            .explorer
            .as_ref()
            .map(|explorer| &explorer.state)
    }

    /// How much each number of the latent changes the picture, once measured.
    pub fn effects(&self) -> Option<&[f32]> {
        self.explore.controls.raw.effects.as_deref()
    }

    /// How real D takes the current face for, 0..1, where D is known.
    pub fn realness(&self) -> Option<f32> {
        self.explore.explorer.as_ref()?.faces.realness()
    }

    /// How many faces of the shelf are drawn: those in sight.
    pub fn drawn_of_shelf(&self) -> usize {
        let faces = self
            .explore
            .explorer
            .as_ref()
            .map(|explorer| &explorer.faces);
        faces.map_or(0, |faces| faces.sheet(View::Shelf).count())
    }

    /// The colour of the brush that paints on the face.
    pub fn brush_colour(&self) -> [u8; 3] {
        self.explore.controls.painter.colour
    }

    /// The step whose weights drew the current face; 0 before there is one.
    pub fn shown_step(&self) -> u64 {
        self.explore
            .explorer
            .as_ref()
            .map_or(0, |explorer| explorer.faces.step())
    }

    /// The animation of the Animate screen.
    pub fn project(&self) -> &Project {
        &self.animate.project
    }

    /// Where it is played.
    pub fn player(&self) -> &Player {
        &self.animate.player
    }

    /// The film of it that was written last.
    pub fn film(&self) -> Option<&std::path::Path> {
        self.animate.film.done.as_deref()
    }

    /// Whether one is being written.
    pub fn is_filming(&self) -> bool {
        self.animate.film.writing.is_some()
    }

    /// What is shown on the whole screen.
    pub fn full_screen(&self) -> Option<Show> {
        self.animate.shows()
    }

    /// The step whose weights drew the picture of the animation; 0 before there is one.
    pub fn shown_film_step(&self) -> u64 {
        let faces = self
            .explore
            .explorer
            .as_ref()
            .map(|explorer| &explorer.faces);
        faces.map_or(0, |faces| faces.sheet(View::Film).step())
    }

    /// Where the window is.
    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// Takes in an event as if the trainer had sent it.
    pub fn hear(&mut self, event: Event, ctx: &Context) {
        let event = event.worded(Notice::in_window);
        if let Event::Started(started) = &event {
            self.train.begin();
            self.train.runs.look_again(ctx);
            let saved = self
                .session
                .saved
                .as_ref()
                .map(|(_, model)| model.as_path());
            self.explore.run_begins(started, saved);
            self.animate.film.suggest(Some(&started.run));
            self.animate.film.lapse.run = started.run.display().to_string();
            // A run that goes on brings its own settings.
            if started.resumed.is_some() {
                self.config = started.config.clone();
                self.data.sync(&self.config);
            }
            // This folder is taken now: the next run gets one of its own.
            self.config.run = None;
        }
        if matches!(event, Event::History(_)) && self.session.asked {
            self.train.begin_to_look();
        }
        if let Event::Live(live) = &event
            && self.train.adjustments.answered()
        {
            self.config.live = *live;
        }
        let drew = matches!(event, Event::Step(_) | Event::Ended(_));
        self.session.apply(event);
        if drew && !self.session.asked && self.session.last.is_some() && self.explore.faceless {
            self.explore.faceless = false;
            self.follow_run(ctx);
        }
    }

    /// Shows the faces of the run's generator in the explorer.
    fn follow_run(&mut self, ctx: &Context) {
        if let (Some(trainer), Some(started)) = (&self.train.trainer, &self.session.started) {
            let weights = Weights::Live(trainer.weights());
            self.explore.run_has_faces(weights, started, ctx);
        }
    }

    pub(super) fn want_faces(&mut self, ctx: &Context) {
        self.explore.want_faces(self.screen);
        let looked_at = self.train.look.close.as_ref();
        let looked_at = looked_at.filter(|_| self.screen == Screen::Train);
        let (verdict, notice) = self.explore.judge(looked_at, ctx);
        self.train.look.verdict = verdict;
        if let Some(notice) = notice {
            self.session.notices.post(notice);
        }
        if let Some(explorer) = &mut self.explore.explorer {
            let on_show = self.screen == Screen::Animate;
            let pass = ctx.cumulative_pass_nr();
            self.animate.want_faces(explorer, on_show, pass);
        }
    }

    /// Before every frame, also while the window is hidden: what have the threads to say?
    pub fn tick(&mut self, ctx: &Context) {
        self.drain_trainer(ctx);
        self.take_pick(ctx);
        self.frame.tick(&mut self.session, ctx);
        let mut asked = Vec::new();
        let mut drops = std::mem::take(&mut self.drops);
        let (data, train, explore, animate, models, mut host) = self.parts(ctx, &mut asked);
        explore.tick(&mut host);
        train.tick(&mut host);
        data.tick(&mut host);
        animate.tick(explore.explorer.as_ref(), &mut host);
        drops.follow(explore.explorer.is_some(), &mut host);
        models.tick(explore, &mut host);
        self.drops = drops;
        self.apply_all(asked, ctx);
        self.want_faces(ctx);
        self.leave_if_told(ctx);
        self.closing.follow(ctx, &self.session);
        let (has_step, is_settled) = (self.session.last.is_some(), self.is_settled());
        let is_over = self.train.trainer.is_none() && is_settled;
        if let Some(screenshot) = &mut self.screenshot
            && screenshot.follow(ctx, has_step, is_settled, is_over)
        {
            self.leave(ctx);
        }
    }

    /// Set it when the system wants the program to end, and wake the window.
    pub fn leaving(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.leaving)
    }

    /// As the close button does, but without a question that nobody may be there to answer.
    fn leave_if_told(&mut self, ctx: &Context) {
        if !self.leaving.load(Ordering::Acquire) || self.closing == CloseState::Saving {
            return;
        }
        self.leave(ctx);
    }

    fn leave(&mut self, ctx: &Context) {
        if self.session.state.is_active() {
            self.apply(Action::Frame(FrameAction::SaveAndClose), ctx);
        } else {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
    }

    fn drain_trainer(&mut self, ctx: &Context) {
        let begun = Instant::now();
        while let Some(event) = self.train.trainer.as_ref().and_then(Trainer::try_event) {
            let over = matches!(event, Event::Ended(_));
            self.hear(event, ctx);
            if over {
                self.take_wall(ctx);
                self.train.runs.look_again(ctx);
                self.models.look(ctx);
                // The thread leaves after its last event: joining it does not wait.
                self.train.trainer = None;
            } else if begun.elapsed() > DRAIN {
                ctx.request_repaint();
                break;
            }
        }
        self.take_wall(ctx);
    }

    fn take_wall(&mut self, ctx: &Context) {
        if let Some(wall) = self.train.trainer.as_ref().and_then(Trainer::take_wall) {
            self.train.wall.set(ctx, wall);
        }
    }

    /// Takes in a path that was chosen in the system's dialog.
    fn take_pick(&mut self, ctx: &Context) {
        if let Some((what, job)) = &self.picking
            && let Some(result) = job.poll()
        {
            let what = *what;
            self.picking = None;
            match result {
                Ok(Picked::Path(path)) => self.picked(what, path, ctx),
                Ok(Picked::NoDialog) => self.frame.browse(what, ctx),
                Ok(Picked::Cancelled) => {}
                Err(notice) => self.session.notices.post(notice),
            }
        }
    }

    /// Why a run cannot be started with the present settings; `None` if it can.
    pub(super) fn obstacle(&self) -> Option<String> {
        train::obstacle(&self.config).or_else(|| self.data.refusal(&self.config))
    }

    /// Whether the first wall or face of `--screenshot` is there to see.
    pub fn is_settled(&self) -> bool {
        let opening = self.explore.opening.is_some();
        let drawn =
            |explorer: &Explorer| explorer.faces.is_complete() && !explorer.effects.is_measuring();
        let waiting = self.screen == Screen::Animate
            && self
                .explore
                .explorer
                .as_ref()
                .is_some_and(|explorer| !explorer.faces.has_come())
            || self.screen == Screen::Explore
                && (!self.explore.explorer.as_ref().is_none_or(drawn)
                    || self.explore.controls.is_searching());
        let looking = self.screen == Screen::Data && !self.data.is_settled(&self.config);
        let models = self.screen == Screen::Models && !self.models.is_settled();
        !models && !opening && !waiting && !looking && self.session.state != RunState::Preparing
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        if self
            .animate
            .asks_for_monitors(self.screen == Screen::Animate)
            && let Some(window) = frame.winit_window()
        {
            self.animate.monitors.look(window);
        }
        self.tick(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        theme::palette_of(visuals.dark_mode)
            .ground
            .to_normalized_gamma_f32()
    }

    // Panels have fixed sizes and scroll positions are not worth keeping.
    fn persist_egui_memory(&self) -> bool {
        false
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        if self.screenshot.is_none() {
            storage.set_string(super::options::THEME_KEY, self.theme_name().to_owned());
            let scale = self.explore.stills.scale().to_string();
            storage.set_string(super::options::SCALE_KEY, scale);
            storage.set_string(super::options::RECENT_KEY, self.data.recent.to_text());
            storage.set_string(super::options::HINTS_KEY, self.frame.hints.to_text());
        }
    }
}
