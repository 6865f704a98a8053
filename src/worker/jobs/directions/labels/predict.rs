//! Tells the labels of faces that a model draws.

use candle_core::Device;

use crate::gan::{Features, Predictor, Snapshot, latents_to_tensor};
use crate::latent::directions::Matrix;
use crate::latent::noise::{Noise, Purpose};
use crate::latent::{Direction, Latent};
use crate::notice::Notice;
use crate::worker::job::Progress;
use crate::worker::jobs::directions::label_plan::BATCH;
use crate::worker::jobs::directions::plan::{device_failed, go_on};

/// How far latents are moved each way to see what changes, in σ.
const REACH: f32 = 2.0;

/// Tells the labels of faces.
pub(super) struct LabelPredictor {
    pub features: Features,
    pub predictor: Predictor,
    pub device: Device,
}

/// Random faces and what was told of them.
pub(super) struct Faces {
    /// [n, latent].
    pub latents: Matrix,
    /// [n, labels].
    pub labels: Matrix,
}

impl LabelPredictor {
    pub fn random_faces(
        &mut self,
        model: &Snapshot,
        (count, seed): (usize, u64),
        progress: &Progress,
    ) -> Result<Faces, Notice> {
        let mut noise = Noise::new(seed, Purpose::Directions);
        let latents = model.info().latent_space().draw(count, &mut noise);
        let labels = self.tell(model, &latents, progress, (0.45, 0.95))?;
        let numbers = latents
            .iter()
            .flat_map(|z| z.0.iter().copied().map(f64::from));
        Ok(Faces {
            latents: Matrix::new(model.info().latent, numbers.collect()),
            labels,
        })
    }

    /// Labels of drawn faces [n, labels]; the share of work done goes from one end of `span` to the other.
    fn tell(
        &mut self,
        model: &Snapshot,
        latents: &[Latent],
        progress: &Progress,
        span: (f32, f32),
    ) -> Result<Matrix, Notice> {
        let mut labels = Vec::new();
        for (index, some) in latents.chunks(BATCH).enumerate() {
            go_on(progress)?;
            let told = self
                .tell_batch(model, some)
                .map_err(|error| device_failed(&error))?;
            labels.extend_from_slice(told.numbers());
            let share = ((index + 1) * BATCH) as f32 / latents.len() as f32;
            progress.set(span.0 + (span.1 - span.0) * share.min(1.0));
        }
        Ok(Matrix::new(self.predictor.labels().len(), labels))
    }

    fn tell_batch(&mut self, model: &Snapshot, some: &[Latent]) -> candle_core::Result<Matrix> {
        let z = latents_to_tensor(some, model.info().latent, &self.device)?; // [b, 1, 1, latent]
        let pictures = model.generator().infer(&z)?; // [b, size, size, channels]
        self.predictor.predict_numbers(self.features.of(&pictures)?)
    }

    /// Moves `count` latents that nothing was fitted on along each direction, and tells what changes: of each direction
    /// the change of each of the `chosen` labels, in σ.
    pub fn effects(
        &mut self,
        model: &Snapshot,
        directions: &[Direction],
        (chosen, deviations): (&[usize], &[f64]),
        count: usize,
        progress: &Progress,
    ) -> Result<Vec<Vec<f64>>, Notice> {
        let mut noise = Noise::new(u64::MAX, Purpose::Directions);
        let held_out = model.info().latent_space().draw(count, &mut noise);
        let mut moved = Vec::new();
        for direction in directions {
            let to = |by: f32| held_out.iter().map(move |z| direction.moved_by(z, by));
            let both: Vec<Latent> = to(-REACH).chain(to(REACH)).collect();
            let told = self.tell(model, &both, progress, (0.95, 1.0))?;
            let change = chosen.iter().map(|&label| {
                let of = |side: usize| -> f64 {
                    told.column(label)
                        .skip(side * count)
                        .take(count)
                        .sum::<f64>()
                        / count as f64
                };
                (of(1) - of(0)) / deviations.get(label).copied().unwrap_or(f64::NAN)
            });
            moved.push(change.collect());
        }
        Ok(moved)
    }
}
