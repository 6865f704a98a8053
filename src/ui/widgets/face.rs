//! Faces to look at and to press, and what stands in their place while there are none.

use egui::epaint::RectShape;
use egui::{
    Color32, CursorIcon, DragAndDrop, Id, LayerId, Order, Painter, Rect, Response, Role, Sense,
    Stroke, StrokeKind, TextureId, Ui, WidgetInfo, vec2,
};

use super::focus_ring;
use super::sheet::Sheet;
use crate::latent::Latent;
use crate::ui::theme::{self, palette};

/// A face on its way from one place of the window to another.
#[derive(Clone, Debug)]
pub struct CarriedFace {
    pub latent: Latent,
    pub image: Option<(TextureId, Rect)>,
    /// Where it was taken up.
    pub from: Id,
}

impl CarriedFace {
    /// The face from elsewhere that is let go over `response`, if one is.
    pub fn dropped_on(response: &Response) -> Option<Latent> {
        if !Self::is_from_elsewhere(response) {
            return None;
        }
        let carried = response.dnd_release_payload::<Self>()?;
        Some(carried.latent.clone())
    }

    /// Whether the face `response` was pressed, also by a hand that shook or waited: taken up and let go in
    /// the same place.
    pub fn chosen(response: &Response) -> bool {
        let released = || response.ctx.input(|input| input.pointer.any_released());
        let carried = DragAndDrop::payload::<Self>(&response.ctx);
        let here = carried.is_some_and(|carried| carried.from == response.id);
        response.clicked() || (here && released() && response.contains_pointer())
    }

    fn is_from_elsewhere(response: &Response) -> bool {
        let carried = DragAndDrop::payload::<Self>(&response.ctx);
        carried.is_some_and(|carried| carried.from != response.id)
    }

    /// Draws the face that is carried, under the pointer.
    pub fn paint(ui: &Ui) {
        let carried = DragAndDrop::payload::<Self>(ui.ctx());
        let pointer = ui.ctx().pointer_interact_pos();
        let (Some(carried), Some(pointer)) = (carried, pointer) else {
            return;
        };
        let layer = LayerId::new(Order::Tooltip, Id::unique("carried face"));
        let painter = ui.ctx().layer_painter(layer);
        let rect = Rect::from_center_size(pointer, vec2(52.0, 52.0));
        if let Some((texture, uv)) = carried.image {
            let shape = RectShape::filled(rect, theme::TILE_RADIUS, Color32::WHITE);
            painter.add(shape.with_texture(texture, uv));
        }
        let stroke = Stroke::new(2.0, palette(ui).accent);
        painter.rect_stroke(rect, theme::TILE_RADIUS, stroke, StrokeKind::Outside);
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    }
}

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

    pub fn radius(mut self, radius: f32) -> Self {
        self.radius = radius;
        self
    }

    /// Marked as the one that counts.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Draws it and nothing around it; false where there is none.
    pub fn paint_on(&self, painter: &Painter, rect: Rect) -> bool {
        self.sheet.paint(painter, self.place, rect, self.radius)
    }

    /// Draws it as something to press, to carry elsewhere, and to let others go over.
    pub fn carried(&self, ui: &Ui, rect: Rect, name: &str, latent: &Latent) -> Response {
        let response = self.pressed(ui, rect, name, Sense::click_and_drag());
        if response.drag_started() {
            response.dnd_set_drag_payload(CarriedFace {
                latent: latent.clone(),
                image: self.sheet.image(self.place),
                from: response.id,
            });
        }
        drop_ring(ui, &response, rect);
        response
    }

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
        self.pressed(ui, rect, name, Sense::click())
    }

    /// As [`Face::button`], for one that the keyboard comes to only sometimes.
    pub fn sensing(&self, ui: &Ui, rect: Rect, name: &str, sense: Sense) -> Response {
        self.pressed(ui, rect, name, sense)
    }

    fn pressed(&self, ui: &Ui, rect: Rect, name: &str, sense: Sense) -> Response {
        let response = ui.interact(rect, ui.scope_id().with(name), sense);
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

/// Shows that a carried face can be let go here.
pub fn drop_ring(ui: &Ui, response: &Response, rect: Rect) {
    if CarriedFace::is_from_elsewhere(response)
        && response.dnd_hover_payload::<CarriedFace>().is_some()
    {
        let stroke = Stroke::new(2.0, palette(ui).accent);
        ui.painter().rect_stroke(
            rect.expand(2.0),
            theme::TILE_RADIUS + 2.0,
            stroke,
            StrokeKind::Inside,
        );
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
