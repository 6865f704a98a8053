//! A network of PyTorch's layers, one after the other: what others made and training here does not know. Inference only.

mod bend;
mod stack;
mod transposed;

use candle_core::{Device, Result, Tensor, bail};
use serde::{Deserialize, Serialize};

pub use self::bend::{Bend, SELU};
pub use self::stack::{from_stack, to_discriminator, to_generator};
use self::transposed::Transposed;

/// What a layer does; sizes that its tensors tell are not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "layer", rename_all = "snake_case")]
pub enum Kind {
    /// `weight` [out, in], perhaps `bias`.
    Linear,
    /// [b, channels · side²] → [b, channels, side, side].
    Unflatten {
        channels: usize,
        side: usize,
    },
    /// → [b, all].
    Flatten,
    /// `weight` [in, out, k, k], perhaps `bias`.
    ConvTranspose {
        stride: usize,
        padding: usize,
        output_padding: usize,
    },
    /// `weight` [out, in, k, k], perhaps `bias`.
    Conv {
        stride: usize,
        padding: usize,
    },
    /// Each pixel becomes a square of `factor` × `factor`; `smooth` blends them (bilinear), and with `corners` the outer
    /// pixels stay at the corners (PyTorch's `align_corners`).
    Upsample {
        factor: usize,
        smooth: bool,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        corners: bool,
    },
    /// `weight`, `bias`, `running_mean`, `running_var`.
    BatchNorm {
        epsilon: f64,
    },
    Relu,
    LeakyRelu {
        slope: f64,
    },
    Bent {
        bend: Bend,
    },
    Tanh,
    Sigmoid,
}

impl Kind {
    /// Whether it stands between layers and bends what they give.
    pub fn is_activation(self) -> bool {
        matches!(
            self,
            Self::Relu | Self::LeakyRelu { .. } | Self::Bent { .. }
        )
    }

    /// Whether programs know it that read models of other layers than training's at all.
    pub fn is_early(self) -> bool {
        !matches!(
            self,
            Self::Bent { .. } | Self::Upsample { corners: true, .. }
        )
    }
}

/// A layer with its tensors, under PyTorch's names for them.
#[derive(Clone, Debug)]
pub struct Layer {
    pub kind: Kind,
    pub parts: Vec<(&'static str, Tensor)>,
}

impl Layer {
    /// One without tensors.
    pub fn plain(kind: Kind) -> Self {
        Self {
            kind,
            parts: Vec::new(),
        }
    }

    pub fn part(&self, name: &str) -> Option<&Tensor> {
        let mut parts = self.parts.iter();
        parts.find(|(own, _)| *own == name).map(|(_, part)| part)
    }

    fn with_statistics(&self, mean: &Tensor, variance: &Tensor) -> Self {
        let mut parts = self.parts.clone();
        parts.retain(|(name, _)| !name.starts_with("running"));
        parts.push(("running_mean", mean.clone()));
        parts.push(("running_var", variance.clone()));
        Self { parts, ..*self }
    }

    /// # Errors
    /// Where there is none.
    pub fn needed(&self, name: &str) -> Result<&Tensor> {
        match self.part(name) {
            Some(part) => Ok(part),
            None => bail!("a layer {:?} without {name}", self.kind),
        }
    }
}

/// Layers in the order of the data.
#[derive(Clone, Debug)]
pub struct Layers {
    layers: Vec<Layer>,
    /// Of each transposed convolution, as it is computed.
    transposed: Vec<Option<Transposed>>,
}

impl Layers {
    /// # Errors
    /// Where a layer lacks its tensors or they have other shapes than it needs.
    pub fn new(layers: Vec<Layer>) -> Result<Self> {
        let transposed = layers.iter().map(|layer| match layer.kind {
            Kind::ConvTranspose {
                stride,
                padding,
                output_padding,
            } => {
                let weight = layer.needed("weight")?;
                Transposed::new(weight, stride, padding, output_padding).map(Some)
            }
            _ => Ok(None),
        });
        let transposed = transposed.collect::<Result<_>>()?;
        Ok(Self { layers, transposed })
    }

    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// What is learnt and what inference needs besides.
    fn tensors(&self) -> impl Iterator<Item = (&'static str, &Tensor)> {
        let parts = self.layers.iter().flat_map(|layer| &layer.parts);
        parts.map(|(name, tensor)| (*name, tensor))
    }

    /// Numbers that are learnt.
    pub fn parameter_count(&self) -> usize {
        let learnt = self
            .tensors()
            .filter(|(name, _)| !name.starts_with("running"));
        learnt.map(|(_, tensor)| tensor.elem_count()).sum()
    }

    pub fn device(&self) -> Device {
        let first = self.tensors().next();
        first.map_or(Device::Cpu, |(_, tensor)| tensor.device().clone())
    }

    /// [b, 1, 1, latent] → [b, h, w, c] in −1..1.
    ///
    /// # Errors
    /// candle's, and where the layers do not fit each other.
    pub fn infer(&self, z: &Tensor) -> Result<Tensor> {
        let x = self.run(z, self.layers.len())?; // [b, c, h, w]
        let pictures = x.permute((0, 2, 3, 1))?.contiguous()?; // [b, h, w, c]
        match self.layers.last().map(|layer| layer.kind) {
            // Pictures in 0..1.
            Some(Kind::Sigmoid) => pictures.affine(2.0, -1.0),
            _ => Ok(pictures),
        }
    }

    /// What the first `count` layers give for [b, 1, 1, latent]: [b, c, h, w] or [b, c].
    ///
    /// # Errors
    /// As [`Layers::infer`].
    pub fn run(&self, z: &Tensor, count: usize) -> Result<Tensor> {
        let mut x = z.permute((0, 3, 1, 2))?.contiguous()?; // [b, latent, 1, 1]
        for (layer, transposed) in self.layers.iter().zip(&self.transposed).take(count) {
            x = forward(layer, transposed.as_ref(), &x)?;
        }
        Ok(x)
    }

    /// What features `x` become, each batch norm normalising by them as in training. Of the pictures only the first few
    /// go on to where all of them would take much memory.
    ///
    /// # Errors
    /// As [`Layers::infer`].
    pub fn train_forward(&self, x: &Tensor) -> Result<Tensor> {
        self.trained(x, &mut |_, _| ())
    }

    /// The same; `see` is told what reaches each batch norm: its place, and mean and unbiased variance.
    fn trained(&self, x: &Tensor, see: &mut dyn FnMut(usize, [Tensor; 2])) -> Result<Tensor> {
        let mut x = x.clone();
        for (at, (layer, transposed)) in self.layers.iter().zip(&self.transposed).enumerate() {
            let Kind::BatchNorm { .. } = layer.kind else {
                x = forward_within(layer, transposed.as_ref(), &x, MOST_NUMBERS)?;
                continue;
            };
            let [mean, squares] = moments(&x)?;
            let count = (x.elem_count() / mean.elem_count().max(1)) as f64;
            let unbiased = (&squares * (count / (count - 1.0).max(1.0)))?;
            let here = layer.with_statistics(&mean, &squares);
            x = forward_within(&here, None, &x, MOST_NUMBERS)?;
            see(at, [mean, unbiased]);
        }
        Ok(x)
    }

    /// With running statistics that are those of the latents `z` [b, 1, 1, latent].
    ///
    /// # Errors
    /// As [`Layers::infer`].
    pub fn calibrated(mut self, z: &Tensor) -> Result<Self> {
        let z = z.permute((0, 3, 1, 2))?.contiguous()?; // [b, latent, 1, 1]
        let mut found = Vec::new();
        self.trained(&z, &mut |at, statistics| found.push((at, statistics)))?;
        for (at, [mean, variance]) in found {
            self.layers[at] = self.layers[at].with_statistics(&mean, &variance);
        }
        Ok(self)
    }

    /// The same network on `device`.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn to_device(&self, device: &Device) -> Result<Self> {
        let mut layers = self.layers.clone();
        for (_, part) in layers.iter_mut().flat_map(|layer| &mut layer.parts) {
            *part = part.to_device(device)?;
        }
        Self::new(layers)
    }

    /// Layers up to the first one that bends its features, that one too.
    pub fn first_bend(&self) -> usize {
        let at = self
            .layers
            .iter()
            .position(|layer| layer.kind.is_activation());
        at.map_or(1, |at| at + 1)
    }

    /// The first layer's weight as a matrix [latent, outputs].
    ///
    /// # Errors
    /// Where it has none.
    pub fn first_matrix(&self) -> Result<Tensor> {
        match self.layers.first() {
            Some(layer) if layer.kind == Kind::Linear => layer.needed("weight")?.t()?.contiguous(),
            Some(layer) => layer.needed("weight")?.flatten_from(1),
            None => bail!("a network without layers"),
        }
    }
}

/// Features of all latents together that statistics are measured on: 64 MiB.
const MOST_NUMBERS: usize = 1 << 24;
/// Latents that they are measured on at least.
const LEAST_LATENTS: usize = 4;

/// As [`forward`], of as many of the pictures as give about `most` numbers.
fn forward_within(
    layer: &Layer,
    transposed: Option<&Transposed>,
    x: &Tensor,
    most: usize,
) -> Result<Tensor> {
    let one = forward(layer, transposed, &x.narrow(0, 0, 1)?.contiguous()?)?;
    let fitting = (most / one.elem_count().max(1)).max(LEAST_LATENTS);
    match x.dim(0)? {
        all if all <= fitting => forward(layer, transposed, x),
        _ => forward(layer, transposed, &x.narrow(0, 0, fitting)?.contiguous()?),
    }
}

/// [b, c, h, w] or [b, c] → the same of what the layer gives.
fn forward(layer: &Layer, transposed: Option<&Transposed>, x: &Tensor) -> Result<Tensor> {
    match layer.kind {
        Kind::Linear => {
            let product = x.flatten_from(1)?.matmul(&layer.needed("weight")?.t()?)?; // [b, out]
            with_bias(layer, product)
        }
        Kind::Unflatten { channels, side } => x.reshape(((), channels, side, side)),
        Kind::Flatten => x.flatten_from(1),
        Kind::ConvTranspose { .. } => match transposed {
            Some(transposed) => with_bias(layer, transposed.forward(x)?),
            None => bail!("a transposed convolution that was not prepared"),
        },
        Kind::Conv { stride, padding } => {
            let weight = layer.needed("weight")?;
            with_bias(layer, x.conv2d(weight, padding, stride, 1, 1)?)
        }
        Kind::Upsample {
            factor,
            smooth,
            corners,
        } => {
            let (_, _, high, across) = x.dims4()?;
            match smooth {
                true => x.upsample_bilinear2d(high * factor, across * factor, corners),
                false => x.upsample_nearest2d(high * factor, across * factor),
            }
        }
        Kind::BatchNorm { epsilon } => normalise(layer, x, epsilon),
        Kind::Relu => x.relu(),
        Kind::LeakyRelu { slope } if slope > 1.0 => x.minimum(&x.affine(slope, 0.0)?),
        Kind::LeakyRelu { slope } => x.maximum(&x.affine(slope, 0.0)?),
        Kind::Bent { bend } => bend.forward(x),
        Kind::Tanh => x.tanh(),
        // σ(x) = (1 + tanh(x/2)) / 2, which no large number overflows.
        Kind::Sigmoid => x.affine(0.5, 0.0)?.tanh()?.affine(0.5, 0.5),
    }
}

fn normalise(layer: &Layer, x: &Tensor, epsilon: f64) -> Result<Tensor> {
    let (mean, variance) = (layer.needed("running_mean")?, layer.needed("running_var")?);
    let scale = (layer.needed("weight")? / (variance + epsilon)?.sqrt()?)?;
    let shift = (layer.needed("bias")? - (mean * &scale)?)?;
    x.broadcast_mul(&by_channel(&scale, x)?)?
        .broadcast_add(&by_channel(&shift, x)?)
}

fn with_bias(layer: &Layer, x: Tensor) -> Result<Tensor> {
    match layer.part("bias") {
        Some(bias) => x.broadcast_add(&by_channel(bias, &x)?),
        None => Ok(x),
    }
}

/// Mean and mean square off it of each channel of [b, c, h, w] or [b, c].
///
/// # Errors
/// candle's.
pub fn moments(x: &Tensor) -> Result<[Tensor; 2]> {
    let rows = by_rows(x)?; // [c, all others]
    let mean = rows.mean(1)?;
    let squares = rows.broadcast_sub(&mean.unsqueeze(1)?)?.sqr()?.mean(1)?;
    Ok([mean, squares])
}

/// [b, c, h, w] or [b, c] → [c, all others].
fn by_rows(x: &Tensor) -> Result<Tensor> {
    x.transpose(0, 1)?.flatten_from(1)
}

/// `[c]` beside [b, c, h, w] or [b, c].
fn by_channel(vector: &Tensor, x: &Tensor) -> Result<Tensor> {
    match x.rank() {
        4 => vector.reshape((1, (), 1, 1)),
        _ => Ok(vector.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_slope_left_of_zero_is_computed() {
        let x = Tensor::new(&[[-2.0f32, 0.0, 3.0]], &Device::Cpu).unwrap();
        for (slope, left) in [(0.2, -0.4), (1.0, -2.0), (1.5, -3.0), (-0.5, 1.0)] {
            let layer = Layer::plain(Kind::LeakyRelu { slope });
            let bent = forward(&layer, None, &x).unwrap();
            let bent: Vec<f32> = bent.flatten_all().unwrap().to_vec1().unwrap();
            assert!((bent[0] - left).abs() < 1e-6, "{slope}: {bent:?}");
            assert_eq!(bent[1..], [0.0, 3.0]);
        }
    }

    #[test]
    fn statistics_are_measured_on_as_many_pictures_as_memory_holds() {
        let upsample = Layer::plain(Kind::Upsample {
            factor: 4,
            smooth: false,
            corners: false,
        });
        let x = Tensor::zeros((20, 1, 2, 2), candle_core::DType::F32, &Device::Cpu).unwrap();
        let of = |most: usize| {
            let given = forward_within(&upsample, None, &x, most).unwrap();
            given.dim(0).unwrap()
        };
        // Each picture becomes 64 numbers.
        assert_eq!([of(20 * 64), of(12 * 64), of(64)], [20, 12, LEAST_LATENTS]);
    }
}
