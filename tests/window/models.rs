//! The models that are there: the menu at the name, the screen, and two of them beside each other.

use std::path::{Path, PathBuf};

use candle_core::Device;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use morphogan::gan::{ModelInfo, generator};
use morphogan::latent::noise::{Noise, Purpose};
use morphogan::run::model_file::{Kernels, Model, load};
use morphogan::ui::{Action, ExploreAction, Screen, WindowOptions};
use morphogan::worker::jobs::models::ModelPlace;
use morphogan::worker::jobs::shipped::SHIPPED;

use crate::kit::explore::{LATENT, exploring, key, state};
use crate::kit::{Window, app, drop_on, press, steps, tiny, until, until_seen, window};

/// Another one of the shape of the tests' model.
fn other(path: &Path, seed: u64) -> PathBuf {
    let info = ModelInfo {
        step: 40 + seed,
        data: "Others".into(),
        size: 32,
        channels: 3,
        latent: LATENT,
        width: 4,
        ..ModelInfo::default()
    };
    let mut noise = Noise::new(seed, Purpose::Weights);
    let model = Model {
        generator: generator(&info, &mut noise, &Device::Cpu).unwrap().into(),
        discriminator: None,
        directions: Vec::new(),
        kernels: Kernels::default(),
        info,
    };
    model.save(path).unwrap();
    path.to_path_buf()
}

fn file(path: &Path) -> Option<ModelPlace> {
    Some(ModelPlace::File(path.to_path_buf()))
}

fn with_keyboard(harness: &mut Window, label: &str) {
    harness.get_by_role_and_label(Role::Button, label).focus();
    harness.run_steps(2);
}

#[test]
fn the_menu_at_the_name_switches_between_models_by_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let second = other(&folder.path().join("second.safetensors"), 5);
    let mut harness = exploring(folder.path());
    let first = folder.path().join("tiny.safetensors");
    drop_on(&mut harness, &second);
    until(&mut harness, "the second", |app| {
        app.shown_model() == file(&second).as_ref()
    });
    key(&mut harness, Modifiers::COMMAND, Key::M);
    until_seen(&mut harness, "Explore tiny.safetensors");
    harness.get_by_label(&format!("Explore {SHIPPED}"));
    with_keyboard(&mut harness, "Explore tiny.safetensors");
    key(&mut harness, Modifiers::NONE, Key::Enter);
    until(&mut harness, "the first", |app| {
        app.shown_model() == file(&first).as_ref()
    });
    assert!(
        harness.query_by_label("Explore tiny.safetensors").is_none(),
        "the menu is closed"
    );
    press(&mut harness, "Model: tiny.safetensors");
    press(&mut harness, &format!("Explore {SHIPPED}"));
    until(&mut harness, "the shipped one", |app| {
        app.shown_model() == Some(&ModelPlace::Shipped(SHIPPED))
    });
    drop(harness);
    // At the next start both are there; one that is gone says so and can be taken off.
    std::fs::remove_file(&second).unwrap();
    let mut again = exploring(folder.path());
    until(&mut again, "the list", |app| {
        app.models().all().iter().any(|model| model.is_missing)
    });
    key(&mut again, Modifiers::COMMAND, Key::M);
    press(&mut again, "Remove second.safetensors from the list");
    assert!(
        !app(&again)
            .models()
            .all()
            .iter()
            .any(|model| model.is_missing)
    );
}

#[test]
fn a_run_offers_its_faces_and_takes_none_away() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = folder.path().join("data/shelf.json");
    let first = other(&folder.path().join("first.safetensors"), 5);
    let mut harness = window(WindowOptions {
        config: tiny(&folder.path().join("my-run")),
        model: Some(first.clone()),
        shelf: Some(shelf),
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Current face");
    let ctx = harness.ctx.clone();
    let keep = ExploreAction::Keep(state(&harness).pose().current.clone());
    harness
        .state_mut()
        .as_mut()
        .unwrap()
        .apply(Action::Explore(keep), &ctx);
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 2);
    assert_eq!(app(&harness).shown_model(), file(&first).as_ref());
    assert_eq!(state(&harness).components(), LATENT);
    press(&mut harness, "Look");
    until(&mut harness, "the run's faces", |app| {
        app.explored().is_some_and(|state| state.components() == 12)
    });
    until_seen(&mut harness, "Back to first.safetensors");
    press(&mut harness, "Back to first.safetensors");
    assert_eq!(state(&harness).components(), LATENT);
    assert_eq!(state(&harness).pose().shelf.len(), 1);
    until(&mut harness, "faces", |app| {
        app.shown_model() == file(&first).as_ref()
    });
    // The menu leads there at any time.
    key(&mut harness, Modifiers::COMMAND, Key::M);
    press(&mut harness, "Explore the run my-run");
    until(&mut harness, "the run's faces", |app| {
        app.explored().is_some_and(|state| state.components() == 12)
    });
    press(&mut harness, "Stop");
}

#[test]
fn kept_faces_know_their_model_and_lead_back_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let second = other(&folder.path().join("second.safetensors"), 5);
    let mut harness = exploring(folder.path());
    let first = folder.path().join("tiny.safetensors");
    until(&mut harness, "the fingerprint", |app| {
        let model = file(&first).and_then(|place| app.models().at(&place).cloned());
        model.is_some_and(|model| {
            model
                .facts
                .is_some_and(|facts| !facts.fingerprint.is_empty())
        })
    });
    press(&mut harness, "Keep");
    drop_on(&mut harness, &second);
    until(&mut harness, "the second", |app| {
        app.shown_model() == file(&second).as_ref()
    });
    until(&mut harness, "faces", |app| app.is_settled());
    with_keyboard(&mut harness, "Kept face 1: face 1");
    key(&mut harness, Modifiers::NONE, Key::F4);
    press(&mut harness, "Switch to tiny.safetensors");
    until(&mut harness, "the first", |app| {
        app.shown_model() == file(&first).as_ref()
    });
    until(&mut harness, "faces", |app| app.is_settled());
    with_keyboard(&mut harness, "Kept face 1: face 1");
    key(&mut harness, Modifiers::NONE, Key::F4);
    assert!(
        harness
            .query_by_label("Switch to tiny.safetensors")
            .is_none()
    );
}

fn on_models(folder: &Path) -> Window {
    let mut harness = exploring(folder);
    key(&mut harness, Modifiers::COMMAND, Key::Num5);
    assert_eq!(app(&harness).screen(), Screen::Models);
    harness
}

#[test]
fn models_are_chosen_renamed_searched_and_taken_off_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let second = other(&folder.path().join("second.safetensors"), 5);
    let mut harness = on_models(folder.path());
    drop_on(&mut harness, &second);
    assert_eq!(app(&harness).screen(), Screen::Models);
    assert_eq!(app(&harness).chosen_model(), file(&second).as_ref());
    until(&mut harness, "pictures", |app| app.models_are_settled());
    harness.get_by_label("Others");
    let model = app(&harness).models().at(&file(&second).unwrap()).unwrap();
    assert_eq!(model.facts.as_ref().unwrap().step, 45);
    with_keyboard(&mut harness, "Model second.safetensors");
    key(&mut harness, Modifiers::NONE, Key::F2);
    harness.event(egui::Event::Text("!".into()));
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert_ne!(
        app(&harness)
            .models()
            .at(&file(&second).unwrap())
            .unwrap()
            .name,
        "second.safetensors"
    );
    assert!(second.is_file(), "the file keeps its name");
    harness.get_by_label("Search models").focus();
    harness.run_steps(2);
    harness.event(egui::Event::Text("others".into()));
    harness.run_steps(3);
    until_seen(&mut harness, "1 model");
    press(&mut harness, "Take off the list");
    assert!(app(&harness).models().at(&file(&second).unwrap()).is_none());
    press(&mut harness, "Bring it back");
    assert!(app(&harness).models().at(&file(&second).unwrap()).is_some());
}

#[test]
fn two_models_are_compared_and_blended_into_a_third() {
    let folder = tempfile::tempdir().unwrap();
    let second = other(&folder.path().join("second.safetensors"), 5);
    let mut harness = on_models(folder.path());
    drop_on(&mut harness, &second);
    until(&mut harness, "the list", |app| app.models_are_settled());
    // The first is on show, so that the second is seen beside it.
    key(&mut harness, Modifiers::NONE, Key::C);
    until_seen(&mut harness, "A face 12");
    until_seen(&mut harness, "B face 12");
    until(&mut harness, "faces", |app| app.models_are_settled());
    key(&mut harness, Modifiers::NONE, Key::R);
    until(&mut harness, "other faces", |app| app.models_are_settled());
    press_radio(&mut harness, "Blink");
    until_seen(&mut harness, "A face 1");
    key(&mut harness, Modifiers::NONE, Key::Space);
    until_seen(&mut harness, "B face 1");
    assert!(harness.query_by_label("A face 1").is_none());
    key(&mut harness, Modifiers::NONE, Key::B);
    until_seen(&mut harness, "Blend face 5");
    until(&mut harness, "the blend", |app| app.models_are_settled());
    press(&mut harness, "Coarse A, fine B");
    until(&mut harness, "the swapped", |app| app.models_are_settled());
    harness.get_by_role_and_label(Role::Slider, "16×16");
    press(&mut harness, "Save as a new model");
    until(&mut harness, "the file", |app| app.saved_blend().is_some());
    let saved = app(&harness).saved_blend().unwrap().to_path_buf();
    assert_eq!(saved.parent(), Some(folder.path()));
    let made_of = load(&saved, &Device::Cpu).unwrap().info.made_of;
    assert!(
        made_of.contains("100 % at 32×32") && made_of.contains("0 % at 4×4"),
        "{made_of}"
    );
    press(&mut harness, "Explore the blend");
    until(&mut harness, "its faces", |app| {
        app.shown_model() == file(&saved).as_ref()
    });
}

fn press_radio(harness: &mut Window, label: &str) {
    crate::kit::choose(harness, Role::RadioButton, label);
}
