//! The runs in a folder.

use std::path::PathBuf;

use crate::run::{self, RunSummary};
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// The runs in the folder `parent`, the one that was trained last first.
pub fn list_runs(parent: PathBuf, waker: Waker) -> Job<Vec<RunSummary>> {
    Job::spawn("runs", waker, move |progress| {
        Ok(run::list(&parent, &|| !progress.is_cancelled()))
    })
}
