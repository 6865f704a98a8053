//! Generator and discriminator, layer by layer.

use candle_core::{Device, Result, Tensor};
use morphogan_nn::{Activation, BatchNorm, Block, Direction, Geometry, Stack};

use super::{ModelInfo, init};
use crate::latent::noise::Noise;

/// LeakyReLU's slope in the discriminator.
const LEAK: f64 = 0.2;

/// How layer `index` of `count` changes the resolution: the one at 4×4 makes it from, or to, 1×1.
pub fn geometry(direction: Direction, (index, count): (usize, usize)) -> Geometry {
    let at_4x4 = match direction {
        Direction::Up => index == 0,
        Direction::Down => index + 1 == count,
    };
    if at_4x4 {
        Geometry::Stride1
    } else {
        Geometry::Stride2
    }
}

/// What follows layer `index` of `count`.
pub fn activation(direction: Direction, (index, count): (usize, usize)) -> Activation {
    match (direction, index + 1 == count) {
        (Direction::Up, true) => Activation::Tanh,
        (Direction::Up, false) => Activation::Relu,
        (Direction::Down, true) => Activation::Linear,
        (Direction::Down, false) => Activation::LeakyRelu(LEAK),
    }
}

/// Whether a generator is a chain as training makes them, whatever its depth and widths.
pub fn is_usual(generator: &Stack) -> bool {
    let count = generator.blocks.len();
    let mut blocks = generator.blocks.iter().enumerate();
    blocks.all(|(index, block)| {
        let place = (index, count);
        block.direction == Direction::Up
            && block.geometry == geometry(Direction::Up, place)
            && block.activation == activation(Direction::Up, place)
            && block.norm.is_some() == (index + 1 < count)
    })
}

/// A freshly initialised generator: [b, 1, 1, latent] → [b, size, size, channels] in −1..1.
///
/// # Errors
/// candle's, for a device that fails.
pub fn generator(info: &ModelInfo, noise: &mut Noise, device: &Device) -> Result<Stack> {
    let mut deep = info.latent; // features [b, 1, 1, latent]
    let mut wide = info.deepest();
    let count = info.halvings() + 1;
    let mut blocks = Vec::new();
    for layer in 0..info.halvings() {
        blocks.push(Block {
            direction: Direction::Up,
            // → [b, 4, 4, deepest], then twice the resolution and half the channels
            geometry: geometry(Direction::Up, (layer, count)),
            weight: init::weight(deep, wide, noise, device)?,
            bias: None,
            norm: Some(BatchNorm::new(init::gain(wide, noise, device)?)?),
            activation: activation(Direction::Up, (layer, count)),
        });
        (deep, wide) = (wide, wide / 2);
    }
    blocks.push(Block {
        direction: Direction::Up,
        geometry: geometry(Direction::Up, (count - 1, count)),
        weight: init::weight(deep, info.channels, noise, device)?,
        bias: None,
        norm: None,
        activation: activation(Direction::Up, (count - 1, count)),
    });
    Ok(Stack::new(blocks))
}

/// A freshly initialised discriminator: [b, size, size, channels] → logits [b, 1, 1, 1].
///
/// # Errors
/// candle's, for a device that fails.
pub fn discriminator(info: &ModelInfo, noise: &mut Noise, device: &Device) -> Result<Stack> {
    let mut wide = info.channels; // features [b, size, size, channels]
    let mut deep = info.width;
    let count = info.halvings() + 1;
    let mut blocks = Vec::new();
    for layer in 0..info.halvings() {
        let weight = init::weight(deep, wide, noise, device)?;
        let norm = match layer {
            0 => None,
            _ => Some(BatchNorm::new(init::gain(deep, noise, device)?)?),
        };
        blocks.push(Block {
            direction: Direction::Down,
            // → half the resolution, twice the channels
            geometry: geometry(Direction::Down, (layer, count)),
            weight,
            bias: None,
            norm,
            activation: activation(Direction::Down, (layer, count)),
        });
        (wide, deep) = (deep, deep * 2);
    }
    blocks.push(Block {
        direction: Direction::Down,
        // [b, 4, 4, deepest] → [b, 1, 1, 1]
        geometry: geometry(Direction::Down, (count - 1, count)),
        weight: init::weight(1, wide, noise, device)?,
        bias: None,
        norm: None,
        activation: activation(Direction::Down, (count - 1, count)),
    });
    Ok(Stack::new(blocks))
}

/// Takes the batch norms of a discriminator away. Without them the paper's weights would let features fade from
/// layer to layer, so that it begins with others, which keep their size (He et al. 2015, as PyTorch's
/// `kaiming_normal_` with its leak).
///
/// # Errors
/// candle's, for a device that fails.
pub fn without_norm(network: &mut Stack, noise: &mut Noise) -> Result<()> {
    for block in &mut network.blocks {
        block.norm = None;
        let (deep, high, across, wide) = block.weight.dims4()?;
        let fan_in = (high * across * wide) as f64;
        let deviation = libm::sqrt(2.0 / ((1.0 + LEAK * LEAK) * fan_in));
        let numbers = noise.normals(deep * high * across * wide, 0.0, deviation);
        block.weight = Tensor::from_vec(numbers, block.weight.shape(), block.weight.device())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::noise::Purpose;

    #[test]
    fn shapes_and_parameter_counts_are_those_of_the_tutorial() {
        // Counts from PyTorch 2.15: sum(p.numel() for p in net.parameters()) of the tutorial's
        // networks, with a stride-2 layer more or less for the other sizes.
        let expected = [(32, 3, 1_068_928, 663_296), (64, 3, 3_576_704, 2_765_568)];
        for (size, channels, of_g, of_d) in expected {
            let info = ModelInfo {
                size,
                channels,
                ..ModelInfo::small(100, 64)
            };
            let mut noise = Noise::new(1, Purpose::Weights);
            let g = generator(&info, &mut noise, &Device::Cpu).unwrap();
            let d = discriminator(&info, &mut noise, &Device::Cpu).unwrap();
            assert_eq!((g.parameter_count(), d.parameter_count()), (of_g, of_d));
        }
    }

    #[test]
    fn every_size_runs_through_both_networks() {
        for (size, channels) in [(32, 1), (64, 3), (128, 1)] {
            let info = ModelInfo {
                size,
                channels,
                ..ModelInfo::small(7, 2)
            };
            let mut noise = Noise::new(1, Purpose::Weights);
            let g = generator(&info, &mut noise, &Device::Cpu).unwrap();
            let d = discriminator(&info, &mut noise, &Device::Cpu).unwrap();
            let z = Tensor::ones((2, 1, 1, 7), candle_core::DType::F32, &Device::Cpu).unwrap();
            let pictures = g.infer(&z).unwrap();
            assert_eq!(pictures.dims(), [2, size, size, channels]);
            assert_eq!(d.infer(&pictures).unwrap().dims(), [2, 1, 1, 1]);
        }
    }
}
