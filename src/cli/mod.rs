//! The command line: one file a command. Every command speaks to the same workers as the window.

mod bench;
mod blend;
mod convert;
mod data;
mod demo;
mod directions;
mod export;
mod import;
mod inspect;
mod invert;
mod job;
mod latents;
mod measure;
mod morph;
mod numbers;
mod output;
mod prepare;
mod sample;
mod terminal;
mod train;
mod training;
mod window;

pub use output::tell;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::notice::Notice;

/// Train a DCGAN in front of your eyes and play its latent space while it learns.
///
/// Without a command the window opens; where there is no display, the main job runs in the
/// terminal instead.
#[derive(Debug, Parser)]
#[command(
    name = "morphogan",
    version,
    about,
    after_help = "Examples:
  morphogan
  morphogan train --data photos --run my-run
  morphogan sample --model my-run --out faces.png

`morphogan COMMAND --help` has examples of each command."
)]
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
    /// Make a model of what PyTorch or another program saved of a DCGAN
    Import(import::Arguments),
    /// Make one model of two: between two steps of a run, or a run and its fork
    Blend(blend::Arguments),
    /// Write a model for other programs: ONNX, or a folder with PyTorch code and a card
    Export(export::Arguments),
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
    let done = match arguments.command {
        None => window::run(arguments.window),
        Some(command) => command.run(),
    };
    // What the command itself says of its failure counts more.
    done.and_then(|()| output::finish())
}

impl Command {
    fn run(self) -> Result<(), Notice> {
        match self {
            Self::Train(arguments) => train::run(*arguments),
            Self::Sample(arguments) => sample::run(&arguments),
            Self::Morph(arguments) => morph::run(&arguments),
            Self::Measure(arguments) => measure::run(&arguments),
            Self::Data(arguments) => data::run(&arguments),
            Self::Directions(arguments) => directions::run(&arguments),
            Self::Blend(arguments) => blend::run(&arguments),
            Self::Convert(arguments) => convert::run(&arguments),
            Self::Import(arguments) => import::run(&arguments),
            Self::Export(arguments) => export::run(&arguments),
            Self::Invert(arguments) => invert::run(&arguments),
            Self::Bench(bench) => bench::run(&bench),
            Self::Inspect(arguments) => inspect::run(&arguments),
        }
    }
}

/// From here on a panic that nobody catches says what it is in a sentence, and where it was for the report.
pub fn tell_panics() {
    let library = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            return library(panic);
        }
        let place = panic.location().map(ToString::to_string);
        let words = panic.payload_as_str().unwrap_or_default();
        let text = "A part of the program failed. Please report this as a bug.";
        let details = format!("{words}\n{}", place.unwrap_or_default());
        output::tell(&Notice::error(text).with_details(details));
    }));
}

/// Prints clap's answer to arguments that it does not pass on: help, the version, or what is wrong with them.
pub fn answer(answer: &clap::Error) -> ExitCode {
    match answer.print() {
        Err(error) if !answer.use_stderr() && error.kind() != io::ErrorKind::BrokenPipe => {
            output::tell(&output::failed(&error));
            ExitCode::FAILURE
        }
        // Its codes are 0 and 2.
        _ => ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(2)),
    }
}
