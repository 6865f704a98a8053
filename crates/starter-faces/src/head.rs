//! The bare head: skull, face, ears and neck as one smooth surface.

use super::factors::Factors;
use super::features::{Beard, Eye, Mouth};
use super::maths::{Ellipsoid, Stick, Vec3, hill, larger, mix, ramp, smooth_max, smooth_min, vec3};

/// The shapes of one head, ready to be measured from anywhere.
pub struct Head {
    pub eye: Eye,
    pub mouth: Mouth,
    pub beard: Beard,
    /// Half the width of the skull.
    pub width: f32,
    skull: Ellipsoid,
    jaw: Ellipsoid,
    cheek: Ellipsoid,
    chin: Ellipsoid,
    socket: Ellipsoid,
    bridge: Stick,
    tip: Ellipsoid,
    wing: Ellipsoid,
    muzzle: Ellipsoid,
    ear: Ellipsoid,
    ear_bowl: Ellipsoid,
    /// Where an earring hangs on the right ear.
    pub lobe: Vec3,
}

impl Head {
    pub fn new(f: &Factors) -> Self {
        let width = 0.72 * (1.0 + 0.09 * f.face_width);
        let wide = width / 0.72;
        let cheer = f.smile.max(0.0);
        let drop = 0.07 * f.chin + 0.07 * f.mouth_open;
        let jaw_wide = 0.53 * wide * (1.0 + 0.15 * f.jaw);
        let tip_y = -0.205 - 0.045 * f.nose_length;
        let tip_z = 0.80 + 0.03 * f.nose_length;
        let broad = 1.0 + 0.24 * f.nose_width;
        let mouth = Mouth::new(f);
        let eye = Eye::new(f);
        let ear_size = 1.0 + 0.22 * f.ears;
        let ear = vec3(width + 0.015 + 0.02 * f.ears, -0.04, -0.12);
        Self {
            width,
            skull: Ellipsoid::new(vec3(0.0, 0.20, -0.10), vec3(width, 0.80, 0.83)),
            jaw: Ellipsoid::new(
                vec3(0.0, -0.38 - drop * 0.6, 0.13),
                vec3(jaw_wide, 0.52 + drop * 0.4, 0.52),
            ),
            cheek: Ellipsoid::new(
                vec3(0.34 * wide, -0.23 + 0.08 * cheer, 0.40 + 0.025 * cheer),
                Vec3::splat(0.245 + 0.04 * f.cheeks + 0.015 * cheer),
            ),
            chin: Ellipsoid::new(
                vec3(0.0, -0.74 - drop, 0.42),
                vec3(0.19 + 0.05 * f.jaw, 0.15, 0.17),
            ),
            socket: Ellipsoid::new(
                vec3(eye.centre.x + 0.02, 0.05, 0.93),
                vec3(0.24, 0.15, 0.22),
            ),
            bridge: Stick::new(
                vec3(0.0, 0.13, 0.64),
                vec3(0.0, tip_y + 0.06, tip_z - 0.02),
                0.055,
                0.075,
            ),
            tip: Ellipsoid::new(vec3(0.0, tip_y, tip_z), vec3(0.105 * broad, 0.085, 0.10)),
            wing: Ellipsoid::new(
                vec3(0.085 * broad, tip_y - 0.022, tip_z - 0.07),
                vec3(0.062 * broad, 0.055, 0.075),
            ),
            muzzle: Ellipsoid::new(vec3(0.0, mouth.y, 0.47), vec3(0.30, 0.19, 0.20)),
            ear: Ellipsoid::new(ear, vec3(0.07, 0.19 * ear_size, 0.13 * ear_size)),
            ear_bowl: Ellipsoid::new(
                ear + vec3(0.06, 0.02, 0.06),
                vec3(0.05, 0.12 * ear_size, 0.08 * ear_size),
            ),
            lobe: ear + vec3(0.02, -0.21 * ear_size, 0.02),
            eye,
            mouth,
            beard: Beard::new(f),
        }
    }

    /// Where the nose's tip is.
    pub fn nose_tip(&self) -> Vec3 {
        self.tip.centre()
    }

    /// Where the right nostril is.
    pub fn nostril(&self) -> Vec3 {
        self.wing.centre() + vec3(-0.03, -0.045, 0.0)
    }

    /// The egg of skull, jaw, cheeks and chin, without any feature.
    #[inline(always)]
    fn egg(&self, p: Vec3) -> f32 {
        let m = p.mirrored();
        let d = smooth_min(self.skull.distance(p), self.jaw.distance(p), 0.30);
        let d = smooth_min(d, self.cheek.distance(m), 0.18);
        smooth_min(d, self.chin.distance(p), 0.20)
    }

    /// The egg with nose and ears: enough to cast shadows.
    #[inline(always)]
    pub fn rough(&self, p: Vec3) -> f32 {
        let (m, egg) = (p.mirrored(), self.egg(p));
        let ear = smooth_max(self.ear.distance(m), -self.ear_bowl.distance(m), 0.05);
        let d = smooth_min(egg, ear, 0.05);
        let d = smooth_max(d, -self.socket.distance(m), 0.14);
        let d = smooth_min(d, self.bridge.distance(p), 0.11);
        smooth_min(d, self.tip.distance(p), 0.06)
    }

    /// The whole head with muzzle, lips, lids and beard, given its [`rough`](Self::rough) distance.
    #[inline(always)]
    pub fn fine(&self, p: Vec3, rough: f32) -> f32 {
        let m = p.mirrored();
        let front = hill((1.0 - p.z) * (1.0 - p.z) * 1.6);
        let d = smooth_min(rough, self.wing.distance(m), 0.045);
        let d = smooth_min(d, self.muzzle.distance(p), 0.11);
        let place = self.mouth.place(p.x, p.y);
        let d = d - front * (0.03 * place.lips(0.02) - 0.075 * place.inside(0.012));
        let lids = smooth_min(d, self.eyeball(m) - 0.022, 0.05);
        // The opening is carved right through; the eyeball fills it.
        let through = self.eye.opening(m) - 4.0 * larger(0.35 - p.z, 0.0);
        smooth_max(lids, through, 0.012)
    }

    /// How far a beard stands off the skin.
    #[inline(always)]
    pub fn beard_depth(&self, p: Vec3) -> f32 {
        let m = p.mirrored();
        let (beard, moustache) = self.beard.cover(m, &self.mouth);
        // Full on the chin, close to the skin at the sideburns.
        let fullness = mix(0.022, 0.095, ramp(0.62, 0.12, m.x)) * ramp(0.0, -0.5, p.y);
        fullness * beard * beard + 0.04 * moustache * moustache
    }

    #[inline(always)]
    pub fn eyeball(&self, mirrored: Vec3) -> f32 {
        (mirrored - self.eye.centre).length() - self.eye.radius
    }
}
