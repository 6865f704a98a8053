//! The Explore screen: every gesture by the names that a screen reader says, with real (small) networks.

use crate::kit::explore::{
    LATENT, along, component, drag, exploring, key, reach, rect, state, undo,
};
use crate::kit::{Window, app, press, training, until, until_seen};
use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2};
use egui_kittest::kittest::Queryable as _;
use morphogan::latent::saved::from_json;
use morphogan::session::{MORE_LIKE, Term};
use morphogan::ui::{Action, ExploreAction, Screen};

#[test]
fn a_strip_is_dragged_stepped_typed_and_reset() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let before = component(&harness, 0);
    let strip = rect(&harness, Role::Slider, "smile");
    // Of the seven faces the middle of the last stands for the end.
    let end = reach(&harness, "smile");
    drag(&mut harness, &along(strip, &[0.3, 0.5, 0.7, 6.5 / 7.0]));
    assert!(
        (component(&harness, 0) - end).abs() < 0.02,
        "{}",
        component(&harness, 0)
    );
    undo(&mut harness);
    assert_eq!(component(&harness, 0), before);
    assert!(!state(&harness).can_undo(), "a drag is one step");
    press(&mut harness, "Redo");

    // The strip has the keyboard again.
    harness.get_by_role_and_label(Role::Slider, "smile").focus();
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::ArrowLeft);
    assert!((component(&harness, 0) - end + 0.1).abs() < 0.02);
    key(&mut harness, Modifiers::SHIFT, Key::ArrowLeft);
    assert!((component(&harness, 0) - end + 0.11).abs() < 0.02);
    key(&mut harness, Modifiers::NONE, Key::Home);
    assert!((component(&harness, 0) + end).abs() < 0.001);
    // Each step of the keys is a step of undo.
    undo(&mut harness);
    assert!((component(&harness, 0) - end + 0.11).abs() < 0.02);
    key(&mut harness, Modifiers::NONE, Key::Delete);
    assert!((component(&harness, 0) - before).abs() < 0.001);

    // Typed, with a comma as many write it.
    harness
        .get_by_role_and_label(Role::SpinButton, "smile in σ")
        .click();
    harness.run_steps(3);
    harness
        .get_by_role_and_label(Role::SpinButton, "smile in σ")
        .type_text("1,5");
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert!((component(&harness, 0) - 1.5).abs() < 1e-3);
    let other = component(&harness, 1);
    assert_eq!(
        other,
        state(&harness).pose().before.0[1],
        "only its own number changes"
    );
}

#[test]
fn few_strips_are_listed_more_on_request_and_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let strips = |harness: &Window| harness.query_all_by_role(Role::Slider).count();
    let few = strips(&harness);
    harness.get_by_label("Find a direction").click();
    harness.run_steps(2);
    harness
        .get_by_role_and_label(Role::TextInput, "Find a direction")
        .type_text("GLASS");
    harness.run_steps(3);
    assert!(
        harness
            .query_by_role_and_label(Role::Slider, "smile")
            .is_none()
    );
    rect(&harness, Role::Slider, "glasses");
    assert_eq!(strips(&harness), few - 7);
    harness.key_press(Key::Backspace);
    for _ in 0..4 {
        key(&mut harness, Modifiers::NONE, Key::Backspace);
    }
    assert_eq!(strips(&harness), few);
    harness
        .get_by_role_and_label(Role::Button, "More directions")
        .scroll_to_me();
    harness.run_steps(5);
    press(&mut harness, "More directions");
    assert_eq!(strips(&harness), few + 4);
}

#[test]
fn bars_are_painted_locked_shuffled_and_sorted() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    harness.get_by_role_and_label(Role::Tab, "Raw").click();
    harness.run_steps(3);
    let bars = rect(&harness, Role::Slider, "z 1");
    // Along the first row, a quarter from above: all bars that it crosses become 1.5.
    let y = bars.top() + 0.25 * 58.0;
    let across: Vec<Pos2> = (0..20)
        .map(|step| egui::pos2(bars.left() + 3.0 + 6.0 * step as f32, y))
        .collect();
    drag(&mut harness, &across);
    for place in 0..8 {
        let value = component(&harness, place);
        assert!((value - 1.5).abs() < 0.15, "z {}: {value}", place + 1);
    }
    undo(&mut harness);
    assert!(!state(&harness).can_undo(), "a stroke is one step");

    let before = state(&harness).pose().current.clone();
    press(&mut harness, "Lock this number");
    let cursor = *state(&harness).pose().locked.iter().next().unwrap();
    press(&mut harness, "New latent");
    let after = state(&harness).pose().current.clone();
    assert_eq!(after.0[cursor], before.0[cursor]);
    assert!((0..LATENT).all(|place| (after.0[place] == before.0[place]) == (place == cursor)));

    press(&mut harness, "By effect");
    until(&mut harness, "effects", |app| app.effects().is_some());
    let effects = app(&harness).effects().unwrap();
    assert_eq!(effects.len(), LATENT);
    assert!(effects.iter().all(|effect| *effect > 0.0));

    // With the keyboard alone.
    let name = format!("z {}", cursor + 1);
    harness.get_by_role_and_label(Role::Slider, &name).focus();
    harness.run_steps(3);
    let value = component(&harness, cursor);
    key(&mut harness, Modifiers::NONE, Key::ArrowUp);
    assert!((component(&harness, cursor) - value - 0.1).abs() < 1e-4);
    key(&mut harness, Modifiers::NONE, Key::L);
    assert!(state(&harness).pose().locked.is_empty());
}

#[test]
fn kept_faces_are_named_deleted_and_there_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let first = state(&harness).pose().current.clone();
    key(&mut harness, Modifiers::NONE, Key::K);
    key(&mut harness, Modifiers::NONE, Key::N);
    press(&mut harness, "Keep");
    assert_eq!(state(&harness).pose().shelf.len(), 2);
    assert_eq!(state(&harness).pose().shelf[0].model, "tiny.safetensors");

    harness
        .get_by_role_and_label(Role::Button, "Kept face 1: face 1")
        .focus();
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::F2);
    let field = harness.get_by_role_and_label(Role::TextInput, "Name of the face");
    field.type_text(" Ada");
    harness.run_steps(3);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    let name = state(&harness).pose().shelf[0].name.clone();
    assert!(name.contains("Ada"), "{name}");

    harness
        .get_by_role_and_label(Role::Button, "Kept face 2: face 2")
        .focus();
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Delete);
    assert_eq!(state(&harness).pose().shelf.len(), 1);
    undo(&mut harness);
    assert_eq!(state(&harness).pose().shelf.len(), 2);
    press(&mut harness, &format!("Kept face 1: {name}"));
    assert_eq!(state(&harness).pose().current, first);

    // As it lies on disk, without waiting for the window's end.
    let path = folder.path().join("data/shelf.json");
    until(&mut harness, "the file", |_| {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        from_json(&text).is_ok_and(|faces| faces.len() == 2)
    });
    let mut again = exploring(folder.path());
    until(&mut again, "the shelf", |app| {
        app.explored().unwrap().pose().shelf.len() == 2
    });
    assert!(!state(&again).can_undo());
}

/// Waits for a notice with this in it, and for the window to stand still below it.
fn until_said(harness: &mut Window, text: &str) {
    until(harness, text, |app| {
        let mut notices = app.session().notices.iter();
        notices.any(|posted| posted.notice.summary.contains(text))
    });
    harness.run_steps(3);
}

#[test]
fn faces_go_to_a_file_and_come_from_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    key(&mut harness, Modifiers::NONE, Key::K);
    let path = folder.path().join("faces.json");
    let ctx = harness.ctx.clone();
    for action in [ExploreAction::FacesPath, ExploreAction::FacesOut] {
        let action = Action::Explore(action(path.display().to_string()));
        harness.state_mut().as_mut().unwrap().apply(action, &ctx);
    }
    press(&mut harness, "Faces to and from a file");
    press(&mut harness, "Export");
    // The notice takes room, and moves what is pressed next.
    until_said(&mut harness, "faces.json");
    assert!(path.is_file());
    // What is there is not written over.
    let first = std::fs::read(&path).unwrap();
    press(&mut harness, "Export");
    until_said(&mut harness, "faces-2.json");
    assert!(folder.path().join("faces-2.json").is_file());
    assert_eq!(std::fs::read(&path).unwrap(), first);
    press(&mut harness, "Import");
    until(&mut harness, "the faces", |app| {
        app.explored().unwrap().pose().shelf.len() == 2
    });
    undo(&mut harness);
    assert_eq!(state(&harness).pose().shelf.len(), 1);
    std::fs::write(&path, "{ half").unwrap();
    let notices = app(&harness).session().notices.iter().count();
    press(&mut harness, "Import");
    until(&mut harness, "the notice", |app| {
        app.session().notices.iter().count() > notices
    });
}

#[test]
fn a_face_on_another_gives_the_way_between_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let (one, other) = (
        rect(&harness, Role::Button, "Random face 2"),
        rect(&harness, Role::Button, "Random face 6"),
    );
    drag(
        &mut harness,
        &[
            one.center(),
            one.center() + egui::vec2(9.0, 9.0),
            other.center(),
        ],
    );
    let wall = state(&harness).wall().to_vec();
    let pose = state(&harness).pose().clone();
    assert_eq!((&pose.a, &pose.b), (&wall[1], &wall[5]));

    let strip = rect(&harness, Role::Slider, "Between A and B");
    drag(&mut harness, &along(strip, &[0.1, 0.3, 0.5]));
    let pose = state(&harness).pose();
    assert!((pose.t - 0.5).abs() < 0.01 && pose.is_on_the_way());
    press(&mut harness, "Line of the way");
    assert!(state(&harness).pose().is_on_the_way());
    press(&mut harness, "Swap A and B");
    assert_eq!(state(&harness).pose().b, wall[1]);

    // From the keyboard: the current face becomes an end.
    press(&mut harness, "Random face 5");
    key(&mut harness, Modifiers::NONE, Key::B);
    assert_eq!(state(&harness).pose().b, wall[4]);
    key(&mut harness, Modifiers::NONE, Key::M);
    assert_eq!(state(&harness).likeness(), MORE_LIKE);
    assert_ne!(state(&harness).wall(), wall);
}

#[test]
fn the_pad_walks_between_four_faces() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    key(&mut harness, Modifiers::NONE, Key::N);
    key(&mut harness, Modifiers::NONE, Key::Num4);
    let fourth = state(&harness).pose().current.clone();
    harness
        .get_by_role_and_label(Role::RadioButton, "Pad")
        .click();
    harness.run_steps(3);
    press(&mut harness, "Corner, lower right");
    assert_eq!(state(&harness).pose().current, fourth);
    let pad = rect(&harness, Role::Pane, "Pad, 100 % across and 100 % down");
    let steps = state(&harness).can_undo();
    assert!(steps);
    drag(
        &mut harness,
        &[
            pad.center(),
            pad.center() + egui::vec2(20.0, 0.0),
            pad.lerp_inside(egui::vec2(0.25, 0.5)),
        ],
    );
    let found = (state(&harness).pose().pad.x, state(&harness).pose().pad.y);
    assert!(
        (found.0 - 0.25).abs() < 0.02 && (found.1 - 0.5).abs() < 0.02,
        "{found:?}"
    );
    key(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert!((state(&harness).pose().pad.x - found.0 - 0.02).abs() < 1e-4);
    undo(&mut harness);
    undo(&mut harness);
    assert_eq!(state(&harness).pose().current, fourth);
    // A face of the wall is let go over a corner.
    let (face, corner) = (
        rect(&harness, Role::Button, "Random face 1"),
        rect(&harness, Role::Button, "Corner, upper left"),
    );
    drag(
        &mut harness,
        &[
            face.center(),
            face.center() + egui::vec2(9.0, 9.0),
            corner.center(),
        ],
    );
    assert_eq!(
        state(&harness).pose().pad.corners[0],
        state(&harness).wall()[0]
    );
}

#[test]
fn arithmetic_with_faces_gives_a_face_and_a_direction() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    press(&mut harness, "Arithmetic with faces");
    for (term, letter) in [(Term::A, Key::A), (Term::B, Key::B)] {
        for _ in 0..2 {
            key(&mut harness, Modifiers::NONE, Key::N);
            key(&mut harness, Modifiers::SHIFT, letter);
        }
        assert_eq!(state(&harness).pose().board.of(term).len(), 2);
    }
    harness.get_by_label("A direction needs 1 more in A and 1 more in B.");
    // Pressing a face of the wall and the button does the same.
    press(&mut harness, "Random face 3");
    press(&mut harness, "Add to A");
    press(&mut harness, "Random face 4");
    press(&mut harness, "Add to B");
    press(&mut harness, "Add to C");
    let board = state(&harness).pose().board.clone();
    press(&mut harness, "Result of A − B + C");
    assert_eq!(state(&harness).pose().current, board.result().unwrap());
    press(&mut harness, "Neighbour of the result, 1");
    let near = &state(&harness).pose().current;
    assert!(near.is_near(&board.result().unwrap(), 0.25));

    let field = harness.get_by_role_and_label(Role::TextInput, "Name of the new direction");
    field.click();
    harness.run_steps(2);
    harness
        .get_by_role_and_label(Role::TextInput, "Name of the new direction")
        .type_text("hat");
    harness.run_steps(3);
    press(&mut harness, "Make a direction");
    let made = state(&harness).directions().next().unwrap();
    assert_eq!((made.name.as_str(), made.sigma.len()), ("hat", LATENT));
    rect(&harness, Role::Slider, "hat");
    undo(&mut harness);
    assert_eq!(state(&harness).directions().next().unwrap().name, "smile");
    press(&mut harness, "Clear the board");
    harness.get_by_label("A direction needs 3 more in A and 3 more in B.");
}

#[test]
fn before_difference_reset_and_what_d_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    until(&mut harness, "D's word", |app| app.realness().is_some());
    harness.run_steps(2);
    assert!(harness.query_by_label_contains("Realism 0.").is_some());
    key(&mut harness, Modifiers::NONE, Key::D);
    harness.get_by_role_and_label(Role::Image, "What has changed");
    key(&mut harness, Modifiers::NONE, Key::D);
    harness.key_down(Key::Space);
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Image, "Face before the changes");
    harness.key_up(Key::Space);
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Image, "Current face");

    let before = state(&harness).pose().current.clone();
    let strip = rect(&harness, Role::Slider, "smile");
    drag(&mut harness, &along(strip, &[0.3, 0.5, 0.9]));
    assert_ne!(state(&harness).pose().current, before);
    // Space compares also while the strip has the keyboard.
    harness.key_down(Key::Space);
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Image, "Face before the changes");
    harness.key_up(Key::Space);
    harness.run_steps(3);
    press(&mut harness, "Reset");
    assert_eq!(state(&harness).pose().current, before);
}

#[test]
fn a_run_is_explored_frozen_and_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| crate::kit::steps(app) >= 1);
    harness.get_by_role_and_label(Role::Tab, "Explore").click();
    harness.run_steps(2);
    until_seen(&mut harness, "Current face");
    // A run has no directions of its own: its principal components are looked for.
    until(&mut harness, "directions", |app| {
        app.explored().unwrap().directions().count() > 0
    });
    press(&mut harness, "Freeze");
    assert!(harness.query_by_label_contains("frozen · step").is_some());
    let shown = app(&harness).shown_step();
    let now = crate::kit::steps(app(&harness));
    until(&mut harness, "more steps", |app| {
        crate::kit::steps(app) > now + 5
    });
    key(&mut harness, Modifiers::NONE, Key::N);
    harness.run_steps(10);
    assert_eq!(app(&harness).shown_step(), shown);
    press(&mut harness, "Freeze");
    until(&mut harness, "newer weights", |app| {
        app.shown_step() > shown
    });
    assert_eq!(app(&harness).screen(), Screen::Explore);
}
