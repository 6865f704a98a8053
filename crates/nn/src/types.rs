//! The plain data that layers and backends hand each other.

use candle_core::Tensor;

use super::Result;

/// A function applied to each number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// x: logits.
    Linear,
    /// max(x, 0).
    Relu,
    /// x where positive, `slope · x` elsewhere; 0 < slope < 1.
    LeakyRelu(f64),
    /// tanh x: pictures in −1..1.
    Tanh,
}

impl Activation {
    /// The slope left of zero of the piecewise linear ones.
    pub fn slope(self) -> Option<f64> {
        match self {
            Self::Linear => Some(1.0),
            Self::Relu => Some(0.0),
            Self::LeakyRelu(slope) => Some(slope),
            Self::Tanh => None,
        }
    }
}

/// Learnt gain and shift and the running statistics, each `[c]`.
#[derive(Clone, Debug)]
pub struct BatchNorm {
    /// PyTorch's `weight`.
    pub gain: Tensor,
    /// PyTorch's `bias`.
    pub shift: Tensor,
    /// Mean that inference uses.
    pub running_mean: Tensor,
    /// Unbiased variance that inference uses.
    pub running_var: Tensor,
    /// Batches seen, PyTorch's `num_batches_tracked`.
    pub batches: i64,
}

impl BatchNorm {
    /// Added to variances.
    pub const EPSILON: f64 = 1e-5;

    /// The running statistics moved by `momentum` towards the mean and the biased variance of a batch of `rows` rows.
    pub(crate) fn tracked(
        &self,
        (mean, variance): (&Tensor, &Tensor),
        rows: f64,
        momentum: f64,
    ) -> Result<(Tensor, Tensor)> {
        // PyTorch normalises with the biased variance and remembers the unbiased one.
        let unbiased = rows / (rows - 1.0).max(1.0);
        let blend = |old: &Tensor, new: &Tensor, scale: f64| {
            (old * (1.0 - momentum))? + (new * (momentum * scale))?
        };
        Ok((
            blend(&self.running_mean, mean, 1.0)?,
            blend(&self.running_var, variance, unbiased)?,
        ))
    }
}

/// What the backward pass needs of a forward pass.
#[derive(Clone, Debug)]
pub struct Normalised {
    /// The input [.., c].
    pub input: Tensor,
    /// Mean of the batch `[c]`.
    pub mean: Tensor,
    /// 1/√(biased variance of the batch + ε) `[c]`.
    pub inv_std: Tensor,
    /// The activated output [.., c].
    pub output: Tensor,
}

/// The settings of one update.
#[derive(Clone, Copy)]
pub struct Update {
    pub rate: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    /// Counted from 1.
    pub step: u64,
}

impl Update {
    /// The rate over the correction of the first moment, and the root of that of the second.
    pub fn corrected(self) -> (f64, f64) {
        let corrected = |beta: f64| 1.0 - beta.powf(self.step as f64);
        (
            self.rate / corrected(self.beta1),
            corrected(self.beta2).sqrt(),
        )
    }
}

/// What happens to a picture: first its colours, then its place, then its hole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Added to every number.
    pub brightness: f32,
    /// Factor of each channel's distance from the mean of its pixel.
    pub saturation: f32,
    /// Factor of each number's distance from the mean of the picture.
    pub contrast: f32,
    /// A pixel comes from so many rows further down and columns further right; from beyond the edge
    /// comes 0.
    pub shift: (i64, i64),
    /// Rows and columns that become 0, as the half-open ranges of a rectangle.
    pub hole: [(i64, i64); 2],
}

impl Change {
    /// Leaves the picture as it is.
    pub const NONE: Self = Self {
        brightness: 0.0,
        saturation: 1.0,
        contrast: 1.0,
        shift: (0, 0),
        hole: [(0, 0); 2],
    };

    /// Where the pixel at a place comes from.
    pub(crate) fn source(&self, (y, x): (i64, i64)) -> (i64, i64) {
        (y + self.shift.0, x + self.shift.1)
    }

    /// Where the pixel at a place goes.
    pub(crate) fn target(&self, (y, x): (i64, i64)) -> (i64, i64) {
        (y - self.shift.0, x - self.shift.1)
    }

    /// Whether a place is in the hole.
    pub(crate) fn hides(&self, (y, x): (i64, i64)) -> bool {
        let [rows, columns] = self.hole;
        (rows.0..rows.1).contains(&y) && (columns.0..columns.1).contains(&x)
    }

    pub(crate) fn tints(&self) -> bool {
        (self.brightness, self.saturation, self.contrast) != (0.0, 1.0, 1.0)
    }
}
