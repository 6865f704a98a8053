//! Why a checkpoint is refused.

use std::io;

use crate::run::model_file::ModelFileError;

/// Raised when older programs cannot go on from what newer ones write.
pub(super) const FORMAT: u32 = 1;

/// Why a checkpoint cannot be written, read or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The weights cannot be written or read.
    #[error(transparent)]
    File(#[from] ModelFileError),
    /// A model without what training needs.
    #[error("this is a model without the state of its training")]
    OnlyAModel,
    /// Written by a later Morphogan.
    #[error(
        "the checkpoint was written by a newer version (format {0}, this program reads {FORMAT})"
    )]
    Newer(u32),
    /// Some bytes are not those that were written.
    #[error("the file is damaged: its checksum is {found}, not {told}")]
    Damaged { found: String, told: String },
    /// What it says about itself cannot be understood.
    #[error("what the checkpoint says about itself cannot be understood: {0}")]
    Unclear(String),
    /// The settings describe another network.
    #[error("the checkpoint is of another network: {found}; the settings ask for {wanted}")]
    Architecture { found: String, wanted: String },
}

/// Where its JSON is not what this program writes.
pub(super) fn unclear(error: serde_json::Error) -> CheckpointError {
    CheckpointError::Unclear(error.to_string())
}

impl From<io::Error> for CheckpointError {
    fn from(error: io::Error) -> Self {
        ModelFileError::from(error).into()
    }
}
