//! Files and folders that a person does not want any more: they go to the system's trash, from where they can be
//! taken back.

use std::path::{Path, PathBuf};

use crate::notice::Notice;
use crate::run;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// Moves what is at `path` to the trash, unless it is a run that is being trained.
pub fn move_to_trash(path: PathBuf, waker: Waker) -> Job<()> {
    Job::spawn("trash", waker, move |_| to_trash(&path))
}

pub(super) fn to_trash(path: &Path) -> Result<(), Notice> {
    if run::is_busy(path) {
        let text = "A program trains this run now. Stop it first.";
        return Err(Notice::error(text).at(path));
    }
    trash::delete(path).map_err(|error| {
        let text = "It could not be moved to the trash. Remove it in the file manager.";
        Notice::from_error(text, &error).at(path)
    })
}

fn not_back(path: &Path, why: &str) -> Notice {
    let text = "It could not be taken out of the trash. Take it out with your file manager.";
    Notice::error(text).with_details(format!("{why}\n{}", path.display()))
}

/// Takes back what was at `path` and was moved to the trash last.
#[cfg(not(target_os = "macos"))]
pub(super) fn restore(path: &Path) -> Result<(), Notice> {
    use trash::os_limited;

    let all = os_limited::list().map_err(|error| not_back(path, &error.to_string()))?;
    let own = all.into_iter().filter(|item| item.original_path() == path);
    // Others of the same name may lie there from earlier.
    let Some(newest) = own.max_by_key(|item| item.time_deleted) else {
        return Err(not_back(path, "it is not there any more"));
    };
    os_limited::restore_all([newest]).map_err(|error| not_back(path, &error.to_string()))
}

#[cfg(target_os = "macos")]
pub(super) fn restore(path: &Path) -> Result<(), Notice> {
    Err(not_back(path, "macOS lets no program do that"))
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
}
