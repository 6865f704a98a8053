//! New files that nobody sees until they are whole.
//!
//! On Linux such a file has no name, so that nothing of it stays when the program is killed. Where the file system
//! cannot do that it has a temporary name and is locked: the next writer in the folder removes what nobody locks.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use tempfile::{NamedTempFile, TempDir};

/// Begin and end of a temporary name.
const PREFIX: &str = ".morphogan-";
const SUFFIX: &str = ".tmp";
/// For so long a writer may take from one file of a folder to the next: folders are not locked.
const FOLDER_GRACE: Duration = Duration::from_secs(24 * 60 * 60);
/// For so long a writer may take to lock its new file, and earlier versions may write without locking.
const GRACE: Duration = Duration::from_secs(60);

/// A file that is removed when it is dropped.
pub(super) enum Temporary {
    #[cfg(target_os = "linux")]
    Nameless(File),
    Named(NamedTempFile),
}

impl Temporary {
    /// A new file that can get a name in `folder`. Of leftovers there the first call in a process makes an end.
    pub(super) fn new_in(folder: &Path) -> io::Result<Self> {
        sweep_once(folder);
        #[cfg(target_os = "linux")]
        if let Some(file) = nameless::new_in(folder) {
            return Ok(Self::Nameless(file));
        }
        named_in(folder).map(Self::Named)
    }

    pub(super) fn as_file_mut(&mut self) -> &mut File {
        match self {
            #[cfg(target_os = "linux")]
            Self::Nameless(file) => file,
            Self::Named(named) => named.as_file_mut(),
        }
    }

    /// Gives the file the name `path`, in place of what had it.
    pub(super) fn persist(self, path: &Path) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Nameless(file) => nameless::persist(file, path),
            Self::Named(named) => named.persist(path).map(drop).map_err(|error| error.error),
        }
    }
}

#[cfg(target_os = "linux")]
mod nameless {
    use std::fs::File;
    use std::io::{self, Seek as _};
    use std::os::fd::AsRawFd as _;
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};

    use super::super::place::folder_of;
    use super::{builder, named_in};

    /// Where the kernel shows open files as links; a nameless file gets its name through one.
    const OPEN_FILES: &str = "/proc/self/fd";

    /// `None` where that cannot be done.
    pub(super) fn new_in(folder: &Path) -> Option<File> {
        if !Path::new(OPEN_FILES).exists() {
            return None;
        }
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        // The mask of the process takes from these what an ordinary new file lacks.
        let file = open(folder, flags, Mode::from_raw_mode(0o666)).ok()?;
        Some(file.into())
    }

    pub(super) fn persist(mut file: File, path: &Path) -> io::Result<()> {
        if link(&file, path).is_ok() {
            return Ok(());
        }
        // There is a file already, and only renaming replaces one: for a moment there are two names.
        let folder = folder_of(path);
        if let Ok(named) = builder().make_in(folder, |name| link(&file, name)) {
            return named.persist(path).map_err(|error| error.error);
        }
        // Some file systems make nameless files and then give them no name.
        let mut copy = named_in(folder)?;
        file.rewind()?;
        io::copy(&mut file, copy.as_file_mut())?;
        copy.as_file()
            .set_permissions(file.metadata()?.permissions())?;
        copy.as_file().sync_all()?;
        copy.persist(path).map(drop).map_err(|error| error.error)
    }

    fn link(file: &File, path: &Path) -> io::Result<()> {
        let open = format!("{OPEN_FILES}/{}", file.as_raw_fd());
        Ok(linkat(CWD, open, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
    }
}

fn named_in(folder: &Path) -> io::Result<NamedTempFile> {
    let named = builder().tempfile_in(folder)?;
    // Where files cannot be locked nobody else can lock this one either, and it is left alone.
    let _ = named.as_file().try_lock();
    Ok(named)
}

/// With the permissions of an ordinary new file; `tempfile` alone would keep others out.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// A folder that is removed with all it holds when it is dropped. One that a killed writer left goes a day later.
pub(super) fn temporary_folder_in(folder: &Path) -> io::Result<TempDir> {
    let mut builder = builder();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o777));
    }
    sweep_once(folder);
    builder.tempdir_in(folder)
}

/// Looking through a folder at each of many files would take long.
fn sweep_once(folder: &Path) {
    static SWEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    // One who panicked here left a set that is as good as before.
    let mut swept = SWEPT
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    if swept.insert(folder.to_owned()) {
        drop(swept);
        sweep(folder);
    }
}

/// Removes what writers that were killed left in `folder`; others may be writing there.
fn sweep(folder: &Path) {
    let is_old = |path: &Path, grace: Duration| {
        let age = path.symlink_metadata().and_then(|found| found.modified());
        age.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > grace))
    };
    for path in with_our_names(folder, fs::FileType::is_dir) {
        if is_old(&path, FOLDER_GRACE) {
            let _ = fs::remove_dir_all(&path);
        }
    }
    for path in leftovers(folder) {
        if is_old(&path, GRACE) && File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = std::fs::remove_file(&path);
        }
    }
}

/// Removes what writers that were killed left in `folder`. Nobody else may be writing there.
pub fn remove_leftovers(folder: &Path) {
    for path in leftovers(folder) {
        // A leftover that stays takes room and does no other harm.
        let _ = std::fs::remove_file(path);
    }
}

/// Files with temporary names.
fn leftovers(folder: &Path) -> impl Iterator<Item = PathBuf> {
    with_our_names(folder, fs::FileType::is_file)
}

/// What has a temporary name and is of a kind.
fn with_our_names(
    folder: &Path,
    is_kind: fn(&fs::FileType) -> bool,
) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let temporary = move |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with(PREFIX)
            && name.ends_with(SUFFIX)
            && entry.file_type().is_ok_and(|kind| is_kind(&kind))
    };
    entries.filter(temporary).map(|entry| entry.path())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn leftovers_that_nobody_writes_are_swept_away() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str, old: bool| {
            let path = folder.path().join(name);
            let file = File::create(&path).unwrap();
            if old {
                let time = SystemTime::now() - 2 * GRACE;
                file.set_modified(time).unwrap();
            }
            file
        };
        make(".morphogan-dead.tmp", true);
        make(".morphogan-new.tmp", false);
        make("mine.tmp", true);
        let written = make(".morphogan-written.tmp", true);
        written.lock().unwrap();
        sweep(folder.path());
        let names = || {
            let entries = std::fs::read_dir(folder.path()).unwrap();
            let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names.collect::<BTreeSet<_>>()
        };
        let left = [".morphogan-new.tmp", ".morphogan-written.tmp", "mine.tmp"];
        assert_eq!(names(), left.map(String::from).into());
        remove_leftovers(folder.path());
        assert_eq!(names(), ["mine.tmp".to_owned()].into());
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_was_left_goes_a_day_later() {
        let home = tempfile::tempdir().unwrap();
        let make = |name: &str, age: Duration| {
            let path = home.path().join(name);
            fs::create_dir(&path).unwrap();
            fs::write(path.join("frame-000001.png"), "").unwrap();
            let opened = File::open(&path).unwrap();
            opened.set_modified(SystemTime::now() - age).unwrap();
            path
        };
        let dead = make(".morphogan-dead.tmp", 2 * FOLDER_GRACE);
        let written = make(".morphogan-new.tmp", FOLDER_GRACE / 2);
        let mine = make("mine", 2 * FOLDER_GRACE);
        sweep(home.path());
        assert_eq!(
            [&dead, &written, &mine].map(|path| path.exists()),
            [false, true, true]
        );
    }

    #[test]
    fn a_named_file_takes_its_place_as_a_nameless_one_does() {
        use std::io::Write as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for text in ["new", "over the old one"] {
            let mut named = Temporary::Named(named_in(folder.path()).unwrap());
            named.as_file_mut().write_all(text.as_bytes()).unwrap();
            named.persist(&path).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    /// Whatever kills the program while it writes finds no name to leave behind.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_has_no_name_until_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let file = Temporary::new_in(folder.path()).unwrap();
        if matches!(file, Temporary::Nameless(_)) {
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}
