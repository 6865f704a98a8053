//! The bar above every screen.

use std::path::Path;

use egui::{
    Align, Frame, Id, Layout, Panel, Rect, RichText, Role, Sense, Ui, UiBuilder, pos2, vec2,
};

use super::{menu, notice_list};
use crate::latent::animation::file::ENDING;
use crate::readable;
use crate::session::{Project, RunState, Session};
use crate::ui::action::{Action, FrameAction, Screen};
use crate::ui::animate::state::AnimateState;
use crate::ui::explore::faces::Source;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::view::View;
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::{Button, Icon, chip, segmented};

/// The screens that say whose faces are on show.
type Screens<'a> = (&'a ExploreState, &'a AnimateState);

/// Width of the tabs.
const TABS: f32 = 312.0;

pub fn show(ui: &mut Ui, screens: Screens<'_>, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let frame = Frame::new().fill(palette(ui).panel);
    let panel = Panel::top("top bar")
        .exact_size(theme::BAR + theme::PROGRESS)
        .show_separator_line(false)
        .frame(frame);
    panel.show(ui, |ui| {
        let whole = ui.max_rect();
        let bar = Rect::from_min_max(
            whole.min,
            pos2(whole.right(), whole.bottom() - theme::PROGRESS),
        );
        let inner = bar.shrink2(vec2(theme::WIDE, 0.0));
        // Left of the middle: the numbers and buttons on the right need more room than a name.
        let middle = pos2(bar.left() + 0.41 * bar.width(), bar.center().y);
        let tabs = Rect::from_center_size(middle, vec2(TABS, 34.0));
        let left = Rect::from_min_max(inner.min, pos2(tabs.left() - theme::WIDE, inner.bottom()));
        let right = Rect::from_min_max(pos2(tabs.right() + theme::WIDE, inner.top()), inner.max);
        let row = Layout::left_to_right(Align::Center);
        ui.scope_builder(UiBuilder::new().max_rect(left).layout(row), |ui| {
            ui.set_clip_rect(left);
            name(ui, screens, shared);
        });
        ui.scope_builder(UiBuilder::new().max_rect(tabs).layout(row), |ui| {
            let choices = [
                (Screen::Data, Command::ShowData),
                (Screen::Train, Command::ShowTrain),
                (Screen::Explore, Command::ShowExplore),
                (Screen::Animate, Command::ShowAnimate),
            ]
            .map(|(screen, command)| (screen, command.name(), command.tip()));
            if let Some(screen) = segmented(ui, Role::Tab, shared.screen, &choices, tabs.size()) {
                actions.push(Action::Frame(FrameAction::Show(screen)));
            }
        });
        let from_right = Layout::right_to_left(Align::Center);
        ui.scope_builder(UiBuilder::new().max_rect(right).layout(from_right), |ui| {
            controls(ui, shared, actions);
        });
        progress_line(ui, shared.session, whole, bar.bottom());
    });
}

/// Room that the step of the weights needs.
const CHIP: f32 = 142.0;
/// Room that a name needs at least.
const FEWEST_LETTERS: f32 = 48.0;
/// With less room than this the device is left out.
const NARROW: f32 = 500.0;

/// The mark, the program's name, and that of the run or model.
fn name(ui: &mut Ui, (state, animate): Screens<'_>, shared: &Shared<'_>) {
    let (dot, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
    paint_mark(ui, dot);
    ui.label(RichText::new("Morphogan").font(theme::title()));
    ui.add_space(theme::TIGHT);
    if matches!(shared.screen, Screen::Explore | Screen::Animate)
        && let Some((word, step, about)) = weights(state, shared)
    {
        let whole = format!("{word} · step {step}");
        let text = if ui.available_width() > CHIP {
            &whole
        } else {
            word
        };
        chip(ui, text, &about);
    }
    // A few letters and dots tell nothing.
    if let Some((name, about)) = subject((state, animate), shared)
        && ui.available_width() > FEWEST_LETTERS
    {
        let text = RichText::new(name).color(palette(ui).muted);
        ui.add(egui::Label::new(text).truncate())
            .on_hover_text(about);
    }
}

/// Whose weights draw the faces, and of which step.
fn weights(state: &ExploreState, shared: &Shared<'_>) -> Option<(&'static str, String, String)> {
    let faces = &state.explorer.as_ref()?.faces;
    let drawn = match shared.screen {
        Screen::Animate => faces.sheet(View::Film),
        _ => faces.sheet(View::Face),
    };
    if drawn.count() == 0 {
        return None;
    }
    let (word, about) = match &faces.source {
        Source::Live if faces.frozen => {
            let about = "These faces are drawn with weights that are held while the run goes on. Freeze lets them follow again.";
            ("frozen", about.to_owned())
        }
        Source::Live if shared.session.state.is_active() && !state.faceless => {
            let about =
                "These faces are drawn with the run's newest weights and change as it learns.";
            ("live", about.to_owned())
        }
        Source::Live => {
            let about = "These faces are drawn with the last weights of the run.";
            ("run", about.to_owned())
        }
        Source::File(_) | Source::Shipped => {
            let data = state
                .controls
                .model
                .as_ref()
                .map_or("", |model| model.data.as_str());
            let about =
                format!("These faces are drawn with the weights of a file. Learnt from: {data}");
            (
                if faces.source == Source::Shipped {
                    "built in"
                } else {
                    "file"
                },
                about,
            )
        }
    };
    let step = readable::count(drawn.step());
    Some((word, step, about))
}

/// A disc in three colours, drawn as slices.
fn paint_mark(ui: &Ui, rect: Rect) {
    let palette = palette(ui);
    let slices = 16;
    let radius = rect.width() / 2.0;
    let mut mesh = egui::Mesh::default();
    let centre = rect.center();
    mesh.colored_vertex(centre, theme::mark_colour(palette, 0.5));
    for slice in 0..=2 * slices {
        let angle = std::f32::consts::TAU * slice as f32 / (2 * slices) as f32;
        let ray = egui::Vec2::angled(angle);
        let share = 0.5 + 0.5 * (ray.x + ray.y) / std::f32::consts::SQRT_2;
        mesh.colored_vertex(centre + radius * ray, theme::mark_colour(palette, share));
        if slice > 0 {
            mesh.add_triangle(0, slice, slice + 1);
        }
    }
    ui.painter().add(mesh);
}

/// Whose pictures are on show: short, and in full.
fn subject((state, animate): Screens<'_>, shared: &Shared<'_>) -> Option<(String, String)> {
    let short = |path: &Path| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        name.to_string_lossy().into_owned()
    };
    if shared.screen == Screen::Animate {
        return animation(&animate.project);
    }
    if shared.screen == Screen::Explore && !state.explores_live() {
        let model = state.controls.model.as_ref()?;
        let about = match &model.path {
            Some(path) => path.display().to_string(),
            None => "The model that comes with the program.".to_owned(),
        };
        return Some((model.name.clone(), about));
    }
    let started = shared.session.started.as_ref()?;
    Some((short(&started.run), started.run.display().to_string()))
}

/// What the animation is called, and where its file is.
fn animation(project: &Project) -> Option<(String, String)> {
    if project.animation().keys.is_empty() {
        return None;
    }
    let Some(path) = project.file() else {
        let about = format!(
            "The animation has no file yet. {}",
            Command::SaveAnimation.tip()
        );
        return Some(("unsaved".to_owned(), about));
    };
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    let name = name.strip_suffix(&format!(".{ENDING}")).unwrap_or(&name);
    let about = path.display().to_string();
    Some(match project.is_changed() {
        true => (
            format!("{name} · unsaved"),
            format!("{about}, with changes that are not saved"),
        ),
        false => (name.to_owned(), about),
    })
}

/// Device, buttons, theme, notices and menu at the right end, in the order of the keyboard from left to right;
/// numbers in the room that they leave.
fn controls(ui: &mut Ui, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let space = ui.available_rect_before_wrap();
    let id = Id::unique("controls of the top bar");
    let known = ui.data(|data| data.get_temp::<f32>(id));
    let left = space.right() - known.unwrap_or(space.width());
    let row = Layout::left_to_right(Align::Center);
    let place = Rect::from_min_max(pos2(left, space.top()), space.max);
    let drawn = ui.scope_builder(UiBuilder::new().max_rect(place).layout(row), |ui| {
        if let Some(started) = &shared.session.started
            && space.width() > NARROW
        {
            chip(ui, &started.device, "Where the run computes.");
        } else {
            // What follows keeps its id, and with it the keyboard.
            ui.skip_ahead_auto_ids(1);
        }
        buttons(ui, shared, actions);
        theme_button(ui, actions);
        notice_list::bell(ui, &shared.session.notices, actions);
        menu::show(ui, actions);
    });
    // They stand at the right end once their width is known: in this very frame.
    let width = drawn.response.rect.width();
    if known != Some(width) {
        ui.data_mut(|data| data.insert_temp(id, width));
        ui.ctx().request_discard("width of the top bar");
    }
    let rest = Rect::from_min_max(space.min, pos2(left - theme::GAP, space.bottom()));
    let row = Layout::right_to_left(Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(rest).layout(row), |ui| {
        let text = RichText::new(numbers(shared.session)).color(palette(ui).muted);
        ui.add(egui::Label::new(text).truncate());
    });
}

fn theme_button(ui: &mut Ui, actions: &mut Vec<Action>) {
    let dark = ui.visuals().dark_mode;
    let (icon, name) = if dark {
        (Icon::Sun, "Light theme")
    } else {
        (Icon::Moon, "Dark theme")
    };
    if ui.add(Button::icon_only(icon, name).tip(name)).clicked() {
        actions.push(Action::Frame(FrameAction::Dark(!dark)));
    }
}

fn buttons(ui: &mut Ui, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let state = shared.session.state;
    let (button, action) = match state {
        RunState::Idle | RunState::Ended => (
            Button::of(Command::Start).icon(Icon::Play).primary(),
            Action::Train(TrainAction::Start),
        ),
        RunState::Preparing | RunState::Running => (
            Button::of(Command::Pause).icon(Icon::Pause),
            Action::Train(TrainAction::Pause),
        ),
        RunState::Paused => (
            Button::of(Command::Resume).icon(Icon::Play).primary(),
            Action::Train(TrainAction::Resume),
        ),
        RunState::Stopping => {
            ui.spinner();
            ui.label(RichText::new("Saving…").color(palette(ui).muted));
            return;
        }
    };
    let obstacle = (action == Action::Train(TrainAction::Start))
        .then(|| shared.obstacle.clone())
        .flatten();
    let response = ui.add_enabled(obstacle.is_none(), button);
    let response = match obstacle {
        Some(why) => response.on_disabled_hover_text(why),
        None => response,
    };
    if response.clicked() {
        actions.push(action);
    }
    if state.is_active() {
        let stop = Button::of(Command::Stop).icon(Icon::Stop).quiet();
        if ui.add(stop).clicked() {
            actions.push(Action::Train(TrainAction::Stop));
        }
    } else {
        ui.skip_ahead_auto_ids(1);
    }
}

/// Step, speed, time left.
fn numbers(session: &Session) -> String {
    let Some(last) = session.last.as_ref().filter(|_| !session.asked) else {
        return match session.state {
            RunState::Preparing => "getting ready…".to_owned(),
            _ => String::new(),
        };
    };
    let mut parts = vec![format!("step {}", readable::count(last.step))];
    match session.state {
        RunState::Running => {
            parts.push(format!("{} images/s", readable::speed(last.images_per_s)));
            if let Some(left) = session.time_left() {
                parts.push(format!("{} left", readable::span(left)));
            }
        }
        RunState::Paused => parts.push("paused".to_owned()),
        RunState::Ended => parts.push("ended".to_owned()),
        _ => {}
    }
    parts.join(" · ")
}

/// The thin line beneath the bar: how much of the run is done.
fn progress_line(ui: &Ui, session: &Session, whole: Rect, top: f32) {
    let palette = palette(ui);
    let line = Rect::from_min_max(pos2(whole.left(), top), whole.max);
    ui.painter().rect_filled(line, 0.0, palette.ground);
    let Some(share) = session.share() else {
        let hair = Rect::from_min_max(line.min, pos2(line.right(), line.top() + 1.0));
        ui.painter().rect_filled(hair, 0.0, palette.line);
        return;
    };
    ui.painter().rect_filled(line, 0.0, palette.line);
    let done = Rect::from_min_max(
        line.min,
        pos2(line.left() + share * line.width(), line.bottom()),
    );
    ui.painter().rect_filled(done, 0.0, palette.accent);
}
