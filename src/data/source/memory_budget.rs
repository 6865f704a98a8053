//! Bounds what all threads together keep in memory: who needs much waits for a turn.

use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes of pictures that are decoded at the same time, on all threads together.
pub static DECODING: MemoryBudget = MemoryBudget::new(1 << 30);

/// Bytes of files that are read whole at the same time. A turn to decode is asked for while one to
/// read is held, never the other way round, so that nobody waits in a circle.
pub static READING: MemoryBudget = MemoryBudget::new(1 << 29);

/// An amount of memory that is lent out.
#[derive(Debug)]
pub struct MemoryBudget {
    most: u64,
    lent: Mutex<u64>,
    given_back: Condvar,
}

/// A part of the memory, given back when it is dropped.
#[derive(Debug)]
pub struct MemoryReservation {
    from: &'static MemoryBudget,
    bytes: u64,
}

impl MemoryBudget {
    const fn new(most: u64) -> Self {
        Self {
            most,
            lent: Mutex::new(0),
            given_back: Condvar::new(),
        }
    }

    /// Waits until there are `bytes`. One that needs more than there can be gets all.
    pub fn take(&'static self, bytes: u64) -> MemoryReservation {
        let bytes = bytes.min(self.most);
        let lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lent = self
            .given_back
            .wait_while(lent, |lent| *lent + bytes > self.most)
            .unwrap_or_else(PoisonError::into_inner);
        *lent += bytes;
        MemoryReservation { from: self, bytes }
    }
}

impl Drop for MemoryReservation {
    fn drop(&mut self) {
        let mut lent = self
            .from
            .lent
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *lent -= self.bytes;
        drop(lent);
        self.from.given_back.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

    #[test]
    fn all_together_never_hold_more_than_there_is() {
        static TURNS: MemoryBudget = MemoryBudget::new(100);
        static HELD: AtomicU64 = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for thread in 0..6u64 {
                scope.spawn(move || {
                    for round in 0..50 {
                        // Some ask for more than there can ever be.
                        let wanted = (thread * 37 + round * 13) % 140;
                        let turn = TURNS.take(wanted);
                        let held = HELD.fetch_add(turn.bytes, SeqCst) + turn.bytes;
                        assert!(held <= 100, "{held}");
                        HELD.fetch_sub(turn.bytes, SeqCst);
                    }
                });
            }
        });
        assert_eq!(*TURNS.lent.lock().unwrap(), 0);
    }
}
