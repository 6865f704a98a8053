//! How much each component of the latent, and each direction, changes the picture.

use std::sync::Arc;

use crate::gan::Snapshot;
use crate::latent::{Direction, Latent};
use crate::notice::Notice;
use crate::picture::Picture;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// Components whose two faces are drawn at once.
const BATCH: usize = 16;

/// Measures, for each component of `around`, the mean change of a colour value (0..255) when the component
/// goes from 1 below to 1 above where it is: ±1σ of a random face.
pub fn component_effects(model: Arc<Snapshot>, around: Latent, waker: Waker) -> Job<Vec<f32>> {
    Job::spawn("effects", waker, move |progress| {
        let mut effects = Vec::with_capacity(around.len());
        let places: Vec<usize> = (0..around.len()).collect();
        for some in places.chunks(BATCH) {
            if progress.is_cancelled() {
                return Err(Notice::info("The measurement was cancelled."));
            }
            let moved = |place: usize, by: f32| {
                let mut face = around.clone();
                face.0[place] += by; // `place` is below the length
                face
            };
            let pairs = some
                .iter()
                .flat_map(|&place| [moved(place, -1.0), moved(place, 1.0)]);
            let faces = model.draw(&pairs.collect::<Vec<_>>()).map_err(|error| {
                Notice::from_error("The effects could not be measured. Try again.", &error)
            })?;
            let (pairs, _) = faces.as_chunks::<2>();
            effects.extend(pairs.iter().map(|[low, high]| difference(low, high)));
            progress.set(effects.len() as f32 / around.len().max(1) as f32);
        }
        Ok(effects)
    })
}

/// Faces that directions are measured on.
const FACES: u64 = 4;

/// Measures, for each direction, the mean change of a colour value (0..255) from `reach` σ below to `reach` σ above
/// where random faces are.
pub fn direction_effects(
    model: Arc<Snapshot>,
    directions: Vec<Direction>,
    reach: f32,
    waker: Waker,
) -> Job<Vec<f32>> {
    Job::spawn("direction effects", waker, move |progress| {
        let space = model.info().latent_space();
        let faces: Vec<Latent> = (0..FACES).map(|seed| space.face(seed)).collect();
        let mut effects = Vec::with_capacity(directions.len());
        for direction in &directions {
            if progress.is_cancelled() {
                return Err(Notice::info("The measurement was cancelled."));
            }
            let ends = faces
                .iter()
                .flat_map(|face| [-reach, reach].map(|by| direction.moved_to(face, by)));
            let drawn = model.draw(&ends.collect::<Vec<_>>()).map_err(|error| {
                Notice::from_error("The directions could not be measured. Try again.", &error)
            })?;
            let (pairs, _) = drawn.as_chunks::<2>();
            let sum: f32 = pairs.iter().map(|[low, high]| difference(low, high)).sum();
            effects.push(sum / FACES as f32);
            progress.set(effects.len() as f32 / directions.len().max(1) as f32);
        }
        Ok(effects)
    })
}

fn difference(a: &Picture, b: &Picture) -> f32 {
    let pairs = a.rgb.iter().zip(&b.rgb);
    let sum: u64 = pairs.map(|(x, y)| u64::from(x.abs_diff(*y))).sum();
    sum as f32 / a.rgb.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::gan::{ModelInfo, generator};
    use crate::latent::Method;
    use crate::latent::noise::{self, Noise, Purpose};

    fn wait(job: &Job<Vec<f32>>) -> Vec<f32> {
        let begin = Instant::now();
        loop {
            if let Some(result) = job.poll() {
                return result.unwrap();
            }
            assert!(begin.elapsed() < Duration::from_secs(60), "no result");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_component_that_reaches_nothing_has_no_effect() {
        let info = ModelInfo::small(20, 2);
        let mut weights = Noise::new(1, Purpose::Weights);
        let device = candle_core::Device::Cpu;
        let mut network = generator(&info, &mut weights, &device).unwrap();
        // The weights of component 7 are zero.
        let first = &mut network.blocks[0].weight; // [20, 4, 4, c]
        let mask: Vec<f32> = (0..20).map(|i| f32::from(u8::from(i != 7))).collect();
        let mask = candle_core::Tensor::from_vec(mask, (20, 1, 1, 1), &device).unwrap();
        *first = first.broadcast_mul(&mask).unwrap();
        let model = Arc::new(Snapshot::new(info, network));
        let along = |place: usize| Direction {
            name: String::new(),
            method: Method::Sefa { rank: 0 },
            sigma: (0..20).map(|i| f32::from(u8::from(i == place))).collect(),
        };
        let ways = vec![along(7), along(3)];
        let changes = wait(&direction_effects(
            Arc::clone(&model),
            ways,
            3.0,
            Waker::none(),
        ));
        assert!(changes[0] == 0.0 && changes[1] > 0.0, "{changes:?}");
        let effects = wait(&component_effects(model, noise::face(1, 20), Waker::none()));
        assert_eq!(effects.len(), 20);
        assert_eq!(effects[7], 0.0);
        assert!(
            effects
                .iter()
                .enumerate()
                .all(|(i, &e)| (e > 0.0) == (i != 7))
        );
    }
}
