//! Where a person is in the latent space: the current face, what they made, and faces to choose from.

mod board;
mod directions;
mod moves;
mod pad;
mod pose;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::Edits;
use crate::latent::path::Interpolation;
use crate::latent::saved::SavedFace;
use crate::latent::{Direction, Latent, LatentSpace};

pub use board::{Board, MOST, NEIGHBOURS, Term};
pub use directions::{DirectionSets, Origin};
pub use moves::{LEAST_TRUNCATION, Move};
pub use pad::{CORNERS, Pad};
pub use pose::{Pose, WAY};

/// Faces of the wall to choose from.
pub const WALL: usize = 24;
/// How like the face in the middle the wall becomes when more of its kind are asked for.
pub const MORE_LIKE: f32 = 0.8;

/// Seeds of the faces that one begins with: likeable ones of the model that comes with the program.
const START: [u64; CORNERS] = [20, 6, 2, 42];

/// The explorer's state: poses with undo, directions that were found, and the faces of the wall.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// Where random faces come from.
    space: LatentSpace,
    edits: Edits<Pose>,
    /// Directions that the model on show came with.
    own: Arc<Vec<Direction>>,
    /// What is random about the wall's faces.
    scatter: Vec<Latent>,
    middle: Latent,
    likeness: f32,
    wall: Vec<Latent>,
    /// Seeds that were used up, so that every random face is a new one.
    next_seed: u64,
    picked: Option<usize>,
}

impl Exploration {
    /// Starts between two random faces of `len` components.
    pub fn new(len: usize) -> Self {
        let space = LatentSpace { len };
        let [a, b, c, d] = START.map(|seed| space.face(seed));
        let mut explore = Self {
            space,
            edits: Edits::new(Pose {
                current: a.clone(),
                before: a.clone(),
                a: a.clone(),
                b: b.clone(),
                t: 0.0,
                how: Interpolation::default(),
                locked: Default::default(),
                pad: Arc::new(Pad {
                    corners: [a.clone(), b, c, d],
                    x: 0.0,
                    y: 0.0,
                }),
                board: Arc::default(),
                made: Arc::default(),
                found: Arc::default(),
                shelf: Arc::default(),
            }),
            own: Arc::default(),
            scatter: Vec::new(),
            middle: a,
            likeness: 0.0,
            wall: Vec::new(),
            next_seed: START[3] + 1,
            picked: None,
        };
        explore.new_wall();
        explore
    }

    pub fn pose(&self) -> &Pose {
        self.edits.now()
    }

    /// Where random faces come from.
    pub fn space(&self) -> LatentSpace {
        self.space
    }

    /// Components of a latent.
    pub fn components(&self) -> usize {
        self.pose().current.len()
    }

    /// The board as it was with the model on show at an earlier start, in place of `seen`, which came along from
    /// another model; what a person has put together since stays. No step of undo.
    pub fn load_board(&mut self, board: Board, seen: &Board) {
        let now = Arc::clone(&self.pose().board);
        let is_free = now.is_empty() || *now == *seen;
        let fits = board.all().all(|face| face.len() == self.components());
        if is_free && fits && !board.is_empty() {
            let board = Arc::new(board);
            self.edits.amend(|pose| {
                if pose.board == now {
                    pose.board = Arc::clone(&board);
                }
            });
        }
    }

    /// The faces that are kept, as they were at the program's start. No step of undo; where they are the same,
    /// steps of undo that changed the shelf stay what they were.
    pub fn load_shelf(&mut self, faces: Arc<Vec<SavedFace>>) {
        if self.pose().shelf == faces {
            return;
        }
        self.edits.amend(|pose| pose.shelf = Arc::clone(&faces));
    }

    /// The faces to choose from.
    pub fn wall(&self) -> &[Latent] {
        &self.wall
    }

    /// How like the face in their middle those of the wall are, 0..1; 0 is random.
    pub fn likeness(&self) -> f32 {
        self.likeness
    }

    /// The place of the current face on the wall, if it is one of them.
    pub fn picked(&self) -> Option<usize> {
        let place = self.picked?;
        (self.wall.get(place) == Some(&self.pose().current)).then_some(place)
    }

    /// Other faces to choose from, as like the current face as before. No step of undo: nothing that a
    /// person made is lost.
    pub fn new_wall(&mut self) {
        self.middle = self.pose().current.clone();
        self.scatter_anew();
    }

    /// Makes the faces of the wall more or less like the current one.
    pub fn set_likeness(&mut self, likeness: f32) {
        self.middle = self.pose().current.clone();
        self.likeness = likeness.clamp(0.0, 1.0);
        self.gather();
    }

    /// What is random about the wall's faces, whatever they are made like.
    pub fn scatter(&self) -> &[Latent] {
        &self.scatter
    }

    /// Moves what is random about the wall's faces; they stay as like the face in their middle as they are.
    pub fn move_wall(&mut self, scatter: Vec<Latent>) {
        self.scatter = scatter;
        self.gather();
    }

    /// These faces to choose from, as a picture of a wall brings them. Those of another latent space stay away.
    pub fn bring_wall(&mut self, mut faces: Vec<Latent>) {
        faces.retain(|face| face.len() == self.components());
        if !faces.is_empty() {
            self.likeness = 0.0;
            self.scatter = faces;
            self.gather();
        }
    }

    /// A wall of faces like this one. One of another latent space has none like it.
    pub fn more_like(&mut self, face: Latent) {
        if face.len() != self.components() {
            return;
        }
        self.middle = face;
        if self.likeness == 0.0 {
            self.likeness = MORE_LIKE;
        }
        self.scatter_anew();
    }

    fn scatter_anew(&mut self) {
        self.scatter = (0..WALL).map(|_| self.random()).collect();
        self.gather();
    }

    fn gather(&mut self) {
        let faces = self.scatter.iter();
        self.wall = faces
            .map(|face| face.blended(&self.middle, self.likeness))
            .collect();
        self.picked = None;
    }

    fn random(&mut self) -> Latent {
        let seed = self.next_seed;
        self.next_seed += 1;
        self.space.face(seed)
    }

    /// Moves. Moves that follow each other with the same `gesture` are one step of undo. A face of another
    /// latent space, as the shelf may hold, moves nothing.
    pub fn go(&mut self, what: Move, gesture: Option<u64>) {
        if !what.fits(self.components()) {
            return;
        }
        let what = match what {
            Move::Pick(place) => {
                let Some(face) = self.wall.get(place) else {
                    return;
                };
                self.picked = Some(place);
                Move::Face(face.clone())
            }
            Move::Random => Move::Face(self.random()),
            Move::Shuffle => Move::Components(self.random().0.into_iter().enumerate().collect()),
            what => what,
        };
        let mut pose = self.pose().clone();
        pose.make(what);
        self.edits.edit(pose, gesture);
    }

    pub fn undo(&mut self) -> bool {
        self.edits.undo()
    }

    pub fn redo(&mut self) -> bool {
        self.edits.redo()
    }

    /// Whether there is a step back.
    pub fn can_undo(&self) -> bool {
        self.edits.can_undo()
    }

    /// Whether there is a step forth.
    pub fn can_redo(&self) -> bool {
        self.edits.can_redo()
    }
}
