//! Directions, and the way from a picture to its latent, as a person at a terminal uses them.

use std::path::Path;

use crate::common::{fail, small_run, succeed};
use candle_core::Device;
use morphogan::latent::{Direction, Method};
use morphogan::run::model_file;
use serde_json::Value;

fn model(home: &Path) -> String {
    let folder = home.join("run").to_string_lossy().into_owned();
    let mut arguments = small_run(&folder);
    arguments.extend(["--steps", "6"]);
    succeed(home, &arguments);
    folder
}

fn object(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn saved(folder: &str) -> Vec<Direction> {
    let file = model_file::in_path(Path::new(folder));
    model_file::load(&file, &Device::Cpu).unwrap().directions
}

fn of_labels<'a>(folder: &'a str, more: &'a str) -> Vec<&'a str> {
    let mut arguments = vec!["directions", "--model", folder, "--method", "labels"];
    arguments.extend("--pictures 300 --faces 200".split(' '));
    arguments.extend(more.split(' '));
    arguments
}

#[test]
fn what_a_models_own_directions_change_is_measured_and_kept_beside_them() {
    let home = tempfile::tempdir().unwrap();
    let folder = model(home.path());
    let untold = fail(home.path(), &of_labels(&folder, "--own"), 1);
    assert!(untold.contains("no directions of labels"), "{untold}");
    succeed(home.path(), &of_labels(&folder, "--save --count 3"));
    let before = saved(&folder);
    assert!(before.iter().all(|one| one.effect().is_none()) && before.len() == 3);
    let told = object(&succeed(home.path(), &of_labels(&folder, "--own --json")));
    assert_eq!(told["known"].as_array().unwrap().len(), 3);
    assert!(told["directions"].as_array().unwrap().is_empty());
    assert_eq!(saved(&folder), before, "not without --save");
    let words = succeed(home.path(), &of_labels(&folder, "--own --save"));
    assert!(words.contains("most changed other one"), "{words}");
    let after = saved(&folder);
    let same = |(old, new): (&Direction, &Direction)| {
        old.sigma == new.sigma && old.name == new.name && new.effect().is_some()
    };
    assert!(before.iter().zip(&after).all(same) && after.len() == 3);
}

#[test]
fn directions_are_found_kept_and_drawn() {
    let home = tempfile::tempdir().unwrap();
    let folder = model(home.path());
    let found = |more: &[&str]| {
        let mut arguments = vec!["directions", "--model", &folder, "--json", "--save"];
        arguments.extend(more);
        object(&succeed(home.path(), &arguments))
    };
    let length = |direction: &Value| -> f64 {
        let sigma = direction["sigma"].as_array().unwrap();
        assert_eq!(sigma.len(), 8);
        sigma.iter().map(|x| x.as_f64().unwrap().powi(2)).sum()
    };
    for method in ["pca", "sefa"] {
        let all = found(&["--method", method, "--count", "3"]);
        let directions = all["directions"].as_array().unwrap();
        assert_eq!(directions.len(), 3);
        for direction in directions {
            assert_eq!(direction["method"], method);
            assert!((length(direction) - 1.0).abs() < 1e-4);
        }
    }
    let strips = home.path().join("strips.png");
    let drawn = strips.to_string_lossy().into_owned();
    let arguments = "--method labels --pictures 300 --faces 200 --check --count 4 --strips";
    let mut arguments: Vec<&str> = arguments.split(' ').collect();
    arguments.push(&drawn);
    let all = found(&arguments);
    let count = all["directions"].as_array().unwrap().len();
    assert!(count > 0, "{all}");
    let labels = all["labels"].as_array().unwrap();
    assert!(labels.iter().any(|label| label["column"] == "skin_tone"));
    let told = labels.iter().all(|label| {
        let quality = label["from_pictures"].as_f64().unwrap();
        (0.0..=1.0).contains(&quality)
    });
    assert!(told, "{labels:?}");
    assert!(all["effects"]["own_over_other"][0].as_f64().unwrap() > 0.0);
    let picture = image::open(&strips).unwrap();
    assert_eq!(picture.width(), 7 * 32 + 6 * 2);

    // Finding some anew replaces those of the same method and keeps the others.
    found(&["--method", "sefa", "--count", "1"]);
    let kept = saved(&folder);
    assert_eq!(kept.len(), 3 + count + 1);
    let sefa = kept
        .iter()
        .filter(|d| matches!(d.method, Method::Sefa { .. }));
    assert_eq!(sefa.count(), 1);
}

#[test]
fn directions_that_this_program_does_not_know_are_left_out() {
    let home = tempfile::tempdir().unwrap();
    let folder = model(home.path());
    succeed(
        home.path(),
        &["directions", "--model", &folder, "--save", "--count", "2"],
    );
    let file = model_file::in_path(Path::new(&folder));
    // One method becomes another of the same length, so that the file stays whole.
    let mut bytes = std::fs::read(&file).unwrap();
    let known = br#"\"method\":\"pca\""#;
    let at = bytes.windows(known.len()).position(|w| w == known).unwrap();
    bytes[at + known.len() - 3] = b'x';
    std::fs::write(&file, bytes).unwrap();
    let left = saved(&folder);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].name, "PCA 2");
}

#[test]
fn a_face_is_found_from_its_picture() {
    let home = tempfile::tempdir().unwrap();
    let folder = model(home.path());
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let (face, out, latent) = (path("face.png"), path("out.png"), path("z.json"));
    succeed(
        home.path(),
        &[
            "sample", "--model", &folder, "--rows", "1", "--cols", "1", "--out", &face,
        ],
    );
    let text = succeed(
        home.path(),
        &[
            "invert",
            "--model",
            &folder,
            "--picture",
            &face,
            "--json",
            "--seconds",
            "20",
            "--out",
            &out,
            "--latent",
            &latent,
            "--scale",
            "1",
        ],
    );
    let found = object(&text);
    assert!(found["psnr"].as_f64().unwrap() > 35.0, "{found}");
    assert_eq!(image::open(&out).unwrap().width(), 2 * 32 + 8);
    succeed(
        home.path(),
        &[
            "sample",
            "--model",
            &folder,
            "--latents",
            &latent,
            "--out",
            &out,
        ],
    );
    let missing = path("no.png");
    let told = fail(
        home.path(),
        &["invert", "--model", &folder, "--picture", &missing],
        1,
    );
    assert!(told.contains("nothing at this path"), "{told}");
}
