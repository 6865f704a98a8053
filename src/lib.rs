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
