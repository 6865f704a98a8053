//! Why a model file is refused.

use std::io;

use super::torch::Fault;
use super::types::FORMAT;

/// Why a model file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelFileError {
    /// The file system said no.
    #[error("the model file cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// Something else that people take for a model file.
    #[error("{0}")]
    Foreign(&'static str),
    /// No safetensors in there.
    #[error("this is not a safetensors file, or it is cut short: {0}")]
    Format(#[from] safetensors::SafeTensorError),
    /// PyTorch's, which cannot be taken.
    #[error("this PyTorch file cannot be read: {0}")]
    Torch(#[from] Fault),
    /// What it says of itself is not true.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// Written by a later Morphogan.
    #[error("the model was written by a newer version (format {0}, this program reads {FORMAT})")]
    Newer(u32),
    /// The tensors are those of another network.
    #[error("this is not a DCGAN of the usual layout: {0}")]
    NotADcgan(String),
    /// It cannot be left out, and where it belongs is not known.
    #[error(
        "this is not a DCGAN of the usual layout: {0} belongs to no layer that this program knows"
    )]
    Unknown(String),
    /// What was read would draw nothing.
    #[error(
        "{0} holds values that are no numbers (NaN or infinite): the file is damaged or its training diverged"
    )]
    NoNumbers(String),
    /// A variance, or a mean of squares.
    #[error("{0} holds negative numbers, which it cannot have: the file is damaged")]
    Negative(String),
    /// Training diverged; what was written before is better.
    #[error("{0} holds values that are no numbers any more; nothing was written")]
    NotFinite(String),
    /// Far beyond any DCGAN.
    #[error("the file has {0} bytes, more than a DCGAN can use")]
    TooLarge(u64),
    #[error("the weights cannot be moved to or from the device: {0}")]
    Device(#[from] candle_core::Error),
}
