//! Files and folders that a person does not want any more: they go to the system's trash, from where they can be
//! taken back.

use std::path::{Path, PathBuf};

use crate::notice::{Next, Notice};
use crate::run;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// Moves what is at `path` to the trash, unless it is a run that is being trained.
pub fn move_to_trash(path: PathBuf, waker: Waker) -> Job<()> {
    Job::spawn("trash", waker, move |_| to_trash(&path))
}

/// Takes back what was at `path`. Where that fails, it is offered anew as long as the trash holds it.
pub fn take_back(path: PathBuf, waker: Waker) -> Job<()> {
    Job::spawn("trash", waker, move |_| {
        restore(&path).map_err(|notice| match is_there(&path) {
            true => notice.with_next(Next::TakeBack(path)),
            false => notice,
        })
    })
}

/// Whether the system lets a program take something out of the trash again.
pub const CAN_TAKE_BACK: bool = !cfg!(target_os = "macos");

pub(super) fn to_trash(path: &Path) -> Result<(), Notice> {
    if run::is_busy(path) {
        let text = "A program trains this run now. Stop it first.";
        return Err(Notice::error(text).at(path));
    }
    trash::delete(path).map_err(|error| {
        let text = "It could not be moved to the trash. Remove it in the file manager.";
        because(text, why(&error), path)
    })
}

fn not_back(path: &Path, why: String) -> Notice {
    let text = "It could not be taken out of the trash. Take it out with your file manager.";
    because(text, why, path)
}

fn because(text: &str, why: String, path: &Path) -> Notice {
    let details = format!("{why}\n{}", path.display());
    Notice {
        reason: Some(why),
        ..Notice::error(text).with_details(details)
    }
}

/// The library's own words are those of its source.
fn why(error: &trash::Error) -> String {
    match error {
        #[cfg(all(unix, not(target_os = "macos")))]
        trash::Error::FileSystem { path, source } => format!("{source}: {}", path.display()),
        trash::Error::Unknown { description } | trash::Error::Os { description, .. } => {
            description.clone()
        }
        trash::Error::CouldNotAccess { .. } | trash::Error::CanonicalizePath { .. } => {
            "it is not there, or may not be changed".to_owned()
        }
        other => format!("{other:?}"),
    }
}

#[cfg(target_os = "macos")]
pub(super) fn restore(path: &Path) -> Result<(), Notice> {
    Err(not_back(path, "macOS lets no program do that".into()))
}

#[cfg(target_os = "macos")]
fn is_there(_: &Path) -> bool {
    false
}

#[cfg(not(target_os = "macos"))]
use self::back::is_there;
#[cfg(not(target_os = "macos"))]
pub(super) use self::back::restore;

#[cfg(not(target_os = "macos"))]
mod back {
    use std::io::ErrorKind;
    use std::path::{Path, PathBuf};

    use trash::{Error, TrashItem, os_limited};

    use super::{not_back, why};
    use crate::notice::Notice;

    /// Takes back what was at `path` and was moved to the trash last.
    pub(in crate::worker::jobs) fn restore(path: &Path) -> Result<(), Notice> {
        let failed = |error: Error| not_back(path, why(&error));
        let own = of(path).map_err(failed)?.into_iter();
        // Others of the same name may lie there from earlier; the trash counts whole seconds.
        let written = |item: &TrashItem| Path::new(&item.id).metadata()?.modified();
        let newest = own.max_by_key(|item| (item.time_deleted, written(item).ok()));
        let Some(newest) = newest else {
            return Err(not_back(path, "it is not there any more".into()));
        };
        match os_limited::restore_all([newest.clone()]) {
            Err(Error::RestoreCollision { .. }) => {
                let text = "Its old place is taken. Move what is there now, then bring it back.";
                Err(Notice::error(text).at(path))
            }
            Err(error) if is_elsewhere(&error) => copied_back(&newest)
                .map_err(|error| not_back(path, format!("it could not be copied: {error}"))),
            done => done.map_err(failed),
        }
    }

    /// Whether the trash holds what was at `path`.
    pub(super) fn is_there(path: &Path) -> bool {
        of(path).is_ok_and(|own| !own.is_empty())
    }

    /// All that was ever at `path` and lies in the trash.
    fn of(path: &Path) -> Result<Vec<TrashItem>, Error> {
        let original = as_trash_knows_it(path);
        let mut all = os_limited::list()?;
        all.retain(|item| item.original_path() == original);
        Ok(all)
    }

    /// The trash keeps paths without links to folders.
    fn as_trash_knows_it(path: &Path) -> PathBuf {
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        match (folder, path.file_name()) {
            (Some(folder), Some(name)) if cfg!(unix) => folder.join(name),
            _ => path.to_owned(),
        }
    }

    #[cfg(unix)]
    fn is_elsewhere(error: &Error) -> bool {
        matches!(error, Error::FileSystem { source, .. } if source.kind() == ErrorKind::CrossesDevices)
    }

    #[cfg(not(unix))]
    fn is_elsewhere(_: &Error) -> bool {
        false
    }

    /// From a trash on another disk, whence nothing can be renamed. The attempt to do so has left an empty file or folder
    /// in the old place.
    pub(super) fn copied_back(item: &TrashItem) -> std::io::Result<()> {
        let info = Path::new(&item.id);
        let original = item.original_path();
        let lost = || std::io::Error::from(ErrorKind::NotFound);
        let trash = info.parent().and_then(Path::parent).ok_or_else(lost)?;
        let kept = trash.join("files").join(info.file_stem().ok_or_else(lost)?);
        match kept.is_dir() {
            true => std::fs::remove_dir(&original)?, // an error where it is not empty
            false if original.metadata()?.len() == 0 => std::fs::remove_file(&original)?,
            false => return Err(ErrorKind::AlreadyExists.into()),
        }
        // What is copied has its name only when it is whole.
        let beside = tempfile::Builder::new()
            .prefix(".taken-back-")
            .tempdir_in(&item.original_parent)?;
        let copy = beside.path().join(&item.name);
        copy_all(&kept, &copy)?;
        std::fs::rename(&copy, &original)?;
        match kept.is_dir() {
            true => std::fs::remove_dir_all(&kept)?,
            false => std::fs::remove_file(&kept)?,
        }
        std::fs::remove_file(info)
    }

    fn copy_all(from: &Path, to: &Path) -> std::io::Result<()> {
        if !from.is_dir() {
            return std::fs::copy(from, to).map(|_| ());
        }
        std::fs::create_dir(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            copy_all(&entry.path(), &to.join(entry.file_name()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_cannot_be_moved() {
        let folder = tempfile::tempdir().unwrap();
        let refused = to_trash(&folder.path().join("nothing")).unwrap_err();
        assert!(refused.summary.starts_with("It could not be moved"));
        assert!(refused.reason.is_some());
    }

    /// A trash on another disk than the old place: what renaming left there is replaced by the copy.
    #[cfg(not(target_os = "macos"))]
    #[test]
    fn what_lies_on_another_disk_is_copied_back() {
        let folder = tempfile::tempdir().unwrap();
        let (trash, old) = (folder.path().join("Trash"), folder.path().join("old"));
        for folder in [&trash.join("info"), &trash.join("files"), &old] {
            std::fs::create_dir_all(folder).unwrap();
        }
        let item = |name: &str| {
            let info = trash.join("info").join(format!("{name}.trashinfo"));
            std::fs::write(&info, "[Trash Info]").unwrap();
            trash::TrashItem {
                id: info.into(),
                name: name.into(),
                original_parent: old.clone(),
                time_deleted: 1,
            }
        };
        std::fs::write(trash.join("files/a"), "file").unwrap();
        std::fs::write(old.join("a"), "").unwrap();
        back::copied_back(&item("a")).unwrap();
        std::fs::create_dir_all(trash.join("files/run/checkpoints")).unwrap();
        std::fs::write(trash.join("files/run/checkpoints/b"), "whole").unwrap();
        std::fs::create_dir(old.join("run")).unwrap();
        back::copied_back(&item("run")).unwrap();
        let read = |name: &str| std::fs::read_to_string(old.join(name)).unwrap();
        assert_eq!(
            [read("a"), read("run/checkpoints/b")],
            ["file".to_owned(), "whole".into()]
        );
        // Neither the trash nor the old place holds anything else.
        let count = |folder: &Path| std::fs::read_dir(folder).unwrap().count();
        let of_trash = [count(&trash.join("info")), count(&trash.join("files"))];
        assert_eq!((of_trash, count(&old)), ([0, 0], 2));
    }
}
