//! The latent space: a wall to choose from, the current face, where its directions lead, and a shelf.

pub mod action;
mod apply;
mod board;
mod brush;
pub mod choices;
mod direction_name;
mod direction_set;
mod directions;
pub mod effects;
pub mod explorer;
pub mod faces;
pub mod find_directions;
mod follow;
pub mod generator;
mod judge;
mod label_table;
pub mod large_face;
pub mod made;
pub mod menu;
mod new_directions;
pub mod offer;
mod pad;
mod paint;
mod photo;
mod photo_search;
mod pull;
pub mod question;
mod raw;
mod run_faces;
mod shelf;
pub mod shelf_file;
pub mod square;
mod stage;
pub mod state;
pub mod stills;
mod toolbar;
pub mod trace;
pub mod view;
pub mod walk;
mod walk_apply;
mod walk_bar;
mod wall;
mod way;
pub mod zoom;

use egui::{CentralPanel, Frame, Margin, Panel, Role, Ui, vec2};

use crate::session::RunState;
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::choices::{Centre, Side};
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::zoom::Lens;
use crate::ui::frame::commands::Command;
use crate::ui::layout::side as side_width;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::{Button, CarriedFace, Icon, empty_state, note, segmented};

/// Narrower than this the panels beside the face become slim.
const NARROW: f32 = 1160.0;

pub fn show(ui: &mut Ui, state: &ExploreState, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let ready = state
        .explorer
        .as_ref()
        .is_some_and(|explorer| explorer.faces.is_ready());
    let margin = theme::panel_margin();
    let ground = Frame::new().fill(palette(ui).ground).inner_margin(margin);
    let Some(explorer) = state.explorer.as_ref().filter(|_| ready) else {
        CentralPanel::default()
            .frame(ground)
            .show(ui, |ui| nothing_yet(ui, state, shared, actions));
        return;
    };
    run_faces::offer(ui, state, shared, explorer, actions);
    let panel = Frame::new().fill(palette(ui).panel);
    let whole = ui.available_width();
    let narrow = whole < NARROW;
    Panel::bottom("shelf")
        .exact_size(shelf::HEIGHT)
        .resizable(false)
        .frame(panel.inner_margin(Margin::symmetric(theme::WIDE as i8, 0)))
        .show(ui, |ui| shelf::show(ui, state, shared, explorer, actions));
    let side = |left, right| Margin {
        left,
        right,
        top: theme::TOP,
        bottom: theme::GAP as i8,
    };
    Panel::left("wall")
        .exact_size(if narrow {
            160.0
        } else {
            side_width(whole, 232.0)
        })
        .resizable(false)
        .frame(panel.inner_margin(side(12, 4)))
        .show(ui, |ui| wall::show(ui, explorer, actions));
    Panel::right("side")
        .exact_size(if narrow {
            296.0
        } else {
            side_width(whole, 361.0)
        })
        .resizable(false)
        .frame(panel.inner_margin(side(20, 12)))
        .show(ui, |ui| beside(ui, state, shared, explorer, actions));
    let middle = Frame::new().fill(palette(ui).ground).inner_margin(Margin {
        top: theme::TOP,
        bottom: theme::GAP as i8,
        ..margin
    });
    CentralPanel::default()
        .frame(middle)
        .show(ui, |ui| centre(ui, state, shared, explorer, actions));
    CarriedFace::paint(ui);
    if let Some(asked) = &state.question {
        question::show(ui, asked, actions);
    }
}

/// What stands on the right.
fn beside(
    ui: &mut Ui,
    state: &ExploreState,
    shared: &Shared<'_>,
    explorer: &Explorer,
    actions: &mut Vec<Action>,
) {
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let choices = [
            (
                Side::Directions,
                "Directions",
                "Sliders that change one thing about the face, each with the faces it leads to.",
            ),
            (
                Side::Raw,
                "Raw",
                "All numbers of the latent vector z, as bars that can be drawn with the mouse.",
            ),
            (
                Side::Photo,
                "Photo",
                "Look for the face that is nearest to a picture of your own.",
            ),
            (
                Side::Paint,
                "Paint",
                "Paint on the face, and choose among faces that follow.",
            ),
        ];
        let size = vec2((ui.available_width() - 64.0).min(280.0), theme::CONTROL);
        if let Some(side) = segmented(ui, Role::Tab, state.controls.side, &choices, size) {
            actions.push(Action::Explore(ExploreAction::Side(side)));
        }
        if state.controls.side == Side::Directions {
            new_directions::new_ones(ui, state, shared, actions);
        }
    });
    ui.add_space(theme::TIGHT);
    match state.controls.side {
        Side::Directions => directions::show(ui, state, explorer, actions),
        Side::Raw => raw::show(ui, state, explorer, actions),
        Side::Photo => photo::show(ui, state, actions),
        Side::Paint => paint::show(ui, state, explorer, actions),
    }
}

/// What stands in the middle.
fn centre(
    ui: &mut Ui,
    state: &ExploreState,
    shared: &Shared<'_>,
    explorer: &Explorer,
    actions: &mut Vec<Action>,
) {
    toolbar::show(ui, state, shared, explorer, actions);
    ui.add_space(theme::TIGHT);
    match state.controls.centre {
        Centre::Board => board::show(ui, state, explorer, actions),
        Centre::Face | Centre::Pad | Centre::Pull => {
            let below = stage::BELOW + way::HEIGHT;
            let height = (ui.available_height() - below).max(64.0);
            let (area, _) =
                ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::hover());
            match state.controls.centre {
                _ if state.controls.side == Side::Paint => {
                    paint::canvas(ui, state, explorer, area, actions);
                }
                Centre::Pad => pad::show(ui, state, explorer, area, actions),
                Centre::Pull => pull::show(ui, state, explorer, area, actions),
                _ => stage::show(ui, state, explorer, area, actions),
            }
            if state.has_large_face() {
                let tile = explorer.faces.sheet(view::View::Face).tile();
                let lens = Lens::new(ui, &state.controls.zoom, area, tile);
                large_face::sign(ui, &state.controls.zoom, &lens, actions);
            }
            stills::card(ui, state, area, actions);
            match state.controls.walk.is_on() {
                true => walk_bar::show(ui, state, actions),
                false => stage::below(ui, shared, explorer, actions),
            }
            way::show(ui, explorer, actions);
        }
    }
}

/// What stands here before there is a generator.
fn nothing_yet(ui: &mut Ui, state: &ExploreState, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    if let Some(opening) = &state.opening {
        empty_state(ui, "Reading the model", &opening.name, |ui| ui.spinner());
        return;
    }
    let run = shared.session.state;
    if run.is_active() {
        let hint = match run {
            RunState::Preparing => {
                "The run is getting ready. Its generator appears here with the first step."
            }
            _ => "The generator draws its first faces for you.",
        };
        empty_state(ui, "Faces are on their way", hint, |ui| ui.spinner());
        return;
    }
    if state.explorer.is_some() {
        empty_state(ui, "Faces are on their way", "", |ui| ui.spinner());
        return;
    }
    let hint = "Start a run and play with its faces while it learns, or open a model file: type its path, browse, or drop it on the window.";
    empty_state(ui, "No generator yet", hint, |ui| {
        let start = Button::new("Start training").icon(Icon::Play).primary();
        let obstacle = shared.obstacle.clone();
        if ui
            .add_enabled(obstacle.is_none(), start.command(Command::Start))
            .clicked()
        {
            actions.push(Action::Train(TrainAction::Start));
        }
        if obstacle.is_some() {
            note(ui, "The settings on the Train screen cannot work yet.");
        }
        ui.add_space(theme::WIDE);
        let width = 460.0_f32.min(ui.available_width());
        ui.allocate_ui(vec2(width, theme::CONTROL), |ui| {
            toolbar::model_field(ui, state, width, actions)
        });
        ui.add_space(theme::GAP);
        toolbar::built_in(ui, actions);
    });
}
