//! The contact sheet: what the network will see, pixel by pixel; and what the next run learns from.

use egui::{Align, Frame, Layout, Panel, RichText, ScrollArea, Sense, Ui, vec2};

use crate::config::DataChoice;
use crate::readable;
use crate::ui::action::{Action, FrameAction};
use crate::ui::data::action::DataAction;
use crate::ui::data::state::DataScreen;
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::{Button, Face, Icon, Tip, cut, empty_state, ends, note, progress};
use crate::worker::jobs::dialog::Pick;

/// Pictures smaller than this are shown enlarged, by a whole number.
const TILE: f32 = 64.0;

pub fn show(ui: &mut Ui, state: &DataScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let frame = Frame::new().inner_margin(egui::Margin {
        top: theme::GAP as i8,
        ..egui::Margin::ZERO
    });
    Panel::bottom("what is learnt from")
        .frame(frame)
        .show_separator_line(false)
        .show(ui, |ui| footer(ui, state, shared, actions));
    heading(ui, state, shared);
    ui.add_space(theme::GAP);
    let screen = state;
    if screen.scan.last(shared.config).is_some() {
        tiles(ui, state, shared, actions);
    } else if let Some(failure) = screen.scan.failure(shared.config) {
        let hint = format!("{}\n{}", failure.summary, failure.details);
        empty_state(ui, "No pictures to show", hint.trim(), |ui| {
            let again = Button::new("Look again").tip("Open the source once more.");
            if ui.add(again).clicked() {
                actions.push(Action::Data(DataAction::Scan { all: false }));
            }
        });
    } else if screen.path.trim().is_empty() && shared.config.data != DataChoice::Starter {
        let hint = "Type a path on the left, or drop a folder, archive or data file anywhere on the window. The kind is recognised from the content.";
        empty_state(ui, "No pictures chosen", hint, |ui| {
            let choose = Button::new("Choose a folder…").primary();
            if ui
                .add(choose.tip("Choose with the system's dialog."))
                .clicked()
            {
                actions.push(Action::Frame(FrameAction::Browse(Pick::PictureFolder)));
            }
        });
    } else {
        let hint = "Opening the source and preparing the first pictures.";
        empty_state(ui, "Looking", hint, |ui| {
            progress(
                ui,
                "Pictures looked at",
                screen.scan.share().unwrap_or(0.0),
                240.0,
            );
        });
    }
}

fn heading(ui: &mut Ui, state: &DataScreen, shared: &Shared<'_>) {
    let config = shared.config;
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.label(RichText::new("What the network sees").font(theme::heading()));
        let kind = if config.channels == 1 {
            "grey"
        } else {
            "colour"
        };
        let mut about = format!("{0}×{0} · {kind}", config.size);
        let last = state.scan.last(config);
        let shown = last.map_or(0, |found| found.shown.len());
        if shown > 0 {
            about += &match last.is_some_and(|found| found.pictures == shown) {
                true => format!(" · all {shown}"),
                false => format!(" · {shown} picked at random"),
            };
        }
        ui.label(RichText::new(about).color(palette(ui).muted));
        let stale = shown > 0 && state.scan.found(config).is_none();
        if stale {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spinner();
            });
        }
    });
}

fn tiles(ui: &mut Ui, state: &DataScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let sheet = &state.sheet;
    let pixels = ui.pixels_per_point();
    let own = sheet.tile().max(1) as f32 / pixels;
    // Whole multiples only: this is what the network sees, no more and no less.
    let side = (TILE / own).round().max(1.0) * own;
    let current = state.editor.shows(shared.config);
    let shown = state
        .scan
        .last(shared.config)
        .map_or(&[][..], |found| &found.shown);
    // Of settings that do not hold any more.
    let faded = state.scan.found(shared.config).is_none();
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        if faded {
            ui.set_opacity(0.45);
        }
        let step = side + theme::TIGHT;
        let room = ui.available_width() - 12.0;
        let columns = ((room + theme::TIGHT) / step).floor().max(1.0) as usize;
        let rows = sheet.count().div_ceil(columns);
        let size = vec2(columns as f32 * step, rows as f32 * step);
        let (area, _) = ui.allocate_exact_size(size, Sense::hover());
        let left = area.left() + 0.5 * (room - columns as f32 * step + theme::TIGHT).max(0.0);
        let round = |length: f32| (length * pixels).round() / pixels;
        for (place, index) in shown.iter().enumerate().take(sheet.count()) {
            let corner = egui::pos2(
                round(left + (place % columns) as f32 * step),
                round(area.top() + (place / columns) as f32 * step),
            );
            let rect = egui::Rect::from_min_size(corner, vec2(side, side));
            let face = Face::new(sheet, place).selected(current == Some(*index));
            let response = face.button(ui, rect, &format!("Picture {}", place + 1));
            if response.has_focus() && !ui.clip_rect().contains_rect(rect) {
                ui.scroll_to_rect(rect, None);
            }
            let tip = response.tip("Show the original of this picture.");
            if tip.clicked() {
                actions.push(Action::Data(DataAction::Original(*index)));
            }
        }
    });
}

/// What Start learns from, in words that leave no doubt, and the way there.
fn footer(ui: &mut Ui, state: &DataScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let session = shared.session;
    ui.horizontal(|ui| {
        ui.set_min_height(36.0);
        let active = session.state.is_active();
        let (words, name) = match session.started.as_ref().filter(|_| active) {
            Some(started) => ("The run learns from", started.data.clone()),
            None => ("Start learns from", shared.pictures.1.clone()),
        };
        let source = |ui: &mut Ui| {
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                note(ui, words);
                let text = RichText::new(&name).font(theme::heading());
                cut(ui, text, &name);
            });
        };
        ends(ui, source, |ui| {
            deepen(ui, state, shared, actions);
            if active {
                return;
            }
            let obstacle = shared.obstacle.clone();
            let start = Button::new("Train on these").command(Command::Start);
            let start = start.icon(Icon::Play).primary();
            if ui.add_enabled(obstacle.is_none(), start).clicked() {
                actions.push(Action::Frame(FrameAction::Show(crate::ui::Screen::Train)));
                actions.push(Action::Train(TrainAction::Start));
            }
        });
    });
}

/// The way from a few pictures to all of them.
fn deepen(ui: &mut Ui, state: &DataScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let scan = &state.scan;
    if let Some(share) = scan.share() {
        progress(ui, "Pictures looked at", share, 72.0);
        let cancel = Button::new("Cancel").tip("Stop looking at the pictures.");
        if ui.add_enabled(!scan.is_cancelled(), cancel).clicked() {
            actions.push(Action::Data(DataAction::Cancel));
        }
        return;
    }
    match scan.found(shared.config) {
        Some(found) if found.is_whole() => {
            let all = readable::count(found.looked_at as u64);
            note(ui, format!("all {all} checked"));
        }
        Some(_) => {
            let tip = "Look at every picture now: broken ones are found, and all are ready when training begins.";
            if ui.add(Button::new("Check all").tip(tip)).clicked() {
                actions.push(Action::Data(DataAction::Scan { all: true }));
            }
        }
        None => {}
    }
}
