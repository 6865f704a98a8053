//! The command line: one file a command. Every command speaks to the same workers as the window.

mod bench;
mod convert;
mod data;
mod demo;
mod directions;
mod inspect;
mod invert;
mod measure;
mod morph;
mod numbers;
mod prepare;
mod sample;
mod terminal;
mod train;
mod window;

use clap::{Parser, Subcommand};

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
    pub window: window::Arguments,
}

/// What runs without a window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a model
    Train(Box<train::Arguments>),
    /// Draw a wall of faces from a model
    Sample(sample::Arguments),
    /// Write an animation that morphs from face to face
    Morph(morph::Arguments),
    /// Measure how good a model is: its diversity (MS-SSIM) and its distance to the data (SWD)
    Measure(measure::Arguments),
    /// Say what a source of pictures holds, and draw what the network would see of it
    Data(data::Arguments),
    /// Find directions of the latent space along which faces change in one way
    Directions(directions::Arguments),
    /// Write a model anew: a checkpoint's by itself, or one of half the size
    Convert(convert::Arguments),
    /// Find the face that is nearest to a picture
    Invert(invert::Arguments),
    /// Measure how fast this machine trains and draws
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Say what a model file, run folder or picture folder is
    Inspect(inspect::Arguments),
}

/// Does what the command line asks for.
///
/// # Errors
/// What a person needs to know when it did not do what was asked for.
pub fn run(arguments: Arguments) -> Result<(), Notice> {
    let Some(command) = arguments.command else {
        return window::run(arguments.window);
    };
    match command {
        Command::Train(arguments) => train::run(*arguments),
        Command::Sample(arguments) => sample::run(&arguments),
        Command::Morph(arguments) => morph::run(&arguments),
        Command::Measure(arguments) => measure::run(&arguments),
        Command::Data(arguments) => data::run(&arguments),
        Command::Directions(arguments) => directions::run(&arguments),
        Command::Convert(arguments) => convert::run(&arguments),
        Command::Invert(arguments) => invert::run(&arguments),
        Command::Bench(bench) => bench::run(&bench),
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
