//! A setting's default stands once: where the command line has it.

use clap::{Args, Parser};

/// What nothing at all on a command line gives. Every field has a default, so that parsing nothing
/// cannot fail.
pub(crate) fn from_nothing<T: Args>() -> T {
    #[derive(Parser)]
    struct Alone<T: Args> {
        #[command(flatten)]
        config: T,
    }
    Alone::parse_from(["morphogan"]).config
}
