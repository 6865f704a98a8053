//! Every colour of one portrait, as linear light.

use super::factors::Factors;
use super::maths::{Vec3, along, linear, mix, vec3};

/// The colours one face is painted with.
pub struct Palette {
    pub skin: Vec3,
    pub lips: Vec3,
    pub iris: Vec3,
    pub hair: Vec3,
    pub brows: Vec3,
    pub cloth: Vec3,
    pub hat: Vec3,
    pub frame: Vec3,
    pub backdrop: Vec3,
    /// Key light.
    pub key: Vec3,
}

const SKIN: [Vec3; 7] = [
    vec3(0.355, 0.23, 0.172),
    vec3(0.42, 0.27, 0.19),
    vec3(0.56, 0.375, 0.27),
    vec3(0.70, 0.50, 0.375),
    vec3(0.83, 0.635, 0.505),
    vec3(0.895, 0.725, 0.615),
    vec3(0.935, 0.80, 0.715),
];

const HAIR: [Vec3; 6] = [
    vec3(0.075, 0.065, 0.065),
    vec3(0.17, 0.11, 0.08),
    vec3(0.32, 0.20, 0.12),
    vec3(0.48, 0.33, 0.19),
    vec3(0.72, 0.55, 0.32),
    vec3(0.88, 0.77, 0.55),
];

const IRIS: [Vec3; 6] = [
    vec3(0.19, 0.11, 0.07),
    vec3(0.36, 0.22, 0.11),
    vec3(0.46, 0.36, 0.16),
    vec3(0.32, 0.42, 0.24),
    vec3(0.33, 0.44, 0.48),
    vec3(0.27, 0.45, 0.66),
];

const FRAMES: [Vec3; 4] = [
    vec3(0.08, 0.08, 0.09),
    vec3(0.30, 0.16, 0.09),
    vec3(0.50, 0.32, 0.20),
    vec3(0.80, 0.66, 0.40),
];

/// A colour from how light, how warm and how purple it is.
fn tinted(light: f32, warmth: f32, tint: f32) -> Vec3 {
    let strength = 0.16 + 0.06 * light;
    linear(
        vec3(
            light + strength * (warmth + 0.35 * tint),
            light - strength * (0.75 * tint + 0.05 * warmth),
            light + strength * (0.55 * tint - warmth),
        )
        .clamped(0.03, 0.97),
    )
}

impl Palette {
    pub fn new(f: &Factors) -> Self {
        let tone = along(&SKIN, f.skin_tone);
        let rosy = f.undertone;
        let skin = linear(tone.times(vec3(
            1.0 + 0.015 * rosy,
            1.0 - 0.045 * rosy,
            1.0 + 0.035 * rosy,
        )));
        let bare = skin.times(vec3(0.80, 0.46, 0.44));
        let red = linear(vec3(0.74, 0.16, 0.22));
        let natural = along(&HAIR, f.hair_tone).towards(vec3(0.60, 0.25, 0.10), 0.85 * f.hair_red);
        let grey = vec3(0.74, 0.74, 0.75);
        let hair = linear(natural.towards(grey, 0.85 * f.greying));
        Self {
            skin,
            lips: bare.towards(red * mix(0.45, 1.0, f.skin_tone), 0.75 * f.lip_colour),
            iris: linear(along(&IRIS, f.eye_tone)),
            hair,
            brows: linear(
                (natural.towards(grey, 0.6 * f.greying) * 0.72)
                    .towards(vec3(0.13, 0.09, 0.07), 0.3),
            ),
            cloth: tinted(0.10 + 0.72 * f.cloth_light, f.cloth_warmth, f.cloth_tint),
            hat: tinted(
                0.12 + 0.70 * f.hat_light,
                f.hat_warmth,
                0.4 * f.hat_warmth * f.hat_warmth - 0.1,
            ),
            frame: linear(along(&FRAMES, f.frame_tone)),
            backdrop: tinted(
                0.20 + 0.62 * f.backdrop_light,
                f.backdrop_warmth,
                f.backdrop_tint,
            ),
            key: vec3(
                1.0 + 0.10 * f.light_warmth,
                1.0,
                1.0 - 0.16 * f.light_warmth,
            ),
        }
    }
}
