//! The runs in a folder, and what can be done with one of them.

use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::notice::{Next, Notice};
use crate::run::{self, RunSummary};
use crate::worker::desktop;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// The runs in the folder `parent`, the one that was trained last first.
pub fn list_runs(parent: PathBuf, waker: Waker) -> Job<Vec<RunSummary>> {
    Job::spawn("runs", waker, move |progress| {
        Ok(run::list(&parent, &|| !progress.is_cancelled()))
    })
}

/// Gives the run another name; the result is its new folder.
pub fn rename_run(folder: PathBuf, name: String, waker: Waker) -> Job<PathBuf> {
    Job::spawn("rename", waker, move |_| {
        run::rename(&folder, &name).map_err(|error| {
            let text = "The run keeps its name. Choose another one.";
            Notice::from_error(text, &error).at(&folder)
        })
    })
}

/// Writes the report of a run into its folder and opens it as the system opens pages.
pub fn open_report(folder: PathBuf, waker: Waker) -> Job<Notice> {
    Job::spawn("report", waker, move |_| {
        let path = folder.join("report.html");
        write_report(&folder, &path)?;
        let text = format!("The report is saved to {}", path.display());
        // The report is there, opened or not.
        let text = match desktop::open(&path) {
            Ok(()) => text,
            Err(_) => format!("{text}. No program opened it here."),
        };
        Ok(Notice::info(text).with_next(Next::Show(path)))
    })
}

fn write_report(folder: &Path, path: &Path) -> Result<(), Notice> {
    let page = run::html(folder).map_err(|error| {
        let text = "There is no report: the files of the run cannot be read.";
        Notice::from_error(text, &error).at(folder)
    })?;
    atomic_file::write_bytes(path, page.as_bytes()).map_err(|error| {
        let text = "The report was not written. Check the folder and its free space.";
        Notice::from_error(text, &error).at(path)
    })
}
