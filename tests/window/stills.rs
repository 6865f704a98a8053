//! Faces as pictures: saved by keys and in a dialog, copied, and dropped back on any screen.

use std::path::Path;

use crate::kit::explore::{LATENT, exploring, key, model, reach, rect, state};
use crate::kit::{Window, app, choose, drop_on, press, until, until_seen, window};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, OutputCommand};
use egui_kittest::kittest::Queryable as _;
use morphogan::latent::Latent;
use morphogan::latent::noise::face;
use morphogan::latent::saved::{SavedFace, to_json};
use morphogan::ui::{Screen, WindowOptions};
use morphogan::worker::jobs::still::read_still;

const NONE: Modifiers = Modifiers::NONE;
const CTRL: Modifiers = Modifiers::COMMAND;

fn entry(harness: &mut Window, (role, label): (Role, &str), text: &str) {
    harness.get_by_role_and_label(role, label).click_secondary();
    harness.run_steps(3);
    press(harness, text);
}

/// The latents that a picture knows, and its width and height.
fn known(path: &Path) -> (Vec<Latent>, (u32, u32)) {
    let faces = read_still(path).unwrap();
    assert!(faces.iter().all(|face| face.model == "tiny.safetensors"));
    let latents = faces.into_iter().map(|face| face.latent).collect();
    (latents, image::image_dimensions(path).unwrap())
}

/// What was put on the clipboard when it is there.
fn clipboard(harness: &mut Window) -> OutputCommand {
    let begun = std::time::Instant::now();
    loop {
        if let Some(command) = harness.output().platform_output.commands.first() {
            return command.clone();
        }
        assert!(begun.elapsed().as_secs() < 60, "nothing was copied");
        std::thread::sleep(std::time::Duration::from_millis(2));
        harness.step();
    }
}

#[test]
fn a_key_saves_the_face_again_and_again_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let first = state(&harness).pose().current.clone();
    key(&mut harness, CTRL, Key::S);
    until_seen(&mut harness, "Saved: face.png · 128 × 128");
    let pictures = folder.path().join("pictures");
    assert_eq!(known(&pictures.join("face.png")), (vec![first], (128, 128)));
    harness
        .get_by_role_and_label(Role::Button, "Copy path")
        .click();
    harness.step();
    let path = pictures.join("face.png").display().to_string();
    assert_eq!(clipboard(&mut harness), OutputCommand::CopyText(path));
    press(&mut harness, "Put the message away");
    assert!(harness.query_by_label_contains("Saved: ").is_none());
    key(&mut harness, NONE, Key::N);
    let second = state(&harness).pose().current.clone();
    key(&mut harness, CTRL, Key::S);
    until_seen(&mut harness, "Saved: face-2.png · 128 × 128");
    assert_eq!(known(&pictures.join("face-2.png")).0, [second]);
}

#[test]
fn the_dialog_asks_how_large_and_where_and_the_size_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let second = state(&harness).wall()[1].clone();
    entry(
        &mut harness,
        (Role::Button, "Random face 2"),
        "Save picture…",
    );
    until_seen(&mut harness, "Save the face as a picture");
    choose(&mut harness, Role::RadioButton, "×8");
    harness.get_by_label("256 × 256 pixels");
    let field = |harness: &Window| rect(harness, Role::TextInput, "Picture file");
    assert!(field(&harness).width() > 200.0);
    press(&mut harness, "Save the picture");
    let path = folder.path().join("pictures/face.png");
    until_seen(&mut harness, &format!("Saved to {}", path.display()));
    assert_eq!(known(&path), (vec![second.clone()], (256, 256)));
    // Keys are the dialog's own, and it proposes the next name.
    key(&mut harness, NONE, Key::N);
    press(&mut harness, "Save the picture");
    let next = folder.path().join("pictures/face-2.png");
    until_seen(&mut harness, &format!("Saved to {}", next.display()));
    assert_eq!(known(&next).0, [second]);
    key(&mut harness, NONE, Key::Escape);
    assert!(
        harness
            .query_by_label("Save the face as a picture")
            .is_none()
    );
    key(&mut harness, CTRL, Key::S);
    until_seen(&mut harness, "Saved: face-3.png · 256 × 256");
}

#[test]
fn a_file_that_cannot_be_written_is_told_in_the_dialog() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pictures"), "no folder").unwrap();
    let mut harness = exploring(folder.path());
    key(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::S);
    press(&mut harness, "Save the picture");
    until_seen(
        &mut harness,
        "The picture was not written. Check the folder and its free space.",
    );
    assert_eq!(app(&harness).session().notices.iter().count(), 0);
}

#[test]
fn the_wall_is_one_picture_that_brings_its_faces_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let wall = state(&harness).wall().to_vec();
    press(&mut harness, "More about the wall");
    press(&mut harness, "Save the wall as a picture…");
    choose(&mut harness, Role::RadioButton, "×1");
    press(&mut harness, "Save the picture");
    let path = folder.path().join("pictures/wall.png");
    until_seen(&mut harness, &format!("Saved to {}", path.display()));
    assert_eq!(known(&path), (wall.clone(), (6 * 32, 4 * 32)));
    press(&mut harness, "Close the dialog");
    press(&mut harness, "New random faces");
    assert_ne!(state(&harness).wall(), wall);
    drop_on(&mut harness, &path);
    until(&mut harness, "the wall", |app| {
        app.explored().unwrap().wall() == wall
    });
}

#[test]
fn the_face_is_copied_by_the_systems_key_and_from_a_strip() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    // The system says what is meant by its key, and keeps the key.
    harness.input_mut().events.push(Event::Copy);
    harness.step();
    let OutputCommand::CopyImage(copied) = clipboard(&mut harness) else {
        panic!("no picture");
    };
    assert_eq!(copied.size, [128, 128]);
    until_seen(&mut harness, "128 × 128 pixels are on the clipboard.");
    key(&mut harness, CTRL, Key::S);
    until_seen(&mut harness, "Saved: face.png · 128 × 128");
    let saved = image::open(folder.path().join("pictures/face.png")).unwrap();
    let bytes = copied
        .pixels
        .iter()
        .flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]);
    assert!(bytes.eq(saved.into_rgb8().into_raw()));

    // The menu of a strip is that of the face under the pointer: here the last.
    let strip = rect(&harness, Role::Slider, "smile");
    let at = egui::pos2(strip.right() - 8.0, strip.center().y);
    harness.hover_at(at);
    for pressed in [true, false] {
        harness.input_mut().events.push(Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Secondary,
            pressed,
            modifiers: NONE,
        });
        harness.step();
    }
    harness.run_steps(3);
    press(&mut harness, "Keep it on the shelf");
    let kept = &state(&harness).pose().shelf[0].latent;
    let end = reach(&harness, "smile");
    assert!((kept.0[0] - end).abs() < 0.01, "{}", kept.0[0]);
}

#[test]
fn a_picture_restores_its_face_from_any_screen() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    key(&mut harness, CTRL, Key::S);
    until_seen(&mut harness, "Saved: face.png · 128 × 128");
    let saved = state(&harness).pose().current.clone();
    let picture = folder.path().join("pictures/face.png");
    for (screen, shown) in [
        (Key::Num1, Screen::Data),
        (Key::Num2, Screen::Train),
        (Key::Num4, Screen::Animate),
    ] {
        key(&mut harness, NONE, Key::N);
        key(&mut harness, CTRL, screen);
        assert_eq!(app(&harness).screen(), shown);
        drop_on(&mut harness, &picture);
        until(&mut harness, "the face", |app| {
            app.screen() == Screen::Explore && app.explored().unwrap().pose().current == saved
        });
    }
    // Without a model there is nothing to draw it with: that is said.
    let mut empty = window(WindowOptions::default());
    drop_on(&mut empty, &picture);
    until_seen(
        &mut empty,
        "There is no model to draw the face of this picture. Open the one that drew it.",
    );
}

#[test]
fn a_shelf_that_is_dropped_on_any_screen_goes_onto_the_shelf() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("friends.json");
    let saved = SavedFace {
        name: "Bo".into(),
        latent: face(3, LATENT),
        model: String::new(),
        fingerprint: String::new(),
    };
    std::fs::write(&file, to_json(&[saved]).unwrap()).unwrap();
    let mut harness = exploring(folder.path());
    for (screen, count) in [(Key::Num4, 1), (Key::Num3, 2)] {
        key(&mut harness, CTRL, screen);
        drop_on(&mut harness, &file);
        until(&mut harness, "the faces", |app| {
            app.screen() == Screen::Explore && app.explored().unwrap().pose().shelf.len() == count
        });
    }
    assert!(app(&harness).project().animation().keys.is_empty());
    assert!(model(folder.path()).is_file());
}
