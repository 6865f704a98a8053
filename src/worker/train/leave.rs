//! Why a run ends.

use super::feed::FeedError;
use super::link::Disconnected;
use crate::notice::Notice;

/// Why the loop of steps was left.
pub(super) enum Leave {
    Completed,
    Stopped,
    Failed(Notice),
}

impl From<Disconnected> for Leave {
    fn from(_: Disconnected) -> Self {
        Self::Stopped
    }
}

impl From<candle_core::Error> for Leave {
    fn from(error: candle_core::Error) -> Self {
        let text = "The device failed during training. Try a smaller batch or the CPU.";
        Self::Failed(Notice::from_error(text, &error))
    }
}

impl From<FeedError> for Leave {
    fn from(reason: FeedError) -> Self {
        match reason {
            FeedError::Disconnected(gone) => gone.into(),
            FeedError::Device(error) => error.into(),
            FeedError::Feed(notice) => Self::Failed(notice),
        }
    }
}
