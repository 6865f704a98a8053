//! The faces that are kept from start to start.

use egui::{Align, Layout, Popup, PopupCloseBehavior, Rect, RichText, ScrollArea, Sense, Ui, vec2};

use super::directions::typed_name;
use super::{Centre, ExploreWish, Naming, animate, menu};
use crate::latent::saved::Saved;
use crate::session::Move;
use crate::ui::App;
use crate::ui::action::Action;
use crate::ui::generators::Explorer;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, Carried, Face, Icon, PathField, drop_ring, note, path_field};
use crate::worker::{Pick, View};

/// Height of the bar.
pub const HEIGHT: f32 = 98.0;
/// Sides of its faces.
const TILE: f32 = 52.0;
/// Room for a face and its name.
const PLACE: f32 = 66.0;

/// Draws the bar.
pub fn show(ui: &mut Ui, app: &App, explorer: &Explorer, wishes: &mut Vec<Action>) {
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
                files(ui, app, shelf.len(), wishes);
            });
            note(ui, match shelf.len() {
                1 => "1 face".to_owned(),
                count => format!("{count} faces"),
            });
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            buttons(ui, app, wishes);
            ui.with_layout(row, |ui| {
                if shelf.is_empty() {
                    note(ui, "Keep a face with K, or let one go here: it is still there at the next start.");
                }
                let area = ui.max_rect();
                let whole = ui.interact(area, ui.scope_id().with("shelf"), Sense::hover());
                ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
                    faces(ui, app, explorer, wishes);
                });
                drop_ring(ui, &whole, area.shrink(4.0));
                if let Some(face) = Carried::dropped_on(&whole) {
                    wishes.push(Action::Look(ExploreWish::Keep(face)));
                }
            });
        });
    });
}

fn buttons(ui: &mut Ui, app: &App, wishes: &mut Vec<Action>) {
    let text = match app.export.share() {
        Some(share) => format!("Animate {:.0} %", 100.0 * share),
        None => "Animate A to B".to_owned(),
    };
    let response = ui.add(
        Button::new(&text)
            .name("Animate A to B")
            .primary()
            .tip("Write the way from A to B as an animation."),
    );
    Popup::from_toggle_button_response(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(430.0);
            animate::show(ui, app, wishes);
        });
    let on = app.explore.centre == Centre::Board;
    let wide = ui.available_width() > 520.0;
    let text = if wide {
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
        wishes.push(Action::Look(ExploreWish::Centre(centre)));
    }
    ui.add_space(theme::GAP);
}

/// Faces to and from a file.
fn files(ui: &mut Ui, app: &App, count: usize, wishes: &mut Vec<Action>) {
    let more = Button::icon_only(Icon::More, "Faces to and from a file").small();
    let response =
        ui.add(more.tip("Write the shelf's faces to a small file, or add those of one."));
    Popup::from_toggle_button_response(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(380.0);
            ui.label(RichText::new("Faces to and from a file").font(theme::heading()));
            ui.add_space(theme::TIGHT);
            let mut path = app.explore.faces_path.clone();
            let field = path_field(
                ui,
                "File of faces",
                "Path of a .json file",
                &mut path,
                380.0,
            );
            match field {
                Some(PathField::Browse) => wishes.push(Action::Browse(Pick::FacesFile)),
                Some(PathField::Changed) => {
                    wishes.push(Action::Look(ExploreWish::FacesPath(path.clone())));
                }
                Some(PathField::Entered) | None => {}
            }
            let named = !path.trim().is_empty();
            ui.add_space(theme::TIGHT);
            ui.horizontal(|ui| {
                let import = Button::new("Import").tip("Add the faces of this file to the shelf.");
                if ui.add_enabled(named, import).clicked() {
                    wishes.push(Action::Look(ExploreWish::Import));
                }
                let export =
                    Button::new("Export").tip("Write all faces of the shelf to this file.");
                if ui.add_enabled(named && count > 0, export).clicked() {
                    wishes.push(Action::Look(ExploreWish::Export));
                }
            });
        });
}

fn faces(ui: &mut Ui, app: &App, explorer: &Explorer, wishes: &mut Vec<Action>) {
    let shelf = &explorer.state.pose().shelf;
    let size = vec2(PLACE * shelf.len() as f32, HEIGHT - 4.0);
    let (all, _) = ui.allocate_exact_size(size, Sense::hover());
    let mut drawn = 0;
    for (place, saved) in shelf.iter().enumerate() {
        let left = all.min + vec2(place as f32 * PLACE, 0.0);
        let cell = Rect::from_min_size(left, vec2(PLACE, all.height()));
        let fits = saved.latent.len() == explorer.state.components();
        if ui.is_rect_visible(cell) {
            let sheet_place = fits.then_some(drawn);
            one(
                ui,
                app,
                explorer,
                (place, saved),
                (cell, sheet_place),
                wishes,
            );
        }
        drawn += usize::from(fits);
    }
}

/// A kept face and its name. `sheet_place` is its place among those that this model can draw.
fn one(
    ui: &mut Ui,
    app: &App,
    explorer: &Explorer,
    (place, saved): (usize, &Saved),
    (cell, sheet_place): (Rect, Option<usize>),
    wishes: &mut Vec<Action>,
) {
    let corner = cell.center_top() + vec2(-TILE / 2.0, 14.0);
    let rect = Rect::from_min_size(corner, vec2(TILE, TILE));
    // Nothing is drawn at a place that no sheet has.
    let at = sheet_place.unwrap_or(usize::MAX);
    let current = saved.latent == explorer.state.pose().current;
    let face = Face::new(explorer.faces.sheet(View::Shelf), at).selected(current);
    let name = format!("Kept face {}: {}", place + 1, saved.name);
    let response = face.carried(ui, rect, &name, &saved.latent);
    if sheet_place.is_some() {
        if response.clicked() {
            wishes.push(Action::Explore(Move::Face(saved.latent.clone()), None));
        }
        if let Some(other) = Carried::dropped_on(&response) {
            let what = Move::Way(other, saved.latent.clone());
            wishes.push(Action::Explore(what, None));
        }
    }
    let unkeep = || Action::Explore(Move::Unkeep(place), None);
    let rename = || {
        let naming = Naming::Saved(place, saved.name.clone());
        Action::Look(ExploreWish::Naming(Some(naming)))
    };
    if response.has_focus() {
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        if pressed(egui::Key::Delete) {
            wishes.push(unkeep());
        }
        if pressed(egui::Key::F2) {
            wishes.push(rename());
        }
    }
    menu::menu(&response, &saved.latent, wishes, |ui, wishes| {
        ui.separator();
        if ui.button("Rename…").clicked() {
            wishes.push(rename());
            ui.close();
        }
        if ui.button("Delete").clicked() {
            wishes.push(unkeep());
            ui.close();
        }
    });
    response.on_hover_text(about(explorer, saved, sheet_place.is_some()));
    let below = Rect::from_min_max(rect.left_bottom() + vec2(-6.0, 2.0), cell.right_bottom());
    let builder = egui::UiBuilder::new()
        .max_rect(below)
        .id_salt(("name", place));
    ui.scope_builder(builder.layout(Layout::top_down(Align::Center)), |ui| {
        if let Some(Naming::Saved(at, text)) = &app.explore.naming
            && *at == place
        {
            let typed = typed_name(
                ui,
                text,
                "Name of the face",
                |text| Naming::Saved(place, text),
                wishes,
            );
            if let Some(name) = typed {
                wishes.push(Action::Explore(Move::Rename(place, name), None));
            }
            return;
        }
        let text = RichText::new(&saved.name)
            .font(theme::small())
            .color(palette(ui).muted);
        ui.add(egui::Label::new(text).truncate());
    });
}

fn about(explorer: &Explorer, saved: &Saved, fits: bool) -> String {
    let from = match saved.model.as_str() {
        "" => String::new(),
        model => format!(" Kept with {model}."),
    };
    let ours = explorer.faces.sampler().fingerprint();
    let same = saved.fingerprint.is_empty() || ours.is_empty() || saved.fingerprint == ours;
    match (fits, same) {
        (false, _) => format!(
            "This face has {} numbers; the model on show takes {}.{from}",
            saved.latent.len(),
            explorer.state.components()
        ),
        (true, false) => format!("{}.{from} With this model it looks different.", saved.name),
        (true, true) => format!("{}.{from} F2 renames it, Delete takes it away.", saved.name),
    }
}
