//! What the skin and the eyes are painted with: complexion, brows, lashes, lips, beard, iris.

use super::factors::Factors;
use super::features::Brow;
use super::head::Head;
use super::maths::{Vec3, hill, larger, linear, lumps, mix, ramp, unit, vec3, wave};
use super::palette::Palette;

/// How a point of a surface takes the light.
#[derive(Clone, Copy, Debug)]
pub struct Surface {
    pub colour: Vec3,
    /// Strength of the highlight.
    pub gloss: f32,
    /// How often the highlight's cosine is squared: the higher, the smaller the highlight.
    pub polish: u32,
    /// How far light seeps around the edge of shadow, by colour.
    pub seep: Vec3,
}

impl Surface {
    /// A dull surface.
    pub fn matt(colour: Vec3) -> Self {
        Self {
            colour,
            gloss: 0.02,
            polish: 3,
            seep: Vec3::splat(0.15),
        }
    }
}

/// Paints the skin and eyes of one face.
pub struct Paint {
    brow: Brow,
    blush: f32,
    freckles: f32,
    age: f32,
    smile: f32,
    lipstick: f32,
    lash: Vec3,
}

/// Colour a little darker and redder, as skin is in its folds.
fn folded(skin: Vec3, depth: f32) -> Vec3 {
    skin.times(vec3(
        1.0 - 0.45 * depth,
        1.0 - 0.62 * depth,
        1.0 - 0.62 * depth,
    ))
}

impl Paint {
    pub fn new(f: &Factors, palette: &Palette) -> Self {
        Self {
            brow: Brow::new(f),
            blush: f.blush,
            freckles: f.freckles,
            age: f.age,
            smile: larger(f.smile, 0.0),
            lipstick: f.lip_colour,
            lash: linear(vec3(0.10, 0.07, 0.06)).towards(palette.brows, 0.25),
        }
    }

    /// The skin at `p`, with all that is drawn on it.
    pub fn skin(&self, p: Vec3, head: &Head, palette: &Palette) -> Surface {
        let m = p.mirrored();
        let mut colour = self.complexion(p, m, head, palette.skin);
        // Deep skin shows its form by its sheen.
        let mut gloss = mix(0.17, 0.09, unit(1.4 * palette.skin.x));
        if p.z > 0.1 && p.y > -1.0 {
            colour = folded(colour, unit(self.folds(m, head)));
            colour = self.around_eyes(m, head, colour);
            let brow = self.brow.cover(m) * (0.86 + 0.14 * wave(9.0 * m.x - 5.0 * m.y));
            colour = colour.towards(palette.brows, 0.92 * brow);
            (colour, gloss) = self.mouth(p, head, palette, colour, gloss);
        }
        if head.beard.grows() {
            let (beard, moustache) = head.beard.cover(m, &head.mouth);
            let lips = head.mouth.place(p.x, p.y).lips(0.012);
            let bend = wave(7.0 * p.y + 3.0 * p.x);
            let hairs = lumps(vec3(52.0 * p.x + bend, 21.0 * p.y + 1.3 * bend, 30.0 * p.z));
            let cover = larger(beard, unit(1.2 * moustache));
            let shade = unit(cover * (1.08 + 0.7 * hairs * (1.0 - cover)))
                * (1.0 - 0.9 * lips * ramp(0.3, 0.5, p.z));
            colour = colour.towards(palette.hair * (0.74 + 0.22 * hairs), 0.95 * shade);
            gloss = mix(gloss, 0.03, shade);
        }
        Surface {
            colour,
            gloss,
            polish: 4,
            seep: vec3(0.42, 0.24, 0.18),
        }
    }

    /// Bare skin: no two places quite alike.
    fn complexion(&self, p: Vec3, m: Vec3, head: &Head, skin: Vec3) -> Vec3 {
        let patch = 0.045 * lumps(p * 2.1);
        let mut colour = skin.times(vec3(1.0 + 0.4 * patch, 1.0 + patch, 1.0 + 1.4 * patch));
        let cheek =
            hill(square((m.x - 0.42) / 0.30) + square((p.y + 0.20) / 0.26)) * ramp(0.0, 0.3, p.z);
        let nose = hill(((p - head.nose_tip()) * 4.5).length() * 0.9);
        let ear = ramp(head.width - 0.02, head.width + 0.06, m.x);
        let red = (0.25 + 0.75 * self.blush) * (0.75 * cheek + 0.55 * larger(nose, 0.6 * ear));
        colour = colour.times(vec3(1.0, 1.0 - 0.36 * red, 1.0 - 0.33 * red));
        if self.freckles > 0.0 {
            let where_ =
                hill(square(m.x / 0.75) + square((p.y + 0.12) / 0.36)) * ramp(0.1, 0.4, p.z);
            let spots = ramp(0.42, 0.75, lumps(p * 19.0)) * self.freckles * unit(1.6 * where_);
            colour = colour.times(vec3(
                1.0 - 0.30 * spots,
                1.0 - 0.48 * spots,
                1.0 - 0.55 * spots,
            ));
        }
        let nostril = head.nostril();
        let hole = hill(square((m.x - nostril.x) / 0.045) + square((p.y - nostril.y) / 0.030))
            * ramp(0.5, 0.6, p.z);
        folded(colour, 1.1 * hole)
    }

    /// Depth of the folds that smiling and age draw.
    fn folds(&self, m: Vec3, head: &Head) -> f32 {
        let down = (-0.22 - m.y) / 0.30;
        let laugh_line = hill(square((m.x - mix(0.15, 0.345, down)) / 0.035))
            * ramp(-0.05, 0.25, down)
            * ramp(1.15, 0.6, down);
        let forehead = ramp(0.30, 0.95, wave(m.y * 9.5 + 0.25 * m.x))
            * hill(square((m.y - 0.47) / 0.16) + square(m.x / 0.5));
        let feet = ramp(
            0.1,
            0.9,
            wave((m.y - 0.6 * (m.x - 0.45) * m.y) * 13.0 + 0.2),
        ) * hill(square((m.x - 0.545) / 0.09) + square(m.y / 0.13));
        let (dx, _) = head.eye.local(m);
        let (_, below) = head.eye.beyond_lids(m);
        let bag = hill(square((below - 0.07) / 0.035)) * hill(square((dx + 0.02) / 0.19));
        let years = self.age * (0.4 + 0.6 * self.age);
        (0.12 + 0.60 * years + 0.26 * self.smile) * laugh_line
            + 0.55 * years * forehead
            + (0.50 * years + 0.06 * self.smile) * feet
            + (0.06 + 0.50 * years) * bag
    }

    /// Lashes, the lid's crease and a little shade around the eye.
    fn around_eyes(&self, m: Vec3, head: &Head, colour: Vec3) -> Vec3 {
        let eye = &head.eye;
        let (dx, dy) = eye.local(m);
        let reach = square(dx / (0.27 * eye.scale)) + square(dy / 0.24);
        if reach > 1.0 {
            return colour;
        }
        let (above, below) = eye.beyond_lids(m);
        let outwards = unit(0.5 + dx * 2.6);
        let across = ramp(0.235, 0.19, dx.abs() / eye.scale);
        let colour = folded(colour, 0.16 * hill(reach));
        let crease = hill(square((above - 0.062 * eye.scale) / 0.02)) * across;
        let colour = folded(colour, 0.34 * crease);
        let inner = ramp(-0.21, -0.11, dx / eye.scale);
        let upper = ramp(0.014 + 0.030 * outwards, 0.004, above)
            * across
            * inner
            * ramp(-0.06, -0.03, above);
        let lower = 0.40 * ramp(0.018, 0.002, below) * across * outwards;
        colour.towards(self.lash, larger(upper, lower))
    }

    /// Lips, and what shows between them.
    fn mouth(
        &self,
        p: Vec3,
        head: &Head,
        palette: &Palette,
        skin: Vec3,
        gloss: f32,
    ) -> (Vec3, f32) {
        let mouth = &head.mouth;
        if (p.y - mouth.y).abs() > 0.36 || p.x.abs() > mouth.half_width + 0.06 || p.z < 0.3 {
            return (skin, gloss);
        }
        let place = mouth.place(p.x, p.y);
        let lips = place.lips(0.010);
        let colour = skin.towards(palette.lips, 0.92 * lips);
        let inside = place.inside(0.008);
        // A smile bares the teeth; a mouth that is open without one is dark.
        let bared = mix(
            mix(0.40, 0.30, mouth.open),
            mix(0.92, 0.50, mouth.open),
            mouth.grin,
        );
        let top = place.gap * bared;
        let teeth = ramp(0.010, -0.004, -place.over - top) * ramp(0.02, 0.05, place.gap);
        let dark = linear(vec3(0.30, 0.10, 0.10));
        let tongue = linear(vec3(0.62, 0.27, 0.27));
        let depth = unit(-place.under / 0.07);
        let inner = tongue
            .towards(dark, depth)
            .towards(linear(vec3(0.93, 0.91, 0.87)), teeth);
        // Closed lips meet in a soft dark line.
        let seam = hill(square((place.over - place.under) * 0.5 / 0.014))
            * unit(place.arch * 5.0)
            * (1.0 - inside);
        let closed = folded(colour, 0.75 * seam * ramp(0.05, 0.0, place.gap));
        (
            closed.towards(inner, inside),
            mix(gloss, 0.16 + 0.14 * self.lipstick, lips * (1.0 - inside)),
        )
    }

    /// The eyeball at `p`; `light` points to the key light.
    pub fn eye(&self, p: Vec3, light: Vec3, head: &Head, palette: &Palette) -> Surface {
        let eye = &head.eye;
        let m = p.mirrored();
        let side = if p.x < 0.0 { -1.0 } else { 1.0 };
        let (x, y) = (
            p.x - side * eye.centre.x - eye.gaze.0,
            p.y - eye.centre.y - eye.gaze.1 - 0.012,
        );
        let r = (x * x + y * y).sqrt() / eye.scale;
        let (dx, _) = eye.local(m);
        let corner = ramp(-0.09, -0.17, dx / eye.scale);
        let white =
            linear(vec3(0.86, 0.84, 0.82)).towards(linear(vec3(0.80, 0.50, 0.46)), 0.8 * corner);
        let glow = 0.75 - 7.0 * y * (1.0 - ramp(0.05, 0.1, r));
        let ring = ramp(0.068, 0.098, r);
        let iris = palette.iris * (larger(glow, 0.45) * (1.0 - 0.65 * ring));
        let colour = white.towards(iris, ramp(0.108, 0.092, r));
        let colour = colour.towards(Vec3::splat(0.004), ramp(0.052, 0.038, r));
        // The upper lid and its lashes shade the ball.
        let (above, _) = eye.beyond_lids(m);
        let shade = mix(0.42 + 0.33 * eye.light, 1.0, ramp(-0.004, -0.055, above));
        let spark = hill(
            (square(x - 0.032 * light.x - 0.01) + square(y - 0.03))
                / square((0.030 + 0.012 * eye.light) * eye.scale),
        );
        // A moist ball sends back light from all around, also where the brow keeps the lamp off.
        let bright = colour * (shade * (1.0 + 0.45 * eye.light));
        Surface {
            colour: bright + Vec3::splat((0.7 + 0.4 * eye.light) * spark),
            gloss: 0.35,
            polish: 6,
            seep: vec3(0.5, 0.42, 0.4),
        }
    }
}

fn square(x: f32) -> f32 {
    x * x
}
