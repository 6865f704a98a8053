//! What a person wants of the run, and the trainer's thread that does it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::{DataChoice, LiveConfig, Preset, TrainConfig};
use crate::latent::Latent;
use crate::notice::Notice;
use crate::run::samples::MOST_PINNED;
use crate::session::{RunState, Session, Trouble};
use crate::ui::action::{Action, Screen};
use crate::ui::data::action::DataAction;
use crate::ui::host::Host;
use crate::ui::shared::can_pin;
use crate::ui::train::action::TrainAction;
use crate::ui::train::state::TrainScreen;
use crate::ui::waker::waker_within;
use crate::worker::train::{CheckpointRef, Command, Plan, Trainer};

/// Between two frames that only a training step asked for: drawing must not take the processor
/// from training.
const STEP_FRAME: Duration = Duration::from_millis(50);

/// A folder for a fork of `run` with the stable preset, told from it by its name; none where that is taken.
fn beside(run: &Path) -> Option<PathBuf> {
    let mut name = run.file_name()?.to_owned();
    name.push("-stable");
    Some(run.with_file_name(name)).filter(|fork| !fork.exists())
}

/// The settings of a fork: with its parent's network, which the checkpoint belongs to, with `pictures`, and with
/// the `present` settings for the rest.
fn forked(of_parent: &TrainConfig, pictures: &TrainConfig, present: &TrainConfig) -> TrainConfig {
    TrainConfig {
        data: pictures.data.clone(),
        prepare: pictures.prepare.clone(),
        starter_count: pictures.starter_count,
        starter_edition: pictures.starter_edition,
        steps: present.steps,
        epochs: present.epochs,
        live: present.live,
        keep: present.keep.clone(),
        guard: present.guard,
        device: present.device,
        threads: present.threads,
        run: present.run.clone(),
        ..of_parent.clone()
    }
}

impl TrainScreen {
    /// Does what a person wants of the Train screen and the run.
    pub fn apply(&mut self, action: TrainAction, host: &mut Host<'_>) {
        let session = &mut *host.session;
        match action {
            TrainAction::Start => self.start(host),
            TrainAction::Pause => self.send(session, Command::Pause),
            TrainAction::Resume => self.send(session, Command::Resume),
            TrainAction::Save => self.send(session, Command::Save),
            TrainAction::Stop => self.stop(session),
            TrainAction::Adjust(live) => {
                let moving = host.ctx.input(|input| input.pointer.any_down());
                self.adjust(live, moving, host);
            }
            TrainAction::StepOnce => self.send(session, Command::StepOnce),
            TrainAction::StepHalf => self.send(session, Command::StepHalf),
            TrainAction::RollBack(lower_rates) => {
                let to = CheckpointRef::Best;
                self.send(session, Command::RollBack { to, lower_rates });
            }
            TrainAction::KeepDirections(directions) => {
                self.send(session, Command::KeepDirections(directions));
            }
            TrainAction::GoOnStable => self.go_on_stable(host),
            TrainAction::Pin(face) => self.pin(&face, host),
            TrainAction::UnpinAll => {
                session.pins.none();
                self.send(session, Command::Pin(Vec::new()));
            }
            TrainAction::LookBack(step) => self.look(session, step),
            TrainAction::StepWall(by) => {
                self.timeline.step(session.evaluations.walls(), by);
                self.follow_cursor();
            }
            TrainAction::FirstWall => {
                let first = session.evaluations.walls().first().copied();
                self.look(session, first);
            }
            TrainAction::PlayWalls(playing) => {
                self.timeline.play(session.evaluations.walls(), playing);
            }
            TrainAction::PlayOrHoldWalls => {
                let playing = !self.timeline.is_playing();
                self.timeline.play(session.evaluations.walls(), playing);
            }
            TrainAction::AskFork(asks) => self.asks_fork = asks,
            TrainAction::ForkHere => {
                self.asks_fork = false;
                self.fork_here(host);
            }
            TrainAction::ListEvents(events) => self.events = events,
            TrainAction::ListRuns(listing) => {
                self.listing = listing;
                if listing {
                    self.runs.look_again(host.ctx);
                }
            }
            TrainAction::RunsSeen(places) => self.runs.seen = places,
            TrainAction::NameRun(naming) => self.runs.naming = naming,
            TrainAction::RenameRun(run, name) => self.runs.rename(run, name, host.ctx),
            TrainAction::TrashRun(run) => self.runs.trash(run, host.ctx),
            TrainAction::RestoreRun(run) => self.runs.restore(run, host.ctx),
            TrainAction::RunMoved(run) => {
                self.leave_gone(&run, session);
                self.runs.look_again(host.ctx);
            }
            TrainAction::ReportRun(run) => self.runs.report(run, host.ctx),
            TrainAction::ResumeRun(run) => {
                let (steps, data) = (None, self.moved_pictures(&run, host.config));
                self.looked_at = Some(run.clone());
                self.go_on(Plan::Resume { run, steps, data }, host);
            }
            TrainAction::Fork(parent) => self.fork(parent, false, host),
            TrainAction::ForkWithPictures(parent) => self.fork(parent, true, host),
            TrainAction::Curves(style) => self.curves.set_style(style),
            TrainAction::ZoomCurves(true) => self.curves.zoom_in(),
            TrainAction::ZoomCurves(false) => self.curves.zoom_out(),
            TrainAction::CurvesPath(path) => self.curves.save.file.path = path,
            TrainAction::SaveCurves(ending) => self.save_curves(ending, session, host.ctx),
        }
    }

    fn start(&mut self, host: &mut Host<'_>) {
        if host.session.state.is_active() {
            return;
        }
        match host.obstacle.take() {
            Some(obstacle) => {
                if host.screen != Screen::Data {
                    host.show(Screen::Train);
                }
                let notices = &mut host.session.notices;
                notices.post_until_over(Notice::warning(obstacle), Trouble::Start);
            }
            None => {
                host.ask(Action::Data(DataAction::Rest));
                self.start_run(host.config.clone().into(), host);
            }
        }
    }

    fn start_run(&mut self, plan: Plan, host: &mut Host<'_>) {
        self.listing = false;
        host.session.begin();
        self.trainer = Some(Trainer::start(plan, waker_within(host.ctx, STEP_FRAME)));
    }

    /// A run that begins at a checkpoint.
    fn go_on(&mut self, plan: Plan, host: &mut Host<'_>) {
        if !host.session.state.is_active() {
            self.start_run(plan, host);
        }
    }

    /// Changes live settings of the run.
    fn adjust(&mut self, to: LiveConfig, moving: bool, host: &mut Host<'_>) {
        let from = std::mem::replace(&mut host.config.live, to);
        self.adjustments.sent(moving);
        self.send(host.session, Command::Adjust { from, to, moving });
    }

    /// Once the hand lets go of a live setting, it is what is to be marked.
    pub fn settle(&mut self, host: &mut Host<'_>) {
        let is_down = host.ctx.input(|input| input.pointer.any_down());
        if self.adjustments.let_go(is_down) {
            self.adjust(host.config.live, false, host);
        }
    }

    /// The pictures of the Data screen, for a run whose own are no longer where they were.
    fn moved_pictures(&self, run: &Path, present: &TrainConfig) -> Option<DataChoice> {
        let summary = self.runs.summary_of(run)?;
        let is_moved = !summary.has_pictures && present.data != DataChoice::Starter;
        is_moved.then(|| present.data.clone())
    }

    /// A run that begins at the newest checkpoint of another one: with its network, which the checkpoint
    /// belongs to, with its pictures or those of the Data screen, and with the present settings for the rest.
    fn fork(&mut self, parent: PathBuf, with_pictures: bool, host: &mut Host<'_>) {
        let Some(of_parent) = self.settings_of(&parent, host.session) else {
            let text = "The settings of this run are not known: it is none of the listed ones.";
            host.session.notices.post(Notice::warning(text).at(&parent));
            return;
        };
        let pictures = if with_pictures {
            &*host.config
        } else {
            of_parent
        };
        let config = forked(of_parent, pictures, host.config);
        let from = CheckpointRef::Newest;
        let plan = Plan::Fork {
            parent,
            from,
            config,
        };
        self.go_on(plan, host);
    }

    /// The settings of the run on show, or of one that is listed.
    fn settings_of<'a>(&'a self, run: &Path, session: &'a Session) -> Option<&'a TrainConfig> {
        let started = session.started.as_ref();
        let started = started.filter(|started| started.run == run);
        let started = started.map(|started| &started.config);
        started.or_else(|| self.runs.settings_of(run))
    }

    /// The checkpoint of the run on show that is nearest to the time cursor, where a fork may begin now.
    pub fn fork_point(&self, session: &Session) -> Option<(u64, CheckpointRef)> {
        if session.state == RunState::Stopping {
            return None;
        }
        let best = session.evaluations.best().map(|best| best.step);
        // Without a cursor the newest one is meant.
        self.checkpoints
            .nearest(self.timeline.at().unwrap_or(u64::MAX), best)
    }

    /// A fork of the run on show that begins at the checkpoint which is nearest to the time cursor.
    fn fork_here(&mut self, host: &mut Host<'_>) {
        let point = self.fork_point(host.session);
        let (Some((step, from)), Some(parent)) = (point, self.run_on_show(host.session)) else {
            return;
        };
        let Some(config) = self.settings_of(parent, host.session) else {
            return;
        };
        let plan = Plan::Fork {
            parent: parent.to_owned(),
            from,
            config: forked(config, config, host.config),
        };
        if !host.session.state.is_active() {
            return self.go_on(plan, host);
        }
        // Its last checkpoint would crowd out the oldest, which may be this one.
        self.send(host.session, Command::Spare(step));
        self.next = Some(plan);
        self.stop(host.session);
    }

    fn look(&mut self, session: &Session, step: Option<u64>) {
        let newest = session.last.map_or(0, |last| last.step);
        self.timeline.look(step.filter(|step| *step < newest));
        self.follow_cursor();
    }

    /// The step that is looked at is one of those on show.
    fn follow_cursor(&mut self) {
        if let Some(step) = self.timeline.at() {
            self.curves.bring_into_sight(step as f64);
        }
    }

    /// Ends the run, which goes bad, and forks it from its best weights with settings that do not.
    fn go_on_stable(&mut self, host: &mut Host<'_>) {
        let Some(started) = &host.session.started else {
            return;
        };
        let before = TrainConfig {
            steps: None,
            epochs: None,
            run: beside(&started.run),
            ..started.config.clone()
        };
        self.next = Some(Plan::Fork {
            parent: started.run.clone(),
            from: match host.session.evaluations.best() {
                Some(_) => CheckpointRef::Best,
                None => CheckpointRef::Newest,
            },
            config: Preset::Stable.apply_learning(&before),
        });
        if host.session.state.is_active() {
            self.stop(host.session);
        }
    }

    pub fn begin_next(&mut self, host: &mut Host<'_>) {
        if self.trainer.is_none()
            && !host.session.state.is_active()
            && let Some(plan) = self.next.take()
        {
            self.start_run(plan, host);
        }
    }

    fn pin(&mut self, face: &Latent, host: &mut Host<'_>) {
        if !can_pin(host.session, face) {
            return;
        }
        match host.session.pins.toggle(face) {
            Some(faces) => self.send(host.session, Command::Pin(faces)),
            None => {
                let text =
                    format!("{MOST_PINNED} faces are pinned already. Unpin one of them first.");
                host.post(Notice::info(text));
            }
        }
    }

    /// Saves and ends the run.
    pub fn stop(&self, session: &mut Session) {
        self.send(session, Command::Stop);
        session.stopping();
    }

    fn send(&self, session: &Session, command: Command) {
        if session.state == RunState::Stopping {
            return;
        }
        if let Some(trainer) = &self.trainer {
            trainer.send(command);
        }
    }
}
