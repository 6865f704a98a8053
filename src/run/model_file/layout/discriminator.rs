//! The discriminator that lies beside a generator.

use candle_core::Device;
use morphogan_nn::Stack;

use super::build::Builder;
use super::candidates::Candidate;
use super::chain::{Network, Way};
use super::geometry::{Between, Sketch, Step};
use crate::gan::layers::{self, Kind};
use crate::run::model_file::error::ModelFileError;
use crate::run::model_file::import::Findings;

/// LeakyReLU's slope in discriminators.
const LEAK: f64 = 0.2;

/// A discriminator of the file that training here knows.
pub(super) fn find(
    all: &[Candidate],
    device: &Device,
    notes: &mut Findings,
) -> Result<Option<Stack>, ModelFileError> {
    let Some(judge) = all.iter().find(|one| one.network == Network::Discriminator) else {
        return Ok(None);
    };
    let last = judge.links.len().saturating_sub(1);
    let mut steps = Vec::new();
    for (at, link) in judge.links.iter().enumerate() {
        match link.way {
            Way::Dense => {
                steps.extend([Step::Plain(Kind::Flatten), Step::Kernel(at, Kind::Linear)])
            }
            _ if at == last => steps.push(Step::Kernel(
                at,
                Kind::Conv {
                    stride: 1,
                    padding: 0,
                },
            )),
            _ => steps.push(Step::Kernel(
                at,
                Kind::Conv {
                    stride: 2,
                    padding: 1,
                },
            )),
        }
        if link.norm.is_some() {
            let epsilon = Between::default().epsilon;
            steps.push(Step::Norm(at, Kind::BatchNorm { epsilon }));
        }
        if at != last {
            steps.push(Step::Plain(Kind::LeakyRelu { slope: LEAK }));
        }
    }
    let sketch = Sketch {
        steps,
        side: 1,
        cost: 0,
    };
    // A generator is worth having without it.
    let built = Builder::new(&judge.links).build(&sketch).ok();
    let stack = built.and_then(|built| layers::to_discriminator(built.layers()).ok()?);
    if stack.is_none() {
        notes.notes.push(LEFT_OUT.into());
    }
    stack
        .map(|stack| stack.to_device(device))
        .transpose()
        .map_err(Into::into)
}

/// What is said of a discriminator that is not taken.
pub const LEFT_OUT: &str =
    "The discriminator in the file has another layout than training here knows and was left out.";
