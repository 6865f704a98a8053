//! Earlier runs, found, shown and changed beside the window's thread.

use std::ops::Range;
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
use crate::worker::jobs::runs::{list_runs, open_report, rename_run};
use crate::worker::jobs::trash::{move_to_trash, take_back};

/// What the texture of a wall is called.
const WALL: &str = "wall of an earlier run";
/// Walls that stay on the graphics card, up to three megabytes each.
const MOST_WALLS: usize = 32;

/// One run and its last wall.
pub struct ListedRun {
    /// What is known of it.
    pub summary: RunSummary,
    /// Its last sample wall, once read.
    pub wall: Sheet,
    /// Whether that was looked for.
    asked: bool,
}

impl ListedRun {
    fn new(summary: RunSummary) -> Self {
        Self {
            summary,
            wall: Sheet::new(WALL),
            asked: false,
        }
    }

    /// What it is called.
    pub fn name(&self) -> String {
        let folder = &self.summary.folder;
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        name.to_string_lossy().into_owned()
    }
}

/// What was done with a run.
#[derive(Clone, Debug, PartialEq)]
pub enum RunChange {
    Renamed {
        from: PathBuf,
        to: PathBuf,
    },
    Trashed(PathBuf),
    /// It is back from the trash.
    Restored(PathBuf),
    /// Nothing, but a person should know this.
    Told(Notice),
}

enum Changing {
    Renaming(PathBuf, Job<PathBuf>),
    Trashing(PathBuf, Job<()>),
    Restoring(PathBuf, Job<()>),
    Reporting(Job<Notice>),
}

impl Changing {
    fn poll(&self) -> Option<Result<RunChange, Notice>> {
        Some(match self {
            Self::Renaming(from, job) => job.poll()?.map(|to| RunChange::Renamed {
                from: from.clone(),
                to,
            }),
            Self::Trashing(run, job) => job.poll()?.map(|()| RunChange::Trashed(run.clone())),
            Self::Restoring(run, job) => job.poll()?.map(|()| RunChange::Restored(run.clone())),
            Self::Reporting(job) => job.poll()?.map(RunChange::Told),
        })
    }
}

/// The list of earlier runs.
#[derive(Default)]
pub struct RunList {
    /// Those that were found, the last one first; `None` before the first look.
    pub found: Option<Vec<ListedRun>>,
    /// The run whose new name is being typed, and that name.
    pub naming: Option<(PathBuf, String)>,
    /// Places of those in sight.
    pub seen: Range<usize>,
    folder: Option<PathBuf>,
    looking: Option<Job<Vec<RunSummary>>>,
    reading: Option<(PathBuf, Job<Option<Wall>>)>,
    changing: Vec<Changing>,
    /// Whether the window had the keyboard in the frame before.
    had_focus: Option<bool>,
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

    pub fn rename(&mut self, run: PathBuf, name: String, ctx: &Context) {
        let job = rename_run(run.clone(), name, waker(ctx));
        self.changing.push(Changing::Renaming(run, job));
    }

    pub fn trash(&mut self, run: PathBuf, ctx: &Context) {
        let job = move_to_trash(run.clone(), waker(ctx));
        self.changing.push(Changing::Trashing(run, job));
    }

    pub fn restore(&mut self, run: PathBuf, ctx: &Context) {
        let job = take_back(run.clone(), waker(ctx));
        self.changing.push(Changing::Restoring(run, job));
    }

    pub fn report(&mut self, run: PathBuf, ctx: &Context) {
        let job = open_report(run, waker(ctx));
        self.changing.push(Changing::Reporting(job));
    }

    /// Before every frame: takes in what was found.
    pub fn follow(&mut self, ctx: &Context) -> Option<Notice> {
        // Others may have trained meanwhile.
        let focus = ctx.input(|input| input.focused);
        if self.had_focus.replace(focus) == Some(false) && focus {
            self.look_again(ctx);
        }
        let result = self.looking.as_ref().and_then(Job::poll);
        let failed = result.and_then(|result| {
            self.looking = None;
            // Those that were found before are still there where it failed.
            result.map(|summaries| self.take_in(summaries)).err()
        });
        let read = self.reading.as_ref().and_then(|(run, job)| {
            let wall = job.poll()?;
            Some((run.clone(), wall))
        });
        if let Some((run, wall)) = read {
            self.reading = None;
            let mut found = self.found.iter_mut().flatten();
            let listed = found.find(|listed| listed.summary.folder == run);
            // A run without a readable wall is shown without one.
            if let (Ok(Some(wall)), Some(listed)) = (wall, listed) {
                listed.wall.set(ctx, wall);
                self.let_go();
            }
        }
        self.read_next(ctx);
        failed
    }

    /// What was done with runs since the last frame.
    pub fn changed(&mut self, ctx: &Context) -> Vec<Result<RunChange, Notice>> {
        let mut done = Vec::new();
        self.changing.retain(|changing| {
            let result = changing.poll();
            let is_under_way = result.is_none();
            done.extend(result);
            is_under_way
        });
        if !done.is_empty() {
            self.look_again(ctx);
        }
        done
    }

    /// The runs as they are now; walls that were read stay where they are still the last.
    fn take_in(&mut self, summaries: Vec<RunSummary>) {
        let mut before = self.found.take().unwrap_or_default();
        let mut listed = |summary: RunSummary| {
            let is_same = |old: &ListedRun| {
                old.summary.folder == summary.folder && old.summary.wall == summary.wall
            };
            match before.iter().position(is_same) {
                Some(place) => ListedRun {
                    summary,
                    ..before.swap_remove(place)
                },
                None => ListedRun::new(summary),
            }
        };
        self.found = Some(summaries.into_iter().map(&mut listed).collect());
    }

    /// Lets go of the wall that is farthest out of sight, where there are too many.
    fn let_go(&mut self) {
        let found = self.found.iter_mut().flatten().enumerate();
        let held: Vec<_> = found.filter(|(_, run)| run.wall.count() > 0).collect();
        if held.len() <= MOST_WALLS {
            return;
        }
        let seen = &self.seen;
        let far = held
            .into_iter()
            .filter(|(place, _)| out_of_sight(*place, seen) > 0)
            .max_by_key(|(place, _)| out_of_sight(*place, seen));
        if let Some((_, run)) = far {
            run.wall = Sheet::new(WALL);
            run.asked = false;
        }
    }

    /// Reads the wall of the first run in sight that has none yet, one after the other.
    fn read_next(&mut self, ctx: &Context) {
        if self.reading.is_some() {
            return;
        }
        let seen = self.seen.clone();
        let found = self.found.iter_mut().flatten().enumerate();
        let mut in_sight = found.filter(|(place, _)| seen.contains(place));
        if let Some((_, run)) = in_sight.find(|(_, run)| !run.asked) {
            run.asked = true;
            let folder = run.summary.folder.clone();
            let job = read_wall(folder.clone(), u64::MAX, waker(ctx));
            self.reading = Some((folder, job));
        }
    }
}

/// How many runs there are between this one and the nearest in sight; 0 for those in sight.
fn out_of_sight(place: usize, seen: &Range<usize>) -> usize {
    let before = seen.start.saturating_sub(place);
    let behind = (place + 1).saturating_sub(seen.end);
    before.max(behind)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::picture::Picture;
    use crate::run::RunStatus;

    fn listed(name: usize, ctx: &Context) -> ListedRun {
        let summary = RunSummary {
            folder: PathBuf::from(name.to_string()),
            config: TrainConfig::default(),
            step: 1,
            checkpoint: None,
            has_pictures: true,
            has_best: false,
            best: None,
            wall: None,
            status: RunStatus::Ended,
            parent: None,
            changed: SystemTime::UNIX_EPOCH,
            bytes: 0,
        };
        let picture = Picture {
            width: 1,
            height: 1,
            rgb: vec![0; 3],
        };
        let wall = Wall {
            picture,
            tile: 1,
            columns: 1,
            count: 1,
            ..Wall::default()
        };
        let mut run = ListedRun::new(summary);
        run.asked = true;
        run.wall.set(ctx, wall);
        run
    }

    #[test]
    fn the_wall_that_is_farthest_out_of_sight_goes_first() {
        let ctx = Context::default();
        let mut list = RunList {
            found: Some((0..=MOST_WALLS).map(|name| listed(name, &ctx)).collect()),
            seen: 2..6,
            ..RunList::default()
        };
        list.let_go();
        let found = list.found.as_deref().unwrap();
        let held = found.iter().filter(|run| run.wall.count() > 0).count();
        assert_eq!(held, MOST_WALLS);
        let last = &found[MOST_WALLS];
        // It is read again when it comes into sight.
        assert!(last.wall.count() == 0 && !last.asked);
        assert_eq!(
            [0, 2, 5, 6].map(|place| out_of_sight(place, &(2..6))),
            [2, 0, 0, 1]
        );
    }
}
