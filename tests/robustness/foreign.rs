//! Files that are no model, or are made to harm: each is refused with a sentence, soon, in little memory, and nothing in
//! it is run.

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use crate::common::program;

/// A member of an archive: its name, bytes, how they are packed (0: not, 8: deflated) and how many they are unpacked.
type Member<'a> = (&'a str, Vec<u8>, u16, u32);

/// A zip archive; `shift` moves where its directory says that members begin.
fn zip(members: &[Member], shift: impl Fn(usize, u32) -> u32) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (index, (name, data, method, size)) in members.iter().enumerate() {
        let at = shift(index, bytes.len() as u32);
        let mut common = Vec::new();
        common.extend([20, 0, 0, 0]);
        common.extend(method.to_le_bytes());
        common.extend([0; 8]);
        common.extend((data.len() as u32).to_le_bytes());
        common.extend(size.to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0; 2]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(data);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
    let count = (members.len() as u16).to_le_bytes();
    bytes.extend([count, count].concat());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

fn text(of: &str) -> Vec<u8> {
    let mut bytes = b"X".to_vec();
    bytes.extend((of.len() as u32).to_le_bytes());
    bytes.extend(of.as_bytes());
    bytes
}

fn integer(number: i64) -> Vec<u8> {
    let mut bytes = b"\x8a\x08".to_vec();
    bytes.extend(number.to_le_bytes());
    bytes
}

fn tuple(numbers: &[i64]) -> Vec<u8> {
    let all: Vec<u8> = numbers.iter().flat_map(|&number| integer(number)).collect();
    [b"(".to_vec(), all, b"t".to_vec()].concat()
}

/// A tensor as torch.save writes it, of `count` stored numbers.
fn tensor(key: &str, count: i64, shape: &[i64], strides: &[i64]) -> Vec<u8> {
    [
        b"ctorch._utils\n_rebuild_tensor_v2\n((".to_vec(),
        text("storage"),
        b"ctorch\nFloatStorage\n".to_vec(),
        text(key),
        text("cpu"),
        integer(count),
        b"tQ".to_vec(),
        integer(0),
        tuple(shape),
        tuple(strides),
        b"\x89}tR".to_vec(),
    ]
    .concat()
}

fn strides(shape: &[i64]) -> Vec<i64> {
    let after = (0..shape.len()).map(|at| shape[at + 1..].iter().product());
    after.collect()
}

/// What torch.save writes of a state dict with these shapes, all numbers `number`.
fn checkpoint(shapes: &[(&str, &[i64])], number: f32) -> Vec<u8> {
    let mut list = b"\x80\x02}(".to_vec();
    let mut members = Vec::new();
    for (index, (name, shape)) in shapes.iter().enumerate() {
        let count: i64 = shape.iter().product();
        list.extend(text(name));
        list.extend(tensor(&index.to_string(), count, shape, &strides(shape)));
        members.push((
            format!("m/data/{index}"),
            number.to_le_bytes().repeat(count as usize),
        ));
    }
    list.extend(b"u.");
    archive(list, &members)
}

fn archive(list: Vec<u8>, storages: &[(String, Vec<u8>)]) -> Vec<u8> {
    let length = list.len() as u32;
    let mut all: Vec<Member> = vec![("m/data.pkl", list, 0, length)];
    all.extend(
        storages
            .iter()
            .map(|(name, data)| (name.as_str(), data.clone(), 0, data.len() as u32)),
    );
    zip(&all, |_, at| at)
}

/// A pickle that has Python run `touch marker`.
fn harmful(marker: &Path) -> Vec<u8> {
    let command = text(&format!("touch {}", marker.display()));
    [
        b"\x80\x02cposix\nsystem\n".to_vec(),
        command,
        b"\x85R.".to_vec(),
    ]
    .concat()
}

/// A tensor in 200,000 modules.
fn deep() -> Vec<u8> {
    let name = "/".repeat(200_000);
    let header = format!(r#"{{"{name}":{{"dtype":"F32","shape":[16],"data_offsets":[0,64]}}}}"#);
    headed(&header, header.len() as u64)
}

/// A dictionary of 50,000 pairs, made 100,000 times from one list.
fn copies() -> Vec<u8> {
    let pairs = b"K\x01K\x02\x86".repeat(50_000);
    let made = b"h\x00h\x01\x85R0".repeat(100_000);
    let class = b"\x80\x02ccollections\nOrderedDict\nq\x00]q\x01(";
    [&class[..], &pairs, b"e", &made, b"."].concat()
}

/// A list of 10,000 numbers, 10,000 times in another one.
fn again() -> Vec<u8> {
    let (numbers, lists) = (b"K\x01".repeat(10_000), b"h\x00".repeat(10_000));
    [&b"\x80\x02](]q\x00("[..], &numbers, b"e", &lists, b"e."].concat()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// A safetensors file whose header is this.
fn headed(header: &str, claimed: u64) -> Vec<u8> {
    [&claimed.to_le_bytes()[..], header.as_bytes(), &[0; 64]].concat()
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import");
    std::fs::read(folder.join(name)).unwrap()
}

/// A small tutorial generator with these channels of pictures, and its last kernel's side.
fn generator(channels: i64, side: i64) -> Vec<(&'static str, Vec<i64>)> {
    let mut all = vec![("main.0.weight", vec![6, 8, 4, 4])];
    all.push(("main.3.weight", vec![8, 5, 4, 4]));
    all.push(("main.6.weight", vec![5, 4, 4, 4]));
    all.push(("main.9.weight", vec![4, channels, side, side]));
    for (name, count) in [("main.1.", 8), ("main.4.", 5), ("main.7.", 4)] {
        for part in ["weight", "bias", "running_mean", "running_var"] {
            all.push((
                Box::leak(format!("{name}{part}").into_boxed_str()),
                vec![count],
            ));
        }
    }
    all
}

fn made(shapes: &[(&'static str, Vec<i64>)], number: f32) -> Vec<u8> {
    let shapes: Vec<(&str, &[i64])> = shapes
        .iter()
        .map(|(name, shape)| (*name, &shape[..]))
        .collect();
    checkpoint(&shapes, number)
}

/// A small generator whose first kernel says that it has this shape, of sixteen numbers that are stored.
fn lying(shape: &[i64], strides: &[i64]) -> Vec<u8> {
    let mut list = [b"\x80\x02}(".to_vec(), text("main.0.weight")].concat();
    list.extend(tensor("0", 16, shape, strides));
    let mut storages = vec![("m/data/0".to_owned(), vec![0; 64])];
    for (index, (name, shape)) in generator(3, 4).iter().enumerate().skip(1) {
        let count: i64 = shape.iter().product();
        list.extend(text(name));
        list.extend(tensor(
            &index.to_string(),
            count,
            shape,
            &self::strides(shape),
        ));
        storages.push((format!("m/data/{index}"), vec![0; 4 * count as usize]));
    }
    list.extend(b"u.");
    archive(list, &storages)
}

/// Name, bytes, and what the reason must say.
fn cases(marker: &Path) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let resnet: [(&str, &[i64]); 7] = [
        ("conv1.weight", &[8, 3, 7, 7]),
        ("layer1.0.conv1.weight", &[8, 8, 3, 3]),
        ("layer1.0.conv2.weight", &[8, 8, 3, 3]),
        ("layer2.0.conv1.weight", &[16, 8, 3, 3]),
        ("layer2.0.downsample.0.weight", &[16, 8, 1, 1]),
        ("fc.weight", &[10, 16]),
        ("fc.bias", &[10]),
    ];
    let diffusion: [(&str, &[i64]); 6] = [
        ("model.diffusion_model.time_embed.0.weight", &[64, 16]),
        ("model.diffusion_model.time_embed.2.weight", &[64, 64]),
        (
            "model.diffusion_model.input_blocks.0.0.weight",
            &[16, 4, 3, 3],
        ),
        (
            "model.diffusion_model.input_blocks.1.0.in_layers.2.weight",
            &[16, 16, 3, 3],
        ),
        (
            "model.diffusion_model.input_blocks.1.1.proj_in.weight",
            &[16, 16, 1, 1],
        ),
        ("model.diffusion_model.out.2.weight", &[4, 16, 3, 3]),
    ];
    let language: [(&str, &[i64]); 3] = [
        ("embed.weight", &[100, 16]),
        ("layers.0.attention.weight", &[48, 16]),
        ("head.weight", &[100, 16]),
    ];
    let claims = |list: Vec<u8>| {
        let whole = [b"\x80\x02}".to_vec(), text("w"), list, b"s.".to_vec()].concat();
        archive(whole, &[("m/data/0".into(), vec![0; 64])])
    };
    let tutorial = fixture("module-prefix.pth");
    let legacy = fixture("legacy.pth");
    let graph = fixture("onnx-tutorial.onnx");
    let zeros = vec![0; 64 << 20];
    let packed: Vec<Member> = vec![("m/data.pkl", deflated(&zeros), 8, 64 << 20)];
    let overlapping: Vec<Member> = vec![
        ("m/data.pkl", b"\x80\x02}.".to_vec(), 0, 4),
        ("m/data/0", vec![0; 64], 0, 64),
        ("m/data/1", vec![0; 64], 0, 64),
    ];
    let doubling = (1..12u8).fold(b"\x80\x02]q\x00".to_vec(), |mut list, level| {
        list.extend([b']', b'q', level, b'(']);
        list.extend([b'h', level - 1].repeat(40));
        list.push(b'e');
        list
    });
    let nodes = [0x0a, 0].repeat(3 << 20);
    let length = |count: usize| {
        [
            count as u8 | 0x80,
            (count >> 7) as u8 | 0x80,
            (count >> 14) as u8 | 0x80,
            (count >> 21) as u8,
        ]
    };
    let many = [&[8, 8, 0x3a][..], &length(nodes.len()), &nodes].concat();
    vec![
        (
            "resnet.pth",
            checkpoint(&resnet, 0.1),
            "chain from a latent to a picture",
        ),
        (
            "diffusion.ckpt",
            checkpoint(&diffusion, 0.1),
            "chain from a latent to a picture",
        ),
        (
            "language.pt",
            checkpoint(&language, 0.1),
            "chain from a latent to a picture",
        ),
        (
            "picture.pth",
            b"\x89PNG\r\n\x1a\n0000".to_vec(),
            "this is a picture",
        ),
        (
            "text.pth",
            b"the weights are in the other folder\n".to_vec(),
            "safetensors",
        ),
        (
            "page.pth",
            b"<!DOCTYPE html><title>404</title>".to_vec(),
            "web page",
        ),
        ("empty.pth", Vec::new(), "empty"),
        ("harm.pth", archive(harmful(marker), &[]), "posix.system"),
        ("harm.pkl", harmful(marker), "posix.system"),
        (
            "module.pth",
            archive(b"\x80\x02c__main__\nGenerator\n)\x81.".to_vec(), &[]),
            "__main__.Generator",
        ),
        (
            "script.pt",
            archive(b"\x80\x02c__torch__.net\nG\n)\x81.".to_vec(), &[]),
            "TorchScript",
        ),
        (
            "half.pth",
            tutorial[..tutorial.len() / 2].to_vec(),
            "cut short",
        ),
        (
            "half-legacy.pth",
            legacy[..legacy.len() / 2].to_vec(),
            "cut short",
        ),
        (
            "ten-gigabytes.safetensors",
            headed("{}", 10 << 30),
            "safetensors",
        ),
        (
            "ten-gigabytes-of-tensor.safetensors",
            headed(
                r#"{"w":{"dtype":"F32","shape":[2684354560],"data_offsets":[0,10737418240]}}"#,
                73,
            ),
            "safetensors",
        ),
        (
            "claims.pth",
            claims(tensor("0", 1 << 40, &[1 << 40], &[1])),
            "longer than what is stored",
        ),
        (
            "lying.pth",
            lying(&[6, 8, 4, 4], &[128, 16, 4, 1]),
            "is longer than what is stored",
        ),
        (
            "repeated.pth",
            lying(&[6, 8, 4, 4], &[0, 0, 0, 0]),
            "is longer than what is stored",
        ),
        (
            "endless-latent.pth",
            lying(&[1 << 40, 8, 4, 4], &[0; 4]),
            "",
        ),
        (
            "missing.pth",
            claims(tensor("7", 16, &[16], &[1])),
            "a part of it is missing",
        ),
        ("overlapping.pth", zip(&overlapping, |_, _| 0), "overlap"),
        ("bomb.pth", zip(&packed, |_, at| at), "packed"),
        (
            "other.zip",
            zip(&[("a.txt", vec![1, 2], 0, 2)], |_, at| at),
            "zip archive",
        ),
        (
            "doubling.pth",
            archive([doubling, b".".to_vec()].concat(), &[]),
            "containers",
        ),
        (
            "endless.pth",
            archive([b"\x80\x02".to_vec(), b"N".repeat(9 << 20)].concat(), &[]),
            "more than a network's",
        ),
        ("deep.safetensors", deep(), ""),
        (
            "copies.pth",
            archive(copies(), &[]),
            "more than a network's",
        ),
        ("again.pth", archive(again(), &[]), "containers"),
        ("lost.pth", made(&generator(3, 4), f32::NAN), "no numbers"),
        ("negative.pth", made(&generator(3, 4), -1.0), "negative"),
        (
            "two-channels.pth",
            made(&generator(2, 4), 0.1),
            "chain from a latent to a picture",
        ),
        ("half.onnx", graph[..graph.len() / 2].to_vec(), "damaged"),
        ("many.onnx", many, "more than those of a generator"),
        ("nothing.onnx", vec![8, 8, 0x3a, 0], "no input"),
    ]
}

#[test]
fn wrong_files_are_refused_soon_and_nothing_in_them_is_run() {
    let home = tempfile::tempdir().unwrap();
    let marker = home.path().join("marker");
    for (name, bytes, reason) in cases(&marker) {
        let path = home.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let begin = Instant::now();
        let (told, memory) = refusal(home.path(), &path);
        let took = begin.elapsed();
        assert!(told.contains(reason), "{name}: {told}");
        assert!(
            told.starts_with("error: The model") && told.contains(name),
            "{name}: {told}"
        );
        assert!(
            !told.contains("panicked") && told.lines().count() <= 3,
            "{name}: {told}"
        );
        assert!(took < Duration::from_secs(2), "{name}: {took:?}");
        assert!(memory < 1000, "{name}: {memory} MB");
    }
    assert!(!marker.exists());
}

/// What the program says of a file, and the most memory in MB that it was seen with.
fn refusal(home: &Path, path: &Path) -> (String, u64) {
    let out = home.join("out.safetensors");
    let (output, most) = watched_import(home, path, &out);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{}: {told}", path.display());
    assert!(!out.exists());
    (told, most)
}

/// What comes of importing a file, and the most memory in MB that the program was seen with.
pub fn watched_import(home: &Path, path: &Path, out: &Path) -> (Output, u64) {
    let mut child = program(home)
        .args(["import", path.to_str().unwrap(), "--out"])
        .arg(out)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        most = most.max(kib.unwrap_or(0) / 1000);
        std::thread::sleep(Duration::from_millis(2));
    }
    (child.wait_with_output().unwrap(), most)
}
