//! Steps as lines of `metrics.csv`, and back.

use std::path::{Path, PathBuf};

use crate::gan::Health;
use crate::run;
use crate::run::{EvalLog, RunSummary, events, samples};
use crate::run::{METRICS_FILE, train_log};
use crate::worker::job::Job;
use crate::worker::train::{Earlier, StepRecord};

/// Generations that are read back: folders that somebody changed may name each other in a circle.
const MOST_FORKS: usize = 32;

/// The line of a step, in the order of [`crate::run::train_log::COLUMNS`].
pub(in crate::worker) fn line(r: &StepRecord) -> String {
    let health = match r.health {
        Some(h) => format!(
            "{},{},{},{}",
            h.grad_norm_g, h.grad_norm_d, h.dead_g, h.negative_d
        ),
        None => ",,,".to_owned(),
    };
    format!(
        "{},{},{},{},{},{},{},{:.1},{:.3},{health}",
        r.step,
        r.images,
        r.loss_d,
        r.loss_g,
        r.d_real,
        r.d_fake,
        r.d_fake_after,
        r.images_per_s,
        r.seconds
    )
}

/// The steps of such a file; lines that cannot be read are left out.
fn parse(text: &str) -> Vec<StepRecord> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let place = |name: &str| header.iter().position(|column| *column == name);
    let names = [
        "step",
        "images",
        "loss_d",
        "loss_g",
        "d_real",
        "d_fake",
        "d_fake_after",
        "images_per_s",
        "seconds",
        "grad_norm_g",
        "grad_norm_d",
        "dead_g",
        "negative_d",
    ];
    let places = names.map(place);
    lines
        .filter_map(|line| {
            let values: Vec<&str> = line.split(',').collect();
            let text = |column: usize| values.get(places.get(column).copied()??).copied();
            let whole = |column| text(column)?.parse::<u64>().ok();
            let number = |column| text(column)?.parse::<f32>().ok();
            let health = || {
                Some(Health {
                    grad_norm_g: number(9)?,
                    grad_norm_d: number(10)?,
                    dead_g: number(11)?,
                    negative_d: number(12)?,
                })
            };
            Some(StepRecord {
                step: whole(0)?,
                images: whole(1)?,
                loss_d: number(2)?,
                loss_g: number(3)?,
                d_real: number(4)?,
                d_fake: number(5)?,
                d_fake_after: number(6)?,
                images_per_s: number(7)?,
                seconds: text(8)?.parse().ok()?,
                health: health(),
            })
        })
        .collect()
}

/// What the run in `root` did so far, on this thread.
pub fn read_records(root: &Path) -> Earlier {
    let text = train_log::read(&root.join(METRICS_FILE)).unwrap_or_default();
    Earlier {
        records: parse(&text),
        marks: events::read(root),
        parent: events::parent(root),
        measured: EvalLog::of(root).read(),
        walls: samples::steps(root).unwrap_or_default(),
        // Where they cannot be read the wall begins with the fixed ones.
        pinned: samples::pinned(root).unwrap_or_default(),
    }
}

/// What the run in `root` did so far, on this thread, after what those did that it descends from, each
/// up to the step of the fork: to lay its curves over those of a fork.
pub fn read_lineage(root: &Path) -> Earlier {
    let mut all = read_records(root);
    let mut older = all.parent.clone();
    // No run began later than those that descend from it.
    let mut youngest = u64::MAX;
    for _ in 0..MOST_FORKS {
        let Some((root, step)) = older.filter(|(_, step)| *step <= youngest) else {
            break;
        };
        youngest = step;
        let mut before = read_records(&root);
        before.records.retain(|record| record.step <= step);
        before.measured.retain(|measured| measured.step <= step);
        all.records.splice(0..0, before.records);
        all.measured.splice(0..0, before.measured);
        older = before.parent;
    }
    all
}

/// The runs in the folder `parent`, the one that was trained last first.
pub fn list_runs(parent: PathBuf, wake: impl Fn() + Send + 'static) -> Job<Vec<RunSummary>> {
    Job::spawn("runs", wake, move |progress| {
        Ok(run::list(&parent, &|| !progress.is_cancelled()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::train_log::COLUMNS;

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
            std::fs::write(root.join(METRICS_FILE), format!("{COLUMNS}\n{lines}")).unwrap();
            if let Some((parent, step)) = parent {
                let parent = folder.path().join(parent);
                let what = run::RunEventKind::Forked { parent };
                events::append(&root, &run::RunEvent { step, what }).unwrap();
            }
            root
        };
        let steps = |root: &Path| -> Vec<u64> {
            let all = read_lineage(root).records;
            all.iter().map(|record| record.step).collect()
        };
        run("first", 1..=9, None);
        run("second", 6..=7, Some(("first", 5)));
        let third = run("third", 7..=9, Some(("second", 6)));
        assert_eq!(steps(&third), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        run("first", 1..=2, Some(("third", 0)));
        assert_eq!(steps(&third), [1, 2, 6, 7, 8, 9]);
    }

    #[test]
    fn steps_come_back_from_their_lines() {
        let record = StepRecord {
            step: 7,
            images: 448,
            loss_d: 1.386_294_4,
            loss_g: 1.0e-7,
            d_real: 0.5,
            d_fake: 0.25,
            d_fake_after: 0.125,
            images_per_s: 64.5,
            seconds: 3.25,
            health: None,
        };
        let measured = StepRecord {
            health: Some(Health {
                grad_norm_g: 1.5,
                grad_norm_d: 1.0e-6,
                dead_g: 0.25,
                negative_d: 0.5,
            }),
            ..record
        };
        let lines = [line(&record), line(&measured)].join("\n");
        assert_eq!(
            parse(&format!("{COLUMNS}\n{lines}\n8,9\n")),
            [record, measured]
        );
        // Of an earlier version.
        let text = "step,images,loss_d,loss_g,d_real,d_fake,d_fake_after,images_per_s,seconds\n";
        let text = format!("{text}{}\n", line(&record).trim_end_matches(','));
        assert_eq!(parse(&text), [record]);
        assert_eq!(line(&record).split(',').count(), COLUMNS.split(',').count());
    }
}
