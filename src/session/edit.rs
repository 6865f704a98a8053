//! Undo and redo.

use std::collections::VecDeque;

/// A value with its past and its undone future. Edits of one gesture (a drag) merge into one step.
#[derive(Clone, Debug)]
pub struct Edits<T> {
    now: T,
    past: VecDeque<T>,
    future: Vec<T>,
    gesture: Option<u64>,
    /// About how many bytes a value takes.
    weigh: fn(&T) -> usize,
    /// Those of the past.
    bytes: usize,
}

/// Steps kept; a latent state is about two kilobytes.
const DEPTH: usize = 10_000;
/// Bytes of the past that are kept, where it is known what a step takes; the last step always is.
const MOST_BYTES: usize = 64 << 20;

impl<T: Clone + PartialEq> Edits<T> {
    /// Nothing to undo yet; of values that are all small.
    pub fn new(now: T) -> Self {
        Self::weighed(now, |_| 0)
    }

    /// Nothing to undo yet; of values that take the bytes that `weigh` says.
    pub fn weighed(now: T, weigh: fn(&T) -> usize) -> Self {
        Self {
            now,
            past: VecDeque::new(),
            future: Vec::new(),
            gesture: None,
            weigh,
            bytes: 0,
        }
    }

    /// A value becomes the newest of the past; the oldest go where that gets too long.
    fn remember(&mut self, before: T) {
        self.bytes += (self.weigh)(&before);
        self.past.push_back(before);
        let is_too_much = |past: &VecDeque<T>, bytes: usize| {
            past.len() > DEPTH || (bytes > MOST_BYTES && past.len() > 1)
        };
        while is_too_much(&self.past, self.bytes)
            && let Some(oldest) = self.past.pop_front()
        {
            self.bytes = self.bytes.saturating_sub((self.weigh)(&oldest));
        }
    }

    /// All that undo and redo can bring back, and the value itself.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        let past = self.past.iter().chain(&self.future);
        past.chain(std::iter::once(&self.now))
    }

    pub fn now(&self) -> &T {
        &self.now
    }

    /// Makes `next` the value. Edits that follow each other with the same `gesture` are one step
    /// of undo; `None` is always a step of its own. An edit that changes nothing is no step.
    pub fn edit(&mut self, next: T, gesture: Option<u64>) {
        if next == self.now {
            return;
        }
        let before = std::mem::replace(&mut self.now, next);
        let merges = gesture.is_some() && gesture == self.gesture;
        if !merges {
            self.remember(before);
        }
        self.gesture = gesture;
        self.future.clear();
    }

    /// Changes the value and everything before and after it alike: what came from outside and is nobody's
    /// edit.
    pub fn amend(&mut self, change: impl FnMut(&mut T)) {
        let all = self.past.iter_mut().chain(&mut self.future);
        all.chain(std::iter::once(&mut self.now)).for_each(change);
        self.bytes = self.past.iter().map(self.weigh).sum();
    }

    /// Goes one step back; false where there is none.
    pub fn undo(&mut self) -> bool {
        self.gesture = None;
        let Some(before) = self.past.pop_back() else {
            return false;
        };
        self.bytes = self.bytes.saturating_sub((self.weigh)(&before));
        self.future.push(std::mem::replace(&mut self.now, before));
        true
    }

    /// Takes one undo back; false where there is none.
    pub fn redo(&mut self) -> bool {
        self.gesture = None;
        let Some(after) = self.future.pop() else {
            return false;
        };
        let before = std::mem::replace(&mut self.now, after);
        self.remember(before);
        true
    }

    /// Whether there is a step back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is an undo to take back.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_drag_is_one_step() {
        let mut edits = Edits::new(0);
        for value in 1..10 {
            edits.edit(value, Some(7));
        }
        edits.edit(20, None);
        assert!(edits.undo());
        assert_eq!(*edits.now(), 9);
        assert!(edits.undo());
        assert_eq!(*edits.now(), 0);
        assert!(!edits.undo());
        assert!(edits.redo());
        assert_eq!(*edits.now(), 9);
        // The same gesture after an undo is a new step: it must not eat the value undone to.
        edits.edit(10, Some(7));
        edits.undo();
        assert_eq!(*edits.now(), 9);
    }

    #[test]
    fn the_past_is_bounded_in_bytes_and_keeps_its_last_step() {
        let mut edits = Edits::weighed(0_usize, |value| (value % 7) << 20);
        for value in 1..200 {
            edits.edit(value, None);
        }
        let kept: usize = edits.past.iter().map(edits.weigh).sum();
        assert_eq!(kept, edits.bytes);
        assert!((MOST_BYTES - (7 << 20)..=MOST_BYTES).contains(&kept));
        let mut undone = 0;
        while edits.undo() {
            undone += 1;
        }
        assert!((15..40).contains(&undone), "{undone}");
        assert_eq!(edits.bytes, 0);
        let mut large = Edits::weighed(0, |_| 2 * MOST_BYTES);
        large.edit(1, None);
        large.edit(2, None);
        assert!(large.undo() && *large.now() == 1 && !large.undo());
    }

    proptest! {
        #[test]
        fn undoing_everything_gives_the_start(edits_made in prop::collection::vec((0i32..9, prop::option::of(0u64..3)), 0..200)) {
            let mut edits = Edits::new(-1);
            for &(value, gesture) in &edits_made {
                edits.edit(value, gesture);
            }
            let end = *edits.now();
            while edits.undo() {}
            prop_assert_eq!(*edits.now(), -1);
            while edits.redo() {}
            prop_assert_eq!(*edits.now(), end);
        }
    }
}
