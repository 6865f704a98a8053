//! Files that are whole or absent: filled where nobody sees them, then given their name in one step.
//!
//! What is no ordinary file is never replaced: links are followed, devices and pipes are written through.

mod folder;
mod place;
mod temporary;

use std::fs::{File, create_dir_all};
use std::io::{self, BufWriter, Seek as _, Write};
use std::path::{Path, PathBuf};

use place::{Place, Stream};
use temporary::Temporary;

pub use folder::write_folder;
pub use place::{STANDARD_OUTPUT, is_standard_output};
pub use temporary::remove_leftovers;

/// Creates missing folders, lets `fill` write, and puts the result at `path` in one step. On any
/// error nothing is left behind and an older file at `path` stays as it was.
///
/// A link at `path` stays, and what it leads to is written. A device or pipe gets the bytes once all of them
/// are there; that whoever reads standard output has seen enough is no error.
///
/// # Errors
/// The file system's, or that of `fill`; [`io::ErrorKind::InvalidInput`] for a folder, socket or disk.
pub fn write<E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<&mut File>) -> Result<(), E>,
) -> Result<(), E> {
    match Place::of(path)? {
        Place::File(path) => replace(&path, fill),
        Place::Stream(stream) => pour(stream, fill),
    }
}

/// As [`write()`], but a device or pipe gets the bytes as they come: for what may be longer than a disk, and for
/// readers that look at it meanwhile.
///
/// # Errors
/// As [`write()`].
pub fn write_through<E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    match Place::of(path)? {
        Place::File(path) => replace(&path, |file| fill(file)),
        Place::Stream(stream) => stream.pass(fill),
    }
}

fn replace<E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<&mut File>) -> Result<(), E>,
) -> Result<(), E> {
    let folder = place::folder_of(path);
    create_dir_all(folder)?;
    let mut temporary = Temporary::new_in(folder)?;
    filled(temporary.as_file_mut(), fill)?;
    keep_mode(path, temporary.as_file_mut());
    temporary.as_file_mut().sync_all()?;
    temporary.persist(path)?;
    sync_folder(folder);
    Ok(())
}

fn pour<E: From<io::Error>>(
    stream: Stream,
    fill: impl FnOnce(&mut BufWriter<&mut File>) -> Result<(), E>,
) -> Result<(), E> {
    let mut file = tempfile::tempfile()?;
    filled(&mut file, fill)?;
    file.rewind()?;
    Ok(stream.take(&mut file)?)
}

fn filled<E: From<io::Error>>(
    file: &mut File,
    fill: impl FnOnce(&mut BufWriter<&mut File>) -> Result<(), E>,
) -> Result<(), E> {
    let mut writer = BufWriter::new(file);
    fill(&mut writer)?;
    Ok(writer.flush()?)
}

/// Who might read and write the file at `path` still may.
fn keep_mode(path: &Path, file: &mut File) {
    #[cfg(unix)]
    if let Ok(old) = path.metadata() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt as _;
        let mode = old.permissions().mode() & 0o777;
        // Some file systems have no permissions: the new file is then as good as the old one.
        let _ = file.set_permissions(Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = (path, file);
}

/// Makes the new name last through a power cut, where the system can; the file itself is there.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    #[cfg(not(unix))]
    let _ = folder;
}

/// As [`write()`], from bytes that are there already.
///
/// # Errors
/// The file system's.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, |file| file.write_all(bytes))
}

/// The name after this one: `morph.gif` → `morph-2.gif` → `morph-3.gif`.
pub fn next_name(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (stem, ending) = stem_and_ending(&name);
    let numbered = stem
        .rsplit_once('-')
        .and_then(|(base, digits)| Some((base, digits.parse::<u32>().ok()?)));
    let name = match numbered {
        Some((base, number)) => format!("{base}-{}{ending}", number.saturating_add(1)),
        None => format!("{stem}-2{ending}"),
    };
    path.with_file_name(name)
}

/// Endings of two words, of which a number in front of the last would make two endings of one.
const DOUBLE: [&str; 1] = [".morph.json"];

fn stem_and_ending(name: &str) -> (&str, &str) {
    let double = DOUBLE.iter().find(|ending| name.ends_with(**ending));
    let at = match (double, name.rfind('.')) {
        (Some(ending), _) => name.len() - ending.len(),
        (None, Some(at)) if at > 0 => at,
        _ => name.len(),
    };
    name.split_at(at)
}

/// Where to write: at `path` where that may `replace` an older file, otherwise at it or the first name after
/// it that no older file has. Folders, devices and pipes are left for [`write()`] to refuse or to write through.
pub fn target(path: PathBuf, replace: bool) -> PathBuf {
    let mut free = path;
    while !replace && free.is_file() {
        let next = next_name(&free);
        if next == free {
            break;
        }
        free = next;
    }
    free
}

/// As [`target`] without `replace`, for a folder: what holds files is never replaced.
pub fn target_folder(path: PathBuf) -> PathBuf {
    let taken = |path: &Path| match std::fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => path.exists(),
    };
    let mut free = path;
    while taken(&free) {
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
        let folder = folder.path().to_owned();
        assert_eq!(target(folder.clone(), false), folder);
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

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_stay() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("far")).unwrap();
        symlink("far/second", at("first")).unwrap();
        symlink("../target", at("far/second")).unwrap();
        for text in ["made", "written over"] {
            write_bytes(&at("first"), text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(at("target")).unwrap(), text);
            assert!(at("first").is_symlink() && at("far/second").is_symlink());
            assert!(!at("target").is_symlink());
        }
        symlink("ring", at("ring")).unwrap();
        let error = write_bytes(&at("ring"), b"").unwrap_err();
        assert!(error.to_string().contains("without end"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_stays_a_device() {
        use std::os::unix::fs::FileTypeExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("null");
        // A link to it: the test may run as root.
        std::os::unix::fs::symlink("/dev/null", &path).unwrap();
        write_bytes(&path, b"gone").unwrap();
        let kind = path.metadata().unwrap().file_type();
        assert!(kind.is_char_device() && path.is_symlink());
        #[cfg(target_os = "linux")]
        {
            let error = write_bytes(Path::new("/dev/full"), b"more").unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
    }

    #[cfg(unix)]
    #[test]
    fn who_might_read_a_file_still_may() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("private");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        write_bytes(&path, b"new").unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_folder_is_refused_before_anything_is_drawn() {
        let folder = tempfile::tempdir().unwrap();
        let slash = folder.path().join("new/");
        for path in [folder.path(), &slash, Path::new("")] {
            let never =
                |_: &mut BufWriter<&mut File>| -> io::Result<()> { panic!("asked to fill") };
            let error = write(path, never).unwrap_err();
            assert!(error.to_string().contains("name a file"), "{error}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
