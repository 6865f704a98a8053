#![doc = include_str!("../ARCHITECTURE.md")]
#![forbid(unsafe_code)]

pub mod atomic_file;
pub mod cli;
pub mod config;
pub mod data;
pub mod export;
pub mod gan;
pub mod latent;
pub mod metrics;
pub mod notice;
pub mod path_text;
pub mod picture;
pub mod readable;
pub mod regular_file;
pub mod run;
pub mod session;
pub mod statistics;
pub mod ui;
pub mod worker;

/// Training frees and allocates the same large tensors at each step; fresh ones from the system
/// would cost a page fault every 4 KiB.
#[global_allocator]
static MEMORY: morphogan_nn::Recycler = morphogan_nn::Recycler::new(1 << 30);
