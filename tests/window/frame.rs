//! What surrounds the screens: help, About, notices, hints.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use morphogan::ui::{Command, Screen, WindowOptions};

use crate::kit::explore::{along, drag, exploring, key, network, state};
use crate::kit::tour::scrolls;
use crate::kit::{Window, app, drop_on, press, until, until_seen, window};

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

/// Whether the bell says that so many notices may have been missed.
fn unread(harness: &Window, count: usize) -> bool {
    let name = match count {
        0 => "Notices".to_owned(),
        count => format!("Notices, {count} unread"),
    };
    harness
        .query_by_role_and_label(Role::Button, &name)
        .is_some()
}

#[test]
fn a_notice_lies_over_nothing_and_the_bell_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    assert!(unread(&harness, 0));
    drop_on(&mut harness, &folder.path().join("none.safetensors"));
    until(&mut harness, "the notice", |app| {
        app.session().notices.iter().next().is_some()
    });
    assert!(unread(&harness, 1));
    let posted = app(&harness).session().notices.iter().next().unwrap();
    let text = posted.notice.summary.clone();
    assert!(posted.notice.reason.is_some());
    // With the reason behind it, in the same line.
    let shown = harness.query_all_by_label_contains(&text).next();
    let line = shown.unwrap().rect();
    let controls = [Role::Button, Role::Slider, Role::Tab, Role::CheckBox];
    for role in controls {
        let all = harness.query_all_by_role(role);
        for control in all.filter(|control| !scrolls(control)) {
            let rect = control.rect();
            let name = control.accesskit_node().label();
            assert!(!rect.intersects(line), "{name:?} under the notice");
        }
    }
    // What is right again is withdrawn: the file is there now.
    network()
        .save(&folder.path().join("none.safetensors"))
        .unwrap();
    press(&mut harness, "Try again");
    until(&mut harness, "the model", |app| {
        app.is_settled() && app.session().notices.iter().next().is_none()
    });
    // Its list still has it, and can be emptied.
    press(&mut harness, "Notices");
    assert!(is_there(&harness, &text));
    press(&mut harness, "Clear");
    assert!(!is_there(&harness, &text));
    assert_eq!(app(&harness).session().notices.history().count(), 0);
}

#[test]
fn plain_information_goes_by_itself_and_may_be_read_later() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(WindowOptions::default());
    drop_on(&mut harness, &folder.path().join("portrait.png"));
    let on_show = |harness: &Window| app(harness).session().notices.iter().count();
    until(&mut harness, "the notice", |app| {
        app.session().notices.iter().count() == 1
    });
    // A quarter of a second each.
    harness.run_steps(40);
    assert_eq!(on_show(&harness), 0);
    assert!(unread(&harness, 1));
    press(&mut harness, "Notices, 1 unread");
    assert!(unread(&harness, 0));
    let text = "To train on pictures, drop the folder that holds them.";
    assert!(is_there(&harness, text));
}

#[test]
fn the_hints_go_as_they_are_done_or_dismissed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(WindowOptions {
        model: Some(crate::kit::explore::model(folder.path())),
        hints: true,
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Current face");
    until(&mut harness, "faces", |app| app.is_settled());
    for hint in [
        "Drag “Smile” on the right",
        "Keep a face you like: K",
        "Train a network of your own",
    ] {
        assert!(is_there(&harness, hint), "{hint}");
    }
    key(&mut harness, Modifiers::NONE, Key::K);
    assert!(!is_there(&harness, "Keep a face you like: K"));
    let strip = harness.get_by_role_and_label(Role::Slider, "smile").rect();
    drag(&mut harness, &along(strip, &[0.5, 0.6, 0.7]));
    assert!(!is_there(&harness, "Drag “Smile” on the right"));
    press(
        &mut harness,
        "Dismiss the hint: Train a network of your own",
    );
    assert!(!is_there(&harness, "Try this"), "the line is gone, too");
}

#[test]
fn the_keyboard_goes_through_the_top_bar_from_left_to_right() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let mut places = Vec::new();
    for _ in 0..10 {
        key(&mut harness, Modifiers::NONE, Key::Tab);
        let focused = harness.root().children_recursive();
        let mut focused = focused.filter(|node| node.accesskit_node().is_focused());
        let node = focused.next().unwrap();
        let name = node.accesskit_node().label().unwrap_or_default();
        places.push((node.rect().left(), node.rect().top(), name));
    }
    let in_bar = places.iter().filter(|(_, top, _)| *top < 48.0);
    let lefts: Vec<f32> = in_bar.map(|(left, ..)| *left).collect();
    assert_eq!(lefts.len(), 10, "{places:?}");
    assert!(lefts.is_sorted(), "{places:?}");
    assert_eq!(places[9].2, "Menu");
}

#[test]
fn a_notice_takes_neither_the_keyboard_nor_a_drag() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let strip = harness.get_by_role_and_label(Role::Slider, "smile").rect();
    let way = along(strip, &[0.5, 0.6, 0.8]);
    harness.drag_at(way[0]);
    harness.run_steps(2);
    harness.hover_at(way[1]);
    harness.run_steps(2);
    let before = state(&harness).pose().current.clone();
    drop_on(&mut harness, &folder.path().join("none.safetensors"));
    until(&mut harness, "the notice", |app| {
        app.session().notices.iter().next().is_some()
    });
    harness.hover_at(way[2]);
    harness.run_steps(2);
    assert_ne!(state(&harness).pose().current, before, "the drag goes on");
    harness.drop_at(way[2]);
    harness.run_steps(2);
    // Where the keyboard is it stays when the notice goes.
    let node = harness.get_by_role_and_label(Role::Slider, "smile");
    assert!(node.accesskit_node().is_focused());
    press(&mut harness, "Dismiss");
    assert_eq!(app(&harness).session().notices.iter().count(), 0);
    let after = harness.get_by_role_and_label(Role::Slider, "smile");
    after.focus();
    harness.run_steps(2);
    drop_on(&mut harness, &folder.path().join("none.safetensors"));
    until(&mut harness, "the notice", |app| {
        app.session().notices.iter().next().is_some()
    });
    let node = harness.get_by_role_and_label(Role::Slider, "smile");
    assert!(node.accesskit_node().is_focused(), "the keyboard stays");
}
