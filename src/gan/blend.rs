//! One generator out of two of the same shape: between their weights, resolution by resolution.
//!
//! Networks that come from the same weights, such as two checkpoints of a run or a fork and its parent, lie near enough to
//! each other that what lies between them draws faces too. Weights of 0 and 1 by resolution are the layer swapping of
//! Pinkney and Adler (2020, arXiv 2010.05334): the coarse layers of one with the fine ones of the other.

use candle_core::Tensor;
use morphogan_nn::{BatchNorm, Block, Stack};

use super::Generator;
use super::layers::{Kind, Layer, Layers};

/// Why two generators cannot be blended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlendError {
    #[error("their networks have other shapes: {0}")]
    Shapes(String),
    #[error(
        "{given} weights for the {levels} resolutions of the network; give one, or one for each"
    )]
    Count { given: usize, levels: usize },
    #[error("a weight is {0}; it must be from 0, the first model, to 1, the second")]
    Weight(f64),
    #[error(transparent)]
    Candle(#[from] candle_core::Error),
}

/// Sides of the features that the layers of a generator give, from coarse to fine: 4, 8, 16 … One weight of a blend
/// stands for all layers of a resolution.
///
/// # Errors
/// candle's, where a layer has no weights that it needs.
pub fn resolutions(generator: &Generator) -> candle_core::Result<Vec<usize>> {
    let mut all = match generator {
        Generator::Chain(chain) => of_blocks(chain)?,
        Generator::Layers(layers) => sides(layers.layers())?,
    };
    all.dedup();
    Ok(all)
}

/// Whether two generators can be blended. Nothing is computed.
///
/// # Errors
/// Where their shapes differ.
pub fn check(a: &Generator, b: &Generator) -> Result<(), BlendError> {
    match (a, b) {
        (Generator::Chain(a), Generator::Chain(b)) => {
            same_count(a.blocks.len(), b.blocks.len())?;
            a.blocks.iter().zip(&b.blocks).try_for_each(same_blocks)
        }
        (Generator::Layers(a), Generator::Layers(b)) => {
            let (a, b) = (a.layers(), b.layers());
            same_count(a.len(), b.len())?;
            a.iter().zip(b).try_for_each(same_layers)
        }
        // What training knows as a chain is never kept as layers.
        _ => Err(BlendError::Shapes("they are of two kinds".into())),
    }
}

/// The network that lies `weights` of the way from `a` to `b`: one weight for all of it, or one for each of its
/// [`resolutions`]. With 0 its tensors are those of `a` and with 1 those of `b`, to the bit. Running statistics are
/// blended like weights; see [`calibrated`].
///
/// # Errors
/// Where their shapes differ, or the weights are not as many or not in 0..=1.
pub fn blend(a: &Generator, b: &Generator, weights: &[f64]) -> Result<Generator, BlendError> {
    if let Some(wrong) = weights.iter().find(|weight| !(0.0..=1.0).contains(*weight)) {
        return Err(BlendError::Weight(*wrong));
    }
    check(a, b)?;
    let levels = resolutions(a)?;
    if weights.len() != 1 && weights.len() != levels.len() {
        let given = weights.len();
        return Err(BlendError::Count {
            given,
            levels: levels.len(),
        });
    }
    let of_side = |side: &usize| {
        let level = levels.iter().position(|level| level == side).unwrap_or(0);
        weights
            .get(level)
            .or(weights.first())
            .copied()
            .unwrap_or(0.0)
    };
    match (a, b) {
        (Generator::Chain(a), Generator::Chain(b)) => {
            let of_block: Vec<f64> = of_blocks(a)?.iter().map(of_side).collect();
            Ok(Generator::Chain(stacks(a, b, &of_block)?))
        }
        _ => {
            let (of_a, of_b) = (a.layers()?, b.layers()?);
            let of_layer: Vec<f64> = sides(&of_a)?.iter().map(of_side).collect();
            let mixed = layers(&of_a, &of_b, &of_layer)?;
            Ok(Generator::Layers(Layers::new(mixed)?.into()))
        }
    }
}

/// With running statistics that are those of the blended features on the latents `z` [n, 1, 1, latent]. Between two
/// networks features vary less than in either (their noise cancels out), which blended statistics do not know: faces
/// come out pale.
///
/// # Errors
/// candle's, for a device that fails.
pub fn calibrated(generator: Generator, z: &Tensor) -> candle_core::Result<Generator> {
    match generator {
        Generator::Chain(mut chain) => {
            chain.calibrate(z)?;
            Ok(Generator::Chain(chain))
        }
        Generator::Layers(layers) => {
            let layers = Layers::clone(&layers).calibrated(z)?;
            Ok(Generator::Layers(layers.into()))
        }
    }
}

/// Whether all weights say the same of the two: it is one of them as it was.
pub fn is_pure(weights: &[f64]) -> bool {
    weights.iter().all(|weight| *weight == 0.0) || weights.iter().all(|weight| *weight == 1.0)
}

/// The side of what each block of a chain gives.
fn of_blocks(chain: &Stack) -> candle_core::Result<Vec<usize>> {
    let mut side = 1;
    let grown = chain.blocks.iter().map(|block| {
        let (stride, padding) = (block.geometry.stride(), block.geometry.padding());
        let kernel = block.weight.dim(1)?; // [deep, 4, 4, wide]
        side = ((side - 1) * stride + kernel)
            .saturating_sub(2 * padding)
            .max(1);
        Ok(side)
    });
    grown.collect()
}

/// The side of what each layer gives.
fn sides(layers: &[Layer]) -> candle_core::Result<Vec<usize>> {
    let mut side = 1;
    let mut all = Vec::with_capacity(layers.len());
    for layer in layers {
        let kernel = || layer.needed("weight")?.dim(3);
        side = match layer.kind {
            Kind::Unflatten { side, .. } => side,
            Kind::ConvTranspose {
                stride,
                padding,
                output_padding,
            } => ((side - 1) * stride + kernel()? + output_padding).saturating_sub(2 * padding),
            Kind::Conv { stride, padding } => {
                (side + 2 * padding).saturating_sub(kernel()?) / stride.max(1) + 1
            }
            Kind::Upsample { factor, .. } => side * factor,
            _ => side,
        }
        .max(1);
        all.push(side);
    }
    // A dense first layer gives the features that its square has.
    let first = layers
        .iter()
        .zip(&all)
        .find(|(layer, _)| matches!(layer.kind, Kind::Unflatten { .. }));
    if let Some((_, &square)) = first {
        for side in all.iter_mut().take_while(|side| **side == 1) {
            *side = square;
        }
    }
    Ok(all)
}

fn stacks(a: &Stack, b: &Stack, weights: &[f64]) -> Result<Stack, BlendError> {
    same_count(a.blocks.len(), b.blocks.len())?;
    let pairs = a.blocks.iter().zip(&b.blocks).zip(weights);
    let blocks = pairs.map(|((a, b), &weight)| blocks(a, b, weight));
    Ok(Stack::new(blocks.collect::<Result<_, _>>()?))
}

fn same_count(a: usize, b: usize) -> Result<(), BlendError> {
    match a == b {
        true => Ok(()),
        false => Err(BlendError::Shapes(format!("{a} and {b} layers"))),
    }
}

fn same_blocks((a, b): (&Block, &Block)) -> Result<(), BlendError> {
    let differ = |what: &str| Err(BlendError::Shapes(what.to_owned()));
    if a.activation != b.activation || a.geometry != b.geometry || a.direction != b.direction {
        return differ("their layers differ in what they do");
    }
    if a.norm.is_some() != b.norm.is_some() {
        return differ("one has batch norms where the other has none");
    }
    if a.bias.is_some() != b.bias.is_some() {
        return differ("one has biases where the other has none");
    }
    same_shape(&a.weight, &b.weight)
}

fn same_layers((a, b): (&Layer, &Layer)) -> Result<(), BlendError> {
    if a.kind != b.kind || a.parts.len() != b.parts.len() {
        let text = format!("{:?} in one and {:?} in the other", a.kind, b.kind);
        return Err(BlendError::Shapes(text));
    }
    let mut parts = a.parts.iter();
    parts.try_for_each(|(name, own)| same_shape(own, b.needed(name)?))
}

fn same_shape(a: &Tensor, b: &Tensor) -> Result<(), BlendError> {
    match a.dims() == b.dims() {
        true => Ok(()),
        false => {
            let text = format!("{:?} and {:?}", a.dims(), b.dims());
            Err(BlendError::Shapes(text))
        }
    }
}

fn blocks(a: &Block, b: &Block, weight: f64) -> Result<Block, BlendError> {
    same_blocks((a, b))?;
    let norm = match (&a.norm, &b.norm) {
        (Some(a), Some(b)) => Some(BatchNorm {
            gain: mix(&a.gain, &b.gain, weight)?,
            shift: mix(&a.shift, &b.shift, weight)?,
            running_mean: mix(&a.running_mean, &b.running_mean, weight)?,
            running_var: mix(&a.running_var, &b.running_var, weight)?,
            batches: if weight < 1.0 { a.batches } else { b.batches },
        }),
        _ => None,
    };
    let bias = match (&a.bias, &b.bias) {
        (Some(a), Some(b)) => Some(mix(a, b, weight)?),
        _ => None,
    };
    Ok(Block {
        weight: mix(&a.weight, &b.weight, weight)?,
        bias,
        norm,
        ..a.clone()
    })
}

fn layers(a: &[Layer], b: &[Layer], weights: &[f64]) -> Result<Vec<Layer>, BlendError> {
    same_count(a.len(), b.len())?;
    let pairs = a.iter().zip(b).zip(weights);
    let mixed = pairs.map(|((a, b), &weight)| {
        same_layers((a, b))?;
        let parts = a.parts.iter().map(|(name, own)| {
            let other = b.needed(name)?;
            Ok((*name, mix(own, other, weight)?))
        });
        Ok(Layer {
            kind: a.kind,
            parts: parts.collect::<Result<_, BlendError>>()?,
        })
    });
    mixed.collect()
}

/// `weight` of the way from `a` to `b`; the tensor itself at either end.
fn mix(a: &Tensor, b: &Tensor, weight: f64) -> Result<Tensor, BlendError> {
    same_shape(a, b)?;
    match weight {
        0.0 => Ok(a.clone()),
        1.0 => Ok(b.clone()),
        weight => Ok((a.affine(1.0 - weight, 0.0)? + b.affine(weight, 0.0)?)?),
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::gan::{ModelInfo, generator, latents_to_tensor};
    use crate::latent::LatentSpace;
    use crate::latent::noise::{Noise, Purpose};

    fn chain(seed: u64, width: usize) -> Generator {
        let info = ModelInfo::small(8, width);
        let mut noise = Noise::new(seed, Purpose::Weights);
        let mut stack = generator(&info, &mut noise, &Device::Cpu).unwrap();
        // Statistics of their own, as after training.
        stack.calibrate(&z(seed, 64)).unwrap();
        stack.into()
    }

    fn as_layers(generator: &Generator) -> Generator {
        Generator::Layers(Layers::new(generator.layers().unwrap()).unwrap().into())
    }

    fn z(seed: u64, count: usize) -> Tensor {
        let space = LatentSpace { len: 8 };
        let latents = space.draw(count, &mut Noise::new(seed, Purpose::Calibration));
        latents_to_tensor(&latents, 8, &Device::Cpu).unwrap()
    }

    /// All tensors one after the other, statistics too.
    fn numbers(generator: &Generator) -> Vec<u32> {
        let layers = generator.layers().unwrap();
        let parts = layers.iter().flat_map(|layer| &layer.parts);
        let bits = parts.flat_map(|(_, part)| {
            let numbers: Vec<f32> = part.flatten_all().unwrap().to_vec1().unwrap();
            numbers.into_iter().map(f32::to_bits)
        });
        bits.collect()
    }

    #[test]
    fn the_ends_are_the_models_themselves_to_the_bit() {
        let (a, b) = (chain(1, 4), chain(2, 4));
        for (a, b) in [(a.clone(), b.clone()), (as_layers(&a), as_layers(&b))] {
            assert_eq!(resolutions(&a).unwrap(), [4, 8, 16, 32]);
            let end = |weights: &[f64]| numbers(&blend(&a, &b, weights).unwrap());
            assert_eq!(end(&[0.0]), numbers(&a));
            assert_eq!(end(&[1.0]), numbers(&b));
            assert_eq!(end(&[1.0; 4]), numbers(&b));
            assert_ne!(numbers(&a), numbers(&b));
        }
    }

    #[test]
    fn the_middle_is_the_average_in_both_kinds_of_network() {
        let (a, b) = (chain(1, 4), chain(2, 4));
        let middle = blend(&a, &b, &[0.25]).unwrap();
        let (of_a, of_b) = (numbers(&a), numbers(&b));
        for ((a, b), made) in of_a.iter().zip(&of_b).zip(numbers(&middle)) {
            let [a, b, made] = [*a, *b, made].map(f32::from_bits);
            assert!((made - (0.75 * a + 0.25 * b)).abs() <= 1e-6 * (1.0 + a.abs() + b.abs()));
        }
        let layered = blend(&as_layers(&a), &as_layers(&b), &[0.25]).unwrap();
        assert_eq!(numbers(&layered), numbers(&middle));
    }

    #[test]
    fn layers_are_swapped_by_their_resolution() {
        let (a, b) = (chain(1, 4), chain(2, 4));
        let swapped = blend(&a, &b, &[0.0, 0.0, 1.0, 1.0]).unwrap();
        let (Generator::Chain(a), Generator::Chain(b), Generator::Chain(made)) = (&a, &b, &swapped)
        else {
            panic!("chains stay chains");
        };
        let bits =
            |block: &Block| -> Vec<f32> { block.weight.flatten_all().unwrap().to_vec1().unwrap() };
        for (at, block) in made.blocks.iter().enumerate() {
            let own = if at < 2 { &a.blocks[at] } else { &b.blocks[at] };
            assert_eq!(bits(block), bits(own));
        }
    }

    #[test]
    fn measured_statistics_are_those_of_the_features() {
        let z = z(9, 128);
        let blended = blend(&chain(1, 4), &chain(2, 4), &[0.5]).unwrap();
        // With statistics of the batch the features of every layer have the deviation of the gain; with blended ones
        // those of two networks that know nothing of each other are far smaller.
        let spread = |generator: &Generator| {
            let faces = generator.infer(&z).unwrap().flatten_all().unwrap();
            let numbers: Vec<f32> = faces.to_vec1().unwrap();
            let mean = numbers.iter().sum::<f32>() / numbers.len() as f32;
            numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / numbers.len() as f32
        };
        let measured = calibrated(blended.clone(), &z).unwrap();
        let of_layers = calibrated(as_layers(&blended), &z).unwrap();
        assert!(spread(&measured) > 1.5 * spread(&blended));
        assert!((spread(&of_layers) / spread(&measured) - 1.0).abs() < 0.05);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let (a, b) = (chain(1, 4), chain(2, 4));
        let why = |result: Result<Generator, BlendError>| result.unwrap_err().to_string();
        assert!(why(blend(&a, &chain(2, 8), &[0.5])).contains("other shapes"));
        assert!(why(blend(&a, &b, &[0.5, 0.5])).contains("2 weights for the 4 resolutions"));
        for wrong in [-0.1, 1.1, f64::NAN] {
            assert!(why(blend(&a, &b, &[wrong])).contains("must be from 0"));
        }
        assert!(is_pure(&[1.0, 1.0]) && is_pure(&[0.0]) && !is_pure(&[0.0, 1.0]));
    }
}
