//! Steps as lines of `metrics.csv`, and back.

use std::path::{Path, PathBuf};

use super::{Earlier, Job, StepRecord};
use crate::run::measurements::METRICS_FILE;
use crate::run::{self, MeasuredFile, RunSummary, marks, walls};

/// The line of a step, in the order of [`crate::run::measurements::COLUMNS`].
pub(super) fn line(r: &StepRecord) -> String {
    format!(
        "{},{},{},{},{},{},{},{:.1},{:.3}",
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
    ];
    let places = names.map(place);
    lines
        .filter_map(|line| {
            let values: Vec<&str> = line.split(',').collect();
            let text = |column: usize| values.get(places.get(column).copied()??).copied();
            let whole = |column| text(column)?.parse::<u64>().ok();
            let number = |column| text(column)?.parse::<f32>().ok();
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
            })
        })
        .collect()
}

/// What the run in `root` did so far, on this thread.
pub fn read_records(root: &Path) -> Earlier {
    let text = std::fs::read_to_string(root.join(METRICS_FILE)).unwrap_or_default();
    Earlier {
        records: parse(&text),
        marks: marks::read(root),
        parent: marks::parent(root),
        measured: MeasuredFile::of(root).read(),
        walls: walls::steps(root).unwrap_or_default(),
        pinned: walls::pinned_now(root),
    }
}

/// What the run in `root` did so far: to lay its curves over another one's.
pub fn read_history(root: PathBuf, wake: impl Fn() + Send + 'static) -> Job<Earlier> {
    Job::spawn("history", wake, move |_| Ok(read_records(&root)))
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
    use crate::run::measurements::COLUMNS;

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
        };
        let text = format!("{COLUMNS}\n{}\n8,9\n", line(&record));
        assert_eq!(parse(&text), [record]);
        assert_eq!(line(&record).split(',').count(), COLUMNS.split(',').count());
    }
}
