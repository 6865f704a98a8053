//! Another name for a run: for its folder, and for its forks, which remember where they come from.

use std::io;
use std::path::{Path, PathBuf};

use super::events;
use super::lock::is_busy;

/// Why a run keeps its name.
#[derive(Debug, thiserror::Error)]
pub enum RenameError {
    #[error("a program trains the run now")]
    Busy,
    #[error("“{0}” is no name for a folder")]
    NoName(String),
    #[error("there is “{0}” already")]
    Taken(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Renames the run in `root` and gives its new folder. What was forked from it and lies beside it follows.
///
/// # Errors
/// Where it is being trained, the name is none or taken, or the file system refuses.
pub fn rename(root: &Path, name: &str) -> Result<PathBuf, RenameError> {
    let name = name.trim();
    let is_plain = Path::new(name).file_name().is_some_and(|own| own == name);
    if !is_plain || name.contains(['/', '\\', '\0']) {
        return Err(RenameError::NoName(name.to_owned()));
    }
    let to = root.with_file_name(name);
    if to == root {
        return Ok(to);
    }
    if is_busy(root) {
        return Err(RenameError::Busy);
    }
    // What is there is kept: not every system refuses to rename over an empty folder.
    if to.symlink_metadata().is_ok() {
        return Err(RenameError::Taken(name.to_owned()));
    }
    std::fs::rename(root, &to)?;
    let beside = to.parent().map(std::fs::read_dir);
    for entry in beside.into_iter().flatten().flatten().flatten() {
        let fork = entry.path();
        if !is_busy(&fork) {
            // One that cannot be changed only no longer knows where it comes from.
            let _ = events::parent_moved(&fork, root, &to);
        }
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{RunEvent, RunEventKind};

    #[test]
    fn a_run_gets_another_name_and_its_forks_follow() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["first", "fork", "third"] {
            std::fs::create_dir(at(name)).unwrap();
        }
        let forked = RunEvent {
            step: 7,
            what: RunEventKind::Forked {
                parent: at("first"),
            },
        };
        events::append(&at("fork"), &forked).unwrap();
        let to = rename(&at("first"), " faces at dusk ").unwrap();
        assert_eq!(to, at("faces at dusk"));
        assert!(to.is_dir() && !at("first").exists());
        assert_eq!(events::parent(&at("fork")), Some((to.clone(), 7)));
        for (name, why) in [
            ("third", "already"),
            ("", "no name"),
            ("..", "no name"),
            ("a/b", "no name"),
        ] {
            let refused = rename(&to, name).unwrap_err().to_string();
            assert!(refused.contains(why), "{name}: {refused}");
        }
        assert_eq!(rename(&to, "faces at dusk").unwrap(), to);
    }
}
