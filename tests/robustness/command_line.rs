//! Output, special files, streams, limits: what the command line must survive.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::common::{fail, objects, program, run, small_run, succeed};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A tiny model that 2 steps made, in `home`.
fn model(home: &Path) -> PathBuf {
    let folder = home.join("run");
    let name = folder.to_str().unwrap();
    let mut arguments = small_run(name);
    arguments.extend(["--steps", "2"]);
    succeed(home, &arguments);
    folder.join("model.safetensors")
}

/// Runs a line of the shell, in which `$P` is the program.
#[cfg(unix)]
fn shell(home: &Path, line: &str) -> Output {
    let mut command = Command::new("bash");
    for (name, value) in program(home).get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .env("P", env!("CARGO_BIN_EXE_morphogan"))
        .args(["-c", &format!("set -o pipefail; {line}")])
        .current_dir(home)
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!told.contains("panicked"), "{told}");
    told
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// `sample` of few small faces to `out`.
fn sample(out: &str) -> [&str; 7] {
    ["sample", "--rows", "1", "--cols", "2", "--out", out]
}

#[cfg(unix)]
#[test]
fn outputs_that_are_no_files_are_written_through() {
    use std::os::unix::fs::{FileTypeExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let kind = |name: &str| home.join(name).symlink_metadata().unwrap().file_type();

    let piped = shell(
        home,
        "mkfifo pipe; timeout 60 cat pipe > piped & $P sample --rows 1 --cols 1 --out pipe && wait",
    );
    assert!(piped.status.success(), "{}", told(&piped));
    assert!(kind("pipe").is_fifo());
    assert!(std::fs::read(home.join("piped")).unwrap().starts_with(PNG));

    symlink("target.png", home.join("link")).unwrap();
    for _ in 0..2 {
        succeed(home, &sample(home.join("link").to_str().unwrap()));
        assert!(kind("link").is_symlink());
        assert!(kind("target.png").is_file());
    }

    symlink("/dev/null", home.join("null")).unwrap();
    succeed(home, &sample(home.join("null").to_str().unwrap()));
    assert!(kind("null").is_symlink());
    let device = Path::new("/dev/null").symlink_metadata().unwrap();
    assert!(device.file_type().is_char_device());

    let text = fail(home, &sample(home.to_str().unwrap()), 1);
    assert!(text.contains("This is a folder"), "{text}");
    let all = [
        "cache",
        "data",
        "link",
        "null",
        "pipe",
        "piped",
        "target.png",
    ];
    let left = names(home);
    assert!(
        left.iter().all(|name| all.contains(&name.as_str())),
        "{left:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let text = fail(folder.path(), &sample("/dev/full"), 1);
    assert!(text.contains("The picture was not written"), "{text}");
    assert!(text.trim_end().ends_with("/dev/full"), "{text}");
}

#[test]
fn a_minus_is_standard_output_and_nothing_else_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let picture = run(home, &sample("-"));
    assert!(picture.status.success(), "{}", told(&picture));
    assert!(picture.stdout.starts_with(PNG) && picture.stdout.ends_with(b"IEND\xaeB`\x82"));
    assert!(told(&picture).contains("2 faces"));
    let morph = ["morph", "--frames", "3", "--scale", "1", "--out", "-"];
    let morph = run(home, &morph);
    assert!(morph.stdout.starts_with(b"GIF89a") && morph.stdout.ends_with(b";"));
    let converted = run(
        home,
        &["convert", "--model", "built-in", "--half", "--out", "-"],
    );
    let header = u64::from_le_bytes(converted.stdout[..8].try_into().unwrap()) as usize;
    serde_json::from_slice::<Value>(&converted.stdout[8..8 + header]).unwrap();
    // The name itself is not special to the system.
    assert!(!Path::new("-").exists());

    let mut both = sample("-").to_vec();
    both.push("--json");
    assert!(fail(home, &both, 1).contains("one thing at a time"));
}

/// Nothing that was begun is seen by its name, so that a kill leaves nothing.
#[cfg(target_os = "linux")]
#[test]
fn a_kill_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let morph = "morph --frames 5000 --out".split(' ');
    let mut child = program(folder.path())
        .args(morph)
        .arg(out.join("morph.gif"))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let written = || {
        let entries = std::fs::read_dir(format!("/proc/{}/fd", child.id())).into_iter();
        let open = entries.flatten().flatten();
        open.filter_map(|entry| std::fs::read_link(entry.path()).ok())
            .any(|file| file.starts_with(&out))
    };
    while !written() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let has_name = !names(&out).is_empty();
    child.kill().unwrap();
    child.wait().unwrap();
    if has_name {
        eprintln!("SKIPPED: this file system has no files without a name");
        return;
    }
    assert_eq!(names(&out), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn readers_that_leave_end_the_printing_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let run = home.join("run");
    let train = small_run(run.to_str().unwrap()).join(" ");
    let lines = [
        "$P --help | true",
        "$P data starter --count 64 --json | true",
        "$P inspect built-in | head -1",
        "$P directions --method sefa | head -1",
        "$P sample --rows 20 --cols 20 --out - | head -c 10",
    ];
    let train = format!("$P {train} --steps 100000 | head -2");
    for line in lines {
        let output = shell(home, line);
        assert!(output.status.success(), "{line}: {}", told(&output));
    }
    // A run whose lines nobody reads stops as at Ctrl-C.
    let output = shell(home, &train);
    assert!(output.status.success(), "{}", told(&output));
    assert!(run.join("model.safetensors").is_file());
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_printed_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let run = home.join("run");
    let train = small_run(run.to_str().unwrap()).join(" ");
    let lines = [
        "$P --help > /dev/full".to_owned(),
        "$P data starter --count 64 > /dev/full".to_owned(),
        "$P inspect built-in --json > /dev/full".to_owned(),
        format!("$P {train} --steps 3 > /dev/full"),
    ];
    for line in lines {
        let output = shell(home, &line);
        assert_eq!(output.status.code(), Some(1), "{line}");
        let told = told(&output);
        assert!(told.contains("could not be printed"), "{line}: {told}");
    }
    // Where nothing can be said the exit code still says it.
    let silent = shell(
        home,
        "$P sample --model nowhere --out x.png > /dev/full 2> /dev/full",
    );
    assert_eq!(silent.status.code(), Some(1));
    let silent = shell(home, "$P data starter --count 64 2> /dev/full");
    assert!(silent.status.success());
}

#[cfg(target_os = "linux")]
#[test]
fn paths_that_are_not_utf8_are_printed() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let odd = home.join(std::ffi::OsStr::from_bytes(b"m\xff\xfe"));
    std::fs::create_dir(&odd).unwrap();
    let json = |arguments: &[&str], path: &Path| {
        let output = program(home).args(arguments).arg(path).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", told(&output));
        objects(&String::from_utf8(output.stdout).unwrap())
    };
    let out = odd.join("run");
    let mut train = small_run("");
    train.pop();
    let events = {
        let mut arguments = vec!["train", "--steps", "2"];
        arguments.extend(train.into_iter().filter(|word| *word != "train"));
        json(&arguments, &out)
    };
    assert!(
        events[0]["run"]
            .as_str()
            .unwrap()
            .ends_with("m\u{fffd}\u{fffd}/run")
    );
    let model = out.join("model.safetensors");
    assert_eq!(json(&["inspect", "--json"], &out)[0]["kind"], "run");
    let measure = [
        "measure",
        "--json",
        "--data",
        "starter",
        "--pictures",
        "16",
        "--model",
    ];
    assert!(json(&measure, &model)[0]["model"].is_string());
    let sample = ["sample", "--json", "--rows", "1", "--cols", "1", "--out"];
    assert!(json(&sample, &odd.join("a.png"))[0]["out"].is_string());
    let preview = ["data", "starter", "--count", "144", "--json", "--preview"];
    assert!(json(&preview, &odd.join("b.png"))[0]["preview"].is_string());
}

#[test]
fn sizes_are_refused_before_memory_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let out = home.join("x.png");
    let out = out.to_str().unwrap();
    let wall = [
        "sample", "--rows", "64", "--cols", "128", "--scale", "16", "--out", out,
    ];
    let text = fail(home, &wall, 1);
    assert!(
        text.contains("A scale of 1 fits") && text.contains("268 million"),
        "{text}"
    );
    let strips = [
        "directions",
        "--method",
        "sefa",
        "--count",
        "100",
        "--scale",
        "32",
        "--strips",
        out,
    ];
    assert!(fail(home, &strips, 1).contains("A scale of "));
    assert!(!Path::new(out).exists());
}

#[cfg(unix)]
#[test]
fn endless_files_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    for line in [
        "$P sample --out x.png --latents /dev/zero",
        "mkfifo pipe; $P sample --out x.png --latents pipe",
        "$P sample --out x.png --latents .",
    ] {
        let output = shell(home, &format!("timeout 60 bash -c '{line}'"));
        assert_eq!(output.status.code(), Some(1), "{line}: {}", told(&output));
        assert!(
            told(&output).contains("The latents cannot be read"),
            "{line}"
        );
    }
    std::fs::write(home.join("far.json"), "[[1e300]]").unwrap();
    assert_eq!(
        shell(home, "$P sample --out x.png --latents far.json")
            .status
            .code(),
        Some(1)
    );
}

#[cfg(unix)]
#[test]
fn names_do_not_command_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let evil = home.join("a\u{1b}[2Jb\u{9b}c\u{202e}d");
    std::fs::create_dir(&evil).unwrap();
    let image = std::fs::read(png(home)).unwrap();
    let class = evil.join("red\u{1b}]0;x\u{7}");
    std::fs::create_dir(&class).unwrap();
    for number in 0..3 {
        std::fs::write(class.join(format!("{number}\u{1b}[31m.png")), &image).unwrap();
        std::fs::write(class.join(format!("{number}\u{1b}[31m.jpg")), "broken").unwrap();
    }
    let path = evil.to_str().unwrap();
    let out = class.join("out.png");
    let all: [&[&str]; 5] = [
        &["data", path],
        &["data", path, "--json"],
        &["inspect", path],
        &["sample", "--out", out.to_str().unwrap()],
        &["sample", "--out", "x.png", "--model", path],
    ];
    for arguments in all {
        let output = run(home, arguments);
        for stream in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(stream).replace('\n', "");
            let bad = |c: char| c.is_control() || c == '\u{202e}';
            assert!(!text.contains(bad), "{arguments:?}: {text:?}");
        }
    }
}

/// A picture of one face.
fn png(home: &Path) -> PathBuf {
    let out = home.join("face.png");
    succeed(
        home,
        &[
            "sample",
            "--rows",
            "1",
            "--cols",
            "1",
            "--out",
            out.to_str().unwrap(),
        ],
    );
    out
}

#[test]
fn results_go_to_standard_output_and_json_stands_alone() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let at = |name: &str| home.join(name).to_str().unwrap().to_owned();
    let (picture, morph, file) = (at("a.png"), at("a.gif"), at("a.safetensors"));
    let all: [(&[&str], &str); 3] = [
        (&["sample", "--rows", "1", "--out", &picture], "8 faces: "),
        (&["morph", "--frames", "3", "--out", &morph], "3 frames: "),
        (&["convert", "--model", "built-in", "--out", &file], " MB)"),
    ];
    for (arguments, result) in all {
        assert!(succeed(home, arguments).contains(result), "{arguments:?}");
        let mut json = arguments.to_vec();
        json.push("--json");
        let found = objects(&succeed(home, &json));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["out"], *arguments.last().unwrap());
    }
    assert_eq!(
        objects(&succeed(home, &["inspect", "built-in", "--json"]))[0]["kind"],
        "model"
    );
    let save = ["directions", "--method", "sefa", "--save"];
    assert!(fail(home, &save, 1).contains("convert --model built-in"));
}

#[test]
fn a_model_that_was_trained_is_drawn_as_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let model = model(home);
    let out = home.join("a.png");
    let sample = [
        "sample",
        "--model",
        model.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    assert!(succeed(home, &sample).starts_with("64 faces: "));
}

#[test]
fn every_command_has_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let commands = "sample|morph|measure|data|directions|convert|invert|inspect|bench train|bench latency|bench explore|bench invert";
    for command in commands.split('|').chain([""]) {
        let mut arguments: Vec<&str> = command.split_whitespace().collect();
        arguments.push("--help");
        let help = succeed(home, &arguments);
        assert!(help.contains("\nExample"), "{command}: {help}");
    }
}
