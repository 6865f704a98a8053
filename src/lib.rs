//! Morphogan trains a DCGAN in front of your eyes and lets you play its latent space.

pub mod config;
pub mod gan;
pub mod latent;
pub mod notice;
pub mod picture;
pub mod session;
pub mod ui;
pub mod worker;
