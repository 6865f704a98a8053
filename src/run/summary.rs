//! The runs that are there, each in a few words.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::train_log::METRICS_FILE;
use super::{CheckpointStore, MODEL_FILE, RunEvent, RunEventKind, events, is_busy, read_settings};
use crate::config::{DataChoice, TrainConfig};
use crate::regular_file;

/// Bytes at the end of the measurements that surely hold a line.
const TAIL: u64 = 4096;

/// A run that somebody may want to go on with.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSummary {
    pub folder: PathBuf,
    /// The settings that it began with.
    pub config: TrainConfig,
    pub step: u64,
    /// Step of its newest checkpoint, which it would go on from.
    pub checkpoint: Option<u64>,
    /// Whether its pictures are where its settings say.
    pub has_pictures: bool,
    /// Whether there is a best checkpoint.
    pub has_best: bool,
    /// Step of its best weights, and their distance to the data.
    pub best: Option<(u64, f64)>,
    /// Picture of its last sample wall.
    pub wall: Option<PathBuf>,
    /// What it is doing.
    pub status: RunStatus,
    /// The run and step that it was forked from.
    pub parent: Option<(PathBuf, u64)>,
    /// When its measurements were written last.
    pub changed: SystemTime,
    /// Bytes of its checkpoints.
    pub bytes: u64,
}

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunStatus {
    /// A program trains it now.
    Busy,
    /// The program that trained it was cut short.
    Interrupted,
    /// It came to an end before it did all its steps.
    Ended,
    /// It did all its steps.
    Complete,
}

impl RunSummary {
    /// Whether it can go on.
    pub fn is_resumable(&self) -> bool {
        matches!(self.status, RunStatus::Interrupted | RunStatus::Ended)
    }
}

/// The runs in `parent`, the one that was trained last first. Folders that are no runs, or whose
/// settings cannot be read, are left out. Reads a little of each run: not for the window's thread.
pub fn list(parent: &Path, go_on: &dyn Fn() -> bool) -> Vec<RunSummary> {
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    let mut all: Vec<RunSummary> = entries
        .take_while(|_| go_on())
        .filter_map(|entry| summarise(&entry.path()))
        .collect();
    all.sort_by_key(|run| std::cmp::Reverse(run.changed));
    all
}

/// The run in `root`, if there is one.
pub fn summarise(root: &Path) -> Option<RunSummary> {
    let metrics = root.join(METRICS_FILE);
    let store = CheckpointStore::new(root);
    let config = read_settings(root).ok()?;
    let marks = events::read(root);
    let checkpoint = store.list().first().map(|stored| stored.step);
    Some(RunSummary {
        folder: root.to_owned(),
        has_pictures: match &config.data {
            DataChoice::Path(path) => path.exists(),
            DataChoice::Starter => true,
        },
        status: status(root, (&config, checkpoint), &marks),
        config,
        step: last_step(&metrics).unwrap_or(0),
        checkpoint,
        has_best: store.best().is_file(),
        best: best(&marks),
        wall: last_wall(&root.join("samples")),
        parent: events::parent_in(&marks),
        changed: metrics.metadata().and_then(|data| data.modified()).ok()?,
        bytes: store.bytes(),
    })
}

/// Whether a run whose last checkpoint is of `step` and that came to this `end` has done what its settings ask for.
pub fn is_done(root: &Path, config: &TrainConfig, step: Option<u64>, end: Option<&str>) -> bool {
    if !root.join(MODEL_FILE).exists() {
        return false;
    }
    let is_complete = end == Some("completed");
    match config.steps {
        Some(steps) => {
            step.is_some_and(|step| step >= steps) && (is_complete || end == Some("stopped"))
        }
        None => config.epochs.is_some() && is_complete,
    }
}

/// Whoever trains a run holds its folder, and an end is written down.
fn status(
    root: &Path,
    (config, step): (&TrainConfig, Option<u64>),
    marks: &[RunEvent],
) -> RunStatus {
    if is_busy(root) {
        return RunStatus::Busy;
    }
    let last = marks.iter().rev().find(|mark| {
        matches!(
            mark.what,
            RunEventKind::Ended { .. } | RunEventKind::Resumed | RunEventKind::Forked { .. }
        )
    });
    match last.map(|mark| &mark.what) {
        Some(RunEventKind::Ended { outcome }) if is_done(root, config, step, Some(outcome)) => {
            RunStatus::Complete
        }
        Some(RunEventKind::Ended { .. }) => RunStatus::Ended,
        _ => RunStatus::Interrupted,
    }
}

/// The last best is the best.
fn best(marks: &[RunEvent]) -> Option<(u64, f64)> {
    marks.iter().rev().find_map(|mark| match mark.what {
        RunEventKind::Best { distance } => Some((mark.step, distance)),
        _ => None,
    })
}

fn last_step(metrics: &Path) -> Option<u64> {
    let mut file = regular_file::open(metrics).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))
        .ok()?;
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    // What follows the last end of a line is not whole.
    let (whole, _) = text.rsplit_once('\n')?;
    whole.lines().next_back()?.split(',').next()?.parse().ok()
}

/// `step-0000120.png` or another kind of picture, of the greatest step.
fn last_wall(samples: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(samples).ok()?.flatten();
    let walls = entries.filter_map(|entry| Some((step_of(&entry.path())?, entry.path())));
    Some(walls.max_by_key(|(step, _)| *step)?.1)
}

/// The step in the name of a wall.
pub(super) fn step_of(wall: &Path) -> Option<u64> {
    let ending = wall.extension()?.to_str()?;
    let name = wall.file_stem()?.to_str()?.strip_prefix("step-")?;
    ["png", "jpg", "webp"]
        .contains(&ending)
        .then(|| name.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{RunEvent, RunFolder};

    #[test]
    fn runs_are_found_with_what_a_person_wants_to_know() {
        let parent = tempfile::tempdir().unwrap();
        let config = |name: &str| TrainConfig {
            run: Some(parent.path().join(name)),
            ..TrainConfig::default()
        };
        let mut first = RunFolder::create(&config("first"), None).unwrap();
        for step in 1..=300 {
            first.record(&format!("{step},1,1,1,1,1,1,1,1")).unwrap();
        }
        for step in [20, 300] {
            let wall = first.root().join(format!("samples/step-{step:07}.png"));
            std::fs::create_dir_all(wall.parent().unwrap()).unwrap();
            std::fs::write(wall, "").unwrap();
        }
        std::fs::create_dir(first.store().folder()).unwrap();
        std::fs::write(first.store().path(280), [0; 9]).unwrap();
        let mut second = RunFolder::create(&config("second"), None).unwrap();
        second.record("1,1,1,1,1,1,1,1,1").unwrap();
        std::fs::create_dir(parent.path().join("no run")).unwrap();

        let busy = summarise(first.root()).unwrap();
        assert_eq!((busy.status, busy.is_resumable()), (RunStatus::Busy, false));
        let ended = RunEvent {
            step: 1,
            what: RunEventKind::Ended {
                outcome: "stopped".into(),
            },
        };
        second.mark(&ended).unwrap();
        for (step, distance) in [(1, 9.0), (2, 7.5)] {
            let what = RunEventKind::Best { distance };
            second.mark(&RunEvent { step, what }).unwrap();
        }
        let completed = RunEventKind::Ended {
            outcome: "completed".into(),
        };
        let marks = [RunEvent {
            step: 1,
            what: completed,
        }];
        let of = |steps: Option<u64>| {
            let config = TrainConfig {
                steps,
                ..TrainConfig::default()
            };
            status(parent.path(), (&config, Some(1)), &marks)
        };
        assert_eq!(of(Some(1)), RunStatus::Ended, "its model is missing");
        std::fs::write(parent.path().join(MODEL_FILE), "").unwrap();
        // With more steps to do, or without an end, it goes on.
        assert_eq!(
            [of(Some(1)), of(Some(2)), of(None)],
            [RunStatus::Complete, RunStatus::Ended, RunStatus::Ended]
        );
        drop((first, second));

        let all = list(parent.path(), &|| true);
        assert_eq!(all.len(), 2);
        let find = |name: &str| all.iter().find(|run| run.folder.ends_with(name)).unwrap();
        let (first, second) = (find("first"), find("second"));
        assert_eq!(
            (first.step, first.checkpoint, first.bytes),
            (300, Some(280), 9)
        );
        assert_eq!(first.status, RunStatus::Interrupted);
        assert!(first.wall.as_ref().unwrap().ends_with("step-0000300.png"));
        assert_eq!((second.status, second.checkpoint), (RunStatus::Ended, None));
        assert_eq!((first.best, second.best), (None, Some((2, 7.5))));
        assert_eq!(list(parent.path(), &|| false), []);
    }
}
