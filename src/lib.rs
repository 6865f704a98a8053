#![doc = include_str!("../ARCHITECTURE.md")]
#![forbid(unsafe_code)]

pub mod atomic_file;
pub mod cli;
pub mod config;
pub mod data;
pub mod export;
pub mod gan;
pub mod latent;
mod memory;
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
