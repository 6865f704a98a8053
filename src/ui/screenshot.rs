//! `--screenshot`: the window takes its own picture and closes.

use crate::ui::action::Action;
use crate::ui::action::FrameAction;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{ColorImage, Context, ScreenshotCallback, ViewportCommand};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

use super::App;
use crate::atomic_file;
use crate::notice::Notice;

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
pub struct Shot {
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

impl Shot {
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

    /// Goes on as far as it can in this frame.
    pub fn follow(&mut self, ctx: &Context, app: &mut App) {
        self.frames += 1;
        if self.frames == 1 {
            // eframe brings the window back to the size it had when it was last closed.
            ctx.send_viewport_cmd(ViewportCommand::InnerSize(super::window::SIZE));
        }
        let ready = self.is_ready(app);
        match &self.stage {
            Stage::Settling if ready => {
                let slot = Arc::new(Latest::default());
                let (place, waker) = (Arc::clone(&slot), ctx.clone());
                let callback = ScreenshotCallback::new(move |image| {
                    place.put(image);
                    waker.request_repaint();
                });
                ctx.send_viewport_cmd(ViewportCommand::Screenshot(callback));
                self.stage = Stage::Taking(slot);
            }
            Stage::Settling => {}
            Stage::Taking(slot) => {
                if let Some(image) = slot.take() {
                    let (path, waker) = (self.path.clone(), ctx.clone());
                    let wake = move || waker.request_repaint();
                    self.stage = Stage::Writing(Job::spawn("screenshot", wake, move |_| {
                        write(&image, &path)
                    }));
                }
            }
            Stage::Writing(job) => {
                if let Some(result) = job.poll() {
                    self.failed = result.err();
                    self.stage = Stage::Done;
                    leave(ctx, app);
                }
            }
            Stage::Done => return,
        }
        ctx.request_repaint_after(Duration::from_millis(30));
    }

    fn is_ready(&mut self, app: &App) -> bool {
        if app.session().last.is_some() && self.first_step.is_none() {
            self.first_step = Some(Instant::now());
        }
        if self.frames < FRAMES || self.begun.elapsed() < SETTLE {
            return false;
        }
        let Some(wanted) = self.train_for else {
            // What came in the last frame may have asked for more.
            self.settled = if app.is_settled() {
                self.settled + 1
            } else {
                0
            };
            return self.settled >= FRAMES || self.begun.elapsed() > PATIENCE;
        };
        let trained = self
            .first_step
            .is_some_and(|first| first.elapsed() >= wanted);
        // A run that ended gets no better by waiting.
        let over = app.trainer.is_none() && app.is_settled();
        trained || over
    }
}

fn leave(ctx: &Context, app: &mut App) {
    if app.session().state.is_active() {
        app.apply(Action::Frame(FrameAction::SaveAndClose), ctx);
    } else {
        ctx.send_viewport_cmd(ViewportCommand::Close);
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
