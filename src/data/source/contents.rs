//! What stands in a folder or archive: each file by its name or, where that says nothing, by its
//! first bytes.

use std::collections::BTreeMap;

use super::container::Container;
use super::formats::cifar;
use super::kinds::{self, DataFormat, FileType};
use super::{Choice, SourceError, decode};
use crate::notice::Notice;
use crate::picture;

/// Endings of files that are no pictures and are not opened to see that.
const PLAIN: [&str; 46] = [
    "txt",
    "csv",
    "tsv",
    "json",
    "jsonl",
    "xml",
    "html",
    "htm",
    "md",
    "rst",
    "py",
    "ipynb",
    "toml",
    "yaml",
    "yml",
    "log",
    "ini",
    "cfg",
    "js",
    "css",
    "pth",
    "pt",
    "ckpt",
    "safetensors",
    "onnx",
    "lock",
    "db",
    "pdf",
    "mp3",
    "wav",
    "mp4",
    "mov",
    "avi",
    "mkv",
    "webm",
    "aae",
    "xmp",
    "thm",
    "docx",
    "xlsx",
    "pptx",
    "odt",
    "jar",
    "apk",
    "epub",
    "whl",
];

/// Endings of downloads that are not finished.
const UNFINISHED: [&str; 4] = ["part", "partial", "crdownload", "download"];

/// Endings of pictures that are not read and cannot be told by their first bytes alone: many raw
/// files begin like a TIFF, whose first picture would be their thumbnail.
const ENDINGS: [(&str, &[&str]); 2] = [
    (
        "raw",
        &[
            "dng", "nef", "nrw", "arw", "sr2", "pef", "srw", "3fr", "iiq", "rwl", "erf", "kdc",
            "cr2",
        ],
    ),
    ("TGA", &["tga"]),
];

/// Some files of a kind: how many, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub count: usize,
    /// What one is called.
    pub example: String,
}

impl Tally {
    pub fn add(&mut self, name: &str) {
        if self.count == 0 {
            self.example = name.to_owned();
        }
        self.count += 1;
    }

    /// How many, what, and the name of one: `2 HEIC (a.heic)`.
    pub fn words(&self, what: &str) -> String {
        format!("{} {what} ({})", self.count, self.example)
    }
}

/// Members of a container by what they are.
#[derive(Debug, Default)]
pub struct Contents {
    /// Pictures, in the order of the members.
    pub pictures: Vec<u32>,
    /// Of these, those that only their content shows to be pictures.
    pub by_content: Tally,
    /// Pictures in formats that are not read.
    foreign: BTreeMap<&'static str, Tally>,
    /// Data files by their format.
    pub data: BTreeMap<DataFormat, Vec<u32>>,
    /// Batches of CIFAR-10 to train on.
    pub cifar: Vec<u32>,
    /// Batches that Python wrote.
    pub python: Tally,
    /// Zip, tar and tar.gz.
    pub archives: Vec<u32>,
    /// Tables of numbers for other programs.
    numbers: BTreeMap<&'static str, Tally>,
    /// Downloads that are not finished.
    unfinished: Tally,
    /// Members of folders that are runs of this program.
    runs: Tally,
}

impl Contents {
    /// Looks at the members of `container`.
    ///
    /// # Errors
    /// [`SourceError::Cancelled`], when `go_on` says so.
    pub fn of(container: &dyn Container, go_on: &dyn Fn() -> bool) -> Result<Self, SourceError> {
        let mut contents = Self::default();
        let runs = runs(container.names());
        for (index, name) in container.names().iter().enumerate() {
            if !go_on() {
                return Err(SourceError::Cancelled);
            }
            if let Some(run) = runs.iter().find(|run| name.starts_with(run.as_str())) {
                contents.runs.add(run.trim_end_matches('/'));
            } else if !decode::is_hidden(name) {
                contents.take(container, index, name);
            }
        }
        Ok(contents)
    }

    fn take(&mut self, container: &dyn Container, index: usize, name: &str) {
        let number = index as u32;
        if cifar::is_batch(name) {
            return self.cifar.push(number);
        }
        if picture::has_ending(name) {
            return self.pictures.push(number);
        }
        let ending = ending(name);
        let is = |known: &[&str]| known.contains(&ending.as_str());
        if is(&UNFINISHED) {
            return self.unfinished.add(name);
        }
        if is(&PLAIN) {
            return;
        }
        if is(&["npz"]) {
            // A zip of arrays.
            return self.numbers.entry("NumPy").or_default().add(name);
        }
        let kind = container.beginning(index).map(|first| kinds::of(&first));
        let by_ending = ENDINGS.iter().find(|(_, endings)| is(endings));
        match (kind.unwrap_or(FileType::Other), by_ending) {
            (FileType::Picture | FileType::Other, Some((kind, _))) => self.foreign(kind, name),
            (FileType::Picture, None) => {
                self.by_content.add(name);
                self.pictures.push(number);
            }
            (FileType::Foreign(kind), _) => self.foreign(kind, name),
            (FileType::Data(data), _) => self.data.entry(data).or_default().push(number),
            (FileType::Zip | FileType::Tar | FileType::Gzip, _) => self.archives.push(number),
            (FileType::Pickle, _) if cifar::is_python_batch(name) => self.python.add(name),
            (FileType::Numbers(kind), _) => self.numbers.entry(kind).or_default().add(name),
            (FileType::Pickle | FileType::Other, _) => {}
        }
    }

    fn foreign(&mut self, kind: &'static str, name: &str) {
        self.foreign.entry(kind).or_default().add(name);
    }

    /// What a person should know about what was left out.
    pub fn warnings(&self) -> Vec<Notice> {
        let mut warnings = Vec::new();
        if !self.foreign.is_empty() {
            let text = format!(
                "Pictures in formats that are not read are left out: {}. Convert them to JPEG or PNG.",
                tallies(&self.foreign)
            );
            warnings.push(Notice::warning(text));
        }
        if self.unfinished.count > 0 {
            let text = format!(
                "Downloads that are not finished are left out: {}. Fetch them again.",
                self.unfinished.words("files")
            );
            warnings.push(Notice::warning(text));
        }
        if self.runs.count > 0 {
            let text = format!(
                "The files of runs of this program are left out: {}.",
                self.runs.words("files")
            );
            warnings.push(Notice::warning(text));
        }
        warnings
    }

    /// What a person should know about how pictures were recognised.
    pub fn choice(&self) -> Choice {
        let found = &self.by_content;
        let words = format!(
            "{} by their content, whatever their names",
            found.words("pictures")
        );
        Choice {
            taken: (found.count > 0).then_some(words).into_iter().collect(),
            left_out: Vec::new(),
        }
    }

    /// Why there is nothing to learn from in a container at `path`.
    pub fn nothing(&self, path: &std::path::Path) -> SourceError {
        if self.python.count > 0 {
            return SourceError::PythonBatches(path.to_owned());
        }
        let mut there = Vec::new();
        if !self.foreign.is_empty() {
            let words = tallies(&self.foreign);
            there.push(format!(
                "pictures that are not read ({words}; convert them to JPEG or PNG)"
            ));
        }
        if !self.numbers.is_empty() {
            let words = tallies(&self.numbers);
            there.push(format!(
                "tables of numbers ({words}; save their pictures as PNG)"
            ));
        }
        let data = self.data.iter();
        let data: Vec<String> = data
            .map(|(data, files)| (data.name(), files.len()))
            .chain([
                ("CIFAR-10", self.cifar.len()),
                ("archives", self.archives.len()),
            ])
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| format!("{count} {what}"))
            .collect();
        if !data.is_empty() {
            let words = data.join(", ");
            there.push(format!(
                "other files of data ({words}; give one of them directly)"
            ));
        }
        if self.unfinished.count > 0 {
            there.push(self.unfinished.words("unfinished downloads"));
        }
        if self.runs.count > 0 {
            there.push(self.runs.words("files of runs of this program"));
        }
        SourceError::NoPictures {
            there: if there.is_empty() {
                String::new()
            } else {
                format!(", only {}", there.join(" and "))
            },
            path: path.to_owned(),
        }
    }
}

fn tallies(tallies: &BTreeMap<&'static str, Tally>) -> String {
    let words: Vec<String> = tallies
        .iter()
        .map(|(kind, tally)| tally.words(kind))
        .collect();
    words.join(", ")
}

/// The ending of a file's name in small letters; empty without one.
fn ending(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    let ending = file.rsplit_once('.').map(|(_, ending)| ending);
    ending.unwrap_or_default().to_ascii_lowercase()
}

/// The files that a run's folder has besides its settings; one of them tells it from any other
/// folder with settings.
pub const RUN_FILES: [&str; 3] = ["metrics.csv", "events.jsonl", "checkpoints"];

/// Folders with settings that are looked at: each costs a look at all names.
const MOST_RUNS: usize = 64;

/// The folders that are runs of this program, with the `/` behind them: the pictures there were
/// made by a network and are nothing to learn from.
fn runs(names: &[String]) -> Vec<String> {
    let candidates = names
        .iter()
        .filter_map(|name| name.strip_suffix("config.toml"));
    let candidates = candidates
        .filter(|folder| folder.ends_with('/'))
        .take(MOST_RUNS);
    let is_run = |folder: &&str| {
        names.iter().any(|name| {
            let inside = name.strip_prefix(folder);
            let first = inside.and_then(|inside| inside.split('/').next());
            first.is_some_and(|first| RUN_FILES.contains(&first))
        })
    };
    candidates.filter(is_run).map(str::to_owned).collect()
}
