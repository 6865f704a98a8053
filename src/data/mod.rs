//! Files → batches: sources of pictures, the pictures in memory, and batches of them.

pub mod batches;
mod dataset;
mod folder;
mod prepare;
mod source;
pub mod starter;

pub use dataset::Dataset;
pub use folder::Folder;
pub use source::{Source, SourceError, StarterFaces, open};
