//! Some faces on a closed walk through the space of their factors.

use super::factors::{CONTINUOUS, Edition, Factors};

/// Faces that a walk passes.
const KEYS: usize = 4;

/// Frame `frame` of `frames`: `faces` faces, each on a closed walk of its own past four sets of
/// continuous factors. What cannot glide, hair style, eyewear and headwear, stays as it is.
pub fn tour(seed: u64, faces: usize, frame: usize, frames: usize) -> Vec<Factors> {
    let t = (KEYS * frame) as f32 / frames.max(1) as f32;
    (0..faces)
        .map(|face| {
            let keys: [Factors; KEYS] = std::array::from_fn(|key| {
                Factors::sample(Edition::Second, seed, (face * KEYS + key) as u64)
            });
            between(&keys, t)
        })
        .collect()
}

/// The place `t` of the closed Catmull–Rom spline through `keys`, a key at each whole number.
fn between(keys: &[Factors; KEYS], t: f32) -> Factors {
    let from = t as usize;
    let t = t - from as f32;
    let at = |offset: usize| keys[(from + offset) % KEYS].numbers();
    // `KEYS - 1` steps on is one step back.
    let (before, here, next, after) = (at(KEYS - 1), at(0), at(1), at(2));
    let mut face = keys[0].clone();
    for (place, number) in face.numbers_mut().into_iter().enumerate() {
        let (p, q, r, s) = (before[place], here[place], next[place], after[place]);
        let bend = (2.0 * p - 5.0 * q + 4.0 * r - s) * t + (3.0 * (q - r) + s - p) * t * t;
        let moved = q + 0.5 * t * (r - p + bend);
        *number = moved.clamp(CONTINUOUS[place].low, CONTINUOUS[place].high);
    }
    face
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_passes_its_keys_and_closes() {
        let face = |frame| tour(5, 2, frame, 40).pop().unwrap();
        assert_eq!(face(0), Factors::sample(Edition::Second, 5, 4));
        let passed = face(10);
        assert_eq!(
            passed.numbers(),
            Factors::sample(Edition::Second, 5, 5).numbers()
        );
        assert_eq!(passed.hair, Factors::sample(Edition::Second, 5, 4).hair);
        assert_eq!(face(40), face(0));
    }

    #[test]
    fn a_walk_has_no_jumps_and_keeps_to_the_ranges() {
        for frame in 0..200 {
            let (now, then) = (tour(9, 1, frame, 200), tour(9, 1, frame + 1, 200));
            let pairs = now[0].numbers().into_iter().zip(then[0].numbers());
            for ((a, b), factor) in pairs.zip(CONTINUOUS) {
                let span = factor.high - factor.low;
                assert!((a - b).abs() < 0.05 * span, "{} at {frame}", factor.name);
                assert!((factor.low..=factor.high).contains(&a), "{}", factor.name);
            }
        }
    }
}
