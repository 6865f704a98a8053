//! What was measured beside training, one line a measurement.

use std::fs::OpenOptions;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use crate::metrics::{LevelDistance, SampleMetrics};
use crate::{atomic_file, regular_file};

/// One line a measurement: MS-SSIM and distance to the data.
pub const MEASURES_FILE: &str = "measures.csv";

/// No list of measurements is larger.
const LARGEST: u64 = 256 << 20;

/// Levels of the pyramid that have a column; those that pictures of a size lack stay empty.
const SIDES: [usize; 4] = [128, 64, 32, 16];

/// A measurement of the weights of one step.
#[derive(Clone, Debug, PartialEq)]
pub struct EvalRecord {
    /// Steps that the weights had done.
    pub step: u64,
    pub measures: SampleMetrics,
    /// How long it took.
    pub seconds: f32,
}

/// A number that measurements have.
pub struct Metric {
    /// Its column in the file, and its key in JSON.
    pub name: &'static str,
    /// `None` where it was not measured.
    pub value: fn(&SampleMetrics) -> Option<f32>,
    /// Nothing is said where a measurement must have it and lacks it.
    set: fn(&mut SampleMetrics, Option<f32>) -> Option<()>,
}

/// All of them, in the order of the file's columns.
pub static METRICS: [Metric; 6] = [
    Metric {
        name: "ms_ssim",
        value: |found| Some(found.ms_ssim),
        set: |found, value| {
            found.ms_ssim = value?;
            Some(())
        },
    },
    Metric {
        name: "ms_ssim_data",
        value: |found| Some(found.ms_ssim_data),
        set: |found, value| {
            found.ms_ssim_data = value?;
            Some(())
        },
    },
    Metric {
        name: "swd",
        value: |found| Some(found.swd),
        set: |found, value| {
            found.swd = value?;
            Some(())
        },
    },
    Metric {
        name: "swd_data",
        value: |found| Some(found.swd_data),
        set: |found, value| {
            found.swd_data = value?;
            Some(())
        },
    },
    Metric {
        name: "nearest",
        value: |found| found.nearest,
        set: |found, value| {
            found.nearest = value;
            Some(())
        },
    },
    Metric {
        name: "nearest_held_back",
        value: |found| found.nearest_held_back,
        set: |found, value| {
            found.nearest_held_back = value;
            Some(())
        },
    },
];

fn header() -> String {
    let metrics = METRICS.iter().map(|metric| metric.name.to_owned());
    let levels = SIDES.map(|side| format!("swd_{side}"));
    let all = ["step".to_owned()].into_iter().chain(metrics).chain(levels);
    let all: Vec<String> = all.chain(["seconds".to_owned()]).collect();
    all.join(",") + "\n"
}

fn line(record: &EvalRecord) -> String {
    let found = &record.measures;
    let level = |side| {
        let level = found.levels.iter().find(|level| level.side == side);
        level.map_or(String::new(), |level| level.swd.to_string())
    };
    let text = |metric: &Metric| (metric.value)(found).map_or(String::new(), |v| v.to_string());
    let metrics = METRICS.iter().map(text);
    let all = [record.step.to_string()].into_iter().chain(metrics);
    let all = all
        .chain(SIDES.map(level))
        .chain([format!("{:.3}", record.seconds)]);
    all.collect::<Vec<String>>().join(",") + "\n"
}

/// The measurements in such a file; lines that cannot be read are left out.
fn parse(text: &str) -> Vec<EvalRecord> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .quoting(false)
        .from_reader(text.as_bytes());
    let names = reader.headers().cloned().unwrap_or_default();
    let lines = reader.records().filter_map(Result::ok);
    lines.filter_map(|fields| record(&names, &fields)).collect()
}

fn record(names: &csv::StringRecord, fields: &csv::StringRecord) -> Option<EvalRecord> {
    let text = |name: &str| fields.get(names.iter().position(|column| column == name)?);
    let number = |name: &str| text(name)?.parse::<f32>().ok();
    let mut measures = SampleMetrics::default();
    for metric in &METRICS {
        (metric.set)(&mut measures, number(metric.name))?;
    }
    let level = |side| {
        let swd = number(&format!("swd_{side}"))?;
        Some(LevelDistance { side, swd })
    };
    measures.levels = SIDES.into_iter().filter_map(level).collect();
    Some(EvalRecord {
        step: text("step")?.parse().ok()?,
        measures,
        seconds: number("seconds")?,
    })
}

/// The file of a run. Opened for each line: there are few, and somebody may remove it meanwhile.
#[derive(Debug)]
pub struct EvalLog(PathBuf);

impl EvalLog {
    /// In the run folder `root`.
    pub fn of(root: &Path) -> Self {
        Self(root.join(MEASURES_FILE))
    }

    /// What was measured so far; lines that cannot be read are left out.
    pub fn read(&self) -> Vec<EvalRecord> {
        let text = regular_file::read_to_string(&self.0, LARGEST).unwrap_or_default();
        parse(&text)
    }

    /// Appends a line, in one write so that none is ever half there.
    ///
    /// # Errors
    /// The file system's.
    pub fn append(&self, measured: &EvalRecord) -> io::Result<()> {
        if !self.has_our_columns() {
            self.write(&self.read())?;
        }
        let mut file = OpenOptions::new().append(true).open(&self.0)?;
        file.write_all(line(measured).as_bytes())
    }

    /// Removes what was measured after `step`.
    ///
    /// # Errors
    /// The file system's.
    pub fn cut_to(&self, step: u64) -> io::Result<()> {
        let mut all = self.read();
        if all.iter().all(|measured| measured.step <= step) {
            return Ok(());
        }
        all.retain(|measured| measured.step <= step);
        self.write(&all)
    }

    /// Not so where there is no file yet, or one of an earlier version.
    fn has_our_columns(&self) -> bool {
        let mut first = String::new();
        let file = regular_file::open(&self.0).map(BufReader::new);
        file.and_then(|mut file| file.read_line(&mut first)).is_ok() && first == header()
    }

    fn write(&self, all: &[EvalRecord]) -> io::Result<()> {
        let lines: String = all.iter().map(line).collect();
        atomic_file::write_bytes(&self.0, (header() + &lines).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(step: u64) -> EvalRecord {
        let distance = |side| LevelDistance {
            side,
            swd: 0.1 + side as f32,
        };
        EvalRecord {
            step,
            measures: SampleMetrics {
                ms_ssim: 0.3,
                ms_ssim_data: 0.25,
                levels: vec![distance(32), distance(16)],
                swd: 24.1,
                swd_data: 9.5,
                nearest: (step == 30).then_some(12.5),
                nearest_held_back: None,
            },
            seconds: 0.25,
        }
    }

    #[test]
    fn lines_come_back_and_later_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        let file = EvalLog::of(folder.path());
        assert_eq!(file.read(), []);
        for step in [10, 20, 30] {
            file.append(&measured(step)).unwrap();
        }
        assert_eq!(file.read().last(), Some(&measured(30)));
        file.cut_to(20).unwrap();
        assert_eq!(file.read(), [measured(10), measured(20)]);
        file.append(&measured(25)).unwrap();
        let text = std::fs::read_to_string(folder.path().join(MEASURES_FILE)).unwrap();
        assert_eq!(text.lines().count(), 4);
        assert_eq!(
            text.lines().next(),
            Some(
                "step,ms_ssim,ms_ssim_data,swd,swd_data,nearest,nearest_held_back,swd_128,swd_64,swd_32,swd_16,seconds"
            )
        );
        assert_eq!(
            text.lines().nth(3),
            Some("25,0.3,0.25,24.1,9.5,,,,,32.1,16.1,0.250")
        );
    }

    #[test]
    fn a_file_of_before_goes_on_with_more_columns() {
        let folder = tempfile::tempdir().unwrap();
        let file = EvalLog::of(folder.path());
        let before = "step,ms_ssim,ms_ssim_data,swd,swd_data,swd_128,swd_64,swd_32,swd_16,seconds\n\
                      10,0.3,0.25,24.1,9.5,,,32.1,16.1,0.250\n";
        std::fs::write(folder.path().join(MEASURES_FILE), before).unwrap();
        file.append(&measured(20)).unwrap();
        assert_eq!(file.read(), [measured(10), measured(20)]);
    }
}
