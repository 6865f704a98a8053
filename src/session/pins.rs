//! Faces that a person chose to follow: they stand first on the sample wall.

use crate::latent::Latent;
use crate::run::samples::{MOST_PINNED, PinnedFaces};

/// Which faces are pinned, and which were.
#[derive(Clone, Debug, Default)]
pub struct Pins {
    /// In the order of their steps.
    all: Vec<PinnedFaces>,
    /// What was asked for and is not on the wall yet, in that order. All of it is kept: the same faces can be asked
    /// for twice with others between, and the first answer must not be taken for the second.
    asked: Vec<Vec<Latent>>,
}

impl Pins {
    /// What a resumed run had pinned.
    pub fn go_on_from(&mut self, pinned: Vec<PinnedFaces>) {
        self.all = pinned;
        self.asked.clear();
    }

    /// Takes in what stands on the wall from a step on.
    pub fn pinned(&mut self, pinned: PinnedFaces) {
        if let Some(answered) = self.asked.iter().position(|one| *one == pinned.latents) {
            self.asked.drain(..=answered);
        }
        self.all.retain(|earlier| earlier.since < pinned.since);
        self.all.push(pinned);
    }

    /// Those that are pinned, or are about to be.
    pub fn now(&self) -> &[Latent] {
        match self.asked.last() {
            Some(newest) => newest,
            None => self.at(u64::MAX),
        }
    }

    /// Those that stand first on the wall of `step`.
    pub fn at(&self, step: u64) -> &[Latent] {
        let before = self.all.iter().rev().find(|pinned| pinned.since <= step);
        before.map_or(&[], |pinned| &pinned.latents)
    }

    pub fn none(&mut self) {
        self.asked.push(Vec::new());
    }

    /// Pins `face`, or unpins it where it is pinned already; gives all that are to be pinned then, and
    /// `None` where there is no room for one more.
    pub fn toggle(&mut self, face: &Latent) -> Option<Vec<Latent>> {
        let mut faces = self.now().to_vec();
        match faces.iter().position(|pinned| pinned == face) {
            Some(place) => {
                faces.remove(place);
            }
            None if faces.len() < MOST_PINNED => faces.push(face.clone()),
            None => return None,
        }
        self.asked.push(faces.clone());
        Some(faces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_to_an_earlier_wish_does_not_undo_a_later_one() {
        let face = |value: usize| Latent(vec![value as f32]);
        let mut pins = Pins::default();
        let mut answers: Vec<Vec<Latent>> = [0, 1, 1, 1]
            .iter()
            .map(|&value| pins.toggle(&face(value)).unwrap())
            .collect();
        let both = vec![face(0), face(1)];
        for (step, latents) in answers.drain(..).enumerate() {
            assert_eq!(pins.now(), both);
            let since = step as u64;
            pins.pinned(PinnedFaces { since, latents });
        }
        assert_eq!((pins.now(), pins.at(u64::MAX)), (&both[..], &both[..]));
        assert!(pins.asked.is_empty());
    }

    #[test]
    fn faces_come_and_go_before_the_wall_has_followed() {
        let face = |value: usize| Latent(vec![value as f32]);
        let mut pins = Pins::default();
        for value in 0..MOST_PINNED {
            assert_eq!(pins.toggle(&face(value)).unwrap().len(), value + 1);
        }
        assert_eq!(pins.toggle(&face(99)), None);
        pins.toggle(&face(0)).unwrap();
        assert_eq!(pins.now(), (1..MOST_PINNED).map(face).collect::<Vec<_>>());
        assert_eq!(pins.at(u64::MAX), []);
        // The wall follows, one after the other.
        for latents in [vec![face(0)], pins.now().to_vec()] {
            pins.pinned(PinnedFaces { since: 4, latents });
            assert_eq!(pins.now().len(), MOST_PINNED - 1);
        }
        assert_eq!((pins.at(3).len(), pins.at(4).len()), (0, MOST_PINNED - 1));
        pins.pinned(PinnedFaces {
            since: 9,
            latents: vec![face(5)],
        });
        assert_eq!(
            (pins.at(8).len(), pins.now()),
            (MOST_PINNED - 1, &[face(5)][..])
        );
    }
}
