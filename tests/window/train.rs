//! The Train screen: live settings, single steps, the wall through time, earlier runs.

use std::path::Path;

use crate::kit::{Window, app, press, steps, tiny, training, until, until_seen, window};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use morphogan::config::{Loss, Penalty};
use morphogan::session::RunState;
use morphogan::ui::{App, WindowOptions};
use morphogan::worker::train::HalfStep;

fn is_marked(app: &App, wanted: &str) -> bool {
    let mut marks = app.session().marks.iter();
    marks.any(|mark| mark.what.to_string() == wanted)
}

#[test]
fn every_live_setting_is_typed_or_ticked_and_marked() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 1);
    let typed = [
        ("Rate G", "0.001", "lr_g: 0.0002 → 0.001"),
        ("Rate D", "0.0004", "lr_d: 0.0002 → 0.0004"),
        ("Adam β1", "0.25", "beta1: 0.5 → 0.25"),
        ("D steps per G", "2", "d_steps: 1 → 2"),
        ("Averaging", "0.9", "ema: 0.999 → 0.9"),
        ("Label smoothing", "0.1", "smoothing: 0.0 → 0.1"),
        ("Instance noise", "0.2", "instance_noise: 0.0 → 0.2"),
    ];
    for (name, value, mark) in typed {
        let number = harness.get_by_role_and_label(Role::SpinButton, name);
        number.scroll_to_me();
        harness.run_steps(8);
        let number = harness.get_by_role_and_label(Role::SpinButton, name);
        number.click();
        harness.run_steps(3);
        let number = harness.get_by_role_and_label(Role::SpinButton, name);
        number.type_text(value);
        harness.run_steps(2);
        harness.key_press(Key::Enter);
        harness.run_steps(2);
        until(&mut harness, mark, |app| is_marked(app, mark));
    }
    let ticked = [
        ("Colour", "augment: none → colour"),
        ("Shift", "augment: colour → colour,translation"),
        ("Cutout", "augment: colour,translation → all"),
    ];
    for (name, mark) in ticked {
        let tick = harness.get_by_role_and_label(Role::CheckBox, name);
        tick.scroll_to_me();
        harness.run_steps(8);
        let tick = harness.get_by_role_and_label(Role::CheckBox, name);
        tick.click();
        harness.run_steps(3);
        until(&mut harness, mark, |app| is_marked(app, mark));
    }
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
    press(&mut harness, "Update D");
    until_seen(&mut harness, "Update G");
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
        app.session().evaluations.walls().len() >= 2 && app.session().preparing.is_none()
    });
    press(&mut harness, "Pause");
    until(&mut harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    let walls = app(&harness).session().evaluations.walls().to_vec();
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
    press(&mut harness, "Resume first");
    until(&mut harness, "more steps", |app| steps(app) > done);
    let session = app(&harness).session();
    assert_eq!(session.started.as_ref().unwrap().resumed, Some(done));
    assert!(session.history.whole().count() > 3);
}

/// A run in `folder` whose samples are far from the data, and the guard says so.
fn gone_bad(folder: &Path) -> Window {
    let run = folder.join("first");
    let measured = |run: &std::path::Path| {
        let mut config = tiny(run);
        config.measure_every = Some(2);
        config
    };
    let mut harness = window(WindowOptions {
        config: measured(&run),
        ..WindowOptions::default()
    });
    press(&mut harness, "Start");
    until(&mut harness, "a best", |app| {
        run.join("best.safetensors").is_file() && steps(app) >= 6
    });
    press(&mut harness, "Stop");
    until(&mut harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
    drop(harness);
    // A distance that no later step can come near again, of a step that is past.
    let file = run.join("measures.csv");
    // In the columns of an earlier version, which stay readable for ever.
    let header = "step,ms_ssim,ms_ssim_data,swd,swd_data,swd_128,swd_64,swd_32,swd_16,seconds";
    std::fs::write(&file, format!("{header}\n1,0.9,0.2,1,1,,,1,1,0.1\n")).unwrap();

    let mut harness = window(WindowOptions {
        config: tiny(&folder.join("other")),
        runs: Some(folder.to_path_buf()),
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Earlier runs");
    press(&mut harness, "Resume first");
    until_seen(&mut harness, "… with rates ÷4");
    harness
}

#[test]
fn a_run_that_went_bad_goes_on_with_the_stable_preset() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = gone_bad(folder.path());
    press(&mut harness, "Use the stable preset");
    until(&mut harness, "the fork", |app| {
        let started = app.session().started.as_ref();
        started.is_some_and(|started| started.config.loss == Loss::Rpgan) && steps(app) > 8
    });
    let started = app(&harness).session().started.as_ref().unwrap();
    assert_eq!(started.run, folder.path().join("first-stable"));
    assert_eq!(started.config.penalty, Penalty::R1r2);
    assert!(is_marked(
        app(&harness),
        &format!("forked from {}", folder.path().join("first").display())
    ));
}

#[test]
fn a_run_that_went_bad_is_rolled_back_by_one_press() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = gone_bad(folder.path());
    // Beside the curves and among the marks.
    let said = harness.query_all_by_label_contains("far from the data");
    assert!(said.count() >= 2);
    press(&mut harness, "… with rates ÷4");
    until(&mut harness, "the lower rate", |app| {
        is_marked(app, "lr_g: 0.0002 → 0.00005")
    });
    let rolled_back = |app: &App| {
        let mut marks = app.session().marks.iter();
        marks.any(|mark| mark.what.to_string().starts_with("rolled back from step"))
    };
    assert!(rolled_back(app(&harness)));
    let back = steps(app(&harness));
    until(&mut harness, "more steps", |app| steps(app) > back + 2);
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
    press(&mut harness, "Update D");
    until_seen(&mut harness, "Update G");
    let said = match app(&harness).session().half {
        Some(HalfStep::Discriminator(said)) => said,
        other => panic!("{other:?}"),
    };
    harness.get_by_label(&format!(
        "D learnt · D(x) {:.2} · D(G(z)) {:.2} · loss {:.2}",
        said.d_real, said.d_fake, said.loss_d
    ));
    press(&mut harness, "Update G");
    until(&mut harness, "G's half", |app| {
        app.session().half == Some(HalfStep::Generator)
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
    let pinned = harness.get_by_role_and_label(Role::Button, "Pinned face 1");
    pinned.click_secondary();
    harness.run_steps(3);
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
    press(&mut harness, "Resume first");
    until(&mut harness, "the pin", |app| on_wall(app) == wanted[1..]);
    until_seen(&mut harness, "Pinned face 1");
    // The wall that was kept is there before the run has begun.
    until_seen(&mut harness, "Unpin all");
    press(&mut harness, "Unpin all");
    until(&mut harness, "none pinned", |app| on_wall(app).is_empty());
}
