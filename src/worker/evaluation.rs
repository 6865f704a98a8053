//! How good a generator is: draws samples and measures them against real pictures.

use std::time::Instant;

use crate::data::TransformedSource;
use crate::data::batches::Split;
use crate::gan::Snapshot;
use crate::latent::noise::{Noise, Purpose};
use crate::metrics::{NearestNeighbours, Reference, SampleMetrics, SampleSizes};
use crate::notice::{Level, Notice};
use crate::picture::Picture;
use crate::run::EvalRecord;

/// Pictures read or drawn between two looks at whether anybody still wants them.
const CHUNK: usize = 32;
/// Training pictures that samples are compared with: all of a small collection.
const REMEMBERED: usize = 5000;
/// Pictures that were kept back, of which so many tell enough.
const HELD_BACK: usize = 256;

/// Real pictures to measure against. `Ok(None)` when nobody wants them any more.
pub(super) fn read_reference(
    prepared: &TransformedSource,
    channels: usize,
    sizes: SampleSizes,
    seed: u64,
    go_on: &dyn Fn() -> bool,
) -> Result<Option<Reference>, Notice> {
    let mut noise = Noise::new(seed, Purpose::Measured);
    let order = noise.permutation(prepared.source().len());
    let mut real: Vec<Picture> = Vec::new();
    for some in order.chunks(CHUNK) {
        if !go_on() {
            return Ok(None);
        }
        if real.len() >= 2 * sizes.pictures {
            break;
        }
        real.extend(prepared.pictures(some.iter().copied()));
    }
    match Reference::new(&real, channels, sizes, seed) {
        Some(reference) => Ok(Some(reference)),
        None => Err(Notice::warning(
            "Diversity and distance to the data cannot be measured: too few pictures can be read.",
        )),
    }
}

/// Training pictures that samples are compared with, one by one, and those that are kept back from training.
pub(super) struct Memorisation {
    nearest: NearestNeighbours,
    held_back: f32,
}

impl Memorisation {
    /// Of `split`; `None` where nothing is kept back, or nobody wants it any more.
    pub fn of(
        prepared: &TransformedSource,
        split: &Split,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let pictures = |indices: &[usize]| {
            let mut all = Vec::new();
            for some in indices.chunks(CHUNK) {
                all.extend(go_on().then(|| prepared.pictures(some.iter().copied()))?);
            }
            Some(all)
        };
        let first =
            |indices: &[usize], most| indices.iter().copied().take(most).collect::<Vec<_>>();
        let held_back = pictures(&first(&split.held_back, HELD_BACK))?;
        if held_back.is_empty() {
            return None;
        }
        let training = pictures(&first(&split.training, REMEMBERED))?;
        let nearest = NearestNeighbours::of(&training);
        Some(Self {
            held_back: nearest.distance(&held_back),
            nearest,
        })
    }
}

/// Measures one generator. `Ok(None)` when nobody wants it any more.
pub(super) fn evaluate(
    reference: &Reference,
    memorisation: Option<&Memorisation>,
    snapshot: &Snapshot,
    seed: u64,
    begun: Instant,
    go_on: &dyn Fn() -> bool,
) -> Result<Option<EvalRecord>, Notice> {
    let mut noise = Noise::new(seed.wrapping_add(1), Purpose::Measured);
    let space = snapshot.info().latent_space();
    let latents = space.draw(reference.pictures(), &mut noise);
    let mut samples = Vec::with_capacity(latents.len());
    for some in latents.chunks(CHUNK) {
        if !go_on() {
            return Ok(None);
        }
        let drawn = snapshot.draw(some).map_err(|error| {
            let text = "Diversity and distance to the data cannot be measured: the device failed.";
            Notice {
                level: Level::Warning,
                ..Notice::from_error(text, &error)
            }
        })?;
        samples.extend(drawn);
    }
    Ok(Some(EvalRecord {
        step: snapshot.info().step,
        measures: SampleMetrics {
            nearest: memorisation.map(|memorisation| memorisation.nearest.distance(&samples)),
            nearest_held_back: memorisation.map(|memorisation| memorisation.held_back),
            ..reference.measure(&samples)
        },
        seconds: begun.elapsed().as_secs_f32(),
    }))
}
