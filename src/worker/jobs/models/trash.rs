//! Files of models and folders of runs into the system's trash, and back.

use std::path::{Path, PathBuf};

use super::ModelPlace;
use crate::notice::Notice;
use crate::run;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// What lies in the trash now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trashed {
    pub place: ModelPlace,
    /// Where it was.
    pub path: PathBuf,
}

/// Moves the file of a model, or the whole folder of its run, into the trash.
pub fn throw_away(place: ModelPlace, waker: Waker) -> Job<Trashed> {
    Job::spawn("trash", waker, move |_| {
        let path = match &place {
            ModelPlace::Shipped(_) => {
                return Err(Notice::info("The models that come with the program stay."));
            }
            ModelPlace::Run(folder) => folder.clone(),
            ModelPlace::File(path) => path.clone(),
        };
        if run::is_busy(&path) {
            let text = "This run is being trained. Stop it before you put it into the trash.";
            return Err(Notice::warning(text).with_details(path.display().to_string()));
        }
        trash::delete(&path).map_err(|error| {
            let text = "It could not be moved to the trash; it is where it was. Remove it with your file manager.";
            Notice::from_error(text, &error).at(&path)
        })?;
        Ok(Trashed { place, path })
    })
}

/// Takes it out of the trash again.
pub fn take_back(trashed: Trashed, waker: Waker) -> Job<Trashed> {
    Job::spawn("trash", waker, move |_| {
        restore(&trashed.path)?;
        Ok(trashed)
    })
}

fn not_back(path: &Path, why: &str) -> Notice {
    let text = "It could not be taken out of the trash. Take it out with your file manager.";
    Notice::error(text).with_details(format!("{why}\n{}", path.display()))
}

#[cfg(not(target_os = "macos"))]
fn restore(path: &Path) -> Result<(), Notice> {
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
fn restore(path: &Path) -> Result<(), Notice> {
    Err(not_back(path, "macOS lets no program do that"))
}
