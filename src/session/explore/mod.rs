//! Where a person is in the latent space: the current face, what they made, and faces to choose from.

mod board;
mod moves;
mod pad;
mod pose;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::Edits;
use crate::latent::path::Interpolation;
use crate::latent::saved::SavedFace;
use crate::latent::{Direction, Latent, LatentSpace, Method};

pub use board::{Board, MOST, NEIGHBOURS, Term};
pub use moves::{LEAST_TRUNCATION, Move};
pub use pad::{CORNERS, Pad};
pub use pose::{Pose, WAY};

/// Faces of the wall to choose from.
pub const WALL: usize = 24;
/// How like the face in the middle the wall becomes when more of its kind are asked for.
pub const MORE_LIKE: f32 = 0.8;

/// Seeds of the faces that one begins with: likeable ones of the model that comes with the program.
const START: [u64; CORNERS] = [20, 6, 2, 42];

/// Where a direction comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A person made or kept it.
    Made,
    /// The model came with it.
    Own,
    /// It was looked for.
    Found,
}

/// The explorer's state: poses with undo, directions that were found, and the faces of the wall.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// Where random faces come from.
    space: LatentSpace,
    edits: Edits<Pose>,
    /// Directions that the model on show came with.
    own: Vec<Direction>,
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
            own: Vec::new(),
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

    /// Directions to move along: first those that a person made, then those of the model itself, then those that
    /// were looked for; the most telling of each first. Those that do not do what they are called are left out.
    pub fn directions(&self) -> impl Iterator<Item = &Direction> {
        // What a person keeps is called as they call it.
        let made = self.pose().made.len();
        let listed =
            move |(place, one): &(usize, &Direction)| *place < made || !one.breaks_its_word();
        let all = self.all_directions().enumerate();
        all.filter(listed).map(|(_, one)| one)
    }

    /// Those of the model itself and of searches that do not do what they are called.
    pub fn left_out(&self) -> impl Iterator<Item = &Direction> {
        let others = self.all_directions().skip(self.pose().made.len());
        others.filter(|one| one.breaks_its_word())
    }

    /// Where a direction comes from.
    pub fn origin(&self, direction: &Direction) -> Origin {
        let is_in = |all: &[Direction]| all.iter().any(|one| one.sigma == direction.sigma);
        match () {
            () if is_in(&self.pose().made) => Origin::Made,
            () if is_in(&self.own) => Origin::Own,
            () => Origin::Found,
        }
    }

    /// Whether the model came with directions.
    pub fn has_own(&self) -> bool {
        !self.own.is_empty()
    }

    /// As [`Exploration::directions`], with those that are left out there.
    pub fn all_directions(&self) -> impl Iterator<Item = &Direction> {
        let made = &self.pose().made;
        let is_in = |all: &[Direction], one: &Direction| all.iter().any(|x| x.sigma == one.sigma);
        let found = self.pose().found.iter();
        let found = found.filter(move |new| !is_in(made, new) && !is_in(&self.own, new));
        made.iter().chain(&self.own).chain(found)
    }

    /// The directions that the model on show came with. They stay as long as it is on show.
    pub fn give(&mut self, directions: Vec<Direction>) {
        self.own = self.fitting(directions);
        self.leave_out_made();
        self.own.sort_by(|a, b| order(a).total_cmp(&order(b)));
    }

    /// Directions that were found without being asked for, in place of earlier ones of the same methods. No step of
    /// undo: a person did not make them. Those for another latent space are left out.
    pub fn find(&mut self, directions: Vec<Direction>) {
        let new = self.fitting(directions);
        // Steps of undo share their directions: each set is changed once.
        let mut before = Arc::clone(&self.pose().found);
        let mut after = Arc::new(in_place_of(&before, new.clone()));
        self.edits.amend(|pose| {
            if !Arc::ptr_eq(&pose.found, &before) {
                after = Arc::new(in_place_of(&pose.found, new.clone()));
                before = Arc::clone(&pose.found);
            }
            pose.found = Arc::clone(&after);
        });
    }

    /// Directions that a person has looked for: beside those of the model itself, in place of others that were
    /// looked for by the same methods. A step of undo.
    pub fn find_more(&mut self, directions: Vec<Direction>) {
        let mut new = self.fitting(directions);
        let made = &self.pose().made;
        for direction in &mut new {
            let known = self.own.iter().chain(made.iter());
            if !known.clone().any(|known| known.sigma == direction.sigma) {
                let taken = |name: &str| known.clone().any(|known| known.name == name);
                let numbered = (2..).map(|number| format!("{} {number}", direction.name));
                let mut names = std::iter::once(direction.name.clone()).chain(numbered);
                direction.name = names.find(|name| !taken(name)).unwrap_or_default();
            }
        }
        let mut pose = self.pose().clone();
        pose.found = Arc::new(in_place_of(&pose.found, new));
        self.edits.edit(pose, None);
    }

    /// What directions of the model were seen to change, where they are among these. No step of undo.
    pub fn learn_effects(&mut self, measured: &[Direction]) {
        for own in &mut self.own {
            if let Some(known) = measured.iter().find(|one| one.sigma == own.sigma) {
                own.method = known.method.clone();
            }
        }
        self.own.sort_by(|a, b| order(a).total_cmp(&order(b)));
    }

    /// Those that are of this latent space.
    fn fitting(&self, mut directions: Vec<Direction>) -> Vec<Direction> {
        directions.retain(|direction| direction.sigma.len() == self.components());
        directions
    }

    /// Forgets the directions of the model and those that were looked for: the model is another one. Those of `made`
    /// are kept with the model of before, and go with it.
    pub fn forget_directions(&mut self, made: &[Direction]) {
        self.own.clear();
        let stays = |one: &Direction| !made.iter().any(|kept| kept.sigma == one.sigma);
        self.edits.amend(|pose| {
            pose.found = Arc::default();
            if !pose.made.iter().all(stays) {
                Arc::make_mut(&mut pose.made).retain(stays);
            }
        });
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

    /// Directions that a person made with the model on show at an earlier start, where they are not there yet. No
    /// step of undo.
    pub fn load_made(&mut self, directions: Vec<Direction>) {
        let directions = self.fitting(directions);
        self.edits.amend(|pose| {
            let known = |new: &&Direction| !pose.made.iter().any(|made| made.sigma == new.sigma);
            let new: Vec<Direction> = directions.iter().filter(known).cloned().collect();
            if !new.is_empty() {
                Arc::make_mut(&mut pose.made).extend(new);
            }
        });
        self.leave_out_made();
    }

    /// One that a person made and kept in the model file is there already.
    fn leave_out_made(&mut self) {
        let made = Arc::clone(&self.pose().made);
        self.own
            .retain(|own| !made.iter().any(|made| made.sigma == own.sigma));
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

/// What a person chose from examples comes first, then labels by what they were seen to do, the others in the order
/// they were found or kept in (best told first), then what explains most.
fn order(direction: &Direction) -> f32 {
    match &direction.method {
        Method::Examples { .. } => 0.0,
        Method::Label { effect: None, .. } => 2.0,
        // Those that change little else first.
        Method::Label {
            effect: Some(effect),
            ..
        } => 1.0 + 1.0 / (1.0 + effect.strength().max(0.0)),
        Method::Jacobian { rank, .. } => 10.0 + *rank as f32,
        Method::Pca { rank, .. } => 10_000.0 + *rank as f32,
        Method::Sefa { rank } => 20_000.0 + *rank as f32,
    }
}

/// `new` directions and those of `before` that were found by other methods, in order.
fn in_place_of(before: &[Direction], mut new: Vec<Direction>) -> Vec<Direction> {
    for direction in &mut new {
        turn_as_before(before, direction);
    }
    let stays = |old: &&Direction| !new.iter().any(|new| is_alike(new, old));
    let rest: Vec<Direction> = before.iter().filter(stays).cloned().collect();
    let mut all: Vec<Direction> = rest.into_iter().chain(new).collect();
    all.sort_by(|a, b| order(a).total_cmp(&order(b)));
    all
}

/// Whether both were found by the same method.
fn is_alike(a: &Direction, b: &Direction) -> bool {
    std::mem::discriminant(&a.method) == std::mem::discriminant(&b.method)
}

/// Components know no sign: one found anew points the way that the most similar one pointed before, so
/// that a strip does not turn round while a network learns.
fn turn_as_before(before: &[Direction], new: &mut Direction) {
    let knows_no_sign = matches!(
        new.method,
        Method::Pca { .. } | Method::Sefa { .. } | Method::Jacobian { .. }
    );
    if !knows_no_sign {
        return;
    }
    let alike = before.iter().filter(|old| is_alike(old, new));
    let cosine = |old: &Direction| -> f32 {
        let pairs = old.sigma.iter().zip(&new.sigma);
        pairs.map(|(a, b)| a * b).sum()
    };
    let nearest = alike.map(cosine).max_by(|a, b| a.abs().total_cmp(&b.abs()));
    if nearest.is_some_and(|cosine| cosine < 0.0) {
        new.sigma.iter_mut().for_each(|x| *x = -*x);
    }
}
