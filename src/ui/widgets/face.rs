//! Faces to look at and to press, and what stands in their place while there are none.

use egui::{Color32, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::focus_ring;
use crate::ui::texture::Sheet;
use crate::ui::theme::{self, palette};

/// A face of a sheet at a place of the window.
#[must_use = "show it"]
pub struct Face<'a> {
    sheet: &'a Sheet,
    place: usize,
    radius: f32,
    selected: bool,
}

impl<'a> Face<'a> {
    /// Face `place` of `sheet`.
    pub fn new(sheet: &'a Sheet, place: usize) -> Self {
        Self {
            sheet,
            place,
            radius: theme::TILE_RADIUS,
            selected: false,
        }
    }

    /// With other corners.
    pub fn radius(mut self, radius: f32) -> Self {
        self.radius = radius;
        self
    }

    /// Marked as the one that counts.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Draws it.
    pub fn paint(&self, ui: &Ui, rect: Rect) {
        if !self
            .sheet
            .paint(ui.painter(), self.place, rect, self.radius)
        {
            ui.painter()
                .rect_filled(rect, self.radius, palette(ui).raised);
        }
        if self.selected {
            let around = rect.expand(3.0);
            let stroke = Stroke::new(2.0, palette(ui).accent);
            ui.painter()
                .rect_stroke(around, self.radius + 3.0, stroke, StrokeKind::Inside);
        }
    }

    /// Draws it as something to press; `name` must be unlike that of any other.
    pub fn button(&self, ui: &Ui, rect: Rect, name: &str) -> Response {
        let response = ui.interact(rect, ui.scope_id().with(name), Sense::click());
        response.widget_info(|| {
            WidgetInfo::selected(Role::Button, ui.is_enabled(), self.selected, name)
        });
        if ui.is_rect_visible(rect) {
            self.paint(ui, rect);
            if response.hovered() && !self.selected {
                let stroke = Stroke::new(1.5, palette(ui).muted);
                ui.painter().rect_stroke(
                    rect.expand(2.0),
                    self.radius + 2.0,
                    stroke,
                    StrokeKind::Inside,
                );
            }
            focus_ring(ui, &response, rect);
        }
        response
    }
}

/// What stands where nothing is yet: a title, a hint, and what to do. Centred in `ui`.
pub fn empty_state<R>(ui: &mut Ui, title: &str, hint: &str, what: impl FnOnce(&mut Ui) -> R) -> R {
    let height = 180.0;
    let top = ((ui.available_height() - height) / 2.0).max(theme::WIDE);
    ui.vertical_centered(|ui| {
        ui.add_space(top);
        mark(ui);
        ui.add_space(theme::WIDE);
        ui.label(egui::RichText::new(title).font(theme::title()));
        ui.add_space(theme::TIGHT);
        ui.scope(|ui| {
            ui.set_max_width(ui.available_width().min(380.0));
            ui.label(egui::RichText::new(hint).color(palette(ui).muted));
        });
        ui.add_space(theme::WIDE);
        what(ui)
    })
    .inner
}

/// Four faint tiles: a wall that is still to come.
fn mark(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(60.0, 28.0), Sense::hover());
    for (place, share) in [0.5_f32, 0.9, 0.3].into_iter().enumerate() {
        let corner = rect.min + vec2(place as f32 * 22.0, 5.0);
        let tile = Rect::from_min_size(corner, vec2(18.0, 18.0));
        let colour: Color32 = palette(ui).accent.gamma_multiply(share);
        ui.painter().rect_filled(tile, theme::TILE_RADIUS, colour);
    }
}

/// A slim bar that says how much is done.
pub fn progress(ui: &mut Ui, name: &str, share: f32, width: f32) {
    let (rect, response) = ui.allocate_exact_size(vec2(width, 4.0), Sense::hover());
    let percent = f64::from(100.0 * share.clamp(0.0, 1.0));
    response.widget_info(|| WidgetInfo {
        value: Some(percent),
        ..WidgetInfo::labeled(Role::ProgressIndicator, true, name)
    });
    ui.painter().rect_filled(rect, 2.0, palette(ui).line);
    let mut done = rect;
    done.set_width(rect.width() * share.clamp(0.0, 1.0));
    ui.painter().rect_filled(done, 2.0, palette(ui).accent);
}
