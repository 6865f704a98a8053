//! The directions of the latent space: those that a person made, the model's own, and those that were looked for.

use std::sync::Arc;

use super::Exploration;
use crate::latent::{Direction, Method};

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

/// The sets that directions are of, to see whether they are still the same.
#[derive(Clone, Debug)]
pub struct DirectionSets([Arc<Vec<Direction>>; 3]);

impl DirectionSets {
    /// Whether nothing has changed since; never by looking at directions.
    pub fn are(&self, others: &Self) -> bool {
        let mut pairs = self.0.iter().zip(&others.0);
        pairs.all(|(one, other)| Arc::ptr_eq(one, other))
    }
}

impl Exploration {
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

    /// The sets that the directions are of.
    pub fn direction_sets(&self) -> DirectionSets {
        let pose = self.pose();
        DirectionSets([&pose.made, &self.own, &pose.found].map(Arc::clone))
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
        made.iter().chain(self.own.iter()).chain(found)
    }

    /// The directions that the model on show came with. They stay as long as it is on show.
    pub fn give(&mut self, directions: Vec<Direction>) {
        self.own = Arc::new(self.fitting(directions));
        self.leave_out_made();
        Arc::make_mut(&mut self.own).sort_by_key(kept_order);
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
        if measured.is_empty() {
            return;
        }
        let all = Arc::make_mut(&mut self.own);
        for own in all.iter_mut() {
            if let Some(known) = measured.iter().find(|one| one.sigma == own.sigma) {
                own.method = known.method.clone();
            }
        }
        all.sort_by_key(kept_order);
    }

    /// Those that are of this latent space.
    fn fitting(&self, mut directions: Vec<Direction>) -> Vec<Direction> {
        directions.retain(|direction| direction.sigma.len() == self.components());
        directions
    }

    /// Forgets the directions of the model and those that were looked for: the model is another one. Those of `made`
    /// are kept with the model of before, and go with it.
    pub fn forget_directions(&mut self, made: &[Direction]) {
        self.own = Arc::default();
        let stays = |one: &Direction| !made.iter().any(|kept| kept.sigma == one.sigma);
        self.edits.amend(|pose| {
            pose.found = Arc::default();
            if !pose.made.iter().all(stays) {
                Arc::make_mut(&mut pose.made).retain(stays);
            }
        });
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
        let is_made = |own: &Direction| made.iter().any(|made| made.sigma == own.sigma);
        if self.own.iter().any(is_made) {
            Arc::make_mut(&mut self.own).retain(|own| !is_made(own));
        }
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

/// A model's own stay in the order that they were kept in, but for those that change something else as well.
fn kept_order(direction: &Direction) -> u8 {
    match direction.effect() {
        _ if matches!(direction.method, Method::Examples { .. }) => 0,
        Some(effect) if effect.is_clear() => 1,
        Some(_) => 2,
        None => 3,
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
