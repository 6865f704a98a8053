//! 200,000 pictures, as many as CelebA has, must not need to fit in memory.

#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use zip::write::SimpleFileOptions;

const COUNT: usize = 200_000;

/// A zip in CelebA's layout: 64 pictures again and again under names of their own, with attributes.
fn write_zip(path: &Path) {
    let pictures: Vec<Vec<u8>> = (0..64u8)
        .map(|shade| {
            let picture = image::RgbImage::from_fn(22, 27, |x, y| {
                image::Rgb([4 * shade, (9 * x) as u8, (9 * y) as u8])
            });
            let mut bytes = std::io::Cursor::new(Vec::new());
            picture
                .write_to(&mut bytes, image::ImageFormat::Jpeg)
                .unwrap();
            bytes.into_inner()
        })
        .collect();
    let file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let mut zip = zip::ZipWriter::new(file);
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut attributes = format!("{COUNT}\nMale Smiling Young Eyeglasses\n");
    for (index, picture) in pictures.iter().cycle().take(COUNT).enumerate() {
        let name = format!("{:06}.jpg", index + 1);
        zip.start_file(format!("img_align_celeba/{name}"), stored)
            .unwrap();
        zip.write_all(picture).unwrap();
        writeln!(attributes, "{name} 1 -1 1 -1").unwrap();
    }
    zip.start_file("list_attr_celeba.txt", stored).unwrap();
    zip.write_all(attributes.as_bytes()).unwrap();
    zip.finish().unwrap();
}

/// Runs the program to its end; its output, and the most memory that it held, in bytes.
fn measured(home: &Path, arguments: &[&str]) -> (String, u64) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_morphogan"))
        .args(arguments)
        .env("MORPHOGAN_CACHE", home.join("cache"))
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(home.join("out")).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let ended = loop {
        // The system keeps the high-water mark until the process is gone.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        most = most.max(1024 * kilobytes.unwrap_or(0));
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(ended.success());
    assert!(most > 0, "nothing was measured");
    (std::fs::read_to_string(home.join("out")).unwrap(), most)
}

#[test]
#[ignore = "takes a minute or more and 900 MB of disk: cargo test --release --test program data_large -- --ignored --nocapture"]
fn a_run_on_200_000_pictures_stays_under_a_gigabyte() {
    const GIGABYTE: u64 = 1_000_000_000;
    let home = tempfile::tempdir().unwrap();
    let zip = home.path().join("faces.zip");
    write_zip(&zip);
    let (zip, run) = (zip.display().to_string(), home.path().join("run"));
    let run = run.display().to_string();

    let look = ["data", &zip, "--size", "32", "--json"];
    for from_cache in [0, COUNT] {
        let (out, most) = measured(home.path(), &look);
        let found: serde_json::Value = serde_json::from_str(&out).unwrap();
        println!("data: {} MB, {} s", most / 1_000_000, found["seconds"]);
        assert_eq!(
            (&found["usable"], &found["from_cache"]),
            (&COUNT.into(), &from_cache.into())
        );
        assert!(most < GIGABYTE, "{most} bytes");
    }

    // A whole pass and more, so that every picture is taken in and the order is shuffled.
    let train = [
        "train", "--data", &zip, "--size", "32", "--width", "2", "--latent", "8", "--batch", "500",
        "--steps", "410", "--run", &run, "--json",
    ];
    let (out, most) = measured(home.path(), &train);
    println!("train: {} MB", most / 1_000_000);
    let last: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert_eq!(last["outcome"], "completed", "{last}");
    assert!(most < GIGABYTE, "{most} bytes");
}
