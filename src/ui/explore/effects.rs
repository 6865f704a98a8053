//! What is known of each listed direction: its set, how much it changes the picture, and so how far its strip goes:
//! each so far that faces at its end have changed about as much as on the others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::Context;

use super::direction_set::DirectionSet;
use super::view::STRIPS;
use crate::gan::Snapshot;
use crate::latent::Direction;
use crate::notice::Notice;
use crate::session::{DirectionSets, Exploration};
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::effects::direction_effects;

/// Where a strip ends whose effect is not known, in σ.
const USUAL: f32 = 3.0;
/// The shortest and the longest strip: nearer shows too little, further away faces fall apart.
const SHORTEST: f32 = 1.5;
const LONGEST: f32 = 5.0;

/// What was seen of a run's network is old when the run has gone so many times as far: networks change fast at first.
const FURTHER: f64 = 1.25;
/// So long nothing is measured again.
const REST: Duration = Duration::from_secs(10);

/// Whether a run has gone so far since step `since` that its network is another one.
pub fn has_moved_on(since: u64, step: u64) -> bool {
    step > since && step as f64 >= FURTHER * since as f64
}

/// The directions that are listed, as far as they can have strips.
#[derive(Default)]
pub struct DirectionEffects {
    /// What they are of: as long as that is the same, so are they.
    sets: Option<DirectionSets>,
    /// Of each by its place.
    listed: Vec<Listed>,
    /// Mean change of a colour value, 0..255, from one end of a usual strip to the other, by [`Direction::key`].
    known: HashMap<u64, f32>,
    measuring: Option<(Vec<u64>, Job<Vec<f32>>)>,
    /// The step of the weights that were measured last, and when that was.
    measured: Option<(u64, Instant)>,
    /// Measuring has failed: not again for these weights.
    failed: bool,
}

struct Listed {
    key: u64,
    set: DirectionSet,
    reach: f32,
}

impl DirectionEffects {
    /// How much the direction at a place changes the picture, where that is known: the mean change of a colour value,
    /// 0..255, from −3σ to 3σ.
    pub fn of(&self, place: usize) -> Option<f32> {
        self.known.get(&self.listed.get(place)?.key).copied()
    }

    /// Where its strip ends, in σ.
    pub fn reach(&self, place: usize) -> f32 {
        self.listed.get(place).map_or(USUAL, |listed| listed.reach)
    }

    /// The set that it stands in.
    pub fn set(&self, place: usize) -> DirectionSet {
        self.listed
            .get(place)
            .map_or(DirectionSet::Own, |listed| listed.set)
    }

    /// Whether some are being measured.
    pub fn is_measuring(&self) -> bool {
        self.measuring.is_some()
    }

    /// Takes in which directions there are.
    pub fn list(&mut self, explored: &Exploration) {
        let sets = explored.direction_sets();
        if self.sets.as_ref().is_some_and(|before| before.are(&sets)) {
            return;
        }
        let directions = explored.directions().take(STRIPS);
        let listed = directions.map(|one| Listed {
            key: one.key(),
            set: DirectionSet::of(explored.origin(one), &one.method),
            reach: USUAL,
        });
        self.listed = listed.collect();
        self.sets = Some(sets);
        let keys: HashSet<u64> = self.listed.iter().map(|listed| listed.key).collect();
        self.known.retain(|key, _| keys.contains(key));
        self.settle();
    }

    /// Each strip goes as far as what is known of all makes it.
    fn settle(&mut self) {
        let mut all: Vec<f32> = self.known.values().copied().collect();
        all.sort_by(f32::total_cmp);
        let middle = all.get(all.len() / 2).copied();
        for listed in &mut self.listed {
            let effect = self.known.get(&listed.key).copied();
            listed.reach = match (effect, middle) {
                (Some(effect), Some(middle)) => reach(effect, middle),
                _ => USUAL,
            };
        }
    }

    /// Measures those that are not known yet, and all of them again where a run has moved on; `step` is that of the
    /// weights.
    pub fn follow(
        &mut self,
        explored: &Exploration,
        (model, step): (Option<Arc<Snapshot>>, u64),
        ctx: &Context,
    ) -> Option<Notice> {
        let mut failed = None;
        if let Some((keys, job)) = &self.measuring {
            match job.poll() {
                None => return None,
                Some(Ok(effects)) => {
                    self.known.extend(keys.iter().copied().zip(effects));
                    // Some of them may be gone by now.
                    self.sets = None;
                    self.measuring = None;
                    self.list(explored);
                }
                Some(Err(notice)) => {
                    self.failed = true;
                    self.measuring = None;
                    failed = Some(notice);
                }
            }
        }
        let is_old = self
            .measured
            .is_some_and(|(at, when)| has_moved_on(at, step) && when.elapsed() >= REST);
        let is_new = |listed: &Listed| is_old || !self.known.contains_key(&listed.key);
        if self.failed || !self.listed.iter().any(is_new) {
            return failed;
        }
        let model = model?;
        let pairs = self.listed.iter().zip(explored.directions());
        let new = pairs.filter(|(listed, _)| is_new(listed));
        let (keys, new): (Vec<u64>, Vec<Direction>) =
            new.map(|(listed, one)| (listed.key, one.clone())).unzip();
        self.measuring = Some((keys, direction_effects(model, new, USUAL, waker(ctx))));
        if is_old || self.measured.is_none() {
            self.measured = Some((step, Instant::now()));
        }
        failed
    }
}

/// The end of a strip in quarters of σ.
fn reach(effect: f32, middle: f32) -> f32 {
    let reach = USUAL * middle / effect.max(1e-3);
    let reach = (4.0 * reach).round() / 4.0;
    reach.clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_another_one_a_quarter_further_on() {
        assert!(has_moved_on(1000, 1250) && !has_moved_on(1000, 1249));
        assert!(!has_moved_on(0, 0) && has_moved_on(0, 1) && !has_moved_on(500, 400));
    }

    #[test]
    fn weak_directions_go_further_and_strong_ones_less_far() {
        assert_eq!(reach(10.0, 10.0), 3.0);
        assert_eq!(reach(20.0, 10.0), 1.5);
        assert_eq!(reach(8.0, 10.0), 3.75);
        assert_eq!((reach(0.0, 10.0), reach(1e9, 10.0)), (LONGEST, SHORTEST));
    }
}
