//! Why a film was not written.

use std::io;

use crate::notice::Notice;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilmError {
    /// The file system said no.
    #[error("the film cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The encoder said no.
    #[error("the film cannot be encoded: {0}")]
    Encode(String),
    /// The format has no room for it.
    #[error("{0}")]
    Limit(String),
    /// There was nothing to write.
    #[error("A film needs at least one frame.")]
    Empty,
    /// A frame had another size than the film, or there were more or fewer than it was begun with.
    #[error("the film was begun with {expected}, and has {found}")]
    Frames { expected: String, found: String },
    /// Whoever made the frames stopped: the reason is theirs.
    #[error("{}", .0.summary)]
    Source(Notice),
}

impl FilmError {
    pub(super) fn encode(error: impl ToString) -> Self {
        Self::Encode(error.to_string())
    }
}
