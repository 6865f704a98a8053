//! Finding directions: the mathematics on plain numbers. What needs networks stands in `gan`.

mod eigen;
mod examples;
mod labels;
mod least;
mod matrix;
mod solve;

#[cfg(test)]
pub use eigen::eigen;
pub use eigen::strongest;
pub use examples::{
    ExamplesError, FEWEST_EXAMPLES, arithmetic, from_examples, neighbours, orthogonalised,
};
pub use labels::{
    Disentanglement, LabelFit, LabelKind, balanced_accuracy, midpoint, r_squared, related,
};
pub use matrix::Matrix;
pub use solve::{Cholesky, orthonormal};

/// A direction's σ from any vector along it: random latents are N(0, 1) along every line, so one σ
/// has length one. `None` for a vector without length.
pub fn one_sigma(along: &[f64]) -> Option<Vec<f32>> {
    let length = matrix::dot(along, along).sqrt();
    let usable = length.is_finite() && length > 0.0;
    usable.then(|| along.iter().map(|x| (x / length) as f32).collect())
}
