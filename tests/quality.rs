//! What is measured beside training, as a person at a terminal sees it.

// Helpers of tests stop where something unexpected is; clippy knows only test functions by itself.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use common::{fail, objects, small_run, succeed};
use serde_json::Value;

fn trained(home: &Path, name: &str, more: &[&str]) -> (String, Vec<Value>) {
    let folder = home.join(name).to_string_lossy().into_owned();
    let mut arguments = small_run(&folder);
    arguments.extend(more);
    let out = succeed(home, &arguments);
    (folder, objects(&out))
}

fn of_kind(events: &[Value], kind: &str) -> Vec<Value> {
    let mut found: Vec<Value> = events
        .iter()
        .filter(|e| e["event"] == kind)
        .cloned()
        .collect();
    for event in &mut found {
        // The only number that depends on the machine.
        event.as_object_mut().unwrap().remove("seconds");
    }
    found
}

#[test]
fn measuring_repeats_and_leaves_training_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let asked = ["--steps", "12", "--measure-every", "5"];
    let (folder, first) = trained(home.path(), "a", &asked);
    let (_, second) = trained(home.path(), "b", &asked);
    let (without, none) = trained(home.path(), "c", &["--steps", "12", "--measure-every", "0"]);
    let measured = of_kind(&first, "measured");
    let steps: Vec<u64> = measured
        .iter()
        .map(|one| one["step"].as_u64().unwrap())
        .collect();
    assert_eq!(steps, [5, 10]);
    assert_eq!(measured, of_kind(&second, "measured"));
    assert!(of_kind(&none, "measured").is_empty());
    for one in &measured {
        let number = |key: &str| one[key].as_f64().unwrap();
        assert!(number("ms_ssim") > 0.0 && number("ms_ssim") <= 1.0);
        assert!(number("swd") > number("swd_data") && number("swd_data") > 0.0);
        assert!(one["swd_levels"]["32"].is_number() && one["swd_levels"]["16"].is_number());
    }

    let file = |folder: &str, name: &str| std::fs::read(Path::new(folder).join(name)).unwrap();
    assert_eq!(
        file(&folder, "model.safetensors"),
        file(&without, "model.safetensors")
    );
    let lines = String::from_utf8(file(&folder, "measures.csv")).unwrap();
    assert_eq!(lines.lines().count(), 3);

    let best = of_kind(&first, "best");
    let last = best.last().unwrap();
    assert!(Path::new(last["path"].as_str().unwrap()).ends_with("best.safetensors"));
    let about = succeed(
        home.path(),
        &["inspect", last["path"].as_str().unwrap(), "--json"],
    );
    assert_eq!(objects(&about)[0]["step"], last["step"]);
}

#[test]
fn a_model_is_measured_against_its_run_or_other_pictures() {
    let home = tempfile::tempdir().unwrap();
    let (folder, _) = trained(home.path(), "a", &["--steps", "3"]);
    let few = ["--pictures", "16", "--json"];
    let measure = |more: &[&str]| {
        let told = succeed(home.path(), &[&["measure", "--model"], more, &few].concat());
        objects(&told)[0].clone()
    };
    let of_run = measure(&[&folder]);
    let (shown, raw) = (&of_run["weights"][0], &of_run["weights"][1]);
    assert_eq!(
        (&shown["weights"], &raw["weights"]),
        (&"averaged".into(), &"raw".into())
    );
    assert_eq!((&shown["step"], &raw["step"]), (&3.into(), &3.into()));
    assert_ne!(shown["swd"], raw["swd"]);
    assert!(shown["swd"].as_f64().unwrap() > 2.0 * shown["swd_data"].as_f64().unwrap());

    let walls = format!("{folder}/samples");
    let others = home.path().join("pictures");
    std::fs::create_dir(&others).unwrap();
    for number in 0..8 {
        let name = std::fs::read_dir(&walls)
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        std::fs::copy(name, others.join(format!("{number}.jpg"))).unwrap();
    }
    let model = format!("{folder}/model.safetensors");
    let of_file = measure(&[&model, "--data", &others.to_string_lossy()]);
    assert_ne!(of_file["weights"][0]["swd"], shown["swd"]);

    let told = fail(home.path(), &["measure", "--model", &model], 1);
    assert!(told.contains("--data"), "{told}");
}
