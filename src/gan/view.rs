//! What the discriminator gets to see of a picture.

use candle_core::{Result, Tensor};
use morphogan_nn::{Change, augment, instance_noise};

use crate::config::{Augment, LiveConfig};
use crate::latent::noise::Noise;

/// Pictures as D sees them: changed at random (DiffAugment), then with instance noise.
pub(super) struct View {
    /// [b, size, size, channels]; the very pictures where nothing is wanted.
    pub pictures: Tensor,
    changes: Vec<Change>,
}

impl View {
    /// Of `pictures` [b, size, size, channels]. Takes numbers from `noise` only for what is wanted.
    pub fn of(pictures: &Tensor, live: &LiveConfig, noise: &mut Noise) -> Result<Self> {
        let mut changes = Vec::new();
        let mut seen = pictures.clone();
        if live.augment != Augment::NONE {
            let (batch, size, ..) = pictures.dims4()?;
            changes.extend((0..batch).map(|_| change(live.augment, size, noise)));
            seen = augment::forward(&seen, &changes)?;
        }
        if live.instance_noise > 0.0 {
            seen = instance_noise::add(&seen, live.instance_noise, noise.bits())?;
        }
        Ok(Self {
            pictures: seen,
            changes,
        })
    }

    /// The gradient of the pictures from that of what D saw.
    pub fn backward(&self, grad: Tensor) -> Result<Tensor> {
        if self.changes.is_empty() {
            Ok(grad)
        } else {
            augment::backward(&grad, &self.changes)
        }
    }
}

/// The ranges of the paper's own code, for pictures in −1..1.
fn change(augment: Augment, size: usize, noise: &mut Noise) -> Change {
    let mut change = Change::NONE;
    if augment.colour {
        change.brightness = noise.uniform() as f32 - 0.5;
        change.saturation = noise.uniform() as f32 * 2.0;
        change.contrast = noise.uniform() as f32 + 0.5;
    }
    // Evenly from −most..=most.
    let mut within = |most: usize| noise.below(2 * most + 1) as i64 - most as i64;
    if augment.translation {
        change.shift = (within(size / 8), within(size / 8));
    }
    if augment.cutout {
        // A square of half the side, its middle anywhere.
        let half = size as i64 / 2;
        let range = |middle: i64| (middle - half / 2, middle + half / 2);
        change.hole = [(); 2].map(|()| range(half + within(size / 2)));
    }
    change
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::noise::Purpose;

    #[test]
    fn changes_fill_their_ranges() {
        let mut noise = Noise::new(1, Purpose::Views);
        let all: Vec<Change> = (0..20_000)
            .map(|_| change(Augment::ALL, 32, &mut noise))
            .collect();
        let spread = |number: &dyn Fn(&Change) -> f64| {
            let numbers: Vec<f64> = all.iter().map(number).collect();
            let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
            let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            (
                least,
                numbers.iter().sum::<f64>() / numbers.len() as f64,
                most,
            )
        };
        let close = |(least, mean, most): (f64, f64, f64), range: (f64, f64), off: f64| {
            let middle = f64::midpoint(range.0, range.1);
            assert!((least - range.0).abs() < off && (most - range.1).abs() < off);
            assert!((mean - middle).abs() < 0.02 * (range.1 - range.0), "{mean}");
        };
        close(spread(&|c| c.brightness.into()), (-0.5, 0.5), 0.01);
        close(spread(&|c| c.saturation.into()), (0.0, 2.0), 0.01);
        close(spread(&|c| c.contrast.into()), (0.5, 1.5), 0.01);
        close(spread(&|c| c.shift.0 as f64), (-4.0, 4.0), 1e-9);
        close(spread(&|c| c.shift.1 as f64), (-4.0, 4.0), 1e-9);
        close(spread(&|c| c.hole[0].0 as f64), (-8.0, 24.0), 1e-9);
        close(spread(&|c| c.hole[1].1 as f64), (8.0, 40.0), 1e-9);
        assert!(all.iter().all(|c| c.hole[0].1 - c.hole[0].0 == 16));
    }

    #[test]
    fn what_is_off_changes_nothing_and_takes_no_numbers() {
        let pictures = Tensor::ones(
            (2, 32, 32, 3),
            candle_core::DType::F32,
            &candle_core::Device::Cpu,
        );
        let pictures = pictures.unwrap();
        let mut noise = Noise::new(1, Purpose::Views);
        let view = View::of(&pictures, &LiveConfig::default(), &mut noise).unwrap();
        assert_eq!(view.pictures.id(), pictures.id());
        assert_eq!(view.backward(pictures.clone()).unwrap().id(), pictures.id());
        assert_eq!(noise, Noise::new(1, Purpose::Views));
        let changes = change(Augment::NONE, 32, &mut noise);
        assert_eq!(changes, Change::NONE);
    }
}
