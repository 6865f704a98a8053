//! What was measured at each step: `metrics.csv`, one line a step.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::step_record::{SERIES, Series, StepRecord};
use crate::{atomic_file, regular_file};

/// One line a step.
pub const METRICS_FILE: &str = "metrics.csv";

/// No run has more: a step takes some hundred bytes.
const LARGEST: u64 = 4 << 30;

/// The columns of [`METRICS_FILE`], by [`SERIES`]; those that are not measured at each step may be empty.
pub fn columns() -> String {
    columns_with(|series| series.name.to_owned(), "step", "images", "seconds")
}

/// The line of a step, in the order of [`columns`].
pub fn line(record: &StepRecord) -> String {
    let seconds = format!("{:.3}", record.seconds);
    let (step, images) = (record.step.to_string(), record.images.to_string());
    let text = |series: &Series| match ((series.value)(record), series.decimals) {
        (Some(value), Some(decimals)) => format!("{value:.decimals$}"),
        (Some(value), None) => value.to_string(),
        (None, _) => String::new(),
    };
    columns_with(text, &step, &images, &seconds)
}

/// Seconds stand where they always stood: before what is not measured at each step.
fn columns_with(
    text: impl Fn(&Series) -> String,
    step: &str,
    images: &str,
    seconds: &str,
) -> String {
    const BEFORE_SECONDS: usize = 6;
    let mut all = vec![step.to_owned(), images.to_owned()];
    all.extend(SERIES.iter().map(text));
    all.insert(2 + BEFORE_SECONDS, seconds.to_owned());
    all.join(",")
}

/// The steps in such a file, also in one of an earlier version; lines that cannot be read are left out.
pub fn parse(text: &str) -> Vec<StepRecord> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .quoting(false)
        .from_reader(text.as_bytes());
    reader.deserialize().filter_map(Result::ok).collect()
}

/// The file, open for more.
#[derive(Debug)]
pub(super) struct TrainLog {
    path: PathBuf,
    file: File,
    /// Bytes of whole lines on disk.
    length: u64,
    /// Lines that the disk did not take yet.
    waiting: String,
}

impl TrainLog {
    /// A file without a line.
    pub fn create(root: &Path) -> io::Result<Self> {
        let path = root.join(METRICS_FILE);
        let header = columns() + "\n";
        atomic_file::write_bytes(&path, header.as_bytes())?;
        Self::open(root)
    }

    /// The file that is there, with the columns of this version; an empty one where there is none.
    pub fn open(root: &Path) -> io::Result<Self> {
        let path = root.join(METRICS_FILE);
        if !path.exists() {
            return Self::create(root);
        }
        bring_up_to_date(&path)?;
        let file = OpenOptions::new().append(true).open(&path)?;
        Ok(Self {
            length: file.metadata()?.len(),
            path,
            file,
            waiting: String::new(),
        })
    }

    /// Whether somebody removed the file, or put another one in its place.
    pub fn is_lost(&self) -> bool {
        match self.path.metadata() {
            Ok(there) => !self
                .file
                .metadata()
                .is_ok_and(|ours| is_same(&there, &ours)),
            Err(_) => true,
        }
    }

    /// Lines that the disk did not take.
    pub fn unwritten(&self) -> usize {
        self.waiting.lines().count()
    }

    /// Adds a line, after those that wait. A line is never left half there.
    pub fn append(&mut self, line: &str) -> io::Result<()> {
        self.waiting += line;
        self.waiting.push('\n');
        let written = self.file.write_all(self.waiting.as_bytes());
        match written {
            Ok(()) => {
                self.length += self.waiting.len() as u64;
                self.waiting.clear();
            }
            // The part of it that was written is written again the next time.
            Err(_) => self.file.set_len(self.length)?,
        }
        written
    }

    /// Keeps the lines up to `step`, and whole ones only; gives those that went.
    pub fn cut_to(&mut self, step: u64) -> io::Result<Vec<String>> {
        let text = read(&self.path)? + &self.waiting;
        let columns = text.lines().next().unwrap_or_default().split(',').count();
        let fits = |line: &str| {
            let number = line.split(',').next().and_then(|first| first.parse().ok());
            line.ends_with('\n')
                && line.split(',').count() == columns
                && number.is_some_and(|number: u64| number <= step)
        };
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let (header, lines) = lines.split_at(lines.len().min(1));
        let (kept, gone): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| fits(line));
        if !gone.is_empty() || !self.waiting.is_empty() {
            let new = header.concat() + &kept.concat();
            atomic_file::write_bytes(&self.path, new.as_bytes())?;
        }
        let root = self.path.parent().unwrap_or(Path::new(".")).to_owned();
        *self = Self::open(&root)?;
        Ok(gone
            .into_iter()
            .map(|line| line.trim_end().to_owned())
            .collect())
    }

    /// A new file where the old one was removed, or the one that stands there now, for the lines that wait.
    pub fn make_again(&mut self) -> io::Result<()> {
        let root = self.path.parent().unwrap_or(Path::new(".")).to_owned();
        let again = Self::open(&root)?;
        let waiting = std::mem::take(&mut self.waiting);
        *self = Self { waiting, ..again };
        Ok(())
    }

    /// (step, value) of every line so far, for one of the columns.
    pub fn column(&self, name: &str) -> io::Result<Vec<(f64, f64)>> {
        Ok(column(&read(&self.path)?, name))
    }
}

#[cfg(unix)]
fn is_same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// Where the system lets nobody remove an open file.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// A file of measurements as text.
///
/// # Errors
/// The file system's; a file that is none of ours.
pub fn read(path: &Path) -> io::Result<String> {
    regular_file::read_to_string(path, LARGEST)
}

/// A file of an earlier version gets the columns that it lacks, empty: lines of two kinds in one file
/// could not be told apart.
pub(super) fn bring_up_to_date(path: &Path) -> io::Result<()> {
    let text = read(path)?;
    let (header, lines) = text.split_once('\n').unwrap_or((&text, ""));
    let columns = columns();
    if header == columns {
        return Ok(());
    }
    let header: Vec<&str> = header.split(',').collect();
    let place = |name: &str| header.iter().position(|column| *column == name);
    let places: Vec<Option<usize>> = columns.split(',').map(place).collect();
    let mut new = format!("{columns}\n");
    // A line that was cut short cannot be put in order.
    let whole = lines
        .split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'));
    for line in whole {
        let values: Vec<&str> = line.split(',').collect();
        let value = |place: &Option<usize>| values.get((*place)?).copied();
        let values: Vec<&str> = places
            .iter()
            .map(|place| value(place).unwrap_or_default())
            .collect();
        new += &values.join(",");
        new.push('\n');
    }
    atomic_file::write_bytes(path, new.as_bytes())
}

/// (step, value) of every line of such a file, for one of the columns; what is no number is left
/// out.
pub fn column(text: &str, name: &str) -> Vec<(f64, f64)> {
    let header = text.lines().next().unwrap_or_default();
    let place = header.split(',').position(|column| column == name);
    let number = |line: &str, place: usize| line.split(',').nth(place)?.parse().ok();
    let point = |line: &str| Some((number(line, 0)?, number(line, place?)?));
    text.lines().skip(1).filter_map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of(step: u64) -> String {
        let first = format!("{step},{},0.5,0.5,0.5,0.5,0.5,10.0,1.000", step * 8);
        padded(&first)
    }

    /// With as many empty fields as are missing.
    fn padded(first: &str) -> String {
        let all = columns().split(',').count();
        first.to_owned() + &",".repeat(all - first.split(',').count())
    }

    #[test]
    fn it_is_cut_back_to_a_step_and_to_whole_lines() {
        let folder = tempfile::tempdir().unwrap();
        let mut all = TrainLog::create(folder.path()).unwrap();
        for step in 1..=120 {
            all.append(&line_of(step)).unwrap();
        }
        // As a power cut may leave it: this is not step 12.
        std::fs::write(
            &all.path,
            std::fs::read_to_string(&all.path).unwrap() + "12",
        )
        .unwrap();
        let gone = all.cut_to(100).unwrap();
        assert_eq!((gone.len(), gone[0].as_str()), (21, line_of(101).as_str()));
        all.append(&line_of(101)).unwrap();
        let steps: Vec<f64> = all.column("images").unwrap().iter().map(|p| p.0).collect();
        assert_eq!(steps, (1..=101).map(f64::from).collect::<Vec<_>>());
        assert_eq!(all.cut_to(200).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_file_with_other_columns_gets_ours() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(METRICS_FILE);
        // No health yet, another order, a column that is gone; the last line was cut short.
        let old = "step,loss_d,images,temperature\n1,0.5,8,20\n2,0.25,16,21\n3,0.1";
        std::fs::write(&path, old).unwrap();
        let mut all = TrainLog::open(folder.path()).unwrap();
        all.append(&line_of(3)).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let expected = format!(
            "{}\n{}\n{}\n{}\n",
            columns(),
            padded("1,8,0.5"),
            padded("2,16,0.25"),
            line_of(3)
        );
        assert_eq!(text, expected);
        assert_eq!(
            all.column("loss_d").unwrap()[..2],
            [(1.0, 0.5), (2.0, 0.25)]
        );
        assert_eq!(all.column("grad_norm_g").unwrap(), []);
        // And what is up to date stays as it is.
        assert_eq!(all.cut_to(2).unwrap(), [line_of(3)]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_full_disk_does_not_take_is_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let mut all = TrainLog::create(folder.path()).unwrap();
        all.append(&line_of(1)).unwrap();
        let good = std::mem::replace(&mut all.file, File::create("/dev/full").unwrap());
        for step in 2..5 {
            assert!(all.append(&line_of(step)).is_err());
        }
        all.file = good;
        all.append(&line_of(5)).unwrap();
        let steps: Vec<f64> = all.column("loss_d").unwrap().iter().map(|p| p.0).collect();
        assert_eq!(steps, [1.0, 2.0, 3.0, 4.0, 5.0]);
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
            ..StepRecord::default()
        };
        let measured = StepRecord {
            grad_norm_g: Some(1.5),
            grad_norm_d: Some(1.0e-6),
            dead_g: Some(0.25),
            negative_d: Some(0.5),
            penalty_real: Some(0.125),
            penalty_fake: Some(0.25),
            ..record
        };
        let lines = [line(&record), line(&measured)].join("\n");
        assert_eq!(
            parse(&format!("{}\n{lines}\n8,9\n", columns())),
            [record, measured]
        );
        // Of an earlier version.
        let text = "step,images,loss_d,loss_g,d_real,d_fake,d_fake_after,images_per_s,seconds\n";
        let text = format!("{text}{}\n", line(&record).trim_end_matches(','));
        assert_eq!(parse(&text), [record]);
        assert_eq!(
            line(&record).split(',').count(),
            columns().split(',').count()
        );
    }
}
