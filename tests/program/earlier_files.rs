//! Files that commit 54b7c0b wrote open, resume and show what they showed then.

use std::path::{Path, PathBuf};

use safetensors::SafeTensors;

use crate::common::succeed;

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

/// Kernels for other processors add in another order, so that bits are the same only where both are AVX-512.
fn bits_are_the_same() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx512f");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

#[test]
fn a_run_resumes_to_the_bits_that_its_own_version_came_to() {
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    copy(&earlier().join("run"), &run);
    let name = run.to_str().unwrap();
    succeed(home.path(), &["train", "--resume", name, "--steps", "40"]);
    let ours = std::fs::read(run.join("model.safetensors")).unwrap();
    let then = std::fs::read(earlier().join("resumed-to-40.safetensors")).unwrap();
    let (ours, then) = (
        SafeTensors::deserialize(&ours).unwrap(),
        SafeTensors::deserialize(&then).unwrap(),
    );
    assert_eq!(ours.len(), then.len());
    for (name, then) in then.tensors() {
        let ours = ours.tensor(&name).unwrap();
        if bits_are_the_same() {
            assert_eq!(ours.data(), then.data(), "{name}");
        }
        let number = |four: &[u8]| f32::from_le_bytes(four.try_into().unwrap());
        for (a, b) in ours.data().chunks(4).zip(then.data().chunks(4)) {
            assert!((number(a) - number(b)).abs() < 0.01, "{name}");
        }
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
        let most = if bits_are_the_same() { 0 } else { 1 };
        let near = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= most;
        assert!(ours.iter().zip(then.iter()).all(near), "{model}");
    }
}
