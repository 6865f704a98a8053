//! The program without a window: commands, runs, files, and numbers from PyTorch. One binary, so that the
//! program is linked once.

// Helpers of tests stop where something unexpected is; clippy knows only test functions by itself.
#![allow(clippy::unwrap_used)]

mod command_line;
mod common;
mod convert;
mod data_large;
mod directions;
mod earlier_files;
mod films;
#[cfg(target_os = "linux")]
mod full_disk;
mod import;
mod layouts;
mod pytorch_parity;
mod pytorch_penalty;
mod pytorch_recipes;
mod quality;
mod resume;
mod timelapse;
#[cfg(target_os = "linux")]
mod trash;
