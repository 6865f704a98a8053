//! How much memory the program has before and behind the jobs that take most.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::job::Job;
use super::jobs::directions::{DirectionsPlan, LabelPlan, find_directions};
use super::jobs::invert::{InvertPlan, start_inversion};
use super::jobs::recovery::faces_to_recover;
use super::waker::Waker;
use crate::gan::Snapshot;
use crate::gan::invert::InvertSettings;
use crate::memory;
use crate::notice::Notice;

/// Directions as the window asks for them.
const COUNT: usize = 16;
/// Between two looks at a job.
const GLANCE: Duration = Duration::from_millis(5);

/// Memory at the start or behind a job, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryStage {
    /// What was done.
    pub after: &'static str,
    pub resident: u64,
    /// The most while it was done.
    pub peak: u64,
}

/// Looks for a picture's face for so many seconds, and for directions of all kinds, one job after the other.
///
/// # Errors
/// Where a job fails, or the system does not tell how much memory the program has.
pub fn memory_of_jobs(model: &Arc<Snapshot>, seconds: f64) -> Result<Vec<MemoryStage>, Notice> {
    let mut stages = Vec::new();
    let mut done = |after, peak: u64| -> Result<(), Notice> {
        let resident = resident()?;
        let peak = peak.max(resident);
        stages.push(MemoryStage {
            after,
            resident,
            peak,
        });
        Ok(())
    };
    let target = faces_to_recover(model, 1)?.swap_remove(0); // one was asked for
    done("start", 0)?;
    let plan = InvertPlan {
        target,
        settings: InvertSettings::default(),
        seconds,
        from: None,
    };
    let search = start_inversion(Arc::clone(model), plan, Waker::none());
    done("photograph", follow(|| search.poll())?)?;
    let plans = [
        ("PCA", DirectionsPlan::Pca { count: COUNT }),
        ("SeFa", DirectionsPlan::Sefa { count: COUNT }),
        ("Jacobian", DirectionsPlan::Jacobian { count: COUNT }),
        ("labels", DirectionsPlan::Labels(LabelPlan::default())),
    ];
    for (name, plan) in plans {
        let job: Job<_> = find_directions(Arc::clone(model), plan, Waker::none());
        done(name, follow(|| job.poll())?)?;
    }
    Ok(stages)
}

/// Waits for a job; gives the most memory that was seen meanwhile.
fn follow<T>(poll: impl Fn() -> Option<Result<T, Notice>>) -> Result<u64, Notice> {
    let (mut peak, begun) = (0, Instant::now());
    loop {
        peak = peak.max(resident()?);
        match poll() {
            Some(result) => return result.map(|_| peak),
            None if begun.elapsed() > Duration::from_secs(3600) => {
                return Err(Notice::error("A job takes longer than an hour."));
            }
            None => std::thread::sleep(GLANCE),
        }
    }
}

fn resident() -> Result<u64, Notice> {
    let untold = || Notice::error("The system does not tell how much memory the program has.");
    memory::resident().ok_or_else(untold)
}
