//! Files that are whole or absent: written to a temporary name beside the target, then renamed.

use std::fs::{File, create_dir_all};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Begin and end of a temporary name.
const PREFIX: &str = ".morphogan-";
const SUFFIX: &str = ".tmp";

/// Creates missing folders, lets `fill` write, and puts the result at `path` in one rename. On any
/// error nothing is left behind and an older file at `path` stays as it was.
///
/// # Errors
/// The file system's, or that of `fill`.
pub fn write<E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<&mut File>) -> Result<(), E>,
) -> Result<(), E> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    create_dir_all(folder)?;
    let mut temporary = new_file_in(folder)?;
    let mut writer = BufWriter::new(temporary.as_file_mut());
    fill(&mut writer)?;
    writer.flush()?;
    drop(writer);
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    sync_folder(folder);
    Ok(())
}

/// Makes the new name last through a power cut, where the system can; the file itself is there.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    #[cfg(not(unix))]
    let _ = folder;
}

/// Removes what writers that were killed left in `folder`. Nobody else may be writing there.
pub fn remove_leftovers(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            // A leftover that stays takes room and does no other harm.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// As [`write()`], from bytes that are there already.
///
/// # Errors
/// The file system's.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, |file| file.write_all(bytes))
}

/// With the permissions of an ordinary new file; `tempfile` alone would keep others out.
fn new_file_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The name after this one: `morph.gif` → `morph-2.gif` → `morph-3.gif`.
pub fn next_name(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map(|ending| ending.to_string_lossy());
    let ending = ending.map_or(String::new(), |ending| format!(".{ending}"));
    let numbered = stem
        .rsplit_once('-')
        .and_then(|(base, digits)| Some((base, digits.parse::<u32>().ok()?)));
    let name = match numbered {
        Some((base, number)) => format!("{base}-{}{ending}", number.saturating_add(1)),
        None => format!("{stem}-2{ending}"),
    };
    path.with_file_name(name)
}

/// Where to write: at `path` where that may `replace` an older file, otherwise at it or the first name after
/// it where nothing is yet.
pub fn target(path: PathBuf, replace: bool) -> PathBuf {
    let mut free = path;
    while !replace && free.exists() {
        let next = next_name(&free);
        if next == free {
            break;
        }
        free = next;
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_file_gets_another_name() {
        let next = |name: &str| next_name(Path::new(name)).display().to_string();
        assert_eq!(next("morph.gif"), "morph-2.gif");
        assert_eq!(next("a/morph-9.gif"), "a/morph-10.gif");
        assert_eq!(next("my-face.gif"), "my-face-2.gif");
        assert_eq!(next("faces"), "faces-2");
    }

    #[test]
    fn a_free_name_is_one_where_nothing_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gif");
        let free = || target(path.clone(), false);
        assert_eq!(free(), path);
        for name in ["a.gif", "a-2.gif"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(free(), folder.path().join("a-3.gif"));
        assert_eq!(target(path.clone(), true), path);
    }

    #[test]
    fn a_failure_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/file.txt");
        write_bytes(&path, b"old").unwrap();
        let result = write(&path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("full"))
        });
        assert_eq!(result.unwrap_err().to_string(), "full");
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        let folder = path.parent().unwrap();
        let count = || std::fs::read_dir(folder).unwrap().count();
        assert_eq!(count(), 1);
        std::fs::write(folder.join(".morphogan-a1B2.tmp"), "half").unwrap();
        remove_leftovers(folder);
        assert_eq!(
            (count(), std::fs::read(&path).unwrap()),
            (1, b"old".to_vec())
        );
    }
}
