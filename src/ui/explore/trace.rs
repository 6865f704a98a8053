//! How long it takes from a person's hand to the screen, view by view.

use std::time::{Duration, Instant};

use crate::ui::explore::view::View;

/// A request on its way.
#[derive(Clone, Copy, Debug)]
struct TracedRequest {
    view: View,
    stamp: u64,
    input: Instant,
}

/// Follows requests from the input that made them to the frame that shows their faces. An input whose
/// request was replaced by a newer one counts until the newer one's faces are there.
#[derive(Debug)]
pub struct Trace {
    /// `None` while what comes follows from no new input.
    input: Option<Instant>,
    waiting: Vec<TracedRequest>,
    /// Taken in, to be seen at the end of this frame.
    came: Vec<TracedRequest>,
    /// View, and time from input to screen.
    pub seen: Vec<(View, Duration)>,
}

impl Default for Trace {
    fn default() -> Self {
        Self {
            input: Some(Instant::now()),
            waiting: Vec::new(),
            came: Vec::new(),
            seen: Vec::new(),
        }
    }
}

impl Trace {
    /// What is asked for from now on follows from an input at this time.
    pub fn input(&mut self, at: Instant) {
        self.input = Some(at);
    }

    /// What is asked for from now on follows from no input that was not counted yet.
    pub fn rest(&mut self) {
        self.input = None;
    }

    /// Faces were asked for.
    pub fn asked(&mut self, view: View, stamp: u64) {
        if let Some(input) = self.input {
            self.waiting.push(TracedRequest { view, stamp, input });
        }
    }

    /// Faces of a request came, and with them those of all earlier ones.
    pub fn came(&mut self, view: View, stamp: u64) {
        let over = |asked: &TracedRequest| asked.view == view && asked.stamp <= stamp;
        self.came
            .extend(self.waiting.extract_if(.., |asked| over(asked)));
    }

    /// The frame was shown at this time.
    pub fn shown(&mut self, at: Instant) {
        let seen = self.came.drain(..);
        self.seen
            .extend(seen.map(|asked| (asked.view, at.saturating_duration_since(asked.input))));
    }

    /// Requests whose faces have not come.
    pub fn open(&self) -> usize {
        self.waiting.len() + self.came.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_request_counts_until_the_newer_one_is_seen() {
        let mut trace = Trace::default();
        let begin = Instant::now();
        let at = |ms| begin + Duration::from_millis(ms);
        for (stamp, ms) in [(1, 0), (2, 10), (3, 20)] {
            trace.input(at(ms));
            trace.asked(View::Face, stamp);
        }
        trace.asked(View::Strip(1), 4);
        trace.came(View::Face, 2);
        trace.shown(at(30));
        let ms: Vec<u128> = trace.seen.iter().map(|seen| seen.1.as_millis()).collect();
        assert_eq!((ms, trace.open()), (vec![30, 20], 2));
    }
}
