//! The newest notice, on a line of its own at the lower edge: it takes room, and so lies over nothing.

use std::sync::Arc;
use std::time::Duration;

use egui::text::LayoutJob;
use egui::{Align, Color32, Frame, Galley, Layout, Margin, Panel, Sense, TextFormat, Ui, vec2};

use crate::notice::{Level, Next, Notice};
use crate::session::{Notices, PostedNotice, Trouble};
use crate::ui::action::{Action, FrameAction, FrameSheet, Screen};
use crate::ui::explore::action::ExploreAction;
use crate::ui::theme::{self, Palette, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::saved_file::FileChoice;
use crate::ui::widgets::{Button, Icon, Tip, ends};

/// Seconds after which a plain notice goes by itself; problems stay until they are put away or over.
const INFO_SECONDS: f64 = 8.0;
/// Lines of text that are shown; all of it stands in the list of notices.
const LINES: usize = 2;
/// Above and below the text.
const MARGIN: f32 = 8.0;

/// The notice on show and since when.
#[derive(Default)]
pub struct NoticeLine {
    since: Option<(u64, f64)>,
}

impl NoticeLine {
    /// Draws the newest notice at the lower edge, and gives whether there is one. Where the `wall` is on show that says
    /// what goes wrong with the run.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        wall: bool,
        notices: &Notices,
        actions: &mut Vec<Action>,
    ) -> bool {
        let is_danger = |posted: &PostedNotice| matches!(posted.trouble, Some(Trouble::Danger(_)));
        let mut on_show = notices.iter().rev();
        let on_show = on_show
            .by_ref()
            .filter(|posted| !(wall && is_danger(posted)));
        let on_show: Vec<&PostedNotice> = on_show.collect();
        let Some(posted) = on_show.first() else {
            self.since = None;
            return false;
        };
        let next = posted.notice.next.as_ref().and_then(step);
        let more = match on_show.len() {
            1 => "Details".to_owned(),
            count => format!("{} more", count - 1),
        };
        let action = next
            .as_ref()
            .map_or(0.0, |(name, ..)| width_of(ui, name) + theme::GAP);
        let buttons = action + width_of(ui, &more) + theme::GAP + theme::CONTROL;
        let space = ui.available_width() - 2.0 * theme::WIDE - 16.0 - theme::WIDE - buttons;
        let text = text(ui, posted, space.max(80.0));
        let height = text.size().y.max(theme::CONTROL_SMALL) + 2.0 * MARGIN;
        let panel = Panel::bottom("notices")
            .exact_size(height)
            .resizable(false)
            .frame(
                Frame::new()
                    .fill(palette(ui).hover)
                    .inner_margin(Margin::symmetric(theme::WIDE as i8, 0)),
            );
        let shown = panel.show(ui, |ui| {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                line(ui, posted, text, actions, (next, &more));
            });
        });
        let touched = shown.response.contains_pointer();
        self.pass_time(ui, posted, touched, actions);
        true
    }

    /// Plain information goes by itself, but not from under the pointer.
    fn pass_time(
        &mut self,
        ui: &Ui,
        posted: &PostedNotice,
        touched: bool,
        actions: &mut Vec<Action>,
    ) {
        let now = ui.input(|input| input.time);
        let since = match self.since {
            Some((id, since)) if id == posted.id && !touched => since,
            _ => now,
        };
        self.since = Some((posted.id, since));
        if posted.notice.level != Level::Info {
            return;
        }
        if now - since > INFO_SECONDS {
            actions.push(Action::Frame(FrameAction::Expire(posted.id)));
        }
        ui.ctx().request_repaint_after(Duration::from_secs(1));
    }
}

/// A dot, the text, and what can be done.
fn line(
    ui: &mut Ui,
    posted: &PostedNotice,
    text: Arc<Galley>,
    actions: &mut Vec<Action>,
    (next, more): (Option<NextStep>, &str),
) {
    let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
    let colour = colour(posted.notice.level, palette(ui));
    ui.painter().circle_filled(dot.center(), 4.0, colour);
    ui.add(egui::Label::new(text)).tip(whole(&posted.notice));
    ends(
        ui,
        |_| {},
        |ui| {
            if let Some(next) = next {
                next_button(ui, next, posted.id, actions);
            }
            let details = Button::new(more).quiet().small();
            let details = details.tip("All notices, with their details.");
            if ui.add(details).clicked() {
                let sheet = Some(FrameSheet::Notices);
                actions.push(Action::Frame(FrameAction::Sheet(sheet)));
            }
            let close = Button::icon_only(Icon::Close, "Dismiss").small();
            let close = close.tip("Put this notice away; the bell in the top bar keeps it.");
            if ui.add(close).clicked() {
                actions.push(Action::Frame(FrameAction::Dismiss(posted.id)));
            }
        },
    );
}

/// What a button for the next step is called, what it does, and how that is asked for.
pub type NextStep = (&'static str, &'static str, Action);

/// A button for what to do next; the notice has done its work then.
pub fn next_button(ui: &mut Ui, next: NextStep, id: u64, actions: &mut Vec<Action>) {
    let (name, tip, action) = next;
    if ui.add(Button::new(name).small().tip(tip)).clicked() {
        actions.push(action);
        actions.push(Action::Frame(FrameAction::Dismiss(id)));
    }
}

/// What can be done next with a press.
pub fn step(next: &Next) -> Option<NextStep> {
    let go = |screen| Action::Frame(FrameAction::Show(screen));
    Some(match next {
        Next::Show(path) => (
            "Open folder",
            "Show it in the system's file manager.",
            Action::Frame(FrameAction::WithFile(FileChoice::Show, path.clone())),
        ),
        Next::ShowHere(path) => (
            "Show here",
            "Look at its folder in this window.",
            Action::Frame(FrameAction::ShowHere(path.clone())),
        ),
        Next::OpenModel(path) => (
            "Try again",
            "Read the model once more.",
            Action::Explore(ExploreAction::OpenModel(path.clone())),
        ),
        Next::TakeBack(run) => (
            "Undo",
            "Take the run out of the trash, back to where it was.",
            Action::Train(TrainAction::RestoreRun(run.clone())),
        ),
        Next::AnotherFolder => (
            "Go to the settings",
            "The folder of a run stands among its settings on the Train screen.",
            go(Screen::Train),
        ),
        Next::OtherPictures(_) => (
            "Choose pictures",
            "Go to the Data screen.",
            go(Screen::Data),
        ),
        Next::MoreSteps(run) => (
            "Fork",
            "Start a new run where this one ended, with the steps of the settings on the Train screen.",
            Action::Train(TrainAction::Fork(run.clone())),
        ),
        Next::StablePreset(_) => (
            "Use the stable preset",
            "End this run and fork it from its best weights with settings that do not collapse.",
            Action::Train(TrainAction::GoOnStable),
        ),
    })
}

/// About how wide a small button with this text is.
fn width_of(ui: &Ui, text: &str) -> f32 {
    let text = text.to_owned();
    let galley = ui
        .painter()
        .layout_no_wrap(text, theme::body(), Color32::PLACEHOLDER);
    galley.size().x + 20.0
}

/// What happened and why, in as many lines as are shown.
fn text(ui: &Ui, posted: &PostedNotice, width: f32) -> Arc<Galley> {
    let palette = palette(ui);
    let mut job = LayoutJob::default();
    job.wrap.max_width = width;
    job.wrap.max_rows = LINES;
    let format = |color: Color32| TextFormat {
        font_id: theme::body(),
        color,
        ..TextFormat::default()
    };
    job.append(&summary(posted), 0.0, format(palette.text));
    if let Some(reason) = reason(&posted.notice) {
        job.append(&format!("  {reason}"), 0.0, format(palette.muted));
    }
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

/// Why, where the first line does not say so already.
pub fn reason(notice: &Notice) -> Option<&str> {
    let reason = notice.reason.as_deref()?;
    (!notice.summary.contains(reason)).then_some(reason)
}

fn whole(notice: &Notice) -> String {
    match notice.details.is_empty() {
        true => notice.summary.clone(),
        false => format!("{}\n{}", notice.summary, notice.details),
    }
}

/// Its first line, and how often it was said.
pub fn summary(posted: &PostedNotice) -> String {
    let text = &posted.notice.summary;
    match posted.times {
        1 => text.clone(),
        times => format!("{text} (×{times})"),
    }
}

/// The colour that stands for how much it matters.
pub fn colour(level: Level, palette: &Palette) -> Color32 {
    match level {
        Level::Info => palette.green,
        Level::Warning => palette.yellow,
        Level::Error => palette.red,
    }
}
