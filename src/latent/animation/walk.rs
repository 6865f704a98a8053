//! Ways that nobody has to choose faces for.

use crate::latent::noise::{Noise, Purpose};
use crate::latent::{Latent, LatentSpace};

use super::spline::Leg;

/// How far a circle stays from the face in its middle, as an angle: near enough to be like it.
const RADIUS: f64 = 0.7;

/// `count` faces on a circle around `centre`, all as like it as each other; which circle, `seed` says. From face to
/// face along the spline it is round.
pub fn circle(centre: &Latent, seed: u64, count: usize) -> Vec<Latent> {
    let mut noise = Noise::new(seed, Purpose::Walks);
    let length = f64::from(centre.norm());
    let middle: Vec<f64> = centre.0.iter().map(|&x| f64::from(x) / length).collect();
    let mut axes: Vec<Vec<f64>> = vec![middle];
    for _ in 0..2 {
        let random: Vec<f64> = (0..centre.len()).map(|_| noise.normal()).collect();
        axes.push(apart_from(random, &axes));
    }
    let on_circle = |place: usize| {
        let angle = std::f64::consts::TAU * place as f64 / count as f64;
        let shares = [
            libm::cos(RADIUS),
            libm::sin(RADIUS) * libm::cos(angle),
            libm::sin(RADIUS) * libm::sin(angle),
        ];
        let number = |i: usize| {
            let parts = shares.iter().zip(&axes);
            let sum: f64 = parts.map(|(share, axis)| share * axis[i]).sum(); // as long as the latent
            (length * sum) as f32
        };
        Latent((0..centre.len()).map(number).collect())
    };
    if length > 0.0 {
        (0..count).map(on_circle).collect()
    } else {
        // Around the average of all faces everything is as far.
        vec![centre.clone(); count]
    }
}

/// `random` without what lies along `axes`, of length one.
fn apart_from(mut random: Vec<f64>, axes: &[Vec<f64>]) -> Vec<f64> {
    for axis in axes {
        let along: f64 = random.iter().zip(axis).map(|(x, a)| x * a).sum();
        random
            .iter_mut()
            .zip(axis)
            .for_each(|(x, a)| *x -= along * a);
    }
    let length = libm::sqrt(random.iter().map(|x| x * x).sum());
    if length > 0.0 {
        random.iter_mut().for_each(|x| *x /= length);
    }
    random
}

/// `count` random faces that `seed` stands for.
pub fn random(space: LatentSpace, seed: u64, count: usize) -> Vec<Latent> {
    (0..count as u64)
        .map(|place| space.face(seed.wrapping_add(place)))
        .collect()
}

/// `count` faces on a way that comes back to its beginning, all of the length of its first: round the great circle through
/// two random faces that `seed` stands for.
pub fn ring(space: LatentSpace, seed: u64, count: usize) -> Vec<Latent> {
    let (start, other) = (space.face(seed), space.face(seed.wrapping_add(1)));
    let length = start.norm();
    let on_ring = |place: usize| {
        let angle = std::f64::consts::TAU * place as f64 / count.max(1) as f64;
        let (along, across) = (libm::cos(angle) as f32, libm::sin(angle) as f32);
        let numbers = start.0.iter().zip(&other.0);
        Latent(numbers.map(|(a, b)| along * a + across * b).collect()).with_norm(length)
    };
    (0..count).map(on_ring).collect()
}

/// Where a walk that never ends is after it has passed so many random faces, without a corner at any.
pub fn drift(space: LatentSpace, seed: u64, faces: f64) -> Latent {
    let passed = faces.max(0.0).floor();
    let [before, from, to, after] =
        [0, 1, 2, 3].map(|place| space.face(seed.wrapping_add(passed as u64 + place)));
    let leg = Leg {
        from: &from,
        to: &to,
        seconds: 1.0,
        before: Some((&before, 1.0)),
        after: Some((&after, 1.0)),
        rests: (false, false),
    };
    leg.point(faces.max(0.0) - passed)
}

#[cfg(test)]
mod tests {
    use super::super::tests::angle;
    use super::*;

    #[test]
    fn a_circle_stays_around_its_middle() {
        let centre = LatentSpace { len: 30 }.face(4);
        let circle = circle(&centre, 1, 8);
        for place in 0..8 {
            let (face, next) = (&circle[place], &circle[(place + 1) % 8]);
            assert!((face.norm() - centre.norm()).abs() < 1e-4);
            assert!((angle(face, &centre) - RADIUS).abs() < 1e-5);
            assert!((angle(face, next) - angle(&circle[0], &circle[1])).abs() < 1e-5);
        }
        assert_ne!(circle, super::circle(&centre, 2, 8));
        assert_eq!(
            super::circle(&Latent::zeros(3), 1, 2),
            [Latent::zeros(3), Latent::zeros(3)]
        );
    }

    #[test]
    fn a_ring_closes_in_small_steps() {
        let space = LatentSpace { len: 50 };
        let ring = ring(space, 3, 24);
        assert_eq!(ring[0], space.face(3));
        for place in 0..24 {
            let (face, next) = (&ring[place], &ring[(place + 1) % 24]);
            assert!((face.norm() - ring[0].norm()).abs() < 1e-4);
            assert!(angle(face, next) < 0.5);
        }
    }

    #[test]
    fn a_drift_goes_on_smoothly_from_face_to_face() {
        let space = LatentSpace { len: 40 };
        assert_eq!(drift(space, 5, 3.0), space.face(9));
        let (before, at, after) = (
            drift(space, 5, 2.999),
            drift(space, 5, 3.0),
            drift(space, 5, 3.001),
        );
        let step = |a: &Latent, b: &Latent| -> Vec<f32> {
            a.0.iter().zip(&b.0).map(|(x, y)| (y - x) / 0.001).collect()
        };
        let (coming, going) = (step(&before, &at), step(&at, &after));
        let corner = coming
            .iter()
            .zip(&going)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        let speed = going.iter().map(|x| x * x).sum::<f32>().sqrt();
        assert!(corner < 0.02 * speed, "{corner} beside {speed}");
    }
}
