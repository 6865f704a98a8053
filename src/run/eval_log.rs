//! What was measured beside training, one line a measurement.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::metrics::{Distance, Measures};
use crate::regular_file;

/// One line a measurement: MS-SSIM and distance to the data.
pub const MEASURES_FILE: &str = "measures.csv";

/// No list of measurements is larger.
const LARGEST: u64 = 256 << 20;

const HEADER: &str = "step,ms_ssim,ms_ssim_data,swd,swd_data,swd_128,swd_64,swd_32,swd_16,seconds";
/// Levels of the pyramid that have a column; those that pictures of a size lack stay empty.
const SIDES: [usize; 4] = [128, 64, 32, 16];

/// A measurement of the weights of one step.
#[derive(Clone, Debug, PartialEq)]
pub struct EvalRecord {
    /// Steps that the weights had done.
    pub step: u64,
    /// What was found.
    pub measures: Measures,
    /// How long it took.
    pub seconds: f32,
}

impl EvalRecord {
    fn line(&self) -> String {
        let found = &self.measures;
        let level = |side| {
            let level = found.levels.iter().find(|level| level.side == side);
            level.map_or(String::new(), |level| level.swd.to_string())
        };
        format!(
            "{},{},{},{},{},{},{:.3}\n",
            self.step,
            found.ms_ssim,
            found.ms_ssim_data,
            found.swd,
            found.swd_data,
            SIDES.map(level).join(","),
            self.seconds
        )
    }

    fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |place: usize| fields.get(place)?.parse::<f32>().ok();
        let levels = SIDES
            .iter()
            .enumerate()
            .filter_map(|(place, &side)| number(5 + place).map(|swd| Distance { side, swd }));
        Some(Self {
            step: fields.first()?.parse().ok()?,
            measures: Measures {
                ms_ssim: number(1)?,
                ms_ssim_data: number(2)?,
                swd: number(3)?,
                swd_data: number(4)?,
                levels: levels.collect(),
            },
            seconds: number(9)?,
        })
    }
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
        text.lines().filter_map(EvalRecord::parse).collect()
    }

    /// Appends a line, in one write so that none is ever half there.
    ///
    /// # Errors
    /// The file system's.
    pub fn append(&self, measured: &EvalRecord) -> io::Result<()> {
        if !self.0.exists() {
            atomic_file::write_bytes(&self.0, format!("{HEADER}\n").as_bytes())?;
        }
        let mut file = OpenOptions::new().append(true).open(&self.0)?;
        file.write_all(measured.line().as_bytes())
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
        let lines: String = all.iter().map(EvalRecord::line).collect();
        atomic_file::write_bytes(&self.0, format!("{HEADER}\n{lines}").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(step: u64) -> EvalRecord {
        let distance = |side| Distance {
            side,
            swd: 0.1 + side as f32,
        };
        EvalRecord {
            step,
            measures: Measures {
                ms_ssim: 0.3,
                ms_ssim_data: 0.25,
                levels: vec![distance(32), distance(16)],
                swd: 24.1,
                swd_data: 9.5,
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
        file.cut_to(20).unwrap();
        assert_eq!(file.read(), [measured(10), measured(20)]);
        file.append(&measured(25)).unwrap();
        let text = std::fs::read_to_string(folder.path().join(MEASURES_FILE)).unwrap();
        assert_eq!(text.lines().count(), 4);
        assert_eq!(text.lines().next(), Some(HEADER));
        assert_eq!(
            text.lines().nth(3),
            Some("25,0.3,0.25,24.1,9.5,,,32.1,16.1,0.250")
        );
    }
}
