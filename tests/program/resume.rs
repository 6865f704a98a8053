//! Runs that are cut short in every way, and go on.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};

use crate::common::{fail, objects, program, run, succeed};
use serde_json::Value;

const SETTINGS: &str = "--size 32 --width 4 --latent 8 --batch 8 --seed 7 \
                        --device cpu --threads 2 --checkpoint-steps 20 --checkpoint-seconds 0 --json";

/// With 200 faces, so that the first epoch has 25 steps, where `more` does not name another number.
fn training<'a>(folder: &'a str, more: &'a str) -> Vec<&'a str> {
    let faces = match more.contains("--starter-count") {
        true => "",
        false => "--starter-count 200",
    };
    let settings = [SETTINGS, faces, more]
        .into_iter()
        .flat_map(str::split_whitespace);
    ["train", "--run", folder]
        .into_iter()
        .chain(settings)
        .collect()
}

fn resuming<'a>(folder: &'a str, more: &'a str) -> Vec<&'a str> {
    let all = ["train", "--resume", folder, "--json"].into_iter();
    all.chain(more.split_whitespace()).collect()
}

/// A program under way whose lines are read one by one.
struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    fn start(home: &Path, arguments: &[&str]) -> Self {
        let mut command = program(home);
        command.args(arguments).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// Reads on until the line of `step`.
    fn until_step(&mut self, step: u64) {
        loop {
            let mut line = String::new();
            let read = self.lines.read_line(&mut line).unwrap();
            assert!(read > 0, "it ended before step {step}");
            let event: Value = serde_json::from_str(&line).unwrap();
            if event["event"] == "step" && event["step"] == step {
                return;
            }
        }
    }

    /// Kills it without a warning (SIGKILL).
    fn kill(mut self) {
        self.child.kill().unwrap();
        assert!(!self.child.wait().unwrap().success());
    }
}

fn last(out: &str) -> Value {
    objects(out).pop().unwrap()
}

fn model(folder: &Path) -> Vec<u8> {
    std::fs::read(folder.join("model.safetensors")).unwrap()
}

/// The measurements without the clock's.
fn measured(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("metrics.csv")).unwrap();
    let without_clock = |line: &str| line.split(',').take(7).collect::<Vec<_>>().join(",");
    text.lines().map(without_clock).collect()
}

fn checkpoints(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.join("checkpoints")).into_iter();
    let mut all: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    all.sort();
    all
}

/// Kills a run at each of `points` (of which the later come after a resume), then lets it end.
fn killed_at(home: &Path, name: &str, points: &[u64], more: &str) -> PathBuf {
    let folder = home.join(name);
    let path = folder.to_string_lossy().into_owned();
    for (number, &point) in points.iter().enumerate() {
        let arguments = match number {
            0 => training(&path, more),
            _ => resuming(&path, ""),
        };
        let mut running = Running::start(home, &arguments);
        running.until_step(point);
        running.kill();
    }
    let out = succeed(home, &resuming(&path, ""));
    let ended = last(&out);
    assert_eq!(ended["outcome"], "completed");
    assert_eq!(
        ended["model"],
        folder.join("model.safetensors").to_string_lossy().as_ref()
    );
    folder
}

#[test]
fn a_killed_run_goes_on_to_the_same_bits() {
    let home = tempfile::tempdir().unwrap();
    let more = "--steps 200 --at 110:lr_g=1e-4 --mirror --augment all --instance-noise 0.05 --at 150:d_steps=2";
    let whole = home.path().join("whole");
    let out = succeed(home.path(), &training(&whole.to_string_lossy(), more));
    assert_eq!(last(&out)["outcome"], "completed");
    // Before the first checkpoint; in the first epoch; right at a checkpoint, which is being written
    // when the blow falls; after the rates have changed; twice.
    let kills: [&[u64]; 6] = [&[3], &[17], &[100], &[131], &[188], &[64, 119]];
    for (number, points) in kills.into_iter().enumerate() {
        let folder = killed_at(home.path(), &format!("killed-{number}"), points, more);
        assert!(model(&folder) == model(&whole), "killed at {points:?}");
        assert_eq!(measured(&folder), measured(&whole), "killed at {points:?}");
        let left = std::fs::read_dir(folder.join("checkpoints")).unwrap();
        let left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert!(left.into_iter().all(|name| name.starts_with("step-")));
        assert_eq!(checkpoints(&folder).len(), 3);
    }
}

#[test]
fn a_killed_run_goes_on_to_the_same_bits_with_everything_on() {
    let home = tempfile::tempdir().unwrap();
    let more = "--steps 60 --d-steps 2 --augment all --instance-noise 0.1 --smoothing 0.1 --lecam 0.1 \
                --spectral-norm --loss lsgan --ema 0.99 --at 30:lr_d=1e-4 --at 35:augment=colour --at 41:d_steps=1";
    let whole = home.path().join("whole");
    succeed(home.path(), &training(&whole.to_string_lossy(), more));
    for (number, points) in [&[27u64] as &[u64], &[22, 52]].into_iter().enumerate() {
        let folder = killed_at(home.path(), &format!("killed-{number}"), points, more);
        assert!(model(&folder) == model(&whole), "killed at {points:?}");
        assert_eq!(measured(&folder), measured(&whole), "killed at {points:?}");
    }
}

#[test]
fn a_killed_run_goes_on_to_the_same_bits_with_a_penalty() {
    let home = tempfile::tempdir().unwrap();
    let more = "--steps 50 --loss rpgan --penalty r1r2 --gamma 0.5 --beta1 0 --beta2 0.99 --augment translation \
                --schedule cosine --schedule-images 400 --gamma-end 0.5 --ema-rampup 0.1 --at 30:gamma=0.2";
    let whole = home.path().join("whole");
    succeed(home.path(), &training(&whole.to_string_lossy(), more));
    let folder = killed_at(home.path(), "killed", &[22, 41], more);
    assert!(model(&folder) == model(&whole));
    assert_eq!(measured(&folder), measured(&whole));
    // Its D has no batch norm: settings that ask for one begin with another D and keep G, which draws as before.
    let (parent, fork) = (folder.to_string_lossy(), home.path().join("fork"));
    let fork = fork.to_string_lossy();
    let other = "--loss bce --penalty none --steps 52 --sample-every 1";
    let other: Vec<&str> = ["train", "--fork", &parent, "--run", &fork]
        .into_iter()
        .chain(other.split(' '))
        .collect();
    let output = program(home.path()).args(&other).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    assert!(
        told.contains("begins anew; the generator is kept"),
        "{told}"
    );
    // The header and two steps.
    assert_eq!(measured(&home.path().join("fork")).len(), 3);
}

#[test]
fn a_run_can_be_made_longer() {
    let home = tempfile::tempdir().unwrap();
    let (whole, parts) = (home.path().join("whole"), home.path().join("parts"));
    succeed(
        home.path(),
        &training(&whole.to_string_lossy(), "--steps 40"),
    );
    let path = parts.to_string_lossy().into_owned();
    succeed(home.path(), &training(&path, "--steps 13"));
    // Complete as it is.
    let out = succeed(home.path(), &resuming(&path, ""));
    assert_eq!(last(&out)["outcome"], "completed");
    let events = objects(&succeed(home.path(), &resuming(&path, "--steps 40")));
    assert_eq!(
        (&events[0]["resumed"], &events[0]["total_steps"]),
        (&13.into(), &40.into())
    );
    assert!(events.iter().any(|event| event["mark"] == "resumed"));
    assert!(model(&parts) == model(&whole));
    assert_eq!(measured(&parts), measured(&whole));
}

#[test]
fn an_epoch_run_goes_on_into_the_next_epoch() {
    let home = tempfile::tempdir().unwrap();
    let (whole, parts) = (home.path().join("whole"), home.path().join("parts"));
    let few = "--starter-count 70";
    succeed(
        home.path(),
        &training(&whole.to_string_lossy(), &format!("{few} --steps 24")),
    );
    let path = parts.to_string_lossy().into_owned();
    succeed(home.path(), &training(&path, &format!("{few} --epochs 2")));
    assert_eq!(measured(&parts).len(), 1 + 16);
    succeed(home.path(), &resuming(&path, "--steps 24"));
    assert_eq!(measured(&parts), measured(&whole));
    assert!(model(&parts) == model(&whole));
}

#[test]
fn a_damaged_checkpoint_is_passed_over() {
    let home = tempfile::tempdir().unwrap();
    let (whole, folder) = (home.path().join("whole"), home.path().join("a"));
    succeed(
        home.path(),
        &training(&whole.to_string_lossy(), "--steps 80"),
    );
    let path = folder.to_string_lossy().into_owned();
    succeed(home.path(), &training(&path, "--steps 60"));
    let newest = checkpoints(&folder).pop().unwrap();
    let mut bytes = std::fs::read(&newest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&newest, bytes).unwrap();

    let output = run(home.path(), &resuming(&path, "--steps 80"));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("The checkpoint of step 60 cannot be read"),
        "{told}"
    );
    assert!(told.contains("checksum"), "{told}");
    assert!(newest.with_extension("unreadable").is_file());
    assert!(model(&folder) == model(&whole));

    // Where none is left, nothing is begun again over the model.
    let best = folder.join("best.safetensors");
    std::fs::remove_file(best).unwrap();
    for path in checkpoints(&folder) {
        std::fs::write(path, "no checkpoint").unwrap();
    }
    let told = fail(home.path(), &resuming(&path, "--steps 90"), 1);
    assert!(told.contains("no checkpoint that can be read"), "{told}");
    assert!(model(&folder) == model(&whole));
    assert_eq!(measured(&folder), measured(&whole));
}

#[test]
fn checkpoints_of_newer_versions_and_other_networks_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a");
    let path = folder.to_string_lossy().into_owned();
    succeed(home.path(), &training(&path, "--steps 20"));
    let before = (model(&folder), checkpoints(&folder));

    let told = fail(
        home.path(),
        &[
            "train",
            "--fork",
            &path,
            "--width",
            "8",
            "--run",
            &format!("{path}-wide"),
        ],
        1,
    );
    assert!(told.contains("of another network"), "{told}");
    assert!(told.contains("width 4; the settings ask for"), "{told}");
    assert!(!home.path().join("a-wide").exists());

    let newest = before.1.last().unwrap();
    let bytes = std::fs::read(newest).unwrap();
    let mark = br#"{\"format\":1,\"architecture"#;
    let at = bytes.windows(mark.len()).position(|w| w == mark).unwrap();
    let mut newer = bytes.clone();
    newer[at + 12] = b'2';
    std::fs::write(newest, newer).unwrap();
    let told = fail(home.path(), &resuming(&path, "--steps 30"), 1);
    assert!(told.contains("newer version of Morphogan"), "{told}");
    std::fs::write(newest, bytes).unwrap();
    // Nothing was touched.
    assert_eq!((model(&folder), checkpoints(&folder)), before);

    let told = fail(
        home.path(),
        &resuming(&home.path().to_string_lossy(), ""),
        1,
    );
    assert!(told.contains("no run in this folder"), "{told}");
    let told = fail(home.path(), &["train", "--fork", &format!("{path}@7")], 1);
    assert!(
        told.contains("no checkpoint of step 7; there are those of step 20"),
        "{told}"
    );
    let told = fail(
        home.path(),
        &["train", "--resume", &path, "--batch", "9"],
        1,
    );
    assert!(told.contains("--batch has no place here"), "{told}");
}

#[test]
fn a_fork_that_gets_worse_has_a_best_of_its_own_to_go_back_to() {
    let home = tempfile::tempdir().unwrap();
    let (parent, fork) = (home.path().join("parent"), home.path().join("fork"));
    let path = parent.to_string_lossy().into_owned();
    let to = fork.to_string_lossy().into_owned();
    succeed(
        home.path(),
        &training(&path, "--steps 40 --measure-every 4"),
    );
    assert!(parent.join("best.safetensors").exists());
    let from = format!("{path}@40");
    let arguments = [
        "train",
        "--fork",
        &from,
        "--run",
        &to,
        "--lr-g",
        "0.5",
        "--lr-d",
        "0.5",
        "--measure-every",
        "4",
        "--steps",
        "60",
        "--guard",
        "off",
    ];
    succeed(home.path(), &arguments);
    assert!(fork.join("best.safetensors").exists());
}

#[test]
fn a_fork_with_the_same_settings_is_the_same_run() {
    let home = tempfile::tempdir().unwrap();
    let (parent, fork) = (home.path().join("parent"), home.path().join("fork"));
    let path = parent.to_string_lossy().into_owned();
    succeed(home.path(), &training(&path, "--steps 60"));
    let before = checkpoints(&parent);
    let from = format!("{path}@40");
    let to = fork.to_string_lossy().into_owned();
    let events = objects(&succeed(
        home.path(),
        &["train", "--fork", &from, "--run", &to, "--json"],
    ));
    assert_eq!(events[0]["resumed"], 40);
    let steps: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "step")
        .collect();
    assert_eq!((&steps[0]["step"], steps.len()), (&41.into(), 20));
    assert!(model(&fork) == model(&parent));
    assert_eq!(checkpoints(&parent), before);
    let marks = std::fs::read_to_string(fork.join("events.jsonl")).unwrap();
    assert!(
        marks.contains("\"forked\"") && marks.contains(&path),
        "{marks}"
    );

    // With another rate it is another run, and remembers the rate.
    let other = home.path().join("other").to_string_lossy().into_owned();
    let arguments = [
        "train", "--fork", &from, "--lr-d", "1e-3", "--run", &other, "--json",
    ];
    let events = objects(&succeed(home.path(), &arguments));
    assert_eq!(events[0]["config"]["lr_d"], 1e-3);
    assert!(model(Path::new(&other)) != model(&parent));
}

#[test]
fn a_run_folder_that_is_removed_is_made_again() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a");
    let path = folder.to_string_lossy().into_owned();
    let mut command = program(home.path());
    command
        .args(training(&path, "--steps 400"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    let mut running = Running { child, lines };
    running.until_step(30);
    // A file that is written meanwhile keeps its folder: removed again until it is gone.
    while std::fs::remove_dir_all(&folder).is_err() {}
    let output = running.child;
    let rest: Vec<String> = running.lines.lines().map(Result::unwrap).collect();
    let output = output.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    // Seen in the middle of it, the log is gone and the folder is not yet.
    let seen = ["The run's folder was removed", "metrics.csv, were removed"];
    assert!(seen.iter().any(|words| told.contains(words)), "{told}");
    assert_eq!(last(rest.last().unwrap())["outcome"], "completed");
    let longer = resuming(&path, "--steps 410");
    assert_eq!(last(&succeed(home.path(), &longer))["outcome"], "completed");
}

/// A small file system of its own.
#[cfg(target_os = "linux")]
struct SmallDisk(PathBuf);

#[cfg(target_os = "linux")]
impl SmallDisk {
    fn mount(at: &Path, options: &str) -> bool {
        let mut command = std::process::Command::new("mount");
        command
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(at);
        command
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_costs_no_checkpoint_that_was_complete() {
    let home = tempfile::tempdir().unwrap();
    let disk = home.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    if !SmallDisk::mount(&disk, "size=700k") {
        eprintln!("SKIPPED: only root may mount the small disk that this test fills");
        return;
    }
    let disk = SmallDisk(disk);
    let (whole, folder) = (home.path().join("whole"), disk.0.join("a"));
    succeed(
        home.path(),
        &training(&whole.to_string_lossy(), "--steps 200"),
    );
    let path = folder.to_string_lossy().into_owned();
    let output = run(home.path(), &training(&path, "--steps 200 --keep 50"));
    let told = String::from_utf8(output.stderr).unwrap();
    // Whether a model still found room depends on the file system.
    let is_saved = output.status.code() == Some(0);
    let is_told = told.contains("model of step 200") && output.status.code() == Some(1);
    assert!(is_saved || is_told, "{told}");
    assert!(
        told.contains("could not be saved; training goes on"),
        "{told}"
    );
    assert!(told.contains("Free some space"), "{told}");
    let events = objects(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(
        events
            .iter()
            .filter(|event| event["event"] == "step")
            .count(),
        200
    );
    let kept = checkpoints(&folder);
    assert!((1..10).contains(&kept.len()), "{kept:?}");
    for path in &kept {
        morphogan::run::Checkpoint::read(path).unwrap();
    }
    // With some room it goes on from the last one that was complete, to the same end.
    assert!(SmallDisk::mount(&disk.0, "remount,size=20m"));
    succeed(home.path(), &resuming(&path, ""));
    assert!(model(&folder) == model(&whole));
    assert_eq!(measured(&folder), measured(&whole));
}
