//! Light: which surface a ray met, and the colour it shows under the key light, the sky and the backdrop.

use super::factors::Factors;
use super::hair::Hair;
use super::maths::{
    Rotation, Vec3, hill, larger, linear, lumps, mix, ramp, smaller, unit, vec3, wave,
};
use super::paint::{Paint, Surface};
use super::palette::Palette;
use super::scene::{Field, Scene};

/// How the light falls on a place, each 0..1.
#[derive(Clone, Copy, Debug, Default)]
pub struct Light {
    /// How open the place is to the sky.
    pub open: f32,
    /// How much of the key light arrives.
    pub key: f32,
}

/// Where a ray met the portrait, in the head's frame.
pub struct Hit {
    pub point: Vec3,
    pub normal: Vec3,
    /// Towards the eye.
    pub view: Vec3,
    pub light: Light,
}

/// The lights and paints of one portrait.
pub struct Studio {
    pub palette: Palette,
    paint: Paint,
    /// Towards the key light, in the head's frame.
    pub key: Vec3,
    up: Vec3,
    fill: Vec3,
    gradient: f32,
    greying: f32,
}

impl Studio {
    pub fn new(f: &Factors, to_head: &Rotation) -> Self {
        let palette = Palette::new(f);
        let (side, front) = libm::sincosf(1.15 * f.light_side);
        let (high, flat) = libm::sincosf(0.12 + 0.85 * f.light_height);
        Self {
            paint: Paint::new(f, &palette),
            palette,
            key: to_head.apply(vec3(side * flat, high, front * flat)),
            up: to_head.apply(vec3(0.0, 1.0, 0.0)),
            fill: to_head.apply(vec3(-0.8 * side, 0.1, 0.6)),
            gradient: f.backdrop_gradient,
            greying: f.greying,
        }
    }

    /// The backdrop at a place of the picture (-1..1 across, -1..1 up).
    pub fn backdrop(&self, x: f32, y: f32) -> Vec3 {
        let glow = hill((x * x + (y - 0.1) * (y - 0.1)) * 0.30);
        self.palette.backdrop * (0.62 + 0.40 * glow + 0.12 * y + 0.22 * self.gradient * x)
    }

    /// The colour, in linear light, that a hit sends to the eye; `field` was measured there, in `lane`.
    pub fn colour(&self, scene: &Scene, field: &Field, lane: usize, hit: &Hit) -> Vec3 {
        let surface = self.surface(scene, field, lane, hit);
        let n = hit.normal;
        let facing = n.dot(self.key);
        let seeped = |seep: f32| unit((facing + seep) / (1.0 + seep));
        let wrapped = vec3(
            seeped(surface.seep.x),
            seeped(surface.seep.y),
            seeped(surface.seep.z),
        );
        let red = surface.seep.x - surface.seep.z;
        let lit = vec3(
            mix(hit.light.key, 1.0, 0.5 * red),
            hit.light.key,
            hit.light.key,
        );
        let up = n.dot(self.up);
        let sky = vec3(0.33, 0.36, 0.41).towards(self.palette.backdrop * 0.6, 0.35);
        let ground = vec3(0.17, 0.14, 0.13).towards(self.palette.cloth * 0.4, 0.3);
        let ambient = ground.towards(sky, 0.5 + 0.5 * up) * hit.light.open
            + Vec3::splat(0.16 * larger(n.dot(self.fill), 0.0) * hit.light.open);
        let half = (self.key + hit.view).normalized();
        let mut shine = larger(n.dot(half), 0.0);
        for _ in 0..surface.polish {
            shine *= shine;
        }
        let edge = 1.0 - unit(n.dot(hit.view));
        let rim = edge * edge * edge * (0.5 + 0.5 * up) * hit.light.open;
        let direct = wrapped.times(lit).times(self.palette.key) * 0.92;
        surface.colour.times(ambient + direct)
            + self.palette.key * (surface.gloss * shine * hit.light.key)
            + (self.palette.backdrop * 0.5 + Vec3::splat(0.06)) * (0.35 * rim)
    }

    fn surface(&self, scene: &Scene, field: &Field, lane: usize, hit: &Hit) -> Surface {
        let soft = smaller(field.skin[lane], field.hair[lane]);
        let worn = smaller(
            smaller(field.hat[lane], field.frame[lane]),
            field.ring[lane],
        );
        let cloth = field.cloth[lane];
        let p = hit.point;
        if smaller(worn, cloth) < smaller(soft, field.eye[lane]) {
            if cloth < worn {
                return Surface::matt(self.palette.cloth * (1.0 + 0.06 * lumps(p * 5.0)));
            }
            if field.hat[lane] <= worn {
                let knit = 1.0 + 0.10 * wave(9.0 * p.x + 3.0 * p.z) * ramp(1.0, 0.0, p.z.abs());
                let ribbon = scene.hat.as_ref().map_or(0.0, |hat| hat.ribbon(p));
                return Surface::matt(self.palette.hat * (knit * mix(1.0, 0.28, ribbon)));
            }
            let metal = if field.ring[lane] <= worn {
                linear(vec3(0.90, 0.74, 0.42))
            } else {
                self.palette.frame
            };
            return Surface {
                colour: metal,
                gloss: 0.55,
                polish: 5,
                seep: Vec3::splat(0.1),
            };
        }
        if field.eye[lane] < soft {
            return self.paint.eye(p, self.key, &scene.head, &self.palette);
        }
        let strands = scene.hair.strands(p);
        let hairy = ramp(
            0.034,
            -0.026,
            field.hair[lane] - field.skin[lane] + 1.4 * scene.hair.lock * strands,
        ) * scene.hair.cover;
        if hairy <= 0.0 {
            return self.paint.skin(p, &scene.head, &self.palette);
        }
        let hair = self.hair(&scene.hair, hit, strands);
        if hairy >= 1.0 {
            return hair;
        }
        let skin = self.paint.skin(p, &scene.head, &self.palette);
        Surface {
            colour: skin.colour.towards(hair.colour, hairy),
            gloss: mix(skin.gloss, hair.gloss, hairy),
            polish: skin.polish,
            seep: skin.seep.towards(hair.seep, hairy),
        }
    }

    /// Hair: streaky, with a band of light across the strands.
    fn hair(&self, hair: &Hair, hit: &Hit, strands: f32) -> Surface {
        let p = hit.point;
        let around = p.x / (p.x.abs() + (p.z + 0.25).abs() + 0.1);
        let fine =
            wave(23.0 * around + 0.4 * wave(1.7 * p.y)) + 0.6 * wave(41.0 * around + 0.7 * p.y);
        let curls = if hair.curl.0 > 0.0 {
            hair.curls(p)
        } else {
            0.6 * strands
        };
        let streak = 1.0 - 0.20 * curls + 0.09 * fine;
        let grey = Vec3::splat(0.5) * (self.greying * unit(0.3 + 0.5 * fine) * 0.25);
        let n = hit.normal;
        let down = (self.up * -1.0 - n * -n.dot(self.up)).normalized();
        let half = (self.key + hit.view).normalized();
        let along = down.dot(half);
        let mut band = larger(1.0 - along * along, 0.0);
        for _ in 0..4 {
            band *= band;
        }
        let sheen = band
            * larger(n.dot(half), 0.0)
            * (0.10 + 0.03 * strands)
            * hit.light.key
            * hit.light.open
            // Curls throw the light everywhere: sparkles instead of a band.
            * if hair.curl.0 > 0.0 { 0.45 } else { 1.0 };
        let colour = self.palette.hair * streak + grey;
        Surface {
            colour: colour + (self.palette.hair * 0.8 + Vec3::splat(0.10)) * sheen * 2.2,
            gloss: 0.02,
            polish: 3,
            seep: Vec3::splat(0.25),
        }
    }
}
