//! Live settings under the hand. What the trainer uses counts, but its answer is on the way while the hand
//! has moved on: until the last one is there, what the hand wants is shown.

/// What was sent to the trainer and not answered yet.
#[derive(Debug, Default)]
pub struct Adjustments {
    unanswered: usize,
    moving: bool,
}

impl Adjustments {
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
        let mut adjustments = Adjustments::default();
        assert!(adjustments.answered());
        adjustments.sent(true);
        adjustments.sent(true);
        assert!(!adjustments.answered());
        assert!(adjustments.answered());
        assert!(!adjustments.let_go(true));
        assert!(adjustments.let_go(false));
        assert!(!adjustments.let_go(false));
    }
}
