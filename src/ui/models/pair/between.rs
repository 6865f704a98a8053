//! What lies between two models, drawn as its weights change.

use std::sync::Arc;

use super::side::{latents, request};
use crate::gan::Snapshot;
use crate::ui::host::Host;
use crate::ui::waker::waker;
use crate::ui::widgets::sheet::Sheet;
use crate::worker::jobs::blend::{Part, blend_to_see};
use crate::worker::sampler::{Sampler, ViewId, Weights};
use crate::worker::{Job, Latest};

pub struct Between {
    pub sheet: Sheet,
    slot: Arc<Latest<Arc<Snapshot>>>,
    sampler: Option<Sampler>,
    /// The blend that is made now, and of which weights the last one was.
    making: Option<(Vec<f64>, Job<Arc<Snapshot>>)>,
    made: Vec<f64>,
    /// The seed of the faces that were asked for.
    asked: Option<u64>,
    stamp: u64,
    came: u64,
    /// Blends that were handed over and whose faces have not come.
    waits: bool,
}

impl Default for Between {
    fn default() -> Self {
        Self {
            sheet: Sheet::new("blend"),
            slot: Arc::default(),
            sampler: None,
            making: None,
            made: Vec::new(),
            asked: None,
            stamp: 0,
            came: 0,
            waits: false,
        }
    }
}

impl Between {
    /// The models are others.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    pub fn is_settled(&self, weights: &[f64]) -> bool {
        let drawn = self.came == self.stamp && self.stamp > 0 && !self.waits;
        self.making.is_none() && self.made == weights && drawn
    }

    /// Makes the blend of the newest weights, one at a time, and takes in its faces; whether more is to come.
    pub fn tick(
        &mut self,
        parts: [Part; 2],
        (weights, seed): (&[f64], u64),
        host: &mut Host<'_>,
    ) -> bool {
        let len = parts[0].model.info().latent;
        if let Some((of, job)) = &self.making
            && let Some(result) = job.poll()
        {
            self.made.clone_from(of);
            self.making = None;
            match result {
                Ok(blend) => self.hand_over(blend, host),
                Err(notice) => host.post(notice),
            }
        }
        if self.making.is_none() && self.made != weights {
            let job = blend_to_see(parts, weights.to_vec(), waker(host.ctx));
            self.making = Some((weights.to_vec(), job));
        }
        if let Some(sampler) = &self.sampler {
            if self.asked.replace(seed) != Some(seed) {
                self.stamp += 1;
                sampler.ask(ViewId(0), request(self.stamp, &latents(seed, len)));
            }
            if let Some(reply) = sampler.take(ViewId(0)) {
                self.came = reply.stamp;
                self.waits = false;
                self.sheet.set(host.ctx, reply.wall);
            }
            if let Some(notice) = sampler.take_notice() {
                host.post(notice);
            }
        }
        self.making.is_some() || self.waits
    }

    fn hand_over(&mut self, blend: Arc<Snapshot>, host: &Host<'_>) {
        self.slot.put(blend);
        self.waits = true;
        let live = Weights::Live(Arc::clone(&self.slot));
        let sampler = self
            .sampler
            .get_or_insert_with(|| Sampler::start(live, 1, waker(host.ctx)));
        // Rings, so that it looks at once.
        sampler.freeze(false);
    }
}
