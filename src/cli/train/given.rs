//! Which arguments a person gave, as opposed to those with defaults.

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, FromArgMatches};

/// Names of the arguments that stood on the command line.
#[derive(Debug)]
pub struct NamedArguments(pub Vec<String>);

impl FromArgMatches for NamedArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = matches
            .ids()
            // Groups, which clap makes of structs, have no source.
            .filter(|id| matches.try_get_raw(id.as_str()).is_ok())
            .filter(|id| matches.value_source(id.as_str()) == Some(ValueSource::CommandLine));
        Ok(Self(given.map(ToString::to_string).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for NamedArguments {
    fn augment_args(command: clap::Command) -> clap::Command {
        command
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        command
    }
}
