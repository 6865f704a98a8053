//! The training thread. (stub: being written)
use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::{Command, Event, Latest, Wall};
use crate::config::TrainConfig;
use crate::gan::Snapshot;

/// A run on its own thread. Dropping it stops and joins.
pub struct Trainer {
    commands: Sender<Command>,
    events: Receiver<Event>,
    wall: Arc<Latest<Wall>>,
    weights: Arc<Latest<Arc<Snapshot>>>,
}

impl Trainer {
    /// Starts a run at once; `wake` is called whenever there is something new to see.
    pub fn start(_config: TrainConfig, _wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (commands, _) = unbounded();
        let (_, events) = bounded(256);
        Self {
            commands,
            events,
            wall: Arc::default(),
            weights: Arc::default(),
        }
    }
    /// Never blocks; ignored when the run is over.
    pub fn send(&self, command: Command) {
        let _ = self.commands.send(command);
    }
    /// The next event, if one is there.
    pub fn try_event(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }
    /// Waits for the next event; `None` after the last one.
    pub fn event(&self) -> Option<Event> {
        self.events.recv().ok()
    }
    /// The newest sample wall, once.
    pub fn take_wall(&self) -> Option<Wall> {
        self.wall.take()
    }
    /// Where the newest weights appear, for a [`super::Sampler`] to follow.
    pub fn weights(&self) -> Arc<Latest<Arc<Snapshot>>> {
        Arc::clone(&self.weights)
    }
}

/// The folder that runs go to where none is named.
pub fn default_runs_folder() -> PathBuf {
    PathBuf::from("runs")
}
