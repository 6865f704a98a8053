//! A folder, sub-folders included.

use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::bytes::ByteSource;
use super::container::{Container, MOST_MEMBERS, shown};
use super::contents::RUN_FILES;
use super::fingerprint::stamp;
use super::kinds::BEGINNING;
use super::{SourceError, decode};
use crate::data::cache::Key;
use crate::notice::Notice;

/// Things left out that are named.
const NAMED: usize = 20;

/// Files below a folder, in the order of their paths.
#[derive(Debug)]
pub struct Folder {
    files: Vec<PathBuf>,
    names: Vec<String>,
    fingerprint: u128,
    left_out: Omissions,
}

#[derive(Debug, Default)]
struct Omissions {
    links: Vec<String>,
    runs: Vec<String>,
    unreadable: Vec<String>,
    counts: (usize, usize),
}

impl Folder {
    /// Finds every file below `root`; the folders of runs are left out. Links to folders are not
    /// followed, so that they cannot lead in circles; they and what cannot be read are counted.
    ///
    /// # Errors
    /// Where `root` itself cannot be read, and [`SourceError::Cancelled`].
    pub fn open(root: &Path, go_on: &dyn Fn() -> bool) -> Result<Self, SourceError> {
        let mut folder = Self {
            files: Vec::new(),
            names: Vec::new(),
            fingerprint: 0,
            left_out: Omissions::default(),
        };
        let mut key = Key::new("folder");
        let mut entries = WalkDir::new(root).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            if !go_on() {
                return Err(SourceError::Cancelled);
            }
            match entry {
                Ok(entry) if entry.depth() > 0 && is_run(&entry) => {
                    folder.left_out.runs.push(inside(root, entry.path()));
                    entries.skip_current_dir();
                }
                Ok(entry) => folder.take(root, &entry, &mut key),
                Err(error) if error.depth() == 0 => return Err(io::Error::from(error).into()),
                Err(error) => folder.left_out.unreadable(root, &error),
            }
            if folder.files.len() > MOST_MEMBERS {
                return Err(SourceError::damaged("folder", "too many files", root));
            }
        }
        folder.fingerprint = key.finish();
        Ok(folder)
    }

    fn take(&mut self, root: &Path, entry: &walkdir::DirEntry, key: &mut Key) {
        let path = entry.path();
        let name = inside(root, path);
        if entry.path_is_symlink() && entry.depth() > 0 && path.is_dir() {
            self.left_out.link(name);
            return;
        }
        if entry.file_type().is_dir() {
            return;
        }
        if decode::is_picture(&name) || is_label(&name) {
            let inside = path.strip_prefix(root).unwrap_or(path);
            key.bytes(inside.as_os_str().as_encoded_bytes());
            // What cannot be asked now says why when it is read.
            if let Ok(about) = std::fs::metadata(path) {
                stamp(&about, key);
            }
        }
        self.files.push(path.to_owned());
        self.names.push(name);
    }
}

/// A file's place below `root`, as it may be shown.
fn inside(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    shown(inside.as_os_str().as_encoded_bytes())
}

/// Whether a folder is that of a run, whose pictures a network made.
fn is_run(entry: &walkdir::DirEntry) -> bool {
    let has = |name: &str| entry.path().join(name).symlink_metadata().is_ok();
    entry.file_type().is_dir() && has("config.toml") && RUN_FILES.into_iter().any(has)
}

/// Text files that may say something about the pictures.
fn is_label(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.ends_with(".txt") || lower.ends_with(".csv")
}

impl Omissions {
    fn link(&mut self, name: String) {
        self.counts.0 += 1;
        if self.links.len() < NAMED {
            self.links.push(name);
        }
    }

    fn unreadable(&mut self, root: &Path, error: &walkdir::Error) {
        self.counts.1 += 1;
        if self.unreadable.len() < NAMED {
            let name = inside(root, error.path().unwrap_or(root));
            let why = error.io_error().map(ToString::to_string);
            self.unreadable
                .push(format!("{name}: {}", why.unwrap_or_default()));
        }
    }
}

impl Container for Folder {
    fn kind(&self) -> &'static str {
        "folder"
    }

    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, index: usize, limit: u64) -> Result<Vec<u8>, SourceError> {
        let path = self.files.get(index).ok_or(SourceError::Shrunk)?;
        ByteSource::open(path)?.read_all(limit)
    }

    fn beginning(&self, index: usize) -> Option<Vec<u8>> {
        let bytes = ByteSource::open(self.files.get(index)?).ok()?;
        bytes.beginning(BEGINNING).ok()
    }

    fn size(&self, index: usize) -> u64 {
        let about = self.files.get(index).map(std::fs::metadata);
        about.and_then(Result::ok).map_or(0, |about| about.len())
    }

    fn file(&self, index: usize) -> Option<PathBuf> {
        self.files.get(index).cloned()
    }

    fn fingerprint(&self) -> Option<u128> {
        Some(self.fingerprint)
    }

    fn warnings(&self) -> Vec<Notice> {
        let mut warnings = Vec::new();
        let (links, unreadable) = self.left_out.counts;
        if links > 0 {
            let text = format!(
                "Links to folders are not followed ({links}); copy the folders or give them directly."
            );
            warnings.push(Notice::warning(text).with_details(self.left_out.links.join("\n")));
        }
        if let Some(first) = self.left_out.runs.first() {
            let text = format!(
                "Folders of runs of this program are left out: {} ({first}).",
                self.left_out.runs.len()
            );
            warnings.push(Notice::warning(text));
        }
        if unreadable > 0 {
            let text = format!(
                "Places below the folder that cannot be read are left out ({unreadable}); check their permissions."
            );
            warnings.push(Notice::warning(text).with_details(self.left_out.unreadable.join("\n")));
        }
        warnings
    }
}
