//! Where a large face stands.

use egui::{Rect, Ui, vec2};

/// The largest square in the middle of `area` whose side is a whole number of the `tile` pixels of a
/// picture, on whole pixels of the screen.
pub fn square_in(ui: &Ui, area: Rect, tile: usize) -> Rect {
    let pixels = ui.pixels_per_point();
    let own = tile.max(1) as f32 / pixels;
    let fit = area.width().min(area.height()).max(8.0);
    let side = if fit >= own {
        (fit / own).floor() * own
    } else {
        fit
    };
    let corner = area.center() - vec2(side, side) / 2.0;
    let corner = (corner.to_vec2() * pixels).round() / pixels;
    Rect::from_min_size(corner.to_pos2(), vec2(side, side))
}
