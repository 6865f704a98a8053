//! Where a pressed pointer went since the last frame.

use egui::{PointerButton, Pos2, Response, Ui};

/// From where to where, while the pointer is pressed on what was drawn; a stroke misses nothing on its way.
pub fn stroke(ui: &Ui, response: &Response) -> Option<(Pos2, Pos2)> {
    let pressed = response.dragged_by(PointerButton::Primary) || response.clicked();
    let to = response.interact_pointer_pos().filter(|_| pressed)?;
    let from = if response.drag_started() {
        // The drag is noticed some pixels after it began.
        ui.input(|input| input.pointer.press_origin()).unwrap_or(to)
    } else if response.clicked() {
        to
    } else {
        to - ui.input(|input| input.pointer.delta())
    };
    Some((from, to))
}
