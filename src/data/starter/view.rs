//! The camera: rays through the picture, marched in packets to the portrait.

use super::factors::Factors;
use super::maths::{Rotation, Vec3, larger, mix, ramp, smaller, unit, vec3};
use super::scene::{Detail, LANES, Lanes, Points, Scene};
use super::shade::{Hit, Studio};

/// Distance of the eye from the middle of the head.
const EYE: f32 = 5.6;
/// Half the height of what the picture shows, and its middle.
const HALF: f32 = 1.2;
const MIDDLE: f32 = -0.04;
/// Beyond this the rays have left the portrait.
const FAR: f32 = EYE + 1.5;
/// Nothing is nearer to the eye than this.
const NEAR: f32 = EYE - 1.7;

/// A portrait set up before the camera.
pub struct View {
    scene: Scene,
    studio: Studio,
    to_head: Rotation,
    eye: Vec3,
}

impl View {
    pub fn new(f: &Factors) -> Self {
        let turn = Rotation::new(f.yaw, f.pitch, f.roll);
        let to_head = turn.inverse();
        Self {
            scene: Scene::new(f, turn),
            studio: Studio::new(f, &to_head),
            to_head,
            eye: to_head.apply(vec3(0.0, MIDDLE, EYE)),
        }
    }

    /// Direction of the ray through a place of the picture (-1..1 across, -1..1 up).
    #[inline(always)]
    fn direction(&self, (x, y): (f32, f32)) -> Vec3 {
        self.to_head
            .apply(vec3(x * HALF, y * HALF, -EYE).normalized())
    }

    fn points(&self, rays: &Points, t: &Lanes) -> Points {
        Points::build(|i| self.eye + rays.at(i) * t[i])
    }

    /// How far bundles of rays can go before any of their rays may meet something; `reach` is half the bundles'
    /// width, in the measures of the picture.
    pub fn approach(&self, places: &[(f32, f32); LANES], reach: f32) -> Lanes {
        let rays = Points::build(|i| self.direction(places[i]));
        // The bundle is widest where it is farthest.
        let radius = reach * HALF * (FAR / EYE);
        let mut t = [NEAR; LANES];
        for _ in 0..14 {
            let d = self.scene.distance(&self.points(&rays, &t), Detail::Fine);
            for i in 0..LANES {
                t[i] += larger(d[i] * 0.9 - radius, 0.0);
            }
        }
        t
    }

    /// The display colours (0..1) of a packet of rays, each starting at its `t`.
    pub fn trace(&self, places: &[(f32, f32); LANES], mut t: Lanes) -> [Vec3; LANES] {
        let rays = Points::build(|i| self.direction(places[i]));
        self.march(&rays, &mut t);
        let mut colours = places.map(|(x, y)| self.studio.backdrop(x, y));
        if t.iter().any(|&t| t < FAR) {
            let p = self.points(&rays, &t);
            let normals = self.normals(&p);
            let open = self.openness(&p, &normals);
            let lit = self.key_light(&p, &normals);
            let field = self.scene.field(&p, Detail::Fine);
            for i in (0..LANES).filter(|&i| t[i] < FAR) {
                let hit = Hit {
                    point: p.at(i),
                    normal: normals.at(i),
                    view: -rays.at(i),
                    open: open[i],
                    lit: lit[i],
                };
                colours[i] = self.studio.colour(&self.scene, &field, i, &hit);
            }
        }
        for i in 0..LANES {
            colours[i] = self.through_lens(rays.at(i), t[i], colours[i]);
        }
        colours.map(develop)
    }

    fn march(&self, rays: &Points, t: &mut Lanes) {
        for _ in 0..40 {
            let d = self.scene.distance(&self.points(rays, t), Detail::Fine);
            let mut moving = false;
            for i in 0..LANES {
                let on = d[i] > 0.0015 && t[i] < FAR;
                moving |= on;
                t[i] += if on { d[i] * 0.9 } else { 0.0 };
            }
            if !moving {
                return;
            }
        }
    }

    /// Surface normals from four measurements at the corners of a small tetrahedron.
    fn normals(&self, p: &Points) -> Points {
        const CORNERS: [Vec3; 4] = [
            vec3(1.0, -1.0, -1.0),
            vec3(-1.0, -1.0, 1.0),
            vec3(-1.0, 1.0, -1.0),
            vec3(1.0, 1.0, 1.0),
        ];
        let measured = CORNERS.map(|corner| {
            self.scene
                .distance(&Points::build(|i| p.at(i) + corner * 0.006), Detail::Fine)
        });
        Points::build(|i| {
            let mut n = Vec3::default();
            for (corner, d) in CORNERS.iter().zip(&measured) {
                n = n + *corner * d[i];
            }
            n.normalized()
        })
    }

    /// How open each place is to the sky: 1 in the open, less in folds and corners.
    fn openness(&self, p: &Points, normals: &Points) -> Lanes {
        let mut open = [1.0; LANES];
        for (step, weight, detail) in [
            (0.05, 0.40, Detail::Fine),
            (0.15, 0.30, Detail::Rough),
            (0.34, 0.25, Detail::Rough),
        ] {
            let d = self
                .scene
                .distance(&Points::build(|i| p.at(i) + normals.at(i) * step), detail);
            for i in 0..LANES {
                open[i] -= weight * unit(1.0 - d[i] * (1.0 / step));
            }
        }
        open.map(|o| larger(o, 0.12))
    }

    /// How much of the key light arrives: marching towards it, near misses darken a little.
    fn key_light(&self, p: &Points, normals: &Points) -> Lanes {
        let key = self.studio.key;
        let mut t = [0.05; LANES];
        let mut lit = [1.0; LANES];
        for _ in 0..9 {
            let d = self.scene.distance(
                &Points::build(|i| p.at(i) + normals.at(i) * 0.03 + key * t[i]),
                Detail::Rough,
            );
            for i in 0..LANES {
                lit[i] = smaller(lit[i], unit(7.0 * d[i] / t[i] + 0.12));
                t[i] += smaller(larger(d[i], 0.05), 0.25);
            }
        }
        lit.map(|l| mix(0.08, 1.0, ramp(0.0, 1.0, l)))
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
