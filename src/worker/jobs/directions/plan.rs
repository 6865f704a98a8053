//! How to look for directions, and what was found.

use super::label_plan::{Effects, LabelPlan, LabelReport};
use crate::latent::Direction;
use crate::notice::Notice;
use crate::worker::job::Progress;

/// How to look for directions.
#[derive(Clone, Debug)]
pub enum DirectionsPlan {
    /// GANSpace: the first `count` principal components.
    Pca { count: usize },
    /// SeFa: the first `count` eigenvectors.
    Sefa { count: usize },
    /// The first `count` eigenvectors of JᵀJ of the whole generator.
    Jacobian { count: usize },
    /// From the labels of pictures.
    Labels(LabelPlan),
}

#[derive(Clone, Debug, Default)]
pub struct FoundDirections {
    pub directions: Vec<Direction>,
    /// Those that were known already and measured as well, with what they change.
    pub known: Vec<Direction>,
    /// How well each label of the pictures can be told; only from labels.
    pub labels: Vec<LabelReport>,
    /// How much each direction changes each label, where that was asked for.
    pub effects: Option<Effects>,
    /// How long it took, without the measurement of effects.
    pub seconds: f64,
}

pub(super) fn cancelled() -> Notice {
    Notice::info("Looking for directions was cancelled.")
}

pub(super) fn device_failed(error: &candle_core::Error) -> Notice {
    Notice::from_error(
        "The device failed while looking for directions. Try again.",
        error,
    )
}

/// An error once it is cancelled.
pub(super) fn go_on(progress: &Progress) -> Result<(), Notice> {
    if progress.is_cancelled() {
        return Err(cancelled());
    }
    Ok(())
}
