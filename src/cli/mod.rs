//! The command line: one file a command. Every command speaks to the same workers as the window.

pub mod demo;
mod inspect;
mod morph;
mod sample;
mod terminal;
mod train;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::notice::{Level, Notice};

/// Train a DCGAN in front of your eyes and play its latent space while it learns.
///
/// Without a command the window opens; where there is no display, the main job runs in the
/// terminal instead.
#[derive(Debug, Parser)]
#[command(name = "morphogan", version, about)]
pub struct Arguments {
    /// What to do instead of opening the window
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How the window opens
    #[command(flatten)]
    pub window: WindowArguments,
}

/// How the window opens.
#[derive(Args, Clone, Debug, Default)]
pub struct WindowArguments {
    /// Open on this model file or run folder
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Open on this screen
    #[arg(long, value_parser = ["train", "explore"])]
    pub screen: Option<String>,
    /// Save a picture of the window to this PNG and leave
    #[arg(long, value_name = "OUT.png")]
    pub screenshot: Option<PathBuf>,
    /// With --screenshot: train this many seconds first
    #[arg(long, value_name = "SECONDS", requires = "screenshot")]
    pub train_for: Option<f64>,
}

/// What runs without a window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a model
    Train(train::Arguments),
    /// Draw a wall of faces from a model
    Sample(sample::Arguments),
    /// Write an animation that morphs from face to face
    Morph(morph::Arguments),
    /// Say what a model file, run folder or picture folder is
    Inspect(inspect::Arguments),
}

/// Runs a command.
///
/// # Errors
/// What a person needs to know when it did not do what was asked for.
pub fn run(command: Command) -> Result<(), Notice> {
    match command {
        Command::Train(arguments) => train::run(arguments),
        Command::Sample(arguments) => sample::run(&arguments),
        Command::Morph(arguments) => morph::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
    }
}

/// Shows a notice on standard error.
pub fn tell(notice: &Notice) {
    let kind = match notice.level {
        Level::Info => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    eprintln!("{kind}: {notice}");
}
