//! What happened in a run besides its steps: one JSON object a line.

use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::live::SLOWER;
use crate::{atomic_file, path_text, regular_file};

/// The marks of a run.
pub const EVENTS_FILE: &str = "events.jsonl";

/// No list of marks is larger: those of millions of steps take some megabytes.
const LARGEST: u64 = 256 << 20;

/// Something that happened after a step, to be marked on the curves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunEvent {
    /// Steps done when it happened.
    pub step: u64,
    #[serde(flatten)]
    pub what: RunEventKind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunEventKind {
    /// A live setting has another value from the next step on.
    Changed {
        /// Its name in `config.toml`.
        setting: String,
        from: String,
        to: String,
    },
    /// A checkpoint was asked for and written.
    Checkpoint,
    /// The best so far, by its distance to the data, was kept.
    Best { distance: f64 },
    /// The run went on from a checkpoint of this step.
    Resumed,
    /// The run began at this step of another one.
    Forked {
        /// Folder of the other run.
        #[serde(with = "path_text::as_text")]
        parent: PathBuf,
    },
    /// The run went back to this step.
    RolledBack {
        /// The step it had come to.
        from: u64,
        /// Whether the learning rates were lowered.
        lower_rates: bool,
    },
    /// The run came to an end: not cut short.
    Ended {
        /// `completed`, `stopped` or `failed`.
        outcome: String,
    },
    /// The guard found that the run went bad.
    Warning { text: String },
}

impl fmt::Display for RunEventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { setting, from, to } => write!(f, "{setting}: {from} → {to}"),
            Self::Checkpoint => f.write_str("checkpoint"),
            Self::Best { distance } => write!(f, "best so far, distance {distance:.1}"),
            Self::Resumed => f.write_str("resumed"),
            Self::Forked { parent } => write!(f, "forked from {}", parent.display()),
            Self::RolledBack { from, lower_rates } => {
                write!(f, "rolled back from step {from}")?;
                if *lower_rates {
                    write!(f, ", rates ÷{SLOWER}")
                } else {
                    Ok(())
                }
            }
            Self::Ended { outcome } => f.write_str(outcome),
            Self::Warning { text } => f.write_str(text),
        }
    }
}

/// All marks of the run in `root`, in their order; lines that cannot be read are left out.
pub fn read(root: &Path) -> Vec<RunEvent> {
    let text = regular_file::read_to_string(&root.join(EVENTS_FILE), LARGEST);
    let text = text.unwrap_or_default();
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// Adds one, in one write so that no line is ever half there.
///
/// # Errors
/// The file system's.
pub fn append(root: &Path, mark: &RunEvent) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .append(true)
        .create(true)
        .open(root.join(EVENTS_FILE))?;
    file.write_all(format!("{}\n", serde_json::to_string(mark)?).as_bytes())
}

/// Removes those after `step`: what led to them is undone.
///
/// # Errors
/// The file system's.
pub fn cut(root: &Path, step: u64) -> io::Result<()> {
    let all = read(root);
    if all.iter().all(|mark| mark.step <= step) {
        return Ok(());
    }
    atomic_file::write(&root.join(EVENTS_FILE), |file| {
        for mark in all.iter().filter(|mark| mark.step <= step) {
            writeln!(file, "{}", serde_json::to_string(mark)?)?;
        }
        Ok(())
    })
}

/// The run that the run in `root` was forked from lies elsewhere now.
///
/// # Errors
/// The file system's.
pub fn parent_moved(root: &Path, from: &Path, to: &Path) -> io::Result<()> {
    let mut all = read(root);
    let mut is_fork = false;
    for mark in &mut all {
        if let RunEventKind::Forked { parent } = &mut mark.what
            && parent == from
        {
            *parent = to.to_owned();
            is_fork = true;
        }
    }
    if !is_fork {
        return Ok(());
    }
    atomic_file::write(&root.join(EVENTS_FILE), |file| {
        for mark in &all {
            writeln!(file, "{}", serde_json::to_string(mark)?)?;
        }
        Ok(())
    })
}

/// The run and step that the run in `root` began at, if it is a fork.
pub fn parent(root: &Path) -> Option<(PathBuf, u64)> {
    parent_in(&read(root))
}

/// The run and step that a run with these marks began at, if it is a fork.
pub fn parent_in(marks: &[RunEvent]) -> Option<(PathBuf, u64)> {
    marks.iter().find_map(|mark| match &mark.what {
        RunEventKind::Forked { parent } => Some((parent.clone(), mark.step)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_back_and_cut() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        assert_eq!((read(root), parent(root)), (Vec::new(), None));
        let changed = RunEventKind::Changed {
            setting: "lr_g".into(),
            from: "0.0002".into(),
            to: "0.0001".into(),
        };
        let all = [
            (40, RunEventKind::Forked { parent: "a".into() }),
            (50, changed),
            (60, RunEventKind::Best { distance: 1.5 }),
            (
                70,
                RunEventKind::RolledBack {
                    from: 90,
                    lower_rates: true,
                },
            ),
        ]
        .map(|(step, what)| RunEvent { step, what });
        for mark in &all {
            append(root, mark).unwrap();
        }
        assert_eq!(read(root), all);
        assert_eq!(parent(root), Some(("a".into(), 40)));
        cut(root, 60).unwrap();
        assert_eq!(read(root), all[..3]);
        assert_eq!(all[1].what.to_string(), "lr_g: 0.0002 → 0.0001");
        let lowered = all[3].what.to_string();
        assert_eq!(lowered, "rolled back from step 90, rates ÷4");
    }
}
