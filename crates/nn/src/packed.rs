//! A generator whose weights are laid out for drawing one picture at a time.

use candle_core::{Device, Tensor};

use super::cpu::{After, PackedFirst, PackedUp, Statistics};
use super::{BatchNorm, Block, Direction, Geometry, Result, Stack, host};

/// A [`Stack`] of transposed convolutions for inference on single pictures, on the CPU. Takes half as much memory again
/// as the weights, and about as long to make as four pictures. Weights are rounded to 16 bits: a picture differs
/// by less than half a step of its 8 bits.
#[derive(Debug)]
pub struct Packed {
    first: PackedFirst,
    middle: Vec<PackedUp>,
    /// Few output channels: nothing is gained by packing them.
    last: Block,
}

impl Packed {
    /// `None` where `stack` is no generator of the usual shape, not in main memory, or has weights beyond 16 bits.
    pub fn new(stack: &Stack) -> Result<Option<Self>> {
        let [first, middle @ .., last] = &stack.blocks[..] else {
            return Ok(None);
        };
        let ups = std::iter::once((first, Geometry::Stride1))
            .chain(middle.iter().map(|block| (block, Geometry::Stride2)));
        for (block, geometry) in ups {
            let piecewise = block.activation.slope().is_some();
            let usual = block.direction == Direction::Up && block.geometry == geometry;
            if !usual || !piecewise || !host::is_fast(&block.weight) {
                return Ok(None);
            }
        }
        let pack = |block: &Block| {
            let after = after(block)?;
            let co = block.weight.dim(0)?;
            host::with_slices([&block.weight], |[w]| PackedUp::new(w, co, after))
        };
        let latent = first.weight.dim(0)?;
        let after = after(first)?;
        let first = host::with_slices([&first.weight], |[w]| PackedFirst::new(w, latent, after))?;
        let middle = middle.iter().map(pack).collect::<Result<Option<_>>>()?;
        let packed = first.zip(middle).map(|(first, middle)| Self {
            first,
            middle,
            last: last.clone(),
        });
        Ok(packed)
    }

    /// [`Stack::infer`] of one latent `z` → [1, h, w, c].
    ///
    /// # Errors
    /// candle's, and where the latent has another length than the weights.
    pub fn infer(&self, z: &[f32]) -> Result<Tensor> {
        if z.len() != self.first.latent() {
            candle_core::bail!(
                "{} numbers meet a latent of {}",
                z.len(),
                self.first.latent()
            );
        }
        let mut features = self.first.run(z); // [4, 4, c]
        for layer in &self.middle {
            features = layer.run(&features); // [2h, 2w, c']
        }
        let (side, channels) = (features.side, features.channels);
        let shape = (1, side, side, channels);
        self.last
            .infer(&Tensor::from_vec(features.inner(), shape, &Device::Cpu)?) // [1, 2h, 2w, c']
    }
}

/// The convolution's own bias and batch norm with the running statistics are a scale and a bias.
fn after(block: &Block) -> Result<After> {
    let slope = block.activation.slope().unwrap_or(1.0) as f32;
    let channels = block.weight.dim(3)?;
    let own: Vec<f32> = match &block.bias {
        Some(bias) => bias.to_vec1()?,
        None => vec![0.0; channels],
    };
    let Some(norm) = &block.norm else {
        return Ok(After {
            scale: vec![1.0; channels],
            bias: own,
            slope,
        });
    };
    let running = Statistics::from_running(
        norm.running_mean.to_vec1()?,
        norm.running_var.to_vec1()?,
        BatchNorm::EPSILON as f32,
    );
    let gain: Vec<f32> = norm.gain.to_vec1()?;
    let shift: Vec<f32> = norm.shift.to_vec1()?;
    let scale: Vec<f32> = gain
        .iter()
        .zip(&running.inv_std)
        .map(|(g, s)| g * s)
        .collect();
    let bias = shift.iter().zip(&scale).zip(running.mean.iter().zip(&own));
    Ok(After {
        bias: bias
            .map(|((shift, scale), (mean, own))| shift - scale * (mean - own))
            .collect(),
        scale,
        slope,
    })
}
