//! Where keys and tracks come from: faces to choose, walks that choose them, and directions.

use egui::{DragValue, Rect, RichText, ScrollArea, Sense, Ui, vec2};

use super::action::{AnimateAction, Show, Walk};
use super::motion::named;
use crate::latent::Direction;
use crate::latent::animation::Track;
use crate::session::{Change, MOST_TRACKS};
use crate::ui::action::{Action, FrameAction};
use crate::ui::animate::state::AnimateState;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::view::View;
use crate::ui::frame::commands::Command;
use crate::ui::theme;
use crate::ui::widgets::{
    Button, CarriedFace, FROM_ZERO, Face, Icon, PathField, Tip, note, number, path_field, row,
    whole,
};
use crate::worker::jobs::dialog::Pick;

/// Width of what is chosen from.
const WIDE: f32 = 396.0;
const TILE: f32 = 44.0;
const GAP: f32 = 5.0;
const COLUMNS: usize = 8;

fn does(actions: &mut Vec<Action>, action: AnimateAction) {
    actions.push(Action::Animate(action));
}

/// Faces for a key.
pub fn faces(ui: &mut Ui, state: &AnimateState, explorer: &Explorer, actions: &mut Vec<Action>) {
    ui.set_width(WIDE);
    does(actions, AnimateAction::Picking);
    let chosen = state.project.selected_key();
    let heading = match chosen.filter(|_| state.controls.replacing) {
        Some(key) => format!("Another face for {}", key.name),
        None => "Add a face".to_owned(),
    };
    ui.label(RichText::new(heading).font(theme::heading()));
    ui.add_space(theme::TIGHT);
    ui.horizontal(|ui| {
        if ui
            .add(
                Button::new("Current face")
                    .name("Pick the current face")
                    .command(Command::AddKey),
            )
            .clicked()
        {
            let current = explorer.state.pose().current.clone();
            does(actions, AnimateAction::Pick(None, current));
        }
        if let Some(face) = state.face_on_show() {
            let shown = Button::new("Face on show").name("Pick the face on show");
            if ui
                .add(shown.tip("The face that the animation shows now."))
                .clicked()
            {
                does(actions, AnimateAction::Pick(None, face));
            }
        }
        let random = Button::new("Random face").name("Add a random face");
        if ui.add(random.tip("A new random face.")).clicked() {
            does(actions, AnimateAction::AddRandom);
        }
    });
    if chosen.is_some() {
        let mut replacing = state.controls.replacing;
        let about = "A face that is picked takes the place of the chosen key's, instead of being put in after it.";
        let text = "Replace the chosen key's face";
        if ui.checkbox(&mut replacing, text).tip(about).changed() {
            does(actions, AnimateAction::Replacing(replacing));
        }
    }
    let picks = AnimateState::picks(explorer);
    let (wall, shelf) = picks.split_at(explorer.state.wall().len().min(picks.len()));
    ScrollArea::vertical().max_height(300.0).show(ui, |ui| {
        for (title, first, faces) in [("Wall", 0, wall), ("Shelf", wall.len(), shelf)] {
            if faces.is_empty() {
                continue;
            }
            ui.add_space(theme::TIGHT);
            note(ui, title);
            let rows = faces.len().div_ceil(COLUMNS) as f32;
            let size = vec2(WIDE - 8.0, rows * (TILE + GAP));
            let (all, _) = ui.allocate_exact_size(size, Sense::hover());
            for (place, (name, latent)) in faces.iter().enumerate() {
                let offset = vec2((place % COLUMNS) as f32, (place / COLUMNS) as f32);
                let corner = all.min + vec2(2.0, 2.0) + offset * (TILE + GAP);
                let rect = Rect::from_min_size(corner, vec2(TILE, TILE));
                let at = explorer.faces.place_of(View::Picks, latent);
                let face = Face::new(explorer.faces.sheet(View::Picks), at.unwrap_or(usize::MAX));
                let word = match name {
                    Some(name) => {
                        format!("Pick kept face {}: {name}", first + place + 1 - wall.len())
                    }
                    None => format!("Pick random face {}", place + 1),
                };
                let response = face.carried(ui, rect, &word, latent);
                if CarriedFace::chosen(&response) {
                    does(actions, AnimateAction::Pick(name.clone(), latent.clone()));
                }
                response.tip(
                    name.as_deref()
                        .unwrap_or("Press to put it in, or drag it onto the timeline."),
                );
            }
        }
    });
    of_file(ui, state, actions);
}

/// Faces of a file.
fn of_file(ui: &mut Ui, state: &AnimateState, actions: &mut Vec<Action>) {
    ui.add_space(theme::TIGHT);
    ui.separator();
    note(ui, "Faces of a file");
    let mut path = state.controls.keys_path.clone();
    ui.horizontal(|ui| {
        let field = path_field(
            ui,
            "File of key faces",
            "Path of a .json file",
            &mut path,
            WIDE - 64.0,
        );
        match field {
            Some(PathField::Browse) => {
                actions.push(Action::Frame(FrameAction::Browse(Pick::KeyFaces)))
            }
            Some(PathField::Changed) => does(actions, AnimateAction::KeysPath(path.clone())),
            Some(PathField::Entered) | None => {}
        }
        let add = Button::new("Add").name("Add the faces of the file");
        let about = "Put in all faces of this file, which the shelf has written.";
        if ui
            .add_enabled(!path.trim().is_empty(), add.tip(about))
            .clicked()
        {
            does(actions, AnimateAction::AddKeysOf);
        }
    });
}

/// Ways that nobody has to choose faces for.
pub fn walks(ui: &mut Ui, state: &AnimateState, actions: &mut Vec<Action>) {
    ui.set_width(300.0);
    ui.label(RichText::new("Walks").font(theme::heading()));
    let (mut seed, mut count) = state.controls.walk;
    let size = vec2(72.0, theme::CONTROL);
    let about = "Which walk it is: the same seed gives the same faces.";
    row(ui, "Seed", about, |ui| {
        let response = number(ui, size, DragValue::new(&mut seed), FROM_ZERO, whole);
        named(ui, response, "Seed", about);
    });
    let about = "How many faces the walk leads through.";
    row(ui, "Faces", about, |ui| {
        let field = DragValue::new(&mut count).speed(0.1);
        let response = number(ui, size, field, 2.0..=60.0, whole);
        named(ui, response, "Faces", about);
    });
    if (seed, count) != state.controls.walk {
        does(actions, AnimateAction::WalkForm(seed, count));
    }
    ui.horizontal(|ui| {
        let random = Button::new("Random walk").primary();
        let about = "Through random faces and back to the first.";
        if ui.add(random.tip(about)).clicked() {
            does(actions, AnimateAction::Walk(Walk::Random));
            ui.close();
        }
        let circle = Button::new("Circle");
        let about = "Around the chosen key, or the current face: all faces on it are as like it.";
        if ui.add(circle.tip(about)).clicked() {
            does(actions, AnimateAction::Walk(Walk::Circle));
            ui.close();
        }
    });
    if !state.project.animation().keys.is_empty() {
        note(
            ui,
            "Either takes the place of all keys; undo brings them back.",
        );
    }
    ui.separator();
    let drift = Button::new("Drift").icon(Icon::FullScreen);
    let about = "A slow walk through random faces on the whole screen that never ends, and gets better while a run learns.";
    if ui.add(drift.tip(about)).clicked() {
        does(actions, AnimateAction::FullScreen(Some(Show::Drift)));
        ui.close();
    }
}

/// Directions for a track.
pub fn directions(
    ui: &mut Ui,
    state: &AnimateState,
    explorer: &Explorer,
    actions: &mut Vec<Action>,
) {
    ui.set_width(300.0);
    ui.label(RichText::new("Add a track").font(theme::heading()));
    let tracks = &state.project.animation().tracks;
    if state.project.animation().keys.is_empty() {
        note(ui, "Put in a face first.");
        return;
    }
    if tracks.len() >= MOST_TRACKS {
        note(
            ui,
            format!("{MOST_TRACKS} directions can change at once; take one away first."),
        );
        return;
    }
    let known = |direction: &&Direction| {
        !tracks
            .iter()
            .any(|track| track.direction.sigma == direction.sigma)
    };
    let left: Vec<&Direction> = explorer.state.directions().filter(known).collect();
    if left.is_empty() {
        note(ui, "No direction is known. The Explore screen finds some.");
        return;
    }
    note(
        ui,
        "A direction to set by hand, or one that sweeps there and back.",
    );
    ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
        for direction in left {
            ui.horizontal(|ui| {
                let name = format!("Add a track for {}", direction.name);
                let add = Button::new(&direction.name).name(&name).quiet();
                let about = "It changes nothing until keys are put into its lane.";
                if ui.add(add.tip(about)).clicked() {
                    let track = Track::new(direction.clone());
                    let change = Change::AddTrack(Box::new(track));
                    does(actions, AnimateAction::Change(change, None));
                    ui.close();
                }
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    ui.add_space(theme::GAP);
                    let name = format!("Sweep {}", direction.name);
                    let sweep = Button::new("Sweep").name(&name).small();
                    let about = "There and back once in the whole time.";
                    if ui.add(sweep.tip(about)).clicked() {
                        does(actions, AnimateAction::Sweep(Box::new(direction.clone())));
                        ui.close();
                    }
                });
            });
        }
    });
}
