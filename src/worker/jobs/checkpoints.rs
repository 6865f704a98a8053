//! The checkpoints of a run, from which forks can begin.

use std::path::PathBuf;

use crate::run::CheckpointStore;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// What is kept of a run to go on from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptCheckpoints {
    /// The steps of those that can be named by their step, in order.
    pub steps: Vec<u64>,
    /// Whether the best one lies beside them.
    pub has_best: bool,
}

/// Looks for the checkpoints of the run folder `run`.
pub fn list_checkpoints(run: PathBuf, waker: Waker) -> Job<KeptCheckpoints> {
    Job::spawn("checkpoints", waker, move |_| {
        let store = CheckpointStore::new(&run);
        let oldest_first = store.list().into_iter().rev();
        Ok(KeptCheckpoints {
            steps: oldest_first.map(|stored| stored.step).collect(),
            has_best: store.best().is_file(),
        })
    })
}
