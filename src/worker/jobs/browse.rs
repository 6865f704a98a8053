//! What is in a folder, for choosing where the system has no dialog.

use std::cmp::Reverse;
use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::notice::Notice;
use crate::picture;
use crate::worker::desktop::home_folder;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// More than this nobody looks through.
pub const MOST: usize = 20_000;

/// Something in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowsedEntry {
    pub name: String,
    pub path: PathBuf,
    pub is_folder: bool,
    pub bytes: u64,
    /// When it was changed last, where the file system knows that.
    pub changed: Option<SystemTime>,
}

impl BrowsedEntry {
    /// Whether its name ends as one of `endings`; all do where there are none.
    pub fn ends_as(&self, endings: &[&str]) -> bool {
        let given = self.path.extension().unwrap_or_default();
        endings.is_empty()
            || endings
                .iter()
                .any(|ending| given.eq_ignore_ascii_case(ending))
    }

    /// Whether it is a picture by its name.
    pub fn is_picture(&self) -> bool {
        !self.is_folder && picture::has_ending(&self.name)
    }

    /// Whether the system hides it by its name.
    pub fn is_hidden(&self) -> bool {
        self.name.starts_with('.')
    }
}

/// A folder and what is in it: folders first, then files, each by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowsedFolder {
    pub folder: PathBuf,
    pub entries: Vec<BrowsedEntry>,
    /// The file that was asked for, where it was no folder.
    pub file: Option<String>,
    /// Whether there are more than are listed.
    pub is_cut: bool,
}

/// Where one begins to look.
pub fn first_folder() -> PathBuf {
    home_folder().map_or_else(|| PathBuf::from("/"), Path::to_path_buf)
}

/// Reads the folder at `path`, or that of the file there; `~` is the person's home. A path that is not there yet
/// leads to the nearest folder that is.
pub fn browse(path: PathBuf, waker: Waker) -> Job<BrowsedFolder> {
    Job::spawn("browse", waker, move |progress| {
        list(&path, &|| !progress.is_cancelled())
    })
}

fn list(path: &Path, go_on: &dyn Fn() -> bool) -> Result<BrowsedFolder, Notice> {
    let path = at_home(path);
    let (folder, file) = nearest(&path);
    let entries = fs::read_dir(&folder).map_err(|error| {
        let text = "The folder cannot be read. Choose another one.";
        Notice::from_error(text, &error).at(&folder)
    })?;
    let entries = entries.take_while(|_| go_on()).take(MOST + 1).flatten();
    let mut entries: Vec<BrowsedEntry> = entries.map(|entry| about(&entry)).collect();
    let is_cut = entries.len() > MOST;
    entries.truncate(MOST);
    entries.sort_by_cached_key(|entry| (Reverse(entry.is_folder), entry.name.to_lowercase()));
    Ok(BrowsedFolder {
        folder,
        entries,
        file,
        is_cut,
    })
}

fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), home_folder()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// The folder that `path` is or that it is in, and its name where it is no folder.
fn nearest(path: &Path) -> (PathBuf, Option<String>) {
    if path.is_dir() {
        return (path.to_owned(), None);
    }
    let name = path.file_name();
    let name = name.map(|name| name.to_string_lossy().into_owned());
    let mut above = path.ancestors().skip(1);
    let folder = above.find(|folder| folder.is_dir());
    match folder {
        Some(folder) => (folder.to_owned(), name),
        None => (first_folder(), name),
    }
}

/// A link is what it leads to; what cannot be looked at is a file of no size.
fn about(entry: &DirEntry) -> BrowsedEntry {
    let path = entry.path();
    let data = fs::metadata(&path).ok();
    BrowsedEntry {
        name: entry.file_name().to_string_lossy().into_owned(),
        is_folder: data.as_ref().is_some_and(fs::Metadata::is_dir),
        bytes: data.as_ref().map_or(0, fs::Metadata::len),
        changed: data.and_then(|data| data.modified().ok()),
        path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_first_and_a_file_leads_to_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["b", "Z"] {
            fs::create_dir(at(name)).unwrap();
        }
        for name in ["a.PNG", "C.txt", ".hidden"] {
            fs::write(at(name), [0; 3]).unwrap();
        }
        let found = list(&at("C.txt"), &|| true).unwrap();
        assert_eq!(
            (&*found.folder, found.file.as_deref()),
            (folder.path(), Some("C.txt"))
        );
        let names: Vec<_> = found.entries.iter().map(|entry| &*entry.name).collect();
        assert_eq!(names, ["b", "Z", ".hidden", "a.PNG", "C.txt"]);
        let picture = &found.entries[3];
        assert!(picture.ends_as(&["jpg", "png"]) && !picture.ends_as(&["txt"]));
        assert_eq!((picture.bytes, picture.is_hidden()), (3, false));
        // A file that is to be written there.
        let new = list(&at("b/new/film.gif"), &|| true).unwrap();
        assert_eq!(
            (new.folder, new.file.as_deref()),
            (at("b"), Some("film.gif"))
        );
    }
}
