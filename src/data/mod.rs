//! Files → batches: sources of pictures, the pictures ready for the network, and batches of them.
//!
//! A path becomes a [`Source`] (`detect`): a `gallery` of pictures over a `container` (folder, zip,
//! tar, parquet), an IDX file or CIFAR-10 batches. [`Prepared`] cuts and resizes its pictures once
//! and keeps them in a file in the user's cache folder (`cache`); a [`Dataset`] is the order in which
//! they came, and [`batches`] takes them from there into tensors.

pub mod batches;
mod blob;
mod cache;
mod chosen;
mod cifar;
mod container;
mod contents;
mod dataset;
mod decode;
mod detect;
mod duplicates;
mod error;
mod folder;
mod gallery;
mod gunzip;
mod idx;
mod jpeg;
mod kinds;
mod labels;
mod mixed;
mod parquet_column;
mod parquet_file;
mod parquet_pages;
mod positioned;
mod prepare;
mod prepared;
pub(crate) mod quiet;
mod single;
mod source;
pub mod starter;
mod starter_faces;
mod tar_archive;
#[cfg(test)]
mod tests;
mod turns;
mod whole;
mod zip_archive;

pub use batches::Place;
pub use dataset::Dataset;
pub use decode::Decoded;
pub use duplicates::Duplicates;
pub use error::SourceError;
pub use labels::{LabelSummary, Labels, TableWriter};
pub use prepare::{Preparation, Square};
pub use prepared::{Prepared, Ready};
pub use single::{read_original, read_picture};
pub use source::{Choice, Source, open, open_path, open_while};
pub use starter_faces::StarterFaces;
