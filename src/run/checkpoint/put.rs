//! What a checkpoint holds, put in the place of what a run has: only where the shapes are the same.

use candle_core::Tensor;
use morphogan_nn::{Adam, Stack};

use super::adam_state::AdamState;
use super::error::CheckpointError;
use crate::run::model_file::{Reader, check_squares};

/// Replaces what was learnt; what a layer is stays.
pub(super) fn put(own: &mut Stack, read: Stack) -> Result<(), CheckpointError> {
    let shapes = |stack: &Stack| -> Vec<Vec<usize>> {
        let parameters = stack.parameters();
        parameters
            .iter()
            .map(|tensor| tensor.dims().to_vec())
            .collect()
    };
    let (found, wanted) = (shapes(&read), shapes(own));
    if found != wanted {
        return Err(CheckpointError::Architecture {
            found: format!("weights {found:?}"),
            wanted: format!("{wanted:?}"),
        });
    }
    for (own, read) in own.blocks.iter_mut().zip(read.blocks) {
        own.weight = read.weight;
        own.bias = read.bias;
        own.norm = read.norm;
    }
    Ok(())
}

/// The tensor of this name, which must be of the shape of `wanted`.
pub(super) fn like(
    wanted: &Tensor,
    name: &str,
    reader: &Reader,
) -> Result<Tensor, CheckpointError> {
    let tensor = reader.tensor(name)?;
    match tensor.dims() == wanted.dims() {
        true => Ok(tensor),
        false => Err(CheckpointError::Architecture {
            found: format!("{name} {:?}", tensor.dims()),
            wanted: format!("{:?}", wanted.dims()),
        }),
    }
}

/// The moments of the parameters `wanted`, or none before the first update.
pub(super) fn put_moments(
    adam: &mut Adam,
    wanted: &[&Tensor],
    numbers: &AdamState,
    reader: &Reader,
    name: &str,
) -> Result<(), CheckpointError> {
    if ![0, wanted.len()].contains(&numbers.moments) {
        return Err(CheckpointError::Architecture {
            found: format!("{} moments of {name}", numbers.moments),
            wanted: wanted.len().to_string(),
        });
    }
    adam.step = numbers.step;
    let pairs = wanted.iter().take(numbers.moments).enumerate();
    let pairs = pairs.map(|(number, wanted)| {
        let first = like(wanted, &format!("{name}.{number}.first"), reader)?;
        let name = format!("{name}.{number}.second");
        let second = like(wanted, &name, reader)?;
        check_squares(&name, &second)?;
        Ok((first, second))
    });
    adam.moments = pairs.collect::<Result<_, CheckpointError>>()?;
    Ok(())
}
