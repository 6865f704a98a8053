//! Faces in time: what they look like as they are played, keys and tracks on a timeline, and the film of them.

pub mod action;
mod apply;
pub mod film;
mod film_panel;
mod framed;
mod framing_panel;
mod full_screen;
mod keys_panel;
mod lapse;
mod monitors;
mod motion;
mod picker;
mod preview;
mod project_file;
mod project_menu;
mod screen;
pub mod state;
mod timeline;

use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, Ui};

use crate::ui::action::{Action, FrameAction, Screen};
use crate::ui::animate::action::AnimateAction;
use crate::ui::animate::state::AnimateState;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::state::ExploreState;
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, CarriedFace, Foot, empty_state};

pub use screen::show as show_full_screen;

/// Narrower than this the panel beside the face becomes slim.
const NARROW: f32 = 1160.0;

pub fn show(
    ui: &mut Ui,
    (explore, state): (&ExploreState, &AnimateState),
    shared: &Shared<'_>,
    actions: &mut Vec<Action>,
) {
    let margin = theme::panel_margin();
    let ground = Frame::new().fill(palette(ui).ground).inner_margin(margin);
    let Some(explorer) = &explore.explorer else {
        CentralPanel::default()
            .frame(ground)
            .show(ui, |ui| nothing_yet(ui, explore, shared, actions));
        return;
    };
    if !state.fits(explorer) {
        CentralPanel::default()
            .frame(ground)
            .show(ui, |ui| another_space(ui, state, explorer, actions));
        return;
    }
    let panel = Frame::new().fill(palette(ui).panel);
    let narrow = ui.available_width() < NARROW;
    Panel::bottom("timeline")
        .exact_size(timeline::height(state, ui.ctx()))
        .resizable(false)
        .frame(panel.inner_margin(Margin::symmetric(0, 0)))
        .show(ui, |ui| timeline::show(ui, state, explorer, actions));
    Panel::right("motion")
        .exact_size(if narrow { 300.0 } else { 340.0 })
        .resizable(false)
        .frame(panel.inner_margin(Margin::ZERO))
        .show(ui, |ui| beside(ui, state, explorer, actions));
    let middle = Frame::new().fill(palette(ui).ground).inner_margin(Margin {
        top: 18,
        bottom: theme::GAP as i8,
        ..margin
    });
    CentralPanel::default()
        .frame(middle)
        .show(ui, |ui| preview::show(ui, state, explorer, actions));
    CarriedFace::paint(ui);
}

/// What stands on the right: settings that scroll, and what writes the film below them.
fn beside(ui: &mut Ui, state: &AnimateState, explorer: &Explorer, actions: &mut Vec<Action>) {
    let side = Margin {
        left: 20,
        right: 8,
        top: theme::TOP,
        bottom: 0,
    };
    let below = Margin {
        right: 20,
        bottom: theme::WIDE as i8,
        top: theme::GAP as i8,
        ..side
    };
    let foot = Foot::of(ui, "foot of the film");
    let scrolls = Frame::new().fill(palette(ui).panel).inner_margin(side);
    foot.above(ui, |ui| {
        scrolls.show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                ui.set_width(ui.available_width() - 12.0);
                ui.spacing_mut().item_spacing.y = 2.0;
                motion::show(ui, state, actions);
                keys_panel::show(ui, state, actions);
                framing_panel::show(ui, state, explorer, actions);
                film_panel::show(ui, state, explorer, actions);
            });
        });
    });
    foot.show(ui, |ui| {
        Frame::new()
            .inner_margin(below)
            .show(ui, |ui| film_panel::foot(ui, state, actions));
    });
}

/// What stands here before there is a generator.
fn nothing_yet(
    ui: &mut Ui,
    explore: &ExploreState,
    shared: &Shared<'_>,
    actions: &mut Vec<Action>,
) {
    if explore.opening.is_some() || shared.session.state.is_active() {
        empty_state(ui, "Faces are on their way", "", |ui| ui.spinner());
        return;
    }
    let hint = "An animation leads from face to face. Open a model on the Explore screen, or start a run: it can be played while it learns.";
    empty_state(ui, "No generator yet", hint, |ui| {
        let explore = Button::new("Go to Explore").primary();
        if ui.add(explore.command(Command::ShowExplore)).clicked() {
            actions.push(Action::Frame(FrameAction::Show(Screen::Explore)));
        }
    });
}

/// What stands here where the animation leads through another latent space than that of the model on show.
fn another_space(
    ui: &mut Ui,
    state: &AnimateState,
    explorer: &Explorer,
    actions: &mut Vec<Action>,
) {
    let hint = format!(
        "Its faces are {} numbers each, and the model on show draws faces of {}. Open the model that it was made with on the Explore screen, or begin a new animation.",
        state.project.animation().components(),
        explorer.state.components()
    );
    empty_state(ui, "The animation is of another model", &hint, |ui| {
        let new = Button::new("New animation").primary();
        let new = new.tip("Begin with no keys. Undo brings the present ones back.");
        if ui.add(new).clicked() {
            actions.push(Action::Animate(AnimateAction::New));
        }
        ui.add_space(theme::GAP);
        if ui
            .add(Button::new("Go to Explore").command(Command::ShowExplore))
            .clicked()
        {
            actions.push(Action::Frame(FrameAction::Show(Screen::Explore)));
        }
    });
}
