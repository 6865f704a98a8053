//! What a person does in the latent space.

use std::sync::Arc;

use super::{CORNERS, Pose, Term};
use crate::latent::directions::orthogonalised;
use crate::latent::path::Interpolation;
use crate::latent::saved::SavedFace;
use crate::latent::{Direction, Latent};

/// The shortest a face can be made, as a share of the usual length: at zero it would not be known any
/// more which face it was.
pub const LEAST_TRUNCATION: f32 = 0.05;

/// Something a person does to the pose.
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    /// One component of the current face.
    Component(usize, f32),
    /// Several of them at a stroke; those that are locked stay.
    Components(Vec<(usize, f32)>),
    /// A component is locked or let go.
    Lock(usize, bool),
    /// All are locked or let go.
    LockAll(bool),
    /// All that are not locked become random.
    Shuffle,
    /// So many σ along a direction.
    Along(Box<Direction>, f32),
    /// The current face becomes shorter (nearer to the average) or longer: a share of the usual length.
    Truncate(f32),
    /// Another face that was made from the current one.
    Change(Latent),
    Face(Latent),
    /// A face of the random wall, by its place.
    Pick(usize),
    /// A new random face.
    Random,
    Zero,
    /// Back to the face that was chosen.
    Revert,
    /// The way begins at the current face.
    SetA,
    /// The way ends at the current face.
    SetB,
    /// The way begins at this face.
    Begin(Latent),
    /// The way ends at this face.
    End(Latent),
    /// The way between these two.
    Way(Latent, Latent),
    /// A and B change places.
    Swap,
    /// To a share of the way.
    Go(f32),
    How(Interpolation),
    /// A face at a corner of the pad.
    Corner(usize, Latent),
    /// To a point of the pad.
    Pad(f32, f32),
    Keep(Box<SavedFace>),
    /// Keeps several, as from a file.
    KeepAll(Vec<SavedFace>),
    /// Another name for a kept face.
    Rename(usize, String),
    /// A kept face is not kept any more.
    Unkeep(usize),
    /// A face for a term of the sum.
    Add(Term, Latent),
    /// A face of a term is not wanted any more.
    Remove(Term, usize),
    /// No faces on the board.
    ClearBoard,
    /// A direction from the board's A and B, under this name.
    Learn(String),
    /// The same without what these change; nothing where nothing of it is left.
    LearnApart(String, Vec<Direction>),
    /// Another name for a direction that a person made.
    RenameDirection(usize, String),
    /// A direction that a person made is not wanted any more.
    DropDirection(usize),
    /// Directions that were looked for are a person's own from now on.
    KeepFound,
    /// Directions that were looked for are not wanted any more.
    DropFound,
}

impl Move {
    /// Whether the faces and directions in it are of this latent space. A kept face may be of another.
    pub(super) fn fits(&self, components: usize) -> bool {
        match self {
            Self::Change(face)
            | Self::Face(face)
            | Self::Begin(face)
            | Self::End(face)
            | Self::Corner(_, face)
            | Self::Add(_, face) => face.len() == components,
            Self::Way(a, b) => a.len() == components && b.len() == components,
            Self::Along(direction, _) => direction.sigma.len() == components,
            Self::LearnApart(_, others) => {
                others.iter().all(|other| other.sigma.len() == components)
            }
            _ => true,
        }
    }
}

impl Pose {
    /// Does what needs nothing but the pose. Places that do not exist change nothing.
    pub(super) fn make(&mut self, what: Move) {
        match what {
            Move::Component(place, value) => self.set(place, value),
            Move::Components(all) => {
                for (place, value) in all {
                    if !self.locked.contains(&place) {
                        self.set(place, value);
                    }
                }
            }
            Move::Lock(place, true) if place < self.current.len() => {
                self.locked.insert(place);
            }
            Move::Lock(place, _) => {
                self.locked.remove(&place);
            }
            Move::LockAll(true) => self.locked = (0..self.current.len()).collect(),
            Move::LockAll(false) => self.locked.clear(),
            Move::Along(direction, to) => self.current = direction.moved_to(&self.current, to),
            Move::Truncate(share) => self.current = self.truncated(share.max(LEAST_TRUNCATION)),
            Move::Change(face) => self.current = face,
            Move::Face(face) => self.choose(face),
            Move::Zero => self.choose(Latent::zeros(self.current.len())),
            Move::Revert => self.current = self.before.clone(),
            Move::Keep(face) => Arc::make_mut(&mut self.shelf).push(*face),
            Move::KeepAll(faces) => Arc::make_mut(&mut self.shelf).extend(faces),
            Move::Rename(place, name) => {
                if let Some(face) = Arc::make_mut(&mut self.shelf).get_mut(place) {
                    face.name = name;
                }
            }
            Move::Unkeep(place) => take_out(&mut self.shelf, place),
            Move::Add(term, face) => Arc::make_mut(&mut self.board).add(term, face),
            Move::Remove(term, place) => Arc::make_mut(&mut self.board).remove(term, place),
            Move::ClearBoard => self.board = Arc::default(),
            Move::Learn(name) => self.learn(self.board.direction(&name).ok()),
            Move::LearnApart(name, others) => self.learn(self.apart_from(&name, &others)),
            Move::RenameDirection(place, name) => {
                if let Some(direction) = Arc::make_mut(&mut self.made).get_mut(place) {
                    direction.name = name;
                }
            }
            Move::DropDirection(place) => take_out(&mut self.made, place),
            Move::KeepFound => self.keep_found(),
            Move::DropFound => self.found = Arc::default(),
            Move::SetA => self.walk(Move::Begin(self.current.clone())),
            Move::SetB => self.walk(Move::End(self.current.clone())),
            Move::Corner(..) | Move::Pad(..) => self.square(what),
            // These need what the explorer knows; it has made faces of them.
            Move::Pick(_) | Move::Random | Move::Shuffle => {}
            way => self.walk(way),
        }
    }

    fn keep_found(&mut self) {
        let found = self.found.iter().cloned();
        let (left, mut new): (Vec<_>, Vec<_>) = found.partition(Direction::breaks_its_word);
        new.retain(|one| !self.made.iter().any(|made| made.sigma == one.sigma));
        Arc::make_mut(&mut self.made).extend(new);
        self.found = Arc::new(left);
    }

    fn learn(&mut self, direction: Option<Direction>) {
        if let Some(direction) = direction {
            Arc::make_mut(&mut self.made).push(direction);
        }
    }

    /// The direction from the board without what `others` change, where something of it is left.
    fn apart_from(&self, name: &str, others: &[Direction]) -> Option<Direction> {
        let others: Vec<&Direction> = others.iter().collect();
        orthogonalised(&self.board.direction(name).ok()?, &others)
    }

    fn set(&mut self, place: usize, value: f32) {
        if let Some(component) = self.current.0.get_mut(place) {
            *component = value;
        }
    }

    fn choose(&mut self, face: Latent) {
        self.before = face.clone();
        self.current = face;
    }

    fn walk(&mut self, what: Move) {
        match what {
            Move::Begin(a) => {
                self.a = a;
                self.t = 0.0;
            }
            Move::End(b) => {
                self.b = b;
                self.t = 1.0;
            }
            Move::Way(a, b) => {
                (self.a, self.b) = (a, b);
                self.t = if self.current == self.b { 1.0 } else { 0.0 };
            }
            Move::Swap => {
                std::mem::swap(&mut self.a, &mut self.b);
                self.t = 1.0 - self.t;
            }
            Move::Go(t) => {
                self.t = t.clamp(0.0, 1.0);
                self.choose(self.on_the_way(self.t));
            }
            Move::How(how) => {
                let followed = self.is_on_the_way();
                self.how = how;
                if followed {
                    self.choose(self.on_the_way(self.t));
                }
            }
            _ => {}
        }
    }

    fn square(&mut self, what: Move) {
        let pad = Arc::make_mut(&mut self.pad);
        match what {
            Move::Corner(place, face) if place < CORNERS => pad.corners[place] = face,
            Move::Pad(x, y) => {
                (pad.x, pad.y) = (x.clamp(0.0, 1.0), y.clamp(0.0, 1.0));
                let face = pad.face(self.how, pad.x, pad.y);
                self.choose(face);
            }
            _ => {}
        }
    }
}

fn take_out<T: Clone>(from: &mut Arc<Vec<T>>, place: usize) {
    if place < from.len() {
        Arc::make_mut(from).remove(place);
    }
}
