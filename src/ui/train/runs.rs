//! Earlier runs: to go on with, to look at, to put in order.

use std::time::SystemTime;

use egui::{Popup, Rect, RichText, ScrollArea, Sense, Ui, vec2};

use super::run_list::ListedRun;
use crate::readable;
use crate::run::{RunStatus, RunSummary};
use crate::ui::action::{Action, FrameAction};
use crate::ui::explore::action::ExploreAction;
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::train::state::TrainScreen;
use crate::ui::widgets::{Button, Icon, Tip, Typed, chip, empty_state, typed_name};

/// Side of a run's wall.
const WALL: f32 = 96.0;
/// The least width of a run.
const LEAST: f32 = 400.0;

/// Draws the list.
pub fn show(ui: &mut Ui, state: &TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let found = state.runs.found.as_deref().unwrap_or_default();
    let is_active = shared.session.state.is_active();
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.label(RichText::new("Earlier runs").font(theme::heading()));
        let about = match is_active {
            true => "stop the run to resume or fork another one",
            false => "resume one, or start a new one with the settings on the left",
        };
        let about = RichText::new(about).color(palette(ui).muted);
        ui.add(egui::Label::new(about).truncate());
    });
    ui.add_space(theme::GAP);
    ui.horizontal(|ui| {
        if !is_active {
            let start = Button::new("Start a new run").icon(Icon::Play).primary();
            let start = start.command(Command::Start);
            if ui.add_enabled(shared.obstacle.is_none(), start).clicked() {
                does(actions, TrainAction::Start);
            }
        }
        let back = Button::new("Back to the wall").tip("The wall of the run on show.");
        let has_wall = state.wall_on_show(shared.session).count() > 0;
        if (is_active || has_wall) && ui.add(back).clicked() {
            does(actions, TrainAction::ListRuns(false));
        }
    });
    ui.add_space(theme::WIDE);
    if found.is_empty() {
        let hint = "A run stands here as soon as it has begun.";
        empty_state(ui, "No earlier runs", hint, |_| {});
        return;
    }
    let area = ScrollArea::vertical().auto_shrink(false);
    ui.spacing_mut().item_spacing.y = theme::WIDE;
    // As many beside each other as can be read.
    let columns = (ui.available_width() / LEAST).floor().max(1.0) as usize;
    let rows = found.len().div_ceil(columns);
    area.show_rows(ui, WALL, rows, |ui, rows| {
        let places = rows.start * columns..found.len().min(rows.end * columns);
        if state.runs.seen != places {
            does(actions, TrainAction::RunsSeen(places.clone()));
        }
        for row in found.get(places).unwrap_or_default().chunks(columns) {
            ui.columns(columns, |cells| {
                for (ui, run) in cells.iter_mut().zip(row) {
                    ui.push_id(&run.summary.folder, |ui| {
                        one(ui, state, shared, run, actions);
                    });
                }
            });
        }
    });
}

fn does(actions: &mut Vec<Action>, action: TrainAction) {
    actions.push(Action::Train(action));
}

fn one(
    ui: &mut Ui,
    state: &TrainScreen,
    shared: &Shared<'_>,
    run: &ListedRun,
    actions: &mut Vec<Action>,
) {
    let summary = &run.summary;
    let name = run.name();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.y = theme::TIGHT;
        let (rect, _) = ui.allocate_exact_size(vec2(WALL, WALL), Sense::hover());
        paint_wall(ui, run, rect);
        ui.add_space(theme::GAP);
        ui.vertical(|ui| {
            ui.horizontal(|ui| {
                ui.set_min_height(theme::CONTROL_SMALL);
                title(ui, state, summary, &name, actions);
                let is_on_show = state.run_on_show(shared.session) == Some(&summary.folder);
                status(ui, is_on_show, summary);
            });
            for line in [made_from(summary), come_to(summary)] {
                let text = RichText::new(line).color(palette(ui).muted);
                ui.add(egui::Label::new(text).truncate());
            }
            buttons(ui, shared, run, &name, actions);
        });
    });
}

/// Its name, or the field for another one.
fn title(
    ui: &mut Ui,
    state: &TrainScreen,
    summary: &RunSummary,
    name: &str,
    actions: &mut Vec<Action>,
) {
    let naming = state.runs.naming.as_ref();
    let Some((folder, typed)) = naming.filter(|(folder, _)| *folder == summary.folder) else {
        ui.label(RichText::new(name).font(theme::heading()))
            .tip(summary.folder.display().to_string());
        return;
    };
    match typed_name(ui, typed, "Name of the run") {
        Typed::Nothing => {}
        Typed::Changed(text) => {
            does(actions, TrainAction::NameRun(Some((folder.clone(), text))));
        }
        Typed::Emptied => does(actions, TrainAction::NameRun(None)),
        Typed::Done(text) => {
            does(actions, TrainAction::NameRun(None));
            if let Some(text) = text.filter(|text| text != name) {
                does(actions, TrainAction::RenameRun(folder.clone(), text));
            }
        }
    }
}

fn status(ui: &mut Ui, is_on_show: bool, summary: &RunSummary) {
    match summary.status {
        RunStatus::Busy => {
            chip(ui, "running", "A program trains it now.");
        }
        RunStatus::Interrupted => {
            let about = "It was cut short; nothing before its last checkpoint is lost.";
            chip(ui, "interrupted", about);
        }
        RunStatus::Ended | RunStatus::Complete => {}
    }
    if is_on_show && summary.status != RunStatus::Busy {
        chip(
            ui,
            "on show",
            "Its wall and curves are those of this screen.",
        );
    }
}

/// What it learns from, and its network.
fn made_from(summary: &RunSummary) -> String {
    let config = &summary.config;
    let parent = summary.parent.as_ref().and_then(|(parent, step)| {
        let name = parent.file_name()?.to_string_lossy();
        Some(format!(
            " · forked from {name} at step {}",
            readable::count(*step)
        ))
    });
    format!(
        "{} · {}×{} · width {}{}",
        config.data,
        config.size,
        config.size,
        config.width,
        parent.unwrap_or_default()
    )
}

/// How far it has come, how good it was at best, when, and what it takes.
fn come_to(summary: &RunSummary) -> String {
    let mut parts = vec![format!("step {}", readable::count(summary.step))];
    if let Some((step, distance)) = summary.best {
        let step = readable::count(step);
        // Of small ones the places after the point tell.
        let places = if distance < 10.0 { 3 } else { 1 };
        parts.push(format!("best {distance:.places$} at step {step}"));
    }
    let age = SystemTime::now().duration_since(summary.changed);
    parts.push(match age.map(|age| (age.as_secs(), age)) {
        Ok((60.., age)) => format!("{} ago", readable::span(age)),
        // A clock that was set back.
        _ => "just now".to_owned(),
    });
    if summary.bytes > 0 {
        let mib = readable::count(summary.bytes.div_ceil(1 << 20));
        parts.push(format!("{mib} MiB"));
    }
    parts.join(" · ")
}

fn buttons(
    ui: &mut Ui,
    shared: &Shared<'_>,
    run: &ListedRun,
    name: &str,
    actions: &mut Vec<Action>,
) {
    let summary = &run.summary;
    let is_free = !shared.session.state.is_active();
    let has_checkpoint = summary.checkpoint.is_some();
    ui.horizontal(|ui| {
        let can = is_free && summary.is_resumable() && has_checkpoint;
        let labels = ["Resume", "Fork", "Explore"].map(|what| format!("{what} {name}"));
        let [go_on, fork, explore] = &labels;
        let button = Button::new("Resume").name(go_on).small();
        let tip = match summary.status {
            RunStatus::Complete => "It has done all its steps: fork it to train on.",
            _ => "Train on from its newest checkpoint, with all its settings, as if it had never ended.",
        };
        if ui.add_enabled(can, button.tip(tip)).clicked() {
            does(actions, TrainAction::ResumeRun(summary.folder.clone()));
        }
        let button = Button::new("Fork").name(fork).small();
        let tip = "Start a new run from its newest checkpoint with its pictures and its network, and the learning settings on the left; the old run stays as it is.";
        if ui.add_enabled(is_free && has_checkpoint, button.tip(tip)).clicked() {
            does(actions, TrainAction::Fork(summary.folder.clone()));
        }
        let button = Button::new("Explore").name(explore).quiet().small();
        let tip = "Walk through the latent space of its model.";
        if ui.add_enabled(summary.step > 0, button.tip(tip)).clicked() {
            let model = summary.folder.join("model.safetensors");
            actions.push(Action::Explore(ExploreAction::OpenModel(model)));
        }
        let label = format!("More about {name}");
        let more = Button::icon_only(Icon::More, &label).small();
        let response = ui.add(more.tip("Report, name, folder, trash."));
        Popup::menu(&response).show(|ui| menu(ui, shared, summary, name, actions));
    });
}

/// What is done with a run more rarely.
fn menu(
    ui: &mut Ui,
    shared: &Shared<'_>,
    summary: &RunSummary,
    name: &str,
    actions: &mut Vec<Action>,
) {
    ui.set_min_width(180.0);
    let folder = || summary.folder.clone();
    let is_free = !shared.session.state.is_active();
    let other = shared.config.data != summary.config.data;
    let mut item = |ui: &mut Ui, can: bool, text: &str, tip: &str, action: Action| {
        let button = ui.add_enabled(can, egui::Button::new(text));
        if button.tip_always(tip).clicked() {
            actions.push(action);
            // The keyboard does not click beside the menu.
            ui.close();
        }
    };
    let train = Action::Train;
    item(
        ui,
        summary.step > 0,
        "Report",
        "Write a page with its settings, curves, walls and events into its folder, and open it.",
        train(TrainAction::ReportRun(folder())),
    );
    item(
        ui,
        is_free && other && summary.checkpoint.is_some(),
        "Fork with other pictures",
        "Start a new run from its newest checkpoint that learns from the pictures on the Data screen instead of its own.",
        train(TrainAction::ForkWithPictures(folder())),
    );
    ui.separator();
    let is_free = summary.status != RunStatus::Busy;
    item(
        ui,
        is_free,
        "Rename…",
        "Give the run and its folder another name.",
        train(TrainAction::NameRun(Some((folder(), name.to_owned())))),
    );
    item(
        ui,
        true,
        "Open folder",
        "Show its files in the system's file manager.",
        Action::Frame(FrameAction::OpenFolder(folder())),
    );
    item(
        ui,
        true,
        "Copy path",
        "Put the path of its folder on the clipboard.",
        Action::Frame(FrameAction::Copy(summary.folder.display().to_string())),
    );
    item(
        ui,
        is_free,
        "Move to trash",
        "Move its folder to the system's trash, from where it can be taken back.",
        train(TrainAction::TrashRun(folder())),
    );
}

/// The faces of the run's last wall, as many as fit.
fn paint_wall(ui: &Ui, run: &ListedRun, rect: Rect) {
    let columns = run.wall.columns().clamp(1, 4);
    let side = rect.width() / columns as f32;
    if run.wall.count() == 0 {
        let palette = palette(ui);
        ui.painter()
            .rect_filled(rect, theme::TILE_RADIUS, palette.panel);
        return;
    }
    for place in 0..columns * columns {
        let (row, column) = (place / columns, place % columns);
        let corner = rect.min + side * vec2(column as f32, row as f32);
        let tile = Rect::from_min_size(corner, vec2(side, side)).shrink(1.0);
        let face = row * run.wall.columns() + column;
        run.wall.paint(ui.painter(), face, tile, 2.0);
    }
}
