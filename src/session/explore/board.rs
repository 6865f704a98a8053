//! Arithmetic with faces: A − B + C, each the average of some (Radford, Metz and Chintala 2015).

use crate::latent::directions::{
    ExamplesError, FEWEST_EXAMPLES, arithmetic, from_examples, neighbours,
};
use crate::latent::noise::{Noise, Purpose};
use crate::latent::{Direction, Latent};

/// Faces that one term of the sum holds at most.
pub const MOST: usize = 6;
/// Neighbours of the result.
pub const NEIGHBOURS: usize = 8;

/// A term of A − B + C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// The faces to begin with: those that have it.
    A,
    /// What is taken away: those that do not have it.
    B,
    /// The faces that it is given to.
    C,
}

impl Term {
    /// In the order of the sum.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

/// The faces of each term.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    faces: [Vec<Latent>; 3],
}

impl Board {
    /// Those of a term.
    pub fn of(&self, term: Term) -> &[Latent] {
        &self.faces[term as usize] // three terms, counted from 0
    }

    /// From the faces of each term; those that have no room stay away.
    pub fn from_faces(faces: &[Vec<Latent>]) -> Self {
        let mut board = Self::default();
        for (term, faces) in Term::ALL.into_iter().zip(faces) {
            faces.iter().for_each(|face| board.add(term, face.clone()));
        }
        board
    }

    /// The faces of each term, in the order of the sum.
    pub fn terms(&self) -> &[Vec<Latent>; 3] {
        &self.faces
    }

    pub fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }

    /// All, in the order of the sum.
    pub fn all(&self) -> impl Iterator<Item = &Latent> {
        self.faces.iter().flatten()
    }

    /// Adds a face to a term that has room for it.
    pub fn add(&mut self, term: Term, face: Latent) {
        let faces = &mut self.faces[term as usize];
        if faces.len() < MOST {
            faces.push(face);
        }
    }

    /// Takes a face of a term away.
    pub fn remove(&mut self, term: Term, place: usize) {
        let faces = &mut self.faces[term as usize];
        if place < faces.len() {
            faces.remove(place);
        }
    }

    /// A − B + C; `None` while A is empty.
    pub fn result(&self) -> Option<Latent> {
        let [a, b, c] = &self.faces;
        (!a.is_empty()).then(|| arithmetic(a, b, c))
    }

    /// The result and faces around it, as the article shows them; the same ones each time.
    pub fn around(&self) -> Vec<Latent> {
        let Some(result) = self.result() else {
            return Vec::new();
        };
        let mut noise = Noise::new(1, Purpose::Faces);
        let mut all = neighbours(&result, NEIGHBOURS, &mut noise);
        all.insert(NEIGHBOURS / 2, result);
        all
    }

    /// All faces there are to see: those of the terms, then [`Board::around`].
    pub fn faces(&self) -> Vec<Latent> {
        self.all().cloned().chain(self.around()).collect()
    }

    /// The direction from the average of B to that of A.
    ///
    /// # Errors
    /// With fewer faces on a side than make a steady average.
    pub fn direction(&self, name: &str) -> Result<Direction, ExamplesError> {
        from_examples(name, self.of(Term::A), self.of(Term::B))
    }

    /// How many faces A and B still lack for a direction.
    pub fn lacks(&self) -> (usize, usize) {
        let lack = |term| FEWEST_EXAMPLES.saturating_sub(self.of(term).len());
        (lack(Term::A), lack(Term::B))
    }
}
