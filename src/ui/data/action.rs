//! What a person wants of the Data screen.

use std::path::PathBuf;

/// What a person wants of the Data screen.
#[derive(Clone, Debug, PartialEq)]
pub enum DataAction {
    /// Learn from what lies at this path, as it was typed.
    Type(String),
    /// Learn from what lies at this path, and show it.
    Use(PathBuf),
    /// Leave the processor and the prepared pictures to the run that begins.
    Rest,
    /// Look at every picture, or only at some.
    Scan {
        all: bool,
    },
    Cancel,
    /// Show this picture of the source before it is prepared.
    Original(usize),
    /// Tell something else about the source.
    ShowPage(Page),
    /// Forget this recent source.
    Forget(PathBuf),
    /// The colour behind transparent pixels, as it was typed.
    Background(String),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// Kind, licence, sizes, warnings.
    #[default]
    About,
    /// Each label with its frequency.
    Labels,
    /// Pictures that cannot be used.
    Skipped,
}
