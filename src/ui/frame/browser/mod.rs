//! Files and folders in the window itself, for systems without a dialog or a file manager.

mod list;
mod previews;
pub mod state;

use std::path::{Path, PathBuf};

use egui::{TextEdit, Ui, vec2};

use self::state::Browser;
use super::commands::{Command, Place, with_keys};
use crate::readable;
use crate::ui::action::{Action, FrameAction, FrameSheet};
use crate::ui::theme;
use crate::ui::widgets::{Button, Tip, note};
use crate::worker::jobs::browse::{MOST, first_folder};
use crate::worker::jobs::dialog::Wanted;

/// Height of what stands beneath the list.
const FOOT: f32 = 2.0 * theme::CONTROL + 3.0 * theme::GAP;

pub fn show(ui: &mut Ui, browser: &mut Browser, actions: &mut Vec<Action>) {
    way(ui, browser);
    ui.add_space(theme::GAP);
    let height = (ui.available_height() - FOOT).max(80.0);
    let list = ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        ui.set_min_height(height);
        list::show(ui, browser)
    });
    ui.add_space(theme::GAP);
    let entered = name_and_filter(ui, browser);
    let take = take(ui, browser, entered, actions);
    let take = list.inner.or(take);
    if let (Some(path), Some(what)) = (take, browser.pick) {
        actions.push(Action::Frame(FrameAction::Picked(what, path)));
    }
}

/// Up, home, and the path as text.
fn way(ui: &mut Ui, browser: &mut Browser) {
    ui.horizontal(|ui| {
        let folder = browser.listed.as_ref().map(|listed| &listed.folder);
        let has_above = folder.is_some_and(|folder| folder.parent().is_some());
        let up = Button::of(Command::BrowseUp);
        // Where a text is typed the key is the text's.
        let by_key = !ui.ctx().text_edit_focused() && Command::BrowseUp.pressed(ui);
        if ui.add_enabled(has_above, up).clicked() || by_key {
            browser.go_up(ui.ctx());
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
        let field = field.tip(with_keys("Type a path.", &[Place::Path]));
        browser.typing = field.has_focus();
        if field.lost_focus() && Command::AcceptPath.pressed(ui) {
            browser.go(PathBuf::from(browser.path.trim()), ui.ctx());
            browser.focus = true;
        }
    });
}

/// The name of a new file, and which files are listed; whether the name was entered.
fn name_and_filter(ui: &mut Ui, browser: &mut Browser) -> bool {
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
            field.tip("What the new file is called.");
        }
        let mut all = browser.shows_all();
        let about = "List files of other kinds and hidden ones, too.";
        if ui.checkbox(&mut all, "All files").tip(about).changed() {
            browser.show_all(all);
        }
        if browser.listed.as_ref().is_some_and(|listed| listed.is_cut) {
            let most = readable::count(MOST as u64);
            note(ui, format!("Only the first {most} are listed."));
        }
    });
    entered
}

/// The button that takes what is chosen, and the way back without; gives what is taken.
fn take(
    ui: &mut Ui,
    browser: &Browser,
    entered: bool,
    actions: &mut Vec<Action>,
) -> Option<PathBuf> {
    let result = browser.result();
    let name_of = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let name = result.as_deref().filter(|_| browser.writes());
    let is_there = name
        .and_then(name_of)
        .is_some_and(|name| browser.holds(&name));
    let button = browser.wanted().map(|wanted| match wanted {
        Wanted::File => ("Open", "Take the chosen file."),
        Wanted::Folder => (
            "Use this folder",
            "Take the chosen folder, or else the one that is listed.",
        ),
        Wanted::NewFile(_) if is_there => ("Replace", "Write over the file of this name."),
        Wanted::NewFile(_) => ("Save here", "Write the file into this folder."),
    });
    let mut taken = entered && !is_there;
    ui.horizontal(|ui| {
        if let Some((name, tip)) = button {
            let button = Button::new(name).primary().tip(tip);
            taken |= ui.add_enabled(result.is_some(), button).clicked();
        }
        // Of files that are only looked at there is nothing to cancel.
        let leave = if button.is_some() { "Cancel" } else { "Done" };
        let leave = Button::new(leave).tip("Go back to the window.");
        if ui.add(leave).clicked() {
            actions.push(Action::Frame(FrameAction::Sheet(None::<FrameSheet>)));
        }
    });
    result.filter(|_| taken)
}
