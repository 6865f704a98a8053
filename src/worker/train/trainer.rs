//! The handle of a training run: commands in, events out.

use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::link::Link;
use super::message::{Command, Event, Plan, RunEnd};
use super::run;
use crate::data::source::quiet::caught;
use crate::gan::Snapshot;
use crate::memory::Tidy;
use crate::worker::device;
use crate::worker::job::panic_notice;
use crate::worker::latest::Latest;
use crate::worker::waker::Waker;
use crate::worker::wall::Wall;

/// Events that may wait. A window that is busy for long holds training up instead of losing
/// points of a curve.
const WAITING_EVENTS: usize = 256;

/// A run on its own thread. Dropping it saves, stops and joins; to keep a window alive meanwhile,
/// send [`Command::Stop`] and wait for [`Event::Ended`] first.
pub struct Trainer {
    commands: Sender<Command>,
    events: Option<Receiver<Event>>,
    wall: Arc<Latest<Wall>>,
    weights: Arc<Latest<Arc<Snapshot>>>,
    thread: Option<JoinHandle<()>>,
}

impl Trainer {
    /// Starts a run at once, a new one where `plan` is just its settings; `waker` wakes whenever
    /// there is something new to see.
    pub fn start(plan: impl Into<Plan>, waker: Waker) -> Self {
        let plan = plan.into();
        let (commands, commands_out) = unbounded();
        let (events_in, events) = bounded(WAITING_EVENTS);
        let link = Link {
            commands: commands_out,
            events: events_in.clone(),
            wall: Arc::default(),
            weights: Arc::default(),
            waker,
        };
        let (wall, weights) = (Arc::clone(&link.wall), Arc::clone(&link.weights));
        let spawned = Builder::new().name("trainer".into()).spawn(move || {
            let tidy = Tidy::whole();
            let ended = caught(|| run::run(plan, &link))
                .unwrap_or_else(|words| RunEnd::failed(panic_notice(words)));
            drop(tidy);
            // Nobody listens any more when the handle was dropped.
            let _ = link.send(Event::Ended(ended));
        });
        let thread = spawned
            .map_err(|error| {
                let _ = events_in.send(Event::Ended(RunEnd::failed(device::no_threads(&error))));
            })
            .ok();
        Self {
            commands,
            events: Some(events),
            wall,
            weights,
            thread,
        }
    }

    /// Never blocks; without effect when the run is over.
    pub fn send(&self, command: Command) {
        let _ = self.commands.send(command);
    }

    /// The next event, if one is there.
    pub fn try_event(&self) -> Option<Event> {
        self.events.as_ref()?.try_recv().ok()
    }

    /// Waits for the next event; `None` after the last one.
    pub fn event(&self) -> Option<Event> {
        self.events.as_ref()?.recv().ok()
    }

    /// Waits for the next event at most `patience`; `None` if none came.
    pub fn event_within(&self, patience: Duration) -> Option<Event> {
        self.events.as_ref()?.recv_timeout(patience).ok()
    }

    /// Hands the events over to somebody else; from then on they come there.
    pub(in crate::worker) fn events(&self) -> Option<Receiver<Event>> {
        self.events.clone()
    }

    /// The newest sample wall, once.
    pub fn take_wall(&self) -> Option<Wall> {
        self.wall.take()
    }

    /// Where the newest weights appear, for a [`crate::worker::sampler::Sampler`] to follow.
    pub fn weights(&self) -> Arc<Latest<Arc<Snapshot>>> {
        Arc::clone(&self.weights)
    }
}

impl Drop for Trainer {
    fn drop(&mut self) {
        self.send(Command::Stop);
        // A trainer that waits for room among the events gives up when the receiver is gone.
        self.events = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
