//! Between layers in general and the chains that training knows.

use candle_core::Result;
use morphogan_nn::{Activation, BatchNorm, Block, Direction, Stack};

use super::{Kind, Layer};
use crate::gan::network;

/// The layers of a chain, in PyTorch's order.
///
/// # Errors
/// candle's, for a device that fails.
pub fn from_stack(stack: &Stack) -> Result<Vec<Layer>> {
    let mut layers = Vec::new();
    for block in &stack.blocks {
        let (stride, padding) = (block.geometry.stride(), block.geometry.padding());
        let kind = match block.direction {
            Direction::Up => Kind::ConvTranspose {
                stride,
                padding,
                output_padding: 0,
            },
            Direction::Down => Kind::Conv { stride, padding },
        };
        let weight = block.weight.permute((0, 3, 1, 2))?.contiguous()?; // [deep, wide, 4, 4]
        let mut parts = vec![("weight", weight)];
        parts.extend(block.bias.clone().map(|bias| ("bias", bias)));
        layers.push(Layer { kind, parts });
        if let Some(norm) = &block.norm {
            layers.push(Layer {
                kind: Kind::BatchNorm {
                    epsilon: BatchNorm::EPSILON,
                },
                parts: vec![
                    ("weight", norm.gain.clone()),
                    ("bias", norm.shift.clone()),
                    ("running_mean", norm.running_mean.clone()),
                    ("running_var", norm.running_var.clone()),
                ],
            });
        }
        let function = match block.activation {
            Activation::Linear => continue,
            Activation::Relu => Kind::Relu,
            Activation::LeakyRelu(slope) => Kind::LeakyRelu { slope },
            Activation::Tanh => Kind::Tanh,
        };
        layers.push(Layer::plain(function));
    }
    Ok(layers)
}

/// The generator of these layers as a chain; `None` where they are no such chain.
///
/// # Errors
/// candle's, for a device that fails.
pub fn to_generator(layers: &[Layer]) -> Result<Option<Stack>> {
    to_stack(layers, Direction::Up)
}

/// As [`to_generator`], of a discriminator. A last sigmoid is left out: the losses take logits.
///
/// # Errors
/// candle's, for a device that fails.
pub fn to_discriminator(layers: &[Layer]) -> Result<Option<Stack>> {
    let logits = match layers {
        [rest @ .., last] if last.kind == Kind::Sigmoid => rest,
        all => all,
    };
    to_stack(logits, Direction::Down)
}

fn to_stack(layers: &[Layer], direction: Direction) -> Result<Option<Stack>> {
    let count = layers.iter().filter(|layer| is_weighted(layer)).count();
    let mut blocks: Vec<Block> = Vec::with_capacity(count);
    let mut rest = layers;
    while !rest.is_empty() {
        let place = (blocks.len(), count);
        let Some((block, behind)) = block(rest, direction, place)? else {
            return Ok(None);
        };
        blocks.push(block);
        rest = behind;
    }
    Ok((blocks.len() >= 2).then(|| Stack::new(blocks)))
}

fn is_weighted(layer: &Layer) -> bool {
    matches!(
        layer.kind,
        Kind::Linear | Kind::Conv { .. } | Kind::ConvTranspose { .. }
    )
}

/// The block that `layers` begin with, and what follows it.
fn block(
    layers: &[Layer],
    direction: Direction,
    (index, count): (usize, usize),
) -> Result<Option<(Block, &[Layer])>> {
    let geometry = network::geometry(direction, (index, count));
    let wanted = (geometry.stride(), geometry.padding());
    let (convolution, weight, mut rest) = match (direction, layers) {
        // A layer over all that is left of the picture.
        (Direction::Down, [flat, last, rest @ ..])
            if flat.kind == Kind::Flatten && last.kind == Kind::Linear && index + 1 == count =>
        {
            let weight = last.needed("weight")?;
            let (deep, numbers) = weight.dims2()?;
            if numbers % 16 != 0 {
                return Ok(None);
            }
            (last, weight.reshape((deep, numbers / 16, 4, 4))?, rest)
        }
        (_, [convolution, rest @ ..]) => {
            let own = match (convolution.kind, direction) {
                (
                    Kind::ConvTranspose {
                        stride,
                        padding,
                        output_padding: 0,
                    },
                    Direction::Up,
                )
                | (Kind::Conv { stride, padding }, Direction::Down) => (stride, padding),
                _ => return Ok(None),
            };
            if own != wanted {
                return Ok(None);
            }
            (convolution, convolution.needed("weight")?.clone(), rest)
        }
        _ => return Ok(None),
    };
    if !matches!(weight.dims4(), Ok((_, _, 4, 4))) {
        return Ok(None);
    }
    let mut norm = None;
    if let [layer, behind @ ..] = rest
        && let Kind::BatchNorm { epsilon } = layer.kind
    {
        if epsilon != BatchNorm::EPSILON {
            return Ok(None);
        }
        (norm, rest) = (Some(batch_norm(layer)?), behind);
    }
    let mut activation = Activation::Linear;
    if let [layer, behind @ ..] = rest
        && let Some(function) = function(layer.kind)
    {
        (activation, rest) = (function, behind);
    }
    let block = Block {
        direction,
        geometry,
        weight: weight.permute((0, 2, 3, 1))?.contiguous()?, // [deep, 4, 4, wide]
        bias: convolution.part("bias").cloned(),
        norm,
        activation,
    };
    Ok(Some((block, rest)))
}

fn batch_norm(layer: &Layer) -> Result<BatchNorm> {
    Ok(BatchNorm {
        gain: layer.needed("weight")?.clone(),
        shift: layer.needed("bias")?.clone(),
        running_mean: layer.needed("running_mean")?.clone(),
        running_var: layer.needed("running_var")?.clone(),
        batches: 0,
    })
}

fn function(kind: Kind) -> Option<Activation> {
    Some(match kind {
        Kind::Relu => Activation::Relu,
        Kind::LeakyRelu { slope } if 0.0 < slope && slope < 1.0 => Activation::LeakyRelu(slope),
        Kind::Tanh => Activation::Tanh,
        _ => return None,
    })
}
