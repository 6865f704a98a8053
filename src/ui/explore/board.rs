//! Arithmetic with faces, as in section 6.3.2 of the DCGAN article: A − B + C of averages.

use egui::{Align, Layout, Rect, RichText, ScrollArea, Sense, TextEdit, Ui, vec2};

use super::{menu, stage};
use crate::latent::Latent;
use crate::session::{MOST, Move, NEIGHBOURS, Term};
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::square::square_in;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::view::View;
use crate::ui::explore::zoom::Lens;
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, CarriedFace, Face, Icon, Tip, drop_ring, note};

/// Faces a row of a term.
const ACROSS: usize = 3;

/// Height of what is said of the faces above and below them.
const BELOW: f32 = 98.0;

/// What each term is for.
const TERMS: [(Term, &str, &str); 3] = [
    (Term::A, "A", "Faces that have it"),
    (Term::B, "− B", "Faces that do not"),
    (Term::C, "+ C", "Faces to give it to"),
];

pub fn show(ui: &mut Ui, state: &ExploreState, explorer: &Explorer, actions: &mut Vec<Action>) {
    let room = ui.available_height();
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let top = ui.cursor().top();
        terms(ui, explorer, actions);
        ui.add_space(theme::GAP);
        // What stands below is to be seen without scrolling, where the window lets it.
        let left = room - (ui.cursor().top() - top) - BELOW;
        let side = (ui.available_width() - theme::WIDE) / 2.0;
        let side = side.min(260.0).min(left.max(110.0));
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = theme::WIDE;
            ui.vertical(|ui| current(ui, state, explorer, side));
            ui.vertical(|ui| result(ui, explorer, side, actions));
        });
        ui.add_space(theme::GAP);
        make_direction(ui, state, explorer, actions);
    });
}

/// The three terms side by side.
fn terms(ui: &mut Ui, explorer: &Explorer, actions: &mut Vec<Action>) {
    let width = (ui.available_width() - 2.0 * theme::WIDE) / 3.0;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = theme::WIDE;
        let mut first = 0;
        for (term, name, about) in TERMS {
            let faces = explorer.state.pose().board.of(term).len();
            ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(width);
                ui.horizontal(|ui| {
                    ui.label(RichText::new(name).font(theme::heading()));
                    note(ui, about);
                });
                one_term(ui, explorer, (term, first), width, actions);
            });
            first += faces;
        }
    });
}

/// The faces of a term, places for more, and a button that adds the current face. The `first` face of the
/// term is that of the board's sheet.
fn one_term(
    ui: &mut Ui,
    explorer: &Explorer,
    (term, first): (Term, usize),
    width: f32,
    actions: &mut Vec<Action>,
) {
    let gap = 5.0;
    let tile = ((width - gap * (ACROSS - 1) as f32) / ACROSS as f32)
        .floor()
        .clamp(20.0, 60.0);
    let rows = MOST.div_ceil(ACROSS);
    let (all, _) = ui.allocate_exact_size(vec2(width, rows as f32 * (tile + gap)), Sense::hover());
    let whole = ui.interact(
        all,
        ui.scope_id().with(("term", term.name())),
        Sense::hover(),
    );
    let faces = explorer.state.pose().board.of(term);
    for place in 0..MOST {
        let offset = vec2((place % ACROSS) as f32, (place / ACROSS) as f32) * (tile + gap);
        let rect = Rect::from_min_size(all.min + offset, vec2(tile, tile));
        let Some(latent) = faces.get(place) else {
            ui.painter()
                .rect_filled(rect, theme::TILE_RADIUS, palette(ui).panel);
            continue;
        };
        let face = Face::new(explorer.faces.sheet(View::Board), first + place);
        face_of_term(ui, face, (term, place, latent), rect, actions);
    }
    drop_ring(ui, &whole, all);
    // One that was only taken up and put down again is there already.
    if let Some(face) = CarriedFace::dropped_on(&whole).filter(|face| !faces.contains(face)) {
        actions.push(Action::moved(Move::Add(term, face), None));
    }
    let command = Command::add_to(term);
    let about = format!("{}\nOr let any face go over these places.", command.tip());
    let add = Button::of(command).icon(Icon::Plus).small().tip(&about);
    let add = if width > 150.0 { add.cap() } else { add };
    if ui.add_enabled(faces.len() < MOST, add).clicked() {
        let face = explorer.state.pose().current.clone();
        actions.push(Action::moved(Move::Add(term, face), None));
    }
}

fn face_of_term(
    ui: &Ui,
    face: Face<'_>,
    (term, place, latent): (Term, usize, &Latent),
    rect: Rect,
    actions: &mut Vec<Action>,
) {
    let name = format!("{}, face {}", term.name(), place + 1);
    let response = face.carried(ui, rect, &name, latent);
    if CarriedFace::chosen(&response) {
        actions.push(Action::moved(Move::Face(latent.clone()), None));
    }
    let take_away = || Action::moved(Move::Remove(term, place), None);
    if response.has_focus() && Command::TakeOffBoard.pressed(ui) {
        actions.push(take_away());
    }
    menu::menu(&response, Some(latent), actions, |ui, actions| {
        ui.separator();
        if ui.button(Command::TakeOffBoard.name()).clicked() {
            actions.push(take_away());
            ui.close();
        }
    });
    let about = "Make this the current face.";
    response.tip(with_keys(about, &[Place::BoardFace, Place::Face]));
}

fn current(ui: &mut Ui, state: &ExploreState, explorer: &Explorer, side: f32) {
    note(ui, "Current face");
    let (area, _) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    let rect = square_in(ui, area, explorer.faces.sheet(View::Face).tile());
    let rect = rect.translate(area.min - rect.min);
    let lens = Lens::whole(rect);
    let response = stage::large(ui, state, explorer, &lens, Sense::click_and_drag());
    if response.drag_started() {
        stage::carry(&response, explorer);
    }
}

/// The result in the middle of its neighbours.
fn result(ui: &mut Ui, explorer: &Explorer, side: f32, actions: &mut Vec<Action>) {
    let board = &explorer.state.pose().board;
    note(ui, "Result and eight close variations");
    let (all, _) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    let around = board.around();
    if around.is_empty() {
        let ground = palette(ui).panel;
        ui.painter().rect_filled(all, theme::TILE_RADIUS, ground);
        let text = RichText::new("Add a face to A to begin").font(theme::small());
        ui.put(all, egui::Label::new(text.color(palette(ui).muted)));
        return;
    }
    let tile = side / 3.0;
    let first = board.all().count();
    for (place, latent) in around.iter().enumerate() {
        let offset = vec2((place % 3) as f32, (place / 3) as f32) * tile;
        let rect = Rect::from_min_size(all.min + offset, vec2(tile, tile)).shrink(1.5);
        let middle = place == NEIGHBOURS / 2;
        let name = match (middle, place) {
            (true, _) => "Result of A − B + C".to_owned(),
            (false, place) => format!("Neighbour of the result, {}", place + 1),
        };
        let current = *latent == explorer.state.pose().current;
        let face = Face::new(explorer.faces.sheet(View::Board), first + place).selected(current);
        let response = face.carried(ui, rect, &name, latent);
        if CarriedFace::chosen(&response) {
            actions.push(Action::moved(Move::Face(latent.clone()), None));
        }
        menu::of_face(&response, latent, actions);
        let about = "Make this the current face.";
        response.tip(with_keys(about, &[Place::Face]));
    }
}

/// A − B is a direction too.
fn make_direction(
    ui: &mut Ui,
    state: &ExploreState,
    explorer: &Explorer,
    actions: &mut Vec<Action>,
) {
    let board = &explorer.state.pose().board;
    let (with, without) = board.lacks();
    ui.horizontal_wrapped(|ui| {
        ui.set_min_height(theme::CONTROL);
        let mut name = state.controls.direction_name.clone();
        let field = TextEdit::singleline(&mut name)
            .hint_text("Name, e.g. hat")
            .align(egui::Align2::LEFT_CENTER)
            .desired_width(130.0);
        let response = ui.add_sized(vec2(130.0, theme::CONTROL), field);
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_label("Name of the new direction")
        });
        if response.changed() {
            actions.push(Action::Explore(ExploreAction::DirectionName(name.clone())));
        }
        let make = Button::new("Make a direction")
            .tip("From the average face of B to that of A: a slider for what A has and B has not.");
        let ready = with == 0 && without == 0;
        if ui.add_enabled(ready, make).clicked() {
            let name = match name.trim() {
                "" => format!("Direction {}", explorer.state.pose().made.len() + 1),
                name => name.to_owned(),
            };
            let seen = |place: &usize| explorer.state.directions().nth(*place).cloned();
            let what = match state.controls.direction_apart {
                true => {
                    let others = state.controls.visible.iter().filter_map(seen);
                    Move::LearnApart(name, others.collect())
                }
                false => Move::Learn(name),
            };
            actions.push(Action::moved(what, None));
            actions.push(Action::Explore(ExploreAction::DirectionName(String::new())));
        }
        let mut apart = state.controls.direction_apart;
        let about = "Leave out what the strips in sight change: along the new direction their handles stay where they are.";
        let changed = ui.checkbox(&mut apart, "Leave the visible strips unchanged").tip(about);
        if changed.changed() {
            actions.push(Action::Explore(ExploreAction::DirectionApart(apart)));
        }
        let clear = Button::new("Clear").name("Clear the board").quiet();
        if ui.add(clear.tip("Take all faces off the board.")).clicked() {
            actions.push(Action::moved(Move::ClearBoard, None));
        }
    });
    if with > 0 || without > 0 {
        let text = format!("A direction needs {with} more in A and {without} more in B.");
        note(ui, text);
    }
}
