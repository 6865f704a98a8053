//! What the Train screen keeps from frame to frame.

use egui::Context;

use super::adjustments::Adjustments;
use super::checkpoints::Checkpoints;
use super::curves::Curves;
use super::parent::ParentRun;
use super::plots;
use super::run_list::RunList;
use super::timeline::Timeline;
use super::wall_face::WallLook;
use crate::session::Session;
use crate::ui::host::Host;
use crate::ui::theme;
use crate::ui::widgets::sheet::Sheet;
use crate::worker::train::{Plan, Trainer};

/// What this screen keeps from frame to frame.
pub struct TrainScreen {
    /// The run's thread, from its start to its last event.
    pub trainer: Option<Trainer>,
    /// What begins as soon as the run has ended.
    pub next: Option<Plan>,
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
}

impl Default for TrainScreen {
    fn default() -> Self {
        Self {
            trainer: None,
            next: None,
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
        }
    }
}

impl TrainScreen {
    /// A new run has begun: the wall and the curves of the last are gone; how they are drawn stays.
    pub fn begin(&mut self) {
        self.adjustments = Adjustments::default();
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
        let (session, ctx) = (&mut *host.session, host.ctx);
        let run = session
            .started
            .as_ref()
            .map(|started| started.run.as_path());
        if let Some(run) = run {
            self.curves.save.suggest(run);
        }
        let parent = session.parent.as_ref().map(|(parent, _)| parent.as_path());
        self.parent.follow(parent, ctx);
        let (walls, newest) = (session.evaluations.walls(), self.wall.step());
        let past = run.and_then(|run| self.timeline.follow(run, walls, newest, ctx));
        self.checkpoints.follow(session, ctx);
        let found = self
            .runs
            .follow(ctx)
            .into_iter()
            .chain(self.curves.save.poll());
        for notice in past.into_iter().chain(found) {
            session.notices.post(notice);
        }
    }
}
