//! The averaged generator, which makes better pictures than the newest weights.

use candle_core::{Result, Tensor};
use morphogan_nn::Stack;

/// Exponential moving average of a generator's weights (Karras et al. 2018, Yazıcı et al. 2019).
///
/// The running statistics of batch norm belong to the raw weights, not to their average:
/// [`Average::calibrated`] measures them anew.
#[derive(Clone, Debug)]
pub struct Average {
    /// The averaged weights; their running statistics mean nothing.
    pub generator: Stack,
    /// Share of the old average that a step keeps, 0..1, once enough steps are averaged.
    pub decay: f64,
    /// Steps averaged so far.
    pub steps: u64,
}

impl Average {
    /// Begins at `generator`.
    pub fn new(generator: &Stack, decay: f64) -> Self {
        Self {
            generator: generator.clone(),
            decay,
            steps: 0,
        }
    }

    /// Takes in the weights of one more step.
    ///
    /// # Errors
    /// candle's.
    pub fn update(&mut self, live: &Stack) -> Result<()> {
        self.steps += 1;
        // Early on the average follows quickly, or it would show noise for a thousand steps.
        let steps = self.steps as f64;
        let decay = self.decay.min((1.0 + steps) / (10.0 + steps));
        let pairs = self.generator.parameters_mut().into_iter();
        for (average, newest) in pairs.zip(live.parameters()) {
            *average = (average.affine(decay, 0.0)? + newest.affine(1.0 - decay, 0.0)?)?;
        }
        Ok(())
    }

    /// The averaged generator with the statistics of its own features on `z` [n, 1, 1, latent]:
    /// a function of the weights and `z` alone.
    ///
    /// # Errors
    /// candle's.
    pub fn calibrated(&self, z: &Tensor) -> Result<Stack> {
        let mut generator = self.generator.clone();
        generator.calibrate(z)?;
        Ok(generator)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device};

    use super::*;
    use crate::gan::{ModelInfo, generator, latents_to_tensor};
    use crate::latent::noise::{Noise, Purpose};

    fn network(seed: u64) -> Stack {
        let info = ModelInfo::small(8, 4);
        generator(&info, &mut Noise::new(seed, Purpose::Weights), &Device::Cpu).unwrap()
    }

    fn first_weight(stack: &Stack) -> Vec<f32> {
        let weight = stack.parameters()[0].flatten_all().unwrap();
        weight.to_vec1().unwrap()
    }

    #[test]
    fn the_average_is_the_weighted_sum_of_its_steps() {
        let (first, second) = (network(1), network(2));
        let mut average = Average::new(&first, 0.5);
        average.update(&second).unwrap();
        average.update(&second).unwrap();
        // The first two steps keep 2/11 and 3/12 of what was there: less than 0.5.
        let kept = (2.0 / 11.0) * (3.0 / 12.0);
        let all = first_weight(&first)
            .into_iter()
            .zip(first_weight(&second))
            .zip(first_weight(&average.generator));
        for ((a, b), mean) in all {
            let expected = f64::from(a) * kept + f64::from(b) * (1.0 - kept);
            assert!((f64::from(mean) - expected).abs() < 1e-7);
        }
    }

    #[test]
    fn inference_after_calibration_is_training_on_the_same_latents() {
        let mut noise = Noise::new(3, Purpose::Calibration);
        let latents: Vec<_> = (0..64).map(|_| noise.latent(8)).collect();
        let z = latents_to_tensor(&latents, 8, &Device::Cpu).unwrap(); // [64, 1, 1, 8]
        let average = Average::new(&network(1), 0.9);
        let calibrated = average.calibrated(&z).unwrap();
        let inferred = calibrated.infer(&z).unwrap();
        let trained = average.generator.clone().forward_train(&z).unwrap().output;
        let off = (inferred - trained).unwrap().abs().unwrap();
        let off: f32 = off
            .max_all()
            .unwrap()
            .to_dtype(DType::F32)
            .unwrap()
            .to_scalar()
            .unwrap();
        // The running variance is the unbiased one.
        assert!(off < 2e-2, "{off}");
        let raw = average.generator.infer(&z).unwrap();
        let raw_off = (raw - calibrated.infer(&z).unwrap())
            .unwrap()
            .abs()
            .unwrap();
        let raw_off: f32 = raw_off.max_all().unwrap().to_scalar().unwrap();
        assert!(raw_off > off);
    }
}
