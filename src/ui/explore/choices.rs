//! What the Explore screen can show.

/// Strips that are listed before more are asked for.
pub const FEW: usize = 8;

/// What stands in the middle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Centre {
    /// The current face and the way between two.
    #[default]
    Face,
    /// The current face between four others.
    Pad,
    /// The current face, to be pulled at.
    Pull,
    Board,
}

/// What stands on the right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    #[default]
    Directions,
    /// All numbers of the latent.
    Raw,
    /// A person's own picture.
    Photo,
    /// Paint that the latent follows.
    Paint,
}

/// How directions are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchMethod {
    /// Principal components of the first layer's activations.
    Pca,
    /// Eigenvectors of the first layer's weights.
    Sefa,
    /// Eigenvectors of JᵀJ of the whole generator.
    Jacobian,
    /// From the labels of the pictures that the settings name.
    Labels,
}

/// A name that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameEdit {
    /// Of a kept face, by its place.
    Saved(usize, String),
    /// Of a direction that a person made, by its place.
    Direction(usize, String),
}

/// What the brush does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Brush {
    #[default]
    Colour,
    Lighter,
    Darker,
    /// Takes away what is there.
    Erase,
}
