//! Small vectors, smooth blends and cheap waves.
//!
//! Everything here is plain IEEE arithmetic (no fused steps, no platform sine), so the same factors give the same
//! bytes on every machine; and it is free of branches, so that loops over lanes of rays vectorise.

use std::ops::{Add, Mul, Neg, Sub};

/// A point, direction or linear colour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vec3 {
    pub x: f32,
    pub y: f32,
    pub z: f32,
}

/// Shorthand for a [`Vec3`].
#[inline(always)]
pub const fn vec3(x: f32, y: f32, z: f32) -> Vec3 {
    Vec3 { x, y, z }
}

impl Vec3 {
    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        vec3(value, value, value)
    }

    #[inline(always)]
    pub fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    #[inline(always)]
    pub fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    #[inline(always)]
    pub fn normalized(self) -> Self {
        self * (1.0 / (self.length() + 1e-9))
    }

    /// Product component by component.
    #[inline(always)]
    pub fn times(self, other: Self) -> Self {
        vec3(self.x * other.x, self.y * other.y, self.z * other.z)
    }

    /// The same point on the right half of a symmetric face.
    #[inline(always)]
    pub fn mirrored(self) -> Self {
        vec3(self.x.abs(), self.y, self.z)
    }

    /// Every component held within bounds.
    pub fn clamped(self, low: f32, high: f32) -> Self {
        vec3(
            self.x.clamp(low, high),
            self.y.clamp(low, high),
            self.z.clamp(low, high),
        )
    }

    #[inline(always)]
    pub fn towards(self, other: Self, t: f32) -> Self {
        self + (other - self) * t
    }
}

impl Add for Vec3 {
    type Output = Self;
    #[inline(always)]
    fn add(self, o: Self) -> Self {
        vec3(self.x + o.x, self.y + o.y, self.z + o.z)
    }
}

impl Sub for Vec3 {
    type Output = Self;
    #[inline(always)]
    fn sub(self, o: Self) -> Self {
        vec3(self.x - o.x, self.y - o.y, self.z - o.z)
    }
}

impl Mul<f32> for Vec3 {
    type Output = Self;
    #[inline(always)]
    fn mul(self, s: f32) -> Self {
        vec3(self.x * s, self.y * s, self.z * s)
    }
}

impl Neg for Vec3 {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self * -1.0
    }
}

/// A rotation, as the three rows of its matrix.
#[derive(Clone, Copy, Debug)]
pub struct Rotation([Vec3; 3]);

impl Rotation {
    /// Tilts by `pitch` (down is positive), then turns by `yaw` (to the viewer's right), then leans by `roll` (radians).
    pub fn new(yaw: f32, pitch: f32, roll: f32) -> Self {
        let (sy, cy) = libm::sincosf(yaw);
        let (sp, cp) = libm::sincosf(pitch);
        let (sr, cr) = libm::sincosf(roll);
        let turn = Self([vec3(cy, 0.0, sy), vec3(0.0, 1.0, 0.0), vec3(-sy, 0.0, cy)]);
        let nod = Self([vec3(1.0, 0.0, 0.0), vec3(0.0, cp, -sp), vec3(0.0, sp, cp)]);
        let lean = Self([vec3(cr, -sr, 0.0), vec3(sr, cr, 0.0), vec3(0.0, 0.0, 1.0)]);
        lean.after(turn).after(nod)
    }

    /// The rotation that does `first`, then this one.
    pub fn after(self, first: Self) -> Self {
        let columns = first.inverse();
        Self(self.0.map(|row| columns.apply(row)))
    }

    /// The rotation back.
    pub fn inverse(self) -> Self {
        let [a, b, c] = self.0;
        Self([
            vec3(a.x, b.x, c.x),
            vec3(a.y, b.y, c.y),
            vec3(a.z, b.z, c.z),
        ])
    }

    #[inline(always)]
    pub fn apply(&self, p: Vec3) -> Vec3 {
        let [a, b, c] = self.0;
        vec3(a.dot(p), b.dot(p), c.dot(p))
    }
}

/// The smaller of two numbers; one machine instruction, unlike `f32::min`, which also looks after NaN.
#[inline(always)]
pub fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The larger of two numbers.
#[inline(always)]
pub fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline(always)]
pub fn unit(x: f32) -> f32 {
    smaller(larger(x, 0.0), 1.0)
}

#[inline(always)]
pub fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// 0 below `from`, 1 above `to`, smooth between; `from` may be the larger one.
#[inline(always)]
pub fn ramp(from: f32, to: f32, x: f32) -> f32 {
    let t = unit((x - from) / (to - from));
    t * t * (3.0 - 2.0 * t)
}

/// A soft hill: 1 at 0, 0 from 1 on; takes a squared distance.
#[inline(always)]
pub fn hill(squared: f32) -> f32 {
    let t = larger(1.0 - squared, 0.0);
    t * t
}

/// Union with a rounded seam of width `k`.
#[inline(always)]
pub fn smooth_min(a: f32, b: f32, k: f32) -> f32 {
    let h = larger(k - (a - b).abs(), 0.0);
    smaller(a, b) - h * h * (0.25 / k)
}

/// Intersection with a rounded edge of width `k`.
#[inline(always)]
pub fn smooth_max(a: f32, b: f32, k: f32) -> f32 {
    let h = larger(k - (a - b).abs(), 0.0);
    larger(a, b) + h * h * (0.25 / k)
}

/// A sine of `turns` full circles, good to about one part in a thousand.
#[inline(always)]
pub fn wave(turns: f32) -> f32 {
    // Adding and taking away 1.5 · 2²³ rounds to the nearest whole number.
    const ROUND: f32 = 12_582_912.0;
    let r = turns - ((turns + ROUND) - ROUND);
    let arch = r * (8.0 - 16.0 * r.abs());
    arch * (0.775 + 0.225 * arch.abs())
}

/// A smooth, lumpy field around −1..1 with lumps about one unit apart.
#[inline(always)]
pub fn lumps(p: Vec3) -> f32 {
    let a = wave(0.61 * p.x + 0.37 * p.y - 0.21 * p.z + 0.13);
    let b = wave(-0.29 * p.x + 0.58 * p.y + 0.44 * p.z + 0.57);
    let c = wave(0.33 * p.x - 0.41 * p.y + 0.66 * p.z + 0.31);
    let d = wave(0.71 * p.z - 0.52 * p.x + 0.83 * a * 0.3);
    (a * b + c * d + 0.35 * (a + c)) * 0.75
}

/// Reads a colour ramp of evenly spaced stops at `at` in 0..1.
pub fn along(stops: &[Vec3], at: f32) -> Vec3 {
    let last = stops.len().saturating_sub(1);
    let place = unit(at) * last as f32;
    let step = (place as usize).min(last.saturating_sub(1));
    match (stops.get(step), stops.get(step + 1)) {
        (Some(&a), Some(&b)) => a.towards(b, place - step as f32),
        _ => Vec3::default(),
    }
}

/// A display colour (0..1, as an eye would name it) as linear light; the module's display curve is a square root.
pub fn linear(display: Vec3) -> Vec3 {
    display.times(display)
}

/// An ellipsoid, kept as its centre and the inverse of its radii.
#[derive(Clone, Copy, Debug)]
pub struct Ellipsoid {
    centre: Vec3,
    inverse: Vec3,
}

impl Ellipsoid {
    pub fn new(centre: Vec3, radii: Vec3) -> Self {
        Self {
            centre,
            inverse: vec3(1.0 / radii.x, 1.0 / radii.y, 1.0 / radii.z),
        }
    }

    pub fn centre(&self) -> Vec3 {
        self.centre
    }

    /// A good estimate of the distance to the surface, negative inside.
    #[inline(always)]
    pub fn distance(&self, p: Vec3) -> f32 {
        let q = (p - self.centre).times(self.inverse);
        let k = q.length();
        k * (k - 1.0) / (q.times(self.inverse).length() + 1e-6)
    }
}

/// A rounded stick whose thickness goes from one radius to the other.
#[derive(Clone, Copy, Debug)]
pub struct Stick {
    from: Vec3,
    along: Vec3,
    inverse_square: f32,
    radius: f32,
    widening: f32,
}

impl Stick {
    pub fn new(from: Vec3, to: Vec3, radius: f32, end_radius: f32) -> Self {
        let along = to - from;
        Self {
            from,
            along,
            inverse_square: 1.0 / along.dot(along),
            radius,
            widening: end_radius - radius,
        }
    }

    #[inline(always)]
    pub fn distance(&self, p: Vec3) -> f32 {
        let q = p - self.from;
        let t = unit(q.dot(self.along) * self.inverse_square);
        (q - self.along * t).length() - self.radius - self.widening * t
    }
}
