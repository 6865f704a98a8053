//! Runs that move, stop, fill the disk, or are tampered with.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Output;

use morphogan::export;
use morphogan::picture::Picture;

use crate::common::{fail, objects, program, small_run, succeed};

const TRAIN: &str = "train --size 32 --width 4 --latent 8 --batch 16 --seed 7 --device cpu --threads 2 \
                     --measure-every 0 --checkpoint-seconds 0 --json";

/// `count` small pictures, others for another `shade`.
fn pictures(folder: &Path, count: usize, shade: u8) {
    std::fs::create_dir_all(folder).unwrap();
    for number in 0..count {
        let rgb = (0..192).map(|at| (at as u8).wrapping_mul(number as u8) ^ shade);
        let picture = Picture {
            width: 8,
            height: 8,
            rgb: rgb.collect(),
        };
        export::write_picture(&folder.join(format!("{number:03}.png")), &picture).unwrap();
    }
}

/// Runs the program in the folder `here`.
fn run_in<S: AsRef<OsStr>>(here: &Path, home: &Path, arguments: &[S]) -> Output {
    let mut command = program(home);
    command.args(arguments).current_dir(here).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn well(output: &Output) {
    assert!(output.status.success(), "{}", told(output));
}

fn refused(output: &Output) -> String {
    let told = told(output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(!told.contains("panicked"), "{told}");
    told
}

/// All files below a folder with their bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(contents(&path));
        } else {
            all.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
    all
}

/// The measurements without the clock's.
fn measured(run: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(run.join("metrics.csv")).unwrap();
    let without_clock = |line: &str| line.split(',').take(7).collect::<Vec<_>>().join(",");
    text.lines().map(without_clock).collect()
}

fn model(run: &Path) -> Vec<u8> {
    std::fs::read(run.join("model.safetensors")).unwrap()
}

/// What is on disk when a fork is killed right after it has made its folder: where it comes from, and its settings.
#[test]
fn a_fork_that_was_killed_as_it_began_is_still_a_fork() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let at = |name: &str| home.join(name);
    let folder = at("parent");
    let mut arguments = small_run(folder.to_str().unwrap());
    arguments.extend(["--steps", "6"]);
    succeed(home, &arguments);
    let fork = words("train --fork parent@6 --run fork --lr-g 1e-3 --steps 9 --json");
    well(&run_in(home, home, &fork));
    let killed = at("killed");
    std::fs::create_dir(&killed).unwrap();
    std::fs::copy(at("fork/config.toml"), killed.join("config.toml")).unwrap();
    let events = std::fs::read_to_string(at("fork/events.jsonl")).unwrap();
    let first = events.lines().next().unwrap();
    assert!(first.contains("forked"), "{first}");
    std::fs::write(killed.join("events.jsonl"), format!("{first}\n")).unwrap();

    std::fs::rename(&folder, at("away")).unwrap();
    let resume = words("train --resume killed --json");
    let gone = refused(&run_in(home, home, &resume));
    assert!(gone.contains("Fork its parent anew"), "{gone}");
    std::fs::rename(at("away"), &folder).unwrap();
    well(&run_in(home, home, &resume));
    assert!(model(&killed) == model(&at("fork")));
    assert_eq!(measured(&killed), measured(&at("fork")));
}

#[test]
fn a_run_keeps_to_its_pictures_wherever_it_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let here = home.join("here");
    pictures(&here.join("photos"), 70, 0);
    let train = |more: &str| format!("{TRAIN} --data photos {more}");
    let run = |folder: &Path, text: &str| run_in(folder, home, &words(text));
    well(&run(&here, &train("--run whole --steps 4")));
    well(&run(&here, &train("--run part --steps 2")));
    let (whole, part) = (here.join("whole"), here.join("part"));
    let before = contents(&part);

    // Others of the same name in another working folder are not looked at.
    pictures(&home.join("photos"), 70, 9);
    well(&run(home, "train --resume here/part --steps 4 --json"));
    assert!(model(&part) == model(&whole));
    well(&run(
        home,
        "train --fork here/whole@4 --run fork --steps 5 --json",
    ));

    // Nothing there: nothing is written, and what can be done is said.
    let reset = || {
        std::fs::remove_dir_all(&part).unwrap();
        for (path, bytes) in &before {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    };
    reset();
    let resume = "train --resume here/part --steps 4 --json";
    std::fs::rename(here.join("photos"), home.join("moved")).unwrap();
    let text = refused(&run(home, resume));
    assert!(text.contains("--resume here/part --data PATH"), "{text}");
    assert_eq!(contents(&part), before);

    // Others there: likewise.
    pictures(&here.join("photos"), 70, 9);
    let text = refused(&run(home, resume));
    assert!(text.contains("not the pictures"), "{text}");
    assert!(text.contains("--fork here/part --data NEW"), "{text}");
    assert_eq!(contents(&part), before);
    let text = refused(&run(home, &format!("{resume} --data photos")));
    assert!(text.contains("not the pictures"), "{text}");
    assert_eq!(contents(&part), before);

    // Where they are now, or copies of them, by the command line.
    well(&run(home, &format!("{resume} --data moved")));
    assert_eq!(measured(&part), measured(&whole));
    // And by the settings, which are what decides from then on.
    reset();
    let settings = std::fs::read_to_string(part.join("config.toml")).unwrap();
    pictures(&home.join("copies"), 70, 0);
    let copies = settings.replace(
        &here.join("photos").to_string_lossy().into_owned(),
        "../../copies",
    );
    assert_ne!(copies, settings);
    std::fs::write(part.join("config.toml"), copies).unwrap();
    well(&run(&here, "train --resume part --steps 4 --json"));
    assert_eq!(measured(&part), measured(&whole));
    // A fork may have others.
    well(&run(
        home,
        "train --fork here/part --data photos --run other --steps 5 --json",
    ));
}

#[test]
fn checkpoints_carry_no_path() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    pictures(&home.join("secret-place/photos"), 64, 0);
    well(&run_in(
        home,
        home,
        &words(&format!(
            "{TRAIN} --data secret-place/photos --run r --steps 1"
        )),
    ));
    for (path, bytes) in contents(&home.join("r")) {
        let is_config = path.ends_with("config.toml");
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(
            text.contains("secret-place"),
            is_config,
            "{}",
            path.display()
        );
    }
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_can_be_gone_on_with() {
    use std::os::unix::ffi::OsStrExt as _;
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let photos = home.join(OsStr::from_bytes(b"caf\xe9"));
    let run = home.join(OsStr::from_bytes(b"r\xff"));
    pictures(&photos, 64, 0);
    let arguments = |first: &[&str], run: &Path, more: &[&OsStr]| {
        let mut all: Vec<_> = first.iter().map(|text| text.into()).collect();
        all.push(run.as_os_str().to_owned());
        all.extend(more.iter().map(|&text| text.to_owned()));
        all
    };
    let mut train = words(TRAIN);
    train.extend(["--steps", "1", "--run"]);
    let begin = arguments(&train, &run, &[OsStr::new("--data"), photos.as_os_str()]);
    let output = run_in(home, home, &begin);
    well(&output);
    let events = objects(&String::from_utf8(output.stdout).unwrap());
    assert!(
        events[0]["config"]["data"]
            .as_str()
            .unwrap()
            .contains("caf\u{fffd}")
    );
    let resume = ["train", "--steps", "2", "--json", "--resume"];
    well(&run_in(home, home, &arguments(&resume, &run, &[])));
    let mut from = run.as_os_str().to_owned();
    from.push("@2");
    let fork = ["train", "--steps", "3", "--json", "--run", "f", "--fork"];
    well(&run_in(
        home,
        home,
        &arguments(&fork, Path::new(&from), &[]),
    ));
    let marks = std::fs::read_to_string(home.join("f/events.jsonl")).unwrap();
    assert!(
        marks.contains("forked") && marks.contains("r%FF"),
        "{marks}"
    );
}

#[test]
fn what_cannot_work_is_refused_at_once_and_leaves_no_folder() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    pictures(&home.join("few"), 63, 0);
    pictures(&home.join("broken"), 60, 0);
    for number in 0..20 {
        std::fs::write(home.join(format!("broken/bad{number}.png")), "no picture").unwrap();
    }
    pictures(&home.join("enough"), 64, 0);
    let cases = [
        ("--data few", "training needs at least 64"),
        ("--data broken", "training needs at least 64"),
        ("--data enough --batch 65", "Lower the batch"),
        (
            "--data enough --epochs 1 --d-steps 5",
            "before its first step",
        ),
        ("--starter-count 64 --at 50:lr_g=5", "at 50: lr-g is 5"),
        (
            "--starter-count 64 --loss hinge --at 9:smoothing=0.2",
            "no targets",
        ),
    ];
    for (more, why) in cases {
        let train = match more.contains("--batch") {
            true => TRAIN.replace("--batch 16", ""),
            false => TRAIN.to_owned(),
        };
        let output = run_in(home, home, &words(&format!("{train} --run r {more}")));
        let text = refused(&output);
        assert!(text.contains(why), "{more}: {text}");
        assert!(!home.join("r").exists(), "{more}");
        assert!(
            !String::from_utf8(output.stdout)
                .unwrap()
                .contains("\"step\",\"step\":"),
            "{more}"
        );
    }
    // Passes that are shorter than a step add up.
    let epochs = format!("{TRAIN} --run r --data enough --epochs 3 --d-steps 5");
    let output = run_in(home, home, &words(&epochs));
    well(&output);
    let events = objects(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(events[0]["total_steps"], 2);
    assert_eq!(
        events
            .iter()
            .filter(|event| event["event"] == "step")
            .count(),
        2
    );
    // Nor is a folder with something like a run in it written over.
    std::fs::create_dir(home.join("mine")).unwrap();
    std::fs::write(home.join("mine/config.toml"), "mine").unwrap();
    let taken = format!("{TRAIN} --run mine --data enough --steps 1");
    assert!(refused(&run_in(home, home, &words(&taken))).contains("--run"));
    assert_eq!(
        std::fs::read_to_string(home.join("mine/config.toml")).unwrap(),
        "mine"
    );
}

#[test]
fn a_finished_run_says_so_and_stays_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("r");
    let path = folder.to_string_lossy().into_owned();
    let mut train = small_run(&path);
    train.extend(["--steps", "3"]);
    succeed(home.path(), &train);
    let before = contents(&folder);
    for more in ["", "--steps 2"] {
        let mut resume = vec!["train", "--resume", &path, "--json"];
        resume.extend(more.split_whitespace());
        let output = program(home.path()).args(resume).output().unwrap();
        let text = told(&output);
        assert!(
            text.contains("finished at step 3") && text.contains("--steps N"),
            "{text}"
        );
        assert_eq!(contents(&folder), before);
    }
}

#[test]
fn the_live_settings_are_told() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("r").to_string_lossy().into_owned();
    let mut train = small_run(&path);
    train.extend(["--steps", "3", "--at", "2:lr_g=1e-4", "--at", "9:ema=0"]);
    let output = program(home.path()).args(train).output().unwrap();
    well(&output);
    // What will not happen is said.
    assert!(told(&output).contains("9:ema"), "{}", told(&output));
    let events = objects(&String::from_utf8(output.stdout).unwrap());
    let live: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "live")
        .collect();
    assert_eq!(live.len(), 2);
    assert_eq!(
        (&live[0]["lr_g"], &live[1]["lr_g"]),
        (&2e-4.into(), &1e-4.into())
    );
    assert_eq!(live[1]["augment"], "none");
}

#[test]
fn more_threads_than_are_of_use_are_not_started() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("r").to_string_lossy().into_owned();
    let mut train = small_run(&path);
    train.extend(["--steps", "1", "--threads", "1000"]);
    let output = program(home.path()).args(train).output().unwrap();
    well(&output);
    let told = told(&output);
    let is_large = std::thread::available_parallelism().unwrap().get() >= 125;
    assert!(is_large || told.contains("not 1000 are used"), "{told}");
}

#[test]
fn the_help_has_headings_and_examples() {
    let home = tempfile::tempdir().unwrap();
    let help = succeed(home.path(), &["train", "--help"]);
    for part in [
        "\nPictures:",
        "\nNetworks:",
        "\nMachine:",
        "\nExamples:",
        "--resume faces",
        "divided by 4",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("r").to_string_lossy().into_owned();
    let mut train = small_run(&path);
    train.extend(["--steps", "500"]);
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = program(home.path())
        .args(train)
        .stdout(full)
        .output()
        .unwrap();
    let told = refused(&output);
    assert!(told.contains("could not be printed"), "{told}");
}

#[cfg(unix)]
#[test]
fn a_folder_from_a_stranger_is_neither_written_through_nor_waited_for() {
    use std::os::unix::fs::symlink;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("r");
    let path = folder.to_string_lossy().into_owned();
    let mut train = small_run(&path);
    train.extend(["--steps", "2"]);
    succeed(home.path(), &train);
    let resume = ["train", "--resume", &path, "--steps", "3", "--json"];
    let mine = home.path().join("mine");
    std::fs::write(&mine, "mine").unwrap();
    let checkpoint = std::fs::read_dir(folder.join("checkpoints")).unwrap();
    let checkpoint = checkpoint.last().unwrap().unwrap().path();
    let names = [
        "metrics.csv",
        "events.jsonl",
        "config.toml",
        "model.safetensors",
        ".lock",
    ];
    let all = names.map(|name| folder.join(name));
    for file in all.iter().chain([&checkpoint]) {
        let kept = file.with_extension("kept");
        std::fs::rename(file, &kept).unwrap();
        symlink(&mine, file).unwrap();
        let told = fail(home.path(), &resume, 1);
        assert!(
            told.contains("link") && told.contains(file.to_str().unwrap()),
            "{told}"
        );
        std::fs::remove_file(file).unwrap();
        let made = std::process::Command::new("mkfifo").arg(file).status();
        if made.is_ok_and(|status| status.success()) {
            fail(home.path(), &resume, 1);
            std::fs::remove_file(file).unwrap();
        }
        std::fs::rename(&kept, file).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&mine).unwrap(), "mine");
    succeed(home.path(), &resume);
}

mod window {
    use std::sync::atomic::Ordering;

    use morphogan::config::LiveConfig;
    use morphogan::worker::train::Event;

    use crate::kit;

    #[test]
    fn the_panel_shows_what_the_trainer_uses() {
        let folder = tempfile::tempdir().unwrap();
        let mut window = kit::training(&folder.path().join("r"));
        let ctx = window.ctx.clone();
        let used = LiveConfig {
            beta1: 0.25,
            smoothing: 0.1,
            ..LiveConfig::default()
        };
        let app = window.state_mut().as_mut().unwrap();
        app.hear(Event::Live(used), &ctx);
        assert_eq!(app.config().live, used);
    }

    #[test]
    fn a_window_that_is_told_to_end_saves_first() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("r");
        let mut window = kit::training(&run);
        let ctx = window.ctx.clone();
        let app = window.state_mut().as_mut().unwrap();
        app.apply(
            morphogan::ui::Action::Train(morphogan::ui::TrainAction::Start),
            &ctx,
        );
        kit::until(&mut window, "a step", |app| app.session().last.is_some());
        let app = window.state_mut().as_mut().unwrap();
        app.leaving().store(true, Ordering::Release);
        kit::until(&mut window, "the end", |app| {
            app.session().outcome.is_some()
        });
        assert!(run.join("model.safetensors").is_file());
    }
}
