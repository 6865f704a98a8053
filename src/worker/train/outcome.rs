//! How what goes wrong in the loop of steps ends the run.

use super::feed::FeedError;
use super::link::Disconnected;
use super::message::Outcome;
use crate::notice::Notice;

impl From<Disconnected> for Outcome {
    fn from(_: Disconnected) -> Self {
        Self::Stopped
    }
}

impl From<candle_core::Error> for Outcome {
    fn from(error: candle_core::Error) -> Self {
        let text = "The device failed during training. Try a smaller batch or the CPU.";
        Self::Failed(Notice::from_error(text, &error))
    }
}

impl From<FeedError> for Outcome {
    fn from(reason: FeedError) -> Self {
        match reason {
            FeedError::Disconnected(gone) => gone.into(),
            FeedError::Device(error) => error.into(),
            FeedError::Feed(notice) => Self::Failed(notice),
        }
    }
}
