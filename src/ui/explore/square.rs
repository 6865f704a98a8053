//! Where a large face stands.

use egui::{Rect, Ui, vec2};

/// The share of the room that a face of whole pixels must fill.
const FAIR: f32 = 0.8;

/// The largest square in the middle of `area` whose side is a whole number of the `tile` pixels of a
/// picture where that leaves little room, on whole pixels of the screen.
pub fn square_in(ui: &Ui, area: Rect, tile: usize) -> Rect {
    let pixels = ui.pixels_per_point();
    let own = tile.max(1) as f32 / pixels;
    let fit = area.width().min(area.height()).max(8.0);
    let whole = (fit / own).floor() * own;
    // Pixels of unequal size are the lesser evil where whole ones would waste much room.
    let side = if whole >= FAIR * fit {
        whole
    } else {
        (fit * pixels).floor() / pixels
    };
    let corner = area.center() - vec2(side, side) / 2.0;
    let corner = (corner.to_vec2() * pixels).round() / pixels;
    Rect::from_min_size(corner.to_pos2(), vec2(side, side))
}
