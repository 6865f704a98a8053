//! Files are chosen in the window itself where the system has no dialog.

use std::path::Path;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use morphogan::ui::{Action, FrameAction, Screen, WindowOptions};
use morphogan::worker::jobs::dialog::Pick;

use crate::kit::explore::{key, network};
use crate::kit::{Window, app, choose, press, until, until_seen, window};

fn frame(harness: &mut Window, action: FrameAction) {
    let ctx = harness.ctx.clone();
    let app = harness.state_mut().as_mut().unwrap();
    app.apply(Action::Frame(action), &ctx);
    harness.run_steps(3);
}

fn type_path(harness: &mut Window, path: &Path) {
    harness
        .get_by_role_and_label(Role::TextInput, "Path")
        .focus();
    harness.run_steps(2);
    key(harness, Modifiers::COMMAND, Key::A);
    harness.event(Event::Text(path.display().to_string()));
    harness.run_steps(2);
    key(harness, Modifiers::NONE, Key::Enter);
}

fn is_listed(harness: &Window, name: &str) -> bool {
    let line = harness.query_by_role_and_label(Role::Button, name);
    line.is_some()
}

fn is_chosen(harness: &Window, name: &str) -> bool {
    let line = harness.get_by_role_and_label(Role::Button, name);
    let node = line.accesskit_node();
    node.is_selected() == Some(true) || node.toggled() == Some(egui::accesskit::Toggled::True)
}

#[test]
fn a_model_is_found_and_opened_by_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "nothing").unwrap();
    network()
        .save(&folder.path().join("tiny.safetensors"))
        .unwrap();
    network()
        .save(&folder.path().join("inner/deep.safetensors"))
        .unwrap();
    let mut harness = window(WindowOptions::default());
    frame(&mut harness, FrameAction::BrowseHere(Pick::Model));
    type_path(&mut harness, folder.path());
    until_seen(&mut harness, "Folder inner");
    assert!(is_listed(&harness, "tiny.safetensors"));
    assert!(!is_listed(&harness, "notes.txt"), "no model");
    choose(&mut harness, Role::CheckBox, "All files");
    assert!(is_listed(&harness, "notes.txt"));
    choose(&mut harness, Role::CheckBox, "All files");
    let open = harness.get_by_role_and_label(Role::Button, "Open");
    assert!(open.accesskit_node().is_disabled(), "nothing is chosen");
    // Nobody has the keyboard: the arrows are the list's.
    harness.ctx.memory_mut(|memory| {
        if let Some(id) = memory.focused() {
            memory.surrender_focus(id);
        }
    });
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::ArrowDown);
    assert!(is_chosen(&harness, "Folder inner"));
    key(&mut harness, Modifiers::NONE, Key::Enter);
    until_seen(&mut harness, "deep.safetensors");
    key(&mut harness, Modifiers::NONE, Key::Backspace);
    until_seen(&mut harness, "Folder inner");
    key(&mut harness, Modifiers::NONE, Key::ArrowDown);
    key(&mut harness, Modifiers::NONE, Key::ArrowDown);
    assert!(is_chosen(&harness, "tiny.safetensors"));
    key(&mut harness, Modifiers::NONE, Key::Enter);
    until_seen(&mut harness, "Current face");
    assert_eq!(app(&harness).screen(), Screen::Explore);
    assert!(!is_listed(&harness, "Folder inner"), "the list is gone");
}

#[test]
fn a_file_that_is_there_is_only_replaced_by_a_button_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(WindowOptions::default());
    frame(&mut harness, FrameAction::BrowseHere(Pick::NewCurves));
    type_path(&mut harness, folder.path());
    until_seen(&mut harness, "Save here");
    std::fs::write(folder.path().join("curves.png"), "older").unwrap();
    type_path(&mut harness, folder.path());
    until_seen(&mut harness, "Replace");
    press(&mut harness, "Replace");
    assert!(!is_listed(&harness, "Replace"), "the list is gone");
    let older = std::fs::read(folder.path().join("curves.png")).unwrap();
    assert_eq!(older, b"older", "only the path was chosen");
}

#[test]
fn a_file_is_shown_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("film.gif");
    std::fs::write(&file, "GIF89a").unwrap();
    let mut harness = window(WindowOptions::default());
    frame(&mut harness, FrameAction::ShowHere(file));
    until_seen(&mut harness, "film.gif");
    assert!(is_chosen(&harness, "film.gif"));
    assert!(!is_listed(&harness, "Open"), "it is only looked at");
    press(&mut harness, "Done");
    until(&mut harness, "the window", |_| true);
    assert!(!is_listed(&harness, "film.gif"));
}
