//! Morphogan trains a DCGAN in front of your eyes and lets you play its latent space while it learns.
//!
//! This page is the map of the house. Data flows down the list; arrows of knowledge point down only,
//! and `tests/layering.rs` fails when one does not.
//!
//! | room | what happens there | may know |
//! |---|---|---|
//! | [`ui`] | drawing: the window, its screens and widgets | session, worker, latent |
//! | [`cli`] | one file a command; the same workers as the window | worker, data, run, export, latent, ui |
//! | [`session`] | what is true now: run, curves, the current face, undo | worker's messages, latent |
//! | [`worker`] | all threads and channels: trainer, sampler, loader, jobs | gan, metrics, data, run, export, latent, nn |
//! | [`run`] | a run on disk: folder, model file, measurements, walls | gan, metrics, latent, nn |
//! | [`gan`] | the mathematics: networks, loss, one training step, pictures from latents | nn, latent |
//! | [`metrics`] | how good samples are: MS-SSIM, sliced Wasserstein distance | latent's noise |
//! | [`data`] | files → batches; the built-in starter faces | latent's noise |
//! | [`latent`] | points and paths, the one source of random numbers | |
//! | [`export`] | one file a format | |
//! | [`nn`] | fast layers: convolutions, batch norm, Adam; a crate of its own | |
//!
//! Everything may use [`config`], [`notice`], [`picture`], [`path_text`], [`regular_file`] and [`atomic_file`]. egui stands only in `ui`,
//! candle only where there are tensors, threads only in `worker` (and rayon in `nn`). `unsafe` is forbidden in this
//! crate; `nn` has it in its `cpu` and `cuda` folders.
//!
//! # How a drag becomes a face
//!
//! A slider makes an [`ui::Action`]; `App::apply` changes the session and asks the
//! [`worker::Sampler`], whose thread draws with the newest weights and puts the picture into a
//! one-place slot; the next frame shows it. Nobody waits for anybody: a newer request replaces an
//! older one, and a reply that comes too late is dropped by its stamp.
//!
//! # How a step becomes a point of a curve
//!
//! [`worker::Trainer`] owns networks, optimisers, data and random numbers on its own thread. It drains
//! commands, makes one [`gan::Gan::step`], sends an event, and now and then shares a snapshot of the
//! generator (free of cost: training replaces tensors and never changes them in place) and a wall.
//!
//! # Why the layers have a backward pass of their own
//!
//! See [`nn`].

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
pub mod regular_file;
pub mod run;
pub mod session;
pub mod ui;
pub mod worker;

pub use morphogan_nn as nn;

/// Training frees and allocates the same large tensors at each step; fresh ones from the system
/// would cost a page fault every 4 KiB.
#[global_allocator]
static MEMORY: nn::Recycler = nn::Recycler::new(1 << 30);
