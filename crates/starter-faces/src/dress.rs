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

    /// Distance to neck and chest, from a point in the body's frame.
    #[inline(always)]
    pub fn skin(&self, p: Vec3) -> f32 {
        smooth_min(self.neck.distance(p), self.shoulders.distance(p), 0.26)
    }

    /// Distance to the clothes, given that to the skin.
    #[inline(always)]
    pub fn cloth(&self, p: Vec3, skin: f32) -> f32 {
        let line = -0.98
            - 0.06 * self.collar
            - 0.30 * self.collar * hill(p.x * p.x * 5.0) * ramp(-0.3, 0.0, p.z);
        smooth_max(skin - 0.035, p.y - line, 0.03)
    }
}

/// A hat: a dome above a slanted line, with a fold, a visor or a brim.
pub struct Hat {
    dome: Ellipsoid,
    line: f32,
    /// A second, looser layer over the dome's lowest part, and how high it goes.
    fold: Option<(Ellipsoid, f32)>,
    brim: Option<Brim>,
}

/// A round disc with a rounded rim, bent a little.
struct Brim {
    centre: Vec3,
    radius: f32,
    /// How much it falls to the front and to the sides.
    slope: f32,
    sag: f32,
}

impl Hat {
    pub fn new(f: &Factors, width: f32) -> Option<Self> {
        let dome = |height: f32, loose: f32| {
            Ellipsoid::new(
                vec3(0.0, 0.28, -0.10),
                vec3(width + 0.09 + loose, 0.74 + height, 0.93 + loose),
            )
        };
        let visor = Brim {
            centre: vec3(0.0, 0.50, 0.58),
            radius: 0.62,
            slope: 0.10,
            sag: 0.34,
        };
        let round = Brim {
            centre: vec3(0.0, 0.46, -0.08),
            radius: 1.10,
            slope: -0.12,
            sag: 0.10,
        };
        match f.headwear {
            Headwear::None => None,
            Headwear::Beanie => Some(Self {
                dome: dome(0.14, 0.03),
                line: 0.38,
                fold: Some((dome(0.18, 0.08), 0.24)),
                brim: None,
            }),
            Headwear::Cap => Some(Self {
                dome: dome(0.06, 0.03),
                line: 0.38,
                fold: None,
                brim: Some(visor),
            }),
            Headwear::SunHat => Some(Self {
                dome: dome(0.20, 0.02),
                line: 0.38,
                fold: None,
                brim: Some(round),
            }),
        }
    }

    /// Height above the hat's rim.
    #[inline(always)]
    fn height(&self, p: Vec3) -> f32 {
        p.y - 0.15 * p.z - self.line
    }

    /// 1 on the ribbon around a sun hat.
    pub fn ribbon(&self, p: Vec3) -> f32 {
        let round = self.brim.as_ref().is_some_and(|brim| brim.radius > 1.0);
        let height = self.height(p);
        if round {
            ramp(0.10, 0.12, height) * ramp(0.28, 0.26, height)
        } else {
            0.0
        }
    }

    #[inline(always)]
    pub fn distance(&self, p: Vec3) -> f32 {
        let height = self.height(p);
        let mut d = smooth_max(self.dome.distance(p), -height, 0.04);
        if let Some((fold, top)) = &self.fold {
            d = smaller(
                d,
                smooth_max(
                    fold.distance(p),
                    (height - 0.5 * top).abs() - 0.5 * top,
                    0.06,
                ),
            );
        }
        if let Some(brim) = &self.brim {
            d = smooth_min(d, brim.distance(p), 0.05);
        }
        d
    }
}

impl Brim {
    #[inline(always)]
    fn distance(&self, p: Vec3) -> f32 {
        let q = p - self.centre;
        let height = q.y + self.slope * q.z + self.sag * q.x * q.x;
        let (out, up) = (
            larger((q.x * q.x + q.z * q.z).sqrt() - self.radius, 0.0),
            larger(height.abs() - 0.012, 0.0),
        );
        // The bend stretches the measure; a little less keeps rays from jumping through.
        0.85 * ((out * out + up * up).sqrt() - 0.016)
    }
}

/// Glasses or sunglasses.
pub struct Glasses {
    /// Centre of the right lens.
    centre: Vec3,
    shape: f32,
    /// How dark the lenses are, 0..1.
    pub tint: f32,
    /// Radius of the rims.
    rim: f32,
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
        let wire = 0.013 + 0.014 * f.frame_weight;
        Some(Self {
            centre,
            shape: f.frame_shape,
            tint,
            rim: 0.016 + 0.022 * f.frame_weight,
            arm: Stick::new(outer, vec3(head.width + 0.02, 0.04, -0.05), wire, wire),
            bridge: Stick::new(vec3(0.0, 0.055, 0.86), inner, wire, wire),
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
        let rim = (across * across + depth * depth).sqrt() - self.rim;
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
        // Grows out of nothing, so that a small earring is a small change.
        let hook = smaller(0.2 * size, 0.02);
        let end = lobe + vec3(0.0, -0.02 - 0.14 * size, 0.0);
        (size > 0.0).then(|| Self {
            drop: Stick::new(lobe, end, hook + 0.015 * size, hook + 0.05 * size),
        })
    }

    #[inline(always)]
    pub fn distance(&self, m: Vec3) -> f32 {
        self.drop.distance(m)
    }
}
