//! What a screen reader and a small window have of every screen: each control has a name, a role and, where it has
//! one, a value; and none is cut off.

use egui::Rect;
use egui::accesskit::Role;
use egui_kittest::Node;
use egui_kittest::kittest::NodeT as _;

use crate::kit::explore::exploring;
use crate::kit::tour::{CONTROLS, scrolls};
use crate::kit::{Window, choose, press, tour, until_seen};

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

#[test]
fn the_screens_before_a_run_have_names_and_room_for_all_controls() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = tour::before_a_run(folder.path());
    let mut wrong = Vec::new();
    let mut look = |harness: &mut Window, name: &str| {
        look(harness, name, &mut wrong);
    };
    let names = ["Train", "Explore", "Animate", "Data"];
    tour::screens(&mut harness, &names, &mut look);
    tour::sheets(&mut harness, &mut look);
    tour::assert_none(&wrong);
}

#[test]
fn a_run_in_every_state_has_names_and_room_for_all_controls() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = tour::before_a_run(folder.path());
    let mut wrong = Vec::new();
    tour::run(&mut harness, &mut |harness, state| {
        look(harness, state, &mut wrong);
    });
    tour::assert_none(&wrong);
}

#[test]
fn exploring_in_every_way_has_names_and_room_for_all_controls() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let mut wrong = Vec::new();
    tour::sides(&mut harness, &mut |harness, side| {
        look(harness, side, &mut wrong);
    });
    press(&mut harness, "Keep");
    choose(&mut harness, Role::RadioButton, "Pad");
    look(&mut harness, "Pad", &mut wrong);
    press(&mut harness, "Arithmetic with faces");
    press(&mut harness, "Add to A");
    look(&mut harness, "Board", &mut wrong);
    press(&mut harness, "Animate A to B");
    until_seen(&mut harness, "Picture on show");
    look(&mut harness, "Animate", &mut wrong);
    tour::assert_none(&wrong);
}
