//! The current face between four others: drag on it to walk among them.

use egui::{Pos2, Rect, Sense, Stroke, Ui, WidgetInfo, lerp, pos2, vec2};

use super::square::square_in;
use super::zoom::Lens;
use super::{menu, stage};
use crate::session::{CORNERS, Move};
use crate::ui::action::Action;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::view::View;
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::gestures::Control;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{CarriedFace, Face, Tip, focus_ring, keeps_arrows, leaves_space};

/// One press of an arrow key.
const STEP: f32 = 0.02;
/// Sides of the faces at the corners.
const CORNER: (f32, f32) = (40.0, 96.0);

/// Draws the face into the middle of `area` with the corners beside it.
pub fn show(
    ui: &mut Ui,
    state: &ExploreState,
    explorer: &Explorer,
    area: Rect,
    actions: &mut Vec<Action>,
) {
    let side = ((area.width() - area.height()) / 2.0).clamp(CORNER.0, CORNER.1);
    let room = area.shrink2(vec2(side + theme::GAP, 0.0));
    let rect = square_in(ui, room, explorer.faces.sheet(View::Face).tile());
    corners(ui, explorer, (rect, side - theme::GAP), actions);
    let response = stage::large(ui, state, explorer, &Lens::whole(rect), Sense::drag());
    let pad = &explorer.state.pose().pad;
    let name = format!(
        "Pad, {:.0} % across and {:.0} % down",
        100.0 * pad.x,
        100.0 * pad.y
    );
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Pane, true, &name));
    let press = ui.interact(rect, response.id.with("press"), Sense::CLICK);
    if press.is_pointer_button_down_on() || response.drag_started() {
        response.request_focus();
    }
    let mut to = (pad.x, pad.y);
    let pointer = response
        .interact_pointer_pos()
        .filter(|_| response.dragged());
    let clicked = press.interact_pointer_pos().filter(|_| press.clicked());
    if let Some(at) = pointer.or(clicked) {
        to = point(rect, at);
    }
    let before_keys = to;
    leaves_space(&response);
    if response.has_focus() {
        keeps_arrows(&response);
        let way = STEP * Command::MoveOnPad.arrows(ui);
        to = (
            (to.0 + way.x).clamp(0.0, 1.0),
            (to.1 + way.y).clamp(0.0, 1.0),
        );
    }
    if to != (pad.x, pad.y) {
        let gesture = (to == before_keys).then_some(Control::Pad);
        actions.push(Action::moved(Move::Pad(to.0, to.1), gesture));
    }
    focus_ring(ui, &response, rect.shrink(2.0));
    let at = pos2(
        lerp(rect.left()..=rect.right(), pad.x),
        lerp(rect.top()..=rect.bottom(), pad.y),
    );
    ui.painter().circle_stroke(
        at,
        8.0,
        Stroke::new(4.0, egui::Color32::from_black_alpha(90)),
    );
    ui.painter()
        .circle_stroke(at, 8.0, Stroke::new(2.0, palette(ui).accent));
    let about = "Drag to walk between the four corners.";
    (response | press).on_hover_text_at_pointer(with_keys(about, &[Place::Pad]));
}

fn point(rect: Rect, at: Pos2) -> (f32, f32) {
    let share = (at - rect.min) / rect.size();
    (share.x.clamp(0.0, 1.0), share.y.clamp(0.0, 1.0))
}

/// The faces at the corners, outside of the large one.
fn corners(ui: &Ui, explorer: &Explorer, (face, side): (Rect, f32), actions: &mut Vec<Action>) {
    let pad = &explorer.state.pose().pad;
    let left = face.left() - theme::GAP - side;
    let right = face.right() + theme::GAP;
    let places = [
        (left, face.top()),
        (right, face.top()),
        (left, face.bottom() - side),
        (right, face.bottom() - side),
    ];
    for (place, (x, y)) in places.into_iter().enumerate().take(CORNERS) {
        let rect = Rect::from_min_size(pos2(x, y), vec2(side, side));
        let latent = &pad.corners[place]; // as many as places
        let name = format!("Corner, {}", menu::CORNER_NAMES[place]);
        let response =
            Face::new(explorer.faces.sheet(View::Pad), place).carried(ui, rect, &name, latent);
        if CarriedFace::chosen(&response) {
            let (x, y) = (place % 2, place / 2);
            actions.push(Action::moved(Move::Pad(x as f32, y as f32), None));
        }
        menu::menu(&response, Some(latent), actions, |_, _| {});
        if let Some(dropped) = CarriedFace::dropped_on(&response) {
            actions.push(Action::moved(Move::Corner(place, dropped), None));
        }
        let command = [
            Command::Corner1,
            Command::Corner2,
            Command::Corner3,
            Command::Corner4,
        ];
        let about = format!(
            "Go to this corner. Let a face go over it to put it here.\n{}",
            command[place].tip()
        );
        response.tip(with_keys(&about, &[Place::Face]));
    }
}
