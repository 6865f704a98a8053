//! Rows of settings, and the small things around them.

use super::tip::Tip;
use egui::{Align, Label, Layout, Response, RichText, Sense, TextEdit, Ui, WidgetText, vec2};

use super::Button;
use crate::ui::frame::commands::Command;
use crate::ui::theme::{self, palette};

/// A setting: its name on the left, its value on the right, and a tooltip on both.
pub fn row<R>(ui: &mut Ui, name: &str, about: &str, control: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let colour = palette(ui).muted;
        let label = ui.label(RichText::new(name).color(colour));
        label.tip_always(about);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.name_inputs(name, control)
        })
        .inner
    })
    .inner
}

/// The heading of a group of rows.
pub fn group(ui: &mut Ui, name: &str) {
    ui.add_space(theme::GAP);
    ui.label(RichText::new(name).font(theme::heading()));
    ui.add_space(2.0);
}

/// A sentence of second rank.
pub fn note(ui: &mut Ui, text: impl Into<String>) -> Response {
    let colour = palette(ui).muted;
    ui.label(RichText::new(text).font(theme::small()).color(colour))
}

/// Text that ends in dots where there is no room for all of it; `about` is its only tooltip.
pub fn cut(ui: &mut Ui, text: impl Into<WidgetText>, about: impl Into<WidgetText>) -> Response {
    let label = Label::new(text).truncate();
    ui.add(label.show_tooltip_when_elided(false)).tip(about)
}

/// A value in a round frame that stands for itself.
pub fn chip(ui: &mut Ui, text: &str, about: &str) -> Response {
    let font = theme::small();
    let ink = palette(ui).muted;
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, ink);
    let size = vec2(galley.size().x + 20.0, 22.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
    ui.painter().rect_filled(rect, 11.0, palette(ui).raised);
    let corner = rect.center() - galley.size() / 2.0;
    ui.painter().galley(corner, galley, ink);
    response.tip(about)
}

/// What a person did with a path field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathField {
    Changed,
    Entered,
    /// Wants the system's dialog.
    Browse,
}

/// A field for a path with a button for the system's dialog beside it.
pub fn path_field(
    ui: &mut Ui,
    name: &str,
    hint: &str,
    text: &mut String,
    width: f32,
) -> Option<PathField> {
    // Also inside rows that run from right to left: first the field, then the button.
    let row = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(width, theme::CONTROL), row, |ui| {
        ui.spacing_mut().item_spacing.x = theme::TIGHT;
        let button = 76.0;
        let field = TextEdit::singleline(text)
            .hint_text(hint.to_owned())
            .align(egui::Align2::LEFT_CENTER)
            .desired_width(f32::INFINITY);
        let size = vec2((width - button - theme::TIGHT).max(60.0), theme::CONTROL);
        let response = ui.add_sized(size, field);
        ui.ctx()
            .accesskit_node_builder(response.id, |node| node.set_label(name));
        let browse = ui.add(Button::new("Browse…").name(&format!("Browse for {name}")).tip("Choose with the system's dialog; where there is none, type the path or drop the file on the window."));
        let entered = response.lost_focus() && Command::AcceptPath.pressed(ui);
        if browse.clicked() {
            Some(PathField::Browse)
        } else if entered {
            Some(PathField::Entered)
        } else if response.changed() {
            Some(PathField::Changed)
        } else {
            None
        }
    })
    .inner
}
