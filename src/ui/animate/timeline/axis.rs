//! Where a time stands on the timeline.

use crate::latent::animation::Animation;

/// The largest and the smallest tile of a key.
pub const TILE: f32 = 72.0;
const SMALLEST: f32 = 30.0;
/// The least room between two tiles.
const BETWEEN: f32 = 20.0;
/// A timeline is at most so many times as wide as what is seen of it.
const WIDEST: f32 = 8.0;

/// Seconds as points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// Where it begins.
    left: f32,
    /// Points of a second.
    scale: f32,
    /// Width of all of it, tiles at the ends included.
    pub width: f32,
    /// Side of a key's tile.
    pub tile: f32,
}

impl Axis {
    /// For what is seen in `room` points; wider where keys would lie on each other.
    pub fn new(animation: &Animation, room: f32) -> Self {
        let seconds = (animation.seconds() as f32).max(0.1);
        let starts = animation.starts();
        let end = animation.closed.then_some(animation.seconds());
        let times: Vec<f64> = starts.into_iter().chain(end).collect();
        let gaps = times.windows(2).map(|pair| (pair[1] - pair[0]) as f32); // pairs
        // A cut takes no time, whatever the scale.
        let shortest = gaps.filter(|gap| *gap > 1e-3).fold(f32::INFINITY, f32::min);
        let fit = (room - TILE).max(1.0) / seconds;
        let wanted = (SMALLEST + BETWEEN) / shortest;
        let scale = fit.max(wanted.min(WIDEST * room / seconds));
        let tile = (shortest * scale - BETWEEN).clamp(SMALLEST, TILE);
        Self {
            left: TILE / 2.0,
            scale,
            width: TILE + seconds * scale,
            tile,
        }
    }

    /// The same, where the timeline begins at `x`.
    pub fn at(self, x: f32) -> Self {
        Self {
            left: self.left + x,
            ..self
        }
    }

    pub fn x(&self, seconds: f64) -> f32 {
        self.left + self.scale * seconds as f32
    }

    pub fn seconds(&self, x: f32) -> f64 {
        f64::from((x - self.left) / self.scale)
    }

    /// Seconds from one named mark of the ruler to the next.
    pub fn step(&self) -> f64 {
        const STEPS: [f64; 12] = [
            0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0,
        ];
        let room = |step: &&f64| **step as f32 * self.scale >= 64.0;
        *STEPS.iter().find(room).unwrap_or(&600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::animation::MotionPath;
    use crate::latent::noise::face;

    fn animation(seconds: &[f32]) -> Animation {
        let faces = (0..seconds.len() as u64).map(|seed| face(seed, 4));
        let mut animation = Animation::evenly(faces, MotionPath::Slerp, true);
        for (key, seconds) in animation.keys.iter_mut().zip(seconds) {
            key.seconds = *seconds;
        }
        animation
    }

    #[test]
    fn a_timeline_fills_its_room_and_grows_for_short_legs() {
        let axis = Axis::new(&animation(&[2.0, 2.0, 2.0, 2.0]), 1240.0);
        assert_eq!((axis.width, axis.tile, axis.x(0.0)), (1240.0, TILE, 36.0));
        assert_eq!((axis.x(8.0), axis.seconds(axis.x(3.0))), (1204.0, 3.0));
        assert_eq!(axis.step(), 0.5);
        let many = Axis::new(&animation(&[2.0; 20]), 1240.0);
        assert!(many.width <= 1240.0 && many.tile < 48.0);
        let short = Axis::new(&animation(&[0.2, 8.0]), 1240.0);
        assert!(short.width > 1240.0 && short.x(0.2) - short.x(0.0) >= SMALLEST + BETWEEN - 0.1);
        let cut = Axis::new(&animation(&[0.0, 1e-2, 600.0]), 1240.0);
        assert!(cut.width < 9.0 * 1240.0);
        let still = Axis::new(&animation(&[0.0]), 1240.0);
        assert!(still.width.is_finite() && still.tile == TILE);
    }
}
