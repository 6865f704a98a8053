//! How fast training goes.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Steps that the rate is averaged over, at most.
const STEPS: usize = 50;
/// Time that the rate is averaged over.
const WINDOW: Duration = Duration::from_secs(5);

/// Counts steps and time, pauses left out.
#[derive(Debug, Default)]
pub struct Throughput {
    /// Pictures and duration of the last steps.
    recent: VecDeque<(usize, Duration)>,
    last: Option<Instant>,
    total: Duration,
}

impl Throughput {
    /// Goes on after `seconds` of training.
    pub fn after(seconds: f64) -> Self {
        let mut pace = Self::default();
        pace.go_back_to(seconds);
        pace
    }

    /// What came after the first `seconds` does not count any more.
    pub fn go_back_to(&mut self, seconds: f64) {
        // A number that is no duration comes from no clock of ours.
        self.total = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        self.recent.clear();
    }

    /// A step of `pictures` is done.
    pub fn step(&mut self, pictures: usize) {
        let now = Instant::now();
        // The first step of a run or after a pause has no beginning to measure from.
        if let Some(last) = self.last.replace(now) {
            self.add(pictures, now - last);
        }
    }

    fn add(&mut self, pictures: usize, took: Duration) {
        self.total += took;
        self.recent.push_back((pictures, took));
        let spent =
            |recent: &VecDeque<(usize, Duration)>| recent.iter().map(|r| r.1).sum::<Duration>();
        while self.recent.len() > STEPS || (self.recent.len() > 3 && spent(&self.recent) > WINDOW) {
            self.recent.pop_front();
        }
    }

    /// Time stands still while paused.
    pub fn set_paused(&mut self, paused: bool) {
        self.last = (!paused).then(Instant::now);
    }

    /// Pictures a second over the last seconds; 0 before the second step.
    pub fn images_per_s(&self) -> f32 {
        let (pictures, time) = self
            .recent
            .iter()
            .fold((0, Duration::ZERO), |(n, t), (pictures, took)| {
                (n + pictures, t + *took)
            });
        if time.is_zero() {
            0.0
        } else {
            pictures as f32 / time.as_secs_f32()
        }
    }

    pub fn seconds(&self) -> f64 {
        self.total.as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_forgets_the_distant_past() {
        let mut pace = Throughput::default();
        assert_eq!(pace.images_per_s(), 0.0);
        pace.add(10, Duration::from_secs(100));
        for _ in 0..50 {
            pace.add(10, Duration::from_millis(100));
        }
        assert!((pace.images_per_s() - 100.0).abs() < 1e-3);
        assert!((pace.seconds() - 105.0).abs() < 1e-9);
    }
}
