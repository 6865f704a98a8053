//! Arguments → window, or a command without one.

use std::process::ExitCode;

use clap::Parser as _;
use morphogan::cli::{self, Arguments};

fn main() -> ExitCode {
    cli::tell_panics();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => return cli::answer(&answer),
    };
    match cli::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(notice) => {
            cli::tell(&notice);
            ExitCode::FAILURE
        }
    }
}
