//! Films: frames from whatever draws them, laid out, into a file of any format.
//!
//! One thread draws and lays out, the other encodes; a few frames wait between them.

mod place;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::{Path, PathBuf};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::export::ending;
use crate::export::film::{self, Film, FilmEncoder, FilmError, FilmFormat, FilmSettings, Palette};
use crate::export::layout::{FrameLayout, FrameStyle};
use crate::notice::Notice;
use crate::picture::Picture;
use crate::worker::job::{Job, Progress};
use crate::worker::waker::Waker;
use place::ClaimedPlace;

/// Pictures that are drawn at once, but at least one frame of them.
const BATCH: usize = 64;
/// Frames that are drawn at once, at most.
const MOST_AT_ONCE: usize = 16;
/// Frames that wait to be encoded.
const QUEUE: usize = 4;
/// Frames that follow each other, for an estimate.
const CONSECUTIVE: usize = 4;
/// Frames from all over the film, for its palette.
const SPREAD: usize = 24;

/// What the frames of a film come from. A few are asked for beforehand, then all in their order.
pub trait FrameSource: Send {
    /// How many there are.
    fn frames(&self) -> usize;

    /// Pictures side by side in each of them.
    fn tiles(&self) -> usize {
        1
    }

    /// Width and height of each picture.
    fn tile_size(&self) -> (usize, usize);

    /// Whether frames have a line of text.
    fn has_captions(&self) -> bool {
        false
    }

    /// Draws the frames of a range.
    ///
    /// # Errors
    /// What a person needs to know where they cannot be drawn.
    fn draw(&mut self, range: Range<usize>) -> Result<Vec<Frame>, Notice>;

    /// Whether frames have a strip below, of curves say.
    fn has_strip(&self) -> bool {
        false
    }

    /// Draws the strip of a frame, of this width and height.
    fn strip(&mut self, _frame: usize, _size: (usize, usize)) -> Option<Picture> {
        None
    }
}

/// A frame before it is laid out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// [`FrameSource::tiles`] of them.
    pub tiles: Vec<Picture>,
    pub caption: String,
}

/// How a film is written.
#[derive(Clone)]
pub struct FilmPlan {
    pub format: &'static dyn FilmFormat,
    pub settings: FilmSettings,
    pub style: FrameStyle,
    pub out: PathBuf,
}

impl FilmPlan {
    /// Width and height of its frames in pixels.
    pub fn size(&self, source: &dyn FrameSource) -> (usize, usize) {
        self.layout(source).size()
    }

    fn layout(&self, source: &dyn FrameSource) -> FrameLayout {
        FrameLayout {
            style: self.style.clone(),
            tiles: source.tiles(),
            tile: source.tile_size(),
            has_caption: source.has_captions(),
            has_strip: source.has_strip(),
        }
    }

    /// The film of `source`, or why there can be none.
    fn film(&self, source: &dyn FrameSource) -> Result<(FrameLayout, Film), Notice> {
        let layout = self.layout(source);
        layout
            .check()
            .map_err(|error| Notice::error(error.to_string()))?;
        let (width, height) = layout.size();
        let film = Film {
            width,
            height,
            frames: source.frames(),
            settings: self.settings.clone(),
            sample: Vec::new(),
        };
        film::check(self.format, &film).map_err(|error| told(error, &self.out))?;
        Ok((layout, film))
    }

    /// Whether the name of the file promises the format.
    ///
    /// # Errors
    /// Where it does not: what to do instead.
    pub fn check_name(&self) -> Result<(), Notice> {
        if self.format.is_folder() || self.format.takes(&self.out) {
            return Ok(());
        }
        ending::check(&self.out, self.format.kind())
    }
}

/// Writes a film; gives its path. Without `replace` it takes the next free name where something is already.
pub fn export_film(
    source: Box<dyn FrameSource>,
    plan: FilmPlan,
    replace: bool,
    waker: Waker,
) -> Job<PathBuf> {
    export_opened(move |_| Ok(source), plan, replace, waker)
}

/// As [`export_film`], of frames whose source has to be opened first; that may change the plan.
pub fn export_opened(
    open: impl FnOnce(&mut FilmPlan) -> Result<Box<dyn FrameSource>, Notice> + Send + 'static,
    mut plan: FilmPlan,
    replace: bool,
    waker: Waker,
) -> Job<PathBuf> {
    Job::spawn("export", waker, move |progress| {
        let mut source = open(&mut plan)?;
        plan.check_name()?;
        let claimed = ClaimedPlace::new(plan.out, replace, plan.format.is_folder())?;
        plan.out = claimed.path().to_owned();
        write_film(&mut *source, &plan, progress)?;
        Ok(plan.out)
    })
}

/// About how many bytes a film will take, from some of its frames.
pub fn estimate_film(mut source: Box<dyn FrameSource>, plan: FilmPlan, waker: Waker) -> Job<u64> {
    Job::spawn("estimate", waker, move |progress| {
        let (layout, mut film) = plan.film(&*source)?;
        film.sample = spread(&mut *source, &plan)?;
        let first = film.frames.saturating_sub(CONSECUTIVE) / 2;
        let range = first..film.frames.min(first + CONSECUTIVE);
        let mut pictures = Vec::new();
        for picture in draw_range(&mut *source, &layout, range)? {
            if progress.is_cancelled() {
                return Err(Notice::info("The estimate is not needed any more."));
            }
            pictures.push(picture?);
        }
        film::estimate(plan.format, &film, &pictures).map_err(|error| told(error, &plan.out))
    })
}

/// Writes a film on this thread, with another that draws.
///
/// # Errors
/// Where the plan cannot be kept, a frame cannot be drawn, the disk fails, or `progress` is cancelled; then nothing
/// is written.
pub fn write_film(
    source: &mut dyn FrameSource,
    plan: &FilmPlan,
    progress: &Progress,
) -> Result<(), Notice> {
    plan.check_name()?;
    let (layout, mut film) = plan.film(source)?;
    film.sample = spread(source, plan)?;
    std::thread::scope(|scope| {
        let (sender, frames) = bounded(QUEUE);
        scope.spawn(|| draw_all(source, &layout, sender));
        let written = film::write(plan.format, &plan.out, &film, |encoder| {
            encode_all(encoder, &frames, film.frames, progress)
        });
        // Whoever draws would wait for a place in it.
        drop(frames);
        written.map_err(|error| told(error, &plan.out))
    })
}

/// Draws frame by frame until all are taken, one fails, or nobody takes them.
fn draw_all(
    source: &mut dyn FrameSource,
    layout: &FrameLayout,
    sender: Sender<Result<Picture, Notice>>,
) {
    let count = source.frames();
    let batch = (BATCH / source.tiles().max(1)).clamp(1, MOST_AT_ONCE);
    for first in (0..count).step_by(batch) {
        let drawn = match draw_range(source, layout, first..count.min(first + batch)) {
            Ok(drawn) => drawn,
            Err(notice) => return drop(sender.send(Err(notice))),
        };
        for picture in drawn {
            let is_last = picture.is_err();
            if sender.send(picture).is_err() || is_last {
                return;
            }
        }
    }
}

/// Draws the frames of a range, and lays out one after another: large ones of a whole batch would take much memory.
fn draw_range<'a>(
    source: &'a mut dyn FrameSource,
    layout: &'a FrameLayout,
    range: Range<usize>,
) -> Result<impl Iterator<Item = Result<Picture, Notice>> + 'a, Notice> {
    let frames = source.draw(range.clone())?;
    Ok(range.zip(frames).map(move |(index, frame)| {
        let strip = layout
            .strip_size()
            .and_then(|size| source.strip(index, size));
        let drawn = layout.draw(&frame.tiles, strip.as_ref(), &frame.caption);
        drawn.map_err(|error| Notice::error(error.to_string()))
    }))
}

fn encode_all(
    encoder: &mut dyn FilmEncoder,
    frames: &Receiver<Result<Picture, Notice>>,
    count: usize,
    progress: &Progress,
) -> Result<(), FilmError> {
    for (index, frame) in frames.iter().enumerate() {
        if progress.is_cancelled() {
            let text = "The export was cancelled; no file was written.";
            return Err(FilmError::Source(Notice::info(text)));
        }
        encoder.push(&frame.map_err(FilmError::Source)?)?;
        progress.set((index + 1) as f32 / count as f32);
    }
    Ok(())
}

/// Frames from all over the film, unscaled, where its palette is made from them.
fn spread(source: &mut dyn FrameSource, plan: &FilmPlan) -> Result<Vec<Picture>, Notice> {
    let asks = plan.format.options().contains(&film::FilmOption::Palette);
    if !asks || plan.settings.palette != Palette::Film {
        return Ok(Vec::new());
    }
    let mut layout = plan.layout(source);
    layout.style.scale = 1;
    let (frames, mut sample) = (source.frames(), Vec::new());
    let count = frames.min(SPREAD);
    for index in 0..count {
        // In the middle of each of as many parts.
        let place = (2 * index + 1) * frames / (2 * count);
        for picture in draw_range(source, &layout, place..place + 1)? {
            sample.push(picture?);
        }
    }
    Ok(sample)
}

/// What a person needs to know.
fn told(error: FilmError, path: &Path) -> Notice {
    match error {
        FilmError::Source(notice) => notice,
        error @ (FilmError::Limit(_) | FilmError::Empty) => Notice::error(error.to_string()),
        error => {
            let text = "The film was not written. Check the folder and its free space.";
            Notice::from_error(text, &error).at(path)
        }
    }
}
