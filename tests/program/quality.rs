//! What is measured beside training, as a person at a terminal sees it.

use std::path::Path;

use crate::common::{fail, objects, small_run, succeed};
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

    let mut best = of_kind(&first, "checkpoint");
    best.retain(|kept| kept["best"] == true);
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

    // A file of a run lies beside the settings that tell its pictures; any other needs them.
    assert_eq!(measure(&[&model])["weights"][0]["swd"], shown["swd"]);
    let alone = home.path().join("alone.safetensors");
    std::fs::copy(&model, &alone).unwrap();
    let alone = alone.to_string_lossy();
    let told = fail(home.path(), &["measure", "--model", &alone], 1);
    assert!(told.contains("--data"), "{told}");
}

/// A run that has measured such a distance once that no step can come near it again.
fn spoilt_run(home: &Path, guard: &str) -> (String, Vec<Value>) {
    let asked = ["--steps", "6", "--measure-every", "2", "--guard", guard];
    let (folder, first) = trained(home, guard, &asked);
    assert!(of_kind(&first, "alarm").is_empty());
    let file = Path::new(&folder).join("measures.csv");
    // In the columns of an earlier version, which stay readable for ever.
    let header = "step,ms_ssim,ms_ssim_data,swd,swd_data,swd_128,swd_64,swd_32,swd_16,seconds";
    std::fs::write(&file, format!("{header}\n1,0.9,0.2,1,1,,,1,1,0.1\n")).unwrap();
    let again = ["train", "--resume", &folder, "--steps", "60", "--json"];
    let events = objects(&succeed(home, &again));
    (folder, events)
}

#[test]
fn the_guard_stops_a_run_and_the_best_stays() {
    let home = tempfile::tempdir().unwrap();
    let (folder, events) = spoilt_run(home.path(), "stop");
    let alarms = of_kind(&events, "alarm");
    assert_eq!(
        (alarms.len(), alarms[0]["danger"].as_str()),
        (1, Some("far"))
    );
    let why = alarms[0]["why"].as_str().unwrap();
    assert!(
        why.contains("since step 8") && why.contains("at step 1"),
        "{why}"
    );
    let last = events.last().unwrap();
    assert_eq!(last["outcome"], "stopped");
    let steps = of_kind(&events, "step").len();
    assert!(steps < 54, "{steps}");
    assert!(Path::new(&folder).join("best.safetensors").is_file());
}

#[test]
fn the_guard_rolls_back_with_lower_rates_and_gives_up_after_three() {
    let home = tempfile::tempdir().unwrap();
    let (folder, events) = spoilt_run(home.path(), "rollback");
    let marks = of_kind(&events, "mark");
    let back: Vec<&Value> = marks
        .iter()
        .filter(|m| m["mark"] == "rolled_back")
        .collect();
    assert_eq!(back.len(), 3);
    let rates: Vec<&str> = marks
        .iter()
        .filter(|mark| mark["setting"] == "lr_g")
        .map(|mark| mark["to"].as_str().unwrap())
        .collect();
    assert_eq!(
        rates,
        ["0.00005", "0.0000125", "0.000003125"].map(|rate| rate)
    );
    assert_eq!(events.last().unwrap()["outcome"], "stopped");
    // What the last roll-back made void is in no file any more.
    let step = back[2]["step"].as_u64().unwrap();
    let last = of_kind(&events, "step").last().unwrap()["step"]
        .as_u64()
        .unwrap();
    for line in std::fs::read_to_string(Path::new(&folder).join("measures.csv"))
        .unwrap()
        .lines()
        .skip(1)
    {
        let measured: u64 = line.split(',').next().unwrap().parse().unwrap();
        assert!(measured <= last, "{line}");
    }
    assert!(step <= 6 && last > step);
}
