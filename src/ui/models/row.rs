//! A model as a row of a menu, and what is said of it in few words.

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, FontId, Galley, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use std::sync::Arc;

use crate::readable;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::focus_ring;
use crate::worker::jobs::models::{KnownModel, ModelPlace};

/// Height of a row.
pub const ROW: f32 = 46.0;
/// Side of its picture.
const PICTURE: f32 = 38.0;

/// A row to press.
pub struct Row<'a> {
    /// As those hear it who cannot see the row.
    pub label: &'a str,
    pub name: &'a str,
    /// What is said below the name.
    pub line: &'a str,
    /// Whether it is what is on show.
    pub current: bool,
    /// Whether it can be pressed.
    pub enabled: bool,
}

impl Row<'_> {
    /// Draws it; `picture` draws into the square on the left, and says whether there was something to draw.
    pub fn show(&self, ui: &mut Ui, picture: impl FnOnce(&Ui, Rect) -> bool) -> Response {
        let sense = if self.enabled {
            Sense::click()
        } else {
            Sense::hover()
        };
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), sense);
        response.widget_info(|| {
            WidgetInfo::selected(Role::Button, self.enabled, self.current, self.label)
        });
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let palette = palette(ui);
        if self.enabled && (response.hovered() || response.has_focus()) {
            ui.painter().rect_filled(rect, theme::RADIUS, palette.hover);
        }
        focus_ring(ui, &response, rect.shrink(1.0));
        let square = Rect::from_center_size(
            pos2(rect.left() + theme::TIGHT + PICTURE / 2.0, rect.center().y),
            vec2(PICTURE, PICTURE),
        );
        if !picture(ui, square) {
            ui.painter()
                .rect_filled(square, theme::TILE_RADIUS, palette.raised);
        }
        let left = square.right() + theme::GAP;
        let tick = if self.current { 18.0 } else { 0.0 };
        let width = rect.right() - left - theme::TIGHT - tick;
        let ink = if self.enabled {
            palette.text
        } else {
            palette.muted
        };
        let name = one_line(ui, self.name, (theme::body(), ink), width);
        let line = one_line(ui, self.line, (theme::small(), palette.muted), width);
        let top = rect.center().y - (name.size().y + line.size().y) / 2.0;
        let below = top + name.size().y;
        ui.painter().galley(pos2(left, top), name, ink);
        ui.painter().galley(pos2(left, below), line, palette.muted);
        if self.current {
            let centre = pos2(rect.right() - 12.0, rect.center().y);
            ui.painter().circle_filled(centre, 3.5, palette.accent);
        }
        response
    }
}

/// A text in one line, with dots where it is longer than `width`.
pub fn one_line(ui: &Ui, text: &str, (font, ink): (FontId, Color32), width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, ink);
    job.wrap = TextWrapping::truncate_at_width(width.max(8.0));
    ui.painter().layout_job(job)
}

/// A square that says why there is no picture.
pub fn no_picture(ui: &Ui, rect: Rect, word: &str) {
    let palette = palette(ui);
    ui.painter()
        .rect_filled(rect, theme::TILE_RADIUS, palette.raised);
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        word,
        theme::small(),
        palette.muted,
    );
}

/// What a list says below the name: size, step, and when it was written where the time is told.
pub fn line_of(model: &KnownModel, now: Option<u64>) -> String {
    if model.is_missing {
        return "missing: the file is not where it was".to_owned();
    }
    let mut parts = Vec::new();
    if let Some(facts) = &model.facts {
        if facts.size > 0 {
            parts.push(format!("{0}×{0}", facts.size));
        }
        if facts.step > 0 {
            parts.push(format!("step {}", readable::count(facts.step)));
        }
        if !facts.made_of.is_empty() {
            parts.push("blend".to_owned());
        }
    }
    if let (Some(changed), Some(now), ModelPlace::Run(_) | ModelPlace::File(_)) =
        (model.changed, now, &model.place)
    {
        parts.push(ago(now.saturating_sub(changed)));
    }
    parts.join(" · ")
}

/// How long ago, in one word or two.
pub fn ago(seconds: u64) -> String {
    let several = |count: u64, unit: &str| match count {
        1 => format!("1 {unit} ago"),
        count => format!("{} {unit}s ago", readable::count(count)),
    };
    match (seconds / 86_400, seconds / 3600, seconds / 60) {
        (0, 0, 0) => "just now".to_owned(),
        (0, 0, minutes) => format!("{minutes} min ago"),
        (0, hours, _) => format!("{hours} h ago"),
        (1, ..) => "yesterday".to_owned(),
        (days @ 2..14, ..) => several(days, "day"),
        (days @ 14..60, ..) => several(days / 7, "week"),
        (days @ 60..730, ..) => several(days / 30, "month"),
        (days, ..) => several(days / 365, "year"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_words() {
        assert_eq!(ago(5), "just now");
        assert_eq!(ago(3 * 60), "3 min ago");
        assert_eq!(ago(5 * 3600), "5 h ago");
        assert_eq!(ago(30 * 3600), "yesterday");
        assert_eq!(ago(15 * 86_400), "2 weeks ago");
        assert_eq!(ago(800 * 86_400), "2 years ago");
    }
}
