//! What a run did so far, read back from its folder.

use std::path::{Path, PathBuf};

use super::eval_log::{EvalLog, EvalRecord};
use super::events::{self, RunEvent};
use super::samples::{self, PinnedFaces};
use super::step_record::StepRecord;
use super::train_log::{self, METRICS_FILE};

/// Generations that are read back: folders that somebody changed may name each other in a circle.
const MOST_FORKS: usize = 32;

/// What a run did so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunHistory {
    /// Its steps; where it was forked they are its parent's affair.
    pub records: Vec<StepRecord>,
    pub marks: Vec<RunEvent>,
    /// The run and step that it began at, where it is a fork.
    pub parent: Option<(PathBuf, u64)>,
    pub measured: Vec<EvalRecord>,
    /// Steps of the walls that are kept.
    pub walls: Vec<u64>,
    /// Faces that stood first on the wall, and since when, in order.
    pub pinned: Vec<PinnedFaces>,
}

impl RunHistory {
    /// What the run in `root` did so far.
    pub fn read(root: &Path) -> Self {
        let text = train_log::read(&root.join(METRICS_FILE)).unwrap_or_default();
        Self {
            records: train_log::parse(&text),
            marks: events::read(root),
            parent: events::parent(root),
            measured: EvalLog::of(root).read(),
            walls: samples::steps(root).unwrap_or_default(),
            // Where they cannot be read the wall begins with the fixed ones.
            pinned: samples::pinned(root).unwrap_or_default(),
        }
    }

    /// What the run in `root` did so far after what those did that it descends from, each up to the step of the
    /// fork: to lay its curves over those of a fork.
    pub fn read_lineage(root: &Path) -> Self {
        let mut all = Self::read(root);
        let mut older = all.parent.clone();
        // No run began later than those that descend from it.
        let mut youngest = u64::MAX;
        for _ in 0..MOST_FORKS {
            let Some((root, step)) = older.filter(|(_, step)| *step <= youngest) else {
                break;
            };
            youngest = step;
            let mut before = Self::read(&root);
            before.records.retain(|record| record.step <= step);
            before.measured.retain(|measured| measured.step <= step);
            all.records.splice(0..0, before.records);
            all.measured.splice(0..0, before.measured);
            older = before.parent;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::RunEventKind;

    #[test]
    fn a_lineage_goes_back_to_the_first_run_and_bears_a_circle() {
        let folder = tempfile::tempdir().unwrap();
        let run = |name: &str,
                   steps: std::ops::RangeInclusive<u64>,
                   parent: Option<(&str, u64)>| {
            let root = folder.path().join(name);
            std::fs::create_dir_all(&root).unwrap();
            let line = |step| format!("{step},{},0.5,0.5,0.5,0.5,0.5,1.0,1.000,,,,\n", step * 8);
            let lines: String = steps.map(line).collect();
            std::fs::write(
                root.join(METRICS_FILE),
                format!("{}\n{lines}", train_log::columns()),
            )
            .unwrap();
            if let Some((parent, step)) = parent {
                let parent = folder.path().join(parent);
                let what = RunEventKind::Forked { parent };
                events::append(&root, &RunEvent { step, what }).unwrap();
            }
            root
        };
        let steps = |root: &Path| -> Vec<u64> {
            let all = RunHistory::read_lineage(root).records;
            all.iter().map(|record| record.step).collect()
        };
        run("first", 1..=9, None);
        run("second", 6..=7, Some(("first", 5)));
        let third = run("third", 7..=9, Some(("second", 6)));
        assert_eq!(steps(&third), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        run("first", 1..=2, Some(("third", 0)));
        assert_eq!(steps(&third), [1, 2, 6, 7, 8, 9]);
    }
}
