//! The lines of the list of files: one control, gone through with the arrow keys.

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Align, Event, Id, Layout, Rect, Response, RichText, Role, ScrollArea, Sense, Ui};
use egui::{WidgetInfo, vec2};

use super::state::Browser;
use crate::readable;
use crate::ui::frame::commands::Command;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Icon, focus_ring, keeps_arrows, leaves_space, note};
use crate::worker::jobs::browse::BrowsedEntry;
use crate::worker::jobs::dialog::Wanted;

/// Height of a line.
const LINE: f32 = 26.0;
/// The same where there are pictures to show.
const PICTURE_LINE: f32 = 48.0;
/// What is typed faster than this belongs together, in seconds.
const TYPING: f64 = 0.8;

/// Draws it; gives the file that was opened.
pub fn show(ui: &mut Ui, browser: &mut Browser) -> Option<PathBuf> {
    if let Some(failed) = &browser.failed {
        note(ui, failed);
    }
    if browser.listed.is_none() {
        if browser.failed.is_none() {
            ui.spinner();
        }
        return None;
    }
    let entries = Arc::clone(&browser.entries);
    if entries.is_empty() {
        note(
            ui,
            match browser.wanted() {
                Some(Wanted::Folder) => "There are no folders in it.",
                _ => "Nothing of this kind is in it.",
            },
        );
    }
    let line = if browser.has_pictures {
        PICTURE_LINE
    } else {
        LINE
    };
    let area = ui.available_rect_before_wrap();
    let list = ui.interact(area, Id::unique("files"), Sense::FOCUSABLE);
    list.widget_info(|| WidgetInfo::labeled(Role::ListBox, true, "Files"));
    if std::mem::take(&mut browser.focus) && !browser.typing {
        list.request_focus();
    }
    leaves_space(&list);
    let mut opened = None;
    if list.has_focus() {
        keeps_arrows(&list);
    }
    let nobody_has_keys = ui.ctx().memory(|memory| memory.focused().is_none());
    if list.has_focus() || nobody_has_keys {
        let page = (area.height() / line).floor().max(2.0) as isize - 1;
        opened = by_keys(ui, browser, page);
    }
    lines(ui, browser, &entries, line, &mut opened);
    focus_ring(ui, &list, area.shrink(2.0));
    let opened = opened?;
    if opened.is_folder {
        browser.go(opened.path, ui.ctx());
        return None;
    }
    // What is to be written over is named first, and then asked about.
    (browser.wanted() == Some(Wanted::File)).then_some(opened.path)
}

fn lines(
    ui: &mut Ui,
    browser: &mut Browser,
    entries: &[BrowsedEntry],
    height: f32,
    opened: &mut Option<BrowsedEntry>,
) {
    let mut area = ScrollArea::vertical().auto_shrink(false);
    ui.spacing_mut().item_spacing.y = 0.0;
    if std::mem::take(&mut browser.scroll)
        && let Some(place) = browser.place()
    {
        let middle = (place as f32 + 0.5) * height - 0.5 * ui.available_height();
        area = area.vertical_scroll_offset(middle.max(0.0));
    }
    area.show_rows(ui, height, entries.len(), |ui, places| {
        let seen = entries.get(places).unwrap_or_default();
        let pictures = seen.iter().filter(|entry| entry.is_picture());
        let pictures = pictures.map(|entry| entry.path.clone()).collect();
        browser.previews.want(pictures, ui.ctx());
        for entry in seen {
            let selected = browser.chosen.as_ref() == Some(&entry.name);
            let response = one(ui, browser, entry, height, selected);
            if response.clicked() {
                browser.focus = true;
                browser.chosen = Some(entry.name.clone());
                if browser.writes() && !entry.is_folder {
                    browser.name.clone_from(&entry.name);
                }
            }
            if response.double_clicked() {
                *opened = Some(entry.clone());
            }
        }
    });
}

/// What the keys of the list do; gives the line that was opened.
fn by_keys(ui: &Ui, browser: &mut Browser, page: isize) -> Option<BrowsedEntry> {
    let place = browser.place();
    let last = browser.entries.len().checked_sub(1)?;
    let ctx = ui.ctx();
    let by = Command::BrowseMove.arrows(ctx).y as isize
        + page * Command::BrowsePage.arrows(ctx).y as isize;
    let mut next = match (by, place) {
        (0, _) => None,
        (by, Some(place)) => Some(place.saturating_add_signed(by).min(last)),
        (_, None) => Some(0),
    };
    if Command::BrowseFirst.pressed(ctx) {
        next = Some(0);
    }
    if Command::BrowseLast.pressed(ctx) {
        next = Some(last);
    }
    next = typed(ui, browser).or(next);
    if let Some(next) = next {
        browser.chosen = browser.entries.get(next).map(|entry| entry.name.clone());
        browser.scroll = true;
        return None;
    }
    let opens = Command::BrowseOpen.pressed(ctx);
    let opened = place.filter(|_| opens)?;
    browser.entries.get(opened).cloned()
}

/// The first line whose name begins with the letters that are being typed.
fn typed(ui: &Ui, browser: &Browser) -> Option<usize> {
    let id = Id::unique("typed into the list of files");
    let (now, letters) = ui.input(|input| {
        let texts = input.events.iter().filter_map(|event| match event {
            Event::Text(text) => Some(text.as_str()),
            _ => None,
        });
        (input.time, texts.collect::<String>())
    });
    let known: Option<(f64, String)> = ui.data(|data| data.get_temp(id));
    let before = known.filter(|(at, _)| now - at < TYPING);
    // A name may have spaces, but not in front.
    if letters.is_empty() || (before.is_none() && letters.trim().is_empty()) {
        return None;
    }
    let typed = before.map_or_else(String::new, |(_, text)| text) + &letters.to_lowercase();
    ui.data_mut(|data| data.insert_temp(id, (now, typed.clone())));
    let mut entries = browser.entries.iter();
    entries.position(|entry| entry.name.to_lowercase().starts_with(&typed))
}

fn one(
    ui: &mut Ui,
    browser: &Browser,
    entry: &BrowsedEntry,
    height: f32,
    selected: bool,
) -> Response {
    let size = vec2(ui.available_width() - theme::GAP, height);
    // The list as a whole has the keyboard.
    let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
    let name = match entry.is_folder {
        true => format!("Folder {}", entry.name),
        false => entry.name.clone(),
    };
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, selected, &name));
    let palette = palette(ui);
    if selected || response.hovered() {
        let fill = if selected {
            palette.hover
        } else {
            palette.raised
        };
        ui.painter().rect_filled(rect, theme::TILE_RADIUS, fill);
    }
    let inner = rect.shrink2(vec2(theme::GAP, 0.0));
    let row = Layout::left_to_right(Align::Center);
    let mut inside = ui.new_child(egui::UiBuilder::new().max_rect(inner).layout(row));
    let side = if height > LINE { height - 8.0 } else { 16.0 };
    let (area, _) = inside.allocate_exact_size(vec2(side, height), Sense::hover());
    let picture = Rect::from_center_size(area.center(), vec2(side, side));
    if !browser.previews.paint(ui, &entry.path, picture) {
        folder_or_file(&inside, area, entry.is_folder);
    }
    let right = Layout::right_to_left(Align::Center);
    inside.with_layout(right, |ui| {
        if entry.is_folder {
            let (rect, _) = ui.allocate_exact_size(vec2(12.0, LINE), Sense::hover());
            let painter = ui.painter();
            Icon::Right.paint(painter, rect.center(), 10.0, palette.muted);
        } else {
            let size = RichText::new(size_of(entry.bytes)).font(theme::small());
            ui.add(egui::Label::new(size.color(palette.muted)).selectable(false));
        }
        ui.with_layout(row, |ui| {
            let text = RichText::new(&entry.name).color(palette.text);
            ui.add(egui::Label::new(text).truncate().selectable(false));
        });
    });
    response
}

/// A little folder, or a sheet.
fn folder_or_file(ui: &Ui, area: Rect, is_folder: bool) {
    let palette = palette(ui);
    let middle = area.center();
    if is_folder {
        let body = Rect::from_center_size(middle + vec2(0.0, 1.0), vec2(14.0, 10.0));
        let tab = Rect::from_min_size(body.min - vec2(0.0, 2.0), vec2(6.0, 4.0));
        ui.painter().rect_filled(tab, 1.0, palette.accent);
        ui.painter().rect_filled(body, 2.0, palette.accent);
    } else {
        let sheet = Rect::from_center_size(middle, vec2(10.0, 13.0));
        let stroke = egui::Stroke::new(1.2, palette.muted);
        let inside = egui::StrokeKind::Inside;
        ui.painter().rect_stroke(sheet, 1.5, stroke, inside);
    }
}

fn size_of(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{} B", readable::count(bytes)),
        10_000..10_000_000 => format!("{} KiB", readable::count(bytes.div_ceil(1 << 10))),
        _ => format!("{} MiB", readable::count(bytes.div_ceil(1 << 20))),
    }
}
