//! The sample wall, now and at earlier steps.

use egui::{Frame, Id, Label, Rect, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use super::timeline::nearest;
use super::wall_face::{WallFace, WallLook};

use crate::config::{Penalty, live};
use crate::readable;
use crate::session::RunState;
use crate::ui::action::Action;
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::shared::{Shared, takes_pins};
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::train::state::TrainScreen;
use crate::ui::widgets::sheet::Sheet;
use crate::ui::widgets::{Button, Icon, Tip, ends, progress, slider};
use crate::worker::train::LoadProgress;

/// Height of the line beneath the wall.
const FOOTER: f32 = 36.0;

/// Draws the wall on show, what the guard has to say above it and the way through time beneath.
pub fn show(ui: &mut Ui, state: &mut TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    guard(ui, shared, actions);
    heading(ui, state, shared, actions);
    ui.add_space(theme::GAP);
    let TrainScreen {
        timeline,
        wall,
        look,
        ..
    } = state;
    let sheet = timeline.sheet(wall, shared.session.evaluations.walls());
    // D's verdict is that of the newest weights.
    let is_newest = std::ptr::eq(sheet, &*wall);
    tiles(ui, shared, (sheet, is_newest), look, actions);
    match &shared.session.preparing {
        Some(preparing) => still_preparing(ui, preparing),
        None => through_time(ui, state, shared, actions),
    }
}

fn heading(ui: &mut Ui, state: &TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let sheet = state.wall_on_show(shared.session);
    let pinned = shared.session.pins.at(sheet.step());
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let count = match pinned.len() {
            0 => String::new(),
            count => format!("{count} pinned · "),
        };
        let about = format!(
            "{} faces · {count}same latents at every step",
            sheet.count()
        );
        let heading = |ui: &mut Ui| {
            ui.label(RichText::new("Wall").font(theme::heading()));
            ui.add(Label::new(RichText::new(about).color(palette(ui).muted)).truncate());
        };
        ends(ui, heading, |ui| {
            let unpin = Button::new("Unpin all").quiet().small();
            let unpin = unpin.tip("Let none of the pinned faces stand first any longer.");
            if takes_pins(shared.session)
                && !shared.session.pins.now().is_empty()
                && ui.add(unpin).clicked()
            {
                actions.push(Action::Train(TrainAction::UnpinAll));
            }
            let list = Button::new("Earlier runs").small();
            let list = list.tip("Resume another run, or look at its faces.");
            if state.runs.are_there() && ui.add(list).clicked() {
                actions.push(Action::Train(TrainAction::ListRuns(true)));
            }
            step_label(ui, sheet.step());
        });
    });
}

/// As wide as the widest number of so many digits, so that nothing beside it moves while walls are played.
fn step_label(ui: &mut Ui, step: u64) {
    let text = format!("step {}", readable::count(step));
    let widest: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let colour = palette(ui).muted;
    let room = ui
        .painter()
        .layout_no_wrap(widest, theme::body(), colour)
        .size();
    ui.allocate_ui(room, |ui| {
        ui.set_min_width(room.x);
        ui.label(RichText::new(text).color(colour));
    });
}

fn tiles(
    ui: &mut Ui,
    shared: &Shared<'_>,
    (sheet, is_newest): (&Sheet, bool),
    look: &mut WallLook,
    actions: &mut Vec<Action>,
) {
    // Kept free also when there is nothing to say, so that the wall does not jump.
    let space = ui.available_size() - vec2(0.0, FOOTER);
    let columns = sheet.columns().max(1);
    let rows = sheet.count().div_ceil(columns);
    let tile = tile_side(ui, sheet.tile(), space, columns, rows);
    let span = |count: usize| count as f32 * tile + (count - 1) as f32 * theme::TIGHT;
    let size = vec2(span(columns), span(rows));
    let (area, _) = ui.allocate_exact_size(space, Sense::hover());
    // On whole pixels, or nearest-neighbour sampling doubles some rows and drops others.
    let pixels = ui.pixels_per_point();
    let corner = area.center() - size / 2.0;
    let corner = egui::pos2(
        (corner.x * pixels).round() / pixels,
        ((corner.y.max(area.top())) * pixels).round() / pixels,
    );
    let all = Rect::from_min_size(corner, size);
    let response = ui.interact(all, Id::unique("sample wall"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Sample wall"));
    look.begin(sheet.count(), columns);
    for place in 0..sheet.count() {
        let step = tile + theme::TIGHT;
        let offset = vec2(
            (place % columns) as f32 * step,
            (place / columns) as f32 * step,
        );
        let rect = Rect::from_min_size(corner + offset, vec2(tile, tile));
        let face = WallFace {
            sheet,
            place,
            is_newest,
        };
        face.show(ui, shared, look, rect, actions);
    }
}

fn still_preparing(ui: &mut Ui, preparing: &LoadProgress) {
    let ready = readable::count(preparing.ready as u64);
    let total = readable::count(preparing.total as u64);
    ui.horizontal(|ui| {
        ui.set_min_height(FOOTER);
        let share = preparing.ready as f32 / preparing.total.max(1) as f32;
        progress(ui, "Pictures ready", share, 120.0);
        let text = format!("{ready} of {total} pictures ready; training has begun on these");
        let text = RichText::new(text)
            .font(theme::small())
            .color(palette(ui).muted);
        ui.add(Label::new(text).truncate());
    });
}

/// The kept walls on a line: play them, or drag to one.
fn through_time(ui: &mut Ui, state: &TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let walls = shared.session.evaluations.walls();
    let timeline = &state.timeline;
    ui.horizontal(|ui| {
        ui.set_min_height(FOOTER);
        match (walls.first(), walls.last()) {
            (Some(&first), Some(&last)) if first < last => {
                scrubber(ui, state, (walls, first, last), actions);
            }
            _ if timeline.at().is_none() => return,
            // Before there are two walls one can look back along the curves.
            _ => {}
        }
        if timeline.at().is_none() {
            ui.label(RichText::new("now").color(palette(ui).muted));
            return;
        }
        let back = Button::new("Now").quiet().small();
        if ui.add(back.command(Command::NewestWall)).clicked() {
            actions.push(Action::Train(TrainAction::LookBack(None)));
        }
        fork(ui, state, shared, actions);
    });
}

/// Plays the kept walls, and goes to any of them.
fn scrubber(
    ui: &mut Ui,
    state: &TrainScreen,
    (walls, first, last): (&[u64], u64, u64),
    actions: &mut Vec<Action>,
) {
    let timeline = &state.timeline;
    let (icon, name) = if timeline.is_playing() {
        (Icon::Pause, "Hold the walls")
    } else {
        (Icon::Play, "Play the walls")
    };
    let button = Button::icon_only(icon, name).command(Command::PlayWalls);
    if ui.add(button).clicked() {
        actions.push(Action::Train(TrainAction::PlayWalls(
            !timeline.is_playing(),
        )));
    }
    let width = ui.available_width() - 116.0;
    let before = timeline.at().unwrap_or(last).clamp(first, last) as f32;
    let mut at = before;
    let range = first as f32..=last as f32;
    let response = slider(
        ui,
        "Step of the wall",
        &mut at,
        range,
        first as f32,
        (width, theme::CONTROL),
    );
    let about = "The wall of an earlier step, as it was kept; all the way to the right is now.";
    let about = format!("{about}\n{}", Command::StepWall.tip());
    response.tip(with_keys(&about, &[Place::Slider]));
    if at != before {
        let step = nearest(walls, at.round().max(0.0) as u64);
        let step = step.filter(|step| *step < last);
        actions.push(Action::Train(TrainAction::LookBack(step)));
    }
}

/// A new run that begins where the time cursor stands, or at the nearest checkpoint.
fn fork(ui: &mut Ui, state: &TrainScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let point = state.fork_point(shared.session);
    let (name, tip) = match &point {
        Some((step, _)) => {
            let step = readable::count(*step);
            let tip = format!(
                "The nearest checkpoint is that of step {step}. {}",
                Command::ForkHere.tip()
            );
            (format!("Fork from step {step}"), tip)
        }
        None => {
            let tip =
                "There is no checkpoint to begin at yet, or the run is being saved.".to_owned();
            (Command::ForkHere.name().to_owned(), tip)
        }
    };
    let button = Button::new("Fork").name(&name).small().tip(&tip);
    if ui.add_enabled(point.is_some(), button).clicked() {
        actions.push(Action::Train(TrainAction::ForkHere));
    }
}

/// What the guard sees going wrong now, and what can be done about it.
fn guard(ui: &mut Ui, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let session = shared.session;
    let evaluations = &session.evaluations;
    let Some(danger) = evaluations.dangers().last() else {
        return;
    };
    let Some(alarm) = evaluations
        .alarms()
        .iter()
        .rev()
        .find(|alarm| alarm.danger == *danger)
    else {
        return;
    };
    let palette = palette(ui);
    let frame = Frame::new()
        .fill(palette.yellow.gamma_multiply(0.14))
        .corner_radius(theme::RADIUS)
        .inner_margin(theme::GAP);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(&alarm.why).color(palette.text));
        ui.horizontal_wrapped(|ui| {
            let can = matches!(session.state, RunState::Running | RunState::Paused);
            if let Some(best) = evaluations.best() {
                let best = readable::count(best.step);
                let back = format!("Roll back to step {best}");
                let back = Button::new(&back).small().tip("Go back to the best weights so far, by distance to the data; the run goes on from there.");
                if ui.add_enabled(can, back).clicked() {
                    actions.push(Action::Train(TrainAction::RollBack(false)));
                }
                let tip = format!("Go back to the best weights with {}, so that it does not go the same way again.", live::slower());
                let lower = format!("… with rates ÷{}", live::SLOWER);
                let lower = Button::new(&lower).small().tip(&tip);
                if ui.add_enabled(can, lower).clicked() {
                    actions.push(Action::Train(TrainAction::RollBack(true)));
                }
            }
            let config = session.started.as_ref().map(|started| &started.config);
            if config.is_some_and(|config| config.penalty == Penalty::None) {
                let tip = "End this run and fork it from its best weights with the stable preset: the generator goes on, the discriminator begins anew with gradient penalties (R3GAN), which keep long runs from collapsing.";
                let stable = Button::new("Use the stable preset").small().tip(tip);
                if ui.add_enabled(session.state != RunState::Stopping, stable).clicked() {
                    actions.push(Action::Train(TrainAction::GoOnStable));
                }
            }
            let stop = Button::new("Stop the run").quiet().small().tip("Save and end; the best weights stay beside the last.");
            if ui.add_enabled(can, stop).clicked() {
                actions.push(Action::Train(TrainAction::Stop));
            }
        });
    });
    ui.add_space(theme::GAP);
}

/// The side of a tile in points: a whole multiple of its pixels when one fits.
fn tile_side(ui: &Ui, tile: usize, space: egui::Vec2, columns: usize, rows: usize) -> f32 {
    let fit =
        |length: f32, count: usize| (length - (count as f32 - 1.0) * theme::TIGHT) / count as f32;
    let side = fit(space.x, columns).min(fit(space.y, rows)).max(4.0);
    let pixels = ui.pixels_per_point();
    let own = tile.max(1) as f32 / pixels;
    let whole = (side / own).floor() * own;
    // Pixels of unequal size are the lesser evil where a whole multiple would waste much room.
    if whole >= 0.72 * side {
        whole
    } else {
        (side * pixels).floor() / pixels
    }
}
