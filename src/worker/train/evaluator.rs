//! Measures samples beside training, on a thread of its own that gets a snapshot now and then.
//!
//! Training does not notice, but for a core that is busy for a moment: the evaluator has its own random
//! numbers and changes nothing that it is given. It waits after each measurement for as long as to
//! take less than one part in [`SHARE`] of the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::data::TransformedSource;
use crate::data::batches::Split;
use crate::data::source::quiet::caught;
use crate::gan::Snapshot;
use crate::metrics::SampleSizes;
use crate::notice::Notice;
use crate::run::EvalRecord;
use crate::worker::device::no_threads;
use crate::worker::evaluation::{Memorisation, evaluate, read_reference};
use crate::worker::job::panic_notice;

/// At most one part in so many of the time goes into measuring: under 5 %.
const SHARE: u32 = 21;

/// What an evaluator has to say: a measurement, or why there will be none.
pub(super) type Report = Result<EvalRecord, Notice>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cadence {
    /// As often as the share of time allows.
    Share,
    /// At each step that this divides; the next one waits for the result of the last.
    Steps(u64),
    Never,
}

impl Cadence {
    /// The setting: none given, 0 for never, or steps.
    pub fn new(every: Option<u64>) -> Self {
        match every {
            None => Self::Share,
            Some(0) => Self::Never,
            Some(steps) => Self::Steps(steps),
        }
    }
}

/// The measuring thread. Dropping it stops and joins.
pub(super) struct Evaluator {
    cadence: Cadence,
    snapshots: Option<Sender<Arc<Snapshot>>>,
    reports: Receiver<Report>,
    gone: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    /// A report is on its way.
    busy: bool,
    /// Nobody wants it any more.
    stale: bool,
    next: Instant,
}

impl Evaluator {
    /// Will measure against pictures of `prepared` that the seed chooses, which training sees by `split`. Where the system gives no
    /// thread nothing is ever measured.
    pub fn start(
        prepared: Arc<TransformedSource>,
        split: Split,
        channels: usize,
        seed: u64,
        cadence: Cadence,
    ) -> Self {
        let (snapshots, incoming) = bounded::<Arc<Snapshot>>(1);
        let (outgoing, reports) = bounded(1);
        let failed = outgoing.clone();
        let gone = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&gone);
        let work = move || {
            let go_on = || !shared.load(Ordering::Acquire);
            let (mut reference, mut memorisation) = (None, None);
            for snapshot in incoming {
                let begun = Instant::now();
                let report = caught(|| {
                    if reference.is_none() {
                        reference =
                            read_reference(&prepared, channels, SampleSizes::BESIDE, seed, &go_on)?;
                        memorisation = Memorisation::of(&prepared, &split, &go_on);
                    }
                    match &reference {
                        Some(reference) => {
                            let memorisation = memorisation.as_ref();
                            evaluate(reference, memorisation, &snapshot, seed, begun, &go_on)
                        }
                        None => Ok(None),
                    }
                });
                let report = match report {
                    Ok(Ok(None)) => return,
                    Ok(Ok(Some(measured))) => Ok(measured),
                    Ok(Err(notice)) => Err(notice),
                    Err(words) => Err(panic_notice(words)),
                };
                if outgoing.send(report).is_err() {
                    return;
                }
            }
        };
        // One thread for the layers: the others are the training's.
        let begin = move || {
            if let Err(error) = morphogan_nn::on_threads(1, work) {
                // Nobody is left to hear it where this fails.
                let _ = failed.send(Err(no_threads(&error)));
            }
        };
        let builder = Builder::new().name("evaluator".into());
        let thread = match cadence {
            Cadence::Never => None,
            _ => builder.spawn(begin).ok(),
        };
        Self {
            cadence: if thread.is_some() {
                cadence
            } else {
                Cadence::Never
            },
            snapshots: Some(snapshots),
            reports,
            gone,
            thread,
            busy: false,
            stale: false,
            next: Instant::now(),
        }
    }

    /// Whether the weights of `step` should be measured.
    pub fn wants(&self, step: u64) -> bool {
        match self.cadence {
            Cadence::Share => !self.busy && Instant::now() >= self.next,
            Cadence::Steps(every) => !self.busy && step.is_multiple_of(every),
            Cadence::Never => false,
        }
    }

    /// Hands a snapshot over; without effect while one is being measured.
    pub fn give(&mut self, snapshot: Arc<Snapshot>) {
        let sent = self.snapshots.as_ref().map(|to| to.try_send(snapshot));
        self.busy = self.busy || matches!(sent, Some(Ok(())));
    }

    /// What is being measured does not count any more: the run went back.
    pub fn ignore(&mut self) {
        self.stale = self.busy;
    }

    /// What was found since the last look. Waits for it where the steps of the measurements were asked
    /// for, so that they do not depend on how fast the machine is.
    pub fn report(&mut self) -> Option<Report> {
        match self.cadence {
            Cadence::Steps(_) => self.last_report(),
            _ => {
                let report = self.reports.try_recv().ok()?;
                self.take(report)
            }
        }
    }

    /// As [`Self::report`], but waits for a measurement that is under way.
    pub fn last_report(&mut self) -> Option<Report> {
        if !self.busy {
            return None;
        }
        let report = self.reports.recv().ok();
        self.busy = false;
        self.take(report?)
    }

    fn take(&mut self, report: Report) -> Option<Report> {
        self.busy = false;
        match &report {
            Ok(measured) => {
                let took = Duration::try_from_secs_f32(measured.seconds).unwrap_or_default();
                self.next = Instant::now() + took * (SHARE - 1);
            }
            // It would fail again.
            Err(_) => self.cadence = Cadence::Never,
        }
        let stale = std::mem::take(&mut self.stale);
        (!stale).then_some(report)
    }
}

impl Drop for Evaluator {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Release);
        self.snapshots = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
