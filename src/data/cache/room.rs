//! The folder, and room in it.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The cache folder may be another, or none: then nothing is kept.
const VARIABLE: &str = "MORPHOGAN_CACHE";

/// What all files together may take, in bytes; those used longest ago go first.
pub const MOST_BYTES: u64 = 20 << 30;

/// Files being made that were left behind by a program that ended are removed after this time.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// How prepared pictures end.
pub const PIXELS: &str = ".pixels";
/// How unpacked archives end.
pub const UNPACKED: &str = ".unpacked";

pub const BUILDING: &str = ".building-";

/// The folder where files are kept; `None` where the system names none, or `MORPHOGAN_CACHE` is
/// set to nothing. Tests keep nothing in the user's folders.
pub fn folder() -> Option<PathBuf> {
    match std::env::var_os(VARIABLE) {
        Some(path) if path.is_empty() => None,
        Some(path) => Some(path.into()),
        None if cfg!(test) => None,
        None => {
            let folders = directories::ProjectDirs::from("", "", "morphogan")?;
            Some(folders.cache_dir().to_owned())
        }
    }
}

/// Makes room for `coming` bytes in `folder`: removes what was used longest ago, and what a program
/// that ended left unfinished. `false`: there can never be so much room.
pub fn make_room(folder: &Path, coming: u64, most: u64) -> bool {
    if coming > most {
        return false;
    }
    let Ok(entries) = std::fs::read_dir(folder) else {
        return true;
    };
    let now = SystemTime::now();
    let mut kept = Vec::new();
    for entry in entries.flatten() {
        let (Ok(about), name) = (entry.metadata(), entry.file_name()) else {
            continue;
        };
        let name = name.to_string_lossy();
        let used = about.modified().unwrap_or(now);
        if name.starts_with(BUILDING) {
            if now.duration_since(used).is_ok_and(|age| age > ABANDONED) {
                // Somebody else may have been faster.
                let _ = std::fs::remove_file(entry.path());
            }
        } else if about.is_file() && (name.ends_with(PIXELS) || name.ends_with(UNPACKED)) {
            kept.push((used, about.len(), entry.path()));
        }
    }
    kept.sort();
    let mut total: u64 = kept.iter().map(|(_, len, _)| len).sum();
    for (_, len, path) in kept {
        if total + coming <= most {
            break;
        }
        let _ = std::fs::remove_file(path);
        total -= len;
    }
    true
}

/// Marks a file as just used. That it cannot be marked only makes it go earlier.
pub fn touch(file: &std::fs::File) {
    let _ = file.set_modified(SystemTime::now());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let make = |name: &str, hours: u64| {
            let path = folder.path().join(name);
            std::fs::write(&path, [0; 100]).unwrap();
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(now - Duration::from_secs(hours * 3600))
                .unwrap();
            path
        };
        let old = make("a.pixels", 3);
        let new = make("b.pixels", 1);
        let foreign = make("notes.txt", 9);
        let abandoned = make(".building-1.tmp", 30);
        let in_work = make(".building-2.tmp", 1);
        assert!(make_room(folder.path(), 100, 250));
        assert!(!old.exists() && !abandoned.exists());
        assert!(new.exists() && foreign.exists() && in_work.exists());
        assert!(!make_room(folder.path(), 300, 250));
        assert!(new.exists());
    }
}
