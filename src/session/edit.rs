//! Undo and redo.

/// A value with its past and its undone future. Edits of one gesture (a drag) merge into one step.
#[derive(Clone, Debug)]
pub struct Edits<T> {
    now: T,
    past: Vec<T>,
    future: Vec<T>,
    gesture: Option<u64>,
}

/// Steps kept; a latent state is about two kilobytes.
const DEPTH: usize = 10_000;

impl<T: Clone + PartialEq> Edits<T> {
    /// Nothing to undo yet.
    pub fn new(now: T) -> Self {
        Self {
            now,
            past: Vec::new(),
            future: Vec::new(),
            gesture: None,
        }
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
            self.past.push(before);
            if self.past.len() > DEPTH {
                self.past.remove(0);
            }
        }
        self.gesture = gesture;
        self.future.clear();
    }

    /// Changes the value and everything before and after it alike: what came from outside and is nobody's
    /// edit.
    pub fn amend(&mut self, change: impl FnMut(&mut T)) {
        let all = self.past.iter_mut().chain(&mut self.future);
        all.chain(std::iter::once(&mut self.now)).for_each(change);
    }

    /// Goes one step back; false where there is none.
    pub fn undo(&mut self) -> bool {
        self.gesture = None;
        let Some(before) = self.past.pop() else {
            return false;
        };
        self.future.push(std::mem::replace(&mut self.now, before));
        true
    }

    /// Takes one undo back; false where there is none.
    pub fn redo(&mut self) -> bool {
        self.gesture = None;
        let Some(after) = self.future.pop() else {
            return false;
        };
        self.past.push(std::mem::replace(&mut self.now, after));
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
