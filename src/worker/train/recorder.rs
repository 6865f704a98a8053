//! What is written down of a run as it goes on: its log, its events, TensorBoard's file. A disk that fails is no
//! reason to stop training.

use std::error::Error;
use std::io;

use super::link::{Disconnected, Link};
use super::message::Event;
use crate::config::LiveConfig;
use crate::notice::Notice;
use crate::run::{
    EventFile, RunEvent, RunEventKind, RunFolder, SERIES, Series, StepRecord, train_log,
};

/// Live settings that were changed and not marked yet: a hand may still move.
pub(super) struct UnmarkedChange {
    /// As they were before.
    pub before: LiveConfig,
    /// Steps done at the last movement.
    pub step: u64,
}

/// Writes down what happens.
pub(super) struct Recorder {
    pub folder: RunFolder,
    pub unmarked: Option<UnmarkedChange>,
    /// For TensorBoard, where it was asked for.
    board: Option<EventFile>,
    has_warned: bool,
}

impl Recorder {
    pub fn new(folder: RunFolder) -> Self {
        Self {
            folder,
            unmarked: None,
            board: None,
            has_warned: false,
        }
    }

    /// Tells what happened at `step` and writes it down.
    pub fn mark(&mut self, step: u64, what: RunEventKind, link: &Link) -> Result<(), Disconnected> {
        let event = RunEvent { step, what };
        if let Err(error) = self.folder.mark(&event) {
            self.warn("What happened", &error, link)?;
        }
        link.send(Event::Marked(event))
    }

    /// Marks what changed since the last marks, if anything did.
    pub fn mark_changes(&mut self, live: &LiveConfig, link: &Link) -> Result<(), Disconnected> {
        let Some(UnmarkedChange { before, step }) = self.unmarked.take() else {
            return Ok(());
        };
        for (setting, from, to) in before.differences(live) {
            self.mark(step, RunEventKind::Changed { setting, from, to }, link)?;
        }
        Ok(())
    }

    /// Once until something can be written again: a full disk would say so at every step.
    pub fn warn(
        &mut self,
        what: &str,
        error: &(dyn Error + 'static),
        link: &Link,
    ) -> Result<(), Disconnected> {
        if std::mem::replace(&mut self.has_warned, true) {
            return Ok(());
        }
        let text = format!(
            "{what} cannot be written; training goes on. Free some space or check the folder."
        );
        let notice = Notice::from_error(text, error)
            .as_warning()
            .at(self.folder.root());
        link.send(Event::Notice(notice))
    }

    /// Writes a step down. Whether everything that was saved before is gone: somebody removed the folder.
    pub fn record(&mut self, record: &StepRecord, link: &Link) -> Result<bool, Disconnected> {
        let is_gone = self.folder.is_lost() && self.make_folder_again(link)?;
        match self.folder.record(&train_log::line(record)) {
            Ok(()) => self.has_warned = false,
            Err(error) => self.warn("The measurements", &error, link)?,
        }
        self.write_board(record, link)?;
        Ok(is_gone)
    }

    /// Somebody removed the run's folder or its log: what comes from now on is kept all the same. Whether
    /// the folder is new as a whole.
    fn make_folder_again(&mut self, link: &Link) -> Result<bool, Disconnected> {
        let is_whole = match self.folder.make_again() {
            Ok(is_whole) => is_whole,
            Err(error) => {
                self.warn("The run's folder was removed; what follows", &error, link)?;
                return Ok(false);
            }
        };
        let text = if is_whole {
            "The run's folder was removed. It was made again; what was in it is gone, and \
             training goes on."
        } else {
            "The run's measurements, metrics.csv, were removed or replaced. Training goes on, and what \
             follows is written to the file that is there now."
        };
        let place = self.folder.root().display().to_string();
        link.send(Event::Notice(Notice::warning(text).with_details(place)))?;
        Ok(is_whole)
    }

    /// Begins a file for TensorBoard at `step`.
    pub fn open_board(&mut self, step: u64, link: &Link) -> Result<(), Disconnected> {
        match EventFile::create(self.folder.root(), step) {
            Ok(board) => {
                self.board = Some(board);
                Ok(())
            }
            Err(error) => self.warn_of_board(&error, link),
        }
    }

    fn write_board(&mut self, record: &StepRecord, link: &Link) -> Result<(), Disconnected> {
        let Some(board) = &mut self.board else {
            return Ok(());
        };
        let number = |series: &Series| Some((series.tag, (series.value)(record)?));
        let numbers: Vec<_> = SERIES.iter().filter_map(number).collect();
        let Err(error) = board.scalars(record.step, &numbers) else {
            return Ok(());
        };
        // Half a record makes the rest of the file unreadable.
        self.board = None;
        self.warn_of_board(&error, link)
    }

    fn warn_of_board(&mut self, error: &io::Error, link: &Link) -> Result<(), Disconnected> {
        self.warn("The event file for TensorBoard", error, link)
    }

    /// The run went back to `step`: later measurements go to a file of their own, since a person may want to see
    /// what went wrong; later checkpoints go.
    ///
    /// # Errors
    /// The file system's.
    pub fn rewind(&mut self, step: u64) -> io::Result<()> {
        let gone = self.folder.cut_to(step)?;
        self.folder.keep_undone(&gone)?;
        self.folder.store().remove_after(step)
    }
}
