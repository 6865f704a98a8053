//! Model files as people have them, and files made for sharing.

use morphogan::worker::jobs::model;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use morphogan::config::Loss;
use morphogan::gan::Snapshot;
use morphogan::latent::Latent;
use morphogan::picture::Picture;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde_json::{Value, json};

use crate::common::{fail, objects, small_run, succeed};

/// A tensor of a file: type, shape, bytes.
type Part = (Dtype, Vec<usize>, Vec<u8>);
/// A file's tensors by name.
type Parts = BTreeMap<String, Part>;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn parts(path: &Path) -> Parts {
    let bytes = std::fs::read(path).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let part = |view: &TensorView| (view.dtype(), view.shape().to_vec(), view.data().to_vec());
    let all = tensors.iter();
    all.map(|(name, view)| (name.to_owned(), part(&view)))
        .collect()
}

fn floats(shape: &[usize], numbers: &[f32]) -> Part {
    let bytes = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    (Dtype::F32, shape.to_vec(), bytes)
}

/// A small DCGAN whose convolutions have biases, with its discriminator.
fn biased() -> Parts {
    parts(&fixture("biases.safetensors"))
}

fn write(path: &Path, parts: &Parts, description: Option<&Value>) {
    let views = parts.iter().map(|(name, (dtype, shape, bytes))| {
        let view = TensorView::new(*dtype, shape.clone(), bytes).unwrap();
        (name.as_str(), view)
    });
    let metadata = description.map(|json| HashMap::from([("morphogan".into(), json.to_string())]));
    std::fs::write(path, safetensors::serialize(views, metadata).unwrap()).unwrap();
}

/// What NumPy computed: latents, faces [2, 3, 32, 32] and the discriminator's outputs.
fn expected(name: &str) -> Vec<f32> {
    let bytes = std::fs::read(fixture("biases-expected.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let view = tensors.tensor(name).unwrap();
    let (numbers, _) = view.data().as_chunks::<4>();
    numbers.iter().map(|&x| f32::from_le_bytes(x)).collect()
}

fn latents() -> Vec<Latent> {
    let z = expected("z");
    z.chunks(4).map(|one| Latent(one.to_vec())).collect()
}

/// The faces of [`expected`] as bytes.
fn expected_faces() -> Vec<Vec<u8>> {
    let byte = |x: f32| ((x + 1.0) * 127.5).round() as u8;
    let face = |planes: &[f32]| {
        let pixels = (0..32 * 32).flat_map(|at| [0, 1, 2].map(|c| byte(planes[c * 32 * 32 + at])));
        pixels.collect()
    };
    expected("faces").chunks(3 * 32 * 32).map(face).collect()
}

/// How far pictures are from the expected ones, in steps of their 8 bits.
fn off<'a>(drawn: impl IntoIterator<Item = &'a Picture>) -> u8 {
    let pairs = drawn.into_iter().zip(expected_faces());
    let bytes = pairs.flat_map(|(a, b)| a.rgb.clone().into_iter().zip(b));
    bytes.map(|(a, b)| a.abs_diff(b)).max().unwrap()
}

fn open(path: &Path) -> Snapshot {
    model::read_model(path).unwrap()
}

#[test]
fn networks_with_biases_draw_what_numpy_computes() {
    let home = tempfile::tempdir().unwrap();
    let model = open(&fixture("biases.safetensors"));
    let faces = model.draw(&latents()).unwrap();
    assert_eq!(faces.len(), 2);
    assert!(off(&faces) <= 1, "{}", off(&faces));
    // From the second one on by the weights that are laid out for single faces.
    for _ in 0..3 {
        let one = model.draw_now(&latents()[0]).unwrap().unwrap();
        assert!(off([&one]) <= 1, "{}", off([&one]));
    }

    // Written anew, nothing is lost: the same tensors under the same names.
    let out = home.path().join("again.safetensors");
    let biases = fixture("biases.safetensors");
    let convert = ["convert", "--model", text(&biases), "--out", text(&out)];
    succeed(home.path(), &convert);
    assert_eq!(parts(&out), biased());

    let (json, png) = (home.path().join("z.json"), home.path().join("faces.png"));
    std::fs::write(&json, serde_json::to_string(&latents()).unwrap()).unwrap();
    let mut sample = vec!["sample", "--model", text(&out), "--latents", text(&json)];
    sample.extend([
        "--rows",
        "1",
        "--cols",
        "2",
        "--gap",
        "0",
        "--out",
        text(&png),
    ]);
    succeed(home.path(), &sample);
    let wall = image::open(&png).unwrap().into_rgb8();
    for (face, expected) in expected_faces().iter().enumerate() {
        let own = image::imageops::crop_imm(&wall, face as u32 * 32, 0, 32, 32).to_image();
        let pairs = own.as_raw().iter().zip(expected);
        assert!(pairs.clone().all(|(a, b)| a.abs_diff(*b) <= 1));
    }
}

#[test]
fn the_verdict_is_on_the_scale_of_the_loss() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("model.safetensors");
    let output = f64::from(expected("outputs")[0]);
    let realness = |description: Option<&Value>| {
        write(&path, &biased(), description);
        f64::from(open(&path).realness(&latents()[0]).unwrap().unwrap())
    };
    let told = |loss: &str| json!({"format": 1, "loss": loss});
    let sigmoid = 1.0 / (1.0 + (-output).exp());
    for (found, expected) in [
        (realness(Some(&told("bce"))), sigmoid),
        (realness(Some(&told("lsgan"))), output),
        (realness(Some(&told("hinge"))), (1.0 + output) / 2.0),
        // As before, and as what a later version may write.
        (realness(None), sigmoid),
        (realness(Some(&told("of 2030"))), sigmoid),
    ] {
        assert!((found - expected).abs() < 1e-4, "{found} {expected}");
    }
}

#[test]
fn a_run_writes_its_loss_into_the_model_and_older_ones_have_it_in_the_settings() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("run");
    let mut train = small_run(text(&folder));
    train.extend(["--steps", "2", "--loss", "lsgan"]);
    succeed(home.path(), &train);
    let file = folder.join("model.safetensors");
    let inspect = succeed(home.path(), &["inspect", text(&file), "--json"]);
    assert_eq!(objects(&inspect)[0]["loss"], "lsgan");
    // The name of the data and no path is what others get to see.
    assert!(!String::from_utf8_lossy(&std::fs::read(&file).unwrap()).contains(text(home.path())));

    let older = parts(&file);
    write(&file, &older, Some(&json!({"format": 1})));
    assert_eq!(open(&folder).info().loss, Some(Loss::Lsgan));
    assert_eq!(open(&file).info().loss, Some(Loss::Lsgan));
    let elsewhere = home.path().join("elsewhere.safetensors");
    std::fs::rename(&file, &elsewhere).unwrap();
    assert_eq!(open(&elsewhere).info().loss, None);
}

#[test]
fn networks_are_opened_behind_any_prefix() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("model.safetensors");
    for (g, d) in [
        ("module.main.", "module.discriminator.main."),
        ("netG.main.", "netD.main."),
        ("generator.module.main.", "d.module.model."),
        ("model.", "judge."),
        ("", "discriminator.main."),
    ] {
        let renamed = biased().into_iter().map(|(name, part)| {
            let of_d = name
                .strip_prefix("discriminator.main.")
                .map(|rest| [d, rest]);
            let of_g = name.strip_prefix("main.").map(|rest| [g, rest]);
            (of_d.or(of_g).unwrap().concat(), part)
        });
        write(&path, &renamed.collect(), None);
        let model = open(&path);
        assert!(off(&model.draw(&latents()).unwrap()) <= 1, "{g}");
        assert!(model.discriminator().is_some(), "{d}");
    }
}

/// Changes the small DCGAN, which must then be refused with this in the reason, everywhere and without a file.
fn refused(change: impl FnOnce(&mut Parts), reason: &str) {
    let home = tempfile::tempdir().unwrap();
    let (path, out) = (home.path().join("m.safetensors"), home.path().join("out"));
    let mut parts = biased();
    change(&mut parts);
    write(&path, &parts, None);
    let sample = ["sample", "--model", text(&path), "--out", text(&out)];
    let told = fail(home.path(), &sample, 1);
    assert!(told.contains(reason), "{reason}: {told}");
    let told = fail(home.path(), &["inspect", text(&path)], 1);
    assert!(told.contains(reason), "{reason}: {told}");
    assert!(!out.exists());
}

#[test]
fn what_has_no_place_is_not_left_out_in_silence() {
    let layer = floats(&[3, 3, 4, 4], &[0.1; 144]);
    refused(
        |all| drop(all.insert("main.12.weight".into(), layer)),
        "main.10.",
    );
    let gain = floats(&[3], &[1.0; 3]);
    refused(
        |all| drop(all.insert("main.10.weight".into(), gain)),
        "main.10.weight",
    );
    let one = floats(&[3], &[1.0; 3]);
    refused(
        |all| drop(all.insert("embed.weight".into(), one)),
        "embed.weight",
    );
    let one = floats(&[1, 2], &[1.0; 2]);
    let name = "discriminator.main.9.weight";
    refused(|all| drop(all.insert(name.into(), one)), name);
    let short = floats(&[2], &[1.0; 2]);
    refused(
        |all| drop(all.insert("main.9.bias".into(), short)),
        "main.9.bias has 2",
    );
    let small = floats(&[4, 8, 3, 3], &[0.1; 288]);
    refused(
        |all| drop(all.insert("main.0.weight".into(), small)),
        "3×3, not 4×4",
    );
    refused(
        |all| all.retain(|name, _| !name.contains("main.4.running")),
        "main.4.running",
    );
    refused(
        |all| all.retain(|name, _| name.starts_with('d')),
        "no generator",
    );
    refused(Parts::clear, "no tensors");
    let judge = floats(&[2, 1, 4, 4], &[0.1; 32]);
    let name = "discriminator.main.0.weight";
    refused(
        |all| drop(all.insert(name.into(), judge)),
        "not made for the pictures",
    );
}

/// Puts `number` in the middle of a tensor.
fn spoil(all: &mut Parts, name: &str, number: f32) {
    let (_, shape, bytes) = all.get_mut(name).unwrap();
    let middle = shape.iter().product::<usize>() / 2 * 4;
    bytes[middle..middle + 4].copy_from_slice(&number.to_le_bytes());
}

#[test]
fn weights_that_are_no_numbers_are_refused_by_name() {
    for name in [
        "main.0.weight",
        "main.9.bias",
        "main.4.weight",
        "main.7.bias",
        "main.1.running_mean",
        "main.1.running_var",
        "discriminator.main.5.weight",
    ] {
        for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            refused(|all| spoil(all, name, number), name);
        }
    }
    let halves = |all: &mut Parts| {
        let (dtype, _, bytes) = all.get_mut("main.3.weight").unwrap();
        (*dtype, *bytes) = (Dtype::F16, [0x00, 0x7c].repeat(bytes.len() / 4));
    };
    refused(halves, "main.3.weight");
    for name in ["main.4.running_var", "discriminator.main.3.running_var"] {
        refused(|all| spoil(all, name, -0.5), name);
    }
    // Each is a number, but what they draw is none.
    let large = |all: &mut Parts| {
        for (name, (_, _, bytes)) in all.iter_mut().filter(|(name, _)| name.starts_with("main")) {
            if name.ends_with("0.weight") || name.ends_with("3.weight") {
                let signs = [3e38f32, -3e38].map(f32::to_le_bytes).concat();
                *bytes = signs.repeat(bytes.len() / 8);
            }
        }
    };
    refused(large, "weights are too large");
}

#[test]
fn directions_of_a_file_are_of_its_latent() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("model.safetensors");
    let write = |sigma: Value| {
        let direction = json!({"name": "smile", "method": "sefa", "rank": 0, "sigma": sigma});
        let description = json!({"format": 1, "directions": [direction]});
        write(&path, &biased(), Some(&description));
    };
    write(json!([1, 0, 0, 0]));
    assert_eq!(open(&path).directions().len(), 1);
    for sigma in [json!([1, 0, 0]), json!([1, 0, 0, 1e39])] {
        write(sigma);
        let told = fail(home.path(), &["inspect", text(&path)], 1);
        assert!(told.contains("smile"), "{told}");
    }
}

#[test]
fn other_files_are_named_with_the_way_to_one_that_opens() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("model");
    let cases: [(&[u8], &str); 6] = [
        (
            b"PK\x03\x04\x00\x00\x00\x00\x08\x08archive/data.pkl",
            "safetensors.torch import save_file",
        ),
        (
            b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.",
            "safetensors.torch import save_file",
        ),
        (b"\x08\x07\x12\x07pytorch", "ONNX"),
        (b"GGUF\x03\x00\x00\x00", "GGUF"),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "git lfs pull",
        ),
        (b"", "empty"),
    ];
    for (bytes, reason) in cases {
        std::fs::write(&path, bytes).unwrap();
        let told = fail(home.path(), &["inspect", text(&path)], 1);
        assert!(told.contains(reason), "{reason}: {told}");
        let out = home.path().join("out");
        let convert = ["convert", "--model", text(&path), "--out", text(&out)];
        let told = fail(home.path(), &convert, 1);
        assert!(told.contains(reason), "{reason}: {told}");
    }
}

#[test]
fn no_model_is_waited_for_or_read_without_end() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("out.png");
    let sample = |model: &Path| {
        let sample = ["sample", "--model", text(model), "--out", text(&out)];
        fail(home.path(), &sample, 1)
    };
    let folder = home.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    assert!(sample(&folder).contains("no model in this folder"));
    let huge = home.path().join("huge");
    let file = std::fs::File::create(&huge).unwrap();
    file.set_len(1 << 42).unwrap(); // takes no room
    assert!(sample(&huge).contains("more than a DCGAN can use"));
    #[cfg(unix)]
    {
        let pipe = home.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        for special in [&pipe, Path::new("/dev/zero")] {
            assert!(sample(special).contains("pipe or device"));
        }
    }
}

#[test]
fn claims_of_a_header_are_refused_before_memory_is_asked_for() {
    // Wide beyond any use, though the file is small: each face would take gigabytes.
    let wide = |all: &mut Parts| {
        all.retain(|name, _| name.starts_with("main"));
        let wide = 1 << 16;
        all.insert(
            "main.6.weight".into(),
            floats(&[4, wide, 4, 4], &vec![0.0; 64 * wide]),
        );
        all.insert(
            "main.9.weight".into(),
            floats(&[wide, 3, 4, 4], &vec![0.0; 48 * wide]),
        );
        all.remove("main.6.bias");
        for part in ["weight", "bias", "running_mean", "running_var"] {
            all.insert(format!("main.7.{part}"), floats(&[wide], &vec![1.0; wide]));
        }
    };
    refused(wide, "too wide");
    let long = floats(&[5000, 8, 4, 4], &vec![0.0; 5000 * 128]);
    refused(
        |all| drop(all.insert("main.0.weight".into(), long)),
        "latents of 5000",
    );
    // More layers than a shift of an integer can count.
    let deep = |all: &mut Parts| {
        all.clear();
        for layer in 0..80 {
            let channels = if layer == 79 { 3 } else { 1 };
            let kernel = floats(&[1, channels, 4, 4], &vec![0.1; 16 * channels]);
            all.insert(format!("main.{}.weight", 3 * layer), kernel);
            for part in ["weight", "bias", "running_mean", "running_var"] {
                let name = format!("main.{}.{part}", 3 * layer + 1);
                let _ = layer < 79 && all.insert(name, floats(&[1], &[1.0])).is_none();
            }
        }
    };
    refused(deep, "80 layers");

    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("claims.safetensors");
    for shape in ["[4294967296,4294967296,4,4]", "[100,512,4,4]"] {
        let entry = format!(r#"{{"dtype":"F32","shape":{shape},"data_offsets":[0,16]}}"#);
        let header = format!(r#"{{"main.0.weight":{entry}}}"#);
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend([0; 16]);
        std::fs::write(&path, bytes).unwrap();
        let told = fail(home.path(), &["inspect", text(&path)], 1);
        assert!(told.contains("safetensors"), "{told}");
    }
}

/// A finished run of two steps in `home`.
fn run_of_pictures(home: &Path) -> PathBuf {
    let (folder, photos) = (home.join("run"), home.join("private-photos"));
    std::fs::create_dir(&photos).unwrap();
    for number in 0..64u8 {
        let picture = image::RgbImage::from_fn(32, 32, |x, y| {
            image::Rgb([number.wrapping_mul(37), (8 * x) as u8, (8 * y) as u8])
        });
        picture.save(photos.join(format!("{number}.png"))).unwrap();
    }
    let mut train = small_run(text(&folder));
    train.extend(["--steps", "2", "--data", text(&photos)]);
    succeed(home, &train);
    folder
}

#[test]
fn a_page_for_others_holds_nothing_private() {
    let home = tempfile::tempdir().unwrap();
    let run = run_of_pictures(home.path());
    let page = home.path().join("page.html");
    let html = || {
        succeed(home.path(), &["inspect", text(&run), "--html", text(&page)]);
        std::fs::read_to_string(&page).unwrap()
    };
    let before = html();
    assert!(!before.contains(text(home.path())), "a path is shown");
    assert!(before.contains("<td>private-photos"), "the name is not");
    let walls = before.matches("<img").count();
    assert!(walls > 0);

    let samples = run.join("samples");
    std::fs::write(samples.join("step-0000007.png"), "a private text").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        let photo = home.path().join("private-photos/0.png");
        symlink(photo, samples.join("step-0000008.png")).unwrap();
        symlink("/dev/zero", samples.join("step-0000009.png")).unwrap();
        let pipe = samples.join("step-0000010.png");
        let made = std::process::Command::new("mkfifo").arg(pipe).status();
        assert!(made.unwrap().success());
    }
    assert_eq!(html(), before);

    // A fork tells the name of the run that it came from.
    let fork = json!({"step": 1, "event": "forked", "parent": home.path().join("older")});
    std::fs::write(run.join("events.jsonl"), format!("{fork}\n")).unwrap();
    let forked = html();
    assert!(forked.contains("forked from older") && !forked.contains(text(home.path())));

    #[cfg(unix)]
    {
        // The folder of the walls itself.
        std::fs::rename(&samples, home.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(home.path().join("elsewhere"), &samples).unwrap();
        assert_eq!(html().matches("<img").count(), 0);
    }
}

#[test]
fn latents_beyond_32_bits_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let (json, out) = (home.path().join("z.json"), home.path().join("out.png"));
    std::fs::write(&json, "[[0, 1, 2, 1e39]]").unwrap();
    let model = fixture("biases.safetensors");
    let mut sample = vec!["sample", "--model", text(&model), "--latents", text(&json)];
    sample.extend(["--out", text(&out)]);
    fail(home.path(), &sample, 1);
    assert!(!out.exists());
}
