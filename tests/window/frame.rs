//! What surrounds the screens: help, About, notices, hints.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use morphogan::ui::{Command, Screen, WindowOptions};

use crate::kit::explore::{exploring, key, state};
use crate::kit::{Window, app, press, until, until_seen, window};

/// Whether some label or control reads `text`.
fn is_there(harness: &Window, text: &str) -> bool {
    harness.query_all_by_label(text).next().is_some()
}

fn type_text(harness: &mut Window, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run_steps(3);
}

#[test]
fn the_help_opens_by_key_is_searched_and_closes_by_key() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    key(&mut harness, Modifiers::NONE, Key::F1);
    assert!(is_there(&harness, "Help: all keys"));
    // The first group in sight is that of the screen on show.
    let top = |text: &str| {
        let found = harness.query_all_by_label(text).next();
        found.unwrap().rect().top()
    };
    assert!(top("Explore screen") < top("Ctrl+Shift+Z, Ctrl+Y"));
    // The keys of the screen beneath rest: what is typed is looked for.
    let before = state(&harness).pose().current.clone();
    for letter in ["n", "e", "w"] {
        type_text(&mut harness, letter);
    }
    assert_eq!(state(&harness).pose().current, before);
    assert!(is_there(&harness, Command::NewWall.name()));
    assert!(is_there(&harness, "R"), "its key");
    assert!(!is_there(&harness, Command::StepSlider.entry().about));
    type_text(&mut harness, " of nothing");
    assert!(is_there(
        &harness,
        "No key does that. Look for another word."
    ));
    key(&mut harness, Modifiers::NONE, Key::Escape);
    harness.run_steps(3);
    assert!(!is_there(&harness, "Help: all keys"));
    // Again by the other key, and closed by its button.
    key(&mut harness, Modifiers::SHIFT, Key::Questionmark);
    assert!(is_there(&harness, "Help: all keys"));
    press(&mut harness, Command::CloseSheet.name());
    assert!(!is_there(&harness, "Help: all keys"));
    key(&mut harness, Modifiers::NONE, Key::N);
    assert_ne!(state(&harness).pose().current, before, "keys work again");
}

#[test]
fn about_tells_version_machine_folders_and_libraries() {
    let mut harness = window(WindowOptions::default());
    press(&mut harness, "Menu");
    press(&mut harness, "About Morphogan");
    until_seen(&mut harness, "Device of a run");
    assert!(is_there(
        &harness,
        &format!("Version {}", env!("CARGO_PKG_VERSION"))
    ));
    let device = harness.query_all_by_label_contains("CPU · ").next();
    assert!(device.is_some());
    assert!(is_there(&harness, "Open the folder: Runs"));
    harness
        .get_by_role_and_label(Role::TextInput, "Search the libraries")
        .scroll_to_me();
    harness.run_steps(12);
    let field = harness.get_by_role_and_label(Role::TextInput, "Search the libraries");
    field.click();
    harness.run_steps(3);
    type_text(&mut harness, "candle-core");
    let found = harness.query_all_by_label_contains("candle-core ").count();
    assert_eq!(found, 1);
    press(&mut harness, "Close");
    until(&mut harness, "the screen", |app| {
        app.screen() == Screen::Train
    });
    assert!(!is_there(&harness, "About Morphogan"));
    assert_eq!(app(&harness).screen(), Screen::Train);
}
