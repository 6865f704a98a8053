//! Files of every kind that the program reads, with bytes changed in many ways. Whatever comes of it, it is
//! no panic, no abort for want of memory, no hang.
//!
//! Each run follows from a seed and its number, so that any can be had again by itself: `run --only N`, beside
//! this file. The runs happen in processes of their own under a limit of memory; the test starts
//! them, waits for each run with patience, and names those that went wrong.

// Processes are limited by a shell of Unix, and measured as on Linux.
#![cfg(target_os = "linux")]
// Helpers of tests stop where something unexpected is; clippy knows only test functions by itself.
#![allow(clippy::unwrap_used, clippy::panic)]

mod child;
mod make;
mod mutate;
mod runs;
mod sources;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use child::{Answer, Reader, cache, scratch};

/// Runs where nobody asks for another number: about two minutes on two cores.
const RUNS: u64 = 50_000;
const SEED: u64 = 13;
/// What a process may have of addresses, in KiB.
const MOST_KIB: u64 = 2 << 20;
/// A run that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(20);
/// Processes side by side.
const WORKERS: u64 = 2;
/// Enough to look at.
const MOST_FAULTS: usize = 200;

/// Which runs.
#[derive(Clone, Debug)]
struct Series {
    seed: u64,
    next: u64,
    end: u64,
    step: u64,
}

/// What a series came to.
#[derive(Default)]
struct Found {
    runs: u64,
    refused: u64,
    /// Panics in libraries that were caught, as they should be.
    caught: Vec<String>,
    /// The most memory that a process had.
    peak_kib: u64,
    /// The most that one run added, and which.
    most: (u64, String),
    faults: Vec<String>,
}

fn asked(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is no number: {text}")),
    )
}

#[test]
fn changed_files_do_no_harm() {
    let seed = asked("MUTATION_SEED").unwrap_or(SEED);
    let series: Vec<Series> = match asked("MUTATION_ONLY") {
        Some(only) => vec![Series {
            seed,
            next: only,
            end: only + 1,
            step: 1,
        }],
        None => {
            let end = asked("MUTATION_RUNS").unwrap_or(RUNS);
            (0..WORKERS)
                .map(|next| Series {
                    seed,
                    next,
                    end,
                    step: WORKERS,
                })
                .collect()
        }
    };
    let found = std::thread::scope(|scope| {
        let all: Vec<_> = series
            .into_iter()
            .map(|series| scope.spawn(|| run(series)))
            .collect();
        all.into_iter()
            .map(|one| one.join().unwrap())
            .reduce(Found::and)
            .unwrap()
    });
    println!(
        "{} runs of seed {seed}: {} refused",
        found.runs, found.refused
    );
    let (most, which) = &found.most;
    println!(
        "peak memory {} MiB; most by one run {} MiB ({which})",
        found.peak_kib >> 10,
        most >> 10
    );
    println!("{} panics of libraries caught", found.caught.len());
    println!("{}", found.caught.join("\n"));
    let faults = found.faults.join("\n");
    assert!(
        found.faults.is_empty(),
        "{} faults; one by itself: tests/mutation/run --only N {seed}\n{faults}",
        found.faults.len()
    );
}

/// All runs of a series, in as many processes as it takes.
fn run(mut series: Series) -> Found {
    let mut found = Found::default();
    while series.next < series.end && found.faults.len() < MOST_FAULTS {
        run_process(&mut series, &mut found);
    }
    found
}

/// A process until it ends: with the series, or in a run that it does not survive.
fn run_process(series: &mut Series, found: &mut Found) {
    let home = home(series);
    let mut process = start(series, &home);
    let (send, lines) = mpsc::channel();
    let out = BufReader::new(process.stdout.take().unwrap());
    std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            if let Some(line) = line.strip_prefix(child::PREFIX) {
                let _ = send.send(line.to_owned());
            }
        }
    });
    let mut under_way = None;
    let end = loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => found.take(&line, &mut under_way, series),
            Err(end) => break end,
        }
    };
    if end == RecvTimeoutError::Timeout {
        process.kill().unwrap();
    }
    let status = process.wait().unwrap();
    if status.success() && under_way.is_none() && series.next >= series.end {
        return;
    }
    let how = match end {
        RecvTimeoutError::Timeout => format!("no end after {PATIENCE:?}"),
        RecvTimeoutError::Disconnected => {
            let told = std::fs::read_to_string(home.join("stderr")).unwrap_or_default();
            let last: Vec<&str> = told
                .lines()
                .rev()
                .filter(|line| !line.is_empty())
                .take(3)
                .collect();
            format!(
                "{status}: {}",
                last.into_iter().rev().collect::<Vec<_>>().join(" / ")
            )
        }
    };
    let which = under_way.unwrap_or_else(|| format!("{} (before it began)", series.next));
    found.faults.push(format!("run {which}: {how}"));
    series.next += series.step;
}

fn start(series: &Series, home: &Path) -> std::process::Child {
    let limited = format!("ulimit -v {MOST_KIB}; exec \"$0\" \"$@\"");
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", &limited]).arg(program);
    command.args([
        "child::reads_changed_files",
        "--exact",
        "--ignored",
        "--nocapture",
    ]);
    let Series {
        seed,
        next,
        end,
        step,
    } = series;
    command.env(child::SERIES, format!("{seed} {next} {end} {step}"));
    command
        .env(child::HOME, home)
        .env("HOME", home)
        .env("XDG_DATA_HOME", home)
        .env("MORPHOGAN_CACHE", home.join("cache"));
    command.env_remove("RUST_BACKTRACE").current_dir(home);
    let told = std::fs::File::create(home.join("stderr")).unwrap();
    command.stdout(Stdio::piped()).stderr(told).spawn().unwrap()
}

/// An empty folder, which stays: what was read last can be looked at there.
fn home(series: &Series) -> PathBuf {
    let place = series.next % series.step;
    let home =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mutation-{}-{place}", series.seed));
    let _ = std::fs::remove_dir_all(&home);
    std::fs::create_dir_all(&home).unwrap();
    home
}

impl Found {
    /// Takes in what a process said.
    fn take(&mut self, line: &str, under_way: &mut Option<String>, series: &mut Series) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "begin" => *under_way = Some(rest.to_owned()),
            "refused" => self.refused += 1,
            "caught" => self.caught.push(rest.to_owned()),
            "wrong" => self.faults.push(format!("run {rest}")),
            "end" => {
                self.runs += 1;
                series.next += series.step;
                let which = under_way.take().unwrap_or_default();
                let mut numbers = rest.split(' ').map(|word| word.parse().unwrap_or(0));
                self.peak_kib = self.peak_kib.max(numbers.next().unwrap_or(0));
                let added = numbers.next().unwrap_or(0);
                self.most = std::mem::take(&mut self.most).max((added, which));
            }
            _ => {}
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.runs += other.runs;
        self.refused += other.refused;
        self.caught.extend(other.caught);
        self.faults.extend(other.faults);
        self.peak_kib = self.peak_kib.max(other.peak_kib);
        self.most = self.most.max(other.most);
        self
    }
}
