//! Pulling at the face: by mouse and by keyboard, with pins and a kept area.

use crate::kit::explore::{drag, exploring, key, rect, state, undo};
use crate::kit::{app, choose, until};
use egui::accesskit::Role;
use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable as _;

#[test]
fn a_face_follows_the_mouse_in_one_step_of_undo() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    choose(&mut harness, Role::RadioButton, "Pull");
    let before = state(&harness).pose().current.clone();
    let face = rect(&harness, Role::Canvas, "Face to pull at");
    let pixel = face.width() / 32.0;
    let from = face.center();
    drag(
        &mut harness,
        &[
            from,
            from + vec2(pixel, 0.0),
            from + vec2(2.0 * pixel, pixel),
        ],
    );
    let old = before.clone();
    until(&mut harness, "another face", |app| {
        app.explored()
            .is_some_and(|explored| explored.pose().current != old)
    });
    // What is let go comes to rest.
    let mut last = before.clone();
    for _ in 0..40 {
        std::thread::sleep(std::time::Duration::from_millis(50));
        harness.run_steps(2);
        last = state(&harness).pose().current.clone();
    }
    assert!((last.norm() / before.norm() - 1.0).abs() < 1e-3);
    undo(&mut harness);
    assert_eq!(state(&harness).pose().current, before);
    harness.run_steps(4);
    assert_eq!(state(&harness).pose().current, before);
}

#[test]
fn a_face_is_pulled_by_keys_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    choose(&mut harness, Role::RadioButton, "Pull");
    let before = state(&harness).pose().current.clone();
    harness
        .get_by_role_and_label(Role::Canvas, "Face to pull at")
        .focus();
    harness.run_steps(2);
    for pressed in [Key::ArrowLeft, Key::I, Key::U, Key::Enter] {
        key(&mut harness, Modifiers::NONE, pressed);
    }
    harness.get_by_role_and_label(Role::Canvas, "Face to pull at, held");
    for _ in 0..3 {
        key(&mut harness, Modifiers::NONE, Key::ArrowRight);
    }
    let old = before.clone();
    until(&mut harness, "another face", |app| {
        app.explored()
            .is_some_and(|explored| explored.pose().current != old)
    });
    key(&mut harness, Modifiers::NONE, Key::Enter);
    harness.get_by_role_and_label(Role::Canvas, "Face to pull at");
    key(&mut harness, Modifiers::NONE, Key::Backspace);
    // Another face ends what was begun on this one.
    key(&mut harness, Modifiers::NONE, Key::N);
    let random = state(&harness).pose().current.clone();
    for _ in 0..10 {
        std::thread::sleep(std::time::Duration::from_millis(20));
        harness.run_steps(1);
    }
    assert_eq!(app(&harness).explored().unwrap().pose().current, random);
}
