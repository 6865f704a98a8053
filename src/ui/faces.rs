//! The window's end of the sampling thread: asks for faces, keeps the newest to draw.

use std::path::PathBuf;
use std::time::Duration;

use egui::Context;

use super::texture::Sheet;
use crate::latent::Latent;
use crate::notice::Notice;
use crate::worker::{SampleRequest, Sampler, View, Weights};

/// Whose faces are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Those of the run, as it learns.
    Live,
    /// Those of a model file.
    File(PathBuf),
}

/// One place of the window that shows faces.
struct Shown {
    view: View,
    sheet: Sheet,
    asked: Option<Vec<Latent>>,
    newest: u64,
}

impl Shown {
    fn new(view: View, name: &'static str) -> Self {
        Self {
            view,
            sheet: Sheet::new(name),
            asked: None,
            newest: 0,
        }
    }
}

/// The faces of one generator.
pub struct Faces {
    /// Whose they are.
    pub source: Source,
    sampler: Sampler,
    face: Shown,
    strip: Shown,
    wall: Shown,
    stamp: u64,
}

impl Faces {
    /// Starts a sampling thread that wakes `ctx`.
    pub fn new(weights: Weights, source: Source, ctx: &Context) -> Self {
        let ctx = ctx.clone();
        Self {
            source,
            sampler: Sampler::start(weights, move || ctx.request_repaint_after(Duration::ZERO)),
            face: Shown::new(View::Face, "face"),
            strip: Shown::new(View::Strip, "strip"),
            wall: Shown::new(View::Wall, "wall of random faces"),
            stamp: 0,
        }
    }

    fn shown(&mut self, view: View) -> &mut Shown {
        match view {
            View::Face => &mut self.face,
            View::Strip => &mut self.strip,
            View::Wall => &mut self.wall,
        }
    }

    /// Wants `latents` to be seen in `view`; asks only when they are others than before.
    pub fn want(&mut self, view: View, latents: &[Latent]) {
        let stamp = self.stamp + 1;
        let shown = self.shown(view);
        if shown.asked.as_deref() == Some(latents) {
            return;
        }
        shown.asked = Some(latents.to_vec());
        self.stamp = stamp;
        let request = SampleRequest {
            stamp,
            latents: latents.to_vec(),
            columns: latents.len().clamp(1, 8),
        };
        self.sampler.ask(view, request);
    }

    /// Nothing is visible: no weights are copied and no faces drawn until something is wanted.
    pub fn rest(&mut self) {
        for view in [View::Face, View::Strip, View::Wall] {
            if self.shown(view).asked.take().is_some() {
                self.sampler.forget(view);
            }
        }
    }

    /// Takes in what has come; gives what went wrong.
    pub fn drain(&mut self, ctx: &Context) -> Option<Notice> {
        for shown in [&mut self.face, &mut self.strip, &mut self.wall] {
            let Some(reply) = self.sampler.take(shown.view) else {
                continue;
            };
            // Only what is older than the faces on show is stale. One that is merely older than
            // the last request is welcome: while a slider is dragged there is always a newer one.
            if reply.stamp >= shown.newest {
                shown.newest = reply.stamp;
                shown.sheet.set(ctx, reply.wall);
            }
        }
        self.sampler.take_notice()
    }

    /// The current face.
    pub fn face(&mut self) -> &mut Sheet {
        &mut self.face.sheet
    }

    /// The step whose weights drew the current face.
    pub fn sheet_step(&self) -> u64 {
        self.face.sheet.step()
    }

    /// The faces between the ends.
    pub fn strip(&self) -> &Sheet {
        &self.strip.sheet
    }

    /// The random faces.
    pub fn wall(&self) -> &Sheet {
        &self.wall.sheet
    }

    /// The sampling thread.
    pub fn sampler(&self) -> &Sampler {
        &self.sampler
    }

    /// Whether everything that is wanted is there to see.
    pub fn is_complete(&self) -> bool {
        [&self.face, &self.strip, &self.wall]
            .iter()
            .all(|shown| shown.sheet.count() > 0)
    }

    /// Whether the current face is there to see.
    pub fn is_ready(&self) -> bool {
        self.face.sheet.count() > 0
    }
}
