//! The panel of the brush, and the face that is painted on.

use egui::{Color32, Pos2, Rect, Role, Sense, Stroke as Line, Ui, Vec2, WidgetInfo, vec2};

use super::super::{menu, stage};
use super::Painter;
use crate::picture::Picture;
use crate::session::Move;
use crate::ui::action::Action;
use crate::ui::explore::action::{ExploreAction, PaintAction};
use crate::ui::explore::choices::Brush;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::view::View;
use crate::ui::explore::zoom::{Besides, Lens, hand, is_panned};
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::theme::{self, palette};
use crate::ui::widgets::sheet::Sheet;
use crate::ui::widgets::{
    Button, CarriedFace, Face, Icon, Tip, colour_button, focus_ring, keeps_arrows, leaves_space,
    note, progress, segmented, slider, stroke,
};

/// Radii of the brush in pixels of the face.
const RADII: (f32, f32) = (0.5, 12.0);

pub fn show(ui: &mut Ui, state: &ExploreState, explorer: &Explorer, actions: &mut Vec<Action>) {
    let painter = &state.controls.painter;
    let action = |what| Action::Explore(ExploreAction::Paint(what));
    let choices = [
        (
            Brush::Colour,
            "Colour",
            "Paint this colour: lips red, hair fair.",
        ),
        (
            Brush::Lighter,
            "Lighter",
            "Make what is under the brush lighter.",
        ),
        (
            Brush::Darker,
            "Darker",
            "Make what is under the brush darker.",
        ),
        (
            Brush::Erase,
            "Erase",
            "Take away what is under the brush, such as glasses: it is filled with what surrounds it.",
        ),
    ];
    let size = vec2(ui.available_width().min(290.0), theme::CONTROL);
    if let Some(brush) = segmented(ui, Role::RadioButton, painter.brush, &choices, size) {
        actions.push(action(PaintAction::Brush(brush)));
    }
    brush(ui, painter, actions);
    ui.add_space(theme::GAP);
    candidates(ui, painter, explorer, actions);
}

/// Size and colour of the brush, and ways back.
fn brush(ui: &mut Ui, painter: &Painter, actions: &mut Vec<Action>) {
    let action = |what| Action::Explore(ExploreAction::Paint(what));
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let mut radius = painter.radius;
        ui.label("Size");
        let (range, size) = (RADII.0..=RADII.1, (90.0, theme::CONTROL));
        slider(ui, "Brush size", &mut radius, range, RADII.0, size)
            .tip("Radius of the brush in pixels of the face.");
        if radius != painter.radius {
            actions.push(action(PaintAction::Radius(radius)));
        }
        if painter.brush == Brush::Colour {
            let mut colour = painter.colour;
            let about = format!(
                "Colour of the brush. A press on the face with Ctrl held takes up the colour there.\n{}",
                Command::PickColour.tip()
            );
            colour_button(ui, "Colour of the brush", &about, &mut colour);
            if colour != painter.colour {
                actions.push(action(PaintAction::Colour(colour)));
            }
        }
        let back = Button::icon_only(Icon::Undo, Command::TakeBack.name());
        let back = back.command(Command::TakeBack);
        if ui.add_enabled(painter.strokes() > 0, back).clicked() {
            actions.push(action(PaintAction::TakeBack));
        }
        let clear = Button::new("Clear").name("Take the paint off").quiet();
        if ui.add(clear.tip("Take all paint off the face.")).clicked() {
            actions.push(action(PaintAction::Clear));
        }
    });
}

fn candidates(ui: &mut Ui, painter: &Painter, explorer: &Explorer, actions: &mut Vec<Action>) {
    if let Some(search) = &painter.search {
        ui.horizontal(|ui| {
            note(ui, "Looking for faces like this…");
            progress(ui, "Faces that follow the paint", search.share(), 90.0);
        });
    }
    if painter.found.latents.is_empty() {
        if painter.search.is_none() {
            let about =
                "Paint on the face: faces of this model that follow the stroke appear here.";
            note(ui, with_keys(about, &[Place::Canvas]));
        }
        return;
    }
    note(ui, "Choose one:");
    let gap = 5.0;
    let tile = ((ui.available_width() - 2.0 * gap) / 3.0).floor();
    let rows = painter.found.latents.len().div_ceil(3) as f32;
    let (all, _) = ui.allocate_exact_size(
        vec2(ui.available_width(), rows * (tile + gap)),
        Sense::hover(),
    );
    for (place, latent) in painter.found.latents.iter().enumerate() {
        let offset = vec2((place % 3) as f32, (place / 3) as f32) * (tile + gap);
        let rect = Rect::from_min_size(all.min + offset, vec2(tile, tile));
        let current = *latent == explorer.state.pose().current;
        let face = Face::new(&painter.faces, place).selected(current);
        let name = format!("Face that follows the paint, {}", place + 1);
        let response = face.carried(ui, rect, &name, latent);
        if CarriedFace::chosen(&response) {
            let what = Move::Change(latent.clone());
            actions.push(Action::moved(what, None));
        }
        menu::of_face(&response, latent, actions);
        let about = "Make this the current face; Before shows what it was.";
        response.tip(with_keys(about, &[Place::Face]));
    }
}

/// The face with the paint on it, and the brush.
pub fn canvas(
    ui: &mut Ui,
    state: &ExploreState,
    explorer: &Explorer,
    area: Rect,
    actions: &mut Vec<Action>,
) {
    let painter = &state.controls.painter;
    let face = explorer.faces.sheet(View::Face);
    let zoom = &state.controls.zoom;
    let lens = Lens::new(ui, zoom, area, face.tile());
    let (rect, scale) = (lens.face, lens.scale());
    let response = ui.interact(
        lens.seen,
        ui.scope_id().with("canvas"),
        Sense::click_and_drag(),
    );
    let (sheet, name) = seen(state, explorer);
    let said = if name.is_empty() {
        "Face to paint on"
    } else {
        name
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, said));
    stage::paint(ui, sheet, &lens);
    stage::tag(ui, lens.seen, name);
    let mut zoomed = Vec::new();
    hand(ui, zoom, &lens, (&response, Besides::Strokes), &mut zoomed);
    let pixel = |at: Pos2| ((at.x - rect.left()) / scale, (at.y - rect.top()) / scale);
    let action = |what| Action::Explore(ExploreAction::Paint(what));
    if response.drag_started() || response.clicked() {
        response.request_focus();
    }
    let pointer = response.interact_pointer_pos();
    if let Some(at) = pointer.filter(|_| !is_panned(ui)) {
        let picks = ui.input(|input| input.modifiers.command);
        if picks {
            if let Some(colour) = colour_at(face.picture(), pixel(at)) {
                actions.push(action(PaintAction::Colour(colour)));
            }
        } else if let Some((from, to)) = stroke(ui, &response) {
            actions.push(action(PaintAction::Dab(pixel(from), pixel(to))));
        }
        // Also where Ctrl was pressed in the middle of a stroke: what was begun is finished.
        if (response.drag_stopped() || response.clicked()) && (!picks || painter.is_stroking()) {
            actions.push(action(PaintAction::Lift));
        }
    }
    leaves_space(&response);
    let mut brush = response.hover_pos();
    if response.has_focus() {
        keeps_arrows(&response);
        let at = |(x, y)| rect.min + scale * vec2(x, y);
        if let Some(now) = keys(ui, painter, face, actions) {
            zoomed.extend(lens.show(at(now)));
        }
        focus_ring(ui, &response, lens.seen.shrink(2.0));
        brush = brush.or(Some(at(painter.cursor(face.tile()))));
    }
    actions.extend(zoomed.into_iter().map(stage::zoom_by));
    if let Some(at) = brush {
        outline(ui, at, painter.radius.max(0.5) * scale, lens.seen);
    }
}

/// The face with the paint on it, or what is compared with it under its name.
fn seen<'a>(state: &'a ExploreState, explorer: &'a Explorer) -> (&'a Sheet, &'static str) {
    let controls = &state.controls;
    let current = &explorer.state.pose().current;
    let on = controls.painter.on.as_ref();
    let painted = on.is_some_and(|on| on.latent == *current);
    match (controls.comparing, painted, controls.difference) {
        (true, ..) => (explorer.faces.sheet(View::Before), stage::BEFORE),
        (false, true, _) => (&controls.painter.preview, ""),
        (false, false, true) => (explorer.faces.difference(), stage::CHANGED),
        (false, false, false) => (explorer.faces.sheet(View::Face), ""),
    }
}

/// The rim of the brush.
fn outline(ui: &Ui, at: Pos2, radius: f32, face: Rect) {
    let clip = ui.painter().with_clip_rect(face);
    clip.circle_stroke(at, radius, Line::new(3.0, Color32::from_black_alpha(90)));
    clip.circle_stroke(at, radius, Line::new(1.5, palette(ui).accent));
}

/// What the keys do with the brush; gives where they have moved it to.
fn keys(ui: &Ui, painter: &Painter, face: &Sheet, actions: &mut Vec<Action>) -> Option<(f32, f32)> {
    let before = painter.cursor(face.tile());
    let last = face.tile() as f32 - 0.5;
    let way = 8.0 * Command::MoveBrushFar.arrows(ui) + Command::MoveBrush.arrows(ui);
    let now = Vec2::from(before) + way;
    let now = (now.x.clamp(0.0, last), now.y.clamp(0.0, last));
    let begun = Command::PaintHere.pressed(ui);
    let (held, lifted) = (
        Command::PaintHere.is_down(ui),
        Command::PaintHere.released(ui),
    );
    let action = |what| Action::Explore(ExploreAction::Paint(what));
    if now != before {
        actions.push(action(PaintAction::Cursor(now)));
    }
    if begun || (held && now != before) {
        let from = if begun { now } else { before };
        actions.push(action(PaintAction::Dab(from, now)));
    }
    if lifted && (begun || painter.is_stroking()) {
        actions.push(action(PaintAction::Lift));
    }
    if Command::TakeBack.pressed(ui) {
        actions.push(action(PaintAction::TakeBack));
    }
    if Command::PickColour.pressed(ui)
        && let Some(colour) = colour_at(face.picture(), now)
    {
        actions.push(action(PaintAction::Colour(colour)));
    }
    (now != before).then_some(now)
}

fn colour_at(picture: &Picture, (x, y): (f32, f32)) -> Option<[u8; 3]> {
    let inside = x >= 0.0 && y >= 0.0 && (x as usize) < picture.width;
    let at = 3 * (y as usize * picture.width + x as usize);
    let pixel = picture.rgb.get(at..at + 3).filter(|_| inside)?;
    pixel.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_up_inside_only() {
        let picture = Picture::filled(4, 4, [1, 2, 3]);
        assert_eq!(colour_at(&picture, (3.9, 0.0)), Some([1, 2, 3]));
        assert_eq!(colour_at(&picture, (4.0, 0.0)), None);
        assert_eq!(colour_at(&picture, (-0.5, 0.0)), None);
        assert_eq!(colour_at(&picture, (0.0, 4.0)), None);
    }
}
