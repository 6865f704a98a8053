//! Films as other programs see them: Pillow and ffmpeg read back what `morph` writes.

use std::path::{Path, PathBuf};
use std::process::Command;

use morphogan::latent::animation::file::{AnimationFile, to_json};
use morphogan::latent::animation::{Animation, MotionPath};
use morphogan::latent::noise::face;
use serde_json::Value;

use crate::common::{fail, program, run, succeed};

const FRAMES: usize = 7;
/// Of the model that comes with the program.
const SIDE: usize = 128;
/// It divides neither hundredths nor thousandths of a second.
const FPS: u64 = 30;

/// Whether the decoders are here. `MORPHOGAN_REQUIRE_DECODERS=1` makes it a failure where they are not.
fn decoders() -> bool {
    let works = |name: &str, arguments: &[&str]| {
        let ran = Command::new(name).args(arguments).output();
        ran.is_ok_and(|output| output.status.success())
    };
    let all = works(&python(), &["-c", "import PIL"])
        && works("ffmpeg", &["-version"])
        && works("ffprobe", &["-version"]);
    let required = std::env::var("MORPHOGAN_REQUIRE_DECODERS").is_ok_and(|value| value == "1");
    assert!(
        all || !required,
        "Pillow or ffmpeg is missing, and MORPHOGAN_REQUIRE_DECODERS is set"
    );
    if !all {
        println!("skipped: Pillow or ffmpeg is missing");
    }
    all
}

/// Debian's, which has Pillow from its package, where it is there.
fn python() -> String {
    let debian = "/usr/bin/python3";
    let is_there = Path::new(debian).exists();
    if is_there { debian } else { "python3" }.to_owned()
}

/// What another program found.
struct Read {
    told: Value,
    /// Of all frames, RGB.
    rgb: Vec<u8>,
}

impl Read {
    fn new(film: &Path) -> Self {
        let rgb = film.with_extension("read.rgb");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/read_film.py");
        let mut command = Command::new(python());
        let output = command.arg(script).arg(film).arg(&rgb).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}", film.display());
        Self {
            told: serde_json::from_slice(&output.stdout).unwrap(),
            rgb: std::fs::read(rgb).unwrap(),
        }
    }

    fn delays(&self) -> Vec<f64> {
        let delays = self.told["delays"].as_array().unwrap();
        delays.iter().map(|delay| delay.as_f64().unwrap()).collect()
    }

    /// The mean difference of bytes of a frame from the true ones.
    fn error(&self, truth: &[u8], frame: usize) -> f64 {
        let frame = |all: &[u8]| {
            let size = all.len() / FRAMES;
            all[frame * size..(frame + 1) * size].to_vec()
        };
        let (ours, truth) = (frame(&self.rgb), frame(truth));
        assert_eq!(ours.len(), truth.len());
        let pairs = ours.iter().zip(&truth);
        let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        sum as f64 / ours.len() as f64
    }
}

struct Films {
    home: tempfile::TempDir,
}

impl Films {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn morph(&self, name: &str, more: &[&str]) -> PathBuf {
        let out = self.path(name);
        let all = "morph --seeds 1,2 --frames 7 --fps 30 --scale 1 --out".split(' ');
        let mut all: Vec<&str> = all.collect();
        all.push(out.to_str().unwrap());
        all.extend(more);
        succeed(self.home.path(), &all);
        out
    }

    fn truth(&self) -> Vec<u8> {
        std::fs::read(self.morph("truth.rgb", &[])).unwrap()
    }
}

/// `count` delays of the rate in parts of a second that a format counts in.
fn paced(parts: u64) -> Vec<f64> {
    let start = |frame: u64| (frame * parts + FPS / 2) / FPS;
    let delays = (0..FRAMES as u64).map(|frame| start(frame + 1) - start(frame));
    delays
        .map(|delay| (delay * 1000) as f64 / parts as f64)
        .collect()
}

/// The name, further arguments, how often it plays, the delays, and the error that its kind has.
type Expected = (
    &'static str,
    &'static [&'static str],
    Option<u64>,
    Vec<f64>,
    f64,
);

#[test]
fn other_programs_see_every_frame_its_delay_and_the_loop() {
    if !decoders() {
        return;
    }
    let films = Films::new();
    let truth = films.truth();
    assert_eq!(truth.len(), FRAMES * SIDE * SIDE * 3);
    let exact = vec![1000.0 / FPS as f64; FRAMES];
    let table: [Expected; 11] = [
        ("a.gif", &[], Some(0), paced(100), 4.0),
        ("once.gif", &["--once"], Some(1), paced(100), 4.0),
        ("film.gif", &["--palette", "film"], Some(0), paced(100), 5.0),
        ("dots.gif", &["--dither"], Some(0), paced(100), 5.0),
        ("a.png", &[], Some(0), exact.clone(), 0.0),
        ("once.apng", &["--once"], Some(1), exact.clone(), 0.0),
        ("a.webp", &[], Some(0), paced(1000), 4.0),
        ("once.webp", &["--once"], Some(1), paced(1000), 4.0),
        (
            "exact.webp",
            &["--quality", "100"],
            Some(0),
            paced(1000),
            0.0,
        ),
        ("a.mp4", &[], None, exact.clone(), 6.0),
        ("a.y4m", &[], None, exact, 1.0),
    ];
    for (name, more, plays, delays, most) in table {
        if name.ends_with("mp4") && !cfg!(feature = "mp4") {
            continue;
        }
        let read = Read::new(&films.morph(name, more));
        assert_eq!(read.told["frames"], FRAMES as u64, "{name}");
        assert_eq!(read.told["size"], serde_json::json!([SIDE, SIDE]), "{name}");
        assert_eq!(read.told["plays"].as_u64(), plays, "{name}");
        for (found, expected) in read.delays().iter().zip(&delays) {
            assert!(
                (found - expected).abs() < 0.5,
                "{name}: {:?}",
                read.delays()
            );
        }
        for frame in 0..FRAMES {
            let error = read.error(&truth, frame);
            assert!(error <= most, "{name}, frame {frame}: {error}");
        }
        if name == "a.mp4" {
            assert_eq!(read.told["pixels"], "yuv420p");
            assert_eq!(read.told["codec"], "h264");
        }
    }
}

#[test]
fn a_folder_and_a_sheet_hold_the_true_frames() {
    let films = Films::new();
    let truth = films.truth();
    let frames = films.morph("frames", &["--format", "frames"]);
    let mut names: Vec<_> = std::fs::read_dir(&frames).unwrap().collect();
    assert_eq!(names.len(), FRAMES);
    names.sort_by_key(|entry| entry.as_ref().unwrap().file_name());
    for (entry, truth) in names.into_iter().zip(truth.chunks(truth.len() / FRAMES)) {
        let picture = image::open(entry.unwrap().path()).unwrap().into_rgb8();
        assert_eq!(picture.into_raw(), truth);
    }
    let sheet = films.morph("sheet.png", &["--format", "sheet"]);
    let sheet = image::open(sheet).unwrap().into_rgb8();
    // Three columns, three rows.
    assert_eq!(sheet.dimensions(), (3 * SIDE as u32, 3 * SIDE as u32));
    let last =
        image::imageops::crop_imm(&sheet, 0, 2 * SIDE as u32, SIDE as u32, SIDE as u32).to_image();
    assert_eq!(last.into_raw(), truth[truth.len() - truth.len() / FRAMES..]);
}

#[test]
fn an_odd_size_becomes_even_in_a_video() {
    if !decoders() || !cfg!(feature = "mp4") {
        return;
    }
    let films = Films::new();
    let out = films.morph("odd.mp4", &["--grid", "2x1", "--gap", "1"]);
    let read = Read::new(&out);
    assert_eq!(read.told["size"], serde_json::json!([2 * SIDE + 2, SIDE]));
    assert_eq!(read.told["frames"], FRAMES as u64);
    let out = films.morph("odd.y4m", &["--grid", "2x1", "--gap", "1"]);
    assert_eq!(
        Read::new(&out).told["size"],
        serde_json::json!([2 * SIDE + 1, SIDE])
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_told_by_every_format() {
    let films = Films::new();
    let home = films.home.path();
    for format in ["gif", "webp", "apng", "sheet", "y4m", "rgb"] {
        let asked = [
            "morph",
            "--frames",
            "3",
            "--format",
            format,
            "--out",
            "/dev/full",
        ];
        let told = fail(home, &asked, 1);
        assert!(
            told.contains("The film was not written"),
            "{format}: {told}"
        );
        assert!(told.trim_end().ends_with("/dev/full"), "{format}: {told}");
    }
    let folder = films.path("taken");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("mine"), "").unwrap();
    let folder = folder.to_str().unwrap();
    let asked = [
        "morph", "--frames", "3", "--format", "frames", "--out", folder,
    ];
    let told = fail(home, &asked, 1);
    assert!(told.contains("holds files already"), "{told}");
}

/// A closed way goes on where it began, in every format that shows each frame as it is.
#[test]
fn a_loop_has_no_jump() {
    let films = Films::new();
    let size = SIDE * SIDE * 3;
    let more = ["--loop", "--seeds", "20,6,2", "--frames", "36"];
    let all = "morph --scale 1 --out".split(' ');
    let out = films.path("loop.rgb");
    let mut all: Vec<&str> = all.collect();
    all.push(out.to_str().unwrap());
    all.extend(more);
    succeed(films.home.path(), &all);
    let rgb = std::fs::read(out).unwrap();
    let frame = |index: usize| &rgb[index * size..(index + 1) * size];
    let step = |a: usize, b: usize| -> u64 {
        let pairs = frame(a).iter().zip(frame(b));
        pairs.map(|(x, y)| u64::from(x.abs_diff(*y))).sum()
    };
    let mut steps: Vec<u64> = (0..35).map(|index| step(index, index + 1)).collect();
    steps.sort_unstable();
    assert!(step(35, 0) <= steps[34] && step(35, 0) <= 2 * steps[17]);
}

#[test]
fn a_pipe_gets_frames_as_they_come_and_may_close() {
    use std::io::Read as _;
    use std::process::Stdio;
    let films = Films::new();
    let home = films.home.path();
    let asked = "morph --frames 5000 --scale 8 --format y4m --out -".split(' ');
    let mut child = program(home)
        .args(asked)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut begin = [0; 50];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut begin).unwrap();
    let header = String::from_utf8_lossy(&begin);
    assert!(
        header.starts_with("YUV4MPEG2 W1024 H1024 F25:1 "),
        "{header}"
    );
    drop(out);
    // The rest would take minutes and gigabytes.
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success());
    let frames = run(
        home,
        &["morph", "--frames", "3", "--format", "frames", "--out", "-"],
    );
    let begins = frames.stdout.windows(4).filter(|bytes| bytes == b"\x89PNG");
    assert_eq!(begins.count(), 3);
}

#[test]
fn a_single_face_stays_with_its_picture() {
    let films = Films::new();
    let home = films.home.path();
    let [poster, again] = ["poster.png", "again.png"].map(|name| films.path(name));
    let one = ["sample", "--rows", "1", "--cols", "1"];
    let more = [
        "--seed", "9", "--scale", "10", "--filter", "lanczos", "--out",
    ];
    let mut asked = [&one[..], &more].concat();
    asked.push(poster.to_str().unwrap());
    succeed(home, &asked);
    assert_eq!(image::image_dimensions(&poster).unwrap(), (1280, 1280));
    let mut asked = [&one[..], &["--latents", poster.to_str().unwrap(), "--out"]].concat();
    asked.push(again.to_str().unwrap());
    succeed(home, &asked);
    let wall = films.path("wall.png");
    let mut asked = vec![
        "sample", "--rows", "1", "--cols", "2", "--gap", "0", "--seed", "9", "--out",
    ];
    asked.push(wall.to_str().unwrap());
    succeed(home, &asked);
    let first = image::imageops::crop_imm(
        &image::open(wall).unwrap().into_rgb8(),
        0,
        0,
        SIDE as u32,
        SIDE as u32,
    )
    .to_image();
    assert_eq!(image::open(again).unwrap().into_rgb8(), first);
}

#[test]
fn an_animation_that_was_saved_comes_out_the_same_each_time() {
    let films = Films::new();
    let home = films.home.path();
    let animation = Animation::evenly((1..4).map(|seed| face(seed, 100)), MotionPath::Slerp, true);
    let file = AnimationFile {
        model: "another".into(),
        fingerprint: "0".into(),
        animation: animation.clone(),
    };
    let keys = films.path("keys.morph.json");
    std::fs::write(&keys, to_json(&file).unwrap()).unwrap();
    let keys = keys.to_str().unwrap();
    let render = |name: &str| {
        let out = films.path(name);
        let asked = [
            "morph",
            "--keys",
            keys,
            "--scale",
            "1",
            "--out",
            out.to_str().unwrap(),
        ];
        let ran = run(home, &asked);
        let told = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(ran.status.success(), "{told}");
        assert!(told.contains("made with another model (another)"), "{told}");
        std::fs::read(out).unwrap()
    };
    let rgb = render("a.rgb");
    assert_eq!(rgb.len(), animation.frames() * SIDE * SIDE * 3);
    assert!(rgb == render("b.rgb"), "every time the same");

    // A grid that cannot be filled is refused, not made smaller.
    let refused = |more: &[&str]| {
        let asked = ["morph", "--keys", keys, "--out", "/dev/null"];
        fail(home, &[&asked[..], more].concat(), 1)
    };
    let told = refused(&["--grid", "10x10"]);
    assert!(told.contains("more than the 64 faces"), "{told}");
    let told = refused(&["--beside", "first-key", "--grid", "2x2"]);
    assert!(told.contains("Ask for --grid 2x1"), "{told}");

    let longer = Animation::evenly((1..4).map(|seed| face(seed, 7)), MotionPath::Slerp, false);
    let file = AnimationFile {
        animation: longer,
        ..file
    };
    std::fs::write(keys, to_json(&file).unwrap()).unwrap();
    let told = fail(home, &["morph", "--keys", keys, "--out", "/dev/null"], 1);
    assert!(
        told.contains("7 numbers, and the model takes 100"),
        "{told}"
    );
}

#[test]
fn several_faces_move_side_by_side() {
    let films = Films::new();
    let home = films.home.path();
    let path = |name: &str| films.path(name).to_string_lossy().into_owned();
    let grid = path("grid.rgb");
    let asked = [
        "morph",
        "--grid",
        "3x2",
        "--seeds",
        "4,5",
        "--frames",
        "2",
        "--scale",
        "1",
        "--gap",
        "2",
        "--border",
        "3",
        "--background",
        "#ff0000",
        "--json",
        "--out",
        &grid,
    ];
    let told: Value = serde_json::from_str(&succeed(home, &asked)).unwrap();
    let (width, height) = (3 * SIDE + 2 * 2 + 6, 2 * SIDE + 2 + 6);
    assert_eq!(
        (&told["width"], &told["height"]),
        (&width.into(), &height.into())
    );
    assert_eq!(told["format"], "rgb");
    // Without a scale the film is as large as in the window.
    let asked = ["morph", "--grid", "3x2", "--frames", "3", "--json", "--out"];
    let out = path("usual.rgb");
    let told: Value =
        serde_json::from_str(&succeed(home, &[&asked[..], &[&out]].concat())).unwrap();
    assert_eq!(told["width"], 3 * SIDE);
    // The walls are those that `sample` draws.
    let wall = path("wall.png");
    let asked = [
        "sample", "--rows", "2", "--cols", "3", "--seed", "5", "--gap", "0", "--out", &wall,
    ];
    succeed(home, &asked);
    let wall = image::open(&wall).unwrap().into_rgb8();
    let rgb = std::fs::read(&grid).unwrap();
    let last = &rgb[width * height * 3..];
    let at = |x: usize, y: usize| &last[3 * (y * width + x)..3 * (y * width + x) + 3];
    assert_eq!(at(0, 0), [255, 0, 0]);
    for (x, y) in [(0, 0), (63, 63), (140, 20), (383, 255)] {
        let pixel = wall.get_pixel(x as u32, y as u32).0;
        assert_eq!(
            at(x + 3 + x / SIDE * 2, y + 3 + y / SIDE * 2),
            pixel,
            "{x} {y}"
        );
    }

    // Latents from a file: as many to go to as stand side by side.
    let latents = path("z.json");
    let z: Vec<Vec<f32>> = (0..5).map(|i| vec![i as f32 / 5.0; 100]).collect();
    std::fs::write(&latents, serde_json::to_string(&z).unwrap()).unwrap();
    let out = path("z.gif");
    let asked = [
        "morph",
        "--latents",
        &latents,
        "--frames",
        "9",
        "--out",
        &out,
    ];
    succeed(home, &asked);
    let mut asked = asked.to_vec();
    asked.extend(["--grid", "2x1"]);
    let told = fail(home, &asked, 1);
    assert!(told.contains("4 or 6 or more, not 5"), "{told}");
}
