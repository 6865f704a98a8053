//! The face wanders by itself, and shows alone on the whole screen.

use crate::kit::explore::{along, drag, exploring, key, rect, state, undo};
use crate::kit::{Window, app, choose, press};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use morphogan::latent::Latent;
use morphogan::ui::Show;

const NONE: Modifiers = Modifiers::NONE;

fn current(harness: &Window) -> Latent {
    state(harness).pose().current.clone()
}

#[test]
fn a_face_wanders_until_it_is_touched_and_one_undo_brings_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let (from, wall) = (current(&harness), state(&harness).wall().to_vec());
    key(&mut harness, NONE, Key::W);
    harness.run_steps(30);
    let on_its_way = current(&harness);
    assert_ne!(on_its_way, from);
    assert_eq!(state(&harness).wall(), wall);
    // How it goes can be changed while it goes.
    harness
        .get_by_role_and_label(Role::CheckBox, "Wall")
        .click();
    harness.run_steps(30);
    assert_ne!(state(&harness).wall(), wall);
    assert_ne!(current(&harness), on_its_way);
    // A hand on a strip takes it over.
    let strip = rect(&harness, Role::Slider, "smile");
    drag(&mut harness, &along(strip, &[0.3, 0.5, 0.6]));
    let touched = current(&harness);
    harness.run_steps(20);
    assert_eq!(current(&harness), touched);
    assert!(harness.query_by_label("Stop the walk").is_none());
    undo(&mut harness);
    undo(&mut harness);
    assert_eq!(current(&harness), from);
    assert!(!state(&harness).can_undo(), "a walk is one step");
}

#[test]
fn a_walk_is_held_by_its_key_its_button_and_a_press_on_the_face() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let holds = |harness: &mut Window, what: &str| {
        let held = current(harness);
        harness.run_steps(20);
        assert_eq!(current(harness), held, "{what}");
    };
    press(&mut harness, "Walk");
    harness.run_steps(20);
    key(&mut harness, NONE, Key::W);
    holds(&mut harness, "key");
    press(&mut harness, "Walk");
    harness.run_steps(20);
    press(&mut harness, "Stop the walk");
    holds(&mut harness, "button");
    press(&mut harness, "Walk");
    harness.run_steps(20);
    harness
        .get_by_role_and_label(Role::Image, "Current face")
        .click();
    harness.run_steps(3);
    holds(&mut harness, "face");
}

#[test]
fn the_pads_point_wanders_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    choose(&mut harness, Role::RadioButton, "Pad");
    let from = (state(&harness).pose().pad.x, state(&harness).pose().pad.y);
    key(&mut harness, NONE, Key::W);
    harness.run_steps(60);
    let pad = &state(&harness).pose().pad;
    assert_ne!((pad.x, pad.y), from);
}

#[test]
fn the_face_alone_fills_the_screen_also_while_it_wanders() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    key(&mut harness, NONE, Key::F11);
    assert_eq!(app(&harness).full_screen(), Some(Show::Face));
    let from = current(&harness);
    // Its own key, in its own window.
    key(&mut harness, NONE, Key::W);
    harness.run_steps(30);
    assert_ne!(current(&harness), from);
    key(&mut harness, NONE, Key::Escape);
    assert_eq!(app(&harness).full_screen(), None);
    let on_its_way = current(&harness);
    harness.run_steps(10);
    assert_ne!(current(&harness), on_its_way);
}
