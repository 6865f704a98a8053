//! The process that reads changed files, and says on standard output how it goes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::mutate::Mutator;
use super::{runs, sources};

/// Names the variable that holds seed, first run, end and step.
pub const SERIES: &str = "MUTATION_SERIES";
/// Names the variable that holds the process's own folder.
pub const HOME: &str = "MUTATION_HOME";
/// Of the lines that are for the test; others are the readers' own.
pub const PREFIX: &str = "@mutation ";

/// What came of a file.
pub enum Answer {
    /// It was read.
    Read,
    /// It was refused, or a part of it.
    Refused,
    /// It was read as something else, or what was said is a bug.
    Wrong(String),
}

impl Answer {
    /// Read where all parts were.
    pub fn all(parts: impl IntoIterator<Item = bool>) -> Self {
        // Each of them is read.
        let refused = parts.into_iter().filter(|part| !part).count();
        if refused == 0 {
            Self::Read
        } else {
            Self::Refused
        }
    }
}

type Read = dyn Fn(&Path, &mut Mutator) -> Answer;

/// Changes a file, writes it into a folder, and has it read.
pub struct Reader {
    name: &'static str,
    read: Box<Read>,
}

impl Reader {
    pub fn new(name: &'static str, read: impl Fn(&Path, &mut Mutator) -> Answer + 'static) -> Self {
        let read = Box::new(read);
        Self { name, read }
    }
}

/// The process's own folder.
pub fn scratch() -> PathBuf {
    std::env::var_os(HOME).unwrap().into()
}

/// The program's cache.
pub fn cache() -> PathBuf {
    scratch().join("cache")
}

/// A panic: where, and what it said.
struct Panicked {
    place: String,
    text: String,
}

impl Panicked {
    /// Of what we wrote: none is right, also where it is caught. A library's names its file from the root.
    fn is_ours(&self) -> bool {
        !self.place.starts_with('/')
    }
}

static PANICS: Mutex<Vec<Panicked>> = Mutex::new(Vec::new());

#[test]
#[ignore = "the process that the other test starts"]
fn reads_changed_files() {
    let Ok(series) = std::env::var(SERIES) else {
        return;
    };
    let numbers: Vec<u64> = series
        .split(' ')
        .map(|word| word.parse().unwrap())
        .collect();
    let &[seed, first, end, step] = numbers.as_slice() else {
        panic!("no series: {series}");
    };
    let mut readers = sources::readers();
    readers.extend(runs::readers(&scratch()));
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let text = panic.payload_as_str().unwrap_or_default().to_owned();
        PANICS.lock().unwrap().push(Panicked { place, text });
    }));
    // What the test harness began is not the beginning of our line.
    println!();
    let folder = scratch().join("input");
    for number in (first..end).step_by(step as usize) {
        let mut mutator = Mutator::new(seed, number);
        let reader = mutator.one_of(&readers);
        println!("{PREFIX}begin {number} ({})", reader.name);
        for folder in [&folder, &cache()] {
            let _ = std::fs::remove_dir_all(folder);
            std::fs::create_dir_all(folder).unwrap();
        }
        forget_peak();
        let before = peak_kib();
        let answer = catch_unwind(AssertUnwindSafe(|| (reader.read)(&folder, &mut mutator)));
        say(&answer.ok(), &format!("{number} ({})", reader.name));
        let peak = peak_kib();
        println!("{PREFIX}end {peak} {}", peak.saturating_sub(before));
    }
}

/// Says what came of a run; `None` of one that a panic ended.
fn say(answer: &Option<Answer>, run: &str) {
    let panics = std::mem::take(&mut *PANICS.lock().unwrap());
    if let Some(Panicked { place, text }) = panics.first() {
        println!("{PREFIX}caught {run}: {place}: {}", text.replace('\n', " "));
    }
    for Panicked { place, text } in panics
        .iter()
        .filter(|panic| panic.is_ours() || answer.is_none())
    {
        println!(
            "{PREFIX}wrong {run}: panicked at {place}: {}",
            text.replace('\n', " ")
        );
    }
    match answer {
        Some(Answer::Read) if !panics.is_empty() => {
            println!(
                "{PREFIX}wrong {run}: nothing was said of a panic at {}",
                panics[0].place
            );
        }
        Some(Answer::Wrong(why)) => println!("{PREFIX}wrong {run}: {}", why.replace('\n', " ")),
        Some(Answer::Refused) => println!("{PREFIX}refused {run}"),
        Some(Answer::Read) | None => {}
    }
}

/// What comes now has a peak of its own.
fn forget_peak() {
    // Where the system does not let it, a run is told with the peak of those before.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory that this process had, in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
