//! What watches over the run: the evaluator measures beside training, the guard says when the run goes
//! bad, and the settings say what is done about it.

use std::sync::Arc;

use super::evaluator::{Cadence, Evaluator};
use super::guard::Guard;
use super::resume::TrainerState;
use crate::config::TrainConfig;
use crate::data::TransformedSource;
use crate::data::batches::Split;
use crate::gan::{Gan, Snapshot};
use crate::run::{EvalLog, RunFolder};

/// What watches over a run.
pub(in crate::worker) struct Watch {
    pub evaluator: Evaluator,
    pub guard: Guard,
    pub log: EvalLog,
    /// The weights that are being measured, in case they are the best.
    pub weights: Option<MeasuredWeights>,
}

/// All that a checkpoint needs. Takes memory, but no time: tensors are replaced, never changed.
pub(super) struct MeasuredWeights {
    pub snapshot: Arc<Snapshot>,
    pub gan: Gan,
    pub state: TrainerState,
}

impl Watch {
    /// For a run in `folder`, measured against `prepared`, which training sees by `split`.
    pub fn new(
        folder: &RunFolder,
        config: &TrainConfig,
        prepared: Arc<TransformedSource>,
        split: Split,
    ) -> Self {
        let file = EvalLog::of(folder.root());
        let cadence = Cadence::new(config.measure_every);
        Self {
            evaluator: Evaluator::start(prepared, split, config.channels, config.seed, cadence),
            guard: Guard::after(&file.read()),
            log: file,
            weights: None,
        }
    }

    /// The run went back: what was measured and kept after that step is gone.
    pub fn rewind(&mut self) {
        self.evaluator.ignore();
        self.weights = None;
        self.guard.rolled_back();
    }
}
