//! What a checkpoint says of an optimiser.

use morphogan_nn::Adam;
use serde::{Deserialize, Serialize};

/// An Adam besides its moments. Its rate and decays are settings.
#[derive(Serialize, Deserialize)]
pub(super) struct AdamState {
    pub step: u64,
    /// 0 before the first update.
    pub moments: usize,
}

impl AdamState {
    pub fn of(adam: &Adam) -> Self {
        Self {
            step: adam.step,
            moments: adam.moments.len(),
        }
    }
}
