//! The help: every key, by the place where it works. It is made from the table of commands.

use egui::{
    Align, Layout, Rect, RichText, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, vec2,
};

use super::commands::{Entry, Place, by_place};
use super::shortcuts::place_of;
use crate::ui::action::Screen;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Tip, key_cap, note};

/// Widths of the columns of keys and of names.
const KEYS: f32 = 168.0;
const NAMES: f32 = 176.0;

/// What the help keeps from frame to frame.
#[derive(Default)]
pub struct Help {
    /// What is looked for.
    pub query: String,
    /// Whether it has the keyboard already.
    pub focused: bool,
}

pub fn show(ui: &mut Ui, help: &mut Help, screen: Screen) {
    search(ui, help);
    ui.add_space(theme::GAP);
    let words: Vec<String> = help
        .query
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let mut found = false;
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for (place, entries) in by_place(place_of(screen)) {
            let rows = entries.iter().filter(|entry| matches(entry, &words));
            let rows: Vec<_> = rows.collect();
            if rows.is_empty() {
                continue;
            }
            found = true;
            heading(ui, place);
            for entry in rows {
                row(ui, entry);
            }
            ui.add_space(theme::WIDE);
        }
        if !found {
            note(ui, "No key does that. Look for another word.");
        }
    });
}

fn search(ui: &mut Ui, help: &mut Help) {
    let field = TextEdit::singleline(&mut help.query)
        .hint_text("Search: a key, or what it does")
        .align(egui::Align2::LEFT_CENTER)
        .desired_width(f32::INFINITY);
    let field = ui.add_sized(vec2(ui.available_width(), theme::CONTROL), field);
    ui.ctx()
        .accesskit_node_builder(field.id, |node| node.set_label("Search the keys"));
    if !help.focused {
        field.request_focus();
        help.focused = true;
    }
    field.tip("Shows only the rows that have all these words.");
}

/// Whether a row has all the words that are looked for.
fn matches(entry: &Entry, words: &[String]) -> bool {
    let keys = entry.keys_in_words().join(" ");
    let place = entry.place.title();
    let text = format!("{} {} {keys} {place}", entry.name, entry.about).to_lowercase();
    words.iter().all(|word| text.contains(word))
}

fn heading(ui: &mut Ui, place: Place) {
    ui.label(RichText::new(place.title()).font(theme::heading()));
    ui.add_space(2.0);
}

/// The keys, what they do in a word, and in a sentence.
fn row(ui: &mut Ui, entry: &Entry) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = theme::WIDE;
        let keys = entry.keys_in_words();
        let size = vec2(KEYS, theme::CONTROL_SMALL);
        let (area, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, keys.join(", ")));
        let mut left = area.left();
        for key in &keys {
            let rest = Rect::from_min_max(egui::pos2(left, area.top()), area.max);
            left += key_cap(ui, rest, key) + theme::TIGHT;
        }
        text(ui, NAMES, RichText::new(entry.name).color(palette(ui).text));
        let width = ui.available_width() - theme::WIDE;
        text(
            ui,
            width,
            RichText::new(entry.about).color(palette(ui).muted),
        );
    });
}

fn text(ui: &mut Ui, width: f32, text: RichText) {
    let row = Layout::top_down(Align::Min);
    ui.allocate_ui_with_layout(vec2(width, theme::CONTROL_SMALL), row, |ui| {
        ui.set_min_width(width);
        ui.add_space(3.0);
        ui.add(egui::Label::new(text).wrap());
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::frame::commands::Command;

    #[test]
    fn a_row_is_found_by_its_key_its_name_and_its_place() {
        let undo = Command::Undo.entry();
        let finds = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            matches(undo, &words)
        };
        assert!(finds(&[]) && finds(&["ctrl+z"]) && finds(&["undo", "explore"]));
        assert!(!finds(&["undo", "animate"]));
    }
}
