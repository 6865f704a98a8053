//! How good a generator is: draws samples and measures them against real pictures.

use std::time::Instant;

use crate::data::TransformedSource;
use crate::gan::Snapshot;
use crate::latent::noise::{Noise, Purpose};
use crate::metrics::{Reference, SampleSizes};
use crate::notice::{Level, Notice};
use crate::picture::Picture;
use crate::run::EvalRecord;

/// Pictures read or drawn between two looks at whether anybody still wants them.
const CHUNK: usize = 32;

/// Real pictures to measure against. `Ok(None)` when nobody wants them any more.
pub(super) fn reference_of(
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

/// SampleMetrics one generator. `Ok(None)` when nobody wants it any more.
pub(super) fn examine(
    reference: &Reference,
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
        measures: reference.measure(&samples),
        seconds: begun.elapsed().as_secs_f32(),
    }))
}
