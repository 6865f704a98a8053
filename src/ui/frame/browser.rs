//! Files and folders in the window itself, for systems without a dialog or a file manager.

use std::path::{Path, PathBuf};

use egui::{Align, Context, Layout, Response, RichText, Role, ScrollArea, Sense, TextEdit, Ui};
use egui::{WidgetInfo, vec2};

use super::commands::{Command, Place, with_keys};
use crate::readable;
use crate::ui::action::{Action, FrameAction, FrameSheet};
use crate::ui::theme::{self, palette};
use crate::ui::waker::waker;
use crate::ui::widgets::{Button, Icon, focus_ring, note};
use crate::worker::Job;
use crate::worker::jobs::browse::{BrowsedEntry, BrowsedFolder, browse, first_folder};
use crate::worker::jobs::dialog::{Pick, Presentation, Wanted};

/// Height of a line of the list.
const LINE: f32 = 26.0;
/// Height of what stands beneath the list.
const FOOT: f32 = 2.0 * theme::CONTROL + 3.0 * theme::GAP;

/// What the browser keeps from frame to frame.
#[derive(Default)]
pub struct Browser {
    /// What is to be chosen; `None`: it is only looked at.
    pick: Option<Pick>,
    listed: Option<BrowsedFolder>,
    reading: Option<Job<BrowsedFolder>>,
    /// Why the folder that was asked for cannot be read.
    failed: Option<String>,
    /// As the field for the path stands.
    path: String,
    /// As the field for a new file's name stands.
    name: String,
    chosen: Option<String>,
    /// The folder that one came from, to be chosen in the one above it.
    from: Option<String>,
    /// Files of other kinds, and hidden ones, too.
    all: bool,
    /// The chosen line is to be brought into sight.
    scroll: bool,
}

impl Browser {
    /// Begins at `at`, or where it was last.
    pub fn open(&mut self, pick: Option<Pick>, at: Option<PathBuf>, ctx: &Context) {
        let last = self.listed.take().map(|listed| listed.folder);
        let name = match pick.map(Pick::presentation) {
            Some(Presentation {
                wanted: Wanted::NewFile(name),
                ..
            }) => name.to_owned(),
            _ => String::new(),
        };
        *self = Self {
            pick,
            name,
            ..Self::default()
        };
        self.go(at.or(last).unwrap_or_else(first_folder), ctx);
    }

    pub fn title(&self) -> &'static str {
        self.pick.map_or("Files", |pick| pick.presentation().title)
    }

    fn go(&mut self, path: PathBuf, ctx: &Context) {
        self.reading = Some(browse(path, waker(ctx)));
    }

    /// Before every frame: takes in the folder that was read.
    pub fn follow(&mut self) {
        let Some(result) = self.reading.as_ref().and_then(Job::poll) else {
            return;
        };
        self.reading = None;
        match result {
            Ok(listed) => {
                self.path = listed.folder.display().to_string();
                self.chosen = listed.file.clone().or(self.from.take());
                if let (true, Some(file)) = (self.writes(), &listed.file) {
                    self.name.clone_from(file);
                }
                self.scroll = self.chosen.is_some();
                self.failed = None;
                self.listed = Some(listed);
            }
            Err(notice) => {
                let reason = notice.reason.as_deref().unwrap_or_default();
                self.failed = Some(format!("{} {reason}", notice.summary));
            }
        }
    }

    fn wanted(&self) -> Option<Wanted> {
        Some(self.pick?.presentation().wanted)
    }

    /// Whether a name for a new file is asked for.
    fn writes(&self) -> bool {
        matches!(self.wanted(), Some(Wanted::NewFile(_)))
    }

    /// What is listed now.
    fn entries(&self) -> Vec<BrowsedEntry> {
        let endings = self
            .pick
            .map_or(&[][..], |pick| pick.presentation().endings);
        let folders_only = self.wanted() == Some(Wanted::Folder);
        let fits = |entry: &&BrowsedEntry| {
            let kind = entry.is_folder || (!folders_only && entry.ends_as(endings));
            self.all || (kind && !entry.is_hidden())
        };
        let listed = self.listed.iter().flat_map(|listed| &listed.entries);
        listed.filter(fits).cloned().collect()
    }

    /// What the button takes; `None` where nothing can be taken yet.
    fn result(&self, entries: &[BrowsedEntry]) -> Option<PathBuf> {
        let folder = &self.listed.as_ref()?.folder;
        let chosen = || {
            let name = self.chosen.as_ref()?;
            entries.iter().find(|entry| entry.name == *name)
        };
        match self.wanted()? {
            Wanted::File => {
                let file = chosen().filter(|entry| !entry.is_folder)?;
                Some(file.path.clone())
            }
            Wanted::Folder => {
                let inner = chosen().filter(|entry| entry.is_folder);
                Some(inner.map_or_else(|| folder.clone(), |entry| entry.path.clone()))
            }
            Wanted::NewFile(_) => {
                let name = self.name.trim();
                let is_name = !name.is_empty() && !name.contains(['/', '\\']);
                let path = is_name.then(|| folder.join(name))?;
                // As it will be called: what is there under that name is asked about.
                let ending = self.pick?.presentation().endings.first();
                Some(match (path.extension(), ending) {
                    (None, Some(ending)) => path.with_extension(ending),
                    _ => path,
                })
            }
        }
    }
}

pub fn show(ui: &mut Ui, browser: &mut Browser, actions: &mut Vec<Action>) {
    way(ui, browser);
    ui.add_space(theme::GAP);
    let entries = browser.entries();
    let height = (ui.available_height() - FOOT).max(80.0);
    let list = ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        ui.set_min_height(height);
        list(ui, browser, &entries)
    });
    ui.add_space(theme::GAP);
    let take = foot(ui, browser, &entries);
    let take = list.inner.or(take);
    if let (Some(path), Some(what)) = (take, browser.pick) {
        actions.push(Action::Frame(FrameAction::Picked(what, path)));
    }
    if let Some(cancel) = close(ui, browser) {
        actions.push(cancel);
    }
}

/// Up, home, and the path as text.
fn way(ui: &mut Ui, browser: &mut Browser) {
    ui.horizontal(|ui| {
        let folder = browser.listed.as_ref().map(|listed| listed.folder.clone());
        let above = folder.as_deref().and_then(Path::parent).map(Path::to_owned);
        let up = Button::of(Command::BrowseUp);
        // Where a text is typed the key is the text's.
        let by_key = !ui.ctx().text_edit_focused() && Command::BrowseUp.pressed(ui);
        let pressed = ui.add_enabled(above.is_some(), up).clicked();
        if let Some(above) = above.filter(|_| pressed || by_key) {
            let from = folder.as_deref().and_then(Path::file_name);
            let from = from.map(|name| name.to_string_lossy().into_owned());
            browser.go(above, ui.ctx());
            browser.from = from;
        }
        let home = Button::new("Home").tip("Go to your own folder.");
        if ui.add(home).clicked() {
            browser.go(first_folder(), ui.ctx());
        }
        let field = TextEdit::singleline(&mut browser.path)
            .hint_text("Path of a folder or file")
            .align(egui::Align2::LEFT_CENTER);
        let size = vec2(ui.available_width(), theme::CONTROL);
        let field = ui.add_sized(size, field);
        ui.ctx()
            .accesskit_node_builder(field.id, |node| node.set_label("Path"));
        let field = field.on_hover_text(with_keys("Type a path.", &[Place::Path]));
        if field.lost_focus() && Command::AcceptPath.pressed(ui) {
            browser.go(PathBuf::from(browser.path.trim()), ui.ctx());
        }
    });
}

/// The lines; gives the file that was opened.
fn list(ui: &mut Ui, browser: &mut Browser, entries: &[BrowsedEntry]) -> Option<PathBuf> {
    if let Some(failed) = &browser.failed {
        note(ui, failed);
    }
    if browser.listed.is_none() {
        if browser.failed.is_none() {
            ui.spinner();
        }
        return None;
    }
    if entries.is_empty() {
        note(
            ui,
            match browser.wanted() {
                Some(Wanted::Folder) => "There are no folders in it.",
                _ => "Nothing of this kind is in it.",
            },
        );
    }
    let (mut opened, moved) = by_keys(ui, browser, entries);
    let place = |browser: &Browser| {
        let chosen = browser.chosen.as_ref()?;
        entries.iter().position(|entry| entry.name == *chosen)
    };
    let mut area = ScrollArea::vertical().auto_shrink(false);
    ui.spacing_mut().item_spacing.y = 0.0;
    if (moved || std::mem::take(&mut browser.scroll))
        && let Some(place) = place(browser)
    {
        let middle = place as f32 * LINE - 0.5 * ui.available_height();
        area = area.vertical_scroll_offset(middle.max(0.0));
    }
    area.show_rows(ui, LINE, entries.len(), |ui, places| {
        for entry in entries.get(places).unwrap_or_default() {
            let selected = browser.chosen.as_ref() == Some(&entry.name);
            let response = line(ui, entry, selected);
            if response.clicked() {
                browser.chosen = Some(entry.name.clone());
                if browser.writes() && !entry.is_folder {
                    browser.name.clone_from(&entry.name);
                }
            }
            if response.double_clicked() {
                opened = Some(entry.clone());
            }
        }
    });
    let opened = opened?;
    if opened.is_folder {
        browser.go(opened.path, ui.ctx());
        return None;
    }
    // What is to be written over is named first, and then asked about.
    (browser.wanted() == Some(Wanted::File)).then_some(opened.path)
}

/// What the keys of the list do: the line that was opened, and whether another one was chosen.
fn by_keys(
    ui: &Ui,
    browser: &mut Browser,
    entries: &[BrowsedEntry],
) -> (Option<BrowsedEntry>, bool) {
    if ui.ctx().text_edit_focused() || entries.is_empty() {
        return (None, false);
    }
    let chosen = browser.chosen.as_ref();
    let place = chosen.and_then(|name| entries.iter().position(|entry| entry.name == *name));
    let by = Command::BrowseMove.arrows(ui.ctx()).y as isize;
    if by != 0 {
        let last = entries.len() - 1;
        let next = match place {
            Some(place) => place.saturating_add_signed(by).min(last),
            None => 0,
        };
        browser.chosen = entries.get(next).map(|entry| entry.name.clone());
        return (None, true);
    }
    // A control that has the keyboard is pressed by the same key.
    let is_free = ui.ctx().memory(|memory| memory.focused().is_none());
    let opens = is_free && Command::BrowseOpen.pressed(ui.ctx());
    let opened = place.filter(|_| opens).and_then(|place| entries.get(place));
    (opened.cloned(), false)
}

fn line(ui: &mut Ui, entry: &BrowsedEntry, selected: bool) -> Response {
    let size = vec2(ui.available_width() - theme::GAP, LINE);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = match entry.is_folder {
        true => format!("Folder {}", entry.name),
        false => entry.name.clone(),
    };
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &name));
    let palette = palette(ui);
    if selected || response.hovered() {
        let fill = if selected {
            palette.hover
        } else {
            palette.raised
        };
        ui.painter().rect_filled(rect, theme::TILE_RADIUS, fill);
    }
    focus_ring(ui, &response, rect.shrink(2.0));
    let inner = rect.shrink2(vec2(theme::GAP, 0.0));
    let row = Layout::left_to_right(Align::Center);
    let mut inside = ui.new_child(egui::UiBuilder::new().max_rect(inner).layout(row));
    folder_or_file(&mut inside, entry.is_folder);
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
fn folder_or_file(ui: &mut Ui, is_folder: bool) {
    let (rect, _) = ui.allocate_exact_size(vec2(16.0, LINE), Sense::hover());
    let palette = palette(ui);
    let middle = rect.center();
    if is_folder {
        let body = egui::Rect::from_center_size(middle + vec2(0.0, 1.0), vec2(14.0, 10.0));
        let tab = egui::Rect::from_min_size(body.min - vec2(0.0, 2.0), vec2(6.0, 4.0));
        ui.painter().rect_filled(tab, 1.0, palette.accent);
        ui.painter().rect_filled(body, 2.0, palette.accent);
    } else {
        let sheet = egui::Rect::from_center_size(middle, vec2(10.0, 13.0));
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

/// The name of a new file, which files are listed, and the button that takes what is chosen.
fn foot(ui: &mut Ui, browser: &mut Browser, entries: &[BrowsedEntry]) -> Option<PathBuf> {
    let mut entered = false;
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        if browser.writes() {
            ui.label("Name");
            let width = (ui.available_width() - 160.0).max(120.0);
            let field = TextEdit::singleline(&mut browser.name).align(egui::Align2::LEFT_CENTER);
            let field = ui.add_sized(vec2(width, theme::CONTROL), field);
            ui.ctx()
                .accesskit_node_builder(field.id, |node| node.set_label("Name of the file"));
            entered = field.lost_focus() && Command::AcceptPath.pressed(ui);
            field.on_hover_text("What the new file is called.");
        }
        let mut all = browser.all;
        let about = "List files of other kinds and hidden ones, too.";
        ui.checkbox(&mut all, "All files").on_hover_text(about);
        browser.all = all;
        let kind = browser.pick.map_or("", |pick| pick.presentation().kind);
        if !browser.all && !browser.writes() {
            note(ui, kind);
        }
        if browser.listed.as_ref().is_some_and(|listed| listed.is_cut) {
            note(ui, "Only the first 20 000 are listed.");
        }
    });
    let wanted = browser.wanted()?;
    let result = browser.result(entries);
    let listed = browser.listed.iter().flat_map(|listed| &listed.entries);
    let is_there = |path: &PathBuf| listed.clone().any(|entry| entry.path == *path);
    let is_there = result.as_ref().is_some_and(is_there);
    let (name, tip) = match wanted {
        Wanted::File => ("Open", "Take the chosen file."),
        Wanted::Folder => (
            "Use this folder",
            "Take the chosen folder, or else the one that is listed.",
        ),
        Wanted::NewFile(_) if is_there => ("Replace", "Write over the file of this name."),
        Wanted::NewFile(_) => ("Save here", "Write the file into this folder."),
    };
    let mut taken = false;
    ui.horizontal(|ui| {
        let button = Button::new(name).primary().tip(tip);
        taken = ui.add_enabled(result.is_some(), button).clicked();
    });
    result.filter(|_| taken || (entered && !is_there))
}

/// The way back from files that are only looked at.
fn close(ui: &mut Ui, browser: &Browser) -> Option<Action> {
    if browser.pick.is_some() {
        return None;
    }
    let close = Button::new("Done").tip("Go back to the window.");
    let leave = Action::Frame(FrameAction::Sheet(None::<FrameSheet>));
    ui.add(close).clicked().then_some(leave)
}
