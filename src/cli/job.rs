//! A job in the terminal, to its end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::notice::Notice;
use crate::worker::Job;
use crate::worker::Waker;
use crate::worker::job::Progress;

/// Steps of the bar of work that is not counted.
const SHARES: u64 = 1000;

/// Runs `work` as a job with a bar on standard error; Ctrl-C cancels it.
pub fn follow<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce(&Progress) -> Result<T, Notice> + Send + 'static,
) -> Result<T, Notice> {
    let template = "{bar:24} {percent} % · {eta} left · {wide_msg}";
    let bar = styled(SHARES, template);
    bar.set_message(what);
    run(bar, work)
}

/// As [`follow`], for work that is done when `count` of `what` are.
pub fn count<T: Send + 'static>(
    count: usize,
    what: &'static str,
    work: impl FnOnce(&Progress) -> Result<T, Notice> + Send + 'static,
) -> Result<T, Notice> {
    let template = "{bar:24} {pos} of {len} {msg} · {rate}/s · {eta} left";
    let bar = styled(count as u64, template);
    bar.set_message(what);
    run(bar, work)
}

fn styled(length: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template(template) {
        let style = style.with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
            // A rate that cannot be written is not shown.
            let _ = write!(out, "{:.0}", state.per_sec());
        });
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar
}

fn run<T: Send + 'static>(
    bar: ProgressBar,
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
    let length = bar.length().unwrap_or(SHARES) as f64;
    loop {
        if let Some(result) = job.poll() {
            bar.finish_and_clear();
            return result;
        }
        bar.set_position((f64::from(job.share()) * length).round() as u64);
        let _ = wakes.recv_timeout(Duration::from_millis(100));
    }
}
