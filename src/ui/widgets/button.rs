//! The buttons of the window.

use super::tip::Tip;
use egui::{
    Color32, FontId, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, Widget, WidgetInfo,
    pos2, vec2,
};

use super::icon::Icon;
use crate::ui::frame::commands::Command;
use crate::ui::theme::{self, palette};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Primary,
    Quiet,
}

/// A button with an icon, a text, a key, or any of them.
#[must_use = "add it to a Ui"]
pub struct Button<'a> {
    name: &'a str,
    text: Option<&'a str>,
    icon: Option<Icon>,
    command: Option<Command>,
    /// Whether the command's key stands on it.
    cap: bool,
    tip: &'a str,
    kind: Kind,
    height: f32,
    on: Option<bool>,
    /// The least width.
    width: f32,
}

impl<'a> Button<'a> {
    /// A button that says `text`.
    pub fn new(text: &'a str) -> Self {
        Self {
            name: text,
            text: Some(text),
            icon: None,
            command: None,
            cap: false,
            tip: "",
            kind: Kind::Plain,
            height: theme::CONTROL,
            on: None,
            width: 0.0,
        }
    }

    /// A button with the name of `command`, and with what it does and its keys in the tooltip.
    pub fn of(command: Command) -> Self {
        Self::new(command.name()).command(command)
    }

    /// A button that shows only an icon; `name` is for those who cannot see it.
    pub fn icon_only(icon: Icon, name: &'a str) -> Self {
        Self {
            text: None,
            ..Self::new(name).icon(icon).quiet()
        }
    }

    /// With an icon before the text.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Another accessible name than the text.
    pub fn name(mut self, name: &'a str) -> Self {
        self.name = name;
        self
    }

    /// Does `command`, which gives it its tooltip.
    pub fn command(mut self, command: Command) -> Self {
        self.command = Some(command);
        self.tip(command.tip())
    }

    /// Shows the key of its command as a small cap.
    pub fn cap(mut self) -> Self {
        self.cap = true;
        self
    }

    /// What it does, in one sentence.
    pub fn tip(mut self, tip: &'a str) -> Self {
        self.tip = tip;
        self
    }

    /// In the accent colour: the one thing to do next.
    pub fn primary(mut self) -> Self {
        self.kind = Kind::Primary;
        self
    }

    /// Without a ground until the pointer is there.
    pub fn quiet(mut self) -> Self {
        self.kind = Kind::Quiet;
        self
    }

    /// Something that is on or off.
    pub fn on(mut self, on: bool) -> Self {
        self.on = Some(on);
        self.quiet()
    }

    /// At least so wide, with what stands on it in the middle.
    pub fn wide(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Lower, for dense places.
    pub fn small(mut self) -> Self {
        self.height = theme::CONTROL_SMALL;
        self
    }

    fn colours(&self, ui: &Ui, response: &Response) -> (Color32, Color32) {
        let palette = palette(ui);
        let hot = response.hovered() || response.is_pointer_button_down_on();
        match self.kind {
            Kind::Primary if hot => (palette.accent.gamma_multiply(0.88), palette.on_accent),
            Kind::Primary => (palette.accent, palette.on_accent),
            Kind::Plain if hot => (palette.hover, palette.text),
            Kind::Plain => (palette.raised, palette.text),
            Kind::Quiet if self.on == Some(true) => (palette.hover, palette.text),
            Kind::Quiet if hot => (palette.raised, palette.text),
            Kind::Quiet => (Color32::TRANSPARENT, palette.muted),
        }
    }
}

/// Space between icon, text and key.
const INNER: f32 = 6.0;

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let font = if self.kind == Kind::Primary {
            theme::heading()
        } else {
            theme::body()
        };
        let text = self.text.map(|text| lay_out(ui, text, font));
        let key = self.command.filter(|_| self.cap).map(Command::key);
        let key = key.map(|key| lay_out(ui, &key, theme::small()));
        let icon = self.icon.map(|_| theme::ICON);
        let cap = key.as_ref().map(|key| (key.size().x + 10.0).max(18.0));
        let parts = [icon, text.as_ref().map(|text| text.size().x), cap];
        let count = parts.iter().flatten().count();
        let content = parts.iter().flatten().sum::<f32>() + INNER * count.saturating_sub(1) as f32;
        let padding = if text.is_some() { 10.0 } else { 7.0 };
        let size = vec2((content + 2.0 * padding).max(self.width), self.height);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        response.widget_info(|| match self.on {
            Some(on) => WidgetInfo::selected(Role::Button, ui.is_enabled(), on, self.name),
            None => WidgetInfo::labeled(Role::Button, ui.is_enabled(), self.name),
        });
        if ui.is_rect_visible(rect) {
            let (ground, ink) = self.colours(ui, &response);
            ui.painter().rect_filled(rect, theme::RADIUS, ground);
            match self.kind {
                // On the accent a ring of the accent is none.
                Kind::Primary => ring(ui, &response, rect.expand(2.0), palette(ui).text),
                _ => focus_ring(ui, &response, rect),
            }
            let mut left = rect.center().x - content / 2.0;
            if let Some(icon) = self.icon {
                let centre = pos2(left + theme::ICON / 2.0, rect.center().y);
                icon.paint(ui.painter(), centre, theme::ICON, ink);
                left += theme::ICON + INNER;
            }
            if let Some(text) = text {
                let top = rect.center().y - text.size().y / 2.0;
                let width = text.size().x;
                ui.painter().galley(pos2(left, top), text, ink);
                left += width + INNER;
            }
            if let (Some(key), Some(cap)) = (key, cap) {
                let place = Rect::from_center_size(
                    pos2(left + cap / 2.0, rect.center().y),
                    vec2(cap, 18.0),
                );
                paint_cap(ui, place, key);
            }
        }
        response.tip_always(self.tip)
    }
}

fn lay_out(ui: &Ui, text: &str, font: FontId) -> std::sync::Arc<egui::Galley> {
    ui.painter()
        .layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER)
}

/// Draws `key` as a cap at the left of `area`; gives its width.
pub fn key_cap(ui: &Ui, area: Rect, key: &str) -> f32 {
    let key = lay_out(ui, key, theme::small());
    let width = (key.size().x + 10.0).max(18.0);
    let middle = pos2(area.left() + width / 2.0, area.center().y);
    paint_cap(ui, Rect::from_center_size(middle, vec2(width, 18.0)), key);
    width
}

fn paint_cap(ui: &Ui, place: Rect, key: std::sync::Arc<egui::Galley>) {
    let palette = palette(ui);
    let stroke = Stroke::new(1.0, palette.line);
    ui.painter()
        .rect_stroke(place, 4.0, stroke, StrokeKind::Inside);
    let corner = place.center() - key.size() / 2.0;
    ui.painter().galley(corner, key, palette.muted);
}

/// Shows where the keyboard is.
pub fn focus_ring(ui: &Ui, response: &Response, rect: Rect) {
    ring(ui, response, rect, palette(ui).accent);
}

fn ring(ui: &Ui, response: &Response, rect: Rect, colour: Color32) {
    if response.has_focus() {
        let stroke = Stroke::new(1.5, colour);
        ui.painter().rect_stroke(
            rect.expand(2.0),
            theme::RADIUS + 2.0,
            stroke,
            StrokeKind::Inside,
        );
    }
}

/// A row of choices of which one holds: tabs, or a setting with few values. Gives the new choice.
pub fn segmented<T: Copy + PartialEq>(
    ui: &mut Ui,
    role: Role,
    now: T,
    choices: &[(T, &str, &str)],
    size: Vec2,
) -> Option<T> {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let palette = palette(ui);
    let ground = if role == Role::Tab {
        palette.ground
    } else {
        palette.raised
    };
    ui.painter().rect_filled(rect, theme::RADIUS + 1.0, ground);
    // What the words leave is shared out evenly.
    let widths: Vec<f32> = choices
        .iter()
        .map(|(_, text, _)| lay_out(ui, text, theme::heading()).size().x)
        .collect();
    let spare = (rect.width() - widths.iter().sum::<f32>()) / choices.len().max(1) as f32;
    let mut left = rect.left();
    let mut chosen = None;
    for (place, (value, text, about)) in choices.iter().enumerate() {
        let width = widths[place] + spare; // one a choice
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()));
        left += width;
        let response = ui.interact(
            cell,
            ui.scope_id().with((text, place, rect.left() as i32)),
            Sense::click(),
        );
        let selected = now == *value;
        response.widget_info(|| WidgetInfo::selected(role, ui.is_enabled(), selected, text));
        paint_choice(ui, (role, text, selected), cell, &response);
        if response.tip_always(*about).clicked() && !selected {
            chosen = Some(*value);
        }
    }
    chosen
}

fn paint_choice(
    ui: &Ui,
    (role, text, selected): (Role, &str, bool),
    cell: Rect,
    response: &Response,
) {
    let palette = palette(ui);
    let (margin, fill) = if role == Role::Tab {
        (2.0, palette.raised)
    } else {
        (3.0, palette.panel)
    };
    let inner = cell.shrink(margin);
    if selected {
        ui.painter().rect_filled(inner, theme::RADIUS - 1.0, fill);
    }
    focus_ring(ui, response, inner.shrink(1.0));
    let ink = if selected || response.hovered() {
        palette.text
    } else {
        palette.muted
    };
    let font = if selected {
        theme::heading()
    } else {
        theme::body()
    };
    let galley = lay_out(ui, text, font);
    let corner = cell.center() - galley.size() / 2.0;
    ui.painter().galley(corner, galley, ink);
}
