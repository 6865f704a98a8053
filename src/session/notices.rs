//! The notices that a person has not put away yet.

use std::collections::VecDeque;

use crate::notice::{Level, Notice};
use crate::worker::train::Danger;

/// Notices kept at a time; older ones make room.
const KEPT: usize = 20;

/// A notice on show.
#[derive(Clone, Debug, PartialEq)]
pub struct PostedNotice {
    /// Tells it from the others for as long as the program runs.
    pub id: u64,
    pub notice: Notice,
    /// How often the same was said.
    pub times: u32,
    /// What it warns of; it goes when that is over.
    pub danger: Option<Danger>,
}

/// The newest notice last.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    posted: VecDeque<PostedNotice>,
    next: u64,
}

impl Notices {
    /// Shows `notice`. The same one again is counted, not repeated.
    pub fn post(&mut self, notice: Notice) {
        self.show(notice, None);
    }

    /// Shows a warning of `danger`, in place of an earlier one, until that is over.
    pub fn warn(&mut self, notice: Notice, danger: Danger) {
        self.cure(danger);
        self.show(notice, Some(danger));
    }

    /// The danger is over: what warned of it goes.
    pub fn cure(&mut self, danger: Danger) {
        self.posted.retain(|posted| posted.danger != Some(danger));
    }

    /// All dangers are over.
    pub fn cure_all(&mut self) {
        self.posted.retain(|posted| posted.danger.is_none());
    }

    fn show(&mut self, notice: Notice, danger: Option<Danger>) {
        let times = match self.posted.iter().position(|old| old.notice == notice) {
            // Moved to the end under a new number: it is news again.
            Some(place) => self.posted.remove(place).map_or(1, |old| old.times + 1),
            None => 1,
        };
        if self.posted.len() == KEPT {
            self.posted.pop_front();
        }
        self.posted.push_back(PostedNotice {
            id: self.next,
            notice,
            times,
            danger,
        });
        self.next += 1;
    }

    pub fn dismiss(&mut self, id: u64) {
        self.posted.retain(|posted| posted.id != id);
    }

    /// Puts away what a new run makes obsolete: everything but plain information.
    pub fn dismiss_problems(&mut self) {
        self.posted
            .retain(|posted| posted.notice.level == Level::Info);
    }

    /// Those on show, the newest last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &PostedNotice> {
        self.posted.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_again_is_counted() {
        let mut notices = Notices::default();
        notices.post(Notice::warning("3 pictures were skipped."));
        notices.post(Notice::info("Saved."));
        notices.post(Notice::warning("3 pictures were skipped."));
        let shown: Vec<_> = notices
            .iter()
            .map(|posted| (posted.notice.summary.as_str(), posted.times))
            .collect();
        assert_eq!(shown, [("Saved.", 1), ("3 pictures were skipped.", 2)]);
        let id = notices.iter().next().unwrap().id;
        notices.dismiss(id);
        assert_eq!(notices.iter().count(), 1);
    }

    #[test]
    fn they_do_not_pile_up() {
        let mut notices = Notices::default();
        for number in 0..100 {
            notices.post(Notice::info(format!("{number}")));
        }
        assert_eq!(notices.iter().count(), KEPT);
        assert_eq!(notices.iter().last().unwrap().notice.summary, "99");
    }
}
