//! Formats of data files that hold many pictures each.

pub mod cifar;
pub mod idx;
pub mod parquet;
