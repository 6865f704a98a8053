//! A direction that changes along an animation: a smile that comes and goes while one face becomes another.

use serde::{Deserialize, Serialize};

use crate::latent::{Direction, Latent};

/// How far a face goes along a direction at a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackKey {
    /// Seconds from the beginning.
    pub at: f32,
    /// σ along the direction, added to what the face has anyway.
    pub value: f32,
}

/// A direction and how far faces go along it, over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Track {
    pub direction: Direction,
    /// In the order of their times.
    pub keys: Vec<TrackKey>,
}

impl Track {
    /// A direction that changes nothing yet.
    pub fn new(direction: Direction) -> Self {
        let keys = Vec::new();
        Self { direction, keys }
    }

    /// There and back between −`reach` and `reach` σ in `seconds`.
    pub fn sweep(direction: Direction, reach: f32, seconds: f32) -> Self {
        let key = |share: f32, value| TrackKey {
            at: share * seconds,
            value,
        };
        Self {
            direction,
            keys: vec![key(0.0, -reach), key(0.5, reach), key(1.0, -reach)],
        }
    }

    /// Sets the value at a time; gives the place of its key.
    pub fn set(&mut self, key: TrackKey) -> usize {
        let place = self.keys.partition_point(|other| other.at < key.at);
        match self.keys.get_mut(place) {
            Some(same) if same.at == key.at => *same = key,
            _ => self.keys.insert(place, key),
        }
        place
    }

    /// σ at a time: eased from key to key, level before the first and after the last. Where the animation begins
    /// anew after `period` seconds, so does the track.
    pub fn value(&self, at: f64, period: Option<f64>) -> f32 {
        let end = period.unwrap_or(f64::INFINITY);
        // What lies behind the end is never reached.
        let reached = self.keys.partition_point(|key| f64::from(key.at) < end);
        let reached = reached.max(1).min(self.keys.len());
        let keys = self.keys.get(..reached).unwrap_or_default();
        let (Some(first), Some(last)) = (keys.first(), keys.last()) else {
            return 0.0;
        };
        let next = keys.partition_point(|key| f64::from(key.at) <= at);
        let before = next.checked_sub(1).and_then(|place| keys.get(place));
        let time = |key: &TrackKey| f64::from(key.at);
        match (before, keys.get(next), period) {
            (Some(a), Some(b), _) => eased((time(a), a.value), (time(b), b.value), at),
            (Some(a), None, Some(period)) => {
                let again = (time(first) + period, first.value);
                eased((time(a), a.value), again, at)
            }
            (None, Some(b), Some(period)) => {
                let earlier = (time(last) - period, last.value);
                eased(earlier, (time(b), b.value), at)
            }
            (Some(only), None, None) | (None, Some(only), None) => only.value,
            (None, None, _) => 0.0,
        }
    }

    /// `latent` moved as far as the track says at a time.
    pub fn moved(&self, latent: Latent, at: f64, period: Option<f64>) -> Latent {
        match self.value(at, period) {
            0.0 => latent,
            by => self.direction.moved_by(&latent, by),
        }
    }
}

/// From one value to another, level at both.
fn eased(from: (f64, f32), to: (f64, f32), at: f64) -> f32 {
    let span = to.0 - from.0;
    if span <= 0.0 {
        return to.1;
    }
    let t = ((at - from.0) / span).clamp(0.0, 1.0);
    let share = (t * t * (3.0 - 2.0 * t)) as f32;
    from.1 + share * (to.1 - from.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::Method;
    use proptest::prelude::*;

    fn track(keys: &[(f32, f32)]) -> Track {
        let mut track = Track::new(Direction {
            name: "smile".into(),
            method: Method::Sefa { rank: 0 },
            sigma: vec![1.0, 0.0],
        });
        for &(at, value) in keys {
            track.set(TrackKey { at, value });
        }
        track
    }

    #[test]
    fn values_are_met_and_eased_between() {
        let track = track(&[(3.0, -1.0), (1.0, 2.0)]);
        assert_eq!(track.keys[0].at, 1.0);
        let open = |at| track.value(at, None);
        assert_eq!(
            (open(0.0), open(1.0), open(3.0), open(9.0)),
            (2.0, 2.0, -1.0, -1.0)
        );
        assert!((open(2.0) - 0.5).abs() < 1e-6 && open(1.2) > 1.8);
        // In a loop of four seconds the last leads back to the first.
        let looped = |at| track.value(at, Some(4.0));
        assert_eq!(
            (looped(1.0), looped(3.0), looped(0.0)),
            (2.0, -1.0, looped(4.0))
        );
        assert!((looped(0.0) - 0.5).abs() < 1e-6);
        assert_eq!(
            Track::new(track.direction.clone()).value(1.0, Some(4.0)),
            0.0
        );
    }

    #[test]
    fn a_sweep_goes_there_and_back() {
        let sweep = Track::sweep(track(&[]).direction, 2.0, 6.0);
        for period in [None, Some(6.0)] {
            let values: Vec<f32> = (0..=6)
                .map(|at| sweep.value(f64::from(at), period))
                .collect();
            assert_eq!(
                (values[0], values[3], values[6]),
                (-2.0, 2.0, -2.0),
                "{period:?}"
            );
            assert!(values[..4].is_sorted() && values[3..].iter().rev().is_sorted());
        }
    }

    proptest! {
        #[test]
        fn a_track_never_leaves_its_keys_and_a_loop_closes(
            keys in prop::collection::vec((0.0f32..10.0, -3.0f32..3.0), 1..6), at in 0.0f64..8.0,
        ) {
            let track = track(&keys);
            let value = track.value(at, Some(8.0));
            let ends = |pick: fn(f32, f32) -> f32| track.keys.iter().map(|key| key.value).fold(track.keys[0].value, pick);
            prop_assert!(value >= ends(f32::min) - 1e-5 && value <= ends(f32::max) + 1e-5);
            let (start, end) = (track.value(0.0, Some(8.0)), track.value(8.0, Some(8.0)));
            prop_assert!((start - end).abs() < 1e-5);
        }
    }
}
