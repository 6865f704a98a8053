//! Files → batches: sources of pictures, the pictures ready for the network, and batches of them.
//!
//! A path becomes a [`Source`]. [`TransformedSource`] cuts and resizes its pictures once
//! and keeps them in a file in the user's cache folder (`cache`); a [`Dataset`] is the order in which
//! they came, and [`batches`] takes them from there into tensors.

pub mod batches;
mod cache;
mod dataset;
mod duplicates;
mod error;
mod labels;
mod limits;
mod positioned;
pub mod source;
#[cfg(test)]
mod tests;
mod transform;
mod transformed;

pub use batches::BatchPosition;
pub use cache::folder as cache_folder;
pub use dataset::{Dataset, LoadedPicture};
pub use duplicates::Duplicates;
pub use error::SourceError;
pub use labels::{LabelSummary, Labels, TableWriter};
pub use source::{
    Choice, DecodedPicture, Source, StarterFaces, open, open_path, open_while, portrait,
    read_original, read_picture,
};
pub use transform::{Square, Transform};
pub use transformed::TransformedSource;
