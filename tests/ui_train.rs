//! The Train screen: live settings, single steps, the wall through time, earlier runs.

// Helpers of tests stop where something unexpected is; clippy knows only test functions by itself.
#![allow(clippy::unwrap_used)]

mod kit;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use kit::{app, press, steps, tiny, training, until, until_seen, window};
use morphogan::session::RunState;
use morphogan::ui::{App, WindowOptions};
use morphogan::worker::Half;

#[test]
fn a_setting_is_changed_while_the_run_goes_on_and_marked() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 2);
    let colour = harness.get_by_role_and_label(Role::CheckBox, "Colour");
    colour.click();
    harness.run_steps(3);
    until(&mut harness, "the mark", |app| {
        let marks = app.session().marks.iter();
        marks
            .map(|mark| mark.what.to_string())
            .any(|what| what == "augment: none → colour")
    });
    let changed = steps(app(&harness));
    until(&mut harness, "more steps", |app| steps(app) > changed + 2);
}

#[test]
fn a_held_run_is_stepped_through() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 1);
    press(&mut harness, "Pause");
    until(&mut harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    let held = steps(app(&harness));
    press(&mut harness, "One step");
    until(&mut harness, "the step", |app| steps(app) == held + 1);
    press(&mut harness, "Half: D");
    until_seen(&mut harness, "Half: G");
    assert_eq!(steps(app(&harness)), held + 1);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    harness.run_steps(2);
    until(&mut harness, "the other half", |app| steps(app) == held + 2);
    harness.key_press(Key::F10);
    harness.run_steps(2);
    until(&mut harness, "the next step", |app| steps(app) == held + 3);
}

#[test]
fn the_wall_goes_back_in_time_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    press(&mut harness, "Start");
    until(&mut harness, "walls", |app| {
        app.session().quality.walls().len() >= 2 && app.session().preparing.is_none()
    });
    press(&mut harness, "Pause");
    until(&mut harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    let walls = app(&harness).session().quality.walls().to_vec();
    harness.get_by_role_and_label(Role::Slider, "Step of the wall");
    press(&mut harness, "Play the walls");
    // It begins at the first one that is kept, and ends at the newest.
    until_seen(&mut harness, &format!("step {}", walls[0]));
    until_seen(&mut harness, "now");
}

#[test]
fn an_earlier_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("first"));
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 3);
    press(&mut harness, "Stop");
    until(&mut harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
    let done = steps(app(&harness));
    drop(harness);

    let mut harness = window(WindowOptions {
        config: tiny(&folder.path().join("other")),
        runs: Some(folder.path().to_path_buf()),
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Earlier runs");
    press(&mut harness, "Go on with first");
    until(&mut harness, "more steps", |app| steps(app) > done);
    let session = app(&harness).session();
    assert_eq!(session.started.as_ref().unwrap().resumed, Some(done));
    assert!(session.history.whole().count() > 3);
}

#[test]
fn a_half_step_says_what_d_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 1);
    press(&mut harness, "Pause");
    until(&mut harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    press(&mut harness, "Half: D");
    until_seen(&mut harness, "Half: G");
    let said = match app(&harness).session().half {
        Some(Half::Discriminator(said)) => said,
        other => panic!("{other:?}"),
    };
    harness.get_by_label(&format!(
        "D learnt · D(x) {:.2} · D(G(z)) {:.2} · loss {:.2}",
        said.d_real, said.d_fake, said.loss_d
    ));
    press(&mut harness, "Half: G");
    until(&mut harness, "G's half", |app| {
        app.session().half == Some(Half::Generator)
    });
    let last = app(&harness).session().last.unwrap();
    assert_eq!((last.d_real, last.d_fake), (said.d_real, said.d_fake));
    harness.get_by_label(&format!(
        "G learnt · D(G(z)) {:.2}, after D's half {:.2} · loss {:.2}",
        last.d_fake, last.d_fake_after, last.loss_g
    ));
}

#[test]
fn faces_are_pinned_marked_and_kept_when_the_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("first");
    let mut harness = training(&run);
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num3);
    harness.run_steps(3);
    until_seen(&mut harness, "Pin");
    press(&mut harness, "Pin");
    harness.key_press(Key::N);
    harness.run_steps(2);
    harness.key_press(Key::P);
    harness.run_steps(2);
    let pinned = |app: &App| app.session().pins.now().to_vec();
    let chosen = pinned(app(&harness));
    assert_eq!(chosen.len(), 2);
    // The same key takes it away again.
    harness.key_press(Key::P);
    harness.run_steps(2);
    assert_eq!(pinned(app(&harness)), chosen[..1]);
    press(&mut harness, "Pin");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num2);
    let on_wall = |app: &App| app.session().pins.at(u64::MAX).to_vec();
    let wanted = chosen.clone();
    until(&mut harness, "the wall", |app| {
        on_wall(app) == wanted && app.session().pins.now() == wanted
    });
    until_seen(&mut harness, "Pinned face 2");
    press(&mut harness, "Pinned face 1");
    press(&mut harness, "Unpin");
    until(&mut harness, "the first to go", |app| {
        on_wall(app) == wanted[1..]
    });
    press(&mut harness, "Stop");
    until(&mut harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
    drop(harness);

    let mut harness = window(WindowOptions {
        config: tiny(&folder.path().join("other")),
        runs: Some(folder.path().to_path_buf()),
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Earlier runs");
    press(&mut harness, "Go on with first");
    until(&mut harness, "the pin", |app| on_wall(app) == wanted[1..]);
    until_seen(&mut harness, "Pinned face 1");
    press(&mut harness, "Unpin all");
    until(&mut harness, "none pinned", |app| on_wall(app).is_empty());
}
