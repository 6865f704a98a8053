//! Files of models and folders of runs into the system's trash, and back.

use std::path::PathBuf;

use super::ModelPlace;
use crate::notice::Notice;
use crate::worker::job::Job;
use crate::worker::jobs::trash::{restore, to_trash};
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
        to_trash(&path)?;
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
