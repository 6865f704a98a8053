//! egui's slider with another face: a thin rail, filled from where the value means nothing.

use std::ops::RangeInclusive;

use egui::{Response, Sense, Slider, SliderClamping, Stroke, Ui, pos2, remap_clamp};

use super::leaves_space;
use crate::ui::theme::palette;

/// Radius of the handle.
const HANDLE: f32 = 6.0;
/// Thickness of the rail.
const RAIL: f32 = 3.0;

/// A slider called `name` of `width` by `height` points whose rail is filled from `origin` to the value. It may
/// show values beyond its range without changing them.
pub fn slider(
    ui: &mut Ui,
    name: &str,
    value: &mut f32,
    range: RangeInclusive<f32>,
    origin: f32,
    (width, height): (f32, f32),
) -> Response {
    // Mouse, keyboard and screen readers work as with any slider of egui; only its paint is
    // replaced, since that has neither an origin nor a handle of its own size.
    let response = ui
        .scope(|ui| {
            ui.set_opacity(0.0);
            ui.spacing_mut().slider_width = width;
            ui.spacing_mut().interact_size.y = height;
            let slider = Slider::new(value, range.clone())
                .clamping(SliderClamping::Never)
                .show_value(false)
                .smart_aim(false);
            ui.add(slider)
        })
        .inner;
    // Now, before anybody adds a tooltip: that would become the name.
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_label(name));
    let rect = response.rect;
    // The same inset as egui's own handle has, so that it stands under the pointer.
    let rail = rect.x_range().shrink(height / 2.5);
    // A press and release within one frame is no drag to egui, but a click to a person. No
    // `Sense::click()`: that would be a second stop for the keyboard.
    let press = ui.interact(rect, response.id.with("press"), Sense::CLICK);
    if press.clicked()
        && let Some(pointer) = press.interact_pointer_pos()
    {
        *value = remap_clamp(pointer.x, rail, range.clone());
    }
    let response = response | press;
    leaves_space(&response);
    if ui.is_rect_visible(rect) {
        let palette = palette(ui);
        let x = |value: f32| remap_clamp(value, range.clone(), rail.min..=rail.max);
        let (here, from, y) = (x(*value), x(origin), rect.center().y);
        let painter = ui.painter();
        painter.hline(rail, y, Stroke::new(RAIL, palette.line));
        painter.hline(
            here.min(from)..=here.max(from),
            y,
            Stroke::new(RAIL, palette.accent),
        );
        let hot = response.hovered() || response.dragged() || response.has_focus();
        let radius = if hot { HANDLE + 1.0 } else { HANDLE };
        painter.circle_filled(pos2(here, y), radius, palette.text);
        if response.has_focus() {
            let ring = Stroke::new(1.5, palette.accent);
            painter.circle_stroke(pos2(here, y), radius + 2.5, ring);
        }
    }
    response
}
