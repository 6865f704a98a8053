//! How far the strips go: each so far that faces at its end have changed about as much as on the others.

use std::collections::HashMap;
use std::sync::Arc;

use egui::Context;

use crate::gan::Snapshot;
use crate::latent::Direction;
use crate::notice::Notice;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::effects::direction_effects;

/// Where a strip ends whose effect is not known, in σ.
const USUAL: f32 = 3.0;
/// The shortest and the longest strip: nearer shows too little, further away faces fall apart.
const SHORTEST: f32 = 1.5;
const LONGEST: f32 = 5.0;

/// Directions that are measured, by their [`Direction::key`].
#[derive(Default)]
pub struct DirectionEffects {
    /// Mean change of a colour value, 0..255, from one end of a usual strip to the other.
    known: HashMap<u64, f32>,
    measuring: Option<(Vec<u64>, Job<Vec<f32>>)>,
    /// Measuring has failed: not again for these weights.
    failed: bool,
}

impl DirectionEffects {
    /// How much a direction changes the picture, where that is known: the mean change of a colour value, 0..255, from
    /// −3σ to 3σ.
    pub fn of(&self, direction: &Direction) -> Option<f32> {
        self.known.get(&direction.key()).copied()
    }

    /// Where the strip of a direction ends, in σ.
    pub fn reach(&self, direction: &Direction) -> f32 {
        match (self.of(direction), self.middle()) {
            (Some(effect), Some(middle)) => reach(effect, middle),
            _ => USUAL,
        }
    }

    /// The effect of the one in the middle.
    fn middle(&self) -> Option<f32> {
        let mut all: Vec<f32> = self.known.values().copied().collect();
        all.sort_by(f32::total_cmp);
        all.get(all.len() / 2).copied()
    }

    /// Whether some are being measured.
    pub fn is_measuring(&self) -> bool {
        self.measuring.is_some()
    }

    /// Measures those of `directions` that are not known yet, and forgets those that are no longer there.
    pub fn follow<'a>(
        &mut self,
        directions: impl Iterator<Item = &'a Direction>,
        model: Option<Arc<Snapshot>>,
        ctx: &Context,
    ) -> Option<Notice> {
        let mut failed = None;
        if let Some((keys, job)) = &self.measuring {
            match job.poll() {
                None => return None,
                Some(Ok(effects)) => self.known.extend(keys.iter().copied().zip(effects)),
                Some(Err(notice)) => {
                    self.failed = true;
                    failed = Some(notice);
                }
            }
            self.measuring = None;
        }
        let listed: HashMap<u64, &Direction> = directions.map(|one| (one.key(), one)).collect();
        self.known.retain(|key, _| listed.contains_key(key));
        let mut new: Vec<(u64, &Direction)> = listed.into_iter().collect();
        new.retain(|(key, _)| !self.known.contains_key(key));
        new.sort_by_key(|(key, _)| *key);
        if let Some(model) = model.filter(|_| !new.is_empty() && !self.failed) {
            let (keys, new): (Vec<u64>, Vec<Direction>) =
                new.into_iter().map(|(key, one)| (key, one.clone())).unzip();
            self.measuring = Some((keys, direction_effects(model, new, USUAL, waker(ctx))));
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
    fn weak_directions_go_further_and_strong_ones_less_far() {
        assert_eq!(reach(10.0, 10.0), 3.0);
        assert_eq!(reach(20.0, 10.0), 1.5);
        assert_eq!(reach(8.0, 10.0), 3.75);
        assert_eq!((reach(0.0, 10.0), reach(1e9, 10.0)), (LONGEST, SHORTEST));
    }
}
