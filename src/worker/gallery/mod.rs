//! Small pictures of many models, drawn one model after the other by one thread: a first face of each that is in sight,
//! then a walk through its latent space that comes back to its beginning and can be played for ever.
//!
//! Weights are read when a model is drawn, and only a few models stay in memory.

mod request;
mod thread;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::notice::Notice;
use crate::worker::latest::Latest;
use crate::worker::waker::Waker;
use request::Shared;

pub use request::{Drawn, SIDE, WALK, Wanted};

/// Pictures that may wait for the window.
const WAITING: usize = 8;

/// The thread. Dropping it stops and joins (at most one model's reading or a few small faces).
pub struct Gallery {
    shared: Arc<Shared>,
    bell: Option<Sender<()>>,
    drawn: Option<Receiver<Drawn>>,
    thread: Option<JoinHandle<()>>,
    /// Why there is none.
    failed: Latest<Notice>,
}

impl Gallery {
    /// Starts the thread; `waker` wakes for each model that was drawn.
    pub fn start(waker: Waker) -> Self {
        let shared = Arc::new(Shared {
            wanted: Latest::default(),
            stopped: AtomicBool::new(false),
        });
        let (bell, rings) = bounded(1);
        let (sender, drawn) = bounded(WAITING);
        let painter = thread::Painter::new(Arc::clone(&shared), sender, waker);
        let spawned = Builder::new()
            .name("gallery".into())
            .spawn(move || painter.run(&rings));
        let failed = Latest::default();
        let thread = spawned
            .map_err(|error| {
                let text =
                    "Models cannot be drawn: no thread could be started. Restart the program.";
                failed.put(Notice::from_error(text, &error));
            })
            .ok();
        Self {
            shared,
            bell: Some(bell),
            drawn: Some(drawn),
            thread,
            failed,
        }
    }

    /// Wants these to be drawn, the first first, and no others.
    pub fn want(&self, wanted: Vec<Wanted>) {
        self.shared.wanted.put(wanted);
        if let Some(bell) = &self.bell {
            // A bell that rings already is enough.
            let _ = bell.try_send(());
        }
    }

    /// The next model that was drawn.
    pub fn take(&self) -> Option<Drawn> {
        self.drawn.as_ref()?.try_recv().ok()
    }

    /// What went wrong, once.
    pub fn take_notice(&self) -> Option<Notice> {
        self.failed.take()
    }
}

impl Drop for Gallery {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        self.bell = None;
        // A thread that waits for room hears of it.
        self.drawn = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
