//! A look at a source before training: what is in it, what cannot be used, and what the network
//! would see. Everything that is prepared for it is there when training begins.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::invert::no_picture;
use crate::config::TrainConfig;
use crate::data::{
    self, Choice, Duplicates, LabelSummary, Source, SourceError, TransformedSource, batches,
};
use crate::notice::Notice;
use crate::picture::Picture;
use crate::worker::device;
use crate::worker::job::{Job, Progress};
use crate::worker::loader::{LoadOutcome, Loader, LoaderPoll};
use crate::worker::picture_count;
use crate::worker::source_notices;
use crate::worker::waker::Waker;

/// Skipped files that are named.
const NAMED: usize = 1000;
/// How long one look waits, so that a cancelled scan ends.
const PATIENCE: Duration = Duration::from_millis(50);

/// What is in a source.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// What kind of source, in words.
    pub kind: &'static str,
    pub name: String,
    /// The terms under which the pictures may be used, in words.
    pub licence: String,
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
    /// Pictures that cannot be used; the first thousand.
    pub skipped: Vec<SkippedPicture>,
    /// All that cannot be used.
    pub skipped_count: usize,
    /// What was taken for the pictures and what was left out, where there was a choice.
    pub choice: Choice,
    /// What a person should know.
    pub warnings: Vec<Notice>,
    /// Some pictures by chance, exactly as the network will see them.
    pub sheet: Vec<Picture>,
    /// Which pictures of the source these are.
    pub shown: Vec<usize>,
    /// The source itself, to ask it for more.
    pub source: Option<OpenSource>,
    /// How long it took.
    pub seconds: f64,
}

/// A picture that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedPicture {
    /// Its name within the source.
    pub name: String,
    pub why: String,
    /// The file on disk that it is; `None` where it stands in an archive.
    pub file: Option<PathBuf>,
}

/// A source that stays open, to be asked for single pictures.
#[derive(Clone)]
pub struct OpenSource(Arc<TransformedSource>);

impl fmt::Debug for OpenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.source().name())
    }
}

/// A picture before it is prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginalPicture {
    pub index: usize,
    /// Its name within the source.
    pub name: String,
    /// Upright and opaque; smaller than it was found where that was large.
    pub picture: Picture,
    /// Pixels across and down as found.
    pub found: (u32, u32),
}

/// Longest side of a preview, in pixels.
const LONGEST: u32 = 640;

/// Reads a single picture for a preview, on a thread of its own.
pub fn read_original(path: PathBuf, waker: Waker) -> Job<OriginalPicture> {
    Job::spawn("original", waker, move |_| original_of(&path))
}

/// Reads a single picture for a preview, on this thread.
pub(super) fn original_of(path: &Path) -> Result<OriginalPicture, Notice> {
    let read = crate::data::read_original(path, LONGEST);
    let (picture, found) = read.map_err(|error| no_picture(path, &error))?;
    Ok(OriginalPicture {
        index: 0,
        name: path.display().to_string(),
        picture,
        found,
    })
}

impl OpenSource {
    /// Reads picture `index` as it was before it was prepared, for a preview.
    pub fn original(&self, index: usize, waker: Waker) -> Job<OriginalPicture> {
        let prepared = Arc::clone(&self.0);
        Job::spawn("original", waker, move |_| {
            let (picture, found) = prepared.original(index, LONGEST).map_err(|error| {
                Notice::from_error("The picture cannot be shown. Choose another.", &error)
            })?;
            Ok(OriginalPicture {
                index,
                name: prepared.source().item_name(index),
                picture,
                found,
            })
        })
    }
}

/// How much of a source to look at.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Pictures to look at; the others are only counted.
    pub at_most: usize,
    /// Pictures on the sheet.
    pub sheet: usize,
}

/// Looks at the source that `config` names, on all cores. A look at all pictures keeps them for
/// training; one at a few of them keeps nothing.
///
/// # Errors
/// Where the source cannot be used at all, and where the work was cancelled.
pub fn scan(config: &TrainConfig, extent: Extent, progress: &Progress) -> Result<Scan, Notice> {
    let begin = Instant::now();
    let source = open(config, progress)?;
    let prepared = Arc::new(if source.len() <= extent.at_most {
        TransformedSource::new(source, config)
    } else {
        TransformedSource::peek(source, config)
    });
    let source = prepared.source();
    let mut scan = Scan::new(source);
    // The order of training: what is looked at first is what it will want first.
    let mut order = batches::loading_order(source.len(), config.seed);
    order.truncate(extent.at_most);
    scan.looked_at = order.len();
    let mut sheet = prepared.dataset();
    let mut sizes = BTreeMap::<(u32, u32), usize>::new();
    let mut duplicates = Duplicates::default();
    visit(&prepared, order, config, progress, |loaded| {
        match loaded {
            LoadOutcome::Skipped { index, name, why } => {
                let file = index.and_then(|index| source.file(index));
                scan.skip(SkippedPicture { name, why, file });
            }
            LoadOutcome::Picture(mut ready) => {
                *sizes.entry(ready.found).or_default() += 1;
                scan.kept += usize::from(ready.kept);
                let look = ready.look.take();
                match look.and_then(|look| duplicates.take(*look, ready.index)) {
                    Some(earlier) => scan.skip(SkippedPicture {
                        name: source.item_name(ready.index),
                        why: format!("looks like {}", source.item_name(earlier)),
                        file: source.file(ready.index),
                    }),
                    None if sheet.len() < extent.sheet => {
                        scan.shown.push(ready.index);
                        sheet.take(ready);
                    }
                    None => {}
                }
            }
        }
        Ok(())
    })?;
    scan.usable = scan.looked_at - scan.skipped_count;
    scan.sheet = (0..sheet.len()).filter_map(|i| sheet.picture(i)).collect();
    scan.source = Some(OpenSource(Arc::new(prepared.without_file())));
    scan.sizes = sizes.into_iter().collect();
    scan.sizes
        .sort_by_key(|(size, count)| (std::cmp::Reverse(*count), *size));
    scan.warn();
    scan.seconds = begin.elapsed().as_secs_f64();
    Ok(scan)
}

impl Scan {
    /// What is known before any picture is looked at.
    fn new(source: &dyn Source) -> Self {
        Self {
            kind: source.kind(),
            name: source.name(),
            licence: source.licence(),
            pictures: source.len(),
            labels: source.labels().map(|l| l.summaries()).unwrap_or_default(),
            choice: source.choice(),
            warnings: source.warnings(),
            ..Self::default()
        }
    }

    fn skip(&mut self, skipped: SkippedPicture) {
        self.skipped_count += 1;
        if self.skipped.len() < NAMED {
            self.skipped.push(skipped);
        }
    }

    /// Why training could not use these pictures, as far as that is known: the fewest that it needs
    /// are not there.
    pub fn refusal(&self) -> Option<String> {
        let most = self.pictures.saturating_sub(self.skipped_count);
        picture_count::too_few(most, self.pictures)
    }

    /// Whether every picture was looked at.
    pub fn is_whole(&self) -> bool {
        self.looked_at == self.pictures
    }

    /// What training would say about so many pictures.
    fn warn(&mut self) {
        if !self.is_whole() {
            return;
        }
        let text = self.refusal().or_else(|| picture_count::few(self.usable));
        self.warnings.extend(text.map(Notice::warning));
    }
}

/// Opens the source that `config` names.
pub(in crate::worker) fn open(
    config: &TrainConfig,
    progress: &Progress,
) -> Result<Box<dyn Source>, Notice> {
    config
        .validate()
        .map_err(|error| Notice::error(format!("A setting cannot work: {error}.")))?;
    let source = data::open_while(config, &|| !progress.is_cancelled());
    source.map_err(|error| match error {
        SourceError::Cancelled => cancelled(),
        error => source_notices::unusable(&error),
    })
}

fn cancelled() -> Notice {
    Notice::info("Looking at the pictures was cancelled.")
}

/// Prepares the pictures of `order` on all cores and shows them to `each`, in that order.
pub(in crate::worker) fn visit(
    prepared: &Arc<TransformedSource>,
    order: Vec<usize>,
    config: &TrainConfig,
    progress: &Progress,
    mut each: impl FnMut(LoadOutcome) -> Result<(), Notice>,
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
            LoaderPoll::Loaded(loaded) => {
                each(loaded)?;
                done += 1;
                progress.set(done as f32 / total as f32);
            }
            LoaderPoll::NotYet => {}
            LoaderPoll::Complete => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::write_pictures::write_pictures;
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
        let found = scan(&config, ALL, &progress).unwrap();
        assert_eq!((found.kind, found.pictures), ("folder", 66));
        assert_eq!((found.usable, found.skipped_count), (64, 2));
        let mut skipped: Vec<String> = found
            .skipped
            .iter()
            .map(|skipped| format!("{}: {}", skipped.name, skipped.why))
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
        let broken = found.skipped.iter().find(|s| s.name == "broken.png");
        assert!(broken.unwrap().file.as_ref().unwrap().is_file());
        let drawn = scan(&starter(64), ALL, &progress).unwrap();
        let means = |scan: &Scan| -> Vec<(String, i64)> {
            let mean =
                |label: &LabelSummary| (label.name.clone(), (label.mean * 1e4).round() as i64);
            scan.labels.iter().map(mean).collect()
        };
        assert_eq!(means(&found), means(&drawn));
        assert_eq!((drawn.sheet.len(), drawn.shown.len()), (4, 4));
        assert!(drawn.is_whole());
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
        let found = scan(&config, ALL, &Progress::default()).unwrap();
        let said: Vec<_> = found.warnings.iter().map(|w| w.summary.as_str()).collect();
        let few = "44 usable pictures in 44 files; training needs at least 64. Add more.";
        assert_eq!(
            said,
            [
                "Not there: 20 of the pictures that a/labels.csv names; the others are used.",
                few
            ]
        );
        let progress = Progress::default();
        progress.cancel();
        let stopped = scan(&config, ALL, &progress).unwrap_err();
        assert_eq!(stopped.summary, "Looking at the pictures was cancelled.");
    }

    #[test]
    fn a_look_at_a_few_shows_them_and_can_be_asked_for_originals() {
        let few = Extent {
            at_most: 9,
            sheet: 5,
        };
        let found = scan(&starter(2000), few, &Progress::default()).unwrap();
        assert_eq!((found.pictures, found.looked_at), (2000, 9));
        assert!(!found.is_whole() && found.warnings.is_empty());
        let opened = found.source.unwrap();
        let job = opened.original(found.shown[2], Waker::none());
        let begun = Instant::now();
        let original = loop {
            if let Some(result) = job.poll() {
                break result.unwrap();
            }
            assert!(begun.elapsed() < Duration::from_secs(60));
            std::thread::sleep(Duration::from_millis(5));
        };
        assert_eq!(
            (original.index, original.found),
            (found.shown[2], (256, 256))
        );
        assert_eq!(original.name, format!("starter face {}", found.shown[2]));
    }
}
