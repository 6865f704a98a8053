//! The Data screen: every control by its name, with real sources.

use std::path::{Path, PathBuf};

use crate::kit::explore::key;
use crate::kit::{Window, app, choose, drop_on, press, tiny, until, until_seen, window};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use morphogan::config::{Crop, DataChoice, TrainConfig};
use morphogan::session::RunState;
use morphogan::ui::{Screen, WindowOptions};

/// Two folders of pictures, 40 pixels across and 30 down, and a broken one.
fn pictures(folder: &Path) -> PathBuf {
    let root = folder.join("friends");
    for (name, colour, count) in [("cats", [200, 80, 0], 20u8), ("dogs", [0, 80, 200], 60)] {
        std::fs::create_dir_all(root.join(name)).unwrap();
        for number in 0..count {
            let picture = image::RgbImage::from_fn(40, 30, |x, y| {
                let [r, g, b] = colour;
                image::Rgb([r, g.saturating_add(number), b.max((4 * x + y) as u8)])
            });
            let file = root.join(name).join(format!("{number:03}.png"));
            picture.save(file).unwrap();
        }
    }
    std::fs::write(root.join("cats/broken.png"), b"no picture").unwrap();
    root
}

fn data_screen(config: TrainConfig) -> Window {
    window(WindowOptions {
        config,
        screen: Some(Screen::Data),
        ..WindowOptions::default()
    })
}

fn learning_from(path: &Path) -> TrainConfig {
    TrainConfig {
        data: DataChoice::Path(path.to_owned()),
        ..tiny(Path::new("never started"))
    }
}

fn until_found(harness: &mut Window) {
    // Until nothing moves any more under the mouse.
    until(harness, "the pictures", |app| {
        app.pictures().is_some() && app.is_settled()
    });
}

fn path_field(harness: &Window) -> Option<String> {
    let field = harness.get_by_role_and_label(Role::TextInput, "Path of the pictures");
    field.value()
}

#[test]
fn starter_faces_are_shown_as_the_network_sees_them() {
    let mut harness = data_screen(tiny(Path::new("never started")));
    until_found(&mut harness);
    harness.get_by_label("32×32 · colour · all 64");
    assert_eq!(app(&harness).pictures().unwrap().sheet.len(), 64);
    harness.get_by_role_and_label(Role::Button, "Picture 64");
    until_seen(&mut harness, "Original picture");
    harness.get_by_label("Starter faces · 64");

    choose(&mut harness, Role::RadioButton, "Grey");
    assert_eq!(app(&harness).config().channels, 1);
    assert!(
        app(&harness).pictures().is_none(),
        "these are of other settings"
    );
    until_found(&mut harness);
    let grey = |picture: &morphogan::picture::Picture| {
        let mut pixels = picture.rgb.chunks_exact(3);
        pixels.all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2])
    };
    assert!(app(&harness).pictures().unwrap().sheet.iter().all(grey));
    choose(&mut harness, Role::RadioButton, "Labels 76");
    harness.get_by_label_contains("hair: curly");
}

#[test]
fn a_typed_path_is_what_start_learns_from() {
    let folder = tempfile::tempdir().unwrap();
    let root = pictures(folder.path());
    let mut harness = data_screen(tiny(&folder.path().join("run")));
    choose(&mut harness, Role::RadioButton, "Your pictures");
    harness.get_by_label("No pictures chosen");
    assert!(app(&harness).pictures().is_none());
    let start = harness.get_by_role_and_label(Role::Button, "Train on these");
    assert!(start.accesskit_node().is_disabled());
    harness
        .get_by_role_and_label(Role::TextInput, "Path of the pictures")
        .focus();
    harness.run_steps(2);
    harness
        .get_by_role_and_label(Role::TextInput, "Path of the pictures")
        .type_text(&root.display().to_string());
    harness.run_steps(3);
    assert_eq!(app(&harness).config().data, DataChoice::Path(root.clone()));
    until_found(&mut harness);
    harness.get_by_label("friends · 81");
    harness.get_by_label("all 81 checked");

    choose(&mut harness, Role::RadioButton, "Skipped 1");
    crate::kit::until_seen(&mut harness, "cats/broken.png");
    harness.get_by_role_and_label(Role::Button, "Show cats/broken.png in its folder");

    press(&mut harness, "Train on these");
    assert_eq!(app(&harness).screen(), Screen::Train);
    until(&mut harness, "a step", |app| crate::kit::steps(app) >= 1);
    let started = app(&harness).session().started.clone().unwrap();
    assert_eq!(started.data, "friends");
    press(&mut harness, "Change the pictures");
    harness.get_by_label("The run learns from");
    let faces = harness.get_by_role_and_label(Role::RadioButton, "Starter faces");
    assert!(faces.accesskit_node().is_disabled());
    press(&mut harness, "Stop");
    until(&mut harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
}

#[test]
fn the_box_is_dragged_nudged_and_typed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = data_screen(learning_from(&pictures(folder.path())));
    until_found(&mut harness);
    until_seen(&mut harness, "Crop box");
    until(&mut harness, "the original", |app| app.is_settled());
    let crop = |harness: &Window| app(harness).config().prepare.crop;
    assert_eq!(crop(&harness), Crop::Centre);

    // The largest square in the middle starts at 5; by a quarter of the picture's 40 pixels it can
    // only go to 10.
    let area = harness.get_by_label("Crop box").rect();
    let wide = area.width().min(area.height() / 30.0 * 40.0);
    let (from, to) = (area.center(), area.center() + egui::vec2(wide / 4.0, 0.0));
    harness.drag_at(from);
    harness.run_steps(2);
    harness.hover_at(from + egui::vec2(wide / 8.0, 0.0));
    harness.run_steps(2);
    harness.hover_at(to);
    harness.run_steps(2);
    harness.drop_at(to);
    harness.run_steps(2);
    let at = |x, y, side| Crop::Box { x, y, side };
    assert_eq!(crop(&harness), at(10, 0, 30));

    harness.get_by_label("Crop box").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowLeft);
    harness.run_steps(2);
    assert_eq!(crop(&harness), at(9, 0, 30));
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    harness.run_steps(2);
    assert_eq!(crop(&harness), at(0, 0, 30));
    for _ in 0..2 {
        harness.key_press(Key::Minus);
        harness.run_steps(2);
    }
    assert_eq!(crop(&harness), at(2, 2, 26));

    let side = harness.get_by_role_and_label(Role::SpinButton, "Side");
    side.focus();
    harness.run_steps(2);
    let side = harness.get_by_role_and_label(Role::SpinButton, "Side");
    side.type_text("27");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert_eq!(crop(&harness), at(2, 2, 27));
    until_found(&mut harness);
    assert_eq!(app(&harness).pictures().unwrap().usable, 80);

    harness
        .get_by_role_and_label(Role::ComboBox, "Square")
        .click();
    harness.run_steps(3);
    harness.get_by_label("CelebA 108").click();
    harness.run_steps(3);
    assert_eq!(crop(&harness), Crop::Celeba108);
}

#[test]
fn a_tile_shows_its_original() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = data_screen(learning_from(&pictures(folder.path())));
    until_found(&mut harness);
    until(&mut harness, "the original", |app| app.is_settled());
    let shown = app(&harness).pictures().unwrap().shown.clone();
    // The source's order: cats with the broken one at the end, then dogs.
    let name = |index: usize| match index {
        0..20 => format!("{index:03}.png"),
        _ => format!("{:03}.png", index - 21),
    };
    until_seen(&mut harness, &name(shown[0]));
    press(&mut harness, "Picture 5");
    until_seen(&mut harness, &name(shown[4]));
    press(&mut harness, "Next");
    until_seen(&mut harness, &name(shown[5]));
    press(&mut harness, "Back");
    until_seen(&mut harness, &name(shown[4]));
}

#[test]
fn preparation_is_chosen_and_labels_come_from_folders_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = data_screen(learning_from(&pictures(folder.path())));
    until_found(&mut harness);
    assert!(app(&harness).pictures().unwrap().labels.is_empty());
    for name in [
        "Mirror half of them at random",
        "Skip duplicates",
        "Use sub-folder names as labels",
    ] {
        choose(&mut harness, Role::CheckBox, name);
    }
    let prepare = app(&harness).config().prepare.clone();
    assert!(prepare.mirror && prepare.dedupe && prepare.folder_labels);
    until_found(&mut harness);
    choose(&mut harness, Role::RadioButton, "Labels 2");
    harness.get_by_label("cats 25.9 %");
    harness.get_by_label("dogs 74.1 %");

    let background = |harness: &Window| app(harness).config().prepare.background.to_string();
    let field = harness.get_by_role_and_label(Role::TextInput, "Background");
    field.focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    let field = harness.get_by_role_and_label(Role::TextInput, "Background");
    field.type_text("00ff7");
    harness.run_steps(3);
    harness.get_by_label_contains("use six hexadecimal digits");
    assert_eq!(background(&harness), "ffffff");
    let field = harness.get_by_role_and_label(Role::TextInput, "Background");
    field.type_text("f");
    harness.run_steps(3);
    assert_eq!(background(&harness), "00ff7f");
}

#[test]
fn a_colour_is_picked_by_mouse_and_by_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = data_screen(learning_from(&pictures(folder.path())));
    until_found(&mut harness);
    let background = |harness: &Window| app(harness).config().prepare.background.to_string();
    let well = |harness: &Window| {
        let node = harness.get_by_role_and_label(Role::ColorWell, "Pick the background");
        node.accesskit_node().value()
    };
    assert_eq!(well(&harness).as_deref(), Some("#ffffff"));

    choose(&mut harness, Role::ColorWell, "Pick the background");
    press(&mut harness, "Black");
    assert_eq!(background(&harness), "000000");
    assert_eq!(well(&harness).as_deref(), Some("#000000"));
    // Black has no hue: the one that is chosen is kept until there is light.
    let hue = harness.get_by_role_and_label(Role::Slider, "Hue");
    hue.focus();
    harness.run_steps(2);
    for _ in 0..60 {
        key(&mut harness, Modifiers::NONE, Key::ArrowRight);
    }
    let square = harness.get_by_role_and_label(Role::Pane, "Saturation 0 %, brightness 0 %");
    square.focus();
    harness.run_steps(2);
    for arrow in [Key::ArrowRight, Key::ArrowUp] {
        for _ in 0..50 {
            key(&mut harness, Modifiers::NONE, arrow);
        }
    }
    assert_eq!(background(&harness), "00ff00");
    harness.get_by_role_and_label(Role::Pane, "Saturation 100 %, brightness 100 %");

    let digits = harness.get_by_role_and_label(Role::TextInput, "Colour in digits");
    digits.focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    let digits = harness.get_by_role_and_label(Role::TextInput, "Colour in digits");
    digits.type_text("#3366CC");
    harness.run_steps(3);
    assert_eq!(background(&harness), "3366cc");
    key(&mut harness, Modifiers::NONE, Key::Escape);
    harness.run_steps(3);
    assert!(harness.query_by_label("Hue").is_none());
}

#[test]
fn all_pictures_are_checked_on_request_and_that_can_be_cancelled() {
    let config = TrainConfig {
        starter_count: 100_000,
        ..tiny(Path::new("never started"))
    };
    let mut harness = data_screen(config);
    until_found(&mut harness);
    assert!(!app(&harness).pictures().unwrap().is_whole());
    press(&mut harness, "Check all");
    harness.get_by_label("Pictures looked at");
    assert!(app(&harness).pictures().is_some(), "what was found stays");
    press(&mut harness, "Cancel");
    until_seen(&mut harness, "Check all");
    let found = app(&harness).pictures().unwrap();
    assert_eq!((found.looked_at, found.is_whole()), (144, false));
    assert_eq!(app(&harness).session().notices.iter().count(), 0);
}

#[test]
fn what_is_dropped_is_learnt_from_and_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (pictures(folder.path()), folder.path().join("more"));
    let second = pictures(&second);
    let mut harness = window(WindowOptions {
        config: tiny(Path::new("never started")),
        ..WindowOptions::default()
    });
    choose(&mut harness, Role::Tab, "Explore");
    drop_on(&mut harness, &first);
    assert_eq!(app(&harness).screen(), Screen::Data);
    assert_eq!(path_field(&harness), Some(first.display().to_string()));
    until_found(&mut harness);
    drop_on(&mut harness, &second);
    assert_eq!(
        app(&harness).config().data,
        DataChoice::Path(second.clone())
    );
    until_found(&mut harness);
    // Both are called so; only the other one is offered.
    press(&mut harness, "friends");
    assert_eq!(app(&harness).config().data, DataChoice::Path(first));
    press(&mut harness, "Forget friends");
    assert!(harness.query_by_label("Forget friends").is_none());

    drop_on(&mut harness, Path::new("/pictures/me.JPG"));
    assert_eq!(app(&harness).session().notices.iter().count(), 1);
}

#[test]
fn a_source_that_cannot_be_used_says_why_and_start_is_disabled() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    let mut harness = data_screen(learning_from(&nowhere));
    until_seen(&mut harness, "No pictures to show");
    harness.get_by_label_contains("there is nothing at this path");
    for name in ["Start", "Train on these"] {
        let start = harness.get_by_role_and_label(Role::Button, name);
        assert!(start.accesskit_node().is_disabled(), "{name}");
    }
    harness.key_press(Key::F5);
    harness.run_steps(3);
    assert_eq!(app(&harness).session().state, RunState::Idle);

    // Now it is there, but with too few.
    std::fs::rename(pictures(folder.path()).join("cats"), &nowhere).unwrap();
    press(&mut harness, "Look again");
    until_found(&mut harness);
    let few = "20 usable pictures in 21 files; training needs at least 64. Add more.";
    harness.get_by_label(few);
    let start = harness.get_by_role_and_label(Role::Button, "Train on these");
    assert!(start.accesskit_node().is_disabled());
}

#[test]
fn keys_lead_to_each_screen() {
    let mut harness = data_screen(tiny(Path::new("never started")));
    for (key, screen) in [
        (Key::Num2, Screen::Train),
        (Key::Num3, Screen::Explore),
        (Key::Num1, Screen::Data),
    ] {
        harness.key_press_modifiers(Modifiers::COMMAND, key);
        harness.run_steps(2);
        assert_eq!(app(&harness).screen(), screen);
    }
}
