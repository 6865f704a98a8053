//! Models of other programs in the window.

use std::path::Path;

use morphogan::ui::WindowOptions;

use crate::kit::explore::exploring;
use crate::kit::{Window, app, drop_on, until, until_seen, window};
use egui_kittest::kittest::Queryable as _;

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/import")
        .join(name)
}

/// Waits for a notice with these words in it.
fn until_told(harness: &mut Window, words: &str) {
    let told = |harness: &Window| harness.query_all_by_label_contains(words).next().is_some();
    for _ in 0..4000 {
        if told(harness) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
        harness.step();
    }
    assert!(told(harness), "waited in vain for “{words}”");
}

#[test]
fn what_pytorch_saved_opens_where_it_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    drop_on(&mut harness, &fixture("ema-beside-raw.pth"));
    // Which of two networks it is, is said.
    until_told(&mut harness, "G_ema is open");
    until(&mut harness, "faces", |app| app.is_settled());
    let model = app(&harness).explored().unwrap();
    assert_eq!(model.pose().current.0.len(), 8);
    drop_on(&mut harness, &fixture("onnx-dense-28-grey.onnx"));
    until(&mut harness, "the other latent", |app| {
        let explored = app.explored();
        explored.is_some_and(|explored| explored.pose().current.0.len() == 12)
    });
    until(&mut harness, "faces", |app| app.is_settled());
}

#[test]
fn layers_that_training_does_not_know_open_with_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(WindowOptions {
        model: Some(fixture("resized-leaky-32.pth")),
        shelf: Some(folder.path().join("data/shelf.json")),
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Current face");
    until_told(&mut harness, "LeakyReLU(0.2)");
    until(&mut harness, "faces", |app| app.is_settled());
}

#[test]
fn what_a_file_leaves_open_is_asked_with_its_faces_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let path = fixture("ema-beside-raw.pth");
    drop_on(&mut harness, &path);
    until_seen(&mut harness, "Use G_ema");
    until(&mut harness, "faces", |app| app.is_settled());
    let print = |harness: &Window| {
        let place = morphogan::worker::jobs::models::ModelPlace::File(path.clone());
        let known = app(harness).models().at(&place).cloned();
        known
            .and_then(|known| known.facts)
            .map_or(String::new(), |facts| facts.fingerprint)
    };
    for _ in 0..2000 {
        if !print(&harness).is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
        harness.step();
    }
    let assumed = print(&harness);
    assert!(!assumed.is_empty());
    crate::kit::press(&mut harness, "Use netG");
    for _ in 0..4000 {
        if print(&harness) != assumed {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
        harness.step();
    }
    assert_ne!(print(&harness), assumed, "the other network is open");
    let answer = app(&harness).models().answer(&path);
    assert!(answer.unwrap().contains("network"));
    assert!(
        harness.query_by_label("Use G_ema").is_none(),
        "it is not asked again"
    );
}
