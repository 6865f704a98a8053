//! What happened in the run, all of it: press an event to see the faces and the curves of its step.

use egui::{
    Align, Color32, Label, Layout, RichText, Role, ScrollArea, Sense, TextWrapMode, Ui, WidgetInfo,
    WidgetText, pos2, vec2,
};

use crate::readable;
use crate::run::{RunEvent, RunEventKind};
use crate::ui::action::Action;
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, Palette, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::train::state::TrainScreen;
use crate::ui::widgets::{Button, Tip, focus_ring, leaves_arrows, note};

/// Height of an event.
const ROW: f32 = 24.0;

/// Draws all events, the newest first, in place of the curves.
pub fn show(ui: &mut Ui, state: &TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let marks = &shared.session.marks;
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let back = Button::new("Curves").small().name("Back to the curves");
            if ui.add(back.command(Command::ListEvents)).clicked() {
                actions.push(Action::Train(TrainAction::ListEvents(false)));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.label(RichText::new("Events").font(theme::heading()));
                let about = format!("{} in this run, newest first", marks.len());
                ui.add(Label::new(RichText::new(about).color(palette(ui).muted)).truncate());
            });
        });
    });
    ui.add_space(theme::TIGHT);
    if marks.is_empty() {
        note(
            ui,
            "Nothing yet. Changes of settings, checkpoints, the best weights and warnings stand here.",
        );
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical().auto_shrink(false);
    area.show_rows(ui, ROW, marks.len(), |ui, places| {
        for mark in marks.iter().rev().skip(places.start).take(places.len()) {
            row(ui, mark, state.timeline.at(), actions);
        }
    });
}

/// An event as something to press; marked where the time cursor stands `at` its step.
pub fn row(ui: &mut Ui, mark: &RunEvent, at: Option<u64>, actions: &mut Vec<Action>) {
    let text = format!("step {} · {}", readable::count(mark.step), mark.what);
    let is_here = at == Some(mark.step);
    let size = vec2(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_here, &text));
    leaves_arrows(&response);
    if ui.is_rect_visible(rect) {
        let colours = palette(ui);
        let is_hot = is_here || response.hovered() || response.has_focus();
        let ink = if is_hot { colours.text } else { colours.muted };
        let middle = rect.left_center() + vec2(4.0, 0.0);
        let dot = colour(&mark.what, colours);
        ui.painter().circle_filled(middle, 4.0, dot);
        let written = WidgetText::from(RichText::new(&text).font(theme::small()).color(ink));
        let wrap = Some(TextWrapMode::Truncate);
        let galley = written.into_galley(ui, wrap, rect.width() - 16.0, theme::small());
        let corner = pos2(rect.left() + 16.0, rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(corner, galley, ink);
        focus_ring(ui, &response, rect);
    }
    if response.clicked() {
        actions.push(Action::Train(TrainAction::LookBack(Some(mark.step))));
    }
    response.tip(format!("{text}\nPress to see the faces of this step."));
}

fn colour(what: &RunEventKind, palette: &Palette) -> Color32 {
    match what {
        RunEventKind::Warning { .. } => palette.red,
        RunEventKind::Checkpoint | RunEventKind::Best { .. } => palette.green,
        RunEventKind::Changed { .. } | RunEventKind::RolledBack { .. } => palette.yellow,
        _ => palette.blue,
    }
}
