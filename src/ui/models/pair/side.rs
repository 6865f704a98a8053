//! One of two models: read, drawn, or why not.

use std::sync::Arc;

use super::action::Choice;
use crate::gan::Snapshot;
use crate::latent::{Latent, noise};
use crate::notice::Notice;
use crate::session::Models;
use crate::ui::host::{GLANCE, Host};
use crate::ui::waker::waker;
use crate::ui::widgets::sheet::Sheet;
use crate::worker::Job;
use crate::worker::jobs::blend::Part;
use crate::worker::jobs::model::{OpenedModel, open_model};
use crate::worker::sampler::{Priority, SampleRequest, Sampler, ViewId, Weights};

/// Faces of each model.
pub const FACES: usize = 12;

pub struct Side {
    pub choice: Choice,
    pub sheet: Sheet,
    pub model: Option<Arc<Snapshot>>,
    pub failed: Option<Notice>,
    loading: Option<Job<OpenedModel>>,
    sampler: Option<Sampler>,
    /// The seed of the faces that were asked for.
    asked: Option<u64>,
    stamp: u64,
    came: u64,
}

impl Side {
    pub fn new(choice: Choice) -> Self {
        Self {
            choice,
            sheet: Sheet::smooth("one of two models"),
            model: None,
            failed: None,
            loading: None,
            sampler: None,
            asked: None,
            stamp: 0,
            came: 0,
        }
    }

    /// What it is, once it is read, for a blend.
    pub fn part(&self) -> Option<Part> {
        Some(Part {
            name: self.choice.name.clone(),
            model: Arc::clone(self.model.as_ref()?),
        })
    }

    pub fn is_settled(&self) -> bool {
        self.failed.is_some() || (self.model.is_some() && self.came == self.stamp && self.stamp > 0)
    }

    /// Whether the model has just come.
    pub fn tick(&mut self, list: &Models, host: &mut Host<'_>) -> bool {
        let begins = self.model.is_none() && self.failed.is_none() && self.loading.is_none();
        if begins {
            let answer = list.answer(&self.choice.path);
            let path = self.choice.path.clone();
            self.loading = Some(open_model(path, answer, waker(host.ctx)));
        }
        if let Some(reply) = self
            .sampler
            .as_ref()
            .and_then(|sampler| sampler.take(ViewId(0)))
        {
            self.came = reply.stamp;
            self.sheet.set(host.ctx, reply.wall);
        }
        if let Some(notice) = self.sampler.as_ref().and_then(Sampler::take_notice) {
            host.post(notice);
        }
        let Some(loading) = &self.loading else {
            return false;
        };
        let Some(result) = loading.poll() else {
            host.ctx.request_repaint_after(GLANCE);
            return false;
        };
        self.loading = None;
        match result {
            Ok(opened) => {
                let weights = Weights::Fixed(Arc::clone(&opened.weights));
                self.sampler = Some(Sampler::start(weights, 1, waker(host.ctx)));
                self.model = Some(opened.weights);
                true
            }
            Err(notice) => {
                self.failed = Some(notice);
                false
            }
        }
    }

    /// Draws the faces of a seed, of latents of its own length.
    pub fn want(&mut self, seed: u64) {
        let (Some(model), Some(sampler)) = (&self.model, &self.sampler) else {
            return;
        };
        if self.asked.replace(seed) == Some(seed) {
            return;
        }
        self.stamp += 1;
        let latents = latents(seed, model.info().latent);
        sampler.ask(ViewId(0), request(self.stamp, &latents));
    }
}

/// What all sides draw with a seed.
pub fn latents(seed: u64, len: usize) -> Vec<Latent> {
    let faces = seed..seed + FACES as u64;
    faces.map(|face| noise::face(face, len)).collect()
}

/// All faces, in a grid that is not seen.
pub fn request(stamp: u64, latents: &[Latent]) -> SampleRequest {
    SampleRequest {
        stamp,
        latents: latents.to_vec(),
        columns: 4,
        // Of those that take turns weights that change are followed but once a second.
        priority: Priority::Next,
        score: false,
    }
}
