//! Drives the real window's contents without a window: real training, real faces, a real GIF.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::kit::{app, commands, press, steps, tiny, training, until, until_seen, window};
use egui::accesskit::Role;
use egui::{Key, ViewportCommand};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use morphogan::session::RunState;
use morphogan::ui::{Action, AnimateAction, App, Screen, WindowOptions};

#[test]
fn a_run_starts_pauses_resumes_and_stops() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 3);
    assert_eq!(app(&harness).session().state, RunState::Running);
    let batch = harness.get_by_role_and_label(Role::SpinButton, "Batch");
    assert!(batch.accesskit_node().is_disabled());

    press(&mut harness, "Pause");
    until(&mut harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    let held = steps(app(&harness));
    std::thread::sleep(Duration::from_millis(200));
    harness.run_steps(2);
    assert_eq!(steps(app(&harness)), held);

    press(&mut harness, "Resume");
    until(&mut harness, "more steps", |app| steps(app) > held);
    until_seen(&mut harness, "Sample wall");

    press(&mut harness, "Stop");
    until(&mut harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
    let (_, model) = app(&harness).session().saved.clone().unwrap();
    assert!(model.is_file());
    harness.get_by_role_and_label(Role::Button, "Start");
}

#[test]
fn a_morph_is_exported_from_the_running_generator() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    press(&mut harness, "Start");
    harness.get_by_role_and_label(Role::Tab, "Explore").click();
    harness.run_steps(2);
    until_seen(&mut harness, "Current face");
    let path = folder.path().join("walk.gif");
    let ctx = harness.ctx.clone();
    press(&mut harness, "Animate A to B");
    until_seen(&mut harness, "Picture on show");
    let form = morphogan::ui::FilmForm {
        file: path.to_str().unwrap().into(),
        ..Default::default()
    };
    for action in [
        AnimateAction::Play(false),
        AnimateAction::Film(form),
        AnimateAction::Frame(6),
        AnimateAction::RangeEnd,
    ] {
        let app = harness.state_mut().as_mut().unwrap();
        app.apply(Action::Animate(action), &ctx);
    }
    harness.run_steps(2);
    press(&mut harness, "Export");
    until(&mut harness, "the animation", |app| app.film().is_some());
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options
        .read_info(std::fs::File::open(&path).unwrap())
        .unwrap();
    let mut frames = 0;
    while decoder.read_next_frame().unwrap().is_some() {
        frames += 1;
    }
    assert_eq!(frames, 7);
    // The next one does not overwrite it.
    assert_eq!(app(&harness).film(), Some(path.as_path()));
}

#[test]
fn a_saved_model_is_opened_and_explored() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = tiny(&folder.path().join("run"));
    config.steps = Some(2);
    let mut harness = window(WindowOptions {
        config,
        ..WindowOptions::default()
    });
    press(&mut harness, "Start");
    until(&mut harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
    let (_, model) = app(&harness).session().saved.clone().unwrap();
    let mut other = window(WindowOptions {
        model: Some(model),
        ..WindowOptions::default()
    });
    assert_eq!(app(&other).screen(), Screen::Explore);
    until_seen(&mut other, "Current face");
    other.get_by_label("file · step 2");
    assert_eq!(app(&other).explored().unwrap().components(), 12);
}

#[test]
fn a_missing_model_is_a_notice_that_can_be_put_away() {
    let mut harness = window(WindowOptions {
        model: Some(PathBuf::from("/nowhere/at/all.safetensors")),
        ..WindowOptions::default()
    });
    until(&mut harness, "the notice", |app| {
        app.session().notices.iter().next().is_some()
    });
    press(&mut harness, "Dismiss");
    assert_eq!(app(&harness).session().notices.iter().count(), 0);
    harness.get_by_label("No generator yet");
}

#[test]
fn closing_while_training_asks_saves_and_closes() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 1);

    let close = |harness: &mut Harness<'_, Option<App>>| {
        let input = harness.input_mut();
        let id = input.viewport_id;
        let viewport = input.viewports.entry(id).or_default();
        viewport.events.push(egui::ViewportEvent::Close);
        harness.step();
        let held = commands(harness).contains(&ViewportCommand::CancelClose);
        let input = harness.input_mut();
        input.viewports.entry(id).or_default().events.clear();
        harness.run_steps(2);
        held
    };
    assert!(close(&mut harness), "the window must stay open");
    press(&mut harness, "Keep training");
    assert!(harness.query_by_label("Save and close").is_none());
    assert_eq!(app(&harness).session().state, RunState::Running);

    assert!(close(&mut harness));
    press(&mut harness, "Save and close");
    let begun = Instant::now();
    while !commands(&harness).contains(&ViewportCommand::Close) {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never closed");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    let session = app(&harness).session();
    assert_eq!(session.state, RunState::Ended);
    assert!(session.saved.as_ref().unwrap().1.is_file());
}

#[test]
fn the_theme_switches_and_both_screens_draw_in_both() {
    let mut harness = training(Path::new("never started"));
    assert!(harness.ctx.global_style().visuals.dark_mode);
    press(&mut harness, "Light theme");
    assert!(!harness.ctx.global_style().visuals.dark_mode);
    harness.get_by_role_and_label(Role::Tab, "Explore").click();
    harness.run_steps(3);
    harness.get_by_label("No generator yet");
    press(&mut harness, "Dark theme");
    assert!(harness.ctx.global_style().visuals.dark_mode);
}

#[test]
fn what_cannot_work_is_said_in_place_and_start_is_disabled() {
    let mut config = tiny(Path::new("never started"));
    config.batch = 1;
    let mut harness = window(WindowOptions {
        config,
        ..WindowOptions::default()
    });
    harness.get_by_label("batch is 1; use 2 to 4096");
    let start = harness.get_by_role_and_label(Role::Button, "Start");
    assert!(start.accesskit_node().is_disabled());
    harness.key_press(Key::F5);
    harness.run_steps(3);
    assert_eq!(app(&harness).session().state, RunState::Idle);
}

#[test]
fn a_preset_and_what_is_chosen_after_it_are_the_run_s_settings() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let mut harness = training(&run);
    for (name, choice) in [
        ("Preset", "Fast look"),
        ("Loss", "Hinge"),
        ("Precision", "bf16, GPU only"),
    ] {
        let shown = |harness: &mut crate::kit::Window, click: bool| {
            let shown = harness.get_by_role_and_label(Role::ComboBox, name);
            match click {
                true => shown.click(),
                false => shown.scroll_to_me(),
            }
            harness.run_steps(12);
        };
        // Some stand further down.
        shown(&mut harness, false);
        shown(&mut harness, true);
        harness.run_steps(3);
        harness.get_by_label(choice).click();
        harness.run_steps(3);
    }
    let spectral = harness.get_by_role_and_label(Role::CheckBox, "Spectral norm");
    spectral.click();
    harness.run_steps(3);
    press(&mut harness, "Start");
    until(&mut harness, "a step", |app| steps(app) >= 1);
    let settings = std::fs::read_to_string(run.join("config.toml")).unwrap();
    let wanted = [
        "size = 32",
        "batch = 64",
        "loss = \"hinge\"",
        "precision = \"bf16\"",
        "spectral_norm = true",
    ];
    for one in wanted {
        assert!(
            settings.lines().any(|line| line == one),
            "{one}: {settings}"
        );
    }
    let said = app(&harness).session().notices.iter();
    let told = said.filter(|posted| posted.notice.summary.contains("training in f32"));
    assert_eq!(told.count(), 1, "no GPU here");
}
