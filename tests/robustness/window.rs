//! The window's second hour: two runs, two models, after Stop.

use std::path::Path;

use super::common;
use crate::kit::explore::{component, drag, exploring, key, network, rect, state, undo};
use crate::kit::{Window, app, choose, press, steps, tiny, training, until, until_seen, window};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use morphogan::config::{Crop, TrainConfig};
use morphogan::session::RunState;
use morphogan::ui::{
    Action, AnimateAction, DataAction, FilmForm, FrameAction, TrainAction, WindowOptions,
};
use morphogan::worker::jobs::scan::read_original;
use morphogan::worker::jobs::shipped::has_shipped_model;
use morphogan::worker::{Waker, default_exports_folder};

fn apply(harness: &mut Window, action: Action) {
    let ctx = harness.ctx.clone();
    harness.state_mut().as_mut().unwrap().apply(action, &ctx);
    harness.run_steps(3);
}

fn ended(harness: &mut Window) {
    until(harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
}

/// Trains a few steps and stops.
fn trained(harness: &mut Window) {
    until(harness, "steps", |app| {
        app.session().state == RunState::Running && steps(app) >= 2
    });
    press(harness, "Stop");
    ended(harness);
}

fn told(harness: &Window) -> Vec<String> {
    let all = app(harness).session().notices.iter();
    all.map(|posted| posted.notice.summary.clone()).collect()
}

/// A key that is held: the system says again and again that it is pressed.
fn hold(harness: &mut Window, modifiers: Modifiers, key: Key) {
    let event = |pressed| Event::Key {
        key,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers,
    };
    for _ in 0..4 {
        harness.input_mut().events.push(event(true));
        harness.step();
    }
    harness.input_mut().events.push(event(false));
    harness.run_steps(3);
}

#[test]
fn a_new_run_starts_after_another_went_on_and_the_list_is_there_after_stop() {
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first");
    let mut harness = training(&first);
    press(&mut harness, "Start");
    trained(&mut harness);
    drop(harness);

    let mut harness = window(WindowOptions {
        config: tiny(&folder.path().join("other")),
        runs: Some(folder.path().to_path_buf()),
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Resume first");
    press(&mut harness, "Resume first");
    trained(&mut harness);
    // The folder of the run that went on is nobody's folder for the next one.
    assert_eq!(app(&harness).config().run, None);
    // The list of runs is a press away, and back.
    press(&mut harness, "Earlier runs");
    until_seen(&mut harness, "Resume first");
    press(&mut harness, "Back to the wall");
    until_seen(&mut harness, "Sample wall");
    press(&mut harness, "Earlier runs");

    let second = folder.path().join("second");
    let next = TrainConfig {
        run: Some(second.clone()),
        ..app(&harness).config().clone()
    };
    apply(
        &mut harness,
        Action::Frame(FrameAction::Configure(Box::new(next))),
    );
    press(&mut harness, "Start a new run");
    trained(&mut harness);
    assert_eq!(
        app(&harness).session().started.as_ref().unwrap().run,
        second
    );
    // It is among the earlier runs, too.
    press(&mut harness, "Earlier runs");
    until_seen(&mut harness, "Resume second");
}

#[test]
fn a_run_that_cannot_start_leaves_the_wall_and_the_curves_of_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    press(&mut harness, "Start");
    trained(&mut harness);
    until_seen(&mut harness, "Sample wall");
    let before = steps(app(&harness));
    let nowhere = TrainConfig {
        data: folder.path().join("nowhere").into_os_string().into(),
        run: Some(folder.path().join("never")),
        ..app(&harness).config().clone()
    };
    apply(
        &mut harness,
        Action::Frame(FrameAction::Configure(Box::new(nowhere))),
    );
    apply(&mut harness, Action::Train(TrainAction::Start));
    ended(&mut harness);
    let session = app(&harness).session();
    assert_eq!(steps(app(&harness)), before);
    assert!(!session.history.is_empty());
    let failed = |text: &String| text.contains("cannot be used");
    assert!(told(&harness).iter().any(failed), "{:?}", told(&harness));
    harness.get_by_label("Sample wall");
    assert!(!folder.path().join("never").exists());
}

#[test]
fn the_built_in_model_is_a_press_away_after_a_run() {
    if !has_shipped_model() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(WindowOptions {
        config: tiny(&folder.path().join("run")),
        shipped: true,
        ..WindowOptions::default()
    });
    until(&mut harness, "the built-in model", |app| {
        app.explored().is_some()
    });
    let length = app(&harness).explored().unwrap().components();
    press(&mut harness, "Start");
    choose(&mut harness, Role::Tab, "Explore");
    // The run takes nothing away: it offers its faces.
    until_seen(&mut harness, "Look");
    assert_eq!(app(&harness).explored().unwrap().components(), length);
    press(&mut harness, "Look");
    until(&mut harness, "the run's faces", |app| {
        app.explored()
            .is_some_and(|explored| explored.components() == 12)
    });
    until_seen(&mut harness, "Current face");
    press(&mut harness, "More about the face");
    press(&mut harness, "Back to the built-in model");
    until(&mut harness, "the built-in model", |app| {
        let explored = app.explored();
        explored.is_some_and(|explored| explored.components() == length)
    });
}

fn make_direction(harness: &mut Window) {
    press(harness, "Arithmetic with faces");
    for letter in [Key::A, Key::B] {
        for _ in 0..3 {
            key(harness, Modifiers::NONE, Key::N);
            key(harness, Modifiers::SHIFT, letter);
        }
    }
    press(harness, "Make a direction");
    press(harness, "Arithmetic with faces");
}

#[test]
fn directions_that_a_person_made_are_there_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    make_direction(&mut harness);
    let made = state(&harness).pose().made.clone();
    assert_eq!(made.len(), 1);
    drop(harness);
    let mut harness = exploring(folder.path());
    until(&mut harness, "the direction", |app| {
        app.explored().unwrap().pose().made.len() == 1
    });
    assert_eq!(state(&harness).pose().made, made);
    assert!(!state(&harness).can_undo());
    press(&mut harness, "More about Direction 1");
    press(&mut harness, "Remove");
    drop(harness);
    let mut harness = exploring(folder.path());
    harness.run_steps(5);
    assert!(state(&harness).pose().made.is_empty(), "it was removed");
}

/// A model in the folder of a run that learnt from `photos`.
fn model_of_a_run(folder: &Path, photos: &Path) -> std::path::PathBuf {
    let run = folder.join("run");
    std::fs::create_dir_all(&run).unwrap();
    let config = TrainConfig {
        data: photos.to_path_buf().into_os_string().into(),
        ..TrainConfig::default()
    };
    std::fs::write(run.join("config.toml"), toml::to_string(&config).unwrap()).unwrap();
    let path = run.join("model.safetensors");
    network().save(&path).unwrap();
    path
}

#[test]
fn labels_are_those_of_the_pictures_that_the_model_learnt_from() {
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    let mut harness = window(WindowOptions {
        model: Some(model_of_a_run(folder.path(), &photos)),
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Current face");
    press(&mut harness, "New directions");
    harness.get_by_label("Labels: photos, which this model learnt from");
    choose(
        &mut harness,
        Role::CheckBox,
        "Labels of the Data screen's pictures",
    );
    harness.get_by_label("Labels: the starter faces, as the Data screen says");
}

#[test]
fn a_key_that_is_held_does_what_it_does_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    hold(&mut harness, Modifiers::NONE, Key::K);
    assert_eq!(state(&harness).pose().shelf.len(), 1);
    hold(&mut harness, Modifiers::SHIFT, Key::A);
    let board = state(&harness).pose().board.clone();
    assert_eq!(board.of(morphogan::session::Term::A).len(), 1);
    // A movement goes on.
    harness.get_by_role_and_label(Role::Slider, "smile").focus();
    harness.run_steps(2);
    let before = component(&harness, 0);
    hold(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert!(component(&harness, 0) > before + 0.35);
    // Start, and not Pause as well.
    let run = Box::new(tiny(&folder.path().join("run")));
    apply(&mut harness, Action::Frame(FrameAction::Configure(run)));
    hold(&mut harness, Modifiers::NONE, Key::F5);
    until(&mut harness, "steps", |app| {
        assert_ne!(app.session().state, RunState::Paused);
        steps(app) >= 3
    });
}

#[test]
fn a_kept_face_that_was_pressed_is_renamed_and_deleted_by_its_keys() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    key(&mut harness, Modifiers::NONE, Key::K);
    press(&mut harness, "Kept face 1: face 1");
    let before = state(&harness).pose().clone();
    // The letters come at once, before the field was drawn.
    harness.key_press(Key::F2);
    harness.step();
    harness.key_press(Key::K);
    harness.input_mut().events.push(Event::Text("kn".into()));
    harness.step();
    key(&mut harness, Modifiers::NONE, Key::Enter);
    let after = state(&harness).pose().clone();
    assert_eq!(after.shelf.len(), 1, "K was a letter");
    assert_eq!(after.current, before.current);
    let name = after.shelf[0].name.clone();
    assert!(name.contains("kn"), "{name}");
    press(&mut harness, &format!("Kept face 1: {name}"));
    key(&mut harness, Modifiers::NONE, Key::Delete);
    assert!(state(&harness).pose().shelf.is_empty());
}

#[test]
fn undo_takes_a_stroke_back_before_the_choice_under_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    key(&mut harness, Modifiers::NONE, Key::N);
    let chosen = state(&harness).pose().current.clone();
    choose(&mut harness, Role::Tab, "Paint");
    let canvas = rect(&harness, Role::Canvas, "Face to paint on").center();
    drag(&mut harness, &[canvas, canvas + egui::vec2(40.0, 8.0)]);
    let back = |harness: &Window| {
        let back = harness.get_by_role_and_label(Role::Button, "Take the last stroke off");
        !back.accesskit_node().is_disabled()
    };
    assert!(back(&harness));
    undo(&mut harness);
    assert!(!back(&harness));
    assert_eq!(state(&harness).pose().current, chosen);
    undo(&mut harness);
    assert_ne!(state(&harness).pose().current, chosen);
}

/// Types a number into its field, and Enter.
fn type_number(harness: &mut Window, name: &str, text: &str) {
    harness
        .get_by_role_and_label(Role::SpinButton, name)
        .click();
    harness.run_steps(3);
    harness
        .get_by_role_and_label(Role::SpinButton, name)
        .type_text(text);
    harness.run_steps(2);
    key(harness, Modifiers::NONE, Key::Enter);
}

#[test]
fn a_typed_number_that_cannot_be_is_said_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    type_number(&mut harness, "Label smoothing", "0.2");
    assert_eq!(app(&harness).config().live.smoothing, 0.2);
    type_number(&mut harness, "Label smoothing", "5");
    assert_eq!(app(&harness).config().live.smoothing, 0.2);
    harness.get_by_label_contains("use 0 to 0.49");
    let steps = app(&harness).config().steps;
    for name in ["Label smoothing", "Batch", "Rate G", "Steps"] {
        type_number(&mut harness, name, "abc");
        harness.get_by_label_contains("“abc” is not a number");
        // What is right is not contradicted any more.
        key(&mut harness, Modifiers::NONE, Key::Escape);
    }
    let config = app(&harness).config();
    assert_eq!(
        (config.live.smoothing, config.batch, config.steps),
        (0.2, 8, steps)
    );
    type_number(&mut harness, "Steps", "12,000");
    assert_eq!(app(&harness).config().steps, Some(12_000));
}

/// Until the window says this somewhere, once.
fn until_told(harness: &mut Window, text: &str) {
    for _ in 0..2000 {
        if harness.query_by_label_contains(text).is_some() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
        harness.step();
    }
    panic!("waited in vain for {text}");
}

fn export(harness: &mut Window, path: &str) {
    let form = FilmForm {
        file: path.into(),
        ..FilmForm::default()
    };
    for action in [
        AnimateAction::Film(form),
        AnimateAction::Frame(2),
        AnimateAction::RangeEnd,
        AnimateAction::WriteFilm,
    ] {
        apply(harness, Action::Animate(action));
    }
}

#[test]
fn an_export_goes_to_a_folder_that_is_named_and_says_so_where_one_looks() {
    let folder = tempfile::tempdir().unwrap();
    // At first to the person's pictures, wherever the program was started.
    let first = FilmForm::default().file;
    let pictures = default_exports_folder();
    assert!(pictures.is_absolute());
    assert_eq!(Path::new(&first.path), pictures.join("morph.gif"));
    let mut bare = first;
    bare.path = "walk".into();
    assert_eq!(bare.settle("gif"), pictures.join("walk.gif"));
    assert_eq!(Path::new(&bare.path), pictures.join("walk.gif"));

    let mut harness = exploring(folder.path());
    press(&mut harness, "Animate A to B");
    let path = folder.path().join("walk.gif");
    export(&mut harness, path.to_str().unwrap());
    until_seen(&mut harness, &format!("Saved to {}", path.display()));
    harness.get_by_role_and_label(Role::Button, "Show in folder");
    // What would be a lie is refused, in the same place; so is a folder.
    let film = folder.path().join("film.txt");
    let there = folder.path().join("there");
    std::fs::create_dir(&there).unwrap();
    for (path, why) in [(&film, "ends in .gif"), (&there, "This is a folder")] {
        export(&mut harness, path.to_str().unwrap());
        until_told(&mut harness, why);
        assert!(!film.exists());
    }
    let all = std::fs::read_dir(folder.path()).unwrap();
    let names: Vec<_> = all.map(|entry| entry.unwrap().file_name()).collect();
    let is_new = |name: &std::ffi::OsString| name.to_string_lossy().contains("-2");
    assert!(!names.iter().any(is_new), "{names:?}");
}

#[test]
fn on_the_command_line_too_a_name_must_not_promise_another_kind_of_file() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name).display().to_string();
    let model = at("tiny.safetensors");
    network().save(Path::new(&model)).unwrap();
    for (arguments, name, right) in [
        (["sample", "--model"], "wall.jpg", ".png"),
        (["morph", "--model"], "film.avi", ".gif"),
        (["convert", "--model"], "model.pth", ".safetensors"),
    ] {
        let out = at(name);
        let [command, option] = arguments;
        let arguments = [command, option, &model, "--out", &out];
        let told = common::fail(home.path(), &arguments, 1);
        assert!(told.contains(right), "{told}");
        assert!(!Path::new(&out).exists());
    }
}

#[test]
fn what_is_no_photograph_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let told = |name: &str| {
        let (done, wait) = std::sync::mpsc::channel();
        let waker = Waker::new(move || {
            let _ = done.send(());
        });
        let job = read_original(folder.path().join(name), waker);
        wait.recv().unwrap();
        job.poll().unwrap().unwrap_err().summary
    };
    std::fs::create_dir(folder.path().join("photos")).unwrap();
    std::fs::write(folder.path().join("text.png"), "no picture at all").unwrap();
    std::fs::write(folder.path().join("empty.png"), "").unwrap();
    assert!(told("photos").starts_with("This is a folder, not a picture: photos"));
    assert!(told("nowhere.png").starts_with("There is no file at this path:"));
    let all = ["photos", "nowhere.png", "text.png", "empty.png"].map(told);
    for (place, one) in all.iter().enumerate() {
        assert!(!all[..place].contains(one), "{one}");
    }
}

#[test]
fn a_crop_belongs_to_the_pictures_that_it_was_set_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    let choose = |harness: &mut Window, name: &str| {
        let path = folder.path().join(name).display().to_string();
        apply(harness, Action::Data(DataAction::Type(path)));
        app(harness).config().prepare.crop
    };
    choose(&mut harness, "photos");
    let side = Crop::Box {
        x: 3,
        y: 4,
        side: 50,
    };
    let mut config = app(&harness).config().clone();
    config.prepare.crop = side;
    apply(
        &mut harness,
        Action::Frame(FrameAction::Configure(Box::new(config))),
    );
    assert_eq!(choose(&mut harness, "others"), Crop::default());
    assert_eq!(choose(&mut harness, "photos"), side);
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_display_that_answers_the_reason_is_told_without_a_place_in_a_library() {
    let home = tempfile::tempdir().unwrap();
    let output = common::program(home.path())
        .env("WAYLAND_DISPLAY", "wayland-of-yesterday")
        .env("XDG_RUNTIME_DIR", home.path())
        .args(["--screen", "train"])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("The window could not be opened"), "{told}");
    assert!(!told.contains(".rs:"), "{told}");
}
