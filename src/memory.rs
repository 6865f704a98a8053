//! The program's memory: what is kept for work to come, and given back behind work that is done.

use morphogan_nn::{Recycler, give_back};

/// Training frees and allocates the same large tensors at each step; fresh ones from the system
/// would cost a page fault every 4 KiB.
#[global_allocator]
static MEMORY: Recycler = Recycler::new(1 << 30);

/// Less than this is not worth a walk through everything that is kept.
const WORTH: usize = 4 << 20;

/// Notes what is kept when work begins, and gives back what it leaves behind. A run that goes on beside it keeps what
/// it needs from step to step.
pub struct Tidy {
    kept: usize,
}

impl Tidy {
    pub fn begin() -> Self {
        Self {
            kept: MEMORY.held(),
        }
    }

    /// As at the program's start: nothing is kept behind this work.
    pub fn whole() -> Self {
        Self { kept: 0 }
    }
}

impl Drop for Tidy {
    fn drop(&mut self) {
        if MEMORY.held() > self.kept + WORTH {
            give_back(&MEMORY, self.kept);
        }
    }
}

/// Bytes that the program has in memory, where the system tells.
pub fn resident() -> Option<u64> {
    told("VmRSS:")
}

/// The most that it ever had, likewise.
pub fn peak() -> Option<u64> {
    told("VmHWM:")
}

fn told(what: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(what))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(1024 * kib)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_most_is_never_less_than_what_is_there_now() {
        let now = resident().unwrap();
        assert!(now > 1 << 20 && peak().unwrap() >= now);
    }
}
