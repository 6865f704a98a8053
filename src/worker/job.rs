//! A piece of work with an end, on its own thread: progress, cancel, one result.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, bounded};

use crate::data::source::quiet::caught;
use crate::memory::Tidy;
use crate::notice::Notice;
use crate::worker::waker::Waker;

/// Shared by a job and its owner.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU32,
    cancelled: AtomicBool,
}

impl Progress {
    /// Says how much is done, 0..1.
    pub fn set(&self, share: f32) {
        self.done.store(share.to_bits(), Ordering::Relaxed);
    }

    /// How much is done, 0..1.
    pub fn share(&self) -> f32 {
        f32::from_bits(self.done.load(Ordering::Relaxed))
    }

    /// Asks the job to leave as soon as it can.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the job should leave.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// A running or finished job. Dropping it cancels the work and waits for nothing.
#[derive(Debug)]
pub struct Job<T> {
    progress: Arc<Progress>,
    result: Receiver<Result<T, Notice>>,
    _thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Job<T> {
    /// Runs `work` on a thread called `name`; `waker` wakes when the result is there.
    /// A panic in `work` becomes an error notice.
    pub fn spawn(
        name: &str,
        waker: Waker,
        work: impl FnOnce(&Progress) -> Result<T, Notice> + Send + 'static,
    ) -> Self {
        let progress = Arc::new(Progress::default());
        let (sender, result) = bounded(1);
        let shared = Arc::clone(&progress);
        let failed_sender = sender.clone();
        let started = Builder::new().name(name.to_owned()).spawn(move || {
            let tidy = Tidy::begin();
            let outcome = caught(|| work(&shared)).unwrap_or_else(|words| Err(panic_notice(words)));
            drop(tidy);
            // The owner may have gone: then nobody wants the result.
            let _ = sender.send(outcome);
            waker.wake();
        });
        let thread = started
            .map_err(|error| {
                let notice = Notice::from_error("No thread could be started. Try again.", &error);
                let _ = failed_sender.send(Err(notice));
            })
            .ok();
        Self {
            progress,
            result,
            _thread: thread,
        }
    }

    /// The result, once, when it is there.
    pub fn poll(&self) -> Option<Result<T, Notice>> {
        self.result.try_recv().ok()
    }

    /// How much is done, 0..1.
    pub fn share(&self) -> f32 {
        self.progress.share()
    }

    /// Asks the work to leave; its result still comes.
    pub fn cancel(&self) {
        self.progress.cancel();
    }

    /// Whether it was asked to leave.
    pub fn is_cancelled(&self) -> bool {
        self.progress.is_cancelled()
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.progress.cancel();
    }
}

/// What a panic said, as a notice.
pub(crate) fn panic_notice(words: String) -> Notice {
    Notice::error("A part of the program failed. Please report this as a bug.").with_details(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn wait<T: Send + 'static>(job: &Job<T>) -> Result<T, Notice> {
        job.result.recv_timeout(Duration::from_secs(10)).unwrap()
    }

    #[test]
    fn a_job_gives_its_result_and_a_panic_its_notice() {
        let job = Job::spawn("test", Waker::none(), |progress| {
            progress.set(0.5);
            Ok(7)
        });
        assert_eq!(wait(&job), Ok(7));
        assert_eq!(job.share(), 0.5);
        let job: Job<()> = Job::spawn("test", Waker::none(), |_| panic!("no luck"));
        assert_eq!(wait(&job).unwrap_err().details, "no luck");
    }

    #[test]
    fn a_cancelled_job_can_leave() {
        let job = Job::spawn("test", Waker::none(), |progress| {
            while !progress.is_cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok("left")
        });
        job.cancel();
        assert_eq!(wait(&job), Ok("left"));
    }
}
