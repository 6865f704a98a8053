//! The whole portrait as distance fields, measured for a packet of points at once.
//!
//! Each loop below runs over the lanes of a packet with a body free of branches, so that the compiler turns it into
//! vector instructions; whole parts are left out when no lane is near them.

use super::dress::{Body, Earrings, Glasses, Hat};
use super::factors::Factors;
use super::hair::Hair;
use super::head::Head;
use super::maths::{Rotation, Vec3, smaller, smooth_min, vec3};

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

    #[inline(always)]
    pub fn at(&self, lane: usize) -> Vec3 {
        vec3(self.x[lane], self.y[lane], self.z[lane])
    }
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
    let mut least = lanes[0];
    for &d in lanes {
        least = smaller(least, d);
    }
    least
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
        let field = self.field(p, detail);
        let mut d = [0.0; LANES];
        for i in 0..LANES {
            let skin = smooth_min(field.skin[i], field.hair[i], 0.035);
            let soft = smaller(skin, field.eye[i]);
            let worn = smaller(smaller(field.hat[i], field.frame[i]), field.ring[i]);
            d[i] = smaller(smaller(soft, field.cloth[i]), worn);
        }
        d
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
        self.measure_hair(p, &mut field);
        self.measure_body(p, &mut field);
        self.measure_worn(p, detail, &mut field);
        field
    }

    fn measure_head(&self, p: &Points, detail: Detail, field: &mut Field) {
        for i in 0..LANES {
            let point = p.at(i);
            field.skin[i] = self.head.rough(point, self.head.egg(point));
        }
        if detail == Detail::Rough || nearest(&field.skin) > 0.16 {
            return;
        }
        for i in 0..LANES {
            let point = p.at(i);
            field.skin[i] = self.head.fine(point, field.skin[i]);
            field.eye[i] = self.head.eyeball(point.mirrored());
        }
        if self.head.beard.grows() {
            for i in 0..LANES {
                field.skin[i] -= self.head.beard_depth(p.at(i));
            }
        }
    }

    fn measure_hair(&self, p: &Points, field: &mut Field) {
        if !self.hair.grows {
            return;
        }
        for i in 0..LANES {
            field.hair[i] = self.hair.shell(p.at(i));
        }
        if let Some(tuft) = &self.hair.tuft {
            for i in 0..LANES {
                field.hair[i] = smooth_min(field.hair[i], tuft.distance(p.at(i)), 0.10);
            }
        }
        if let Some(curtain) = &self.hair.curtain {
            for i in 0..LANES {
                field.hair[i] = self.hair.hang(curtain, p.at(i), field.hair[i]);
            }
        }
        for i in 0..LANES {
            field.hair[i] = self.hair.tousle(p.at(i), field.hair[i]);
        }
    }

    fn measure_body(&self, p: &Points, field: &mut Field) {
        // High up, the body is left out; how far it is at least keeps rays from jumping past it.
        if nearest(&p.y) > -0.35 {
            for i in 0..LANES {
                field.cloth[i] = p.y[i] + 0.95;
            }
            return;
        }
        for i in 0..LANES {
            let (skin, cloth) = self.body.distances(self.body.frame.apply(p.at(i)));
            field.skin[i] = smooth_min(field.skin[i], skin, 0.12);
            field.cloth[i] = cloth;
        }
    }

    fn measure_worn(&self, p: &Points, detail: Detail, field: &mut Field) {
        if let Some(hat) = &self.hat {
            for i in 0..LANES {
                field.hat[i] = hat.distance(p.at(i));
            }
        }
        if let Some(earrings) = &self.earrings {
            for i in 0..LANES {
                field.ring[i] = earrings.distance(p.at(i).mirrored());
            }
        }
        if let (Some(glasses), Detail::Fine) = (&self.glasses, detail) {
            for i in 0..LANES {
                field.frame[i] = glasses.frame(p.at(i).mirrored());
            }
        }
    }
}
