//! The animation to write: its settings and the job that writes it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Context;

use crate::atomic_file;
use crate::export::ending::GIF;
use crate::gan::Snapshot;
use crate::notice::Notice;
use crate::session::Pose;
use crate::ui::waker::waker;
use crate::ui::widgets::new_file::NewFile;
use crate::worker::Job;
use crate::worker::jobs::morph::{MorphPlan, export_gif};

const FIRST_NAME: &str = "morph.gif";

/// The settings of an animation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportForm {
    pub frames: usize,
    pub fps: u16,
    /// Each pixel becomes a square of this side.
    pub scale: usize,
    /// There and back again, without an end.
    pub closed: bool,
    pub file: NewFile,
}

impl Default for ExportForm {
    fn default() -> Self {
        Self {
            frames: 60,
            fps: 25,
            scale: 4,
            closed: true,
            file: NewFile::called(FIRST_NAME),
        }
    }
}

impl ExportForm {
    /// How long it plays.
    pub fn seconds(&self) -> f32 {
        self.frames as f32 / f32::from(self.fps.max(1))
    }

    fn plan(&self, pose: &Pose) -> MorphPlan {
        MorphPlan {
            keys: vec![pose.a.clone(), pose.b.clone()],
            frames: self.frames,
            path: pose.how,
            closed: self.closed,
            fps: self.fps,
            scale: self.scale,
            out: self.file.target(GIF.ending),
        }
    }
}

/// The settings, the work under way and what came of it.
#[derive(Default)]
pub struct Export {
    /// As the fields stand.
    pub form: ExportForm,
    job: Option<Job<PathBuf>>,
    /// The path that the field was filled with, not by a person; none: as at first.
    suggested: Option<String>,
    /// The last animation that was written.
    pub done: Option<PathBuf>,
    /// Why the last one was not.
    pub failed: Option<Notice>,
}

impl Export {
    /// Proposes a place in `folder`, unless a person has chosen one.
    pub fn suggest(&mut self, folder: Option<&Path>) {
        let first = || NewFile::called(FIRST_NAME).path;
        if self.form.file.path == self.suggested.clone().unwrap_or_else(first)
            && let Some(folder) = folder.and_then(|folder| std::path::absolute(folder).ok())
        {
            self.form.file.path = folder.join(FIRST_NAME).display().to_string();
            self.suggested = Some(self.form.file.path.clone());
        }
    }

    pub fn start(&mut self, model: Arc<Snapshot>, pose: &Pose, ctx: &Context) {
        (self.done, self.failed) = (None, None);
        self.form.file.settle(GIF.ending);
        let replace = self.form.file.replaces();
        self.job = Some(export_gif(model, self.form.plan(pose), replace, waker(ctx)));
    }

    /// How much is written, while it is being written.
    pub fn share(&self) -> Option<f32> {
        self.job.as_ref().map(Job::share)
    }

    /// Whether it was asked to leave and has not left yet.
    pub fn is_cancelled(&self) -> bool {
        self.job.as_ref().is_some_and(Job::is_cancelled)
    }

    /// Asks the work to leave.
    pub fn cancel(&self) {
        if let Some(job) = &self.job {
            job.cancel();
        }
    }

    /// Takes in the result; gives what a person should know.
    pub fn poll(&mut self) -> Option<Notice> {
        let job = self.job.as_ref()?;
        let result = job.poll()?;
        let cancelled = job.is_cancelled();
        self.job = None;
        match result {
            Ok(path) => {
                self.form.file.path = atomic_file::next_name(&path).display().to_string();
                self.suggested = Some(self.form.file.path.clone());
                let text = format!("The animation is saved to {}", path.display());
                self.done = Some(path);
                Some(Notice::info(text))
            }
            // The person knows: they pressed Cancel.
            Err(_) if cancelled => None,
            Err(notice) => {
                self.failed = Some(notice.clone());
                Some(notice)
            }
        }
    }
}
