//! Films of more than one face on the Animate screen: who is beside the face, what is around it, seen before it is written.

use std::path::Path;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use image::AnimationDecoder as _;
use morphogan::latent::animation::Company;
use morphogan::latent::animation::file::from_json;
use morphogan::ui::WindowOptions;

use crate::kit::explore::{exploring, key};
use crate::kit::{Window, animation, press, tab_to, until, until_seen, window};

const NONE: Modifiers = Modifiers::NONE;

/// Types over what stands in a field.
fn fill(harness: &mut Window, role: Role, label: &str, text: &str) {
    tab_to(harness, role, label);
    key(harness, Modifiers::COMMAND, Key::A);
    harness.get_by_role_and_label(role, label).type_text(text);
    harness.run_steps(3);
}

/// The model that comes with the program, whose faces differ.
fn exploring_shipped(folder: &Path) -> Window {
    let mut harness = window(WindowOptions {
        shipped: true,
        shelf: Some(folder.join("data/shelf.json")),
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Current face");
    until(&mut harness, "faces", |app| app.is_settled());
    harness
}

/// The faces of a walk that rests, on the Animate screen.
fn walking(mut harness: Window) -> Window {
    key(&mut harness, Modifiers::COMMAND, Key::Num4);
    press(&mut harness, "Begin with a random walk");
    until(&mut harness, "faces", |app| app.is_settled());
    press(&mut harness, "Pause");
    harness
}

fn frames(path: &Path) -> Vec<image::Frame> {
    let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
    let decoder = image::codecs::gif::GifDecoder::new(file).unwrap();
    decoder.into_frames().collect_frames().unwrap()
}

#[test]
fn by_keyboard_alone_before_and_after_become_a_film_with_a_caption() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = walking(exploring_shipped(folder.path()));
    tab_to(&mut harness, Role::ComboBox, "Shows");
    key(&mut harness, NONE, Key::Enter);
    tab_to(&mut harness, Role::Button, "Before, after");
    key(&mut harness, NONE, Key::Enter);
    assert_eq!(animation(&harness).framing.company, Company::FirstKey);
    fill(&mut harness, Role::SpinButton, "Border", "8");
    key(&mut harness, NONE, Key::Enter);
    fill(&mut harness, Role::TextInput, "Caption", "picture {frame}");
    let framing = &animation(&harness).framing;
    assert_eq!(
        (framing.border, &framing.caption[..]),
        (8, "picture {frame}")
    );

    key(&mut harness, NONE, Key::Escape);
    key(&mut harness, NONE, Key::Home);
    for _ in 0..20 {
        key(&mut harness, NONE, Key::ArrowRight);
    }
    key(&mut harness, NONE, Key::O);
    let path = folder.path().join("two.gif");
    let name = path.display().to_string();
    fill(&mut harness, Role::TextInput, "Film file", &name);
    tab_to(&mut harness, Role::Button, "Export");
    key(&mut harness, NONE, Key::Enter);
    until(&mut harness, "the film", |app| app.film().is_some());
    let frames = frames(&path);
    assert_eq!(frames.len(), 21);
    // Two faces of 128 pixels, twice as large so that both are 512 wide, with a border and a line below.
    let (width, height) = frames[20].buffer().dimensions();
    assert_eq!((width, height), (512 + 16, 256 + 16 + 31));
    let half = |frame: &image::Frame, left: u32| {
        image::imageops::crop_imm(frame.buffer(), left, 8, 256, 256).to_image()
    };
    // Each frame has colours of its own: the same face is nearly the same.
    let off = |a: image::RgbaImage, b: image::RgbaImage| {
        let pairs = a.as_raw().iter().zip(b.as_raw());
        let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        sum as f64 / a.as_raw().len() as f64
    };
    let (first, last) = (&frames[0], &frames[20]);
    let still = [
        off(half(first, 8), half(first, 264)),
        off(half(last, 8), half(first, 8)),
    ];
    let moved = off(half(last, 8), half(last, 264));
    assert!(
        still.iter().all(|off| *off < 4.0) && moved > 8.0,
        "{still:?} {moved}"
    );

    // Each of it is a step of undo.
    key(&mut harness, NONE, Key::Escape);
    for expected in ["", "8", "0"] {
        key(&mut harness, Modifiers::COMMAND, Key::Z);
        let framing = &animation(&harness).framing;
        match expected {
            "" => assert_eq!(framing.caption, ""),
            "8" => assert_eq!(framing.border, 0),
            _ => assert_eq!(framing.company, Company::Alone),
        }
    }
}

#[test]
fn a_grid_moves_together_and_is_saved_with_the_animation() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = walking(exploring(folder.path()));
    let one = harness
        .get_by_role_and_label(Role::Image, "Picture on show")
        .rect();
    tab_to(&mut harness, Role::ComboBox, "Shows");
    key(&mut harness, NONE, Key::Enter);
    tab_to(&mut harness, Role::Button, "A grid");
    key(&mut harness, NONE, Key::Enter);
    let count = |harness: &Window| animation(harness).framing.company.count();
    assert_eq!(count(&harness), 9);
    fill(&mut harness, Role::SpinButton, "Faces", "6");
    key(&mut harness, NONE, Key::Enter);
    assert_eq!(count(&harness), 6);
    until(&mut harness, "faces", |app| app.is_settled());
    // Three beside two: it is seen as it will be written.
    let grid = harness
        .get_by_role_and_label(Role::Image, "Picture on show")
        .rect();
    assert!(
        (grid.width() / grid.height() - 1.5).abs() < 0.02,
        "{grid:?}"
    );
    assert!((one.width() / one.height() - 1.0).abs() < 0.02, "{one:?}");
    let before = animation(&harness).framing.company.clone();
    tab_to(&mut harness, Role::Button, "Other random faces");
    key(&mut harness, NONE, Key::Enter);
    assert_ne!(animation(&harness).framing.company, before);

    let path = folder.path().join("grid.morph.json");
    press(&mut harness, "Animation's file");
    let name = path.display().to_string();
    fill(
        &mut harness,
        Role::TextInput,
        "File for the animation",
        &name,
    );
    press(&mut harness, "Save");
    until(&mut harness, "the file", |app| {
        app.project().file() == Some(&*path)
    });
    let saved = from_json(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(saved.animation.framing, animation(&harness).framing);
}
