//! Live settings under the hand. What the trainer uses counts, but its answer is on the way while the hand
//! has moved on: until the last one is there, what the hand wants is shown.

/// What was sent to the trainer and not answered yet.
#[derive(Debug, Default)]
pub struct Adjusting {
    unanswered: usize,
    moving: bool,
}

impl Adjusting {
    /// A change was sent; whether the hand still moves.
    pub fn sent(&mut self, moving: bool) {
        self.unanswered += 1;
        self.moving = moving;
    }

    /// The trainer said what it uses; whether that is to be shown.
    pub fn answered(&mut self) -> bool {
        // It also speaks without being asked: a little later its answer follows.
        self.unanswered = self.unanswered.saturating_sub(1);
        self.unanswered == 0
    }

    /// Whether the hand has let go since the last look.
    pub fn let_go(&mut self, is_down: bool) -> bool {
        !is_down && std::mem::take(&mut self.moving)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_overtaken_is_not_shown() {
        let mut adjusting = Adjusting::default();
        assert!(adjusting.answered());
        adjusting.sent(true);
        adjusting.sent(true);
        assert!(!adjusting.answered());
        assert!(adjusting.answered());
        assert!(!adjusting.let_go(true));
        assert!(adjusting.let_go(false));
        assert!(!adjusting.let_go(false));
    }
}
