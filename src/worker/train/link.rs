//! The trainer's side of its channels.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender};

use super::message::{Command, Event};
use crate::gan::Snapshot;
use crate::worker::latest::Latest;
use crate::worker::waker::Waker;
use crate::worker::wall::Wall;

/// The trainer's ends of all channels.
pub(super) struct Link {
    pub commands: Receiver<Command>,
    pub events: Sender<Event>,
    pub wall: Arc<Latest<Wall>>,
    pub weights: Arc<Latest<Arc<Snapshot>>>,
    pub waker: Waker,
}

/// The handle was dropped: nobody wants this run any more.
pub(super) struct Disconnected;

impl Link {
    pub fn send(&self, event: Event) -> Result<(), Disconnected> {
        self.events.send(event).map_err(|_| Disconnected)?;
        self.waker.wake();
        Ok(())
    }
}
