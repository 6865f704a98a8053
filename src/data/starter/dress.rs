//! Neck and clothes, and what is worn: hats, glasses, earrings.

use super::factors::{Eyewear, Factors, Headwear};
use super::head::Head;
use super::maths::{
    Ellipsoid, Rotation, Stick, Vec3, hill, larger, mix, ramp, smaller, smooth_max, smooth_min,
    vec3,
};

/// Neck, shoulders and clothes; they follow only part of the head's turn.
pub struct Body {
    /// From the head's frame to the body's.
    pub frame: Rotation,
    neck: Stick,
    shoulders: Ellipsoid,
    collar: f32,
}

impl Body {
    pub fn new(f: &Factors, head: Rotation) -> Self {
        let frame = Rotation::new(0.4 * f.yaw, 0.0, 0.0).inverse().after(head);
        let nape = frame.apply(vec3(0.0, -0.50, -0.14));
        let radius = 0.30 + 0.03 * f.jaw + 0.02 * f.face_width;
        Self {
            frame,
            neck: Stick::new(nape, vec3(0.0, -1.5, -0.30), radius, radius + 0.05),
            shoulders: Ellipsoid::new(vec3(0.0, -1.82, -0.34), vec3(1.35, 0.72, 0.55)),
            collar: f.neckline,
        }
    }

    /// Distances to neck (with chest) and clothes, from a point in the body's frame.
    #[inline(always)]
    pub fn distances(&self, p: Vec3) -> (f32, f32) {
        let skin = smooth_min(self.neck.distance(p), self.shoulders.distance(p), 0.26);
        let line = -0.98
            - 0.06 * self.collar
            - 0.30 * self.collar * hill(p.x * p.x * 5.0) * ramp(-0.3, 0.0, p.z);
        (skin, smooth_max(skin - 0.035, p.y - line, 0.03))
    }
}

/// A hat: a dome above a slanted line, with a fold, a visor or a brim.
pub struct Hat {
    dome: Ellipsoid,
    fold: Ellipsoid,
    brim: Ellipsoid,
    line: f32,
    fold_height: f32,
}

impl Hat {
    pub fn new(f: &Factors, width: f32) -> Option<Self> {
        let nowhere = Ellipsoid::new(vec3(0.0, 40.0, 0.0), Vec3::splat(1.0));
        let dome = |height: f32, loose: f32| {
            Ellipsoid::new(
                vec3(0.0, 0.28, -0.10),
                vec3(width + 0.09 + loose, 0.74 + height, 0.93 + loose),
            )
        };
        let hat = match f.headwear {
            Headwear::None => return None,
            Headwear::Beanie => Self {
                dome: dome(0.14, 0.03),
                fold: dome(0.18, 0.08),
                brim: nowhere,
                line: 0.38,
                fold_height: 0.24,
            },
            Headwear::Cap => Self {
                dome: dome(0.06, 0.03),
                fold: nowhere,
                brim: Ellipsoid::new(vec3(0.0, 0.47, 0.86), vec3(0.56, 0.055, 0.52)),
                line: 0.42,
                fold_height: 0.0,
            },
            Headwear::SunHat => Self {
                dome: dome(0.10, 0.04),
                fold: nowhere,
                brim: Ellipsoid::new(vec3(0.0, 0.50, -0.05), vec3(1.30, 0.06, 1.25)),
                line: 0.44,
                fold_height: 0.0,
            },
        };
        Some(hat)
    }

    /// Height above the hat's rim.
    #[inline(always)]
    pub fn height(&self, p: Vec3) -> f32 {
        p.y - 0.15 * p.z - self.line
    }

    #[inline(always)]
    pub fn distance(&self, p: Vec3) -> f32 {
        let height = self.height(p);
        let dome = smooth_max(self.dome.distance(p), -height, 0.04);
        let fold = smooth_max(
            self.fold.distance(p),
            (height - self.fold_height * 0.5).abs() - self.fold_height * 0.5,
            0.06,
        );
        // Visor and brim sag a little towards their sides.
        let bent = vec3(p.x, p.y + 0.16 * p.x * p.x - 0.10 * (p.z - 0.4), p.z);
        smooth_min(smaller(dome, fold), self.brim.distance(bent), 0.04)
    }
}

/// Glasses or sunglasses.
pub struct Glasses {
    /// Centre of the right lens.
    centre: Vec3,
    shape: f32,
    /// How dark the lenses are, 0..1.
    pub tint: f32,
    arm: Stick,
    bridge: Stick,
}

impl Glasses {
    pub fn new(f: &Factors, head: &Head) -> Option<Self> {
        let tint = match f.eyewear {
            Eyewear::None => return None,
            Eyewear::Glasses => 0.06,
            Eyewear::Sunglasses => 0.93,
        };
        let centre = vec3(head.eye.centre.x + 0.015, -0.01, 0.80);
        let outer = vec3(centre.x + 0.19, 0.05, 0.755);
        let inner = vec3(centre.x - 0.19, 0.03, 0.845);
        Some(Self {
            centre,
            shape: f.frame_shape,
            tint,
            arm: Stick::new(outer, vec3(head.width + 0.02, 0.04, -0.05), 0.013, 0.013),
            bridge: Stick::new(vec3(0.0, 0.055, 0.86), inner, 0.013, 0.013),
        })
    }

    /// How far outside the lens's outline, seen from the front; mirrored x expected.
    #[inline(always)]
    pub fn outline(&self, m: Vec3) -> f32 {
        let (x, y) = (m.x - self.centre.x, m.y - self.centre.y);
        let round = (x * x + y * y).sqrt() - 0.185;
        let (bx, by) = (larger(x.abs() - 0.13, 0.0), larger(y.abs() - 0.075, 0.0));
        let square = (bx * bx + by * by).sqrt() - 0.065;
        mix(round, square, self.shape)
    }

    /// Depth of the lenses' curved sheet before (positive) or behind it.
    #[inline(always)]
    pub fn before(&self, m: Vec3) -> f32 {
        m.z - self.centre.z - 0.03 + 0.24 * m.x * m.x
    }

    /// Distance to rims, bridge and arms.
    #[inline(always)]
    pub fn frame(&self, m: Vec3) -> f32 {
        let (across, depth) = (self.outline(m), self.before(m));
        let rim = (across * across + depth * depth).sqrt() - 0.016;
        smaller(rim, smaller(self.arm.distance(m), self.bridge.distance(m)))
    }
}

/// A drop at each ear.
pub struct Earrings {
    drop: Stick,
}

impl Earrings {
    pub fn new(f: &Factors, lobe: Vec3) -> Option<Self> {
        let size = f.earrings;
        let end = lobe + vec3(0.0, -0.02 - 0.14 * size, 0.0);
        (size > 0.0).then(|| Self {
            drop: Stick::new(lobe, end, 0.02 + 0.015 * size, 0.02 + 0.05 * size),
        })
    }

    #[inline(always)]
    pub fn distance(&self, m: Vec3) -> f32 {
        self.drop.distance(m)
    }
}
