//! Random faces to choose from.

use egui::{Align, Layout, Popup, Rect, RichText, ScrollArea, Sense, Ui, vec2};

use super::menu;
use crate::session::Move;
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::stills::action::{StillAction, StillSubject};
use crate::ui::explore::view::View;
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, CarriedFace, Ends, Face, Icon, Tip, slider};

/// Height of the slider below and what stands above it.
const BELOW: f32 = 56.0;

/// Smaller than this a face tells nothing.
const LEAST: f32 = 34.0;

/// Below this width of the panel only short words have room.
const NARROW: f32 = 180.0;
/// Below this one the value would touch longer ones.
const ROOMY: f32 = 240.0;

pub fn show(ui: &mut Ui, explorer: &Explorer, actions: &mut Vec<Action>) {
    let is_wide = ui.available_width() > NARROW;
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.label(RichText::new("Wall").font(theme::heading()));
        Ends::of(ui).right(ui, |ui| {
            let new = Button::new("New").name(Command::NewWall.name());
            let new = new.command(Command::NewWall).quiet();
            let new = if is_wide { new.cap() } else { new };
            if ui.add(new).clicked() {
                actions.push(Action::Explore(ExploreAction::NewWall));
            }
            more(ui, actions);
            ui.add_space(theme::GAP);
        });
    });
    let gap = 5.0;
    let width = ui.available_width() - theme::GAP;
    let (faces, picked) = (explorer.state.wall(), explorer.state.picked());
    let height = (ui.available_height() - BELOW).max(LEAST);
    let (columns, tile) = layout(faces.len(), vec2(width, height - 2.0 * gap), gap);
    let area = ScrollArea::vertical().auto_shrink(false).max_height(height);
    area.show(ui, |ui| {
        let rows = faces.len().div_ceil(columns) as f32;
        let size = vec2(width, rows * (tile + gap) + gap);
        let (all, _) = ui.allocate_exact_size(size, Sense::hover());
        let spare = width - columns as f32 * (tile + gap) + gap;
        let first = all.min + vec2((0.5 * spare).max(0.0).floor(), 3.0);
        for (place, latent) in faces.iter().enumerate() {
            let offset = vec2((place % columns) as f32, (place / columns) as f32) * (tile + gap);
            let rect = Rect::from_min_size(first + offset, vec2(tile, tile));
            let sheet = explorer.faces.sheet(View::Wall);
            let face = Face::new(sheet, place).selected(picked == Some(place));
            let name = format!("Random face {}", place + 1);
            let response = face.carried(ui, rect, &name, latent);
            if CarriedFace::chosen(&response) {
                actions.push(Action::moved(Move::Pick(place), None));
            }
            menu::of_face(&response, latent, actions);
            let about =
                "Make this the current face. Drag it onto another to see the way between them.";
            response.tip(with_keys(about, &[Place::Face]));
        }
    });
    likeness(ui, explorer, actions);
}

/// What can be done with the wall as a whole.
fn more(ui: &mut Ui, actions: &mut Vec<Action>) {
    let more = Button::icon_only(Icon::More, "More about the wall").small();
    let response = ui.add(more.tip("Take the wall away as one picture."));
    Popup::menu(&response).show(|ui| {
        for (text, action) in [
            (
                "Save the wall as a picture…",
                StillAction::Ask(StillSubject::Wall),
            ),
            (
                "Copy the wall as a picture",
                StillAction::Copy(StillSubject::Wall),
            ),
        ] {
            if ui.button(text).clicked() {
                actions.push(Action::Explore(ExploreAction::Still(action)));
                ui.close();
            }
        }
    });
}

/// How many faces stand side by side and how large they are: as large as they can be where all of them are in
/// sight, but never tiny.
fn layout(count: usize, space: egui::Vec2, gap: f32) -> (usize, f32) {
    let across = |columns: usize| (space.x + gap) / columns as f32 - gap;
    let down = |columns: usize| (space.y + gap) / count.div_ceil(columns) as f32 - gap;
    let side = |columns: usize| across(columns).min(down(columns));
    let best = (2..=6).max_by(|&one, &other| side(one).total_cmp(&side(other)));
    let columns = best.unwrap_or(3);
    match side(columns) {
        tile if tile >= LEAST => (columns, tile.floor()),
        _ => (3, across(3).floor()),
    }
}

fn likeness(ui: &mut Ui, explorer: &Explorer, actions: &mut Vec<Action>) {
    let about = "How like the current face those of the wall are: further right, a smaller circle around it.";
    let about = format!("{about}\n{}", Command::MoreLike.tip());
    let about = with_keys(&about, &[Place::Slider]);
    let mut likeness = explorer.state.likeness();
    let before = likeness;
    ui.add_space(theme::TIGHT);
    ui.horizontal(|ui| {
        let text = match ui.available_width() {
            ..NARROW => "Stay close",
            ..ROOMY => "Close to the current face",
            _ => "Stay close to the current face",
        };
        ui.label(RichText::new(text).color(palette(ui).muted))
            .tip(&about);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(theme::GAP);
            ui.label(format!("{:.0} %", 100.0 * likeness));
        });
    });
    let size = (ui.available_width() - theme::GAP, theme::CONTROL_SMALL);
    let name = "Likeness of the wall to the current face";
    slider(ui, name, &mut likeness, 0.0..=0.95, 0.0, size).tip(about);
    if likeness != before {
        actions.push(Action::Explore(ExploreAction::Likeness(likeness)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faces_are_in_sight_where_they_can_be_told_apart() {
        for (width, height) in [(208.0, 470.0), (140.0, 330.0), (300.0, 800.0)] {
            let (columns, tile) = layout(24, vec2(width, height), 5.0);
            let rows = 24_usize.div_ceil(columns) as f32;
            assert!(tile >= LEAST, "{tile}");
            assert!(rows * (tile + 5.0) <= height + 5.0);
            assert!(columns as f32 * (tile + 5.0) <= width + 5.0);
        }
        // Too low: they are scrolled.
        assert_eq!(layout(24, vec2(140.0, 120.0), 5.0), (3, 43.0));
    }
}
