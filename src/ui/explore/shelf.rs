//! The faces that are kept from start to start.

use egui::{
    Align, Layout, Popup, PopupCloseBehavior, Rect, Response, RichText, ScrollArea, Sense, Ui, vec2,
};

use super::directions::typed_name;
use super::menu;
use crate::latent::Latent;
use crate::latent::saved::SavedFace;
use crate::session::{FaceOrigin, Move, face_origin};
use crate::ui::action::{Action, FrameAction};
use crate::ui::animate::action::AnimateAction;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::choices::{Centre, NameEdit};
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::view::View;
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::models::action::ModelsAction;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{
    Button, CarriedFace, Ends, Face, Icon, PathField, Tip, drop_ring, note, path_field,
};
use crate::worker::jobs::dialog::Pick;

/// Height of the bar.
pub const HEIGHT: f32 = 98.0;
/// Sides of its faces.
const TILE: f32 = 52.0;
/// Width of what is said about files.
const WIDE: f32 = 380.0;
/// From this width on buttons say all of what they do.
const ROOMY: f32 = 640.0;
/// Room for a face and its name.
const PLACE: f32 = 66.0;

pub fn show(
    ui: &mut Ui,
    state: &ExploreState,
    shared: &Shared<'_>,
    explorer: &Explorer,
    actions: &mut Vec<Action>,
) {
    let shelf = &explorer.state.pose().shelf;
    let row = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(ui.available_width(), HEIGHT), row, |ui| {
        ui.vertical(|ui| {
            ui.set_width(64.0);
            ui.add_space(30.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                ui.label(RichText::new("Shelf").font(theme::heading()));
                files(ui, state, shelf.len(), actions);
            });
            note(ui, match shelf.len() {
                1 => "1 face".to_owned(),
                count => format!("{count} faces"),
            });
        });
        let is_wide = ui.available_width() > ROOMY;
        let line = Ends::of(ui);
        line.left(ui, |ui| {
            if shelf.is_empty() {
                let key = Command::Keep.key();
                note(ui, format!("Keep a face with {key}, or let one go here: it is still there at the next start."));
            }
            let area = ui.max_rect();
            let whole = ui.interact(area, ui.scope_id().with("shelf"), Sense::hover());
            ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
                faces(ui, state, (shared, explorer), actions);
            });
            drop_ring(ui, &whole, area.shrink(4.0));
            let kept = |face: &Latent| shelf.iter().any(|saved| saved.latent == *face);
            if let Some(face) = CarriedFace::dropped_on(&whole).filter(|face| !kept(face)) {
                actions.push(Action::Explore(ExploreAction::Keep(face)));
            }
        });
        line.right(ui, |ui| buttons(ui, state, explorer, is_wide, actions));
    });
}

fn buttons(
    ui: &mut Ui,
    state: &ExploreState,
    explorer: &Explorer,
    is_wide: bool,
    actions: &mut Vec<Action>,
) {
    let pose = explorer.state.pose();
    ui.add_space(theme::GAP);
    let on = state.controls.centre == Centre::Board;
    let text = if is_wide {
        "Arithmetic A − B + C"
    } else {
        "A − B + C"
    };
    let board = Button::new(text).name("Arithmetic with faces");
    let board = if on { board.on(true) } else { board };
    if ui
        .add(board.tip("Add and subtract averages of faces."))
        .clicked()
    {
        let centre = if on { Centre::Face } else { Centre::Board };
        actions.push(Action::Explore(ExploreAction::Centre(centre)));
    }
    let animate = Button::new("Animate A to B").primary();
    let about = "Begin an animation that leads from A to B and back, on the Animate screen.";
    if ui.add(animate.tip(about)).clicked() {
        actions.push(Action::Animate(AnimateAction::Between(Box::new((
            pose.a.clone(),
            pose.b.clone(),
            pose.how,
        )))));
    }
}

/// Faces to and from a file.
fn files(ui: &mut Ui, state: &ExploreState, count: usize, actions: &mut Vec<Action>) {
    let more = Button::icon_only(Icon::More, "Faces to and from a file").small();
    let response =
        ui.add(more.tip("Write the shelf's faces to a small file, or add those of one."));
    Popup::from_toggle_button_response(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(WIDE);
            add(ui, state, actions);
            ui.add_space(theme::GAP);
            ui.separator();
            write(ui, state, count, actions);
        });
}

fn add(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    let field = (
        "File of faces to add",
        "Path of a .json file",
        Pick::FacesFile,
    );
    let path = &state.controls.faces_path;
    let heading = "Add the faces of a file";
    file_field(
        ui,
        heading,
        field,
        (path, ExploreAction::FacesPath),
        actions,
    );
    let import = Button::new("Import").tip("Add the faces of this file to the shelf.");
    if ui.add_enabled(!path.trim().is_empty(), import).clicked() {
        actions.push(Action::Explore(ExploreAction::ImportFaces));
    }
}

fn write(ui: &mut Ui, state: &ExploreState, count: usize, actions: &mut Vec<Action>) {
    let field = (
        "File for the faces",
        "Path of a new .json file",
        Pick::NewFaces,
    );
    let path = &state.controls.faces_out.path;
    let heading = "Write the shelf's faces to a file";
    file_field(ui, heading, field, (path, ExploreAction::FacesOut), actions);
    let about = "Write all faces of the shelf to this file. Where there is one already it stays, and the new one gets a number.";
    let export = Button::new("Export").tip(about);
    let ready = count > 0 && !path.trim().is_empty();
    if ui.add_enabled(ready, export).clicked() {
        actions.push(Action::Explore(ExploreAction::ExportFaces));
    }
}

/// A heading and the field of a path: its name, its hint and the dialog behind its button.
fn file_field(
    ui: &mut Ui,
    heading: &str,
    (name, hint, dialog): (&str, &str, Pick),
    (path, typed): (&str, fn(String) -> ExploreAction),
    actions: &mut Vec<Action>,
) {
    ui.label(RichText::new(heading).font(theme::heading()));
    ui.add_space(theme::TIGHT);
    let mut path = path.to_owned();
    match path_field(ui, name, hint, &mut path, WIDE) {
        Some(PathField::Browse) => actions.push(Action::Frame(FrameAction::Browse(dialog))),
        Some(PathField::Changed) => actions.push(Action::Explore(typed(path))),
        Some(PathField::Entered) | None => {}
    }
    ui.add_space(theme::TIGHT);
}

/// The models that are known, and the one on show.
type Models<'a> = (&'a Shared<'a>, &'a Explorer);

fn faces(ui: &mut Ui, state: &ExploreState, models: Models<'_>, actions: &mut Vec<Action>) {
    let (_, explorer) = models;
    let shelf = &explorer.state.pose().shelf;
    let size = vec2(PLACE * shelf.len() as f32, HEIGHT - 4.0);
    let (all, _) = ui.allocate_exact_size(size, Sense::hover());
    let seen = ui.clip_rect().x_range();
    let place_at = |x: f32| ((x - all.left()) / PLACE).max(0.0);
    let first = (place_at(seen.min).floor() as usize).min(shelf.len());
    let end = (place_at(seen.max).ceil() as usize).clamp(first, shelf.len());
    if state.controls.shelf_seen != (first..end) {
        actions.push(Action::Explore(ExploreAction::ShelfSeen(first..end)));
    }
    for (place, saved) in shelf.iter().enumerate().take(end).skip(first) {
        let left = all.min + vec2(place as f32 * PLACE, 0.0);
        let cell = Rect::from_min_size(left, vec2(PLACE, all.height()));
        one(ui, state, models, (place, saved), cell, actions);
    }
}

/// A kept face and its name.
fn one(
    ui: &mut Ui,
    state: &ExploreState,
    models: Models<'_>,
    (place, saved): (usize, &SavedFace),
    cell: Rect,
    actions: &mut Vec<Action>,
) {
    let (shared, explorer) = models;
    let corner = cell.center_top() + vec2(-TILE / 2.0, 14.0);
    let rect = Rect::from_min_size(corner, vec2(TILE, TILE));
    // A face of another latent space can be looked up, renamed and taken away, no more.
    let fits = saved.latent.len() == explorer.state.components();
    // Nothing is drawn at a place that no sheet has.
    let at = explorer
        .faces
        .place_of(View::Shelf, &saved.latent)
        .unwrap_or(usize::MAX);
    let current = saved.latent == explorer.state.pose().current;
    let face = Face::new(explorer.faces.sheet(View::Shelf), at).selected(current);
    let name = format!("Kept face {}: {}", place + 1, saved.name);
    let response = if fits {
        face.carried(ui, rect, &name, &saved.latent)
    } else {
        face.button(ui, rect, &name)
    };
    if fits {
        if CarriedFace::chosen(&response) {
            actions.push(Action::moved(Move::Face(saved.latent.clone()), None));
        }
        if let Some(other) = CarriedFace::dropped_on(&response) {
            let what = Move::Way(other, saved.latent.clone());
            actions.push(Action::moved(what, None));
        }
    }
    let usable = fits.then_some(&saved.latent);
    let fingerprint = explorer.faces.sampler().fingerprint();
    let origin = face_origin(saved, (&explorer.name, fingerprint));
    if origin == FaceOrigin::Other {
        other_model_sign(ui, rect);
    }
    let other = (origin != FaceOrigin::Same || !fits).then_some(shared);
    keys_and_menu(ui, &response, (place, saved), (usable, other), actions);
    response.tip(about(explorer, saved, (fits, origin)));
    let below = Rect::from_min_max(rect.left_bottom() + vec2(-6.0, 2.0), cell.right_bottom());
    name_of(ui, state, (place, saved), below, actions);
}

/// What can be done with a kept face by its keys and in its menu.
fn keys_and_menu(
    ui: &Ui,
    response: &Response,
    (place, saved): (usize, &SavedFace),
    (usable, other): (Option<&Latent>, Option<&Shared<'_>>),
    actions: &mut Vec<Action>,
) {
    let unkeep = || Action::moved(Move::Unkeep(place), None);
    let rename = || {
        let naming = NameEdit::Saved(place, saved.name.clone());
        Action::Explore(ExploreAction::EditName(Some(naming)))
    };
    if response.has_focus() {
        if Command::DeleteKept.pressed(ui) {
            actions.push(unkeep());
        }
        if Command::RenameKept.pressed(ui) {
            actions.push(rename());
        }
    }
    menu::menu(response, usable, actions, |ui, actions| {
        if usable.is_some() {
            ui.separator();
        }
        // Looked for only while the menu is open.
        let model = other.and_then(|shared| shared.models.list.of_face(saved));
        if let Some(model) = model.filter(|model| !model.is_missing) {
            let about = "Show the faces of the model that drew this one.";
            if ui
                .button(format!("Switch to {}", model.name))
                .tip(about)
                .clicked()
            {
                actions.push(Action::Models(ModelsAction::Open(model.place.path())));
                ui.close();
            }
        }
        if ui.button(Command::RenameKept.name()).clicked() {
            actions.push(rename());
            ui.close();
        }
        if ui.button(Command::DeleteKept.name()).clicked() {
            actions.push(unkeep());
            ui.close();
        }
    });
}

/// The name of a kept face, or the field for another one.
fn name_of(
    ui: &mut Ui,
    state: &ExploreState,
    (place, saved): (usize, &SavedFace),
    below: Rect,
    actions: &mut Vec<Action>,
) {
    let builder = egui::UiBuilder::new()
        .max_rect(below)
        .id_salt(("name", place));
    ui.scope_builder(builder.layout(Layout::top_down(Align::Center)), |ui| {
        if let Some(NameEdit::Saved(at, text)) = &state.controls.naming
            && *at == place
        {
            let typed = typed_name(
                ui,
                text,
                "Name of the face",
                |text| NameEdit::Saved(place, text),
                actions,
            );
            if let Some(name) = typed {
                actions.push(Action::moved(Move::Rename(place, name), None));
            }
            return;
        }
        let text = RichText::new(&saved.name)
            .font(theme::small())
            .color(palette(ui).muted);
        ui.add(egui::Label::new(text).truncate());
    });
}

/// A small sign in the corner of a face that another model drew.
fn other_model_sign(ui: &Ui, rect: Rect) {
    let palette = palette(ui);
    let centre = rect.right_top() + vec2(-7.0, 7.0);
    ui.painter()
        .circle_filled(centre, 6.5, palette.ground.gamma_multiply(0.85));
    ui.painter()
        .circle_stroke(centre, 6.0, egui::Stroke::new(1.0, palette.yellow));
    Icon::Swap.paint(ui.painter(), centre, 8.0, palette.yellow);
}

fn about(explorer: &Explorer, saved: &SavedFace, (fits, origin): (bool, FaceOrigin)) -> String {
    let from = match saved.model.as_str() {
        "" => String::new(),
        model => format!(" Kept with {model}."),
    };
    let about = match (fits, origin) {
        (false, _) => format!(
            "This face has {} numbers; the model on show takes {}.{from}",
            saved.latent.len(),
            explorer.state.components()
        ),
        (true, FaceOrigin::Other) => format!(
            "{}.{from} This model draws another face from the same numbers; the menu leads to its own.",
            saved.name
        ),
        (true, FaceOrigin::Same | FaceOrigin::Unknown) => format!("{}.{from}", saved.name),
    };
    with_keys(&about, &[Place::ShelfFace, Place::Face])
}
