//! Arguments → window, or a command without one.

use std::process::ExitCode;

use clap::Parser as _;
use morphogan::cli::{self, Arguments};

fn main() -> ExitCode {
    // clap answers bad arguments itself, with exit code 2.
    match cli::run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(notice) => {
            cli::tell(&notice);
            ExitCode::FAILURE
        }
    }
}
