//! Factors as numbers for the network, and the way from one face to another.

use super::factors::{CONTINUOUS, Eyewear, Factors, HairStyle, Headwear};

/// The names of the one-hot columns: hair styles, then eyewear, then headwear, each in the order of its `ALL`.
const KINDS: [&str; HairStyle::ALL.len() + Eyewear::ALL.len() + Headwear::ALL.len()] = [
    "hair: bald",
    "hair: buzz",
    "hair: short",
    "hair: side-parted",
    "hair: quiff",
    "hair: curly",
    "hair: afro",
    "hair: bob",
    "hair: long",
    "hair: bun",
    "eyewear: none",
    "eyewear: glasses",
    "eyewear: sunglasses",
    "headwear: none",
    "headwear: beanie",
    "headwear: cap",
    "headwear: sun hat",
];

impl Factors {
    /// The way from `a` (`t` = 0) to `b` (`t` = 1): continuous factors glide, the enums change half way.
    pub fn mix(a: &Self, b: &Self, t: f32) -> Self {
        let mut mixed = if t < 0.5 { a.clone() } else { b.clone() };
        for ((number, from), to) in mixed
            .numbers_mut()
            .into_iter()
            .zip(a.numbers())
            .zip(b.numbers())
        {
            *number = from * (1.0 - t) + to * t;
        }
        mixed
    }

    /// The names of the columns of [`Factors::labels`]: the continuous factors, then one column per kind.
    pub fn label_names() -> Vec<&'static str> {
        CONTINUOUS
            .iter()
            .map(|factor| factor.name)
            .chain(KINDS)
            .collect()
    }

    /// The factors as numbers in 0..=1: continuous ones scaled to their range, enums as one-hot columns.
    pub fn labels(&self) -> Vec<f32> {
        let scaled = CONTINUOUS
            .iter()
            .zip(self.numbers())
            .map(|(factor, number)| {
                ((number - factor.low) / (factor.high - factor.low)).clamp(0.0, 1.0)
            });
        let hair = HairStyle::ALL
            .iter()
            .map(|&kind| one_hot(kind == self.hair));
        let eyewear = Eyewear::ALL
            .iter()
            .map(|&kind| one_hot(kind == self.eyewear));
        let headwear = Headwear::ALL
            .iter()
            .map(|&kind| one_hot(kind == self.headwear));
        scaled.chain(hair).chain(eyewear).chain(headwear).collect()
    }
}

fn one_hot(chosen: bool) -> f32 {
    f32::from(u8::from(chosen))
}
