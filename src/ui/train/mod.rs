//! Settings, wall, curves.

pub mod action;
pub mod adjusting;
mod charts;
pub mod curves;
mod foot;
mod learning;
pub mod parent;
mod plots;
pub mod run_list;
mod runs;
mod settings;
pub mod timeline;

pub use settings::obstacle;
mod wall;

use crate::ui::action::Action;
use crate::ui::train::action::TrainAction;
use egui::{Context, Ui};

use super::layout::{Part, three_parts};
use super::train::curves::Curves;
use super::train::parent::ParentRun;
use super::train::run_list::RunList;
use super::train::timeline::Timeline;
use super::widgets::format;
use super::widgets::sheet::Sheet;
use crate::session::{RunState, Session};
use crate::ui::App;

use crate::ui::theme;
use crate::ui::widgets::{Button, Icon, empty_state, note, progress};

/// What this screen keeps from frame to frame.
pub struct TrainScreen {
    /// The faces that the run draws again and again.
    pub wall: Sheet,
    /// The wall of an earlier step.
    pub past: Timeline,
    /// Runs that one can go on with.
    pub runs: RunList,
    /// Whether their list stands where the wall of the run that is over would.
    pub listing: bool,
    /// What was measured at each step and now and then.
    pub curves: Curves,
    /// The run that this one was forked from.
    pub lineage: ParentRun,
}

impl Default for TrainScreen {
    fn default() -> Self {
        Self {
            wall: Sheet::new("sample wall"),
            past: Timeline::default(),
            runs: RunList::default(),
            listing: false,
            curves: Curves::default(),
            lineage: ParentRun::default(),
        }
    }
}

impl TrainScreen {
    /// A new run has begun: the wall and the curves of the last are gone; how they are drawn stays.
    pub fn begin(&mut self) {
        self.listing = false;
        self.wall = Sheet::new("sample wall");
        self.past = Timeline::default();
        let look = self.curves.look();
        self.curves = Curves::default();
        self.curves.set_look(look);
        self.lineage = ParentRun::default();
    }

    /// Writes all charts to a file with this `ending`.
    pub fn save_curves(&mut self, ending: &str, session: &Session, ctx: &Context) {
        // A picture is looked at on paper and in other programs: on white.
        let (palette, curves) = (theme::palette_of(false), &self.curves);
        let charts = plots::all(curves, &session.quality, &self.lineage, palette, 1.0);
        let panels = curves.panels(&charts);
        self.curves.save.start(ending, panels, ctx);
    }

    /// Before every frame: takes in what was read from disk.
    pub fn follow(&mut self, session: &mut Session, ctx: &Context) {
        let run = session
            .started
            .as_ref()
            .map(|started| started.run.as_path());
        if let Some(run) = run {
            self.curves.save.suggest(run);
        }
        let parent = session.parent.as_ref().map(|(parent, _)| parent.as_path());
        self.lineage.follow(parent, ctx);
        let past = run.and_then(|run| self.past.follow(run, session.quality.walls(), ctx));
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

/// Draws the screen.
pub fn show(ui: &mut Ui, app: &mut App, actions: &mut Vec<Action>) {
    three_parts(
        ui,
        ("settings", 272.0),
        ("curves", 392.0),
        |ui, part| match part {
            Part::Left => settings::show(ui, app, actions),
            Part::Right => charts::show(ui, app, actions),
            Part::Centre => centre(ui, app, actions),
        },
    );
}

fn centre(ui: &mut Ui, app: &App, actions: &mut Vec<Action>) {
    let session = app.session();
    let listed = app.train.listing && !session.state.is_active();
    if app.train.wall.count() > 0 && !(listed && app.train.runs.are_there()) {
        wall::show(ui, app, actions);
        return;
    }
    match session.state {
        RunState::Idle | RunState::Ended => {
            let hint = "Sixty-four faces will appear here, made from the same random numbers every time, so that you see each of them take shape as the network learns.";
            if runs::show(ui, app, actions) {
                return;
            }
            empty_state(ui, "No faces yet", hint, |ui| {
                let obstacle = app.obstacle();
                let start = Button::new("Start training").icon(Icon::Play).primary();
                let start = start.tip("Start a run with the settings on the left. Key: F5");
                if ui.add_enabled(obstacle.is_none(), start).clicked() {
                    actions.push(Action::Train(TrainAction::Start));
                }
                if obstacle.is_some() {
                    ui.add_space(theme::GAP);
                    note(ui, "One of the settings on the left cannot work yet.");
                }
            });
        }
        _ => {
            let (title, hint) = waiting(app);
            empty_state(ui, title, &hint, |ui| match &session.preparing {
                Some(preparing) => {
                    let share = preparing.ready as f32 / preparing.total.max(1) as f32;
                    progress(ui, "Pictures ready", share, 240.0);
                }
                None => {
                    ui.spinner();
                }
            });
        }
    }
}

/// What is being waited for: in two words, and in full.
fn waiting(app: &App) -> (&'static str, String) {
    let session = app.session();
    if session.asked || session.started.is_none() {
        return (
            "Getting ready",
            "Checking the settings and the device.".to_owned(),
        );
    }
    match &session.preparing {
        Some(preparing) => {
            let of = format!(
                "{} of {}",
                format::count(preparing.ready as u64),
                format::count(preparing.total as u64)
            );
            let skipped = match preparing.skipped {
                0 => String::new(),
                skipped => format!(", {} skipped", format::count(skipped as u64)),
            };
            (
                "Preparing pictures",
                format!("{of} ready{skipped}. Training begins as soon as there are enough."),
            )
        }
        None => (
            "The first faces are on their way",
            "They are drawn after the first steps.".to_owned(),
        ),
    }
}
