//! Hair as soft volumes: a shell over the skull with a window for the face, and what each style adds to it.

use super::factors::{Factors, HairStyle, Headwear};
use super::maths::{Ellipsoid, Vec3, hill, lumps, mix, ramp, smooth_max, smooth_min, vec3, wave};

/// The hair of one head.
pub struct Hair {
    /// False for a bald head.
    pub grows: bool,
    /// How completely the hair covers the skin where it grows (cropped hair lets it shine through).
    pub cover: f32,
    shell: Ellipsoid,
    window: Ellipsoid,
    /// How much the hairline slants from one side to the other.
    sweep: f32,
    /// Height at which the hair ends at the nape and at the sideburns.
    ends: (f32, f32),
    /// Amplitude and frequency of curls.
    pub curl: (f32, f32),
    wave: f32,
    jag: f32,
    /// Height of the locks' ridges.
    pub lock: f32,
    /// Where the hair is parted, and how deep.
    part: (f32, f32),
    /// Hair hanging down at the sides and at the back.
    pub curtain: Option<Curtain>,
    /// A bun or a quiff.
    pub tuft: Option<Ellipsoid>,
    /// Above this height (less at the back) the hair is under a hat.
    hat_line: f32,
}

/// Hair hanging down at both sides and at the back.
pub struct Curtain {
    side: Ellipsoid,
    back: Ellipsoid,
    end: f32,
}

/// What sets one style apart: thickness on top, at the sides and at the back, where it ends, and its curls.
struct Cut {
    top: f32,
    side: f32,
    back: f32,
    nape: f32,
    burns: f32,
    curl: f32,
    window: (f32, f32),
}

impl Cut {
    fn of(style: HairStyle) -> Self {
        let short = Self {
            top: 0.10,
            side: 0.045,
            back: 0.07,
            nape: -0.42,
            burns: -0.12,
            curl: 0.0,
            window: (0.60, 0.60),
        };
        match style {
            HairStyle::Bald => Self { top: 0.0, ..short },
            HairStyle::Buzz => Self {
                top: 0.025,
                side: 0.02,
                back: 0.03,
                ..short
            },
            HairStyle::Short => short,
            HairStyle::SideParted => Self {
                top: 0.17,
                side: 0.06,
                burns: -0.16,
                window: (0.60, 0.56),
                ..short
            },
            HairStyle::Quiff => Self {
                top: 0.13,
                side: 0.035,
                ..short
            },
            HairStyle::Curly => Self {
                top: 0.22,
                side: 0.15,
                back: 0.16,
                nape: -0.5,
                burns: -0.16,
                curl: 0.034,
                ..short
            },
            HairStyle::Afro => Self {
                top: 0.30,
                side: 0.34,
                back: 0.30,
                nape: -0.62,
                burns: -0.30,
                curl: 0.020,
                window: (0.59, 0.60),
            },
            HairStyle::Bob => Self {
                top: 0.13,
                side: 0.13,
                back: 0.13,
                nape: -0.9,
                burns: -0.9,
                window: (0.585, 0.58),
                ..short
            },
            HairStyle::Long => Self {
                top: 0.12,
                side: 0.12,
                back: 0.12,
                nape: -1.2,
                burns: -1.2,
                window: (0.585, 0.60),
                ..short
            },
            HairStyle::Bun => Self {
                top: 0.07,
                side: 0.045,
                back: 0.06,
                nape: -0.35,
                burns: -0.05,
                ..short
            },
        }
    }
}

impl Hair {
    pub fn new(f: &Factors, width: f32) -> Self {
        let cut = Cut::of(f.hair);
        let wide = width / 0.72;
        let hatted = f.headwear != Headwear::None;
        let fullness = 0.6 + 0.8 * f.hair_volume;
        let length = 0.75 + 0.5 * f.hair_length;
        let (top, side, back) = (
            cut.top * fullness * length,
            cut.side * fullness,
            cut.back * fullness,
        );
        let hairline = cut.window.1 + 0.07 * f.hairline;
        let front = if matches!(f.hair, HairStyle::Buzz | HairStyle::Quiff) {
            hairline
        } else {
            mix(hairline, 0.30, f.fringe)
        };
        let window_middle = -0.25;
        Self {
            grows: f.hair != HairStyle::Bald,
            cover: if f.hair == HairStyle::Buzz { 0.8 } else { 1.0 },
            shell: Ellipsoid::new(
                vec3(0.0, 0.20 + 0.35 * top, -0.11),
                vec3(width + side, 0.80 + 0.65 * top, 0.84 + back),
            ),
            window: Ellipsoid::new(
                vec3(0.0, window_middle, 0.86),
                vec3(cut.window.0 * wide, front - window_middle, 0.84),
            ),
            sweep: if f.hair == HairStyle::SideParted {
                0.42
            } else {
                0.0
            },
            ends: (cut.nape + 0.12 * (0.5 - f.hair_length), cut.burns),
            curl: (
                cut.curl * (0.6 + 0.8 * f.hair_wave),
                if f.hair == HairStyle::Afro { 11.0 } else { 7.0 },
            ),
            wave: f.hair_wave,
            jag: 0.006 + 0.014 * f.fringe,
            lock: if cut.curl > 0.0 || f.hair == HairStyle::Buzz {
                0.0
            } else {
                0.007
            },
            part: parting(f),
            curtain: Curtain::new(f, width),
            tuft: tuft(f, top),
            hat_line: if hatted { 0.41 } else { 9.0 },
        }
    }

    /// Distance to the shell of hair around the skull; `jag` moves the hairline up and down.
    #[inline(always)]
    pub fn shell(&self, p: Vec3, jag: f32) -> f32 {
        let d = self.shell.distance(p);
        let slanted = vec3(p.x, p.y - self.sweep * p.x, p.z);
        let d = smooth_max(d, jag - self.window.distance(slanted), 0.10);
        let end = mix(self.ends.0, self.ends.1, ramp(-0.35, 0.05, p.z));
        smooth_max(d, end - p.y, 0.08)
    }

    /// Locks end at different heights, so that the hairline is no cut edge.
    #[inline(always)]
    pub fn jag(&self, p: Vec3) -> f32 {
        self.jag * (self.strands(p) + 0.7 * wave(3.1 * p.x + 0.4 * p.y + 0.2))
    }

    /// Distance to the side and back curtains, given the hair so far.
    #[inline(always)]
    pub fn hang(&self, curtain: &Curtain, p: Vec3, hair: f32) -> f32 {
        // Waves swing the strands sideways as they go down.
        let swing = 0.035 * self.wave * wave(p.y * 1.6 + 0.3 * p.x);
        let m = vec3(p.x.abs() + swing, p.y, p.z + swing);
        let d = smooth_min(curtain.side.distance(m), curtain.back.distance(m), 0.12);
        let d = smooth_max(d, -self.window.distance(p), 0.08);
        smooth_min(
            hair,
            smooth_max(d, curtain.end - p.y - 0.05 * m.x, 0.14),
            0.10,
        )
    }

    /// Ridges and furrows of the locks, -1..1: they run down from the crown, the wavier the more crookedly.
    #[inline(always)]
    pub fn strands(&self, p: Vec3) -> f32 {
        let around = p.x / (p.x.abs() + (p.z + 0.25).abs() + 0.1);
        let bend = (0.12 + 0.30 * self.wave) * wave(1.3 * p.y + 0.7 * p.z + 0.5 * around);
        wave(6.5 * around + bend)
    }

    /// Roughens the hair with curls and strands, and cuts it where a hat sits.
    #[inline(always)]
    pub fn tousle(&self, p: Vec3, hair: f32) -> f32 {
        let (x, depth) = self.part;
        let part = depth * hill((p.x - x) * (p.x - x) * 260.0) * ramp(0.30, 0.55, p.y);
        let rough = hair + part + self.curl.0 * self.curls(p) + self.lock * self.strands(p);
        smooth_max(rough, p.y - 0.15 * p.z - self.hat_line, 0.05)
    }

    /// Irregular curls, about -1..1.
    #[inline(always)]
    pub fn curls(&self, p: Vec3) -> f32 {
        let q = p * self.curl.1;
        let shift = wave(0.23 * q.x + 0.19 * q.z) + wave(0.27 * q.y - 0.17 * q.x + 0.4);
        let q = vec3(q.x + 0.5 * shift, q.y + 0.35 * shift, q.z - 0.45 * shift);
        // One field alone has a grain, as knitting has; two across each other have none.
        0.62 * (lumps(q) + lumps(vec3(0.3 - 1.13 * q.z, 1.13 * q.x, 1.13 * q.y)))
    }
}

impl Curtain {
    fn new(f: &Factors, width: f32) -> Option<Self> {
        let end = match f.hair {
            HairStyle::Bob => -0.42 - 0.32 * f.hair_length,
            HairStyle::Long => -1.0 - 0.6 * f.hair_length,
            _ => return None,
        };
        let thick = 0.15 + 0.07 * f.hair_volume;
        let half = 0.5 * (0.55 - end) + 0.1;
        let middle = 0.5 * (0.55 + end) - 0.1;
        Some(Self {
            side: Ellipsoid::new(vec3(width - 0.02, middle, -0.10), vec3(thick, half, 0.36)),
            back: Ellipsoid::new(vec3(0.0, middle, -0.52), vec3(0.78, half, 0.36)),
            end,
        })
    }
}

fn parting(f: &Factors) -> (f32, f32) {
    match f.hair {
        HairStyle::SideParted => (-0.27, 0.034),
        HairStyle::Bob | HairStyle::Long => (0.0, 0.05 * (1.0 - f.fringe)),
        _ => (0.0, 0.0),
    }
}

fn tuft(f: &Factors, top: f32) -> Option<Ellipsoid> {
    if f.headwear != Headwear::None {
        return None;
    }
    let size = 0.75 + 0.3 * f.hair_volume + 0.2 * f.hair_length;
    match f.hair {
        HairStyle::Bun => Some(Ellipsoid::new(
            vec3(0.0, 0.98 + 0.06 * size, -0.36),
            vec3(0.29, 0.26, 0.28) * size,
        )),
        HairStyle::Quiff => Some(Ellipsoid::new(
            vec3(0.06, 0.72 + 0.8 * top, 0.40),
            vec3(0.48, 0.28 * size, 0.34),
        )),
        _ => None,
    }
}
