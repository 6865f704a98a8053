//! Folders that are whole or absent.

use std::fs::create_dir_all;
use std::io;
use std::path::Path;

use super::place::folder_of;
use super::temporary::temporary_folder_in;

/// Lets `fill` write into a folder that nobody looks into, and puts it at `path` in one step. On any error nothing
/// is left behind.
///
/// # Errors
/// The file system's, or that of `fill`; [`io::ErrorKind::DirectoryNotEmpty`] where `path` holds something.
pub fn write_folder<E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    refuse_taken(path)?;
    let parent = folder_of(path);
    create_dir_all(parent)?;
    let temporary = temporary_folder_in(parent)?;
    fill(temporary.path())?;
    // Somebody may have written there meanwhile.
    refuse_taken(path)?;
    if path.is_dir() {
        // Not every system renames over an empty folder.
        std::fs::remove_dir(path)?;
    }
    std::fs::rename(temporary.path(), path)?;
    // It has another name now.
    let _ = temporary.keep();
    Ok(())
}

fn refuse_taken(path: &Path) -> io::Result<()> {
    let refused = |text| Err(io::Error::new(io::ErrorKind::DirectoryNotEmpty, text));
    match std::fs::read_dir(path) {
        Ok(mut entries) => match entries.next() {
            Some(_) => refused("this folder holds files already"),
            None => Ok(()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            refused("there is a file of this name")
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_there_when_it_is_whole() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("new/frames");
        let count = |path: &Path| std::fs::read_dir(path).unwrap().count();
        let failed = write_folder(&path, |folder| {
            std::fs::write(folder.join("a"), "half")?;
            Err(io::Error::other("full"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "full");
        assert_eq!(count(path.parent().unwrap()), 0);
        let fill = |folder: &Path| std::fs::write(folder.join("a"), "whole");
        write_folder(&path, fill).unwrap();
        assert_eq!(std::fs::read_to_string(path.join("a")).unwrap(), "whole");
        assert_eq!(count(path.parent().unwrap()), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&path), mode(path.parent().unwrap()), "others may look");
        }
        let again = write_folder(&path, fill).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::DirectoryNotEmpty);
        let over_file = write_folder(&path.join("a"), fill).unwrap_err();
        assert!(
            over_file.to_string().contains("file of this name"),
            "{over_file}"
        );
        let empty = home.path().join("empty");
        std::fs::create_dir(&empty).unwrap();
        write_folder(&empty, fill).unwrap();
        assert_eq!(count(&empty), 1);
    }
}
