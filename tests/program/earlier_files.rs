//! Files that commit 54b7c0b wrote open, resume and show what they showed then.

use std::path::{Path, PathBuf};

use safetensors::SafeTensors;

use crate::common::{program, succeed};

fn earlier() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/earlier")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
}

#[test]
fn a_run_resumes_to_the_bits_that_its_own_version_came_to() {
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    copy(&earlier().join("run"), &run);
    let name = run.to_str().unwrap();
    // Kernels for other processors add in another order; these are the same on all of them.
    let mut resume = program(home.path());
    resume.args(["train", "--resume", name, "--steps", "40"]);
    let output = resume.env("MORPHOGAN_SIMD", "baseline").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let ours = std::fs::read(run.join("model.safetensors")).unwrap();
    let then = std::fs::read(earlier().join("resumed-to-40.safetensors")).unwrap();
    let (ours, then) = (
        SafeTensors::deserialize(&ours).unwrap(),
        SafeTensors::deserialize(&then).unwrap(),
    );
    assert_eq!(ours.len(), then.len());
    for (name, then) in then.tensors() {
        let ours = ours.tensor(&name).unwrap();
        assert_eq!(ours.data(), then.data(), "{name}");
    }
}

#[test]
fn a_kept_face_is_the_same_face() {
    let home = tempfile::tempdir().unwrap();
    let shelf = std::fs::read_to_string(earlier().join("shelf.json")).unwrap();
    let faces = morphogan::latent::saved::from_json(&shelf).unwrap();
    let latents: Vec<_> = faces.iter().map(|face| face.latent.0.clone()).collect();
    let list = home.path().join("latents.json");
    std::fs::write(&list, serde_json::to_string(&latents).unwrap()).unwrap();
    let then = image::open(earlier().join("shelf-faces.png"))
        .unwrap()
        .to_rgb8();
    // The model's file, the run, and its checkpoint, which is a model file too.
    for model in [
        "run/model.safetensors",
        "run",
        "run/checkpoints/step-0000030.safetensors",
    ] {
        let out = home.path().join("faces.png");
        let model = earlier().join(model);
        let [model, list, to] = [&model, &list, &out].map(|path| path.to_str().unwrap());
        succeed(
            home.path(),
            &[
                "sample",
                "--model",
                model,
                "--latents",
                list,
                "--rows",
                "1",
                "--cols",
                "2",
                "--gap",
                "0",
                "--out",
                to,
            ],
        );
        let ours = image::open(&out).unwrap().to_rgb8();
        assert_eq!(ours.dimensions(), then.dimensions());
        // One step of brightness where another processor adds in another order.
        let near = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= 1;
        assert!(ours.iter().zip(then.iter()).all(near), "{model}");
    }
}
