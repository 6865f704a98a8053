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
    let mut lines = [Role::ListBoxOption, Role::Button].into_iter();
    lines.any(|role| harness.query_by_role_and_label(role, name).is_some())
}

fn is_chosen(harness: &Window, name: &str) -> bool {
    let line = harness.get_by_role_and_label(Role::ListBoxOption, name);
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

/// A folder of twelve pictures, one of them broken, and one that is none.
fn pictures(folder: &Path) {
    for number in 0..12 {
        let picture = image::RgbImage::from_pixel(40, 30, image::Rgb([200, 20 * number, 0]));
        picture
            .save(folder.join(format!("{number:02}.png")))
            .unwrap();
    }
    std::fs::write(folder.join("07.png"), b"broken").unwrap();
    std::fs::write(folder.join("list.txt"), "nothing").unwrap();
}

fn previews(harness: &Window) -> usize {
    let textures = harness.ctx.tex_manager();
    let textures = textures.read();
    let named =
        |texture: &&egui::epaint::textures::TextureMeta| texture.name == "preview of a file";
    textures
        .allocated()
        .map(|(_, texture)| texture)
        .filter(named)
        .count()
}

#[test]
fn pictures_are_seen_before_they_are_chosen_and_let_go_with_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("faces");
    std::fs::create_dir(&inner).unwrap();
    pictures(&inner);
    let mut harness = window(WindowOptions::default());
    // Which folder it is the pictures in it tell.
    frame(&mut harness, FrameAction::BrowseHere(Pick::PictureFolder));
    type_path(&mut harness, &inner);
    until_seen(&mut harness, "00.png");
    assert!(!is_listed(&harness, "list.txt"));
    let begun = std::time::Instant::now();
    // All that are in sight, without the broken one.
    while previews(&harness) < 8 {
        assert!(
            begun.elapsed() < std::time::Duration::from_secs(60),
            "no previews"
        );
        std::thread::sleep(std::time::Duration::from_millis(10));
        harness.run_steps(1);
    }
    key(&mut harness, Modifiers::NONE, Key::Backspace);
    until_seen(&mut harness, "Folder faces");
    harness.run_steps(3);
    assert_eq!(previews(&harness), 0);
    assert!(is_chosen(&harness, "Folder faces"), "where one came from");
}

#[test]
fn the_list_is_one_control_that_keys_go_through() {
    let folder = tempfile::tempdir().unwrap();
    pictures(folder.path());
    let mut harness = window(WindowOptions::default());
    frame(&mut harness, FrameAction::BrowseHere(Pick::Photograph));
    type_path(&mut harness, folder.path());
    until_seen(&mut harness, "00.png");
    let none = Modifiers::NONE;
    for (press, chosen) in [
        (Key::End, "11.png"),
        (Key::Home, "00.png"),
        (Key::ArrowDown, "01.png"),
        (Key::ArrowDown, "02.png"),
        (Key::ArrowUp, "01.png"),
    ] {
        key(&mut harness, none, press);
        harness.run_steps(2);
        assert!(is_chosen(&harness, chosen), "{press:?}");
    }
    key(&mut harness, none, Key::PageDown);
    harness.run_steps(2);
    assert!(!is_chosen(&harness, "01.png"));
    // Letters go to the name that begins so.
    harness.event(Event::Text("0".to_owned()));
    harness.run_steps(1);
    harness.event(Event::Text("5".to_owned()));
    harness.run_steps(2);
    assert!(is_chosen(&harness, "05.png"));
    // One stop of the Tab key, and then what stands beneath.
    key(&mut harness, none, Key::Tab);
    let all = harness.get_by_role_and_label(Role::CheckBox, "All files");
    assert!(all.accesskit_node().is_focused());
    press(&mut harness, "Cancel");
    assert!(!is_listed(&harness, "05.png"));
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
