//! What the desktop around the program can do: file dialogs and file managers, which not every system has.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use directories::UserDirs;

use crate::notice::{Next, Notice};

/// A file manager that has not refused for so long is there.
const PATIENCE: Duration = Duration::from_secs(5);

/// What one asks for an environment variable.
type Var<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Where pictures and animations go that a person gives no folder for: in their pictures, or at home.
pub fn default_exports_folder() -> &'static Path {
    // Asked for in every frame, and where it is stands in a file.
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let pictures = USER.as_ref().and_then(UserDirs::picture_dir);
        match pictures.or(home_folder()) {
            Some(folder) => folder.join("Morphogan"),
            None => std::path::absolute("Morphogan").unwrap_or_default(),
        }
    });
    &FOLDER
}

/// The folder that `~` stands for.
pub fn home_folder() -> Option<&'static Path> {
    USER.as_ref().map(UserDirs::home_dir)
}

static USER: LazyLock<Option<UserDirs>> = LazyLock::new(UserDirs::new);

/// Whether the system can show a file dialog: through a portal or zenity on Linux, always elsewhere.
pub(super) fn has_dialogs() -> bool {
    let var = |name: &str| std::env::var_os(name);
    !cfg!(target_os = "linux") || dialogs(&var)
}

fn dialogs(var: Var<'_>) -> bool {
    let sandboxed = var("SNAP").is_some() || Path::new("/.flatpak-info").exists();
    sandboxed || is_on_path("zenity", var) || offers("org.freedesktop.portal.Desktop", var)
}

/// Whether a program on the session's bus offers `service`, or would if it were asked for.
fn offers(service: &str, var: Var<'_>) -> bool {
    let bus = var("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists());
    if !bus && var("DBUS_SESSION_BUS_ADDRESS").is_none() {
        return false;
    }
    let system = || OsString::from("/usr/local/share:/usr/share");
    let system = var("XDG_DATA_DIRS")
        .filter(|folders| !folders.is_empty())
        .unwrap_or_else(system);
    let home = var("HOME").map(|home| Path::new(&home).join(".local/share"));
    let own = var("XDG_DATA_HOME").map(PathBuf::from).or(home);
    let file = format!("dbus-1/services/{service}.service");
    let mut folders = std::env::split_paths(&system).chain(own);
    folders.any(|folder| folder.join(&file).exists())
}

fn is_on_path(program: &str, var: Var<'_>) -> bool {
    let path = var("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Shows `path` in the system's file manager.
pub(super) fn reveal(path: &Path) -> Result<(), Notice> {
    // Not every file manager can mark a file; all can open a folder.
    let folder = path.parent().unwrap_or(path);
    let var = |name: &str| std::env::var_os(name);
    let shown = match cfg!(target_os = "linux") && !offers("org.freedesktop.FileManager1", &var) {
        true => xdg_open(folder),
        false => opener::reveal(path)
            .or_else(|_| opener::open(folder))
            .map_err(io::Error::other),
    };
    shown.map_err(|error| no_file_manager(&error, path))
}

/// Opens `folder` in the system's file manager.
pub(super) fn open_folder(folder: &Path) -> Result<(), Notice> {
    launch(folder).map_err(|error| no_file_manager(&error, folder))
}

fn no_file_manager(error: &io::Error, path: &Path) -> Notice {
    let text = "No file manager could be opened here.";
    let notice = Notice::from_error(text, error).at(path);
    notice.with_next(Next::ShowHere(path.to_owned()))
}

/// Opens `path` with the program that the system has for such files.
pub(super) fn open(path: &Path) -> Result<(), Notice> {
    launch(path).map_err(|error| {
        let text = "No program could be started that shows this file. Open it yourself.";
        Notice::from_error(text, &error).at(path)
    })
}

fn launch(path: &Path) -> io::Result<()> {
    match cfg!(target_os = "linux") {
        true => xdg_open(path),
        false => opener::open(path).map_err(io::Error::other),
    }
}

/// Asks `xdg-open` how it went.
fn xdg_open(path: &Path) -> io::Result<()> {
    let mut command = Command::new("xdg-open");
    let quiet = command.arg(path).stdin(Stdio::null()).stdout(Stdio::null());
    let mut opening = quiet.stderr(Stdio::null()).spawn()?;
    let begun = Instant::now();
    // It may last as long as what it has opened.
    while begun.elapsed() < PATIENCE {
        match opening.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(format!("xdg-open ended with {status}"))),
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_needs_zenity_or_a_bus_with_a_portal() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).into_os_string();
        let with = |bus: bool, path: &'static str| {
            dialogs(&|name| match name {
                "PATH" => Some(at(path)),
                "DBUS_SESSION_BUS_ADDRESS" if bus => Some("unix:path=/nowhere".into()),
                "XDG_DATA_DIRS" => Some(at("share")),
                "XDG_DATA_HOME" => Some(at("home")),
                _ => None,
            })
        };
        assert!(!with(true, "none"));
        let services = folder.path().join("share/dbus-1/services");
        std::fs::create_dir_all(&services).unwrap();
        std::fs::write(services.join("org.freedesktop.portal.Desktop.service"), "").unwrap();
        assert!(with(true, "none") && !with(false, "none"));
        std::fs::create_dir(folder.path().join("bin")).unwrap();
        std::fs::write(folder.path().join("bin/zenity"), "").unwrap();
        assert!(with(false, "bin"));
    }

    #[test]
    fn pictures_go_to_a_folder_that_everybody_can_find() {
        assert!(default_exports_folder().is_absolute());
    }
}
