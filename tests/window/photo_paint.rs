//! A person's own picture and paint on the face: the latent follows both.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::kit::explore::{LATENT, drag, exploring, key, network, rect, state, undo};
use crate::kit::{Window, app, choose, drop_on, press, until, until_seen};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use morphogan::export::layout::FrameStyle;
use morphogan::gan::Snapshot;
use morphogan::latent::Latent;
use morphogan::latent::noise::face;
use morphogan::picture::Picture;
use morphogan::ui::{Action, ExploreAction};
use morphogan::worker::jobs::still::{StillPlan, write_still};

/// The picture that the network draws of a latent.
fn drawn(latent: &Latent) -> Picture {
    let network = network();
    let model = Snapshot::new(network.info, network.generator);
    model.draw(std::slice::from_ref(latent)).unwrap().remove(0)
}

/// A face of the network, as a file.
fn photograph(folder: &Path) -> PathBuf {
    let face = drawn(&face(5, LATENT));
    let (width, height) = (face.width as u32, face.height as u32);
    let path = folder.join("photo.png");
    let image = image::RgbImage::from_raw(width, height, face.rgb).unwrap();
    image.save(&path).unwrap();
    path
}

/// The same face as a picture that knows it.
fn still(folder: &Path, latent: &Latent) -> PathBuf {
    let network = network();
    let model = Snapshot::new(network.info, network.generator);
    let plan = StillPlan {
        name: "Ada".into(),
        latents: vec![latent.clone()],
        model: String::new(),
        style: FrameStyle::default(),
        out: folder.join("still.png"),
    };
    write_still(Arc::new(model), &plan).unwrap();
    plan.out
}

#[test]
fn a_dropped_still_is_its_face_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let before = state(&harness).pose().current.clone();
    let latent = face(77, LATENT);
    let path = still(folder.path(), &latent);
    drop_on(&mut harness, &path);
    until(&mut harness, "the face", |app| {
        let explored = app.explored();
        explored.is_some_and(|explored| explored.pose().current == latent)
    });
    assert!(
        harness
            .query_by_label_contains("Drop a photograph")
            .is_none(),
        "the panel that stood there is back"
    );
    undo(&mut harness);
    assert_eq!(state(&harness).pose().current, before);

    // One with more numbers than this model takes is not made to fit.
    let path = still(folder.path(), &face(1, LATENT + 1));
    drop_on(&mut harness, &path);
    let begun = std::time::Instant::now();
    while harness
        .query_by_label_contains("Open the model that drew it")
        .is_none()
    {
        assert!(begun.elapsed().as_secs() < 60, "it is not told");
        std::thread::sleep(std::time::Duration::from_millis(5));
        harness.step();
    }
    assert_eq!(state(&harness).pose().current, before);
}

fn until_found(harness: &mut Window) {
    until(harness, "the search", |app| app.is_settled());
}

#[test]
fn a_dropped_picture_is_cut_found_and_undone_in_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = photograph(folder.path());
    let mut harness = exploring(folder.path());
    let before = state(&harness).pose().current.clone();
    drop_on(&mut harness, &path);
    until_seen(&mut harness, "Find the face");
    press(&mut harness, "Find the face");
    until_found(&mut harness);
    let found = state(&harness).pose().current.clone();
    let near = drawn(&found).psnr(&drawn(&face(5, LATENT)));
    assert!(near > 30.0, "{near} dB");
    press(&mut harness, "Go on");
    until_found(&mut harness);
    undo(&mut harness);
    undo(&mut harness);
    assert_eq!(state(&harness).pose().current, before);
    assert!(!state(&harness).can_undo(), "a search is one step");

    // Another square of it, by the keyboard, is another picture.
    harness
        .get_by_role_and_label(Role::Button, "Crop box")
        .focus();
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Minus);
    press(&mut harness, "Find the face");
    harness.run_steps(2);
    if harness
        .query_by_role_and_label(Role::Button, "Stop the search")
        .is_some()
    {
        press(&mut harness, "Stop the search");
    }
    until_found(&mut harness);
    assert_ne!(state(&harness).pose().current, found);
}

#[test]
fn what_is_no_picture_is_said_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let before = state(&harness).pose().current.clone();
    let path = folder.path().join("broken.png");
    std::fs::write(&path, b"no picture").unwrap();
    drop_on(&mut harness, &path);
    until(&mut harness, "the notice", |app| {
        app.session().notices.iter().count() == 1
    });
    until_found(&mut harness);
    assert_eq!(state(&harness).pose().current, before);
    assert!(
        harness
            .query_by_role_and_label(Role::Button, "Find the face")
            .is_none()
    );
}

#[test]
fn faces_follow_the_paint_by_mouse_and_keys() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    choose(&mut harness, Role::Tab, "Paint");
    let before = state(&harness).pose().current.clone();
    let canvas = rect(&harness, Role::Canvas, "Face to paint on");
    let at = |x: f32, y: f32| canvas.min + egui::vec2(x * canvas.width(), y * canvas.height());
    drag(&mut harness, &[at(0.3, 0.6), at(0.5, 0.65), at(0.7, 0.6)]);
    until_found(&mut harness);
    assert_eq!(state(&harness).pose().current, before, "a person chooses");
    choose(&mut harness, Role::Button, "Face that follows the paint, 2");
    let chosen = state(&harness).pose().current.clone();
    assert_ne!(chosen, before);
    undo(&mut harness);
    assert_eq!(state(&harness).pose().current, before);

    press(&mut harness, "Take the paint off");
    assert!(
        harness
            .query_by_label("Face that follows the paint, 1")
            .is_none()
    );
    choose(&mut harness, Role::RadioButton, "Darker");
    harness
        .get_by_role_and_label(Role::Canvas, "Face to paint on")
        .focus();
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::ArrowUp);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    until_found(&mut harness);
    until_seen(&mut harness, "Face that follows the paint, 6");
}

#[test]
fn what_is_looked_for_with_one_model_does_not_come_to_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = photograph(folder.path());
    let mut harness = exploring(folder.path());
    drop_on(&mut harness, &path);
    until_seen(&mut harness, "Find the face");
    harness
        .get_by_role_and_label(Role::Button, "Find the face")
        .click();
    harness.step();
    // Before anything is found, another model is there.
    let ctx = harness.ctx.clone();
    let other = folder.path().join("tiny.safetensors");
    let app = harness.state_mut().as_mut().unwrap();
    app.apply(Action::Explore(ExploreAction::OpenModel(other)), &ctx);
    until_found(&mut harness);
    let opened = state(&harness).pose().current.clone();
    std::thread::sleep(std::time::Duration::from_millis(300));
    harness.run_steps(3);
    assert_eq!(state(&harness).pose().current, opened);
    assert!(
        harness
            .query_by_role_and_label(Role::Button, "Go on")
            .is_none()
    );
}

#[test]
fn a_search_leaves_alone_what_a_person_does_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let path = photograph(folder.path());
    let mut harness = exploring(folder.path());
    choose(&mut harness, Role::Tab, "Photo");
    harness
        .get_by_role_and_label(Role::TextInput, "Photograph")
        .click();
    harness.run_steps(2);
    harness
        .get_by_role_and_label(Role::TextInput, "Photograph")
        .type_text(&path.display().to_string());
    key(&mut harness, Modifiers::NONE, Key::Enter);
    until_seen(&mut harness, "Find the face");
    harness
        .get_by_role_and_label(Role::Button, "Find the face")
        .click();
    harness.step();
    harness
        .get_by_role_and_label(Role::Button, "Random face 7")
        .click();
    harness.run_steps(2);
    let chosen = state(&harness).wall()[6].clone();
    until_found(&mut harness);
    assert_eq!(state(&harness).pose().current, chosen);
    // What was found is a press away.
    press(&mut harness, "Nearest face");
    let found = state(&harness).pose().current.clone();
    let near = drawn(&found).psnr(&drawn(&face(5, LATENT)));
    assert!(near > 30.0, "{near} dB");
}

#[test]
fn each_brush_paints_and_a_colour_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    choose(&mut harness, Role::Tab, "Paint");
    let canvas = rect(&harness, Role::Canvas, "Face to paint on");
    for brush in ["Colour", "Lighter", "Darker", "Erase"] {
        choose(&mut harness, Role::RadioButton, brush);
        drag(
            &mut harness,
            &[canvas.center(), canvas.center() + egui::vec2(30.0, 8.0)],
        );
        until_found(&mut harness);
        until_seen(&mut harness, "Face that follows the paint, 1");
        press(&mut harness, "Take the paint off");
    }
    choose(&mut harness, Role::RadioButton, "Colour");
    let before = app(&harness).brush_colour();
    harness
        .get_by_role_and_label(Role::Canvas, "Face to paint on")
        .click_modifiers(Modifiers::COMMAND);
    harness.run_steps(3);
    assert_ne!(app(&harness).brush_colour(), before);
    let none = "Face that follows the paint, 1";
    until_found(&mut harness);
    assert!(
        harness.query_by_label(none).is_none(),
        "nothing was painted"
    );
}

#[test]
fn enter_that_is_held_paints_a_line_and_before_shows_the_face_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    choose(&mut harness, Role::Tab, "Paint");
    harness
        .get_by_role_and_label(Role::Canvas, "Face to paint on")
        .focus();
    harness.run_steps(2);
    let before = app(&harness).brush_colour();
    key(&mut harness, Modifiers::NONE, Key::I);
    assert_ne!(
        app(&harness).brush_colour(),
        before,
        "taken up from the face"
    );
    harness.key_down(Key::Enter);
    harness.run_steps(2);
    for _ in 0..6 {
        key(&mut harness, Modifiers::NONE, Key::ArrowRight);
    }
    let follows = "Face that follows the paint, 1";
    assert!(
        harness.query_by_label(follows).is_none(),
        "the brush is down"
    );
    harness.key_up(Key::Enter);
    harness.run_steps(2);
    until_seen(&mut harness, follows);
    until_found(&mut harness);
    harness.key_down(Key::Space);
    harness.run_steps(3);
    let before = "Face before the changes";
    harness.get_by_role_and_label(Role::Canvas, before);
    harness.key_up(Key::Space);
    harness.run_steps(3);
    // One stroke more, and back; without any the faces are gone.
    harness
        .get_by_role_and_label(Role::Canvas, "Face to paint on")
        .focus();
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::ArrowDown);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    until_found(&mut harness);
    key(&mut harness, Modifiers::NONE, Key::Backspace);
    until_found(&mut harness);
    until_seen(&mut harness, follows);
    press(&mut harness, "Take the last stroke off");
    assert!(harness.query_by_label(follows).is_none());
    // The board stands where the canvas does: one makes room for the other.
    press(&mut harness, "Arithmetic with faces");
    let canvas = |harness: &Window| {
        let label = "Face to paint on";
        harness
            .query_by_role_and_label(Role::Canvas, label)
            .is_some()
    };
    assert!(!canvas(&harness));
    choose(&mut harness, Role::Tab, "Paint");
    assert!(canvas(&harness));
}
