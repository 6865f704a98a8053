//! Sources of pictures as people have them.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::Value;

use crate::common::{fail, program, run, succeed};
use crate::kit;

/// A picture with something to see everywhere.
fn busy(seed: u32) -> DynamicImage {
    RgbImage::from_fn(64, 48, |x, y| {
        Rgb([(x * 5 + seed) as u8, (y * 6) as u8, (x * y % 251) as u8])
    })
    .into()
}

fn encoded(seed: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    busy(seed).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

/// What `data --json` says about a path.
fn look(home: &Path, path: &Path) -> Value {
    let path = path.to_str().unwrap();
    serde_json::from_str(&succeed(home, &["data", path, "--json", "--size", "32"])).unwrap()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// A tar member.
fn member(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = [0u8; 512];
    let mut at = |place: usize, text: &[u8]| {
        header[place..place + text.len()].copy_from_slice(text);
    };
    at(0, name.as_bytes());
    at(124, format!("{:011o}\0", bytes.len()).as_bytes());
    at(148, b"        ");
    at(156, b"0");
    let sum: u64 = header.iter().map(|&byte| u64::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut all = header.to_vec();
    all.extend(bytes);
    all.resize(all.len().next_multiple_of(512), 0);
    all
}

#[test]
fn cut_jpegs_are_named_and_left_out() {
    let home = tempfile::tempdir().unwrap();
    let photos = home.path().join("photos");
    for number in 0..5 {
        let whole = encoded(number, ImageFormat::Jpeg);
        put(&photos, &format!("{number}.jpg"), &whole);
        let cut = &whole[..whole.len() * (35 + 15 * number as usize) / 100];
        put(&photos, &format!("cut {number}.jpg"), cut);
    }
    let progressive = include_bytes!("../../src/data/tests/progressive.jpg");
    put(&photos, "p.jpg", progressive);
    put(
        &photos,
        "cut p.jpg",
        &progressive[..progressive.len() * 8 / 10],
    );
    let said = look(home.path(), &photos);
    assert_eq!((&said["usable"], &said["skipped"]), (&6.into(), &6.into()));
    for skipped in said["skipped_files"].as_array().unwrap() {
        assert!(
            skipped["name"].as_str().unwrap().starts_with("cut"),
            "{skipped}"
        );
        assert!(
            skipped["why"].as_str().unwrap().contains("cut short"),
            "{skipped}"
        );
    }
}

#[test]
fn what_was_taken_is_said_everywhere() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("emnist");
    for (part, count) in [("test", 80u32), ("train", 70)] {
        let mut idx = vec![0, 0, 8, 3];
        for size in [count, 8, 8] {
            idx.extend(size.to_be_bytes());
        }
        idx.extend((0..64 * count).map(|pixel| pixel as u8));
        put(
            &folder,
            &format!("x-{part}-images-idx3-ubyte.gz"),
            &gz(&idx),
        );
    }
    let path = folder.to_str().unwrap();
    let said = look(home.path(), &folder);
    assert_eq!(said["pictures"], 70);
    assert_eq!(said["taken"][0], "x-train-images-idx3-ubyte.gz");
    assert_eq!(said["left_out"][0], "1 IDX (x-test-images-idx3-ubyte.gz)");
    let text = succeed(home.path(), &["data", path, "--size", "32"]);
    assert!(
        text.contains("taken     x-train-images-idx3-ubyte.gz\n"),
        "{text}"
    );
    assert!(text.contains("left out  1 IDX (x-test-images"), "{text}");
    let mut arguments: Vec<&str> =
        "train --size 32 --width 4 --latent 8 --batch 16 --steps 2 --channels 1 --device cpu --data"
            .split(' ')
            .collect();
    let folder = home.path().join("run");
    arguments.extend([path, "--run", folder.to_str().unwrap()]);
    let output = run(home.path(), &arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("Taken: x-train-images-idx3-ubyte.gz. Left out: 1 IDX"),
        "{told}"
    );
}

#[test]
fn the_window_says_what_was_taken() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("faces");
    put(&folder, "title.png", &encoded(1, ImageFormat::Png));
    for part in ["test", "train"] {
        let mut idx = vec![0, 0, 8, 3, 0, 0, 0, 70, 0, 0, 0, 8, 0, 0, 0, 8];
        idx.resize(16 + 64 * 70, 9);
        put(&folder, &format!("raw/{part}-images-idx3-ubyte"), &idx);
    }
    let config = morphogan::config::TrainConfig {
        data: morphogan::config::DataChoice::Path(folder),
        ..kit::tiny(Path::new("never started"))
    };
    let mut window = kit::window(morphogan::ui::WindowOptions {
        config,
        screen: Some(morphogan::ui::Screen::Data),
        ..Default::default()
    });
    kit::until_seen(&mut window, "raw/train-images-idx3-ubyte");
    kit::until_seen(&mut window, "1 loose pictures (title.png)");
    kit::until_seen(&mut window, "1 IDX (raw/test-images-idx3-ubyte)");
}

/// Trains on `photos`, spoiling the prepared pictures in the cache on the way where `spoil` says so;
/// gives the model and what was told.
fn train(home: &Path, photos: &Path, name: &str, spoil: bool) -> (Vec<u8>, String) {
    use std::io::BufRead as _;
    let folder = home.join(name);
    let mut command = program(home);
    command.args(
        "train --size 32 --width 4 --latent 8 --batch 16 --steps 400 --seed 3 --device cpu --json"
            .split(' '),
    );
    command.arg("--data").arg(photos).arg("--run").arg(&folder);
    command.stdout(std::process::Stdio::piped());
    command.stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut told = String::new();
    for line in std::io::BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if spoil && line.contains("\"step\":20,") {
            for entry in std::fs::read_dir(home.join("cache/morphogan")).unwrap() {
                let path = entry.unwrap().path();
                let length = std::fs::metadata(&path).unwrap().len();
                std::fs::write(&path, vec![7; length as usize / 2]).unwrap();
            }
        }
        told += &line;
    }
    let output = child.wait_with_output().unwrap();
    told += &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    (
        std::fs::read(folder.join("model.safetensors")).unwrap(),
        told,
    )
}

#[test]
fn a_cache_that_is_overwritten_while_training_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let photos = home.path().join("photos");
    for number in 0..70 {
        put(
            &photos,
            &format!("{number}.png"),
            &encoded(3 * number, ImageFormat::Png),
        );
    }
    let (quiet, told) = train(home.path(), &photos, "quiet", false);
    assert!(!told.contains("prepared again"), "{told}");
    let (spoiled, told) = train(home.path(), &photos, "spoiled", true);
    assert_eq!(told.matches("prepared again").count(), 1, "{told}");
    assert!(quiet == spoiled, "other pictures were learnt from");
}

#[test]
fn a_spoiled_unpacked_copy_is_made_again() {
    let home = tempfile::tempdir().unwrap();
    let mut tar = Vec::new();
    for number in 0..4 {
        tar.extend(member(
            &format!("{number}.png"),
            &encoded(number, ImageFormat::Png),
        ));
    }
    tar.extend([0; 1024]);
    let path = put(home.path(), "a.tar.gz", &gz(&tar));
    assert_eq!(look(home.path(), &path)["usable"], 4);
    let cache = home.path().join("cache/morphogan");
    let unpacked = std::fs::read_dir(&cache)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let unpacked = unpacked.filter(|path| path.extension().is_some_and(|e| e == "unpacked"));
    let unpacked = unpacked.collect::<Vec<_>>().pop().unwrap();
    let length = std::fs::metadata(&unpacked).unwrap().len() as usize;
    for spoiled in [vec![0; length], vec![7; 100], Vec::new()] {
        std::fs::write(&unpacked, spoiled).unwrap();
        // The pictures that were prepared are not what is asked for here.
        let said = look(home.path(), &path);
        assert_eq!((&said["pictures"], &said["usable"]), (&4.into(), &4.into()));
    }
    // One picture in the middle, which is only seen when it is read.
    let mut bytes = std::fs::read(&unpacked).unwrap();
    bytes[700] ^= 0xff;
    std::fs::write(&unpacked, bytes).unwrap();
    let arguments = ["data", path.to_str().unwrap(), "--json", "--size", "64"];
    let said: Value = serde_json::from_str(&succeed(home.path(), &arguments)).unwrap();
    assert_eq!(said["usable"], 4);
}

#[test]
fn a_cache_that_cannot_be_written_is_no_reason_to_refuse() {
    let home = tempfile::tempdir().unwrap();
    let tar = [
        member("1.png", &encoded(1, ImageFormat::Png)),
        vec![0; 1024],
    ]
    .concat();
    let path = put(home.path(), "a.tar.gz", &gz(&tar));
    let mut command = program(home.path());
    // A file stands where the folder should.
    command.env("MORPHOGAN_CACHE", &path);
    let output = command
        .args(["data", path.to_str().unwrap(), "--json"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_header_claims_takes_no_memory() {
    let home = tempfile::tempdir().unwrap();
    let photos = home.path().join("photos");
    let plain = encoded(1, ImageFormat::WebP);
    let mut webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x08\0\0\0\x3f\0\0\x2f\0\0".to_vec();
    webp.extend(&plain[12..]);
    webp.extend(b"EXIF\xf0\xff\xff\xffMM\0\x2a");
    let length = (webp.len() as u32 - 8).to_le_bytes();
    webp[4..8].copy_from_slice(&length);
    for number in 0..8 {
        put(&photos, &format!("{number}.webp"), &webp);
    }
    // Large ones whose pixels are all there: eight at once would take gigabytes.
    let large = RgbImage::new(4000, 4000);
    let mut bytes = Cursor::new(Vec::new());
    large.write_to(&mut bytes, ImageFormat::Png).unwrap();
    for number in 0..8 {
        put(&photos, &format!("large {number}.png"), bytes.get_ref());
    }
    let inner = program(home.path());
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "ulimit -v 2500000; exec \"$@\"", "sh"]);
    command.arg(inner.get_program());
    command.args([
        "data",
        photos.to_str().unwrap(),
        "--json",
        "--threads",
        "8",
        "--size",
        "32",
    ]);
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&said["usable"], &said["skipped"]), (&8.into(), &8.into()));
    assert!(
        said["skipped_files"][0]["why"]
            .as_str()
            .unwrap()
            .contains("cut short")
    );
}

#[test]
fn a_packed_idx_that_promises_without_measure_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let mut idx = vec![0, 0, 8, 3];
    for size in [7_000u32, 100, 100] {
        idx.extend(size.to_be_bytes());
    }
    idx.resize(16 + 70_000_000, 0);
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(&idx).unwrap();
    let path = put(
        home.path(),
        "a-images-idx3-ubyte.gz",
        &out.finish().unwrap(),
    );
    let told = fail(home.path(), &["data", path.to_str().unwrap()], 1);
    assert!(told.contains("refused as an archive bomb"), "{told}");
}

#[test]
fn small_things_of_the_command_are_right() {
    let home = tempfile::tempdir().unwrap();
    let told = fail(home.path(), &["data", "starter", "--count", "50"], 2);
    assert!(
        told.contains("--count") && !told.contains("starter-count"),
        "{told}"
    );

    let folder = home.path().join("photos");
    put(&folder, "1.png", b"no picture");
    let preview = home.path().join("preview.png");
    let arguments = [
        "data",
        folder.to_str().unwrap(),
        "--preview",
        preview.to_str().unwrap(),
    ];
    let output = run(home.path(), &arguments);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("pictures  1, 0 of them usable") && text.contains("skipped   1.png"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("The preview was not written"));
    assert!(!preview.exists());

    let folder = home.path().join("maps");
    put(&folder, "1.pgm", b"P5\n20 20\n255\n");
    let told = fail(home.path(), &["data", folder.to_str().unwrap()], 1);
    assert!(
        told.contains("1 PGM/PPM (1.pgm); convert them to JPEG or PNG"),
        "{told}"
    );
}

#[cfg(unix)]
#[test]
fn special_files_are_never_opened() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("photos");
    put(&folder, "1.png", &encoded(1, ImageFormat::Png));
    for name in [
        "a.png",
        "b",
        "c.parquet",
        "d.zip",
        "data_batch_1.bin",
        "labels.csv",
    ] {
        let made = std::process::Command::new("mkfifo")
            .arg(folder.join(name))
            .status();
        assert!(made.unwrap().success());
    }
    let said = look(home.path(), &folder);
    assert_eq!(said["usable"], 1);
    let pipe = folder.join("b");
    let told = fail(home.path(), &["data", pipe.to_str().unwrap()], 1);
    assert!(told.contains("no ordinary file"), "{told}");
    assert!(fail(home.path(), &["data", "/dev/zero"], 1).contains("no ordinary file"));
}
