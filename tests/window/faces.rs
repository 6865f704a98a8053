//! Faces of the window: their menus, where they can be let go, and those that another model draws.

use std::path::Path;

use crate::kit::explore::{LATENT, drag, exploring, key, rect, state, undo};
use crate::kit::{Window, app, press, until};
use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, vec2};
use egui_kittest::kittest::Queryable as _;
use morphogan::latent::noise::face;
use morphogan::latent::saved::{SavedFace, to_json};
use morphogan::session::Term;

/// Opens the menu of a face by the right button and chooses an entry.
fn entry(harness: &mut Window, of: &str, text: &str) {
    harness
        .get_by_role_and_label(Role::Button, of)
        .click_secondary();
    harness.run_steps(3);
    press(harness, text);
}

/// A face goes over something else.
fn carry(harness: &mut Window, of: &str, to: Pos2) {
    let from = rect(harness, Role::Button, of).center();
    drag(harness, &[from, from + vec2(9.0, 9.0), to]);
}

fn shelf(folder: &Path, faces: &[SavedFace]) {
    let path = folder.join("data/shelf.json");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, to_json(faces).unwrap()).unwrap();
}

fn saved(name: &str, seed: u64, latent: usize) -> SavedFace {
    SavedFace {
        name: name.into(),
        latent: face(seed, latent),
        model: String::new(),
        fingerprint: String::new(),
    }
}

#[test]
fn every_entry_of_a_faces_menu_does_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let second = state(&harness).wall()[1].clone();
    let name = "Random face 2";
    entry(&mut harness, name, "Keep it on the shelf");
    assert_eq!(state(&harness).pose().shelf[0].latent, second);
    entry(&mut harness, name, "Start of the morph (A)");
    assert_eq!(state(&harness).pose().a, second);
    entry(&mut harness, name, "End of the morph (B)");
    assert_eq!(state(&harness).pose().b, second);
    entry(&mut harness, name, "Make it the current face");
    assert_eq!(state(&harness).pose().current, second);
    for (menu, text) in [
        ("Corner of the pad", "lower left"),
        ("Arithmetic A − B + C", "Add to B"),
    ] {
        harness
            .get_by_role_and_label(Role::Button, name)
            .click_secondary();
        harness.run_steps(3);
        harness.get_by_label_contains(menu).click();
        harness.run_steps(3);
        press(&mut harness, text);
    }
    assert_eq!(state(&harness).pose().pad.corners[2], second);
    assert_eq!(state(&harness).pose().board.of(Term::B), [second]);
    let wall = state(&harness).wall().to_vec();
    entry(&mut harness, name, "More like this");
    assert_ne!(state(&harness).wall(), wall);
}

#[test]
fn the_menu_opens_by_a_key_and_has_the_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let third = state(&harness).wall()[2].clone();
    harness
        .get_by_role_and_label(Role::Button, "Random face 3")
        .focus();
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::F4);
    let first = harness.get_by_role_and_label(Role::Button, "Make it the current face");
    assert!(first.is_focused());
    key(&mut harness, Modifiers::NONE, Key::Tab);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(state(&harness).pose().shelf[0].latent, third);
}

#[test]
fn faces_are_let_go_over_the_shelf_the_way_and_the_board() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let wall = state(&harness).wall().to_vec();
    let way = rect(&harness, Role::Slider, "Between A and B");
    carry(
        &mut harness,
        "Random face 1",
        way.left_center() + vec2(20.0, 0.0),
    );
    assert_eq!(state(&harness).pose().a, wall[0]);
    carry(
        &mut harness,
        "Random face 2",
        way.right_center() - vec2(20.0, 0.0),
    );
    assert_eq!(state(&harness).pose().b, wall[1]);
    let hint = "Keep a face with K, or let one go here: it is still there at the next start.";
    let empty = harness.get_by_label(hint).rect().center();
    carry(&mut harness, "Random face 3", empty);
    assert_eq!(state(&harness).pose().shelf[0].latent, wall[2]);

    press(&mut harness, "Arithmetic with faces");
    let below = rect(&harness, Role::Button, "Add to A").center_top() - vec2(0.0, 30.0);
    carry(&mut harness, "Random face 4", below);
    assert_eq!(state(&harness).pose().board.of(Term::A), [wall[3].clone()]);
    harness
        .get_by_role_and_label(Role::Button, "A, face 1")
        .focus();
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Delete);
    assert!(state(&harness).pose().board.of(Term::A).is_empty());
}

#[test]
fn a_hand_that_shakes_chooses_a_face_and_changes_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    key(&mut harness, Modifiers::NONE, Key::K);
    let kept = state(&harness).pose().current.clone();
    press(&mut harness, "Random face 2");
    let before = state(&harness).pose().clone();
    let at = rect(&harness, Role::Button, "Kept face 1: face 1").center();
    // Taken up, and let go where it was.
    drag(
        &mut harness,
        &[at, at + vec2(9.0, 4.0), at + vec2(10.0, 5.0)],
    );
    let pose = state(&harness).pose();
    assert_eq!(pose.current, kept);
    assert_eq!((&pose.a, &pose.b), (&before.a, &before.b));
    assert_eq!(pose.shelf, before.shelf);
    // Let go beside it, it is not kept a second time.
    drag(
        &mut harness,
        &[at, at + vec2(9.0, 4.0), at + vec2(200.0, 0.0)],
    );
    assert_eq!(state(&harness).pose().shelf, before.shelf);
}

#[test]
fn a_kept_face_of_another_latent_space_is_named_and_taken_away_no_more() {
    let folder = tempfile::tempdir().unwrap();
    shelf(
        folder.path(),
        &[saved("other", 1, 100), saved("own", 2, LATENT)],
    );
    let mut harness = exploring(folder.path());
    until(&mut harness, "the shelf", |app| {
        app.explored().unwrap().pose().shelf.len() == 2
    });
    let before = state(&harness).pose().clone();
    press(&mut harness, "Kept face 1: other");
    let way = rect(&harness, Role::Slider, "Between A and B");
    carry(
        &mut harness,
        "Kept face 1: other",
        way.left_center() + vec2(20.0, 0.0),
    );
    assert_eq!(*state(&harness).pose(), before);
    harness
        .get_by_role_and_label(Role::Button, "Kept face 1: other")
        .click_secondary();
    harness.run_steps(3);
    let make = "Make it the current face";
    assert!(
        harness
            .query_by_role_and_label(Role::Button, make)
            .is_none()
    );
    press(&mut harness, "Delete");
    assert_eq!(state(&harness).pose().shelf.len(), 1);
    press(&mut harness, "Kept face 1: own");
    assert_eq!(state(&harness).pose().current, face(2, LATENT));
    undo(&mut harness);
    undo(&mut harness);
    assert_eq!(*state(&harness).pose(), before);
}

#[test]
fn of_a_long_shelf_only_what_is_in_sight_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let many: Vec<SavedFace> = (0..3000)
        .map(|seed| saved(&format!("face {seed}"), seed, LATENT))
        .collect();
    shelf(folder.path(), &many);
    let mut harness = exploring(folder.path());
    until(&mut harness, "the shelf", |app| {
        app.explored().unwrap().pose().shelf.len() == 3000
    });
    until(&mut harness, "faces", |app| app.is_settled());
    let drawn = app(&harness).drawn_of_shelf();
    assert!((5..60).contains(&drawn), "{drawn}");
    press(&mut harness, "Kept face 2: face 1");
    assert_eq!(state(&harness).pose().current, face(1, LATENT));
}
