//! The whole portrait as distance fields, measured for a packet of points at once.
//!
//! Each loop below runs over the lanes of a packet with a body free of branches, so that the compiler turns it into
//! vector instructions; whole parts are left out when no lane is near them.

use super::dress::{Body, Earrings, Glasses, Hat};
use super::factors::Factors;
use super::hair::Hair;
use super::head::Head;
use super::maths::{Rotation, Vec3, larger, smaller, smooth_min, vec3};

/// Rays marched together.
pub const LANES: usize = 8;

/// One number a lane.
pub type Lanes = [f32; LANES];

/// Farther than anything in the picture.
pub const NOWHERE: f32 = 9.0;

/// One point a lane.
#[derive(Clone, Copy)]
pub struct Points {
    pub x: Lanes,
    pub y: Lanes,
    pub z: Lanes,
}

impl Points {
    #[inline(always)]
    pub fn build(point: impl Fn(usize) -> Vec3) -> Self {
        let mut built = Self {
            x: [0.0; LANES],
            y: [0.0; LANES],
            z: [0.0; LANES],
        };
        for i in 0..LANES {
            let p = point(i);
            (built.x[i], built.y[i], built.z[i]) = (p.x, p.y, p.z);
        }
        built
    }

    /// The point of one lane, which must be below [`LANES`]; all callers loop over the lanes.
    #[inline(always)]
    pub fn at(&self, lane: usize) -> Vec3 {
        vec3(self.x[lane], self.y[lane], self.z[lane])
    }
}

/// One number a lane, from its index.
#[inline(always)]
pub fn each(measure: impl Fn(usize) -> f32) -> Lanes {
    let mut lanes = [0.0; LANES];
    for (i, lane) in lanes.iter_mut().enumerate() {
        *lane = measure(i);
    }
    lanes
}

/// Distances to the parts of the portrait, lane by lane.
#[derive(Clone, Copy)]
pub struct Field {
    pub skin: Lanes,
    pub hair: Lanes,
    pub eye: Lanes,
    pub cloth: Lanes,
    pub hat: Lanes,
    /// Glasses' frames and earrings.
    pub frame: Lanes,
    pub ring: Lanes,
}

impl Field {
    /// Distance to the nearest of the big, round parts.
    pub fn solid(&self) -> Lanes {
        each(|i| {
            let skin = smooth_min(self.skin[i], self.hair[i], 0.06);
            smaller(smaller(skin, self.eye[i]), self.cloth[i])
        })
    }

    /// Distance to the nearest of the thin parts.
    pub fn thin(&self) -> Lanes {
        each(|i| smaller(smaller(self.hat[i], self.frame[i]), self.ring[i]))
    }

    /// Distance to the nearest part.
    pub fn nearest(&self) -> Lanes {
        let (solid, thin) = (self.solid(), self.thin());
        each(|i| smaller(solid[i], thin[i]))
    }
}

/// How much of the face is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    Fine,
    /// Without muzzle, lips, lids and eyewear: enough for shadows.
    Rough,
}

/// All parts of one portrait, in the head's frame.
pub struct Scene {
    pub head: Head,
    pub hair: Hair,
    pub body: Body,
    pub hat: Option<Hat>,
    pub glasses: Option<Glasses>,
    pub earrings: Option<Earrings>,
}

#[inline(always)]
fn nearest(lanes: &Lanes) -> f32 {
    lanes.iter().fold(NOWHERE, |least, &d| smaller(least, d))
}

#[inline(always)]
fn farthest(lanes: &Lanes) -> f32 {
    lanes.iter().fold(-NOWHERE, |most, &d| larger(most, d))
}

impl Scene {
    pub fn new(f: &Factors, turn: Rotation) -> Self {
        let head = Head::new(f);
        Self {
            hair: Hair::new(f, head.width),
            body: Body::new(f, turn),
            hat: Hat::new(f, head.width),
            glasses: Glasses::new(f, &head),
            earrings: Earrings::new(f, head.lobe),
            head,
        }
    }

    /// Distance to the nearest surface.
    pub fn distance(&self, p: &Points, detail: Detail) -> Lanes {
        self.field(p, detail).nearest()
    }

    /// Distances to all parts.
    pub fn field(&self, p: &Points, detail: Detail) -> Field {
        let far = [NOWHERE; LANES];
        let mut field = Field {
            skin: far,
            hair: far,
            eye: far,
            cloth: far,
            hat: far,
            frame: far,
            ring: far,
        };
        self.measure_head(p, detail, &mut field);
        self.measure_hair(p, detail, &mut field);
        self.measure_body(p, &mut field);
        self.measure_worn(p, detail, &mut field);
        field
    }

    fn measure_head(&self, p: &Points, detail: Detail, field: &mut Field) {
        let head = &self.head;
        field.skin = each(|i| head.rough(p.at(i)));
        if detail == Detail::Rough || nearest(&field.skin) > 0.16 {
            return;
        }
        if farthest(&p.z) > 0.2 {
            field.skin = each(|i| head.fine(p.at(i), field.skin[i]));
            field.eye = each(|i| head.eyeball(p.at(i).mirrored()));
        }
        if head.beard.grows() && nearest(&p.y) < 0.15 {
            field.skin = each(|i| field.skin[i] - head.beard_depth(p.at(i)));
        }
    }

    fn measure_hair(&self, p: &Points, detail: Detail, field: &mut Field) {
        let hair = &self.hair;
        if !hair.grows {
            return;
        }
        field.hair = self.hair_volume(p, |_| 0.0);
        // Locks and curls are costly and never reach far.
        if detail == Detail::Rough || nearest(&field.hair) > 0.15 {
            return;
        }
        field.hair = self.hair_volume(p, |point| hair.jag(point));
        field.hair = each(|i| hair.tousle(p.at(i), field.hair[i]));
    }

    #[inline(always)]
    fn hair_volume(&self, p: &Points, jag: impl Fn(Vec3) -> f32) -> Lanes {
        let hair = &self.hair;
        let mut d = each(|i| hair.shell(p.at(i), jag(p.at(i))));
        if let Some(tuft) = &hair.tuft {
            d = each(|i| smooth_min(d[i], tuft.distance(p.at(i)), 0.14));
        }
        if let Some(curtain) = &hair.curtain {
            d = each(|i| hair.hang(curtain, p.at(i), d[i]));
        }
        d
    }

    fn measure_body(&self, p: &Points, field: &mut Field) {
        // High up, the body is left out; how far it is at least keeps rays from jumping past it.
        if nearest(&p.y) > -0.35 {
            field.cloth = each(|i| p.y[i] + 0.95);
            return;
        }
        let q = Points::build(|i| self.body.frame.apply(p.at(i)));
        let bust = each(|i| self.body.skin(q.at(i)));
        field.cloth = each(|i| self.body.cloth(q.at(i), bust[i]));
        field.skin = each(|i| smooth_min(field.skin[i], bust[i], 0.12));
    }

    fn measure_worn(&self, p: &Points, detail: Detail, field: &mut Field) {
        if let Some(hat) = &self.hat {
            field.hat = each(|i| hat.distance(p.at(i)));
        }
        if let Some(earrings) = &self.earrings {
            field.ring = each(|i| earrings.distance(p.at(i).mirrored()));
        }
        if let (Some(glasses), Detail::Fine) = (&self.glasses, detail) {
            field.frame = each(|i| glasses.frame(p.at(i).mirrored()));
        }
    }
}
