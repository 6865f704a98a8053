//! The look at the pictures that the settings name: on its way, or what it found.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui::Context;

use crate::config::{DataChoice, TrainConfig};
use crate::notice::Notice;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::scan::{self, Extent, Scan};

/// Pictures on the contact sheet.
const SHEET: usize = 144;
/// Pictures that are looked at before a person asks for all: files are read faster than faces are
/// drawn.
const FEW_FILES: usize = 512;
const FEW_FACES: usize = SHEET;
/// Settings that have not changed for so long are looked into: nobody types or drags any more.
const CALM: Duration = Duration::from_millis(250);
/// Between two looks at the progress.
const GLANCE: Duration = Duration::from_millis(100);

/// What is known about the pictures, each with the settings that it is about.
#[derive(Default)]
pub struct ScanState {
    job: Option<(TrainConfig, Job<Scan>)>,
    found: Option<(TrainConfig, Scan)>,
    failed: Option<(TrainConfig, Notice)>,
    /// Settings that wait for calm, and since when.
    waiting: Option<(TrainConfig, Instant)>,
}

/// Something that `ScanState` found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanOutcome {
    /// There are pictures to show.
    Found,
    Failed,
}

impl ScanState {
    /// Takes in what was found, and looks again when the settings have changed.
    pub fn follow(&mut self, config: &TrainConfig, ctx: &Context) -> Option<ScanOutcome> {
        let news = self.take();
        if self.is_about(config) || is_empty(config) {
            self.waiting = None;
        } else {
            self.wait(config, ctx);
        }
        if self.job.is_some() {
            ctx.request_repaint_after(GLANCE);
        }
        news
    }

    fn take(&mut self) -> Option<ScanOutcome> {
        let (_, job) = self.job.as_ref()?;
        let result = job.poll()?;
        let cancelled = job.is_cancelled();
        let (config, _) = self.job.take()?;
        match result {
            Ok(scan) => {
                self.found = Some((config, scan));
                self.failed = None;
                Some(ScanOutcome::Found)
            }
            // The person knows: they pressed Cancel. What a shorter look found stays.
            Err(_) if cancelled && self.found(&config).is_some() => None,
            Err(notice) => {
                self.found = None;
                self.failed = Some((config, notice));
                Some(ScanOutcome::Failed)
            }
        }
    }

    fn wait(&mut self, config: &TrainConfig, ctx: &Context) {
        // What is still being looked at is wanted no more.
        self.job = None;
        let same = |(waiting, _): &(TrainConfig, Instant)| is_same(waiting, config);
        let held = ctx.input(|input| input.pointer.any_down());
        if held || !self.waiting.as_ref().is_some_and(same) {
            self.waiting = Some((config.clone(), Instant::now()));
        }
        let calm = self.waiting.as_ref().map(|(_, since)| since.elapsed());
        match calm {
            Some(calm) if calm >= CALM => self.look(config, false, ctx),
            _ => ctx.request_repaint_after(CALM),
        }
    }

    /// Looks at all pictures, or only at some.
    pub fn look(&mut self, config: &TrainConfig, all: bool, ctx: &Context) {
        let few = match config.data {
            DataChoice::Starter => FEW_FACES,
            DataChoice::Path(_) => FEW_FILES,
        };
        let extent = Extent {
            at_most: if all { usize::MAX } else { few },
            sheet: SHEET,
        };
        let wanted = config.clone();
        let look = Job::spawn("look", waker(ctx), move |progress| {
            scan::scan(&wanted, extent, progress)
        });
        self.job = Some((config.clone(), look));
        self.failed = None;
        self.waiting = None;
    }

    /// Asks the look that is under way to end.
    pub fn cancel(&self) {
        if let Some((_, job)) = &self.job {
            job.cancel();
        }
    }

    /// Gives up the look that is under way; what a shorter one found stays.
    pub fn rest(&mut self) {
        self.job = None;
    }

    /// How much has been looked at, while it is being done.
    pub fn share(&self) -> Option<f32> {
        self.job.as_ref().map(|(_, job)| job.share())
    }

    /// Whether the look was asked to end and has not ended yet.
    pub fn is_cancelled(&self) -> bool {
        self.job.as_ref().is_some_and(|(_, job)| job.is_cancelled())
    }

    /// What the last look at this source found, whatever the other settings were.
    pub fn last(&self, config: &TrainConfig) -> Option<&Scan> {
        let (about, scan) = self.found.as_ref()?;
        (about.data == config.data).then_some(scan)
    }

    /// What was found with just these settings.
    pub fn found(&self, config: &TrainConfig) -> Option<&Scan> {
        let (about, scan) = self.found.as_ref()?;
        is_same(about, config).then_some(scan)
    }

    /// Why there is nothing to see with these settings.
    pub fn failure(&self, config: &TrainConfig) -> Option<&Notice> {
        let (about, notice) = self.failed.as_ref()?;
        is_same(about, config).then_some(notice)
    }

    /// Whether these settings were looked into, or are being.
    fn is_about(&self, config: &TrainConfig) -> bool {
        let job = self.job.as_ref();
        job.is_some_and(|(about, _)| is_same(about, config))
            || self.found(config).is_some()
            || self.failure(config).is_some()
    }
}

/// Whether both settings give the same pictures.
fn is_same(a: &TrainConfig, b: &TrainConfig) -> bool {
    let (p, q) = (&a.prepare, &b.prepare);
    let drawn = a.data != DataChoice::Starter
        || (a.starter_count, a.starter_edition) == (b.starter_count, b.starter_edition);
    a.data == b.data
        && drawn
        && (a.size, a.channels, a.seed) == (b.size, b.channels, b.seed)
        && (p.crop, p.background, p.dedupe, p.folder_labels)
            == (q.crop, q.background, q.dedupe, q.folder_labels)
}

/// Whether no path was given yet.
fn is_empty(config: &TrainConfig) -> bool {
    matches!(&config.data, DataChoice::Path(path) if path.as_os_str().is_empty())
}

/// The sources used last, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent(Vec<PathBuf>);

impl Recent {
    /// How many are remembered.
    const MOST: usize = 5;

    /// Puts `path` in front.
    pub fn remember(&mut self, path: &Path) {
        self.0.retain(|known| known != path);
        self.0.insert(0, path.to_owned());
        self.0.truncate(Self::MOST);
    }

    /// Forgets `path`.
    pub fn forget(&mut self, path: &Path) {
        self.0.retain(|known| known != path);
    }

    pub fn paths(&self) -> &[PathBuf] {
        &self.0
    }

    /// As one text to be stored; paths that are no text are left out.
    pub fn to_text(&self) -> String {
        let lines: Vec<&str> = self.0.iter().filter_map(|path| path.to_str()).collect();
        lines.join("\n")
    }

    /// From such a text.
    pub fn from_text(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.is_empty());
        Self(lines.take(Self::MOST).map(PathBuf::from).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_sources_are_remembered() {
        let mut recent = Recent::default();
        for name in ["a", "b", "c", "a", "d", "e", "f"] {
            recent.remember(Path::new(name));
        }
        let names = |recent: &Recent| recent.to_text().replace('\n', " ");
        assert_eq!(names(&recent), "f e d a c");
        assert_eq!(Recent::from_text(&recent.to_text()), recent);
        recent.forget(Path::new("d"));
        assert_eq!(names(&recent), "f e a c");
    }

    #[test]
    fn mirroring_and_the_batch_change_no_picture() {
        let config = TrainConfig::default();
        let mut other = config.clone();
        other.prepare.mirror = true;
        other.batch = 7;
        assert!(is_same(&config, &other));
        other.channels = 1;
        assert!(!is_same(&config, &other));
    }
}
