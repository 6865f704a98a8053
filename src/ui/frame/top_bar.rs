//! The bar above every screen.

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
use crate::ui::models::switcher;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::sheet::Sheet;
use crate::ui::widgets::{Button, Icon, Tip, chip, cut, segmented};

/// The screens that say whose faces are on show, and the wall of the run.
type Screens<'a> = (&'a ExploreState, &'a AnimateState, &'a Sheet);

/// Width of the tabs.
const TABS: f32 = 382.0;

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
            name(ui, screens, shared, actions);
        });
        ui.scope_builder(UiBuilder::new().max_rect(tabs).layout(row), |ui| {
            let choices = [
                (Screen::Data, Command::ShowData),
                (Screen::Train, Command::ShowTrain),
                (Screen::Explore, Command::ShowExplore),
                (Screen::Animate, Command::ShowAnimate),
                (Screen::Models, Command::ShowModels),
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

/// With less room than this the device is left out: how far the run is counts more.
const NARROW: f32 = 640.0;
/// Room left of the tabs from which on the program's name stands there, too.
const TITLE: f32 = 430.0;
/// Room that a name needs at least; a few letters and dots tell nothing.
const FEWEST_LETTERS: f32 = 64.0;

/// The mark, the program's name where there is room, and that of the run or model, which opens the menu of models.
fn name(
    ui: &mut Ui,
    (state, animate, wall): Screens<'_>,
    shared: &Shared<'_>,
    actions: &mut Vec<Action>,
) {
    let is_wide = ui.available_width() > TITLE;
    let (dot, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
    paint_mark(ui, dot);
    if is_wide {
        ui.label(RichText::new("Morphogan").font(theme::title()));
    }
    ui.spacing_mut().item_spacing.x = theme::TIGHT;
    let (name, about) = model(state, shared);
    let room = ui.available_width();
    let width = switcher::width_of(ui, &name).min(room);
    let chip_text = matches!(shared.screen, Screen::Explore | Screen::Animate)
        .then(|| weights(state, shared))
        .flatten()
        .map(|(word, step, about)| {
            let whole = format!("{word} · step {step}");
            let text = match width + chip_width(ui, &whole) <= room {
                true => whole,
                false => word.to_owned(),
            };
            (text, about)
        });
    // The name counts more than where its weights come from, which the tooltip says too.
    let told = chip_text.as_ref().map_or("", |(_, told)| told.as_str());
    let about = format!("{about}\n{told}");
    let button = switcher::Name {
        name: &name,
        about: about.trim_end(),
        width,
    };
    switcher::show(ui, &button, (state, wall), shared, actions);
    if let Some((text, about)) = chip_text
        && ui.available_width() >= chip_width(ui, &text)
    {
        chip(ui, &text, &about);
    }
    if shared.screen == Screen::Animate
        && let Some((name, about)) = animation(&animate.project)
        && ui.available_width() > FEWEST_LETTERS
    {
        let text = RichText::new(name).color(palette(ui).muted);
        cut(ui, text, about);
    }
}

/// How wide a chip is, and the gap before it.
fn chip_width(ui: &Ui, text: &str) -> f32 {
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), theme::small(), palette(ui).muted);
    galley.size().x + 20.0 + theme::TIGHT
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
            let data = state.controls.learnt_from.as_deref().unwrap_or_default();
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
fn model(state: &ExploreState, shared: &Shared<'_>) -> (String, String) {
    let of_run = matches!(shared.screen, Screen::Data | Screen::Train);
    if let Some(started) = shared.session.started.as_ref().filter(|_| of_run) {
        let name = started.run.file_name().unwrap_or(started.run.as_os_str());
        return (
            name.to_string_lossy().into_owned(),
            started.run.display().to_string(),
        );
    }
    let Some(explorer) = &state.explorer else {
        return (
            "Open a model".to_owned(),
            "No model is open yet.".to_owned(),
        );
    };
    let known = shared
        .models
        .shown
        .as_ref()
        .and_then(|shown| shared.models.list.at(shown));
    let name = known.map_or(&explorer.name, |known| &known.name);
    let about = match &explorer.faces.source {
        Source::File(path) => path.display().to_string(),
        Source::Shipped => "The model that comes with the program.".to_owned(),
        Source::Live => match &shared.session.started {
            Some(started) => started.run.display().to_string(),
            None => String::new(),
        },
    };
    (name.clone(), about)
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
        let all = numbers(shared.session);
        let whole = all.join(" · ");
        let shown = fitting(ui, all);
        let is_whole = shown == whole;
        let text = RichText::new(shown).color(palette(ui).muted);
        let label = egui::Label::new(text).truncate();
        let label = ui.add(label.show_tooltip_when_elided(is_whole));
        if !is_whole {
            label.tip(whole);
        }
    });
}

/// As many of these as there is room for, the first before the others: half a number tells nothing.
fn fitting(ui: &Ui, mut numbers: Vec<String>) -> String {
    loop {
        let text = numbers.join(" · ");
        let galley = ui
            .painter()
            .layout_no_wrap(text.clone(), theme::body(), palette(ui).muted);
        if numbers.len() < 2 || galley.size().x <= ui.available_width() {
            return text;
        }
        numbers.pop();
    }
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
    let button = match &obstacle {
        Some(why) => button.tip(why),
        None => button,
    };
    let response = ui.add_enabled(obstacle.is_none(), button);
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

/// Step, time left, speed.
fn numbers(session: &Session) -> Vec<String> {
    let Some(last) = session.last.as_ref().filter(|_| !session.asked) else {
        let is_preparing = session.state == RunState::Preparing;
        return Vec::from_iter(is_preparing.then(|| "getting ready…".to_owned()));
    };
    let mut parts = vec![format!("step {}", readable::count(last.step))];
    match session.state {
        RunState::Running => {
            if let Some(left) = session.time_left() {
                parts.push(format!("{} left", readable::span(left)));
            }
            parts.push(format!("{} images/s", readable::speed(last.images_per_s)));
        }
        RunState::Paused => parts.push("paused".to_owned()),
        RunState::Ended => parts.push("ended".to_owned()),
        _ => {}
    }
    parts
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
