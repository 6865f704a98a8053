//! Catmull–Rom on the sphere: through all faces without a corner.
//!
//! A cubic Bézier curve between two faces whose control points lie on the sphere, too, gone along by de Casteljau's
//! steps with slerp in place of straight lines (Shoemake 1985). Its velocity at a face is that of a parabola through
//! the face and its neighbours, which both legs that meet there share.

use crate::latent::Latent;
use crate::latent::path::Interpolation;

/// Below this sine two directions span no great circle.
const FLAT: f64 = 1e-9;

/// A leg of the way, and what its ends have to know of the legs beside it.
pub struct Leg<'a> {
    pub from: &'a Latent,
    pub to: &'a Latent,
    /// How long it takes.
    pub seconds: f64,
    /// The face before `from`, and how long the leg from there takes. Without one the way begins here.
    pub before: Option<(&'a Latent, f64)>,
    /// The face after `to`, and how long the leg to there takes.
    pub after: Option<(&'a Latent, f64)>,
    /// Whether the way stands still at `from`, and at `to`.
    pub rests: (bool, bool),
}

impl Leg<'_> {
    /// The point at share `t` of the leg; exactly its ends at 0 and 1. Between faces of equal lengths all points are as
    /// long.
    pub fn point(&self, t: f64) -> Latent {
        if t <= 0.0 {
            return self.from.clone();
        }
        if t >= 1.0 {
            return self.to.clone();
        }
        let ends = (Point::of(self.from), Point::of(self.to));
        let (Some(from), Some(to)) = ends else {
            return self.straight(t);
        };
        if dot(&from.unit, &to.unit) < FLAT - 1.0 {
            return self.straight(t);
        }
        let third = self.seconds / 3.0;
        let leaving = self.velocity(&from, self.before, &to, self.rests.0);
        let arriving = self.velocity(&to, self.after, &from, self.rests.1);
        // Seen from `to` the leg runs the other way, and so does the velocity.
        let controls = [from.moved(&leaving, third), to.moved(&arriving, third)];
        let [first, second] = controls;
        de_casteljau([from, first, second, to], t).latent()
    }

    /// Points without a direction, or opposite ones, have no sphere between them.
    fn straight(&self, t: f64) -> Latent {
        Interpolation::Slerp.between(self.from, self.to, t as f32)
    }

    /// How fast the way goes through `here` towards `next` after it came from `neighbour`.
    fn velocity(
        &self,
        here: &Point,
        neighbour: Option<(&Latent, f64)>,
        next: &Point,
        rests: bool,
    ) -> Velocity {
        if rests || self.seconds <= 0.0 {
            return Velocity::none(here.unit.len());
        }
        let onward = here.towards(next).scaled(1.0 / self.seconds);
        let neighbour = neighbour.filter(|(_, seconds)| *seconds > 0.0);
        let before = neighbour.and_then(|(latent, seconds)| Some((Point::of(latent)?, seconds)));
        let Some((before, seconds)) = before else {
            return onward;
        };
        let come = here.towards(&before).scaled(-1.0 / seconds);
        // The nearer neighbour counts more.
        let share = seconds / (seconds + self.seconds);
        onward.scaled(share).plus(&come.scaled(1.0 - share))
    }
}

/// A latent as a direction and a length.
#[derive(Clone)]
struct Point {
    unit: Vec<f64>,
    norm: f64,
}

/// How a point moves: along the sphere, and in its length.
struct Velocity {
    tangent: Vec<f64>,
    norm: f64,
}

impl Velocity {
    fn none(len: usize) -> Self {
        Self {
            tangent: vec![0.0; len],
            norm: 0.0,
        }
    }

    fn scaled(mut self, by: f64) -> Self {
        self.tangent.iter_mut().for_each(|x| *x *= by);
        self.norm *= by;
        self
    }

    fn plus(mut self, other: &Self) -> Self {
        add(&mut self.tangent, &other.tangent, 1.0);
        self.norm += other.norm;
        self
    }
}

impl Point {
    /// `None` for zero, which has no direction.
    fn of(latent: &Latent) -> Option<Self> {
        let mut unit: Vec<f64> = latent.0.iter().map(|&x| f64::from(x)).collect();
        let norm = libm::sqrt(dot(&unit, &unit));
        unit.iter_mut().for_each(|x| *x /= norm);
        (norm.is_finite() && norm > 0.0).then_some(Self { unit, norm })
    }

    fn latent(&self) -> Latent {
        let length = libm::sqrt(dot(&self.unit, &self.unit));
        let factor = self.norm.max(0.0) / length;
        Latent(self.unit.iter().map(|x| (factor * x) as f32).collect())
    }

    /// The way to another point in one unit of time (the logarithm map); none to the opposite one, which lies in all
    /// directions.
    fn towards(&self, other: &Self) -> Velocity {
        let cosine = dot(&self.unit, &other.unit).clamp(-1.0, 1.0);
        let angle = libm::acos(cosine);
        let sine = libm::sin(angle);
        let factor = if sine < FLAT { 0.0 } else { angle / sine };
        let pairs = self.unit.iter().zip(&other.unit);
        Velocity {
            tangent: pairs.map(|(p, q)| factor * (q - cosine * p)).collect(),
            norm: other.norm - self.norm,
        }
    }

    /// Where it is after some time on the great circle that the velocity begins (the exponential map).
    fn moved(&self, velocity: &Velocity, time: f64) -> Self {
        let speed = libm::sqrt(dot(&velocity.tangent, &velocity.tangent));
        let angle = time * speed;
        let mut unit: Vec<f64> = self.unit.iter().map(|x| libm::cos(angle) * x).collect();
        if speed > 0.0 {
            add(&mut unit, &velocity.tangent, libm::sin(angle) / speed);
        }
        Self {
            unit,
            norm: self.norm + time * velocity.norm,
        }
    }

    /// The point at share `t` of the great circle to another.
    fn between(&self, other: &Self, t: f64) -> Self {
        let cosine = dot(&self.unit, &other.unit).clamp(-1.0, 1.0);
        let angle = libm::acos(cosine);
        let sine = libm::sin(angle);
        let (a, b) = if sine < FLAT {
            (1.0 - t, t)
        } else {
            let weight = |share: f64| libm::sin(share * angle) / sine;
            (weight(1.0 - t), weight(t))
        };
        let mut unit: Vec<f64> = self.unit.iter().map(|x| a * x).collect();
        add(&mut unit, &other.unit, b);
        Self {
            unit,
            norm: (1.0 - t) * self.norm + t * other.norm,
        }
    }
}

fn de_casteljau([a, b, c, d]: [Point; 4], t: f64) -> Point {
    let (ab, bc, cd) = (a.between(&b, t), b.between(&c, t), c.between(&d, t));
    ab.between(&bc, t).between(&bc.between(&cd, t), t)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn add(to: &mut [f64], what: &[f64], times: f64) {
    for (x, y) in to.iter_mut().zip(what) {
        *x += times * y;
    }
}
