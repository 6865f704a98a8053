//! What undo goes back to: everything that a person has made in the latent space.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Board, Pad};
use crate::latent::path::Interpolation;
use crate::latent::saved::SavedFace;
use crate::latent::{Direction, Latent};

/// Faces of the strip between the ends.
pub const WAY: usize = 9;

/// Where a person is and what they have put aside. Parts that are large and seldom change are shared
/// between one step of undo and the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Pose {
    /// The face on show.
    pub current: Latent,
    /// The face that was chosen before it was changed bit by bit.
    pub before: Latent,
    /// Where the way begins.
    pub a: Latent,
    /// Where the way ends.
    pub b: Latent,
    /// The share of the way that the slider stands at.
    pub t: f32,
    /// The line of the way.
    pub how: Interpolation,
    /// Components that do not change with the others.
    pub locked: BTreeSet<usize>,
    /// Four faces and what lies between them.
    pub pad: Arc<Pad>,
    /// Faces to calculate with.
    pub board: Arc<Board>,
    /// Directions that a person made.
    pub made: Arc<Vec<Direction>>,
    /// Directions that were looked for with the model on show.
    pub found: Arc<Vec<Direction>>,
    /// Faces that are kept from start to start.
    pub shelf: Arc<Vec<SavedFace>>,
}

impl Pose {
    /// The point of the way that `t` stands for.
    pub fn on_the_way(&self, t: f32) -> Latent {
        self.how.between(&self.a, &self.b, t)
    }

    /// Whether the current face is the one that the slider stands at.
    pub fn is_on_the_way(&self) -> bool {
        self.current == self.on_the_way(self.t)
    }

    /// The faces between the ends.
    pub fn way(&self) -> Vec<Latent> {
        (0..WAY)
            .map(|place| self.on_the_way(place as f32 / (WAY - 1) as f32))
            .collect()
    }

    /// The length of the current face as a share of that of random ones: 1 is as usual, less is nearer
    /// to the average face (truncation, Brock et al. 2019).
    pub fn truncation(&self) -> f32 {
        self.current.norm() / (self.current.len().max(1) as f32).sqrt()
    }

    /// The current face with another [`Pose::truncation`].
    pub fn truncated(&self, share: f32) -> Latent {
        let usual = (self.current.len() as f32).sqrt();
        self.current.with_norm(share * usual)
    }
}
