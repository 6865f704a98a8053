//! `--screenshot`: the window takes its own picture and closes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{ColorImage, Context, ScreenshotCallback, ViewportCommand};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

use crate::atomic_file;
use crate::notice::Notice;
use crate::ui::waker::waker;
use crate::worker::{Job, Latest};

/// Frames drawn before the picture: the first has no layout, the second no hover states.
const FRAMES: u32 = 6;
/// The least time before the picture, for faces that come from a thread.
const SETTLE: Duration = Duration::from_millis(700);
/// After this the picture is taken whatever is missing.
const PATIENCE: Duration = Duration::from_secs(60);

enum Stage {
    Settling,
    Taking(Arc<Latest<Arc<ColorImage>>>),
    Writing(Job<()>),
    Done,
}

/// A picture of the window on its way to a file.
pub struct Screenshot {
    path: PathBuf,
    train_for: Option<Duration>,
    begun: Instant,
    first_step: Option<Instant>,
    frames: u32,
    /// How many frames in a row had nothing to wait for.
    settled: u32,
    stage: Stage,
    /// What went wrong, if anything did.
    pub failed: Option<Notice>,
}

impl Screenshot {
    /// A picture to be written to `path`, after training for some seconds if wanted.
    pub fn new(path: PathBuf, train_for: Option<f64>) -> Self {
        Self {
            path,
            train_for: train_for.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
            begun: Instant::now(),
            first_step: None,
            frames: 0,
            settled: 0,
            stage: Stage::Settling,
            failed: None,
        }
    }

    /// Goes on as far as it can in this frame; whether the window is to close now. It waits for a step of training
    /// where that was asked for, else until everything `is_settled`.
    pub fn follow(
        &mut self,
        ctx: &Context,
        has_step: bool,
        is_settled: bool,
        is_over: bool,
    ) -> bool {
        self.frames += 1;
        if self.frames == 1 {
            // eframe brings the window back to the size it had when it was last closed.
            ctx.send_viewport_cmd(ViewportCommand::InnerSize(super::options::SIZE));
        }
        let ready = self.is_ready(has_step, is_settled, is_over);
        match &self.stage {
            Stage::Settling if ready => {
                let slot = Arc::new(Latest::default());
                let (place, waker) = (Arc::clone(&slot), waker(ctx));
                let callback = ScreenshotCallback::new(move |image| {
                    place.put(image);
                    waker.wake();
                });
                ctx.send_viewport_cmd(ViewportCommand::Screenshot(callback));
                self.stage = Stage::Taking(slot);
            }
            Stage::Settling => {}
            Stage::Taking(slot) => {
                if let Some(image) = slot.take() {
                    let path = self.path.clone();
                    self.stage = Stage::Writing(Job::spawn("screenshot", waker(ctx), move |_| {
                        write(&image, &path)
                    }));
                }
            }
            Stage::Writing(job) => {
                if let Some(result) = job.poll() {
                    self.failed = result.err();
                    self.stage = Stage::Done;
                    return true;
                }
            }
            Stage::Done => return false,
        }
        ctx.request_repaint_after(Duration::from_millis(30));
        false
    }

    fn is_ready(&mut self, has_step: bool, is_settled: bool, is_over: bool) -> bool {
        if has_step && self.first_step.is_none() {
            self.first_step = Some(Instant::now());
        }
        if self.frames < FRAMES || self.begun.elapsed() < SETTLE {
            return false;
        }
        let Some(wanted) = self.train_for else {
            // What came in the last frame may have asked for more.
            self.settled = if is_settled { self.settled + 1 } else { 0 };
            return self.settled >= FRAMES || self.begun.elapsed() > PATIENCE;
        };
        let trained = self
            .first_step
            .is_some_and(|first| first.elapsed() >= wanted);
        // A run that ended gets no better by waiting.
        trained || is_over
    }
}

fn write(image: &ColorImage, path: &Path) -> Result<(), Notice> {
    let summary = "The picture of the window could not be written. Give another path.";
    let fail = |error: &(dyn std::error::Error + 'static)| {
        let notice = Notice::from_error(summary, error);
        let details = format!("{}\n{}", notice.details, path.display());
        notice.with_details(details)
    };
    let rgb: Vec<u8> = image
        .pixels
        .iter()
        .flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()])
        .collect();
    let [width, height] = image.size;
    atomic_file::write(path, |file| {
        PngEncoder::new(file).write_image(
            &rgb,
            width as u32,
            height as u32,
            ExtendedColorType::Rgb8,
        )
    })
    .map_err(|error: image::ImageError| fail(&error))
}
