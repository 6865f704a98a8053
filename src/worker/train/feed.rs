//! The training pictures: those that are there, those on their way, and whose turn it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use candle_core::{Device, Tensor};

use super::link::{Disconnected, Link};
use super::{Event, LoadProgress};
use crate::config::TrainConfig;
use crate::data::batches::{self, Batches};
use crate::data::{BatchPosition, Dataset, Duplicates, LoadedPicture, TransformedSource};
use crate::notice::Notice;
use crate::worker::loader::{LoadOutcome, Loader, LoaderPoll};
use crate::worker::picture_count::{self, FEWEST};

/// Broken pictures that are named.
const NAMED: usize = 20;
/// Batches that are taken in before their turn.
const AHEAD: usize = 4;
/// Progress is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// How long one look waits, so that commands are obeyed meanwhile.
const PATIENCE: Duration = Duration::from_millis(20);

/// What the next step can have.
pub(super) enum Supply {
    /// Numbers of its pictures.
    Batch(Vec<usize>),
    /// The pictures are still on their way.
    NotYet,
    /// They will never be enough.
    TooFew(Notice),
    /// The epochs that were asked for are over.
    Finished,
}

pub(super) struct Feed {
    prepared: Arc<TransformedSource>,
    data: Dataset,
    duplicates: Duplicates,
    batches: Batches,
    batch: usize,
    /// Epochs after which it is over.
    epochs: Option<u64>,
    /// Decides which pictures are mirrored, where any are.
    mirror: Option<u64>,
    total: usize,
    loader: Option<Loader>,
    skipped: Vec<String>,
    skipped_count: usize,
    told: Option<Instant>,
    /// Whether pictures were lost from the cache.
    restored: bool,
}

/// Why there is no tensor.
pub(super) enum FeedError {
    Disconnected(Disconnected),
    Device(candle_core::Error),
    /// The pictures cannot be read any more.
    Feed(Notice),
}

impl From<Disconnected> for FeedError {
    fn from(gone: Disconnected) -> Self {
        Self::Disconnected(gone)
    }
}

impl Feed {
    /// `total` pictures of `prepared` will come from `loader`; their turns go on from `place`.
    pub fn new(
        prepared: Arc<TransformedSource>,
        total: usize,
        loader: Loader,
        config: &TrainConfig,
        place: Option<BatchPosition>,
    ) -> Self {
        let batches = match place {
            Some(place) => Batches::at(config.batch, place),
            None => Batches::new(config.batch, config.seed),
        };
        Self {
            data: prepared.dataset(),
            duplicates: Duplicates::default(),
            batches,
            batch: config.batch,
            epochs: config.epochs,
            mirror: config.prepare.mirror.then_some(config.seed),
            total,
            prepared,
            loader: Some(loader),
            skipped: Vec::new(),
            skipped_count: 0,
            told: None,
            restored: false,
        }
    }

    /// How far the turns are.
    pub fn place(&self) -> &BatchPosition {
        self.batches.place()
    }

    /// Goes back to an earlier turn.
    pub fn go_to(&mut self, place: BatchPosition) {
        self.batches = Batches::at(self.batch, place);
    }

    /// How many are there.
    pub fn usable(&self) -> usize {
        self.data.len()
    }

    /// Holds the loader or lets it go on.
    pub fn set_paused(&self, paused: bool) {
        if let Some(loader) = &self.loader {
            loader.set_paused(paused);
        }
    }

    /// Feed `chosen` as [b, size, size, channels] in −1..1. Those that somebody else spoiled in
    /// the cache are prepared again, which is told once.
    pub fn tensor(
        &mut self,
        chosen: &[usize],
        device: &Device,
        link: &Link,
    ) -> Result<Tensor, FeedError> {
        let failed = match self.read(chosen, device) {
            Ok(tensor) => return Ok(tensor),
            Err(error) => error,
        };
        match self.prepared.restore(&mut self.data, chosen) {
            Ok(0) => Err(FeedError::Device(failed)),
            Ok(_) => {
                if !std::mem::replace(&mut self.restored, true) {
                    let text = "The prepared pictures in the cache were changed or removed by another \
                                program; they are prepared again, and training goes on with the same \
                                pictures.";
                    link.send(Event::Notice(Notice::warning(text)))?;
                }
                self.read(chosen, device).map_err(FeedError::Device)
            }
            Err(error) => {
                let text = "The prepared pictures in the cache were changed or removed by another \
                            program, and cannot be read from the data again. Check the data, then \
                            resume the run.";
                Err(FeedError::Feed(Notice::from_error(text, &error)))
            }
        }
    }

    fn read(&self, chosen: &[usize], device: &Device) -> candle_core::Result<Tensor> {
        let epoch = self.batches.epoch();
        let mirrored = |index| {
            self.mirror
                .is_some_and(|seed| batches::coin(seed, epoch, index))
        };
        batches::to_tensor(&self.data, chosen, mirrored, device)
    }

    /// Takes in what was loaded and gives the next batch.
    pub fn next(&mut self, link: &Link) -> Result<Supply, Disconnected> {
        self.take_in(Duration::ZERO, link)?;
        if self.is_finished() {
            return Ok(Supply::Finished);
        }
        if let Some(chosen) = self.choose() {
            return Ok(Supply::Batch(chosen));
        }
        if self.loader.is_some() {
            self.take_in(PATIENCE, link)?;
            return Ok(Supply::NotYet);
        }
        Ok(Supply::TooFew(self.too_few()))
    }

    fn is_finished(&self) -> bool {
        let complete = self.loader.is_none();
        let over = self.batches.epoch_is_over(self.data.len(), complete);
        let enough = self.data.len() >= FEWEST.max(self.batch);
        let epoch = self.batches.epoch() + 1;
        over && enough && self.epochs.is_some_and(|epochs| epoch >= epochs)
    }

    fn choose(&mut self) -> Option<Vec<usize>> {
        // No step is done before it is known that there are enough of them.
        if self.data.len() < FEWEST {
            return None;
        }
        let complete = self.loader.is_none();
        self.batches.next(self.data.len(), complete)
    }

    /// Takes no more than the next steps need: while the first epoch runs, a loader that is held up
    /// leaves the cores to training.
    fn take_in(&mut self, mut patience: Duration, link: &Link) -> Result<(), Disconnected> {
        while let Some(loader) = self.loader.as_ref().filter(|_| self.wants_more()) {
            match loader.next(patience) {
                LoaderPoll::Loaded(LoadOutcome::Picture(ready)) => self.take(ready),
                LoaderPoll::Loaded(LoadOutcome::Skipped { name, why, .. }) => {
                    self.skip(&name, &why)
                }
                LoaderPoll::NotYet => break,
                LoaderPoll::Complete => {
                    self.loader = None;
                    self.tell(link)?;
                    return self.warn(link);
                }
            }
            patience = Duration::ZERO;
            if self.told.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
                self.tell(link)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, mut ready: LoadedPicture) {
        let look = ready.look.take();
        let earlier = look.and_then(|look| self.duplicates.take(*look, ready.index));
        match earlier {
            Some(earlier) => {
                let name = |index| self.prepared.source().item_name(index);
                let (name, why) = (name(ready.index), format!("looks like {}", name(earlier)));
                self.skip(&name, &why);
            }
            None => self.data.take(ready),
        }
    }

    fn wants_more(&self) -> bool {
        self.data.len() < FEWEST.max(self.batches.upcoming() + AHEAD * self.batch)
    }

    fn skip(&mut self, name: &str, why: &str) {
        self.skipped_count += 1;
        if self.skipped.len() < NAMED {
            self.skipped.push(format!("{name}: {why}"));
        }
    }

    fn tell(&mut self, link: &Link) -> Result<(), Disconnected> {
        self.told = Some(Instant::now());
        link.send(Event::Preparing(LoadProgress {
            ready: self.data.len(),
            skipped: self.skipped_count,
            total: self.total,
        }))
    }

    fn warn(&self, link: &Link) -> Result<(), Disconnected> {
        if self.skipped_count > 0 {
            let text = format!(
                "{} of {} files could not be used and are left out.",
                self.skipped_count, self.total
            );
            let details = self.named_skipped();
            link.send(Event::Notice(Notice::warning(text).with_details(details)))?;
        }
        if let Some(text) = picture_count::few(self.data.len()) {
            link.send(Event::Notice(Notice::warning(text)))?;
        }
        Ok(())
    }

    fn named_skipped(&self) -> String {
        let mut lines = self.skipped.clone();
        let more = self.skipped_count - lines.len();
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        lines.join("\n")
    }

    fn too_few(&self) -> Notice {
        let text = too_few((self.data.len(), self.total), self.batch)
            .unwrap_or_else(|| "There are no more pictures.".into());
        Notice::error(text).with_details(self.named_skipped())
    }
}

/// Why so many `usable` pictures of so many files are too few for batches of `batch`; `None` where they are not.
pub(super) fn too_few((usable, files): (usize, usize), batch: usize) -> Option<String> {
    picture_count::too_few(usable, files).or_else(|| {
        (usable < batch).then(|| {
            format!(
                "A batch of {batch} needs as many pictures; there are {usable}. Lower the batch."
            )
        })
    })
}
