//! Earlier runs, to go on with or to look at.

use egui::{Rect, RichText, ScrollArea, Sense, Ui, vec2};

use super::run_list::ListedRun;
use crate::readable;
use crate::run::RunStatus;
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::train::state::TrainScreen;
use crate::ui::widgets::{Button, Icon, chip};

/// Side of a run's wall.
const WALL: f32 = 96.0;

/// Draws the list; false where there is none to show.
pub fn show(
    ui: &mut Ui,
    state: &TrainScreen,
    shared: &Shared<'_>,
    actions: &mut Vec<Action>,
) -> bool {
    if shared.session.state.is_active() {
        return false;
    }
    let Some(found) = &state.runs.found else {
        return false;
    };
    if found.is_empty() {
        return false;
    }
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.label(RichText::new("Earlier runs").font(theme::heading()));
        let about = "go on where one ended, or start a new one with the settings on the left";
        ui.label(RichText::new(about).color(palette(ui).muted));
    });
    ui.add_space(theme::GAP);
    ui.horizontal(|ui| {
        let obstacle = shared.obstacle.clone();
        let start = Button::new("Start a new run").icon(Icon::Play).primary();
        let start = start.command(Command::Start);
        if ui.add_enabled(obstacle.is_none(), start).clicked() {
            actions.push(Action::Train(TrainAction::Start));
        }
        let back =
            Button::new("Back to the wall").tip("The wall of the run that was trained last.");
        if state.wall_on_show(shared.session).count() > 0 && ui.add(back).clicked() {
            actions.push(Action::Train(TrainAction::ListRuns(false)));
        }
    });
    ui.add_space(theme::WIDE);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for run in found {
            one(ui, shared, run, actions);
            ui.add_space(theme::WIDE);
        }
    });
    true
}

fn one(ui: &mut Ui, shared: &Shared<'_>, run: &ListedRun, actions: &mut Vec<Action>) {
    let summary = &run.summary;
    let name = summary
        .folder
        .file_name()
        .unwrap_or(summary.folder.as_os_str());
    let name = name.to_string_lossy().into_owned();
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(WALL, WALL), Sense::hover());
        paint_wall(ui, run, rect);
        ui.add_space(theme::GAP);
        ui.vertical(|ui| {
            ui.horizontal(|ui| {
                ui.label(RichText::new(&name).font(theme::heading()))
                    .on_hover_text(summary.folder.display().to_string());
                match summary.status {
                    RunStatus::Busy => chip(ui, "running", "A program trains it now."),
                    RunStatus::Interrupted => chip(
                        ui,
                        "interrupted",
                        "It was cut short; nothing before its last checkpoint is lost.",
                    ),
                    RunStatus::Ended => ui.label(""),
                };
            });
            let config = &summary.config;
            let about = format!(
                "{} · {}×{} · width {} · step {}",
                config.data,
                config.size,
                config.size,
                config.width,
                readable::count(summary.step)
            );
            ui.label(RichText::new(about).color(palette(ui).muted));
            ui.add_space(theme::TIGHT);
            buttons(ui, shared, run, &name, actions);
        });
    });
}

fn buttons(
    ui: &mut Ui,
    shared: &Shared<'_>,
    run: &ListedRun,
    name: &str,
    actions: &mut Vec<Action>,
) {
    let summary = &run.summary;
    ui.horizontal(|ui| {
        let can = summary.is_resumable() && summary.checkpoint.is_some();
        let labels = ["Resume", "Fork", "Explore"].map(|what| format!("{what} {name}"));
        let [go_on, fork, explore] = &labels;
        let button = Button::new("Resume").name(go_on).small();
        let tip = "Train on from its newest checkpoint, with all its settings, as if it had never ended.";
        if ui.add_enabled(can, button.tip(tip)).clicked() {
            actions.push(Action::Train(TrainAction::ResumeRun(summary.folder.clone())));
        }
        let button = Button::new("Fork").name(fork).small();
        let tip = "Start a new run from its newest checkpoint with its pictures and its network, and the learning settings on the left; the old run stays as it is.";
        if ui.add_enabled(summary.checkpoint.is_some(), button.tip(tip)).clicked() {
            actions.push(Action::Train(TrainAction::Fork(summary.folder.clone())));
        }
        let other = shared.config.data != summary.config.data;
        let label = format!("Fork {name} with other pictures");
        let button = Button::new("Fork with other pictures").name(&label).quiet().small();
        let tip = "Start a new run from its newest checkpoint that learns from the pictures on the Data screen instead of its own.";
        if ui.add_enabled(other && summary.checkpoint.is_some(), button.tip(tip)).clicked() {
            actions.push(Action::Train(TrainAction::ForkWithPictures(summary.folder.clone())));
        }
        let button = Button::new("Explore").name(explore).quiet().small();
        let tip = "Walk through the latent space of its model.";
        if ui.add_enabled(summary.step > 0, button.tip(tip)).clicked() {
            actions.push(Action::Explore(ExploreAction::OpenModel(summary.folder.join("model.safetensors"))));
        }
    });
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
