//! What the Train screen keeps from frame to frame.

use std::path::{Path, PathBuf};

use egui::Context;

use super::adjustments::Adjustments;
use super::checkpoints::Checkpoints;
use super::curves::Curves;
use super::parent::ParentRun;
use super::plots;
use super::run_list::{RunChange, RunList};
use super::timeline::Timeline;
use super::wall_face::WallLook;
use crate::notice::{Next, Notice};
use crate::session::{Session, Trouble};
use crate::ui::action::Action;
use crate::ui::host::Host;
use crate::ui::models::action::ModelsAction;
use crate::ui::theme;
use crate::ui::widgets::sheet::Sheet;
use crate::worker::jobs::trash::CAN_TAKE_BACK;
use crate::worker::train::{Outcome, Plan, Trainer};

/// What this screen keeps from frame to frame.
pub struct TrainScreen {
    /// The run's thread, from its start to its last event.
    pub trainer: Option<Trainer>,
    /// What begins as soon as the run has ended.
    pub next: Option<Plan>,
    /// The folder of a run that was resumed and had nothing left to do: it is only looked at.
    pub looked_at: Option<PathBuf>,
    pub adjustments: Adjustments,
    /// The faces that the run draws again and again.
    pub wall: Sheet,
    /// Which face of the wall is looked at.
    pub look: WallLook,
    /// Which step of the run is looked at.
    pub timeline: Timeline,
    /// Where a fork can begin.
    pub checkpoints: Checkpoints,
    /// Whether all events stand where the curves would.
    pub events: bool,
    /// Runs that one can go on with.
    pub runs: RunList,
    /// Whether their list stands where the wall of the run that is over would.
    pub listing: bool,
    /// What was measured at each step and now and then.
    pub curves: Curves,
    /// The run that this one was forked from.
    pub parent: ParentRun,
    /// Whether it is asked if the run is to end for a fork.
    pub asks_fork: bool,
}

impl Default for TrainScreen {
    fn default() -> Self {
        Self {
            trainer: None,
            next: None,
            looked_at: None,
            adjustments: Adjustments::default(),
            wall: Sheet::new("sample wall"),
            look: WallLook::default(),
            timeline: Timeline::default(),
            checkpoints: Checkpoints::default(),
            events: false,
            runs: RunList::default(),
            listing: false,
            curves: Curves::default(),
            parent: ParentRun::default(),
            asks_fork: false,
        }
    }
}

impl TrainScreen {
    /// A new run has begun: the wall and the curves of the last are gone; how they are drawn stays.
    pub fn begin(&mut self) {
        self.adjustments = Adjustments::default();
        self.looked_at = None;
        self.listing = false;
        self.wall = Sheet::new("sample wall");
        self.look = WallLook::default();
        self.timeline = Timeline::default();
        self.checkpoints = Checkpoints::default();
        let style = self.curves.style();
        self.curves = Curves::default();
        self.curves.set_style(style);
        self.parent = ParentRun::default();
    }

    /// A run that is over is only looked at: the wall and the curves of the last are gone.
    pub fn begin_to_look(&mut self) {
        let run = self.looked_at.take();
        self.begin();
        self.looked_at = run;
    }

    /// The folder of the run whose curves are on show.
    pub fn run_on_show<'a>(&'a self, session: &'a Session) -> Option<&'a Path> {
        let failed = matches!(session.outcome, Some(Outcome::Failed(_)));
        let looked_at = self.looked_at.as_deref();
        let looked_at = looked_at.filter(|_| !session.state.is_active() && !failed);
        let started = session.started.as_ref();
        looked_at.or(started.map(|started| started.run.as_path()))
    }

    /// The wall on show: of the step that is looked at, or the newest.
    pub fn wall_on_show(&self, session: &Session) -> &Sheet {
        self.timeline.sheet(&self.wall, session.evaluations.walls())
    }

    /// Writes all charts to a file with this `ending`.
    pub fn save_curves(&mut self, ending: &str, session: &Session, ctx: &Context) {
        // A picture is looked at on paper and in other programs: on white.
        let (palette, curves) = (theme::palette_of(false), &self.curves);
        let charts = plots::all(curves, &session.evaluations, &self.parent, palette, 1.0);
        let panels = curves.panels(&charts);
        self.curves.save.start(ending, panels, ctx);
    }

    /// Before every frame: takes in what was read from disk.
    pub fn tick(&mut self, host: &mut Host<'_>) {
        self.settle(host);
        self.begin_next(host);
        if host.obstacle.is_none() {
            host.session.notices.over(Trouble::Start);
        }
        let (session, ctx) = (&mut *host.session, host.ctx);
        let run = self.run_on_show(session).map(Path::to_owned);
        let run = run.as_deref();
        if let Some(run) = run {
            self.curves.save.suggest(run);
        }
        let parent = session.parent.as_ref().map(|(parent, _)| parent.as_path());
        self.parent.follow(parent, ctx);
        let (walls, newest) = (session.evaluations.walls(), &self.wall);
        let past = run.and_then(|run| self.timeline.follow(run, walls, newest, ctx));
        if let Some(run) = run {
            self.checkpoints.follow(run, session, ctx);
        }
        let found = self
            .runs
            .follow(ctx)
            .into_iter()
            .chain(self.curves.save.poll());
        for notice in past.into_iter().chain(found) {
            session.notices.post(notice);
        }
        for change in self.runs.changed(ctx) {
            if let Ok(change) = &change {
                host.asked.extend(for_models(change).map(Action::Models));
            }
            self.take_change(change, session);
        }
    }

    /// The run on show may be gone: then nothing of it stays.
    pub fn leave_gone(&mut self, run: &Path, session: &mut Session) {
        if self.run_on_show(session) == Some(run) && !session.state.is_active() {
            session.forget_run();
            self.begin();
        }
    }

    /// A run has another name, or is gone.
    fn take_change(&mut self, change: Result<RunChange, Notice>, session: &mut Session) {
        let on_show = self.run_on_show(session).map(Path::to_owned);
        match change {
            // What is still in the trash can be brought back for as long as it is there.
            Err(notice) if matches!(notice.next, Some(Next::TakeBack(_))) => {
                session.notices.post(notice);
            }
            Err(notice) => session.notices.post_until_over(notice, Trouble::Runs),
            Ok(RunChange::Told(notice)) => session.notices.post(notice),
            Ok(RunChange::Renamed { from, to }) => {
                session.notices.over(Trouble::Runs);
                if on_show.as_ref() == Some(&from) {
                    session.moved(&to);
                    if let Some(run) = &mut self.looked_at {
                        *run = to;
                    }
                }
            }
            Ok(RunChange::Trashed(run)) => {
                session.notices.over(Trouble::Runs);
                let name = run.file_name().unwrap_or(run.as_os_str());
                let text = format!("The run is in the trash: {}", name.to_string_lossy());
                self.leave_gone(&run, session);
                let notice = Notice::info(text);
                session.notices.post(match CAN_TAKE_BACK {
                    true => notice.with_next(Next::TakeBack(run)),
                    false => notice,
                });
            }
            Ok(RunChange::Restored(run)) => {
                session.notices.over(Trouble::Runs);
                session.notices.done(&Next::TakeBack(run));
            }
        }
    }
}

/// What it means to the list of models.
fn for_models(change: &RunChange) -> Option<ModelsAction> {
    Some(match change {
        RunChange::Renamed { from, to } => ModelsAction::RunRenamed(from.clone(), to.clone()),
        RunChange::Trashed(run) => ModelsAction::RunTrashed(run.clone()),
        RunChange::Restored(run) => ModelsAction::RunRestored(run.clone()),
        RunChange::Told(_) => return None,
    })
}
