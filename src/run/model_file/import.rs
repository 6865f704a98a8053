//! What a person says of a file that does not tell everything.

/// What to make of a file from elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportOptions {
    /// Which of several generators, by its name or a part of it.
    pub network: Option<String>,
    /// Left of zero, of the activation between layers: 0 is ReLU. Found out where it is not given.
    pub slope: Option<f64>,
    /// Side of the pictures, where the layers leave it open.
    pub size: Option<usize>,
}
