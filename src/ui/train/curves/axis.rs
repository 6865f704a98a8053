//! The steps beneath all charts: always in sight, with what happened, where a fork can begin, and the time cursor.

use egui::{Align2, Rangef, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, remap_clamp, vec2};

use super::Curves;
use super::chart::Pointed;
use super::frame::{step_marks, whole_step};
use crate::readable;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Tip, focus_ring, leaves_arrows, leaves_space};

/// Height of the axis.
pub const HEIGHT: f32 = 30.0;
/// Half of it carries marks, the rest numbers.
const MARKS: f32 = 12.0;
/// Numbers that are nearer than so many points would overlap.
const APART: f32 = 44.0;
/// A checkpoint is taken for the step under the pointer within so many points.
const SNAP: f32 = 6.0;

impl Curves {
    /// Draws the axis; gives what the pointer does there. A press or a drag puts the time cursor at a step, onto one
    /// of `checkpoints` where that is near; the wheel shows fewer steps, or more.
    pub fn axis(&mut self, ui: &mut Ui, checkpoints: &[u64], about: &str) -> Pointed {
        let size = vec2(ui.available_width(), HEIGHT);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo {
            // A slider has a value, also where no step is looked at.
            value: Some(self.told().unwrap_or_default()),
            ..WidgetInfo::labeled(Role::Slider, ui.is_enabled(), "Step axis")
        });
        self.wheel(ui, &response, true);
        leaves_arrows(&response);
        leaves_space(&response);
        if response.double_clicked() {
            self.zoom_out();
        }
        let snapped = |x: f32| self.snapped(x, checkpoints);
        let pressed = response.clicked() || response.dragged();
        let pointed = Pointed {
            hovered: response.hover_pos().map(|pointer| snapped(pointer.x)),
            chosen: response
                .interact_pointer_pos()
                .filter(|_| pressed)
                .map(|pointer| snapped(pointer.x)),
        };
        if response.clicked() {
            response.request_focus();
        }
        if ui.is_rect_visible(rect) {
            self.paint_axis(ui, rect, checkpoints);
            focus_ring(ui, &response, rect);
        }
        let told = pointed.hovered.and_then(|step| {
            let (first, last) = self.steps;
            self.told_at(step, (last - first) * 0.012)
        });
        let about = told.map_or(about.to_owned(), |told| format!("{told}\n{about}"));
        response.tip(about);
        pointed
    }

    /// The step at `x`, or a checkpoint beside it.
    fn snapped(&self, x: f32, checkpoints: &[u64]) -> f64 {
        let away = |step: &u64| (self.x_of(*step as f64) - x).abs();
        let near = checkpoints.iter().filter(|step| away(step) <= SNAP);
        let near = near.min_by(|a, b| away(a).total_cmp(&away(b)));
        near.map_or_else(|| self.step_at(x), |step| *step as f64)
    }

    fn x_of(&self, step: f64) -> f32 {
        let (first, last) = self.steps;
        let share = (step - first) / (last - first).max(1.0);
        self.span().min + share as f32 * self.span().span()
    }

    fn paint_axis(&self, ui: &Ui, rect: Rect, checkpoints: &[u64]) {
        let palette = palette(ui);
        let painter = ui.painter();
        let (first, last) = self.steps;
        let on_show = |step: &f64| (first..=last).contains(step);
        let middle = rect.top() + MARKS / 2.0;
        painter.hline(self.span(), middle, Stroke::new(1.0, palette.line));
        let number = |x: f32, text: String, ink| {
            // The outermost numbers stay whole.
            let half = 4.0 * text.len() as f32;
            let x = x.clamp(rect.left() + half, rect.right() - half);
            let place = pos2(x, rect.top() + MARKS);
            painter.text(place, Align2::CENTER_TOP, text, theme::small(), ink)
        };
        for mark in step_marks(first, last) {
            let x = self.x_of(mark.value);
            let tick = Rangef::new(middle - 3.0, middle + 3.0);
            painter.vline(x, tick, Stroke::new(1.0, palette.line));
            // The number at the cursor goes before others.
            let cursor = self.told().filter(on_show).map(|step| self.x_of(step));
            if cursor.is_none_or(|cursor| (cursor - x).abs() > APART) {
                number(x, whole_step(mark.value), palette.muted);
            }
        }
        for (step, _) in self.marks.iter().filter(|(step, _)| on_show(step)) {
            let tick = Rangef::new(rect.top(), middle + 4.0);
            let ink = palette.yellow.gamma_multiply(0.8);
            painter.vline(self.x_of(*step), tick, Stroke::new(1.5, ink));
        }
        for step in checkpoints.iter().map(|step| *step as f64).filter(on_show) {
            painter.circle_filled(pos2(self.x_of(step), middle), 3.5, palette.green);
        }
        if let Some(step) = self.told().filter(on_show) {
            let x = self.x_of(step);
            let ink = if self.hovered.is_some() {
                palette.muted
            } else {
                palette.accent
            };
            painter.vline(
                x,
                Rangef::new(rect.top(), rect.top() + MARKS),
                Stroke::new(2.0, ink),
            );
            painter.circle_filled(pos2(x, middle), 4.0, ink);
            let text = readable::count(step.round() as u64);
            // Over the numbers that stand there.
            let width = 7.0 * text.len() as f32 + 8.0;
            let range = Rangef::new(rect.left() + width / 2.0, rect.right() - width / 2.0);
            let x = remap_clamp(x, range, range);
            let ground = Rect::from_center_size(
                pos2(x, rect.top() + MARKS + 8.0),
                vec2(width, rect.height() - MARKS),
            );
            painter.rect_filled(ground, 3.0, palette.raised);
            number(x, text, palette.text);
        }
    }
}
