//! What a screen reader and a small window have of every screen: each control has a name, a role and, where it has
//! one, a value; and none is cut off.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Rect};
use egui_kittest::Node;
use egui_kittest::kittest::NodeT as _;
use morphogan::session::RunState;
use morphogan::ui::WindowOptions;

use crate::kit::explore::{exploring, key};
use crate::kit::{Window, choose, press, steps, tiny, until, until_seen, window};

/// Roles of what a person can act on.
pub const CONTROLS: [Role; 12] = [
    Role::Button,
    Role::CheckBox,
    Role::ColorWell,
    Role::ComboBox,
    Role::Link,
    Role::MenuItem,
    Role::RadioButton,
    Role::Slider,
    Role::SpinButton,
    Role::Tab,
    Role::TextInput,
    Role::MultilineTextInput,
];

fn controls(harness: &Window) -> Vec<Node<'_>> {
    let all = harness.root().children_recursive();
    all.filter(|node| CONTROLS.contains(&node.accesskit_node().role()))
        .collect()
}

/// What is wrong with a control for somebody who does not see it.
fn lack(node: &Node<'_>) -> Option<&'static str> {
    let node = node.accesskit_node();
    let name = node.label().unwrap_or_default();
    if name.trim().is_empty() {
        return Some("no name");
    }
    match node.role() {
        Role::Slider | Role::SpinButton if node.numeric_value().is_none() => Some("no number"),
        Role::CheckBox | Role::RadioButton if node.toggled().is_none() => Some("no state"),
        // What was typed; an empty field has an empty value.
        Role::ComboBox if node.value().is_none() => Some("no choice"),
        _ => None,
    }
}

/// Whether it lies in something that scrolls, where it may be out of sight.
pub fn scrolls(node: &Node<'_>) -> bool {
    let mut above = node.parent();
    while let Some(parent) = above {
        let is_bar = |child: Node<'_>| child.accesskit_node().role() == Role::ScrollBar;
        if parent.children().any(is_bar) {
            return true;
        }
        above = parent.parent();
    }
    false
}

/// Looks at a screen at three sizes of the window; gives how many controls it has.
fn look(harness: &mut Window, screen: &str, wrong: &mut Vec<String>) -> usize {
    let mut count = 0;
    for (width, height) in [(1920.0, 1080.0), (1280.0, 800.0), (1024.0, 640.0)] {
        harness.set_size(egui::vec2(width, height));
        harness.run_steps(4);
        let all = controls(harness);
        count = all.len();
        let whole = Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(width, height)).expand(1.0);
        for node in &all {
            let told = node.accesskit_node();
            let name = told.label().unwrap_or_default();
            let rect = node.rect();
            let place = || {
                format!(
                    "{screen} {width}×{height}: {:?} “{name}” {rect}",
                    told.role()
                )
            };
            if let Some(lack) = lack(node) {
                wrong.push(format!("{lack}: {}", place()));
            }
            let outside = !whole.contains_rect(rect) && rect.is_positive();
            if outside && !scrolls(node) {
                wrong.push(format!("outside: {}", place()));
            }
        }
    }
    assert!(count > 5, "{screen} has only {count} controls");
    harness.set_size(egui::vec2(1280.0, 800.0));
    harness.run_steps(3);
    count
}

fn assert_none(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} faults\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_screens_before_a_run_have_names_and_room_for_all_controls() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(WindowOptions {
        config: tiny(&folder.path().join("first")),
        runs: Some(folder.path().to_path_buf()),
        ..WindowOptions::default()
    });
    let mut wrong = Vec::new();
    for screen in ["Train", "Explore", "Animate", "Data"] {
        choose(&mut harness, Role::Tab, screen);
        until(&mut harness, "the first look", |app| app.is_settled());
        look(&mut harness, screen, &mut wrong);
    }
    for sheet in ["Help", "About Morphogan"] {
        press(&mut harness, "Menu");
        press(&mut harness, sheet);
        harness.run_steps(20);
        look(&mut harness, sheet, &mut wrong);
        key(&mut harness, Modifiers::NONE, Key::Escape);
    }
    assert_none(&wrong);
}

#[test]
fn a_run_in_every_state_has_names_and_room_for_all_controls() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(WindowOptions {
        config: tiny(&folder.path().join("first")),
        runs: Some(folder.path().to_path_buf()),
        ..WindowOptions::default()
    });
    let mut wrong = Vec::new();
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 3);
    until_seen(&mut harness, "Sample wall");
    look(&mut harness, "running", &mut wrong);
    press(&mut harness, "Pause");
    until(&mut harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    look(&mut harness, "paused", &mut wrong);
    press(&mut harness, "Stop");
    until(&mut harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
    look(&mut harness, "ended", &mut wrong);
    press(&mut harness, "Earlier runs");
    until_seen(&mut harness, "Resume first");
    look(&mut harness, "list of runs", &mut wrong);
    assert_none(&wrong);
}

#[test]
fn exploring_in_every_way_has_names_and_room_for_all_controls() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let mut wrong = Vec::new();
    for side in ["Raw", "Photo", "Paint", "Directions"] {
        choose(&mut harness, Role::Tab, side);
        until(&mut harness, "faces", |app| app.is_settled());
        look(&mut harness, side, &mut wrong);
    }
    press(&mut harness, "Keep");
    choose(&mut harness, Role::RadioButton, "Pad");
    look(&mut harness, "Pad", &mut wrong);
    press(&mut harness, "Arithmetic with faces");
    press(&mut harness, "Add to A");
    look(&mut harness, "Board", &mut wrong);
    press(&mut harness, "Animate A to B");
    until_seen(&mut harness, "Picture on show");
    look(&mut harness, "Animate", &mut wrong);
    assert_none(&wrong);
}
