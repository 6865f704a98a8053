//! Model files in other forms: kernels of 16 bits, a model out of a checkpoint.

use std::collections::HashMap;
use std::path::Path;

use crate::common::{fail, small_run, succeed};
use candle_core::{DType, Device, Tensor, safetensors};
use morphogan::run::model_file::{self, Kernels};

fn tensors(path: &Path) -> HashMap<String, Tensor> {
    safetensors::load(path, &Device::Cpu).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A run of a few steps with a checkpoint; its folder.
fn run(home: &Path) -> std::path::PathBuf {
    let folder = home.join("run");
    let mut arguments = small_run(text(&folder));
    arguments.extend(["--steps", "6"]);
    succeed(home, &arguments);
    folder
}

#[test]
fn half_a_model_is_the_nearest_16_bit_floats() {
    let home = tempfile::tempdir().unwrap();
    let (model, half) = (run(home.path()), home.path().join("half.safetensors"));
    let convert = [
        "convert",
        "--model",
        text(&model),
        "--out",
        text(&half),
        "--half",
    ];
    succeed(home.path(), &convert);
    let full = model_file::in_path(&model);
    let (whole, halves) = (tensors(&full), tensors(&half));
    assert_eq!(whole.len(), halves.len());
    for (name, tensor) in &whole {
        let kernel = tensor.rank() == 4;
        let other = &halves[name];
        assert_eq!(other.dtype() == DType::F16, kernel, "{name}");
        if tensor.dtype() == DType::F32 {
            let type_ = if kernel { DType::F16 } else { DType::F32 };
            let expected = tensor
                .to_dtype(type_)
                .unwrap()
                .to_dtype(DType::F32)
                .unwrap();
            let off = (other.to_dtype(DType::F32).unwrap() - expected).unwrap();
            let off: f32 = off.abs().unwrap().max_all().unwrap().to_scalar().unwrap();
            assert_eq!(off, 0.0, "{name}");
        }
    }
    // Programs that know 32 bits only say that it is newer, rather than that it is broken.
    let says = |path: &Path, format: &str| {
        let text = std::fs::read(path).unwrap();
        let text = String::from_utf8_lossy(&text[..4096]).into_owned();
        text.contains(&format!("{{\\\"format\\\":{format},"))
    };
    assert!(says(&half, "2") && says(&full, "1"));
    let bytes = |path: &Path| path.metadata().unwrap().len() as f64;
    assert!(bytes(&half) < 0.6 * bytes(&full));
    // It stays so when directions are kept in it.
    let keep = "directions --method sefa --count 2 --save --model".split(' ');
    succeed(home.path(), &keep.chain([text(&half)]).collect::<Vec<_>>());
    let again = model_file::load(&half, &Device::Cpu).unwrap();
    assert_eq!((again.kernels, again.directions.len()), (Kernels::Half, 2));
    assert_eq!(tensors(&half)["main.0.weight"].dtype(), DType::F16);
}

#[test]
fn a_checkpoint_gives_its_model() {
    let home = tempfile::tempdir().unwrap();
    let run = run(home.path());
    let mut checkpoints = run.join("checkpoints").read_dir().unwrap();
    let checkpoint = checkpoints.next().unwrap().unwrap().path();
    let out = home.path().join("out.safetensors");
    succeed(
        home.path(),
        &["convert", "--model", text(&checkpoint), "--out", text(&out)],
    );
    // The last checkpoint shows what the run's own model does.
    let (out, model) = (tensors(&out), tensors(&model_file::in_path(&run)));
    assert_eq!(out.len(), model.len());
    for (name, tensor) in &model {
        let (a, b) = (
            tensor.flatten_all().unwrap(),
            out[name].flatten_all().unwrap(),
        );
        if tensor.dtype() == DType::F32 {
            assert_eq!(
                a.to_vec1::<f32>().unwrap(),
                b.to_vec1::<f32>().unwrap(),
                "{name}"
            );
        }
    }
}

#[test]
fn brain_floats_of_other_programs_are_read() {
    let home = tempfile::tempdir().unwrap();
    let full = model_file::in_path(&run(home.path()));
    let short = |(name, tensor): (String, Tensor)| {
        let type_ = match tensor.dtype() {
            DType::F32 => DType::BF16,
            other => other,
        };
        (name, tensor.to_dtype(type_).unwrap())
    };
    let short: HashMap<_, _> = tensors(&full).into_iter().map(short).collect();
    let path = home.path().join("short.safetensors");
    safetensors::save(&short, &path).unwrap();
    let model = model_file::load(&path, &Device::Cpu).unwrap();
    let kernel = &short["main.0.weight"].to_dtype(DType::F32).unwrap(); // [latent, deep, 4, 4]
    let kernel = kernel.permute((0, 2, 3, 1)).unwrap(); // [latent, 4, 4, deep]
    let off = (&model.generator.chain().unwrap().blocks[0].weight - kernel).unwrap();
    let off: f32 = off.abs().unwrap().max_all().unwrap().to_scalar().unwrap();
    assert_eq!(off, 0.0);
}

#[test]
fn what_is_no_model_is_not_converted() {
    let home = tempfile::tempdir().unwrap();
    let (none, out) = (
        home.path().join("none"),
        home.path().join("out.safetensors"),
    );
    std::fs::write(&none, "no tensors").unwrap();
    let told = fail(
        home.path(),
        &["convert", "--model", text(&none), "--out", text(&out)],
        1,
    );
    assert!(told.contains("The model cannot be opened"), "{told}");
    assert!(!out.exists());
}
