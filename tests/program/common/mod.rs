//! Helpers of the whole-program tests.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// The program, without a display, with its data in `home`.
pub fn program(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_morphogan"));
    command
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .env_remove("RUST_BACKTRACE")
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CACHE_HOME", home.join("cache"));
    command
}

/// Runs the program with `arguments`.
pub fn run(home: &Path, arguments: &[&str]) -> Output {
    program(home).args(arguments).output().unwrap()
}

/// Runs the program and gives its standard output; it must succeed.
pub fn succeed(home: &Path, arguments: &[&str]) -> String {
    let output = run(home, arguments);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs the program, which must fail with `code`; gives what it said.
pub fn fail(home: &Path, arguments: &[&str], code: i32) -> String {
    let output = run(home, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        !told.contains("panicked") && !told.contains("stack backtrace"),
        "{told}"
    );
    told
}

// Not every test program uses every helper.
#[allow(dead_code)]
/// The objects of a `--json` run, every line one.
pub fn objects(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A small run's arguments, into `folder`.
pub fn small_run(folder: &str) -> Vec<&str> {
    let mut all = "train --size 32 --width 4 --latent 8 --batch 16 --starter-count 64 --seed 7 --device cpu --json --run"
        .split(' ')
        .collect::<Vec<_>>();
    all.push(folder);
    all
}
