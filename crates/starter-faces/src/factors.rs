//! What can differ between two faces: every factor by name, its range, and how the starter set draws it.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde::{Deserialize, Serialize};

/// How the hair is worn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HairStyle {
    /// No hair on the head.
    Bald,
    /// A few millimetres all over.
    Buzz,
    /// Ends above the ears.
    Short,
    /// Short, combed to one side of a parting.
    SideParted,
    /// Short at the sides, swept up in front.
    Quiff,
    /// Tight curls down to the ears.
    Curly,
    /// A round cloud of curls.
    Afro,
    /// Straight, to the jaw.
    Bob,
    /// Straight, over the shoulders.
    Long,
    /// Tied up on the crown.
    Bun,
}

impl HairStyle {
    /// Every style, in the order of its label columns.
    pub const ALL: [Self; 10] = [
        Self::Bald,
        Self::Buzz,
        Self::Short,
        Self::SideParted,
        Self::Quiff,
        Self::Curly,
        Self::Afro,
        Self::Bob,
        Self::Long,
        Self::Bun,
    ];
}

/// What is worn on the nose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Eyewear {
    /// Nothing.
    None,
    /// Thin frames, clear lenses.
    Glasses,
    /// Dark lenses.
    Sunglasses,
}

impl Eyewear {
    /// Every kind, in the order of its label columns.
    pub const ALL: [Self; 3] = [Self::None, Self::Glasses, Self::Sunglasses];
}

/// What is worn on the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Headwear {
    /// Nothing.
    None,
    /// A knitted cap.
    Beanie,
    /// A cap with a peak.
    Cap,
    /// A hat with a brim all around.
    SunHat,
}

impl Headwear {
    /// Every kind, in the order of its label columns.
    pub const ALL: [Self; 4] = [Self::None, Self::Beanie, Self::Cap, Self::SunHat];
}

/// The name, range and neutral value of one continuous factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Continuous {
    /// As the field is called.
    pub name: &'static str,
    /// Smallest value.
    pub low: f32,
    /// Largest value.
    pub high: f32,
    /// Value of the average face.
    pub neutral: f32,
}

/// Writes the struct and the lists over its continuous fields from one table, so that they cannot drift apart.
macro_rules! factors {
    ($($(#[$doc:meta])* $name:ident: $low:literal to $high:literal, $neutral:literal;)*) => {
        /// Everything that decides how a face looks.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct Factors {
            $($(#[$doc])* #[doc = concat!("\n\nRange ", $low, " to ", $high, ", neutral ", $neutral, ".")] pub $name: f32,)*
            /// How the hair is worn.
            pub hair: HairStyle,
            /// What is worn on the nose.
            pub eyewear: Eyewear,
            /// What is worn on the head.
            pub headwear: Headwear,
        }

        /// Every continuous factor, in the order of its label column.
        pub const CONTINUOUS: &[Continuous] =
            &[$(Continuous { name: stringify!($name), low: $low, high: $high, neutral: $neutral }),*];

        impl Factors {
            /// A neutral face: every continuous factor at its middle, short hair, nothing worn.
            pub fn average() -> Self {
                Self {
                    $($name: $neutral,)*
                    hair: HairStyle::Short,
                    eyewear: Eyewear::None,
                    headwear: Headwear::None,
                }
            }

            /// The continuous factors, in the order of [`CONTINUOUS`].
            pub fn numbers(&self) -> [f32; CONTINUOUS.len()] {
                [$(self.$name),*]
            }

            /// The continuous factors, to be changed, in the order of [`CONTINUOUS`].
            pub fn numbers_mut(&mut self) -> [&mut f32; CONTINUOUS.len()] {
                [$(&mut self.$name),*]
            }
        }
    };
}

factors! {
    /// Head turn in radians; positive looks to the viewer's right.
    yaw: -0.7 to 0.7, 0.0;
    /// Head nod in radians; positive looks down.
    pitch: -0.3 to 0.3, 0.0;
    /// Head lean in radians; positive leans to the viewer's left.
    roll: -0.25 to 0.25, 0.0;
    /// Where the key light stands: from the viewer's left to the right.
    light_side: -1.0 to 1.0, -0.45;
    /// How high the key light stands.
    light_height: 0.0 to 1.0, 0.55;
    /// The key light from cool to warm.
    light_warmth: -1.0 to 1.0, 0.2;
    /// Skin from deep to fair.
    skin_tone: 0.0 to 1.0, 0.6;
    /// Skin from golden or olive to rosy.
    undertone: -1.0 to 1.0, 0.0;
    /// Redness of cheeks and nose.
    blush: 0.0 to 1.0, 0.4;
    /// How many freckles show.
    freckles: 0.0 to 1.0, 0.0;
    /// From youthful to lined.
    age: 0.0 to 1.0, 0.2;
    /// From a narrow to a wide head.
    face_width: -1.0 to 1.0, 0.0;
    /// From a slim to a square jaw.
    jaw: -1.0 to 1.0, 0.0;
    /// From a short to a long chin.
    chin: -1.0 to 1.0, 0.0;
    /// From hollow to full cheeks.
    cheeks: -1.0 to 1.0, 0.0;
    /// From a short to a long nose.
    nose_length: -1.0 to 1.0, 0.0;
    /// From a slim to a broad nose.
    nose_width: -1.0 to 1.0, 0.0;
    /// From small to large ears.
    ears: -1.0 to 1.0, 0.0;
    /// Iris from dark brown over hazel and green to blue.
    eye_tone: 0.0 to 1.0, 0.2;
    /// From small to large eyes.
    eye_size: -1.0 to 1.0, 0.0;
    /// From close-set to wide-set eyes.
    eye_spacing: -1.0 to 1.0, 0.0;
    /// From drooping to rising outer corners.
    eye_slant: -1.0 to 1.0, 0.1;
    /// From almost closed to wide open lids.
    lids: 0.0 to 1.0, 0.6;
    /// Where the eyes look, from the viewer's left to the right.
    gaze_x: -1.0 to 1.0, 0.0;
    /// Where the eyes look, from down to up.
    gaze_y: -1.0 to 1.0, 0.0;
    /// From low to raised brows.
    brow_height: -1.0 to 1.0, 0.0;
    /// From stern to worried brows.
    brow_tilt: -1.0 to 1.0, 0.0;
    /// From thin to bushy brows.
    brow_thickness: 0.0 to 1.0, 0.45;
    /// From a frown to a broad smile.
    smile: -1.0 to 1.0, 0.35;
    /// From a closed to a wide open mouth.
    mouth_open: 0.0 to 1.0, 0.0;
    /// From a narrow to a wide mouth.
    mouth_width: -1.0 to 1.0, 0.0;
    /// From thin to full lips.
    lip_fullness: -1.0 to 1.0, 0.0;
    /// From bare lips to lipstick.
    lip_colour: 0.0 to 1.0, 0.15;
    /// From short to long, within the hair style.
    hair_length: 0.0 to 1.0, 0.5;
    /// From flat to full hair.
    hair_volume: 0.0 to 1.0, 0.5;
    /// From straight to wavy hair.
    hair_wave: 0.0 to 1.0, 0.3;
    /// From an open forehead to a fringe over the brows.
    fringe: 0.0 to 1.0, 0.2;
    /// From a low to a receding hairline.
    hairline: -1.0 to 1.0, 0.0;
    /// Hair from black over brown to pale blond.
    hair_tone: 0.0 to 1.0, 0.35;
    /// How red the hair is.
    hair_red: 0.0 to 1.0, 0.1;
    /// How grey the hair is.
    greying: 0.0 to 1.0, 0.0;
    /// From shaven over stubble to a full beard.
    beard: 0.0 to 1.0, 0.0;
    /// From a beard on the chin to one up to the ears.
    beard_spread: 0.0 to 1.0, 0.8;
    /// From shaven over stubble to a thick moustache.
    moustache: 0.0 to 1.0, 0.0;
    /// Lenses from round to rectangular (of glasses and sunglasses).
    frame_shape: 0.0 to 1.0, 0.3;
    /// Frames from black over tortoiseshell to gold (of glasses and sunglasses).
    frame_tone: 0.0 to 1.0, 0.2;
    /// From no earrings to large ones.
    earrings: 0.0 to 1.0, 0.0;
    /// Hat from dark to light (of any headwear).
    hat_light: 0.0 to 1.0, 0.5;
    /// Hat from cool to warm colours (of any headwear).
    hat_warmth: -1.0 to 1.0, 0.0;
    /// Clothes from dark to light.
    cloth_light: 0.0 to 1.0, 0.5;
    /// Clothes from cool to warm colours.
    cloth_warmth: -1.0 to 1.0, -0.3;
    /// Clothes from green to purple.
    cloth_tint: -1.0 to 1.0, 0.0;
    /// Neckline from high to open.
    neckline: 0.0 to 1.0, 0.4;
    /// Background from dark to light.
    backdrop_light: 0.0 to 1.0, 0.6;
    /// Background from cool to warm colours.
    backdrop_warmth: -1.0 to 1.0, -0.2;
    /// Background from green to purple.
    backdrop_tint: -1.0 to 1.0, 0.0;
    /// Background lit from the left to lit from the right.
    backdrop_gradient: -1.0 to 1.0, 0.3;
    /// How much light the eyes catch, from those in the shade of the brows to bright ones.
    eye_light: 0.0 to 1.0, 0.7;
    /// Frames from wire to thick (of glasses and sunglasses).
    frame_weight: 0.0 to 1.0, 0.5;
}

/// How many of [`CONTINUOUS`], its last ones, came with [`Edition::Second`].
const OF_SECOND: usize = 2;

/// How the starter set is drawn. A run goes on with the faces that it began with, so that earlier editions stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// Eyes of dark faces lie in the shade, frames are of wire, beards often stubble.
    First,
    /// Eyes are larger and catch the light; glasses, sunglasses and beards are as frequent and as strong as a small network needs
    /// to learn them.
    #[default]
    Second,
}

impl Edition {
    /// Every one, the oldest first.
    pub const ALL: [Self; 2] = [Self::First, Self::Second];

    /// No eyewear, glasses, sunglasses.
    fn eyewear(self) -> [f32; 3] {
        match self {
            Self::First => [0.77, 0.18, 0.05],
            Self::Second => [0.64, 0.25, 0.11],
        }
    }

    /// How often a beard and a moustache grow, and how much each is at least.
    fn beard(self) -> (f32, f32, f32) {
        match self {
            Self::First => (0.3, 0.33, SOME),
            Self::Second => (0.36, 0.36, 0.4),
        }
    }
}

impl Factors {
    /// Face `index` of the endless set `seed`; the same on every platform.
    pub fn sample(edition: Edition, seed: u64, index: u64) -> Self {
        let mut dice = Dice::new(seed, index);
        let mut face = Self::average();
        // Each continuous factor is first spread evenly over its range; those with a better-known spread follow.
        let first = CONTINUOUS.len() - OF_SECOND;
        for (number, factor) in face.numbers_mut().into_iter().zip(CONTINUOUS).take(first) {
            *number = dice.between(factor.low, factor.high);
        }
        face.pose(&mut dice);
        face.soften(&mut dice);
        face.colour(&mut dice);
        face.groom(edition, &mut dice);
        match edition {
            Edition::First => (face.eye_light, face.frame_weight) = (0.0, 0.0),
            Edition::Second => face.accent(&mut dice),
        }
        face
    }

    /// What a small network would miss: eyes are larger, more open and lit, frames thicker.
    fn accent(&mut self, dice: &mut Dice) {
        self.eye_light = dice.between(0.4, 1.0);
        self.frame_weight = dice.between(0.2, 1.0);
        self.eye_size = (self.eye_size + 0.35).min(1.0);
        self.lids = (self.lids + 0.1).min(1.0);
    }

    /// Poses and looks mostly close to the camera's eye.
    fn pose(&mut self, dice: &mut Dice) {
        self.yaw = dice.around(0.0, 0.27, -0.65, 0.65);
        self.pitch = dice.around(0.0, 0.09, -0.25, 0.25);
        self.roll = dice.around(0.0, 0.06, -0.2, 0.2);
        // The eyes tend back to the camera, but only loosely, so that gaze stays a factor of its own.
        self.gaze_x = dice.around(0.0, 0.3, -1.0, 1.0);
        self.gaze_y = dice.around(0.0, 0.25, -1.0, 1.0);
        self.lids = dice.around(0.56, 0.15, 0.12, 1.0);
        self.smile = dice.around(0.3, 0.6, -1.0, 1.0);
        self.mouth_open = dice.rarely(0.42);
    }

    /// Bodily differences gather around the middle.
    fn soften(&mut self, dice: &mut Dice) {
        for trait_ in [
            &mut self.face_width,
            &mut self.jaw,
            &mut self.chin,
            &mut self.cheeks,
            &mut self.nose_length,
            &mut self.nose_width,
            &mut self.ears,
            &mut self.eye_size,
            &mut self.eye_spacing,
            &mut self.eye_slant,
            &mut self.brow_height,
            &mut self.brow_tilt,
            &mut self.mouth_width,
            &mut self.lip_fullness,
            &mut self.hairline,
            &mut self.undertone,
        ] {
            *trait_ = dice.around(0.0, 0.42, -1.0, 1.0);
        }
        self.freckles = dice.rarely(0.2);
        self.age = dice.around(0.3, 0.26, 0.0, 1.0);
        self.lip_colour = dice.rarely(0.5);
    }

    /// Dark hair and eyes are commoner than light ones; strong colours around the face are rarer than muted ones.
    fn colour(&mut self, dice: &mut Dice) {
        self.hair_tone = dice.unit() * dice.between(0.35, 1.0);
        self.eye_tone = dice.unit() * dice.between(0.4, 1.0);
        self.skin_tone = dice.between(0.0, 1.0);
        for tint in [
            &mut self.backdrop_warmth,
            &mut self.backdrop_tint,
            &mut self.cloth_warmth,
            &mut self.cloth_tint,
            &mut self.hat_warmth,
        ] {
            *tint = dice.around(0.0, 0.45, -1.0, 1.0);
        }
    }

    /// Hair, beard and what is worn.
    fn groom(&mut self, edition: Edition, dice: &mut Dice) {
        const HAIR_ODDS: [f32; 10] = [0.05, 0.07, 0.14, 0.13, 0.10, 0.10, 0.08, 0.12, 0.15, 0.06];
        self.hair = dice.pick(&HairStyle::ALL, &HAIR_ODDS, HairStyle::Short);
        self.eyewear = dice.pick(&Eyewear::ALL, &edition.eyewear(), Eyewear::None);
        self.headwear = dice.pick(&Headwear::ALL, &[0.91, 0.04, 0.03, 0.02], Headwear::None);
        self.hair_red = dice.rarely(0.3);
        self.greying = dice.rarely(0.22);
        self.fringe = dice.rarely(0.36);
        let (beard, moustache, least) = edition.beard();
        self.beard = dice.at_times(beard, least);
        self.moustache = dice.at_times(moustache, least);
        self.earrings = dice.rarely(0.25);
    }
}

/// The least that is seen of what only some faces have.
const SOME: f32 = 0.15;

/// The seeded source of a face's factors.
struct Dice(ChaCha8Rng);

impl Dice {
    fn new(seed: u64, index: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(index);
        Self(generator)
    }

    /// Even over 0..1.
    fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / 16_777_216.0
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A bell curve (the sum of four even numbers), held within bounds.
    fn around(&mut self, middle: f32, deviation: f32, low: f32, high: f32) -> f32 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        (middle + (sum - 2.0) * 1.732 * deviation).clamp(low, high)
    }

    /// Zero, or with the given chance something over [`SOME`]..1.
    fn rarely(&mut self, chance: f32) -> f32 {
        self.at_times(chance, SOME)
    }

    /// Zero, or with the given chance something over `least`..1.
    fn at_times(&mut self, chance: f32, least: f32) -> f32 {
        let (drawn, amount) = (self.unit(), self.between(least, 1.0));
        if drawn < chance { amount } else { 0.0 }
    }

    fn pick<T: Copy>(&mut self, kinds: &[T], odds: &[f32], otherwise: T) -> T {
        let mut left = self.unit();
        for (&kind, &chance) in kinds.iter().zip(odds) {
            left -= chance;
            if left < 0.0 {
                return kind;
            }
        }
        otherwise
    }
}
