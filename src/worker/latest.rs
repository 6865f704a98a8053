//! A one-place slot where the newest value wins.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// For heavy values of which only the newest matters: pictures, weights, requests.
#[derive(Debug)]
pub struct Latest<T>(Mutex<Option<T>>);

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Latest<T> {
    /// Puts `value` in, over one that nobody took.
    pub fn put(&self, value: T) {
        *self.slot() = Some(value);
    }

    /// Takes the newest value out.
    pub fn take(&self) -> Option<T> {
        self.slot().take()
    }

    /// Whether the last value was taken: only then is it worth making another heavy one.
    pub fn is_empty(&self) -> bool {
        self.slot().is_none()
    }

    /// A panic cannot happen while the slot is locked, and a value is whole or absent, so that a
    /// poisoned lock can be used all the same.
    fn slot(&self) -> MutexGuard<'_, Option<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_wins_and_is_taken_once() {
        let slot = Latest::default();
        assert!(slot.is_empty());
        slot.put(1);
        slot.put(2);
        assert!(!slot.is_empty());
        assert_eq!(slot.take(), Some(2));
        assert_eq!(slot.take(), None);
    }
}
