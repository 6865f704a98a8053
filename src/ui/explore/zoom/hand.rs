//! The wheel, a drag and a double click on a face.

use egui::{CursorIcon, Id, PointerButton, Response, Ui, Vec2};

use super::{Lens, Zoom, ZoomAction};
use crate::ui::frame::commands::Command;

/// Points of the wheel in which a face becomes e times as large.
const WHEEL: f32 = 200.0;

/// Where it is remembered that the face is being moved about.
fn place() -> Id {
    Id::unique("the large face is moved about")
}

/// Whether the drag under way moves the face about in its room, and does nothing else to it.
pub fn is_panned(ui: &Ui) -> bool {
    ui.data(|data| data.get_temp(place())).unwrap_or(false)
}

/// What the pointer does to a large face besides. The middle button, and Space with any, always move it about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Besides {
    Nothing,
    /// A drag does something.
    Drags,
    /// A drag and a click do.
    Strokes,
}

/// What the pointer wants of a face that `response` stands for.
pub fn hand(
    ui: &Ui,
    zoom: &Zoom,
    lens: &Lens,
    (response, besides): (&Response, Besides),
    does: &mut Vec<ZoomAction>,
) {
    let free = besides == Besides::Nothing;
    let pixel = lens.fit.width() / lens.tile as f32;
    // Before the first face of a model has come nothing is known of its pixels.
    if lens.tile > 1 && (pixel - zoom.pixel).abs() > 1e-3 {
        does.push(ZoomAction::Room(pixel));
    }
    wheel(ui, lens, does);
    if response.drag_started() {
        let with = |button| response.drag_started_by(button);
        let other = Command::Compare.is_down(ui);
        let pans = with(PointerButton::Middle)
            || (zoom.is_in() && (free || other) && with(PointerButton::Primary));
        ui.data_mut(|data| data.insert_temp(place(), pans));
    } else if !response.dragged() && !response.drag_stopped() && is_panned(ui) {
        ui.data_mut(|data| data.insert_temp(place(), false));
    }
    if response.dragged() && is_panned(ui) {
        let mut way = ui.input(|input| input.pointer.delta());
        if response.drag_started() {
            // The drag is noticed some pixels after it began.
            let from = ui.input(|input| input.pointer.press_origin());
            way = response
                .interact_pointer_pos()
                .zip(from)
                .map_or(way, |(to, from)| to - from);
        }
        if way != Vec2::ZERO {
            does.push(ZoomAction::Pan(way / lens.fit.size()));
        }
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    } else if free && zoom.is_in() && response.hovered() {
        ui.ctx().set_cursor_icon(CursorIcon::Grab);
    }
    let twice = ui.input(|input| {
        let pointer = &input.pointer;
        input.modifiers.is_none() && pointer.button_double_clicked(PointerButton::Primary)
    });
    if zoom.is_in() && twice && response.contains_pointer() && besides != Besides::Strokes {
        does.push(ZoomAction::Fit);
    }
}

/// The wheel and two fingers, anywhere in the room of the face.
fn wheel(ui: &Ui, lens: &Lens, does: &mut Vec<ZoomAction>) {
    let pointer = ui.ctx().pointer_hover_pos();
    let Some(at) = pointer.filter(|_| ui.rect_contains_pointer(lens.room)) else {
        return;
    };
    let (turned, pinched) = ui.input_mut(|input| {
        let turned = std::mem::take(&mut input.smooth_scroll_delta);
        (turned.y, input.zoom_delta())
    });
    let times = (turned / WHEEL).exp() * pinched;
    if times != 1.0 {
        let at = lens.fit.clamp(at) - lens.fit.center();
        does.push(ZoomAction::By(times, at / lens.fit.size()));
    }
}
