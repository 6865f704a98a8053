//! Where D's outputs lie on real pictures and on fakes: moving averages over the steps.
//!
//! The LeCam regulariser (Tseng et al. 2021) draws D's outputs on either kind towards the average of the other. And an
//! output of a loss that only compares outputs means nothing by itself, but against the middle between both averages.

use candle_core::{Result, Tensor};
use serde::{Deserialize, Serialize};

/// What the averages keep of themselves at a step, as in the paper's program.
const DECAY: f64 = 0.99;

/// Averages of D's outputs. Files have their bits: the shortest decimals would not always come back to them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "[u64; 2]", from = "[u64; 2]")]
pub struct Anchors {
    pub real: f64,
    pub fake: f64,
}

impl From<Anchors> for [u64; 2] {
    fn from(anchors: Anchors) -> Self {
        [anchors.real, anchors.fake].map(f64::to_bits)
    }
}

impl From<[u64; 2]> for Anchors {
    fn from(bits: [u64; 2]) -> Self {
        let [real, fake] = bits.map(f64::from_bits);
        Self { real, fake }
    }
}

impl Anchors {
    /// After a step with these outputs; the first step begins them.
    pub fn after(before: Option<Self>, real: &[f32], fake: &[f32]) -> Self {
        let mean = |outputs: &[f32]| {
            let sum: f64 = outputs.iter().map(|&x| f64::from(x)).sum();
            sum / outputs.len().max(1) as f64
        };
        let now = Self {
            real: mean(real),
            fake: mean(fake),
        };
        let moved = |before: f64, now: f64| DECAY * before + (1.0 - DECAY) * now;
        before.map_or(now, |before| Self {
            real: moved(before.real, now.real),
            fake: moved(before.fake, now.fake),
        })
    }

    /// The output that speaks for neither.
    pub fn middle(&self) -> f64 {
        (self.real + self.fake) / 2.0
    }

    /// Gradient of `weight` · mean (D(x) − the average of fakes)² at D's outputs on real pictures, of any shape.
    ///
    /// # Errors
    /// candle's.
    pub fn pull_on_real(&self, weight: f64, outputs: &Tensor) -> Result<Tensor> {
        pull(weight, outputs, self.fake)
    }

    /// The same on fakes, towards the average of real pictures.
    ///
    /// # Errors
    /// candle's.
    pub fn pull_on_fake(&self, weight: f64, outputs: &Tensor) -> Result<Tensor> {
        pull(weight, outputs, self.real)
    }
}

fn pull(weight: f64, outputs: &Tensor, anchor: f64) -> Result<Tensor> {
    let slope = 2.0 * weight / outputs.elem_count().max(1) as f64;
    outputs.affine(slope, -slope * anchor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    #[test]
    fn averages_follow_slowly_and_begin_where_they_are() {
        let first = Anchors::after(None, &[1.0, 3.0], &[-1.0]);
        assert_eq!((first.real, first.fake, first.middle()), (2.0, -1.0, 0.5));
        let second = Anchors::after(Some(first), &[12.0], &[-1.0]);
        assert!((second.real - 2.1).abs() < 1e-12);
        assert_eq!(second.fake, -1.0);
    }

    #[test]
    fn averages_come_back_from_files_to_the_bit() {
        let mut noise = 0.1f64;
        for _ in 0..1000 {
            noise = (noise * 9973.1).fract();
            let anchors = Anchors {
                real: noise / 3.0,
                fake: -noise * 1e-7,
            };
            let text = serde_json::to_string(&anchors).unwrap();
            assert_eq!(serde_json::from_str::<Anchors>(&text).unwrap(), anchors);
        }
        let lost = Anchors {
            real: f64::INFINITY,
            fake: f64::NEG_INFINITY,
        };
        let text = serde_json::to_string(&lost).unwrap();
        assert_eq!(serde_json::from_str::<Anchors>(&text).unwrap(), lost);
    }

    #[test]
    fn the_pull_is_the_gradient_of_the_squares() {
        let anchors = Anchors {
            real: 2.0,
            fake: -1.0,
        };
        let at = [0.5f64, -2.0, 3.0];
        let loss = |at: &[f64], anchor: f64| {
            0.3 * at.iter().map(|x| (x - anchor) * (x - anchor)).sum::<f64>() / 3.0
        };
        let outputs = Tensor::new(&at, &Device::Cpu).unwrap();
        let real = anchors.pull_on_real(0.3, &outputs).unwrap();
        let fake = anchors.pull_on_fake(0.3, &outputs).unwrap();
        for (pull, anchor) in [(real, -1.0), (fake, 2.0)] {
            for (place, slope) in pull.to_vec1::<f64>().unwrap().into_iter().enumerate() {
                let (mut more, mut less) = (at, at);
                more[place] += 1e-6;
                less[place] -= 1e-6;
                let numeric = (loss(&more, anchor) - loss(&less, anchor)) / 2e-6;
                assert!((slope - numeric).abs() < 1e-8);
            }
        }
    }
}
