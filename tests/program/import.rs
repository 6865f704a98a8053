//! What others made, opened: layouts of many kinds draw what PyTorch draws. `tests/fixtures/import/make_layouts.py`
//! made the files.

use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use morphogan::gan::Gan;
use morphogan::run::model_file::{self, Activation, ImportOptions, Imported};
use morphogan_nn::Adam;

use crate::common::{fail, run as run_program, succeed};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/import")
        .join(name)
}

fn open(path: &Path, options: &ImportOptions) -> Imported {
    let opened = model_file::import(path, options, &Device::Cpu);
    opened
        .map_err(|error| format!("{}: {error}", path.display()))
        .unwrap()
}

/// How far the model's pictures are from PyTorch's for the same latents, at most.
fn off(opened: &Imported, expected: &str) -> f32 {
    let path = fixture(&format!("{expected}.expected.safetensors"));
    let all = candle_core::safetensors::load(path, &Device::Cpu).unwrap();
    let z = &all["z"]; // [n, latent]
    let z = z.unsqueeze(1).unwrap().unsqueeze(1).unwrap(); // [n, 1, 1, latent]
    let drawn = opened.model.generator.infer(&z).unwrap(); // [n, h, w, c]
    let drawn = drawn.permute((0, 3, 1, 2)).unwrap();
    difference(&every(&drawn, &all["pictures"]), &all["pictures"])
}

/// Of large pictures every few rows and columns, as in the file.
fn every(drawn: &Tensor, like: &Tensor) -> Tensor {
    let (_, _, side, _) = drawn.dims4().unwrap();
    let step = (side / 32).max(1);
    let rows: Vec<u32> = (0..side as u32).step_by(step).collect();
    let rows = Tensor::new(rows, &Device::Cpu).unwrap();
    let some = drawn.contiguous().unwrap().index_select(&rows, 2).unwrap();
    let some = some.index_select(&rows, 3).unwrap();
    assert_eq!(some.dims(), like.dims());
    some
}

fn difference(a: &Tensor, b: &Tensor) -> f32 {
    let off = (a - b).unwrap().abs().unwrap().max_all().unwrap();
    off.to_scalar().unwrap()
}

/// File, side, channels, latent, whether training here knows it, and a word of what is said.
const LAYOUTS: [(&str, usize, usize, usize, bool, &str); 28] = [
    ("tutorial-biases.pth", 32, 3, 8, true, ""),
    ("module-prefix.pth", 32, 3, 8, true, ""),
    ("legacy.pth", 32, 3, 8, true, ""),
    ("named-layers.pth", 32, 3, 10, true, ""),
    ("flat-names.pth", 32, 3, 8, true, ""),
    ("channels-last.pth", 32, 3, 8, true, ""),
    ("half.pth", 32, 3, 8, true, ""),
    ("ema-beside-raw.pth", 32, 3, 8, true, "several generators"),
    ("both-networks.pt", 32, 3, 8, true, ""),
    ("prefixed.safetensors", 32, 3, 8, true, ""),
    ("leaky-tutorial.pth", 32, 3, 8, true, "LeakyReLU(0.2)"),
    ("large-256.pth", 256, 3, 6, true, ""),
    ("dense-5x5-28-grey.pth", 28, 1, 12, false, ""),
    ("mnist-28.pth", 28, 1, 10, false, ""),
    ("anime-96.pth", 96, 3, 10, false, "64×64"),
    ("resized-leaky-32.pth", 32, 3, 10, false, "LeakyReLU(0.2)"),
    ("resized-64.pth", 64, 3, 9, false, ""),
    ("elu-tutorial.pth", 32, 3, 8, false, "ELU"),
    ("selu-tutorial.pth", 32, 3, 8, false, "SELU"),
    ("gelu-tutorial.pth", 32, 3, 8, false, "GELU"),
    ("silu-tutorial.pth", 32, 3, 8, false, "SiLU"),
    ("mish-tutorial.pth", 32, 3, 8, false, "Mish"),
    ("forward-leaky-32.pth", 32, 3, 9, false, "LeakyReLU(0.3)"),
    ("forward-corners-32.pth", 32, 3, 9, false, "aligned corners"),
    ("onnx-tutorial.onnx", 32, 3, 8, true, ""),
    ("onnx-dense-28-grey.onnx", 28, 1, 12, false, ""),
    ("onnx-resized-32.onnx", 32, 3, 10, false, ""),
    (
        "resized-smooth-32-grey.pth",
        32,
        1,
        10,
        false,
        "bilinear upsampling",
    ),
];

#[test]
fn layouts_of_many_kinds_draw_what_pytorch_draws() {
    let home = tempfile::tempdir().unwrap();
    for (file, size, channels, latent, is_chain, note) in LAYOUTS {
        let opened = open(&fixture(file), &ImportOptions::default());
        let info = &opened.model.info;
        assert_eq!(
            (info.size, info.channels, info.latent),
            (size, channels, latent),
            "{file}"
        );
        assert_eq!(opened.model.generator.chain().is_some(), is_chain, "{file}");
        let notes = opened.notes.join(" ");
        let told = if note.is_empty() {
            notes.is_empty()
        } else {
            notes.contains(note)
        };
        assert!(told, "{file}: {notes}");
        let (name, _) = file.rsplit_once('.').unwrap();
        assert!(off(&opened, name) < 1e-4, "{file}: {}", off(&opened, name));

        // Imported, it is the same model in a file of this program, where nothing is left to find out.
        let out = home.path().join("model.safetensors");
        let from = fixture(file);
        let import = [
            "import",
            from.to_str().unwrap(),
            "--out",
            out.to_str().unwrap(),
        ];
        succeed(home.path(), &import);
        let again = open(&out, &ImportOptions::default());
        assert!(again.notes.is_empty(), "{file}: {:?}", again.notes);
        assert!(off(&again, name) < 1e-4, "{file}: {}", off(&again, name));

        // As ONNX too; `check_export.py` compares that with onnxruntime.
        let graph = home.path().join("model.onnx");
        let export = ["export", "--model", out.to_str().unwrap(), "--onnx"];
        succeed(
            home.path(),
            &[&export[..], &[graph.to_str().unwrap()]].concat(),
        );
        // Their graphs multiply features by something of themselves, and what is no chain is not read.
        if ["GELU", "SiLU", "Mish"].contains(&note) {
            continue;
        }
        let again = open(&graph, &ImportOptions::default());
        assert!(off(&again, name) < 1e-4, "{file}: {}", off(&again, name));
    }
}

#[test]
fn one_of_several_networks_can_be_asked_for() {
    let options = |network: &str| ImportOptions {
        network: Some(network.into()),
        ..ImportOptions::default()
    };
    let file = fixture("ema-beside-raw.pth");
    assert!(off(&open(&file, &options("netg")), "ema-beside-raw-other") < 1e-4);
    assert!(off(&open(&file, &options("G_ema")), "ema-beside-raw") < 1e-4);
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("model.safetensors");
    let import = [
        "import",
        file.to_str().unwrap(),
        "--network",
        "style",
        "--out",
    ];
    let told = fail(
        home.path(),
        &[&import[..], &[out.to_str().unwrap()]].concat(),
        1,
    );
    assert!(told.contains("no generator style; there is"), "{told}");
    assert!(told.contains("netG") && told.contains("G_ema") && !out.exists());
}

#[test]
fn what_a_person_says_counts_more_than_what_is_found_out() {
    let file = fixture("tutorial-biases.pth");
    let leaky = ImportOptions {
        activation: Some(Activation::Slope(0.2)),
        ..ImportOptions::default()
    };
    assert!(off(&open(&file, &leaky), "tutorial-biases") > 1e-2);
    let sized = |size| ImportOptions {
        size: Some(size),
        ..ImportOptions::default()
    };
    let other = open(&fixture("anime-96.pth"), &sized(64));
    assert_eq!(other.model.info.size, 64);
    let impossible = model_file::import(&file, &sized(77), &Device::Cpu).unwrap_err();
    assert!(impossible.to_string().contains("77×77"), "{impossible}");
}

#[test]
fn missing_running_statistics_are_measured_anew() {
    let opened = open(
        &fixture("without-statistics.pth"),
        &ImportOptions::default(),
    );
    assert!(opened.notes.join(" ").contains("measured anew"));
    // Those of the file were means over other latents: the pictures are nearly the same.
    let off = off(&opened, "without-statistics");
    assert!(off < 0.1, "{off}");
}

#[test]
fn a_discriminator_comes_along() {
    let opened = open(&fixture("both-networks.pt"), &ImportOptions::default());
    let path = fixture("both-networks.expected.safetensors");
    let all = candle_core::safetensors::load(path, &Device::Cpu).unwrap();
    let pictures = all["pictures"].permute((0, 2, 3, 1)).unwrap();
    let logits = opened
        .model
        .discriminator
        .unwrap()
        .infer(&pictures.contiguous().unwrap());
    let logits: Vec<f32> = logits.unwrap().flatten_all().unwrap().to_vec1().unwrap();
    let verdicts: Vec<f32> = all["verdicts"].to_vec1().unwrap();
    for (logit, verdict) in logits.iter().zip(verdicts) {
        let own = 1.0 / (1.0 + (-logit).exp());
        assert!((own - verdict).abs() < 1e-4, "{own} {verdict}");
    }
}

/// `tutorial-64.expected.safetensors` was made from the tutorial's own checkpoint, which is too large to lie here: its
/// path in `MORPHOGAN_TUTORIAL_CHECKPOINT`.
#[test]
#[ignore = "needs a checkpoint that is not in the repository"]
fn the_tutorials_checkpoint_draws_what_pytorch_draws() {
    let path = std::env::var_os("MORPHOGAN_TUTORIAL_CHECKPOINT").unwrap();
    let opened = open(Path::new(&path), &ImportOptions::default());
    assert!(opened.notes.is_empty(), "{:?}", opened.notes);
    let off = off(&opened, "tutorial-64");
    assert!(off < 1e-4, "{off}");
}

/// The networks of `both-networks.pt` go on learning as in PyTorch: losses of three steps with the same pictures and
/// latents.
#[test]
fn both_networks_go_on_with_the_losses_of_pytorch() {
    let model = open(&fixture("both-networks.pt"), &ImportOptions::default()).model;
    let path = fixture("both-networks.steps.safetensors");
    let all = candle_core::safetensors::load(path, &Device::Cpu).unwrap();
    let adam = || Adam::new(2e-4, 0.5);
    let generator = model.generator.chain().unwrap().clone();
    let mut gan = Gan::of(generator, model.discriminator.unwrap(), (adam(), adam()));
    let losses: Vec<Vec<f32>> = all["losses"].to_vec2().unwrap();
    for (step, wanted) in losses.iter().enumerate() {
        let real = all["real"].get(step).unwrap().to_dtype(DType::F32).unwrap();
        let real = real.permute((0, 2, 3, 1)).unwrap().contiguous().unwrap(); // [b, h, w, c]
        let z = all["z"].get(step).unwrap(); // [b, latent]
        let z = z.unsqueeze(1).unwrap().unsqueeze(1).unwrap(); // [b, 1, 1, latent]
        let scores = gan.step(&real, &z).unwrap();
        for (own, wanted) in [scores.loss_d, scores.loss_g].iter().zip(wanted) {
            assert!((own - wanted).abs() < 1e-3, "step {step}: {own} {wanted}");
        }
    }
}

#[test]
fn a_run_begins_with_a_model_of_another_program() {
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    let from = fixture("both-networks.pt");
    let train = |model: &Path, more: &str| {
        let text = format!(
            "train --starter-count 64 --batch 16 --device cpu --steps 2 --seed 7 {more} --from {} --run {}",
            model.display(),
            run.display()
        );
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let words = |all: &[String]| {
        fail(
            home.path(),
            &all.iter().map(String::as_str).collect::<Vec<_>>(),
            1,
        )
    };
    assert!(words(&train(&from, "--width 8")).contains("--width is that of the model"));
    let dense = fixture("dense-5x5-28-grey.pth");
    assert!(words(&train(&dense, "")).contains("other layers than training here knows"));
    let biased = fixture("tutorial-biases.pth");
    assert!(words(&train(&biased, "")).contains("biases"));
    assert!(!run.exists());

    let begun = train(&from, "--json");
    let told = succeed(
        home.path(),
        &begun.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    assert!(!told.contains("begins anew"), "{told}");
    // What it began with is kept: a run that is cut short goes on from it.
    let checkpoint = run.join("checkpoints/step-0000000.safetensors");
    let all = candle_core::safetensors::load(&checkpoint, &Device::Cpu).unwrap();
    let model = open(&from, &ImportOptions::default()).model;
    let (generator, discriminator) = (model.generator.chain(), model.discriminator.as_ref());
    for (name, wanted) in [
        ("raw.main.0.weight", generator),
        ("main.0.weight", generator),
        ("discriminator.main.0.weight", discriminator),
    ] {
        let wanted = wanted.unwrap().blocks[0].weight.permute((0, 3, 1, 2));
        assert_eq!(difference(&all[name], &wanted.unwrap()), 0.0, "{name}");
    }
    assert!(run.join("model.safetensors").is_file());

    // Without a discriminator in the file a new one begins, which is said.
    let alone = fixture("module-prefix.pth");
    std::fs::remove_dir_all(&run).unwrap();
    let begun = train(&alone, "");
    let output = run_program(
        home.path(),
        &begun.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("no discriminator; it begins anew"), "{told}");
}

#[test]
fn what_others_saved_is_never_written_anew() {
    let home = tempfile::tempdir().unwrap();
    for file in ["ema-beside-raw.pth", "onnx-tutorial.onnx"] {
        let path = home.path().join(file);
        std::fs::copy(fixture(file), &path).unwrap();
        let find = ["directions", "--count", "2", "--save", "--model"];
        let told = fail(
            home.path(),
            &[&find[..], &[path.to_str().unwrap()]].concat(),
            1,
        );
        assert!(told.contains("stays as it is"), "{told}");
        assert_eq!(
            std::fs::read(&path).unwrap(),
            std::fs::read(fixture(file)).unwrap()
        );
    }
}
