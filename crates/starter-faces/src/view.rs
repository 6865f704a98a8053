//! The camera: rays through the picture, marched in packets to the portrait.

use super::factors::Factors;
use super::maths::{Rotation, Vec3, larger, mix, ramp, smaller, unit, vec3};
use super::scene::{Detail, LANES, Lanes, Points, Scene, each};
use super::shade::{Hit, Light, Studio};

/// Distance of the eye from the middle of the head.
const EYE: f32 = 5.6;
/// Half the height of what the picture shows, and its middle.
const HALF: f32 = 1.16;
const MIDDLE: f32 = -0.02;
/// Beyond this the rays have left the portrait.
pub const FAR: f32 = EYE + 0.8;
/// Nothing is nearer to the eye than this.
const NEAR: f32 = EYE - 1.7;

/// One ray to be traced.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ray {
    /// Place in the picture: -1..1 across, -1..1 up.
    pub place: (f32, f32),
    /// How far along the ray there is nothing for sure.
    pub start: f32,
}

/// What a ray found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// Display colour, 0..1.
    pub colour: Vec3,
    /// Distance of what was met; [`FAR`] or more for the backdrop.
    pub far: f32,
    /// The light there, unless it is the backdrop.
    pub light: Option<Light>,
}

/// A portrait set up before the camera.
pub struct View {
    scene: Scene,
    studio: Studio,
    to_head: Rotation,
    eye: Vec3,
    /// The longest step of a ray, in distances to the nearest round surface.
    boldest: f32,
    /// A ray this close has arrived.
    close: f32,
}

impl View {
    /// `size` is the pixels a side to be drawn.
    pub fn new(f: &Factors, size: usize) -> Self {
        let turn = Rotation::new(f.yaw, f.pitch, f.roll);
        let to_head = turn.inverse();
        let scene = Scene::new(f, turn);
        Self {
            // Curls are full of thin ends.
            boldest: if scene.hair.curl.0 > 0.0 { 1.2 } else { 2.2 },
            scene,
            studio: Studio::new(f, &to_head),
            to_head,
            close: 0.4 / size as f32,
            eye: to_head.apply(vec3(0.0, MIDDLE, EYE)),
        }
    }

    /// Direction of the ray through a place of the picture (-1..1 across, -1..1 up).
    #[inline(always)]
    fn direction(&self, (x, y): (f32, f32)) -> Vec3 {
        self.to_head
            .apply(vec3(x * HALF, y * HALF, -EYE).normalized())
    }

    fn points(&self, directions: &Points, t: &Lanes) -> Points {
        Points::build(|i| self.eye + directions.at(i) * t[i])
    }

    /// How far bundles of rays can go before any of their rays may meet something; `reach` is half the bundles'
    /// width, in the measures of the picture.
    pub fn approach(&self, places: &[(f32, f32); LANES], reach: f32) -> Lanes {
        let directions = Points::build(|i| self.direction(places[i]));
        // The bundle is widest where it is farthest.
        let radius = reach * HALF * (FAR / EYE);
        let mut t = [NEAR; LANES];
        for _ in 0..14 {
            let d = self
                .scene
                .distance(&self.points(&directions, &t), Detail::Fine);
            t = each(|i| t[i] + larger(d[i] * 0.9 - radius, 0.0));
        }
        t
    }

    /// Traces a packet of rays; `known` is their light where that is known already.
    pub fn trace(&self, rays: &[Ray; LANES], known: Option<&[Light; LANES]>) -> [Sample; LANES] {
        let directions = Points::build(|i| self.direction(rays[i].place));
        let far = self.march(&directions, each(|i| rays[i].start));
        let mut samples = std::array::from_fn(|i| {
            let (x, y) = rays[i].place;
            Sample {
                colour: self.studio.backdrop(x, y),
                far: far[i],
                light: None,
            }
        });
        if far.iter().any(|&far| far < FAR) {
            self.light_up(&directions, known, &mut samples);
        }
        for (i, sample) in samples.iter_mut().enumerate() {
            sample.colour = develop(self.through_lens(directions.at(i), sample.far, sample.colour));
        }
        samples
    }

    /// Gives the samples that met something their light and colour.
    fn light_up(
        &self,
        directions: &Points,
        known: Option<&[Light; LANES]>,
        samples: &mut [Sample; LANES],
    ) {
        let p = self.points(directions, &each(|i| samples[i].far));
        let field = self.scene.field(&p, Detail::Fine);
        let normals = self.normals(&p, &field.nearest());
        let lights = known.copied().unwrap_or_else(|| self.lights(&p, &normals));
        for (i, sample) in samples
            .iter_mut()
            .enumerate()
            .filter(|(_, sample)| sample.far < FAR)
        {
            let hit = Hit {
                point: p.at(i),
                normal: normals.at(i),
                view: -directions.at(i),
                light: lights[i],
            };
            sample.colour = self.studio.colour(&self.scene, &field, i, &hit);
            sample.light = Some(lights[i]);
        }
    }

    /// Marches each ray to what it meets, or beyond [`FAR`].
    fn march(&self, directions: &Points, mut t: Lanes) -> Lanes {
        // The first step is a careful one, as if the distance had been shrinking fast.
        let (mut step, mut last) = ([1.0; LANES], [1e6; LANES]);
        for _ in 0..40 {
            let field = self.scene.field(&self.points(directions, &t), Detail::Fine);
            let (solid, thin) = (field.solid(), field.thin());
            // Where a ray slants along something round, the distance shrinks slowly and a longer step is as safe.
            step = each(|i| {
                let slope = (last[i] - solid[i]) / step[i];
                smaller(
                    solid[i] * larger(smaller(1.0 / larger(slope, 0.05), self.boldest), 0.9),
                    thin[i],
                )
            });
            t = each(|i| t[i] + step[i]);
            if (0..LANES).all(|i| smaller(solid[i], thin[i]).abs() < self.close || t[i] > FAR) {
                break;
            }
            step = each(|i| if step[i].abs() < 1e-6 { 1e-6 } else { step[i] });
            last = solid;
        }
        t
    }

    fn lights(&self, p: &Points, normals: &Points) -> [Light; LANES] {
        let (open, key) = (self.openness(p, normals), self.key_light(p, normals));
        std::array::from_fn(|i| Light {
            open: open[i],
            key: key[i],
        })
    }

    /// Surface normals: how the distance grows from `here` in each direction.
    fn normals(&self, p: &Points, here: &Lanes) -> Points {
        const STEP: f32 = 0.006;
        let grown = |step: Vec3| {
            self.scene
                .distance(&Points::build(|i| p.at(i) + step), Detail::Fine)
        };
        let [x, y, z] = [
            vec3(STEP, 0.0, 0.0),
            vec3(0.0, STEP, 0.0),
            vec3(0.0, 0.0, STEP),
        ]
        .map(grown);
        Points::build(|i| vec3(x[i] - here[i], y[i] - here[i], z[i] - here[i]).normalized())
    }

    /// How open each place is to the sky: 1 in the open, less in folds and corners.
    fn openness(&self, p: &Points, normals: &Points) -> Lanes {
        const STEPS: [(f32, f32, Detail); 3] = [
            (0.05, 0.40, Detail::Fine),
            (0.15, 0.30, Detail::Rough),
            (0.34, 0.25, Detail::Rough),
        ];
        let mut open = [1.0; LANES];
        for (step, weight, detail) in STEPS {
            let d = self
                .scene
                .distance(&Points::build(|i| p.at(i) + normals.at(i) * step), detail);
            open = each(|i| open[i] - weight * unit(1.0 - d[i] * (1.0 / step)));
        }
        open.map(|open| larger(open, 0.12))
    }

    /// How much of the key light arrives: marching towards it, near misses darken a little.
    fn key_light(&self, p: &Points, normals: &Points) -> Lanes {
        let key = self.studio.key;
        let mut t = [0.05; LANES];
        let mut lit = [1.0; LANES];
        for _ in 0..8 {
            let d = self.scene.distance(
                &Points::build(|i| p.at(i) + normals.at(i) * 0.03 + key * t[i]),
                Detail::Rough,
            );
            lit = each(|i| smaller(lit[i], unit(7.0 * d[i] / t[i] + 0.12)));
            t = each(|i| t[i] + smaller(larger(d[i], 0.05), 0.25));
        }
        lit.map(|lit| mix(0.08, 1.0, ramp(0.0, 1.0, lit)))
    }

    /// Lays the tint and the glare of glasses over what is behind them.
    fn through_lens(&self, ray: Vec3, t: f32, behind: Vec3) -> Vec3 {
        let Some(glasses) = &self.scene.glasses else {
            return behind;
        };
        // Two rounds find the curved sheet well enough.
        let mut at = EYE - 0.8;
        for _ in 0..3 {
            at += glasses.before((self.eye + ray * at).mirrored());
        }
        let p = self.eye + ray * at;
        let m = p.mirrored();
        if at > t || p.z < 0.3 {
            return behind;
        }
        let inside = ramp(0.004, -0.006, glasses.outline(m));
        let slope = p.x * 0.8 + p.y;
        let glare = ramp(0.05, 0.09, slope.abs()) * ramp(0.19, 0.13, slope.abs());
        let dark = vec3(0.012, 0.012, 0.016) + vec3(0.05, 0.06, 0.08) * ramp(-0.15, 0.2, p.y);
        let tinted = behind.towards(dark, glasses.tint * inside);
        tinted + Vec3::splat((0.015 + 0.05 * glasses.tint) * glare * inside)
    }
}

/// From linear light to the display: highlights roll off softly, then a square root.
fn develop(light: Vec3) -> Vec3 {
    let curve = |x: f32| unit(1.22 * larger(x, 0.0) / (1.0 + 0.22 * larger(x, 0.0))).sqrt();
    vec3(curve(light.x), curve(light.y), curve(light.z))
}
