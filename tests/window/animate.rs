//! The Animate screen by the names that a screen reader says, with real (small) networks.

use std::path::{Path, PathBuf};

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use image::AnimationDecoder as _;
use morphogan::latent::animation::MotionPath;
use morphogan::latent::animation::file::from_json;
use morphogan::run::model_file::Model;
use morphogan::ui::{AnimateAction, COMMANDS, Command, Place, Screen, WindowOptions};

use crate::kit::explore::{drag, exploring, key, network, rect, state};
use crate::kit::{
    Window, animation, app, choose, drop_on, press, tab_to, training, until, until_seen, window,
};

const NONE: Modifiers = Modifiers::NONE;

/// A walk of four faces.
fn walking(folder: &Path) -> Window {
    let mut harness = exploring(folder);
    key(&mut harness, Modifiers::COMMAND, Key::Num4);
    press(&mut harness, "Begin with a random walk");
    until(&mut harness, "faces", |app| app.is_settled());
    assert_eq!(animation(&harness).keys.len(), 6);
    press(&mut harness, "Pause");
    harness
}

fn frames(path: &Path) -> Vec<image::Frame> {
    let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
    let decoder = image::codecs::gif::GifDecoder::new(file).unwrap();
    decoder.into_frames().collect_frames().unwrap()
}

/// Types over what stands in a field.
fn fill(harness: &mut Window, label: &str, text: &str) {
    tab_to(harness, Role::TextInput, label);
    key(harness, Modifiers::COMMAND, Key::A);
    harness
        .get_by_role_and_label(Role::TextInput, label)
        .type_text(text);
    harness.run_steps(3);
}

#[test]
fn by_keyboard_alone_a_loop_of_four_faces_smiles_and_becomes_a_film() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    // The first face from the Animate screen, the others from Explore.
    key(&mut harness, Modifiers::COMMAND, Key::Num4);
    key(&mut harness, NONE, Key::K);
    key(&mut harness, Modifiers::COMMAND, Key::Num3);
    for _ in 0..3 {
        key(&mut harness, NONE, Key::N);
        key(&mut harness, Modifiers::SHIFT, Key::K);
    }
    until_seen(&mut harness, "The animation has 4 faces now.");
    key(&mut harness, Modifiers::COMMAND, Key::Num4);
    assert_eq!(app(&harness).screen(), Screen::Animate);
    assert_eq!(animation(&harness).keys.len(), 4);
    assert!(animation(&harness).closed);
    until(&mut harness, "faces", |app| app.is_settled());

    tab_to(&mut harness, Role::Button, "Add a track");
    key(&mut harness, NONE, Key::Enter);
    tab_to(&mut harness, Role::Button, "Add a track for smile");
    key(&mut harness, NONE, Key::Enter);
    assert_eq!(animation(&harness).tracks[0].direction.name, "smile");
    // No smile at first, a broad one three frames later.
    key(&mut harness, NONE, Key::Escape);
    key(&mut harness, NONE, Key::Escape);
    key(&mut harness, NONE, Key::Home);
    tab_to(&mut harness, Role::Slider, "Track smile");
    key(&mut harness, NONE, Key::ArrowDown);
    for _ in 0..3 {
        key(&mut harness, NONE, Key::ArrowRight);
    }
    for _ in 0..9 {
        key(&mut harness, NONE, Key::ArrowUp);
    }
    let keys = &animation(&harness).tracks[0].keys;
    assert_eq!((keys.len(), keys[0].value, keys[1].value), (2, -0.25, 2.0));
    assert!((keys[1].at - 0.1).abs() < 1e-4, "{}", keys[1].at);

    // The film of the first ten pictures.
    key(&mut harness, NONE, Key::Home);
    for _ in 0..9 {
        key(&mut harness, NONE, Key::ArrowRight);
    }
    key(&mut harness, NONE, Key::O);
    assert_eq!(app(&harness).player().range(animation(&harness)), (0, 9));
    let path = folder.path().join("four.gif");
    fill(&mut harness, "Film file", &path.display().to_string());
    tab_to(&mut harness, Role::Button, "Export");
    key(&mut harness, NONE, Key::Enter);
    until(&mut harness, "the film", |app| app.film().is_some());
    assert_eq!(app(&harness).film(), Some(&*path));
    let frames = frames(&path);
    assert_eq!(frames.len(), 10);
    // So that it is about 512 pixels wide.
    assert_eq!(frames[9].buffer().dimensions(), (16 * 32, 16 * 32));
    until_seen(&mut harness, "Show in folder");
    // And all of it is undone: four keys, a track, and what a hand did in its lane.
    for _ in 0..40 {
        key(&mut harness, Modifiers::COMMAND, Key::Z);
    }
    assert!(animation(&harness).keys.is_empty());
}

/// Saves the animation to a file of this name.
fn save(harness: &mut Window, path: &Path) {
    press(harness, "Animation's file");
    fill(
        harness,
        "File for the animation",
        &path.display().to_string(),
    );
    press(harness, "Save");
    until(harness, "the file", |app| {
        app.project().file() == Some(path)
    });
}

fn export(harness: &mut Window, path: &Path) -> Vec<u8> {
    fill(harness, "Film file", &path.display().to_string());
    press(harness, "Export");
    let wanted = path.to_owned();
    until(harness, "the film", move |app| app.film() == Some(&*wanted));
    std::fs::read(path).unwrap()
}

#[test]
fn what_is_saved_and_opened_draws_the_same_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("walk.morph.json");
    let mut harness = walking(folder.path());
    // A short one, with a lane.
    harness.key_press_modifiers(NONE, Key::Home);
    for _ in 0..12 {
        key(&mut harness, NONE, Key::ArrowRight);
    }
    key(&mut harness, NONE, Key::O);
    let first = export(&mut harness, &folder.path().join("a.gif"));
    let second = export(&mut harness, &folder.path().join("b.gif"));
    assert_eq!(first, second);
    save(&mut harness, &file);
    assert!(!app(&harness).project().is_changed());
    let saved = from_json(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(saved.animation, *animation(&harness));
    assert_eq!(saved.model, "tiny.safetensors");

    let mut again = exploring(folder.path());
    drop_on(&mut again, &file);
    until(&mut again, "the animation", |app| {
        app.project().file().is_some()
    });
    assert_eq!(app(&again).screen(), Screen::Animate);
    assert_eq!(animation(&again), animation(&harness));
    until(&mut again, "faces", |app| app.is_settled());
    for _ in 0..12 {
        key(&mut again, NONE, Key::ArrowRight);
    }
    key(&mut again, NONE, Key::O);
    assert_eq!(export(&mut again, &folder.path().join("c.gif")), first);
    assert!(again.query_by_label_contains("was made with").is_none());
}

#[test]
fn what_was_on_the_desk_is_there_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = walking(folder.path());
    press(&mut first, "Undo");
    key(&mut first, NONE, Key::K);
    let made = animation(&first).clone();
    assert_eq!(made.keys.len(), 1);
    drop(first);
    let mut again = exploring(folder.path());
    until(&mut again, "the animation", |app| {
        !app.project().animation().keys.is_empty()
    });
    assert_eq!(*animation(&again), made);
    assert!(!app(&again).project().can_undo() && app(&again).project().file().is_none());
}

#[test]
fn another_model_says_so_and_plays() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("walk.morph.json");
    save(&mut walking(folder.path()), &file);
    let other = Model {
        directions: Vec::new(),
        ..other_network()
    };
    let path = folder.path().join("other.safetensors");
    other.save(&path).unwrap();
    let mut harness = window(WindowOptions {
        model: Some(path),
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Current face");
    drop_on(&mut harness, &file);
    until(&mut harness, "the animation", |app| {
        app.project().file().is_some()
    });
    let told = harness.query_by_label_contains("was made with tiny.safetensors");
    assert!(told.is_some());
    until(&mut harness, "faces", |app| app.is_settled());
    press(&mut harness, "Play");
    let before = app(&harness).player().at();
    harness.run_steps(20);
    assert!(app(&harness).player().at() != before);
}

/// The same with other weights.
fn other_network() -> Model {
    use morphogan::gan::generator;
    use morphogan::latent::noise::{Noise, Purpose};
    let mut model = network();
    let mut noise = Noise::new(2, Purpose::Weights);
    model.generator = generator(&model.info, &mut noise, &candle_core::Device::Cpu)
        .unwrap()
        .into();
    model
}

#[test]
fn an_animation_of_another_latent_space_is_not_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("walk.morph.json");
    save(&mut walking(folder.path()), &file);
    let text = std::fs::read_to_string(&file).unwrap();
    let mut saved = from_json(&text).unwrap();
    for key in &mut saved.animation.keys {
        key.latent.0.truncate(7);
    }
    let text = morphogan::latent::animation::file::to_json(&saved).unwrap();
    std::fs::write(&file, text).unwrap();
    let mut harness = exploring(folder.path());
    drop_on(&mut harness, &file);
    until_seen(&mut harness, "The animation is of another model");
    // Nothing can be put into it; a new one can be begun, and taken back.
    key(&mut harness, NONE, Key::K);
    assert_eq!(animation(&harness).keys.len(), 6);
    press(&mut harness, "New animation");
    until_seen(&mut harness, "No faces yet");
    key(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(animation(&harness).keys.len(), 6);
    // A file that is none is said.
    let none = folder.path().join("none.json");
    std::fs::write(&none, "[]").unwrap();
    drop_on(&mut harness, &none);
    until(&mut harness, "a notice", |app| {
        app.session()
            .notices
            .iter()
            .any(|posted| posted.notice.summary.contains("animation cannot be read"))
    });
}

#[test]
fn keys_are_moved_renamed_doubled_and_dragged() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = walking(folder.path());
    let names = |harness: &Window| -> Vec<String> {
        animation(harness)
            .keys
            .iter()
            .map(|key| key.name.clone())
            .collect()
    };
    let focus = |harness: &mut Window, label: &str| {
        harness.get_by_role_and_label(Role::Button, label).focus();
        harness.run_steps(2);
    };
    focus(&mut harness, "Face 1: face 1");
    key(&mut harness, Modifiers::COMMAND, Key::ArrowRight);
    assert_eq!(names(&harness)[..3], ["face 2", "face 1", "face 3"]);
    focus(&mut harness, "Face 2: face 1");
    key(&mut harness, NONE, Key::F2);
    harness
        .get_by_role_and_label(Role::TextInput, "Name of the key")
        .type_text("Ada");
    key(&mut harness, NONE, Key::Enter);
    assert_eq!(names(&harness)[1], "face 1Ada");
    focus(&mut harness, "Face 2: face 1Ada");
    key(&mut harness, Modifiers::COMMAND, Key::D);
    assert_eq!(names(&harness).len(), 7);
    focus(&mut harness, "Face 3: face 1Ada");
    key(&mut harness, NONE, Key::Delete);
    assert_eq!(names(&harness).len(), 6);
    // A key dragged onto another takes its place.
    let from = rect(&harness, Role::Button, "Face 1: face 2").center();
    let to = rect(&harness, Role::Button, "Face 4: face 4").center();
    let last = names(&harness)[3].clone();
    drag(&mut harness, &[from, from + egui::vec2(20.0, 0.0), to]);
    assert_eq!(names(&harness)[2..4], [last, "face 2".to_owned()]);
    // The picture on show dragged onto a key takes its face's place.
    let shown = rect(&harness, Role::Image, "Picture on show").center();
    let to = rect(&harness, Role::Button, "Face 1: face 1Ada").center();
    let before = animation(&harness).keys[0].latent.clone();
    key(&mut harness, NONE, Key::ArrowRight);
    drag(&mut harness, &[shown, shown + egui::vec2(0.0, 20.0), to]);
    assert_ne!(animation(&harness).keys[0].latent, before);
    assert_eq!(names(&harness)[0], "face 1Ada");
}

#[test]
fn faces_are_picked_and_numbers_typed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    press(&mut harness, "Keep");
    key(&mut harness, Modifiers::COMMAND, Key::Num4);
    press(&mut harness, "Add a face");
    until(&mut harness, "faces", |app| app.is_settled());
    press(&mut harness, "Pick kept face 1: face 1");
    let wall = state(&harness).wall()[2].clone();
    press(&mut harness, "Pick random face 3");
    assert_eq!(animation(&harness).keys[1].latent, wall);
    assert_eq!(animation(&harness).keys[0].name, "face 1");
    choose(
        &mut harness,
        Role::CheckBox,
        "Replace the chosen key's face",
    );
    press(&mut harness, "Pick random face 5");
    assert_eq!(animation(&harness).keys.len(), 2);
    assert_ne!(animation(&harness).keys[1].latent, wall);
    key(&mut harness, NONE, Key::Escape);
    harness.run_steps(4);

    let typed = |harness: &mut Window, label: &str, text: &str| {
        harness
            .get_by_role_and_label(Role::SpinButton, label)
            .click();
        harness.run_steps(3);
        harness
            .get_by_role_and_label(Role::SpinButton, label)
            .type_text(text);
        key(harness, NONE, Key::Enter);
    };
    typed(&mut harness, "Hold", "0.5");
    typed(&mut harness, "To the next", "1");
    typed(&mut harness, "Frames a second", "10");
    typed(&mut harness, "Truncation", "0.9");
    let made = animation(&harness);
    assert_eq!(
        (made.keys[1].hold, made.keys[1].seconds, made.fps),
        (0.5, 1.0, 10)
    );
    assert_eq!((made.truncation, made.frames()), (0.9, 35));
    choose(&mut harness, Role::CheckBox, "Seamless loop");
    assert!(!animation(&harness).closed);
    choose(&mut harness, Role::ComboBox, "Path");
    choose(&mut harness, Role::Button, "Spline");
    assert_eq!(animation(&harness).path, MotionPath::Spline);
}

#[test]
fn it_plays_the_network_that_learns() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = training(&folder.path().join("run"));
    press(&mut harness, "Start");
    until(&mut harness, "a step", |app| app.session().last.is_some());
    choose(&mut harness, Role::Tab, "Animate");
    until_seen(&mut harness, "No faces yet");
    press(&mut harness, "Begin with a random walk");
    until_seen(&mut harness, "Picture on show");
    let film_step = |app: &morphogan::ui::App| app.shown_film_step();
    until(&mut harness, "faces", move |app| film_step(app) > 0);
    let first = film_step(app(&harness));
    until(&mut harness, "newer faces", move |app| {
        film_step(app) > first
    });
    press(&mut harness, "Stop");
    until(&mut harness, "the end", |app| {
        !app.session().state.is_active()
    });
    // And a film of how it learnt.
    press(&mut harness, "Time-lapse of a run");
    let pictures = "Pictures of the time-lapse";
    harness
        .get_by_role_and_label(Role::SpinButton, pictures)
        .click();
    harness.run_steps(3);
    harness
        .get_by_role_and_label(Role::SpinButton, pictures)
        .type_text("5");
    key(&mut harness, NONE, Key::Enter);
    press(&mut harness, "Write the time-lapse");
    until(&mut harness, "the time-lapse", |app| app.film().is_some());
    let path = app(&harness).film().unwrap();
    assert_eq!(path, folder.path().join("run/training.gif"));
    let frames = frames(path);
    assert_eq!(frames.len(), 5);
    // Three by three faces four times as large, a line and two curves below.
    let (width, height) = frames[0].buffer().dimensions();
    assert!(width == 3 * 4 * 32 && height > width, "{width}×{height}");
}

#[test]
fn the_whole_screen_comes_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = walking(folder.path());
    press(&mut harness, Command::FullScreen.name());
    assert!(app(&harness).full_screen().is_some());
    // Here it is a window within the window.
    key(&mut harness, NONE, Key::M);
    key(&mut harness, NONE, Key::Escape);
    assert!(app(&harness).full_screen().is_none());
    press(&mut harness, "Random walk or circle");
    press(&mut harness, "Drift");
    harness.run_steps(10);
    assert_eq!(
        app(&harness).full_screen(),
        Some(morphogan::ui::Show::Drift)
    );
    key(&mut harness, NONE, Key::Escape);
    harness.run_steps(2);
    assert!(app(&harness).full_screen().is_none());
}

#[test]
fn controls_of_the_timeline_tell_their_keys() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = walking(folder.path());
    let tells = |harness: &mut Window, role: Role, label: &str, text: &str| {
        let at = harness.get_by_role_and_label(role, label).rect().center();
        harness.hover_at(at);
        harness.run_steps(5);
        let told = harness.query_all_by_label_contains(text).next().is_some();
        assert!(told, "“{label}” does not tell “{text}”");
    };
    for command in [Command::Play, Command::FullScreen, Command::UndoAnimation] {
        tells(&mut harness, Role::Button, command.name(), command.tip());
    }
    for command in [Command::RangeStart, Command::RangeEnd, Command::WholeRange] {
        tells(&mut harness, Role::Slider, "Playhead", command.tip());
    }
    let rows = |place: Place| COMMANDS.iter().filter(move |entry| entry.place == place);
    for entry in rows(Place::KeyFace) {
        let line = format!(": {}", entry.about);
        tells(&mut harness, Role::Button, "Face 2: face 2", &line);
    }
    press(&mut harness, "Add a track");
    press(&mut harness, "Sweep smile");
    for entry in rows(Place::Track) {
        let line = format!(": {}", entry.about);
        tells(&mut harness, Role::Slider, "Track smile", &line);
    }
    assert_eq!(animation(&harness).tracks[0].keys.len(), 3);
}

#[test]
fn exports_that_cannot_be_are_said_and_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = walking(folder.path());
    let nowhere: PathBuf = folder.path().join("model.txt/film.gif");
    std::fs::write(folder.path().join("model.txt"), "a file").unwrap();
    fill(&mut harness, "Film file", &nowhere.display().to_string());
    press(&mut harness, "Export");
    until_seen(
        &mut harness,
        "The film was not written. Check the folder and its free space.",
    );
    // Cancelled.
    let path = folder.path().join("long.gif");
    fill(&mut harness, "Film file", &path.display().to_string());
    press(&mut harness, "Export");
    press(&mut harness, "Cancel the export");
    until(&mut harness, "the end", |app| !app.is_filming());
    assert!(!path.exists() && app(&harness).film().is_none());
    let left = std::fs::read_dir(folder.path()).unwrap();
    assert!(
        left.flatten()
            .all(|entry| !entry.file_name().to_string_lossy().contains("long"))
    );
    // An action of nobody changes nothing.
    let ctx = harness.ctx.clone();
    let app = harness.state_mut().as_mut().unwrap();
    app.apply(
        morphogan::ui::Action::Animate(AnimateAction::CancelFilm),
        &ctx,
    );
}
