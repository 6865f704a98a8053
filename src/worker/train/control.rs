//! Commands: what they change, and holding still.

use std::collections::VecDeque;

use super::message::{Command, Event, Half};
use super::run::{Leave, Link, Training};
use crate::gan;

/// Whether the trainer holds, and how far it is let go.
#[derive(Debug, Default)]
pub(super) struct Hold {
    paused: bool,
    /// A step to make although paused.
    once: Option<Once>,
    /// Commands that came in the middle of a step and wait for its end.
    waiting: VecDeque<Command>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Once {
    /// As a whole.
    Whole,
    /// Held again in its middle.
    Halves,
}

impl Hold {
    /// Whether the step under way is held in its middle, or was.
    pub fn is_in_halves(&self) -> bool {
        self.once == Some(Once::Halves)
    }

    /// Waits in the middle of a step until it may go on.
    fn wait_between_halves(&mut self, link: &Link) {
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

impl Training<'_> {
    /// All commands that wait; while paused, until one says go on.
    pub(super) fn obey(&mut self) -> Result<(), Leave> {
        loop {
            let hold = self.hold.paused && self.hold.once.is_none();
            let command = if let Some(command) = self.hold.waiting.pop_front() {
                command
            } else if hold {
                self.link.commands.recv().map_err(|_| Leave::Stopped)?
            } else {
                match self.link.commands.try_recv() {
                    Ok(command) => command,
                    Err(_) => return Ok(()),
                }
            };
            match command {
                Command::Pause => self.set_paused(true)?,
                Command::Resume => self.set_paused(false)?,
                Command::Save => self.save_by_hand()?,
                Command::Stop => return Err(Leave::Stopped),
                Command::Pin(faces) => self.pin(faces)?,
                Command::KeepDirections(directions) => self.keep_directions(directions),
                Command::Adjust { from, to, moving } => self.adjust(&from, &to, moving)?,
                // Later commands come after the step.
                Command::StepOnce => {
                    self.let_go(Once::Whole);
                    return Ok(());
                }
                Command::StepHalf => {
                    self.let_go(Once::Halves);
                    return Ok(());
                }
                Command::RollBack { to, lower_rates } => {
                    self.roll_back(to, lower_rates)?;
                }
            }
        }
    }

    /// Between D's half of a step and G's: goes on at once, unless the halves were asked for.
    pub(super) fn between_halves(&mut self, half: &gan::Half) -> Result<(), Leave> {
        if self.hold.is_in_halves() {
            let verdicts = self.gan.verdicts(half)?;
            self.link.send(Event::Half(Half::Discriminator(verdicts)))?;
            self.hold.wait_between_halves(self.link);
        }
        Ok(())
    }

    pub(super) fn set_paused(&mut self, paused: bool) -> Result<(), Leave> {
        self.hold.once = None;
        if self.hold.paused == paused {
            return Ok(());
        }
        self.hold.paused = paused;
        self.let_run(!paused);
        if paused && self.info.step > 0 {
            // What one sees while it holds is what it holds.
            self.show_now()?;
        }
        Ok(self.link.send(Event::Paused(paused))?)
    }

    /// Loader and clock.
    pub(super) fn let_run(&mut self, run: bool) {
        self.pictures.set_paused(!run);
        self.pace.set_paused(!run);
    }

    /// One step although paused; without effect while it runs.
    fn let_go(&mut self, once: Once) {
        if self.hold.paused && self.hold.once.is_none() {
            self.hold.once = Some(once);
            self.let_run(true);
        }
    }

    /// After a step that was made although paused.
    pub(super) fn hold_again(&mut self) -> Result<(), Leave> {
        let Some(once) = self.hold.once.take() else {
            return Ok(());
        };
        self.let_run(!self.hold.paused);
        self.show_now()?;
        if once == Once::Halves {
            self.link.send(Event::Half(Half::Generator))?;
        }
        Ok(())
    }
}
