//! Searches in the latent space as jobs that show where they are: a picture's nearest face, and faces
//! that take up a stroke of paint.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::config::TransformConfig;
use crate::data::{SourceError, Transform, read_picture};
use crate::gan::Snapshot;
use crate::gan::invert::{Inversion, InvertSettings};
use crate::gan::paint::{Paint, Painting};
use crate::latent::Latent;
use crate::notice::Notice;
use crate::picture::Picture;
use crate::worker::job::{Job, Progress};
use crate::worker::latest::Latest;
use crate::worker::waker::Waker;

/// A picture to look for.
#[derive(Clone, Debug)]
pub struct InvertPlan {
    /// Square, of the size that the model draws.
    pub target: Picture,
    /// What is near, and where to begin.
    pub settings: InvertSettings,
    /// When to end at the latest.
    pub seconds: f64,
    /// Goes on from this face, found before.
    pub from: Option<Latent>,
}

/// The nearest face that a search has found so far.
#[derive(Clone, Debug, PartialEq)]
pub struct NearestFace {
    pub latent: Latent,
    pub picture: Picture,
    /// How near it is: peak signal-to-noise ratio in dB; 35 can hardly be told apart.
    pub psnr: f64,
    /// How far D's features are, as a share of the distance of random faces; `None` where they do not
    /// count.
    pub features: Option<f64>,
    pub steps: usize,
    /// Since the search began.
    pub seconds: f64,
}

/// Faces that take up a stroke, those that follow it best first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Candidates {
    pub latents: Vec<Latent>,
    pub pictures: Vec<Picture>,
}

/// A running search: its job, and what it sees on the way.
#[derive(Debug)]
pub struct Search<T> {
    job: Job<T>,
    seen: Arc<Latest<T>>,
}

impl<T: Send + 'static> Search<T> {
    /// The newest result, once.
    pub fn seen(&self) -> Option<T> {
        self.seen.take()
    }

    /// The result, once, when it is there.
    pub fn poll(&self) -> Option<Result<T, Notice>> {
        self.job.poll()
    }

    /// How much is done, 0..1.
    pub fn share(&self) -> f32 {
        self.job.share()
    }

    /// Ends it: the result is the best so far.
    pub fn stop(&self) {
        self.job.cancel();
    }
}

/// Looks for a picture's nearest face on a thread of its own; `waker` wakes for each nearer one.
pub fn start_inversion(
    model: Arc<Snapshot>,
    plan: InvertPlan,
    waker: Waker,
) -> Search<NearestFace> {
    let seen = Arc::new(Latest::default());
    let (slot, ring) = (Arc::clone(&seen), waker.clone());
    let job = Job::spawn("inversion", waker, move |progress| {
        invert(&model, &plan, progress, &mut |nearest| {
            slot.put(nearest.clone());
            ring.wake();
        })
    });
    Search { job, seen }
}

/// Looks for a picture's nearest face on this thread and shows `see` each nearer one. A cancelled
/// search gives the nearest so far.
///
/// # Errors
/// Where the device fails or the target has another size.
pub fn invert(
    model: &Snapshot,
    plan: &InvertPlan,
    progress: &Progress,
    see: &mut dyn FnMut(&NearestFace),
) -> Result<NearestFace, Notice> {
    let begin = Instant::now();
    let failed = |error: candle_core::Error| {
        Notice::from_error("The search for the face failed. Try again.", &error)
    };
    fits(model, &plan.target)?;
    let mut search = Inversion::new(model, &plan.target, plan.settings).map_err(failed)?;
    if let Some(latent) = &plan.from {
        search.start_from(latent.clone());
    }
    let mut last: Option<NearestFace> = None;
    loop {
        let more = search.advance().map_err(failed)?;
        let seconds = begin.elapsed().as_secs_f64();
        progress.set((seconds / plan.seconds.max(1e-3)).min(1.0) as f32);
        let best = search.best();
        let nearer =
            best.filter(|best| last.as_ref().is_none_or(|last| last.latent != best.latent));
        if let Some(best) = nearer {
            let latents = std::slice::from_ref(&best.latent);
            let picture = model.draw(latents).map_err(failed)?.remove(0); // one a latent
            let nearest = last.insert(NearestFace {
                latent: best.latent.clone(),
                psnr: picture.psnr(&plan.target),
                picture,
                features: best.features,
                steps: search.steps(),
                seconds,
            });
            see(nearest);
        }
        if !more || seconds >= plan.seconds || progress.is_cancelled() {
            break;
        }
    }
    progress.set(1.0);
    match last {
        Some(nearest) => Ok(NearestFace {
            steps: search.steps(),
            seconds: begin.elapsed().as_secs_f64(),
            ..nearest
        }),
        None => Err(Notice::error(
            "No face was found: the model draws nothing that can be compared.",
        )),
    }
}

/// Looks for faces that take up a stroke on a thread of its own; `waker` wakes for each result.
pub fn start_painting(model: Arc<Snapshot>, paint: Paint, waker: Waker) -> Search<Candidates> {
    let seen = Arc::new(Latest::default());
    let (slot, ring) = (Arc::clone(&seen), waker.clone());
    let job = Job::spawn("paint", waker, move |progress| {
        paint_on(&model, &paint, progress, &mut |candidates| {
            slot.put(candidates.clone());
            ring.wake();
        })
    });
    Search { job, seen }
}

/// Steps between two looks at the candidates.
const LOOK_EVERY: usize = 5;

fn paint_on(
    model: &Snapshot,
    paint: &Paint,
    progress: &Progress,
    see: &mut dyn FnMut(&Candidates),
) -> Result<Candidates, Notice> {
    let failed = |error: candle_core::Error| {
        Notice::from_error("The paint could not be followed. Try again.", &error)
    };
    fits(model, &paint.target)?;
    let size = model.info().size;
    if paint.mask.len() != size * size || !paint.mask.iter().any(|&cover| cover > 0.0) {
        return Err(Notice::error(
            "Nothing was painted on the face. Draw a stroke first.",
        ));
    }
    let mut painting = Painting::new(model, paint, 1).map_err(failed)?;
    let look = |painting: &Painting| -> candle_core::Result<Candidates> {
        let latents = painting.candidates()?;
        let pictures = model.draw(&latents)?;
        Ok(Candidates { latents, pictures })
    };
    for step in 1.. {
        let more = painting.advance().map_err(failed)?;
        progress.set(painting.share());
        if !more || progress.is_cancelled() {
            break;
        }
        if step % LOOK_EVERY == 0 {
            see(&look(&painting).map_err(failed)?);
        }
    }
    look(&painting).map_err(failed)
}

/// As [`read_target`], on a thread of its own.
pub fn cut_target(
    model: Arc<Snapshot>,
    path: PathBuf,
    how: TransformConfig,
    waker: Waker,
) -> Job<Picture> {
    Job::spawn("photograph", waker, move |_| {
        read_target(&model, &path, &how)
    })
}

/// A picture file, cut and resized to what `model` draws.
///
/// # Errors
/// Where there is none at the path, or none that can be used.
pub fn read_target(
    model: &Snapshot,
    path: &Path,
    how: &TransformConfig,
) -> Result<Picture, Notice> {
    let how = Transform::new(model.info().size, how);
    let square = read_picture(path, &how).map_err(|error| no_picture(path, &error))?;
    Ok(square.picture)
}

/// Why what lies at `path` is no picture to look for, and what to do.
pub(in crate::worker) fn no_picture(path: &Path, error: &SourceError) -> Notice {
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    let summary = match error {
        _ if path.is_dir() => {
            format!("This is a folder, not a picture: {name}. Choose one of the pictures in it.")
        }
        _ if !path.exists() => format!("There is no file at this path: {}", path.display()),
        _ if !path.is_file() => format!("This is a pipe or a device, not a picture: {name}"),
        SourceError::Io(_) => {
            format!("{name} cannot be read. Check who may read it, and the disk.")
        }
        SourceError::Empty => format!("{name} is empty: there is no picture in it."),
        SourceError::TooLarge(..) | SourceError::TooManyBytes(..) => {
            format!("{name} is too large. Make it smaller, or choose another picture.")
        }
        SourceError::TooSmall(..) => format!("{name} is too small. Choose a larger picture."),
        SourceError::OutsideCrop(..) => {
            format!("The crop box lies outside {name}. Choose a box inside.")
        }
        SourceError::Decode(image::ImageError::Unsupported(_)) => {
            format!("{name} is no picture that can be read here. Choose a PNG or JPEG.")
        }
        _ => format!("{name} is no picture, or a damaged one. Choose another one."),
    };
    let mut notice = Notice::from_error(summary, error);
    if !notice.details.contains(&*path.to_string_lossy()) {
        notice.details += &format!("\n{}", path.display());
    }
    notice
}

fn fits(model: &Snapshot, target: &Picture) -> Result<(), Notice> {
    if model.generator().chain().is_none() {
        let text = "Faces cannot be searched in this model: that needs a generator of 4×4 transposed convolutions, as training makes them.";
        return Err(Notice::error(text));
    }
    let size = model.info().size;
    if (target.width, target.height) == (size, size) {
        return Ok(());
    }
    let (width, height) = (target.width, target.height);
    let text = format!("The picture has {width}×{height} pixels; this model draws {size}×{size}.");
    Err(Notice::error(text))
}
