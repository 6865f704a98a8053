//! What a person was told: what is on show, and what was.

use std::collections::VecDeque;
use std::time::Instant;

use crate::notice::{Level, Next, Notice};
use crate::worker::train::Danger;

/// Notices kept at a time; older ones make room.
const KEPT: usize = 100;
/// Of those, at most so many are on show.
const ON_SHOW: usize = 20;
/// Bytes of details that a group of notices gathers.
const DETAILS: usize = 4096;

/// Something that may be wrong, and right again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A run goes bad.
    Danger(Danger),
    /// A run cannot be started with the present settings.
    Start,
    /// A model could not be opened.
    Model,
    /// A film could not be written.
    Film,
    /// The runs could not be listed, or one of them not changed.
    Runs,
}

/// Where a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeState {
    OnShow,
    /// Put away, or gone by itself.
    PutAway,
    /// What it told of is over.
    Over,
}

/// A notice and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PostedNotice {
    /// Tells it from the others for as long as the program runs.
    pub id: u64,
    pub notice: Notice,
    /// How often the same was said.
    pub times: u32,
    /// What it tells of; it goes when that is over.
    pub trouble: Option<Trouble>,
    /// When it was said last.
    pub at: Instant,
    pub state: NoticeState,
    /// Whether a person has not seen it for certain.
    pub is_unread: bool,
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
        self.post_until_over(notice, Trouble::Danger(danger));
    }

    /// Shows what is wrong, in place of an earlier notice of that, until it is over.
    pub fn post_until_over(&mut self, notice: Notice, trouble: Trouble) {
        let is_earlier =
            |old: &PostedNotice| old.trouble == Some(trouble) && !is_like(&old.notice, &notice);
        self.withdraw(is_earlier);
        self.show(notice, Some(trouble));
    }

    /// The danger is over: what warned of it goes.
    pub fn cure(&mut self, danger: Danger) {
        self.over(Trouble::Danger(danger));
    }

    /// Something is right again: what told of it goes.
    pub fn over(&mut self, trouble: Trouble) {
        self.withdraw(|posted| posted.trouble == Some(trouble));
    }

    /// What notices offered to do is done: they go.
    pub fn done(&mut self, next: &Next) {
        self.withdraw(|posted| posted.notice.next.as_ref() == Some(next));
    }

    /// All dangers are over.
    pub fn cure_all(&mut self) {
        self.withdraw(|posted| matches!(posted.trouble, Some(Trouble::Danger(_))));
    }

    fn withdraw(&mut self, what: impl Fn(&PostedNotice) -> bool) {
        // Those that were put away are over as well.
        for posted in self.posted.iter_mut().filter(|posted| what(posted)) {
            posted.state = NoticeState::Over;
            posted.is_unread = false;
        }
    }

    fn show(&mut self, mut notice: Notice, trouble: Option<Trouble>) {
        let is_like = |old: &PostedNotice| is_like(&old.notice, &notice) && old.trouble == trouble;
        let place = self.posted.iter().position(is_like);
        let mut times = 1;
        // Moved to the end under a new number: it is news again.
        if let Some(old) = place.and_then(|place| self.posted.remove(place)) {
            let new = std::mem::take(&mut notice.details);
            notice.details = both(old.notice.details, new);
            times += old.times;
        }
        if self.posted.len() == KEPT {
            self.posted.pop_front();
        }
        self.posted.push_back(PostedNotice {
            id: self.next,
            notice,
            times,
            trouble,
            at: Instant::now(),
            state: NoticeState::OnShow,
            is_unread: true,
        });
        self.next += 1;
        let too_many = self.iter().count().saturating_sub(ON_SHOW);
        let on_show = self.posted.iter_mut().filter(|posted| posted.is_on_show());
        for posted in on_show.take(too_many) {
            posted.state = NoticeState::PutAway;
        }
    }

    /// A person has put it away.
    pub fn dismiss(&mut self, id: u64) {
        self.put_away(id, false);
    }

    /// It was on show long enough; nobody may have looked. Older information that waited behind it is no news either.
    pub fn expire(&mut self, id: u64) {
        let is_old = |posted: &&PostedNotice| posted.id < id && posted.notice.level == Level::Info;
        let old: Vec<u64> = self.iter().filter(is_old).map(|posted| posted.id).collect();
        for id in old.into_iter().chain([id]) {
            self.put_away(id, true);
        }
    }

    fn put_away(&mut self, id: u64, is_unread: bool) {
        let of_id = self.posted.iter_mut().find(|posted| posted.id == id);
        if let Some(posted) = of_id.filter(|posted| posted.is_on_show()) {
            posted.state = NoticeState::PutAway;
            posted.is_unread &= is_unread;
        }
    }

    /// Puts away what a new run makes obsolete: everything but plain information.
    pub fn dismiss_problems(&mut self) {
        self.withdraw(|posted| posted.is_on_show() && posted.notice.level != Level::Info);
    }

    /// Those on show, the newest last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &PostedNotice> {
        self.posted.iter().filter(|posted| posted.is_on_show())
    }

    /// All that are known, the newest first.
    pub fn history(&self) -> impl Iterator<Item = &PostedNotice> {
        self.posted.iter().rev()
    }

    /// How many a person may have missed.
    pub fn unread(&self) -> usize {
        self.posted.iter().filter(|posted| posted.is_unread).count()
    }

    /// A person looks at all of them: none needs to be on show any more but what is still wrong.
    pub fn read_all(&mut self) {
        for posted in &mut self.posted {
            posted.is_unread = false;
            if posted.is_on_show() && posted.notice.level == Level::Info {
                posted.state = NoticeState::PutAway;
            }
        }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.posted.clear();
    }
}

impl PostedNotice {
    fn is_on_show(&self) -> bool {
        self.state == NoticeState::OnShow
    }
}

/// Whether two say the same, whatever their details.
fn is_like(one: &Notice, other: &Notice) -> bool {
    one.level == other.level && one.summary == other.summary && one.next == other.next
}

/// The details of a group: each of them once, the newest first, as long as there is room.
fn both(old: String, new: String) -> String {
    let is_known = |new: &str| old == new || old.split("\n\n").any(|one| one == new);
    if new.is_empty() || is_known(&new) {
        return old;
    }
    let mut all = new;
    for one in old.split("\n\n").filter(|one| !one.is_empty()) {
        if all.len() + one.len() > DETAILS {
            break;
        }
        all = format!("{all}\n\n{one}");
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(notices: &Notices) -> Vec<(&str, u32)> {
        let one = |posted: &PostedNotice| posted.times;
        notices
            .iter()
            .map(|posted| (posted.notice.summary.as_str(), one(posted)))
            .collect()
    }

    #[test]
    fn the_same_again_is_counted() {
        let mut notices = Notices::default();
        notices.post(Notice::warning("3 pictures were skipped."));
        notices.post(Notice::info("Saved."));
        notices.post(Notice::warning("3 pictures were skipped."));
        assert_eq!(
            shown(&notices),
            [("Saved.", 1), ("3 pictures were skipped.", 2)]
        );
        let id = notices.iter().next().unwrap().id;
        notices.dismiss(id);
        assert_eq!(notices.iter().count(), 1);
    }

    #[test]
    fn a_group_gathers_the_details_of_its_notices() {
        let mut notices = Notices::default();
        for path in ["/a.png", "/b.png", "/b.png"] {
            notices.post(Notice::warning("A picture was skipped.").with_details(path));
        }
        let posted = notices.iter().next().unwrap();
        assert_eq!(posted.times, 3);
        assert_eq!(posted.notice.details, "/b.png\n\n/a.png");
    }

    #[test]
    fn they_do_not_pile_up() {
        let mut notices = Notices::default();
        for number in 0..2 * KEPT {
            notices.post(Notice::info(format!("{number}")));
        }
        assert_eq!(notices.iter().count(), ON_SHOW);
        assert_eq!(notices.history().count(), KEPT);
        let last = format!("{}", 2 * KEPT - 1);
        assert_eq!(notices.iter().last().unwrap().notice.summary, last);
        assert_eq!(notices.history().next().unwrap().notice.summary, last);
    }

    #[test]
    fn what_is_right_again_is_withdrawn_and_stays_in_the_history() {
        let mut notices = Notices::default();
        notices.post_until_over(Notice::error("No model there."), Trouble::Model);
        notices.post_until_over(Notice::error("Not a model."), Trouble::Model);
        assert_eq!(shown(&notices), [("Not a model.", 1)]);
        notices.over(Trouble::Film);
        assert_eq!(notices.iter().count(), 1);
        notices.over(Trouble::Model);
        assert_eq!((notices.iter().count(), notices.unread()), (0, 0));
        let states: Vec<_> = notices.history().map(|posted| posted.state).collect();
        assert_eq!(states, [NoticeState::Over; 2]);
    }

    #[test]
    fn older_information_goes_with_the_newest() {
        let mut notices = Notices::default();
        notices.post(Notice::info("Saved to a.png."));
        notices.post(Notice::warning("The disk is nearly full."));
        notices.post(Notice::info("Saved to b.png."));
        let newest = notices.iter().last().unwrap().id;
        notices.expire(newest);
        assert_eq!(shown(&notices), [("The disk is nearly full.", 1)]);
        assert_eq!(notices.unread(), 3);
    }

    #[test]
    fn a_long_detail_is_not_lost_in_its_group() {
        let mut notices = Notices::default();
        for letter in ["a", "b"] {
            let long = letter.repeat(DETAILS - 10);
            notices.post(Notice::warning("It failed.").with_details(long));
        }
        let posted = notices.iter().next().unwrap();
        assert!(posted.notice.details.starts_with('b'));
    }

    #[test]
    fn what_goes_by_itself_may_have_been_missed() {
        let mut notices = Notices::default();
        for text in ["one", "two", "three"] {
            notices.post(Notice::info(text));
        }
        let ids: Vec<u64> = notices.iter().map(|posted| posted.id).collect();
        notices.dismiss(ids[1]);
        notices.expire(ids[0]);
        assert_eq!(shown(&notices), [("three", 1)]);
        assert_eq!(notices.unread(), 2);
        notices.read_all();
        assert_eq!((notices.unread(), notices.iter().count()), (0, 0));
        assert_eq!(notices.history().count(), 3);
    }
}
