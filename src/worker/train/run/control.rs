//! Commands: what they change, and holding still.

use super::training::Training;
use crate::gan;
use crate::worker::train::hold::SingleStep;
use crate::worker::train::message::{Command, Event, HalfStep, Outcome};

impl Training<'_> {
    /// All commands that wait; while paused, until one says go on.
    pub(super) fn obey(&mut self) -> Result<(), Outcome> {
        loop {
            let hold = self.hold.paused && self.hold.once.is_none();
            let command = if let Some(command) = self.hold.waiting.pop_front() {
                command
            } else if hold {
                self.link.commands.recv().map_err(|_| Outcome::Stopped)?
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
                Command::Stop => return Err(Outcome::Stopped),
                Command::Pin(faces) => self.pin(faces)?,
                Command::KeepDirections(directions) => self.checkpoints.keep_directions(directions),
                Command::Spare(step) => self.checkpoints.spared = Some(step),
                Command::Adjust { from, to, moving } => self.adjust(&from, &to, moving)?,
                // Later commands come after the step.
                Command::StepOnce => {
                    self.let_go(SingleStep::Whole);
                    return Ok(());
                }
                Command::StepHalf => {
                    self.let_go(SingleStep::Halves);
                    return Ok(());
                }
                Command::RollBack { to, lower_rates } => {
                    self.roll_back(to, lower_rates)?;
                }
            }
        }
    }

    /// Between D's half of a step and G's: goes on at once, unless the halves were asked for.
    pub(super) fn between_halves(&mut self, half: &gan::Half) -> Result<(), Outcome> {
        if self.hold.is_in_halves() {
            let verdicts = self.gan.verdicts(half)?;
            self.link
                .send(Event::Half(HalfStep::Discriminator(verdicts)))?;
            self.hold.wait_between_halves(self.link);
        }
        Ok(())
    }

    pub(super) fn set_paused(&mut self, paused: bool) -> Result<(), Outcome> {
        self.hold.once = None;
        if self.hold.paused == paused {
            return Ok(());
        }
        self.hold.paused = paused;
        self.let_run(!paused);
        if paused && self.info.step > 0 {
            // What one sees while it holds is what it holds.
            self.publish_now()?;
        }
        Ok(self.link.send(Event::Paused(paused))?)
    }

    pub(super) fn let_run(&mut self, run: bool) {
        self.feed.set_paused(!run);
        self.throughput.set_paused(!run);
    }

    /// One step although paused; without effect while it runs.
    fn let_go(&mut self, once: SingleStep) {
        if self.hold.paused && self.hold.once.is_none() {
            self.hold.once = Some(once);
            self.let_run(true);
        }
    }

    /// After a step that was made although paused.
    pub(super) fn hold_again(&mut self) -> Result<(), Outcome> {
        let Some(once) = self.hold.once.take() else {
            return Ok(());
        };
        self.let_run(!self.hold.paused);
        self.publish_now()?;
        if once == SingleStep::Halves {
            self.link.send(Event::Half(HalfStep::Generator))?;
        }
        Ok(())
    }
}
