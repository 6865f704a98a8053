//! A slider that shows where it leads: faces from one end to the other, with the handle on top.

use egui::accesskit::{Action, ActionData};
use egui::{
    Color32, EventFilter, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    lerp, pos2, remap, vec2,
};

use super::sheet::Sheet;
use super::{Face, leaves_space};
use crate::ui::frame::commands::Command;
use crate::ui::theme::{self, palette};

/// How much of the faces that the handle is far from is still seen.
const DIMMED: f32 = 0.72;

/// Points that egui scrolls by for one notch of the wheel.
const NOTCH: f32 = 40.0;

/// What a strip shows and how it moves.
pub struct Filmstrip<'a> {
    /// For those who cannot see it.
    pub name: &'a str,
    /// Its faces; the first stands for the first value.
    pub sheet: &'a Sheet,
    /// How many there are, 2 or more.
    pub cells: usize,
    /// Values of the first and of the last face.
    pub ends: (f32, f32),
    /// Where the handle stands.
    pub value: f32,
    /// Where a double click brings it.
    pub rest: f32,
    /// One press of an arrow key or notch of the wheel; a tenth of it with Shift.
    pub step: f32,
    /// Whether the handle is where the current face is: otherwise it is only shown in outline.
    pub on: bool,
}

/// What came of a strip in this frame.
pub struct FilmstripResponse {
    pub response: Response,
    /// The new value, when there is one.
    pub value: Option<f32>,
    /// Whether it came from keys, each a step of undo of its own.
    pub stepped: bool,
}

impl Filmstrip<'_> {
    /// Draws it into the next `size` points. The faces are squares side by side; each stands for the value at
    /// its middle, so that the strip reaches half a step beyond both ends.
    pub fn show(self, ui: &mut Ui, size: Vec2) -> FilmstripResponse {
        let (rect, mut response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        let mut value = self.value;
        if response.clicked() || response.drag_started() {
            response.request_focus();
        }
        // A press and release within one frame is no drag to egui, but a click to a person.
        let pressed = response.dragged() || response.clicked();
        if pressed && let Some(pointer) = response.interact_pointer_pos() {
            value = self.value_at(rect, pointer.x);
        }
        if response.double_clicked() {
            value = self.rest;
        }
        leaves_space(&response);
        let stepped = self.steps(ui, &response);
        if let Some(to) = stepped.or(self.wheeled(ui, &response)) {
            value = to;
        }
        self.describe(ui, &response);
        if ui.is_rect_visible(rect) {
            self.paint(ui, rect, &response);
        }
        let changed = value != self.value;
        if changed {
            response.mark_changed();
        }
        FilmstripResponse {
            response,
            value: changed.then_some(value),
            stepped: stepped.is_some(),
        }
    }

    fn cell(&self, rect: Rect) -> f32 {
        rect.width() / self.cells.max(1) as f32
    }

    fn value_at(&self, rect: Rect, x: f32) -> f32 {
        let half = self.cell(rect) / 2.0;
        let inner = rect.x_range().shrink(half);
        let x = rect.x_range().clamp(x);
        remap(x, inner.min..=inner.max, self.ends.0..=self.ends.1)
    }

    fn place_of(&self, rect: Rect, value: f32) -> f32 {
        let half = self.cell(rect) / 2.0;
        let inner = rect.x_range().shrink(half);
        let x = remap(value, self.ends.0..=self.ends.1, inner.min..=inner.max);
        rect.x_range().shrink(1.0).clamp(x)
    }

    /// The wheel over the strip that has the keyboard; otherwise it scrolls the list that the strip stands in.
    /// With Shift egui turns the wheel sideways.
    fn wheeled(&self, ui: &Ui, response: &Response) -> Option<f32> {
        if !response.has_focus() || !response.hovered() {
            return None;
        }
        let (way, fine) = ui.input_mut(|input| {
            let fine = input.modifiers.shift;
            (std::mem::take(&mut input.smooth_scroll_delta), fine)
        });
        let step = if fine { 0.1 * self.step } else { self.step };
        let by = (way.x + way.y) / NOTCH * step;
        (by != 0.0).then_some(self.value + by)
    }

    /// What keys and screen readers ask for.
    fn steps(&self, ui: &Ui, response: &Response) -> Option<f32> {
        let mut value = self.value;
        if response.has_focus() {
            let filter = EventFilter {
                horizontal_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
            value += 0.1 * self.step * Command::StepStripFinely.arrows(ui).x;
            value += self.step * Command::StepStrip.arrows(ui).x;
            for (command, to) in [
                (Command::StripStart, self.ends.0),
                (Command::StripEnd, self.ends.1),
                (Command::StripRest, self.rest),
            ] {
                if command.pressed(ui) {
                    value = to;
                }
            }
        }
        ui.input(|input| {
            let count = |action| input.num_accesskit_action_requests(response.id, action) as f32;
            value += (count(Action::Increment) - count(Action::Decrement)) * self.step;
            for request in input.accesskit_action_requests(response.id, Action::SetValue) {
                if let Some(ActionData::NumericValue(to)) = request.data {
                    value = to as f32;
                }
            }
        });
        (value != self.value).then_some(value)
    }

    fn describe(&self, ui: &Ui, response: &Response) {
        response.widget_info(|| WidgetInfo {
            value: Some(f64::from(self.value)),
            ..WidgetInfo::labeled(Role::Slider, ui.is_enabled(), self.name)
        });
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_min_numeric_value(f64::from(self.ends.0));
            node.set_max_numeric_value(f64::from(self.ends.1));
            node.set_numeric_value_step(f64::from(self.step));
            for action in [Action::SetValue, Action::Increment, Action::Decrement] {
                node.add_action(action);
            }
        });
    }

    fn paint(&self, ui: &Ui, rect: Rect, response: &Response) {
        let palette = palette(ui);
        let cell = self.cell(rect);
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        painter.rect_filled(rect, theme::TILE_RADIUS, palette.raised);
        let handle = self.place_of(rect, self.value);
        for place in 0..self.cells {
            let left = rect.left() + place as f32 * cell;
            // Squares in the middle of their places, cut at the strip's ends.
            let middle = pos2(left + cell / 2.0, rect.center().y);
            let tile = Rect::from_center_size(middle, vec2(cell, cell.max(rect.height())));
            Face::new(self.sheet, place)
                .radius(0.0)
                .paint_on(&painter, tile);
            let far = (middle.x - handle).abs() / cell;
            let shade = lerp(0.0..=1.0 - DIMMED, (far - 0.75).clamp(0.0, 0.25) / 0.25);
            if self.on && shade > 0.0 {
                let ground = palette.panel.gamma_multiply(shade);
                painter.rect_filled(tile, 0.0, ground);
            }
        }
        let ink = if self.on {
            palette.accent
        } else {
            palette.muted
        };
        let shadow = Stroke::new(4.0, Color32::from_black_alpha(70));
        painter.vline(handle, rect.y_range(), shadow);
        painter.vline(handle, rect.y_range(), Stroke::new(2.0, ink));
        if response.has_focus() || response.hovered() || response.dragged() {
            let line = if response.has_focus() {
                palette.accent
            } else {
                palette.muted
            };
            let around = rect.expand(2.0);
            let stroke = Stroke::new(1.5, line);
            ui.painter()
                .rect_stroke(around, theme::TILE_RADIUS + 2.0, stroke, StrokeKind::Inside);
        }
    }
}
