//! Whether training waits for a person.

use std::collections::VecDeque;

use super::link::Link;
use super::message::Command;

/// Whether the trainer holds, and how far it is let go.
#[derive(Debug, Default)]
pub(super) struct Hold {
    pub paused: bool,
    /// A step to make although paused.
    pub once: Option<SingleStep>,
    /// Commands that came in the middle of a step and wait for its end.
    pub waiting: VecDeque<Command>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SingleStep {
    Whole,
    /// Held again in its middle.
    Halves,
}

impl Hold {
    /// Whether the step under way is held in its middle, or was.
    pub fn is_in_halves(&self) -> bool {
        self.once == Some(SingleStep::Halves)
    }

    /// Waits in the middle of a step until it may go on.
    pub fn wait_between_halves(&mut self, link: &Link) {
        while let Ok(command) = link.commands.recv() {
            let goes_on = matches!(
                command,
                Command::StepHalf | Command::StepOnce | Command::Resume | Command::Stop
            );
            // Half a step cannot be saved or left: everything else waits for its end.
            if !matches!(command, Command::StepHalf | Command::StepOnce) {
                self.waiting.push_back(command);
            }
            if goes_on {
                return;
            }
        }
    }
}
