//! Morphogan trains a DCGAN in front of your eyes and lets you play its latent space.

pub mod atomic_file;
pub mod cli;
pub mod config;
pub mod data;
pub mod export;
pub mod gan;
pub mod latent;
pub mod nn;
pub mod notice;
pub mod picture;
pub mod run;
pub mod session;
pub mod ui;
pub mod worker;

/// Training frees and allocates the same large tensors at each step; fresh ones from the system
/// would cost a page fault every 4 KiB.
#[global_allocator]
static MEMORY: nn::Recycler = nn::Recycler::new(1 << 30);
