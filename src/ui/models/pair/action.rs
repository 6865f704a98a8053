//! What a person wants of two models beside each other.

use std::path::PathBuf;

/// How two models are seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Side by side.
    #[default]
    Split,
    /// One in the place of the other.
    Blink,
    /// With what lies between them.
    Blend,
}

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    A,
    B,
}

impl Which {
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }
}

/// A model, or an earlier step of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub name: String,
    pub path: PathBuf,
    /// Whether it is a file of its own and no part of a run.
    pub is_file: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PairAction {
    /// See the model that is chosen on the screen beside another one.
    Open(Mode),
    Close,
    Mode(Mode),
    Choose(Which, Choice),
    Swap,
    /// Other faces.
    NewLatents,
    /// Blink: the other one, or hold and let go.
    Flip,
    /// A weight for each resolution.
    Weights(Vec<f64>),
    /// Whether each resolution has a slider.
    EachLevel(bool),
    /// Save the blend as a new model.
    Save,
}
