//! A job in the terminal, to its end.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::notice::Notice;
use crate::worker::Job;
use crate::worker::Waker;
use crate::worker::job::Progress;

/// Runs `work` as a job with a bar on standard error; Ctrl-C cancels it.
pub fn follow<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce(&Progress) -> Result<T, Notice> + Send + 'static,
) -> Result<T, Notice> {
    let (woken, wakes) = crossbeam_channel::bounded(1);
    let job = Arc::new(Job::spawn(
        "data",
        Waker::new(move || {
            let _ = woken.try_send(());
        }),
        work,
    ));
    let shared = Arc::clone(&job);
    // Where it cannot be set Ctrl-C ends the program at once, which is as good.
    let _ = ctrlc::set_handler(move || shared.cancel());
    let bar = ProgressBar::new(1000);
    if let Ok(style) =
        ProgressStyle::with_template("{bar:24} {percent} % · {eta} left · {wide_msg}")
    {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar.set_message(what);
    loop {
        if let Some(result) = job.poll() {
            bar.finish_and_clear();
            return result;
        }
        bar.set_position((job.share() * 1000.0) as u64);
        let _ = wakes.recv_timeout(Duration::from_millis(100));
    }
}
