//! A look at a source before training: what is in it, what cannot be used, and what the network
//! would see. Everything that is prepared for it is there when training begins.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::device;
use super::job::Progress;
use super::loader::{Loaded, Loader, Look};
use super::pictures::{FEW, FEWEST};
use crate::atomic_file;
use crate::config::TrainConfig;
use crate::data::{self, Duplicates, LabelSummary, Prepared, SourceError, batches};
use crate::export::png;
use crate::notice::Notice;
use crate::picture::Picture;

/// Skipped files that are named.
const NAMED: usize = 1000;
/// How long one look waits, so that a cancelled survey ends.
const PATIENCE: Duration = Duration::from_millis(50);

/// What is in a source.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// What kind of source, in words.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The terms under which the pictures may be used, in words.
    pub licence: String,
    /// Pictures there are.
    pub pictures: usize,
    /// Pictures that were looked at: fewer where not all were asked for.
    pub looked_at: usize,
    /// Of these, those that training can use.
    pub usable: usize,
    /// Of these, those that were prepared at an earlier time.
    pub kept: usize,
    /// Pixels across and down before they were prepared, and how many have them; the most frequent
    /// first.
    pub sizes: Vec<((u32, u32), usize)>,
    /// What is known about the pictures.
    pub labels: Vec<LabelSummary>,
    /// Name of a picture that cannot be used, and why; the first thousand.
    pub skipped: Vec<(String, String)>,
    /// All that cannot be used.
    pub skipped_count: usize,
    /// What a person should know.
    pub warnings: Vec<Notice>,
    /// Some pictures by chance, exactly as the network will see them.
    pub sheet: Vec<Picture>,
    /// How long it took.
    pub seconds: f64,
}

/// How much of a source to look at.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Pictures to look at; the others are only counted.
    pub at_most: usize,
    /// Pictures on the sheet.
    pub sheet: usize,
}

/// Looks at the source that `config` names, on all cores, and prepares its pictures.
///
/// # Errors
/// Where the source cannot be used at all, and where the work was cancelled.
pub fn survey(config: &TrainConfig, extent: Extent, progress: &Progress) -> Result<Survey, Notice> {
    let begin = Instant::now();
    let prepared = open(config, progress)?;
    let source = prepared.source();
    let mut survey = Survey {
        kind: source.kind(),
        name: source.name(),
        licence: source.licence(),
        pictures: source.len(),
        labels: source.labels().map(|l| l.summaries()).unwrap_or_default(),
        warnings: source.warnings(),
        ..Survey::default()
    };
    // The order of training: what is looked at first is what it will want first.
    let mut order = batches::loading_order(source.len(), config.seed);
    order.truncate(extent.at_most);
    survey.looked_at = order.len();
    let mut sheet = Vec::new();
    let mut sizes = BTreeMap::<(u32, u32), usize>::new();
    let mut duplicates = Duplicates::default();
    visit(&prepared, order, config, progress, |loaded| {
        match loaded {
            Loaded::Skipped { name, why } => survey.skip(name, why),
            Loaded::Picture(mut ready) => {
                *sizes.entry(ready.found).or_default() += 1;
                survey.kept += usize::from(ready.kept);
                let look = ready.look.take();
                match look.and_then(|look| duplicates.take(*look, ready.index)) {
                    Some(earlier) => {
                        let name = |index| prepared.source().item_name(index);
                        survey.skip(name(ready.index), format!("looks like {}", name(earlier)));
                    }
                    None if sheet.len() < extent.sheet => sheet.push(ready.index),
                    None => {}
                }
            }
        }
        Ok(())
    })?;
    survey.usable = survey.looked_at - survey.skipped_count;
    survey.sheet = prepared.pictures(sheet.into_iter());
    survey.sizes = sizes.into_iter().collect();
    survey
        .sizes
        .sort_by_key(|(size, count)| (std::cmp::Reverse(*count), *size));
    survey.warn();
    survey.seconds = begin.elapsed().as_secs_f64();
    Ok(survey)
}

impl Survey {
    fn skip(&mut self, name: String, why: String) {
        self.skipped_count += 1;
        if self.skipped.len() < NAMED {
            self.skipped.push((name, why));
        }
    }

    /// What training would say about so many pictures.
    fn warn(&mut self) {
        if self.looked_at < self.pictures {
            return;
        }
        let usable = self.usable;
        let text = match usable {
            0..FEWEST => format!(
                "Only {usable} of {} files are usable pictures; training needs {FEWEST}.",
                self.pictures
            ),
            FEWEST..FEW => format!(
                "There are only {usable} pictures: the network will learn them by heart. Give it {FEW} or more."
            ),
            _ => return,
        };
        self.warnings.push(Notice::warning(text));
    }
}

fn open(config: &TrainConfig, progress: &Progress) -> Result<Arc<Prepared>, Notice> {
    config
        .validate()
        .map_err(|error| Notice::error(format!("A setting cannot work: {error}.")))?;
    let source = data::open_while(config, &|| !progress.is_cancelled());
    let source = source.map_err(|error| match error {
        SourceError::Cancelled => cancelled(),
        error => Notice::from_error(
            "The pictures cannot be used. Choose another source.",
            &error,
        ),
    })?;
    Ok(Arc::new(Prepared::new(source, config)))
}

fn cancelled() -> Notice {
    Notice::info("Looking at the pictures was cancelled.")
}

/// Prepares the pictures of `order` on all cores and shows them to `each`, in that order.
fn visit(
    prepared: &Arc<Prepared>,
    order: Vec<usize>,
    config: &TrainConfig,
    progress: &Progress,
    mut each: impl FnMut(Loaded) -> Result<(), Notice>,
) -> Result<(), Notice> {
    let (total, mut done) = (order.len().max(1), 0usize);
    let threads = device::threads(config.threads);
    let loader = Loader::start(Arc::clone(prepared), order, threads)
        .map_err(|error| Notice::from_error("No thread could be started. Try again.", &error))?;
    loop {
        if progress.is_cancelled() {
            return Err(cancelled());
        }
        match loader.next(PATIENCE) {
            Look::Loaded(loaded) => {
                each(loaded)?;
                done += 1;
                progress.set(done as f32 / total as f32);
            }
            Look::NotYet => {}
            Look::Complete => return Ok(()),
        }
    }
}

/// Writes every usable picture as PNG, as the network sees it, and `labels.csv` beside them. Gives
/// the number of pictures.
///
/// # Errors
/// Where the source cannot be used, the folder holds something already, or the disk fails.
pub fn write_pictures(
    config: &TrainConfig,
    folder: &Path,
    progress: &Progress,
) -> Result<usize, Notice> {
    let failed = |error: std::io::Error| {
        let text = "The pictures were not written. Check the folder and its free space.";
        let mut notice = Notice::from_error(text, &error);
        notice.details += &format!("\n{}", folder.display());
        notice
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    if std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        let text = "The folder is not empty; give a new one.";
        return Err(Notice::error(text).with_details(folder.display().to_string()));
    }
    let prepared = open(config, progress)?;
    let labels = prepared.source().labels();
    let mut table = Vec::new();
    if let Some(labels) = &labels {
        csv_line(&mut table, "file", labels.names.iter());
    }
    let count = prepared.source().len();
    let digits = count.saturating_sub(1).to_string().len().max(6);
    let mut written = 0;
    visit(
        &prepared,
        (0..count).collect(),
        config,
        progress,
        |loaded| {
            let Loaded::Picture(ready) = loaded else {
                return Ok(());
            };
            let index = ready.index;
            let file = format!("{index:0digits$}.png");
            let mut data = prepared.dataset();
            data.take(ready);
            let Some(picture) = data.picture(0) else {
                return Ok(());
            };
            png::write(&folder.join(&file), &picture).map_err(failed)?;
            written += 1;
            if let Some(row) = labels.as_ref().and_then(|labels| labels.row(index)) {
                csv_line(&mut table, &file, row.iter().map(|value| known(*value)));
            }
            Ok(())
        },
    )?;
    if labels.is_some() {
        atomic_file::write_bytes(&folder.join("labels.csv"), &table).map_err(failed)?;
    }
    Ok(written)
}

/// A number, or nothing where it is not known.
fn known(value: f32) -> String {
    if value.is_nan() {
        String::new()
    } else {
        value.to_string()
    }
}

fn csv_line(table: &mut Vec<u8>, first: &str, cells: impl Iterator<Item = impl AsRef<str>>) {
    table.extend(first.as_bytes());
    for cell in cells {
        let cell = cell.as_ref();
        // Writing to memory cannot fail.
        let _ = if cell.contains([',', '"', '\n']) {
            write!(table, ",\"{}\"", cell.replace('"', "\"\""))
        } else {
            write!(table, ",{cell}")
        };
    }
    table.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DataChoice;

    const ALL: Extent = Extent {
        at_most: usize::MAX,
        sheet: 4,
    };

    fn starter(count: usize) -> TrainConfig {
        TrainConfig {
            size: 32,
            starter_count: count,
            ..TrainConfig::default()
        }
    }

    #[test]
    fn what_is_written_reads_back_with_its_labels() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("faces");
        let written = write_pictures(&starter(64), &out, &Progress::default());
        assert_eq!(written, Ok(64));
        let again = write_pictures(&starter(64), &out, &Progress::default());
        assert!(again.unwrap_err().summary.contains("not empty"));

        std::fs::write(out.join("broken.png"), b"no").unwrap();
        std::fs::copy(out.join("000007.png"), out.join("again.png")).unwrap();
        let mut config = TrainConfig {
            data: DataChoice::Path(out),
            ..starter(64)
        };
        config.prepare.dedupe = true;
        let progress = Progress::default();
        let found = survey(&config, ALL, &progress).unwrap();
        assert_eq!((found.kind, found.pictures), ("folder", 66));
        assert_eq!((found.usable, found.skipped_count), (64, 2));
        let mut skipped: Vec<String> = found
            .skipped
            .iter()
            .map(|(name, why)| format!("{name}: {why}"))
            .collect();
        skipped.sort();
        let seven = [
            "000007.png: looks like again.png",
            "again.png: looks like 000007.png",
        ];
        assert!(
            skipped.iter().any(|line| seven.contains(&line.as_str())),
            "{skipped:?}"
        );
        assert!(
            skipped
                .iter()
                .any(|line| line.starts_with("broken.png: not a usable picture"))
        );
        assert_eq!(found.sizes, [((32, 32), 65)]);
        let drawn = survey(&starter(64), ALL, &progress).unwrap();
        let means = |survey: &Survey| -> Vec<(String, i64)> {
            let mean =
                |label: &LabelSummary| (label.name.clone(), (label.mean * 1e4).round() as i64);
            survey.labels.iter().map(mean).collect()
        };
        assert_eq!(means(&found), means(&drawn));
        assert_eq!(drawn.sheet.len(), 4);
        let few = &drawn.warnings[0].summary;
        assert!(
            few.starts_with("There are only 64 pictures: the network will learn"),
            "{few}"
        );
        assert_eq!(progress.share(), 1.0);
    }

    #[test]
    fn too_few_are_said_to_be_too_few_and_a_cancelled_look_ends() {
        let folder = tempfile::tempdir().unwrap();
        write_pictures(&starter(64), &folder.path().join("a"), &Progress::default()).unwrap();
        for number in 0..20 {
            std::fs::remove_file(folder.path().join(format!("a/{number:06}.png"))).unwrap();
        }
        let config = TrainConfig {
            data: DataChoice::Path(folder.path().to_owned()),
            ..starter(64)
        };
        let found = survey(&config, ALL, &Progress::default()).unwrap();
        let said: Vec<_> = found.warnings.iter().map(|w| w.summary.as_str()).collect();
        let few = "Only 44 of 44 files are usable pictures; training needs 64.";
        assert_eq!(
            said,
            [
                "Not there: 20 of the pictures that labels.csv names; the others are used.",
                few
            ]
        );
        let progress = Progress::default();
        progress.cancel();
        let stopped = survey(&config, ALL, &progress).unwrap_err();
        assert_eq!(stopped.summary, "Looking at the pictures was cancelled.");
    }
}
