//! Real windows on a display of their own: one opens, is not blank, and changes when a person starts
//! training; one is killed and loses no face of the shelf.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use morphogan::latent::saved::from_json;

/// Ends the process with the test, however that ends.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have left already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn is_there(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
}

fn start(command: &mut Command, stderr: impl Into<Stdio>) -> Running {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    Running(quiet.stderr(stderr).spawn().unwrap())
}

/// A display that nobody else has: Xvfb chooses its number and tells it. It does not begin anew, refusing whoever
/// comes just then, when the last program that looks for the window has gone.
pub fn display(folder: &Path) -> (Running, String) {
    let told = folder.join("display");
    let script = "exec Xvfb -noreset -displayfd 3 -screen 0 1280x800x24 3> \"$0\"";
    let mut server = Command::new("sh");
    let server = start(server.args(["-c", script]).arg(&told), Stdio::null());
    let begun = Instant::now();
    loop {
        let number = std::fs::read_to_string(&told).unwrap_or_default();
        if number.ends_with('\n') {
            return (server, format!(":{}", number.trim()));
        }
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "Xvfb did not start"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn tool(display: &str, name: &str, arguments: &[&str]) -> bool {
    Command::new(name)
        .args(arguments)
        .env("DISPLAY", display)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn picture(display: &str, path: &Path) -> image::RgbImage {
    assert!(tool(
        display,
        "import",
        &["-window", "root", &path.display().to_string()]
    ));
    image::open(path).unwrap().into_rgb8()
}

/// The share of pixels that differ.
fn difference(a: &image::RgbImage, b: &image::RgbImage) -> f64 {
    let differ = a.pixels().zip(b.pixels()).filter(|(a, b)| a != b).count();
    differ as f64 / (a.width() * a.height()) as f64
}

fn colours(picture: &image::RgbImage) -> usize {
    let all: std::collections::HashSet<_> = picture.pixels().map(|pixel| pixel.0).collect();
    all.len()
}

/// Takes pictures until one is right.
fn until(
    display: &str,
    path: &Path,
    what: &str,
    right: impl Fn(&image::RgbImage) -> bool,
) -> image::RgbImage {
    let begun = Instant::now();
    loop {
        let seen = picture(display, path);
        if right(&seen) {
            return seen;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "waited in vain for {what}"
        );
        std::thread::sleep(Duration::from_millis(250));
    }
}

/// Whether the tools of these tests are missing, which only CI forbids.
fn is_without_tools() -> bool {
    let missing: Vec<_> = ["Xvfb", "xdotool", "import"]
        .into_iter()
        .filter(|tool| !is_there(tool))
        .collect();
    if missing.is_empty() {
        return false;
    }
    assert!(
        std::env::var_os("MORPHOGAN_REQUIRE_XVFB").is_none_or(|value| value != "1"),
        "MORPHOGAN_REQUIRE_XVFB is set, but these are not installed: {missing:?}"
    );
    println!("skipped: not installed: {}", missing.join(", "));
    true
}

/// Starts the program and waits for its window.
fn open(display: &str, folder: &Path, arguments: &[&str]) -> Running {
    open_with(display, folder, arguments, None)
}

/// The same where the environment names a Wayland display, too.
fn open_with(display: &str, folder: &Path, arguments: &[&str], wayland: Option<&str>) -> Running {
    let told = folder.join("told");
    let window = start(
        Command::new(env!("CARGO_BIN_EXE_morphogan"))
            .args(arguments)
            .env("DISPLAY", display)
            .env("WAYLAND_DISPLAY", wayland.unwrap_or_default())
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            // Neither settings nor runs of the person who runs the tests are touched.
            .env("XDG_DATA_HOME", folder.join("data"))
            .env("XDG_CONFIG_HOME", folder.join("config")),
        std::fs::File::create(&told).unwrap(),
    );
    let begun = Instant::now();
    while !tool(display, "xdotool", &SEARCH) {
        let is_late = begun.elapsed() > Duration::from_secs(60);
        assert!(!is_late, "no window: {:?}", std::fs::read_to_string(&told));
        std::thread::sleep(Duration::from_millis(100));
    }
    window
}

#[test]
fn a_wayland_display_of_yesterday_does_not_hide_the_one_that_is_there() {
    if is_without_tools() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (_server, display) = display(folder.path());
    let _window = open_with(&display, folder.path(), &[], Some("wayland-of-yesterday"));
}

const SEARCH: [&str; 4] = ["search", "--onlyvisible", "--name", "^Morphogan$"];

#[test]
fn the_window_opens_and_training_shows() {
    if is_without_tools() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (_server, display) = display(folder.path());
    let _window = open(&display, folder.path(), &["--screen", "train"]);
    let path = folder.path().join("window.png");
    let blank = |picture: &image::RgbImage| colours(picture) < 100;
    // On a busy machine a window is seen before it is where it stays and listens.
    let before = std::cell::RefCell::new(None);
    let idle = until(&display, &path, "a window that is not blank", |seen| {
        let rests = before.replace(Some(seen.clone())).as_ref() == Some(seen);
        rests && !blank(seen)
    });

    // The middle of “Start training”, which stands where the wall will be.
    let button = find_start(&idle);
    let (x, y) = (button.0.to_string(), button.1.to_string());
    assert!(tool(
        &display,
        "xdotool",
        &["mousemove", &x, &y, "sleep", "0.3", "click", "1"]
    ));
    let started = until(&display, &path, "training to show", |seen| {
        difference(&idle, seen) > 0.02
    });
    assert!(!blank(&started));
}

#[test]
fn the_shelf_survives_a_kill() {
    if is_without_tools() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let model = crate::kit::explore::model(folder.path());
    let model = model.display().to_string();
    let (_server, display) = display(folder.path());
    let shelf = folder.path().join("data/morphogan/shelf.json");
    for kept in 1..=3 {
        // Dropped without a word: SIGKILL.
        let _window = open(&display, folder.path(), &["--model", &model]);
        let begun = Instant::now();
        while faces_on(&shelf) < kept {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "face {kept} was not kept"
            );
            // There is no window manager to give it the keyboard. Once: the faces of the first presses,
            // before the model is there, are not.
            let focus = [&SEARCH[..], &["windowfocus", "key", "k"]].concat();
            assert!(tool(&display, "xdotool", &focus));
            std::thread::sleep(Duration::from_millis(500));
        }
    }
}

/// How many faces a shelf's file holds; it is never half a file.
fn faces_on(shelf: &Path) -> usize {
    std::fs::read_to_string(shelf).map_or(0, |text| from_json(&text).unwrap().len())
}

/// The middle of the largest patch of the accent colour in the middle of the window.
fn find_start(picture: &image::RgbImage) -> (u32, u32) {
    let accent = image::Rgb([0xff, 0x8a, 0x5c]);
    let inside = |x: u32, y: u32| (300..880).contains(&x) && y > 100;
    let places: Vec<_> = picture
        .enumerate_pixels()
        .filter(|&(x, y, pixel)| inside(x, y) && *pixel == accent)
        .map(|(x, y, _)| (x, y))
        .collect();
    assert!(places.len() > 500, "no Start button in the picture");
    let lowest = places.iter().map(|place| place.1).max().unwrap_or(0);
    let row: Vec<_> = places
        .iter()
        .filter(|place| place.1 == lowest - 4)
        .collect();
    let middle = row.iter().map(|place| place.0).sum::<u32>() / row.len() as u32;
    (middle, lowest - 4)
}
