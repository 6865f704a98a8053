//! The curves of the run, how they are drawn, and its foot.

use egui::{Id, Label, Popup, PopupCloseBehavior, RichText, Role, ScrollArea, Ui, UiBuilder, vec2};

use super::curves::chart::Pointed;
use super::curves::{self, CurveStyle, MOST_SMOOTHING};
use super::{events, foot, plots};
use crate::readable;
use crate::ui::action::{Action, FrameAction};
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::train::state::TrainScreen;
use crate::ui::widgets::{Button, Foot, Icon, PathField, Tip, ends, path_field, segmented, slider};
use crate::worker::jobs::dialog::Pick;

/// Room for the scroll bar.
const BAR: f32 = 12.0;

/// Draws all curves, what happened last, and the foot of the run.
pub fn show(ui: &mut Ui, state: &mut TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let foot = Foot::of(ui, "foot of the run");
    foot.above(ui, |ui| match state.events {
        true => {
            state.timeline.peek(None);
            events::show(ui, state, shared, actions);
        }
        false => drawn(ui, state, shared, actions),
    });
    foot.show(ui, |ui| foot::show(ui, state, shared, actions));
}

/// All curves over one axis.
fn drawn(ui: &mut Ui, state: &mut TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let parent = state.parent.history();
    state
        .curves
        .follow(&shared.session.history, parent, &shared.session.marks);
    state.curves.set_cursor(state.timeline.at());
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        heading(ui, state, shared, actions);
    });
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        looks(ui, state, shared, actions);
    });
    ui.add_space(theme::TIGHT);
    let axis = curves::axis::HEIGHT + theme::TIGHT;
    let size = vec2(
        ui.available_width(),
        (ui.available_height() - axis).max(0.0),
    );
    let pointed = ui.allocate_ui(size, |ui| charts(ui, state, shared)).inner;
    ui.add_space(theme::TIGHT);
    let on_axis = axis_of_all(ui, state, shared);
    let pointed = on_axis.or(pointed);
    state.curves.point_at(pointed.hovered);
    let whole = |step: f64| step.round().max(0.0) as u64;
    state.timeline.peek(pointed.hovered.map(whole));
    if let Some(step) = pointed.chosen {
        actions.push(Action::Train(TrainAction::LookBack(Some(whole(step)))));
    }
}

/// The steps beneath all charts.
fn axis_of_all(ui: &mut Ui, state: &mut TrainScreen, shared: &Shared<'_>) -> Pointed {
    let best = shared.session.evaluations.best().map(|best| best.step);
    let checkpoints = state.checkpoints.steps(best);
    let about = format!(
        "The steps of the run; yellow: events, green: checkpoints. Press or drag to see the faces of a step, turn the wheel for fewer steps or more.\n{}\n{}\n{}",
        Command::StepWall.tip(),
        Command::ZoomIn.tip(),
        Command::ZoomOut.tip(),
    );
    state.curves.axis(ui, &checkpoints, &about)
}

fn heading(ui: &mut Ui, state: &TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let curves = &state.curves;
    let about = match (curves.told_step(), shared.session.history.is_empty()) {
        (_, true) => String::new(),
        (Some(step), _) => format!("at step {}", readable::count(step)),
        (None, _) => "newest values".to_owned(),
    };
    ends(
        ui,
        |ui| {
            ui.label(RichText::new("Curves").font(theme::heading()));
            ui.add(Label::new(RichText::new(about).color(palette(ui).muted)).truncate());
        },
        |ui| {
            let all = Button::of(Command::ZoomOut).small();
            if curves.is_zoomed() && ui.add(all).clicked() {
                actions.push(Action::Train(TrainAction::ZoomCurves(false)));
            }
            let all = format!(
                "The whole run; a faint band spans least and greatest value where steps are folded together. Press a chart to see the faces of that step, drag over it to see only those steps.\n{}",
                Command::ZoomIn.tip()
            );
            let choices = [
                (false, "All", all.as_str()),
                (true, "Recent", "The last 512 steps, each of them."),
            ];
            let size = vec2(128.0, theme::CONTROL);
            let style = curves.style();
            if let Some(recent) = segmented(ui, Role::RadioButton, style.recent, &choices, size) {
                actions.push(Action::Train(TrainAction::Curves(CurveStyle {
                    recent,
                    ..style
                })));
            }
        },
    );
}

/// Smoothing, scale, the parent's curves, and into a file.
fn looks(ui: &mut Ui, state: &TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let mut style = state.curves.style();
    let about = "Exponential moving average of the curves as in TensorBoard: the share that earlier values keep. The raw curve stays faintly behind.";
    ui.spacing_mut().item_spacing.x = theme::TIGHT;
    // Where both ends change something, one after the other.
    let (mut smoothing, mut log, mut parents) = (style.smoothing, style.log, style.parent);
    ends(
        ui,
        |ui| {
            ui.label(RichText::new("Smoothing").color(palette(ui).muted))
                .tip(about);
            let value = 36.0;
            let size = (
                (ui.available_width() - value).clamp(40.0, 160.0),
                theme::CONTROL,
            );
            let range = 0.0..=MOST_SMOOTHING;
            slider(ui, "Smoothing", &mut smoothing, range, 0.0, size).tip(about);
            let value = format!("{smoothing:.2}");
            ui.label(RichText::new(value).color(palette(ui).muted));
        },
        |ui| {
            let button = Button::new("Log").name(Command::LogScale.name());
            let button = button.command(Command::LogScale).on(log);
            if ui.add(button.small()).clicked() {
                log = !log;
            }
            if let Some(parent) = state.parent.folder() {
                let name = parent.file_name().unwrap_or(parent.as_os_str());
                let tip = format!(
                    "The faint curves of {}, which this run was forked from.",
                    name.to_string_lossy()
                );
                let button = Button::new("Parent").name("Curves of the parent run");
                if ui.add(button.on(parents).small().tip(&tip)).clicked() {
                    parents = !parents;
                }
            }
            file(ui, state, shared, actions);
        },
    );
    (style.smoothing, style.log, style.parent) = (smoothing, log, parents);
    style.smoothing = style.smoothing.clamp(0.0, MOST_SMOOTHING);
    if style != state.curves.style() {
        actions.push(Action::Train(TrainAction::Curves(style)));
    }
}

/// The curves as a picture or a table.
fn file(ui: &mut Ui, state: &TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let more = Button::icon_only(Icon::More, "Curves to a file").small();
    let response = ui.add(more.tip("Write the curves as a picture (PNG) or a table (CSV)."));
    Popup::from_toggle_button_response(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(380.0);
            ui.label(RichText::new("Curves to a file").font(theme::heading()));
            ui.add_space(theme::TIGHT);
            let save = &state.curves.save;
            let mut path = save.file.path.clone();
            let hint = "Path of a .png or .csv file";
            match path_field(ui, "File of curves", hint, &mut path, 380.0) {
                Some(PathField::Browse) => actions.push(Action::Frame(FrameAction::Browse(Pick::NewCurves))),
                Some(_) => actions.push(Action::Train(TrainAction::CurvesPath(path))),
                None => {}
            }
            ui.add_space(theme::TIGHT);
            let has_steps = !shared.session.history.is_empty();
            let can = has_steps && !save.is_busy();
            ui.horizontal(|ui| {
                let picture = Button::new("Save PNG").tip("A picture of all charts as they are drawn here, with the steps on show.");
                if ui.add_enabled(can, picture).clicked() {
                    actions.push(Action::Train(TrainAction::SaveCurves("png")));
                }
                let table = Button::new("Save CSV").tip("A table of the points that are drawn: chart, curve, step, value and smoothed value. Every single step is in metrics.csv in the run folder.");
                if ui.add_enabled(can, table).clicked() {
                    actions.push(Action::Train(TrainAction::SaveCurves("csv")));
                }
            });
        });
}

fn charts(ui: &mut Ui, state: &mut TrainScreen, shared: &Shared<'_>) -> Pointed {
    let train = state;
    let group = Id::unique("curves of the run");
    let space = ui.available_height();
    let evaluations = &shared.session.evaluations;
    let palette = palette(ui);
    let all = plots::all(&train.curves, evaluations, &train.parent, palette, space);
    let rect = ui.available_rect_before_wrap();
    let width = rect.width();
    // The scroll bar stands in the margin, beside the charts; the panel must not grow by it.
    let builder = UiBuilder::new().max_rect(rect.with_max_x(rect.right() + BAR));
    let mut wider = ui.new_child(builder);
    ui.advance_cursor_after_rect(rect);
    ScrollArea::vertical()
        .auto_shrink(false)
        .show(&mut wider, |ui| {
            ui.set_max_width(width);
            let mut pointed = Pointed::default();
            for chart in &all {
                pointed = train.curves.show(ui, group, chart).or(pointed);
                ui.add_space(theme::GAP - ui.spacing().item_spacing.y);
            }
            pointed
        })
        .inner
}
