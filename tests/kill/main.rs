//! Runs that are killed at random points (SIGKILL), some more than once, and go on: each ends with the bytes
//! of one that nobody touched. `run`, beside this file, kills as often as wanted.

// Helpers of tests stop where something unexpected is; clippy knows only test functions by itself.
#![allow(clippy::unwrap_used, clippy::panic)]

#[allow(dead_code, reason = "this crate of tests does not use all helpers")]
#[path = "../program/common/mod.rs"]
mod common;
mod traces;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::program;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use traces::traces;

/// Kills in all, where nobody asks for another number.
const KILLS: u64 = 8;
const SEED: u64 = 13;
const STEPS: &str = "--steps 48";
const SETTINGS: &str = "--size 32 --width 4 --latent 8 --batch 8 --seed 7 --device cpu --threads 1 \
                        --checkpoint-steps 10 --checkpoint-seconds 0 --measure-every 4 --json";

/// A way to begin a run and to go on with it.
struct Story {
    name: &'static str,
    /// Begins the run called so.
    begin: fn(&Path, &str) -> Command,
    /// Goes on with it, for the `life`-th time.
    again: fn(&Path, &str, u64) -> Command,
}

const STORIES: [Story; 4] = [
    Story {
        name: "plain",
        begin: |home, run| {
            words(
                home,
                &format!("train --run {run} --starter-count 200 {STEPS} {SETTINGS}"),
            )
        },
        again: resumed,
    },
    Story {
        name: "from other folders",
        begin: |home, run| {
            within(
                home,
                "here",
                &format!("train --data photos --run {run} {STEPS} {SETTINGS}"),
            )
        },
        again: |home, run, life| match life % 3 {
            0 => words(home, &format!("train --resume here/{run} --json")),
            // There are other pictures at the relative path.
            1 => within(
                home,
                "there",
                &format!("train --resume ../here/{run} --json"),
            ),
            _ => within(home, &format!("here/{run}"), "train --resume . --json"),
        },
    },
    Story {
        name: "fork",
        begin: |home, run| {
            words(
                home,
                &format!("train --fork parent@20 --run {run} {STEPS} --lr-d 1e-4 --json"),
            )
        },
        again: resumed,
    },
    Story {
        name: "roll-back",
        begin: |home, run| {
            let bad = "--guard rollback --at 17:lr_g=0.5 --at 17:lr_d=0.5";
            words(
                home,
                &format!("train --run {run} --starter-count 200 {bad} {STEPS} {SETTINGS}"),
            )
        },
        again: resumed,
    },
];

fn words(home: &Path, words: &str) -> Command {
    let mut command = program(home);
    command.args(words.split_whitespace()).current_dir(home);
    command
}

fn within(home: &Path, folder: &str, told: &str) -> Command {
    let mut command = words(home, told);
    command.current_dir(home.join(folder));
    command
}

fn resumed(home: &Path, run: &str, _life: u64) -> Command {
    words(home, &format!("train --resume {run} --json"))
}

/// Random numbers of the kills.
struct Chance(ChaCha8Rng);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0.next_u64() % end
    }
}

fn asked(name: &str, otherwise: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
fn killed_runs_end_with_the_bytes_of_unbroken_ones() {
    let (kills, seed) = (asked("KILL_KILLS", KILLS), asked("KILL_SEED", SEED));
    let home = tempfile::tempdir().unwrap();
    prepare(home.path());
    let mut chance = Chance(ChaCha8Rng::seed_from_u64(seed));
    let mut wrong = Vec::new();
    for (place, story) in (0..).zip(&STORIES) {
        let share = (kills + STORIES.len() as u64 - 1 - place) / STORIES.len() as u64;
        wrong.extend(tell(story, home.path(), share, &mut chance));
    }
    assert!(wrong.is_empty(), "seed {seed}:\n{}", wrong.join("\n"));
}

/// Photos here, others there, and a run to fork from.
fn prepare(home: &Path) {
    for (folder, shade) in [("here", 1u8), ("there", 5)] {
        let photos = home.join(folder).join("photos");
        std::fs::create_dir_all(&photos).unwrap();
        for number in 0..72u8 {
            let pixel = |x: u32, y: u32| image::Rgb([(x * 7) as u8, number * 3, (y as u8) * shade]);
            let picture = image::RgbImage::from_fn(32, 32, pixel);
            picture.save(photos.join(format!("{number}.png"))).unwrap();
        }
    }
    let parent = format!("train --run parent --starter-count 200 --steps 20 {SETTINGS}");
    finish(words(home, &parent)).unwrap();
}

/// An unbroken run, and others of its kind until enough were killed. What went wrong.
fn tell(story: &Story, home: &Path, kills: u64, chance: &mut Chance) -> Vec<String> {
    let Story { name, begin, again } = story;
    let folder = |run: &str| match *name {
        "from other folders" => home.join("here").join(run),
        _ => home.join(run),
    };
    let named = |run: u64| format!("{}-{run}", name.replace(' ', "-"));
    if let Err(told) = finish(begin(home, &named(0))) {
        return vec![format!("{name}, unbroken: {told}")];
    }
    let expected = traces(&folder(&named(0)));
    let (mut wrong, mut done) = (Vec::new(), 0);
    for run in 1.. {
        if done >= kills {
            break;
        }
        let (run, lives) = (named(run), 1 + chance.below(3));
        let (mut points, mut life) = (Vec::new(), 0);
        let next = |life: u64| match folder(&run).join("config.toml").exists() {
            true => again(home, &run, life),
            false => begin(home, &run),
        };
        while life < lives && done < kills {
            let point = Point::random(chance);
            done += u64::from(kill(next(life), &point));
            points.push(point.to_string());
            life += 1;
        }
        let end = finish(next(life)).map(|()| traces(&folder(&run)));
        let differs = match end {
            Ok(found) => expected
                .iter()
                .zip(&found)
                .find(|(a, b)| a != b)
                .map(|(a, _)| format!("{} differs", a.name)),
            Err(told) => Some(told),
        };
        let points = points.join(", ");
        println!(
            "{name}: killed {points}: {}",
            differs.as_deref().unwrap_or("the same bytes")
        );
        wrong.extend(differs.map(|differs| format!("{name}, killed {points}: {differs}")));
    }
    wrong
}

/// When a run is killed: so long after so many of its steps.
struct Point {
    steps: u64,
    after: Duration,
}

impl Point {
    fn random(chance: &mut Chance) -> Self {
        match chance.below(6) {
            // While it begins.
            0 => Self {
                steps: 0,
                after: Duration::from_millis(chance.below(150)),
            },
            _ => Self {
                steps: 1 + chance.below(24),
                after: Duration::from_micros(chance.below(20_000)),
            },
        }
    }
}

impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} after {} steps", self.after, self.steps)
    }
}

/// Kills a run at a point; whether it came so far.
fn kill(mut command: Command, point: &Point) -> bool {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let steps = lines
        .map_while(Result::ok)
        .filter(|line| line.contains(r#""event":"step""#));
    let came = steps.take(point.steps as usize).count() as u64 == point.steps;
    std::thread::sleep(point.after);
    child.kill().unwrap();
    came && !child.wait().unwrap().success()
}

/// Lets a run end; what it said where it failed.
fn finish(mut command: Command) -> Result<(), String> {
    let output = command.output().unwrap();
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "{command:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}
