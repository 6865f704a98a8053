//! Where eyes, mouth, brows and beard lie on the face, as flat maps seen from the front.
//!
//! Both the geometry (lids, lips, beard thickness) and the paint (iris, lip colour, brow hairs) read these maps, so
//! that colour and relief always agree. Coordinates are those of the head: x to the viewer's right, y up, z to the
//! viewer, the head about 1.5 wide and 1.9 high around the origin.

use super::factors::Factors;
use super::maths::{Vec3, hill, larger, mix, ramp, smaller, unit, vec3};

/// One eye (the other is its mirror image).
#[derive(Clone, Copy, Debug)]
pub struct Eye {
    /// Centre of the eyeball.
    pub centre: Vec3,
    /// Radius of the eyeball.
    pub radius: f32,
    /// Size of iris and lids against the average.
    pub scale: f32,
    upper: f32,
    lower: f32,
    slant: f32,
    /// Where the iris sits on the ball, for both eyes alike.
    pub gaze: (f32, f32),
    /// How much light it catches, 0..1.
    pub light: f32,
}

impl Eye {
    pub fn new(f: &Factors) -> Self {
        let scale = 1.0 + 0.16 * f.eye_size;
        // A real smile lifts the lower lid; eyes looking down take the upper lid along.
        let cheer = larger(f.smile, 0.0);
        Self {
            centre: vec3(0.285 * (1.0 + 0.1 * f.eye_spacing), 0.0, 0.50),
            radius: 0.215 * scale,
            scale,
            upper: (0.012 + 0.118 * f.lids + 0.02 * f.gaze_y) * scale,
            lower: (0.075 - 0.042 * cheer - 0.012 * (1.0 - f.lids)) * scale,
            slant: 0.16 * f.eye_slant + 0.05,
            gaze: (0.075 * f.gaze_x * scale, 0.035 * f.gaze_y * scale),
            light: f.eye_light,
        }
    }

    /// Offset from the eye's middle, levelled so that the outer corner's slant is taken out; mirrored x expected.
    #[inline(always)]
    pub fn local(&self, p: Vec3) -> (f32, f32) {
        let dx = p.x - self.centre.x;
        (dx, p.y - self.centre.y - self.slant * dx)
    }

    /// Height of the upper lid's edge and depth of the lower one's at a place across the eye.
    #[inline(always)]
    fn edges(&self, dx: f32) -> (f32, f32) {
        let u = (dx + 0.012) * (1.0 / 0.178) / self.scale;
        let arch = 1.0 - u * u;
        (self.upper * arch, self.lower * arch)
    }

    /// How far inside the opening between the lids (negative: on the lids).
    #[inline(always)]
    pub fn opening(&self, p: Vec3) -> f32 {
        let (dx, dy) = self.local(p);
        let (upper, lower) = self.edges(dx);
        smaller(upper - dy, dy + lower)
    }

    /// Signed heights above the upper lid's edge and below the lower lid's.
    #[inline(always)]
    pub fn beyond_lids(&self, p: Vec3) -> (f32, f32) {
        let (dx, dy) = self.local(p);
        let (upper, lower) = self.edges(dx);
        (dy - upper, -lower - dy)
    }
}

/// The mouth: a curve with lips above and below and a gap between.
#[derive(Clone, Copy, Debug)]
pub struct Mouth {
    pub y: f32,
    pub half_width: f32,
    curve: f32,
    pub open: f32,
    /// How far a broad smile bares the teeth, 0..1.
    pub grin: f32,
    upper_lip: f32,
    lower_lip: f32,
}

/// A place in the mouth's own measures.
#[derive(Clone, Copy, Debug)]
pub struct MouthPlace {
    /// Height above the upper lip's lower edge.
    pub over: f32,
    /// Depth below the lower lip's upper edge.
    pub under: f32,
    /// Height of the gap between the lips here.
    pub gap: f32,
    /// Thickness of the upper and the lower lip here.
    pub upper: f32,
    pub lower: f32,
    /// 1 in the middle, 0 at the corners and beyond.
    pub arch: f32,
}

impl Mouth {
    pub fn new(f: &Factors) -> Self {
        let fullness = 1.0 + 0.4 * f.lip_fullness;
        Self {
            y: -0.475 - 0.03 * f.nose_length,
            half_width: 0.26 * (1.0 + 0.14 * f.mouth_width) + 0.085 * larger(f.smile, 0.0)
                - 0.02 * f.mouth_open,
            // A full smile lifts the corners by five pixels of 64: less is lost when a network draws it.
            curve: 0.20 * f.smile,
            open: f.mouth_open,
            grin: ramp(0.25, 1.0, f.smile),
            upper_lip: 0.048 * fullness,
            lower_lip: 0.066 * fullness,
        }
    }

    #[inline(always)]
    pub fn place(&self, x: f32, y: f32) -> MouthPlace {
        let u = smaller(x.abs() / self.half_width, 1.3);
        let arch = larger(1.0 - u * u, 0.0);
        let line = self.y + self.curve * (u * u - 0.3);
        let gap = (0.19 * self.open + 0.11 * self.grin) * arch;
        let bow = 1.0 - 0.25 * hill(x * x * 420.0) + 0.1 * hill((u - 0.22) * (u - 0.22) * 30.0);
        MouthPlace {
            over: y - line - 0.25 * gap,
            under: line - 0.75 * gap - y,
            gap,
            upper: self.upper_lip * bow * arch,
            lower: self.lower_lip * arch,
            arch,
        }
    }
}

impl MouthPlace {
    /// 1 on the red of the lips, fading over `soft` at its borders.
    #[inline(always)]
    pub fn lips(&self, soft: f32) -> f32 {
        let upper =
            ramp(-soft, soft, self.upper - self.over) * ramp(-soft, soft, self.over + 0.006);
        let lower =
            ramp(-soft, soft, self.lower - self.under) * ramp(-soft, soft, self.under + 0.006);
        larger(upper, lower) * unit(self.arch * 9.0)
    }

    /// 1 between the lips, fading over `soft`.
    #[inline(always)]
    pub fn inside(&self, soft: f32) -> f32 {
        ramp(-soft, soft, smaller(-self.over, -self.under)) * unit(self.gap * 60.0)
    }
}

/// One eyebrow (the other is its mirror image).
#[derive(Clone, Copy, Debug)]
pub struct Brow {
    middle: (f32, f32),
    tilt: f32,
    thickness: f32,
}

impl Brow {
    pub fn new(f: &Factors) -> Self {
        Self {
            middle: (
                0.30 * (1.0 + 0.08 * f.eye_spacing),
                0.245 + 0.05 * f.brow_height,
            ),
            tilt: 0.30 * f.brow_tilt,
            thickness: 0.022 + 0.034 * f.brow_thickness,
        }
    }

    /// 1 on the brow, thinning out to 0 around it; mirrored x expected.
    #[inline(always)]
    pub fn cover(&self, p: Vec3) -> f32 {
        let u = (p.x - self.middle.0) * (1.0 / 0.21);
        let arch =
            self.middle.1 - self.tilt * (p.x - self.middle.0) + 0.035 * (1.0 - u * u) - 0.02 * u;
        // Thick towards the nose, a point at the temple.
        let width = self.thickness * mix(1.15, 0.55, unit(u * 0.5 + 0.5));
        let off = (p.y - arch) / width;
        ramp(1.25, 0.45, off.abs()) * ramp(1.12, 0.72, u.abs())
    }
}

/// Beard and moustache: how densely hair grows at a place on the skin.
#[derive(Clone, Copy, Debug)]
pub struct Beard {
    pub beard: f32,
    pub moustache: f32,
    spread: f32,
    width: f32,
}

impl Beard {
    pub fn new(f: &Factors) -> Self {
        Self {
            beard: f.beard,
            moustache: f.moustache,
            spread: f.beard_spread,
            width: 1.0 + 0.09 * f.face_width,
        }
    }

    /// Whether there is any.
    pub fn grows(&self) -> bool {
        self.beard > 0.0 || self.moustache > 0.0
    }

    /// Cover of the beard and of the moustache, each 0..1 and fading out softly; mirrored x expected.
    #[inline(always)]
    pub fn cover(&self, p: Vec3, mouth: &Mouth) -> (f32, f32) {
        let x = p.x / self.width;
        // The upper border falls from the sideburn to the mouth's corner and stays below the lower lip.
        let below_lip = mouth.y - 0.13 - 0.14 * mouth.open;
        let border =
            mix(below_lip, mouth.y + 0.03, ramp(0.08, 0.30, x)) + 0.50 * ramp(0.28, 0.74, x);
        let cheeks = ramp(0.07, -0.11, p.y - border);
        let reach = mix(0.24, 0.70, self.spread);
        let chin = ramp(reach + 0.13, reach - 0.13, x);
        let back = ramp(-0.22, 0.10, p.z);
        let lip =
            ramp(-0.03, 0.04, p.y - mouth.y - 0.03) * ramp(0.05, -0.035, p.y - mouth.y - 0.13);
        let droop = ramp(0.38, 0.20, x + 0.35 * (p.y - mouth.y - 0.05));
        let front = ramp(0.35, 0.5, p.z);
        (
            cheeks * chin * back * self.beard,
            lip * droop * front * self.moustache,
        )
    }
}
