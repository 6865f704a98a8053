//! Where a person is in the latent space: the current face and two ends to go between.

use super::Edits;
use crate::latent::Latent;
use crate::latent::noise;
use crate::latent::path::Interpolation;

/// Faces of the strip between the ends.
pub const STRIP: usize = 9;
/// Faces of the wall to choose from.
pub const WALL: usize = 24;

/// What undo goes back to.
#[derive(Clone, Debug, PartialEq)]
pub struct Pose {
    /// The face on show.
    pub current: Latent,
    /// Where the way begins.
    pub a: Latent,
    /// Where the way ends.
    pub b: Latent,
    /// The share of the way that the slider stands at.
    pub t: f32,
    /// The line of the way.
    pub how: Interpolation,
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

    /// The faces of the strip.
    pub fn strip(&self) -> Vec<Latent> {
        (0..STRIP)
            .map(|place| self.on_the_way(place as f32 / (STRIP - 1) as f32))
            .collect()
    }
}

/// Something a person does to the pose.
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    /// One component of the current face.
    Component(usize, f32),
    /// Another face altogether.
    Face(Latent),
    /// A face of the random wall, by its place.
    Pick(usize),
    /// A new random face.
    Random,
    /// All components zero.
    Zero,
    /// The way begins at the current face.
    SetA,
    /// The way ends at the current face.
    SetB,
    /// A and B change places.
    Swap,
    /// To a share of the way.
    Go(f32),
    /// Another line.
    How(Interpolation),
}

/// The explorer's state: poses with undo, and the faces of the wall.
#[derive(Clone, Debug)]
pub struct Explore {
    edits: Edits<Pose>,
    wall: Vec<Latent>,
    /// Seeds that were used up, so that every random face is a new one.
    next_seed: u64,
    picked: Option<usize>,
}

impl Explore {
    /// Starts between two random faces of `len` components.
    pub fn new(len: usize) -> Self {
        let (a, b) = (noise::face(1, len), noise::face(2, len));
        let mut explore = Self {
            edits: Edits::new(Pose {
                current: a.clone(),
                a,
                b,
                t: 0.0,
                how: Interpolation::default(),
            }),
            wall: Vec::new(),
            next_seed: 3,
            picked: None,
        };
        explore.new_wall();
        explore
    }

    /// The present pose.
    pub fn pose(&self) -> &Pose {
        self.edits.now()
    }

    /// Components of a latent.
    pub fn components(&self) -> usize {
        self.pose().current.len()
    }

    /// The faces to choose from.
    pub fn wall(&self) -> &[Latent] {
        &self.wall
    }

    /// The place of the current face on the wall, if it is one of them.
    pub fn picked(&self) -> Option<usize> {
        let place = self.picked?;
        (self.wall.get(place) == Some(&self.pose().current)).then_some(place)
    }

    /// Other faces to choose from. No step of undo: nothing that a person made is lost.
    pub fn new_wall(&mut self) {
        self.wall = (0..WALL).map(|_| self.random()).collect();
        self.picked = None;
    }

    fn random(&mut self) -> Latent {
        let seed = self.next_seed;
        self.next_seed += 1;
        noise::face(seed, self.edits.now().current.len())
    }

    /// Moves. Moves that follow each other with the same `gesture` are one step of undo.
    pub fn go(&mut self, what: Move, gesture: Option<u64>) {
        let mut pose = self.pose().clone();
        match what {
            Move::Component(place, value) => {
                if let Some(component) = pose.current.0.get_mut(place) {
                    *component = value;
                }
            }
            Move::Face(face) => pose.current = face,
            Move::Pick(place) => {
                if let Some(face) = self.wall.get(place) {
                    pose.current = face.clone();
                    self.picked = Some(place);
                }
            }
            Move::Random => pose.current = self.random(),
            Move::Zero => pose.current = Latent::zeros(pose.current.len()),
            Move::SetA => {
                pose.a = pose.current.clone();
                pose.t = 0.0;
            }
            Move::SetB => {
                pose.b = pose.current.clone();
                pose.t = 1.0;
            }
            Move::Swap => {
                std::mem::swap(&mut pose.a, &mut pose.b);
                pose.t = 1.0 - pose.t;
            }
            Move::Go(t) => {
                pose.t = t.clamp(0.0, 1.0);
                pose.current = pose.on_the_way(pose.t);
            }
            Move::How(how) => {
                let followed = pose.is_on_the_way();
                pose.how = how;
                if followed {
                    pose.current = pose.on_the_way(pose.t);
                }
            }
        }
        self.edits.edit(pose, gesture);
    }

    /// One step back.
    pub fn undo(&mut self) -> bool {
        self.edits.undo()
    }

    /// One step forth.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slider_moves_the_face_and_one_drag_is_one_step() {
        let mut explore = Explore::new(8);
        let start = explore.pose().clone();
        for share in 1..=10 {
            explore.go(Move::Go(share as f32 / 10.0), Some(1));
        }
        assert_eq!(explore.pose().current, explore.pose().b);
        assert!(explore.pose().is_on_the_way());
        explore.go(Move::Component(3, 2.5), Some(2));
        assert!(!explore.pose().is_on_the_way());
        assert_eq!(explore.pose().current.0[3], 2.5);
        assert!(explore.undo() && explore.undo());
        assert_eq!(*explore.pose(), start);
        assert!(!explore.can_undo());
        assert!(explore.redo());
        assert_eq!(explore.pose().t, 1.0);
    }

    #[test]
    fn the_current_face_becomes_an_end() {
        let mut explore = Explore::new(4);
        explore.go(Move::Random, None);
        explore.go(Move::SetB, None);
        assert_eq!(explore.pose().b, explore.pose().current);
        assert!(explore.pose().is_on_the_way());
        let strip = explore.pose().strip();
        assert_eq!((strip.len(), &strip[8]), (STRIP, &explore.pose().b));
        explore.go(Move::Swap, None);
        assert_eq!(explore.pose().a, explore.pose().current);
        assert_eq!(explore.pose().t, 0.0);
    }

    #[test]
    fn a_picked_face_is_marked_until_it_is_changed() {
        let mut explore = Explore::new(4);
        assert_eq!(explore.picked(), None);
        explore.go(Move::Pick(5), None);
        assert_eq!(explore.picked(), Some(5));
        explore.go(Move::Component(0, 0.5), None);
        assert_eq!(explore.picked(), None);
        explore.undo();
        assert_eq!(explore.picked(), Some(5));
        let before = explore.wall().to_vec();
        explore.new_wall();
        assert!(explore.wall().iter().all(|face| !before.contains(face)));
    }

    #[test]
    fn a_place_that_does_not_exist_changes_nothing() {
        let mut explore = Explore::new(4);
        explore.go(Move::Component(99, 1.0), None);
        explore.go(Move::Pick(99), None);
        assert!(!explore.can_undo());
    }
}
