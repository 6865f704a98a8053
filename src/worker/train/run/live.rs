//! Live settings: whoever changes them, the trainer alone knows what is used, and tells it.

use super::training::Training;
use crate::config::{ConfigError, LiveConfig};
use crate::notice::Notice;
use crate::worker::train::link::Disconnected;
use crate::worker::train::message::Event;
use crate::worker::train::recorder::UnmarkedChange;

impl Training<'_> {
    /// A person wants `to` where they were shown `from`. The marks of a `moving` hand wait until it lets go,
    /// so that one movement is one mark.
    pub(super) fn adjust(
        &mut self,
        from: &LiveConfig,
        to: &LiveConfig,
        moving: bool,
    ) -> Result<(), Disconnected> {
        let before = self.config.live;
        let wanted = before.with_differences(from, to);
        if wanted != before {
            match self.use_live(wanted) {
                Ok(()) => {
                    let before = self
                        .recorder
                        .unmarked
                        .take()
                        .map_or(before, |open| open.before);
                    let step = self.info.step;
                    self.recorder.unmarked = Some(UnmarkedChange { before, step });
                }
                Err(error) => self.refuse(&error)?,
            }
        }
        if !moving {
            self.mark_changes()?;
        }
        self.tell_live()
    }

    /// What the settings say is to change at the coming step.
    pub(super) fn change_by_plan(&mut self) -> Result<(), Disconnected> {
        let coming = self.info.step + 1;
        let all = self.config.keep.changes.iter();
        let mut due = all.filter(|change| change.step == coming).peekable();
        if due.peek().is_none() {
            return Ok(());
        }
        match due.try_fold(self.config.live, |live, change| live.with(change)) {
            Ok(live) => self.change(live),
            Err(error) => self.refuse(&error),
        }
    }

    /// Uses `live` from the next step on, marks what is other than before, and tells it.
    pub(super) fn change(&mut self, live: LiveConfig) -> Result<(), Disconnected> {
        self.mark_changes()?;
        let (before, step) = (self.config.live, self.info.step);
        match self.use_live(live) {
            Ok(()) => self.recorder.unmarked = Some(UnmarkedChange { before, step }),
            Err(error) => self.refuse(&error)?,
        }
        self.mark_changes()?;
        self.tell_live()
    }

    pub(super) fn use_live(&mut self, live: LiveConfig) -> Result<(), ConfigError> {
        self.config.check_live(&live)?;
        self.config.live = live;
        self.follow_schedule();
        self.publisher.forget_snapshot();
        Ok(())
    }

    /// What the coming step learns with.
    pub(super) fn follow_schedule(&mut self) {
        let config = &self.config;
        self.gan
            .adjust(&config.live.at(self.info.images, config.batch));
    }

    pub(super) fn refuse(&self, error: &ConfigError) -> Result<(), Disconnected> {
        let text = format!("The setting was not changed: {error}.");
        self.link.send(Event::Notice(Notice::warning(text)))
    }

    /// Marks what changed since the last marks, if anything did.
    pub(super) fn mark_changes(&mut self) -> Result<(), Disconnected> {
        self.recorder.mark_changes(&self.config.live, self.link)
    }

    pub(super) fn tell_live(&self) -> Result<(), Disconnected> {
        self.link.send(Event::Live(self.config.live))
    }
}
