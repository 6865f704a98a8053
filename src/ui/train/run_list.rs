//! Earlier runs, found and shown beside the window's thread.

use std::path::{Path, PathBuf};

use egui::Context;

use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::run::RunSummary;
use crate::ui::waker::waker;
use crate::ui::widgets::sheet::Sheet;
use crate::worker::Job;
use crate::worker::Wall;
use crate::worker::jobs::model::read_wall;
use crate::worker::jobs::runs::list_runs;

/// Runs that are shown; older ones can be given by their path.
const SHOWN: usize = 12;

/// One run and its last wall.
pub struct ListedRun {
    /// What is known of it.
    pub summary: RunSummary,
    /// Its last sample wall, once read.
    pub wall: Sheet,
}

/// The list of earlier runs.
#[derive(Default)]
pub struct RunList {
    /// Those that were found, the last one first; `None` before the first look.
    pub found: Option<Vec<ListedRun>>,
    folder: Option<PathBuf>,
    looking: Option<Job<Vec<RunSummary>>>,
    reading: Option<(usize, Job<Option<Wall>>)>,
}

impl RunList {
    /// The settings of the run in `folder`, if it was found.
    pub fn settings_of(&self, folder: &Path) -> Option<&TrainConfig> {
        Some(&self.summary_of(folder)?.config)
    }

    /// What is known of the run in `folder`, if it was found.
    pub fn summary_of(&self, folder: &Path) -> Option<&RunSummary> {
        let mut found = self.found.iter().flatten();
        let run = found.find(|run| run.summary.folder == folder)?;
        Some(&run.summary)
    }

    /// Looks for the runs in `folder`.
    pub fn look(&mut self, folder: PathBuf, ctx: &Context) {
        self.reading = None;
        self.folder = Some(folder.clone());
        self.looking = Some(list_runs(folder, waker(ctx)));
    }

    /// Looks once more: there is a run more, or one has come further.
    pub fn look_again(&mut self, ctx: &Context) {
        if let Some(folder) = self.folder.clone() {
            self.look(folder, ctx);
        }
    }

    /// Whether there are any to show.
    pub fn are_there(&self) -> bool {
        self.found.as_ref().is_some_and(|found| !found.is_empty())
    }

    /// Before every frame: takes in what was found.
    pub fn follow(&mut self, ctx: &Context) -> Option<Notice> {
        if let Some(result) = self.looking.as_ref().and_then(Job::poll) {
            self.looking = None;
            let summaries = match result {
                Ok(summaries) => summaries,
                // Those that were found before are still there.
                Err(notice) => return Some(notice),
            };
            let run = |summary| ListedRun {
                summary,
                wall: Sheet::new("wall of an earlier run"),
            };
            self.found = Some(summaries.into_iter().take(SHOWN).map(run).collect());
            self.read(0, ctx);
        }
        if let Some((place, job)) = &self.reading
            && let Some(result) = job.poll()
        {
            let place = *place;
            self.reading = None;
            // A run without a readable wall is shown without one.
            if let (Ok(Some(wall)), Some(run)) = (
                result,
                self.found.as_mut().and_then(|all| all.get_mut(place)),
            ) {
                run.wall.set(ctx, wall);
            }
            self.read(place + 1, ctx);
        }
        None
    }

    /// Reads the wall of run `place`, one after the other.
    fn read(&mut self, place: usize, ctx: &Context) {
        let Some(run) = self.found.as_ref().and_then(|all| all.get(place)) else {
            return;
        };
        let folder = run.summary.folder.clone();
        self.reading = Some((place, read_wall(folder, u64::MAX, waker(ctx))));
    }
}
