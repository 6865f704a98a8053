//! The real window as a screen reader has it: through AT-SPI, on a display and a bus of its own.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::display::{display, is_there};

/// The script that looks, and what it needs: the system's Python, not one beside it.
const PYTHON: &str = "/usr/bin/python3";
const SCRIPT: &str = "tests/window/atspi/count.py";

/// Whether what this test needs is missing, which only CI forbids.
fn is_without_tools() -> bool {
    let imports = "import gi; gi.require_version('Atspi', '2.0')";
    let mut python = Command::new(PYTHON);
    let python = python.args(["-c", imports]).stderr(Stdio::null());
    let has_atspi = python.status().is_ok_and(|status| status.success());
    let launcher = ["/usr/libexec", "/usr/lib/at-spi2-core"];
    let has_bus = launcher
        .iter()
        .any(|folder| Path::new(folder).join("at-spi-bus-launcher").is_file());
    let tools = ["Xvfb", "dbus-run-session"].into_iter().all(is_there);
    if has_atspi && has_bus && tools {
        return false;
    }
    assert!(
        std::env::var_os("MORPHOGAN_REQUIRE_ATSPI").is_none_or(|value| value != "1"),
        "MORPHOGAN_REQUIRE_ATSPI is set, but at-spi2-core, gir1.2-atspi-2.0, python3-gi, dbus and Xvfb are not all there"
    );
    println!("skipped: AT-SPI is not here");
    true
}

#[test]
fn a_screen_reader_finds_every_control_of_every_screen_by_name() {
    if is_without_tools() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (_server, display) = display(folder.path());
    let looked = Command::new("timeout")
        .args([
            "180",
            "dbus-run-session",
            "--",
            PYTHON,
            "-W",
            "ignore",
            SCRIPT,
        ])
        .arg(env!("CARGO_BIN_EXE_morphogan"))
        .env("DISPLAY", display)
        .env("WAYLAND_DISPLAY", "")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env("XDG_DATA_HOME", folder.path().join("data"))
        .env("XDG_CONFIG_HOME", folder.path().join("config"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&looked.stderr);
    assert!(looked.status.success(), "{told}");
    // What the bus starts may speak before.
    let said = String::from_utf8_lossy(&looked.stdout);
    let line = said.lines().find(|line| line.starts_with('{'));
    let found: serde_json::Value = serde_json::from_str(line.unwrap_or_default()).unwrap();
    for (screen, least) in [
        ("Data", 15),
        ("Train", 25),
        ("Explore", 40),
        ("Animate", 15),
    ] {
        let of = &found[screen];
        assert_eq!(of["pressed"], true, "{screen} was not reached: {found}");
        assert!(of["controls"].as_u64().unwrap() >= least, "{screen}: {of}");
        assert_eq!(of["lacks"].as_array().unwrap().len(), 0, "{screen}: {of}");
    }
}
