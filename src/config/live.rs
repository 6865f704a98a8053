//! How the networks learn: what may change while a run goes on, and what is fixed with the network.
//!
//! The sentences in [`about`] are the help of the command line and the tooltips of the window.

use std::fmt;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use super::defaults::from_nothing;
use super::error::ConfigError;
use super::schedule::Schedule;

/// What each setting does, which paper it is from and what it costs, in one sentence. The costs were
/// measured with `morphogan bench train` at 64×64, width 64, batch 64, on two cores.
pub mod about {
    /// Of [`super::LiveConfig::lr_g`].
    pub const LR_G: &str =
        "How far the generator's weights move in a step (learning rate of its Adam)";
    /// Of [`super::LiveConfig::lr_d`].
    pub const LR_D: &str =
        "How far the discriminator's weights move in a step (learning rate of its Adam)";
    /// Of [`super::LiveConfig::beta1`].
    pub const BETA1: &str = "How much of the last direction both Adams keep (β1, first moment decay); 0.5 keeps GANs stable";
    /// Of [`super::LiveConfig::d_steps`].
    pub const D_STEPS: &str = "How often the discriminator learns before the generator does, each time from new pictures (Goodfellow et al. 2014); every time more adds about two thirds of a step";
    /// Of [`super::LiveConfig::smoothing`].
    pub const SMOOTHING: &str = "Real pictures are to be called real with 1 minus this instead of 1, so that the discriminator does not grow too sure (one-sided label smoothing, Salimans et al. 2016); costs nothing";
    /// Of [`super::LiveConfig::instance_noise`].
    pub const INSTANCE_NOISE: &str = "Deviation of the noise on every picture that the discriminator sees, of −1..1, so that real and generated ones overlap (instance noise, Sønderby et al. 2016)";
    /// Of [`super::LiveConfig::augment`].
    pub const AUGMENT: &str = "Random changes of every picture that the discriminator sees, so that it does not learn few pictures by heart: none, all, or some of colour,translation,cutout (DiffAugment, Zhao et al. 2020)";
    /// Of [`super::LiveConfig::ema`].
    pub const EMA: &str = "How much of itself the averaged generator keeps at a step; it is the one that is shown and saved, with batch norm measured anew (EMA, Karras et al. 2018, Yazıcı et al. 2019); 0: the newest weights";
    /// Of [`super::LiveConfig::ema_rampup`].
    pub const EMA_RAMPUP: &str = "Averaging begins short: its half-life is at most this share of the pictures seen (EMA ramp-up, Karras et al. 2020); 0: as long from the start";
    /// Of [`super::LiveConfig::schedule`].
    pub const SCHEDULE: &str = "How both learning rates and γ move from their values here to those at the end, by pictures seen: constant (not at all), linear or cosine (Loshchilov and Hutter 2017)";
    /// Of [`super::LiveConfig::schedule_images`].
    pub const SCHEDULE_IMAGES: &str =
        "Pictures seen when the schedule has come to its end; after it nothing moves";
    /// Of [`super::LiveConfig::lr_end`].
    pub const LR_END: &str =
        "Both learning rates at the schedule's end, as a share of those at its start";
    /// Of [`super::LiveConfig::gamma_end`].
    pub const GAMMA_END: &str = "γ at the schedule's end, as a share of that at its start";
    /// Of [`super::TrainConfig::loss`](crate::config::TrainConfig::loss).
    pub const LOSS: &str = "What the networks play for: bce, the cross-entropy of the DCGAN paper; lsgan, least squares (Mao et al. 2017), gentler on pictures that are right already; hinge (Lim and Ye 2017), which leaves those alone; or rpgan, which compares each picture with a generated one (relativistic pairing, Jolicoeur-Martineau 2018, Huang et al. 2024) and needs a penalty";
    /// Of [`super::TrainConfig::penalty`](crate::config::TrainConfig::penalty).
    pub const PENALTY: &str = "Holds the discriminator back where it is steep (zero-centred gradient penalty): r1, on real pictures (Mescheder et al. 2018), or r1r2, on generated ones too, with which training no longer collapses (Huang et al. 2024); takes the place of its batch norm";
    /// Of [`super::LiveConfig::gamma`].
    pub const GAMMA: &str = "How strong the gradient penalty is (γ): half of this times the squared length of the gradient, summed over pixels; more is steadier and blurrier";
    /// Of [`super::LiveConfig::lecam`].
    pub const LECAM: &str = "Draws the discriminator's outputs on real pictures towards their average on generated ones and the other way round, which helps with few pictures (LeCam, Tseng et al. 2021); 0: not at all, the paper takes 0.01 to 0.3";
    /// Of [`super::LiveConfig::beta2`].
    pub const BETA2: &str = "How much of the last squared gradient both Adams keep (β2, second moment decay); with a gradient penalty 0.99 suits, otherwise 0.999";
    /// Of [`super::TrainConfig::spectral_norm`](crate::config::TrainConfig::spectral_norm).
    pub const SPECTRAL_NORM: &str = "Bounds how fast the discriminator's verdict can change with a picture, by dividing each layer by its largest singular value; takes the place of its batch norm (spectral norm, Miyato et al. 2018)";
    /// Of [`super::TrainConfig::precision`](crate::config::TrainConfig::precision).
    pub const PRECISION: &str = "Numbers in the convolutions of training: f32; or bf16, bfloat16 with weights and sums still in f32 (mixed precision, Micikevicius et al. 2018), for NVIDIA GPUs from Ampere on; elsewhere f32 is used";
}

/// What both learning rates are divided by after a roll-back. A run that was ruined was far beyond what it
/// can bear, and each further attempt costs its time: three of these are a factor of 64.
pub const SLOWER: f64 = 4.0;
/// And the most that β1 is then: more made training oscillate (Radford et al. 2015, section 4).
pub const CALM_BETA1: f64 = 0.5;

/// What [`LiveConfig::slowed`] does, in words.
pub fn slower() -> String {
    format!("learning rates divided by {SLOWER} and β1 at most {CALM_BETA1}")
}

/// Settings that can be changed while a run goes on: they take effect at the next step. `Default` is
/// the DCGAN as in the paper.
#[derive(Clone, Copy, Debug, PartialEq, Args, Serialize, Deserialize)]
#[serde(default)]
pub struct LiveConfig {
    /// Learning rate of the generator's Adam, 0 < rate ≤ 1.
    #[arg(long, default_value_t = 2e-4, help = about::LR_G)]
    pub lr_g: f64,
    /// Learning rate of the discriminator's Adam, 0 < rate ≤ 1.
    #[arg(long, default_value_t = 2e-4, help = about::LR_D)]
    pub lr_d: f64,
    /// First moment decay of both Adams, 0 ≤ β1 < 1.
    #[arg(long, default_value_t = 0.5, help = about::BETA1)]
    pub beta1: f64,
    /// Second moment decay of both Adams, 0 ≤ β2 < 1.
    #[arg(long, default_value_t = 0.999, help = about::BETA2)]
    pub beta2: f64,
    /// Strength of the gradient penalty, 0 to 1000; nothing without [`Penalty`].
    #[arg(long, default_value_t = 0.1, help = about::GAMMA)]
    pub gamma: f64,
    /// Weight of the LeCam regulariser, 0 to 100; 0: none.
    #[arg(long, default_value_t = 0.0, value_name = "WEIGHT", help = about::LECAM)]
    pub lecam: f64,
    /// Updates of D for each of G, 1 to 100.
    #[arg(long, default_value_t = 1, value_name = "N", help = about::D_STEPS)]
    pub d_steps: u32,
    /// D's target for real pictures is 1 − this, 0 ≤ smoothing < 0.5; not with [`Loss::Hinge`], which
    /// has no targets.
    #[arg(long, default_value_t = 0.0, help = about::SMOOTHING)]
    pub smoothing: f64,
    /// Deviation of the normal noise on D's inputs, which are in −1..1; 0 to 2, 0: none.
    #[arg(long, default_value_t = 0.0, value_name = "DEVIATION", help = about::INSTANCE_NOISE)]
    pub instance_noise: f64,
    /// Which changes D's inputs go through.
    #[arg(long, default_value_t = Augment::NONE, value_name = "CHANGES", help = about::AUGMENT)]
    pub augment: Augment,
    /// Decay of the generator's moving average, 0 ≤ decay < 1; 0: none.
    #[arg(long, default_value_t = 0.999, value_name = "DECAY", help = about::EMA)]
    pub ema: f64,
    /// The average's half-life is at most this share of the pictures seen, 0 to 1; 0: it is as long from the start.
    #[arg(long, default_value_t = 0.0, value_name = "SHARE", help = about::EMA_RAMPUP)]
    pub ema_rampup: f64,
    /// How rates and γ move with the pictures seen.
    #[arg(long, value_enum, default_value_t, help = about::SCHEDULE)]
    pub schedule: Schedule,
    /// Pictures seen at the schedule's end, 1 or more.
    #[arg(long, default_value_t = 2_000_000, value_name = "N", help = about::SCHEDULE_IMAGES)]
    pub schedule_images: u64,
    /// Rates at the schedule's end, as a share of those at its start, above 0 up to 10.
    #[arg(long, default_value_t = 0.25, value_name = "SHARE", help = about::LR_END)]
    pub lr_end: f64,
    /// γ at the schedule's end, as a share of that at its start, 0 to 10.
    #[arg(long, default_value_t = 1.0, value_name = "SHARE", help = about::GAMMA_END)]
    pub gamma_end: f64,
}

impl Default for LiveConfig {
    fn default() -> Self {
        from_nothing()
    }
}

impl LiveConfig {
    /// Lower learning rates than its own and those of `ruined`, which a run went bad with.
    pub fn slowed(self, ruined: &Self) -> Self {
        Self {
            lr_g: self.lr_g.min(ruined.lr_g) / SLOWER,
            lr_d: self.lr_d.min(ruined.lr_d) / SLOWER,
            beta1: self.beta1.min(CALM_BETA1),
            ..self
        }
    }

    /// Checks the ranges.
    ///
    /// # Errors
    /// The first setting that cannot work, with the values that can.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let fail = |text: String| Err(ConfigError::new(text));
        for (name, rate) in [("lr-g", self.lr_g), ("lr-d", self.lr_d)] {
            if !(rate > 0.0 && rate <= 1.0) {
                return fail(format!("{name} is {rate}; use a number above 0, up to 1"));
            }
        }
        if !(0.0..1.0).contains(&self.beta1) {
            return fail(format!("beta1 is {}; use 0 or more, below 1", self.beta1));
        }
        if !(0.0..1.0).contains(&self.beta2) {
            return fail(format!("beta2 is {}; use 0 or more, below 1", self.beta2));
        }
        if !(0.0..=1000.0).contains(&self.gamma) {
            return fail(format!("gamma is {}; use 0 to 1000", self.gamma));
        }
        if !(0.0..=100.0).contains(&self.lecam) {
            return fail(format!("lecam is {}; use 0 to 100", self.lecam));
        }
        if !(1..=100).contains(&self.d_steps) {
            return fail(format!("d-steps is {}; use 1 to 100", self.d_steps));
        }
        if !(0.0..0.5).contains(&self.smoothing) {
            let smoothing = self.smoothing;
            return fail(format!(
                "smoothing is {smoothing}; use 0 or more, below 0.5"
            ));
        }
        if !(0.0..=2.0).contains(&self.instance_noise) {
            let noise = self.instance_noise;
            return fail(format!("instance-noise is {noise}; use 0 to 2"));
        }
        if !(0.0..1.0).contains(&self.ema) {
            return fail(format!("ema is {}; use 0 or more, below 1", self.ema));
        }
        if !(0.0..=1.0).contains(&self.ema_rampup) {
            return fail(format!("ema-rampup is {}; use 0 to 1", self.ema_rampup));
        }
        if self.schedule_images == 0 {
            return fail("schedule-images is 0; use 1 or more".into());
        }
        if !(self.lr_end > 0.0 && self.lr_end <= 10.0) {
            let end = self.lr_end;
            return fail(format!("lr-end is {end}; use a number above 0, up to 10"));
        }
        if !(0.0..=10.0).contains(&self.gamma_end) {
            return fail(format!("gamma-end is {}; use 0 to 10", self.gamma_end));
        }
        Ok(())
    }
}

/// What the networks play for; fixed for a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Loss {
    /// Binary cross-entropy on logits; G plays for −log D(G(z)), the non-saturating form.
    #[default]
    Bce,
    /// Least squares towards 1 and 0.
    Lsgan,
    /// A margin of 1 on both sides of 0.
    Hinge,
    /// Each real picture is to score above the generated one it is paired with.
    Rpgan,
}

/// Where D is penalised for being steep; fixed for a run, because D then has no batch norm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Penalty {
    /// Nowhere.
    #[default]
    None,
    /// At real pictures.
    R1,
    /// At real and at generated ones.
    R1r2,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bce => "bce",
            Self::Lsgan => "lsgan",
            Self::Hinge => "hinge",
            Self::Rpgan => "rpgan",
        })
    }
}

/// Changes of DiffAugment. Written as `none`, `all` or a list of `colour`, `translation` and `cutout`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Augment {
    /// Brightness by ±0.5 of −1..1, saturation by 0..2, contrast by 0.5..1.5.
    pub colour: bool,
    /// Up to an eighth of the side in each direction.
    pub translation: bool,
    /// A square of half the side becomes grey.
    pub cutout: bool,
}

impl Augment {
    /// Pictures stay as they are.
    pub const NONE: Self = Self {
        colour: false,
        translation: false,
        cutout: false,
    };

    /// Everything.
    pub const ALL: Self = Self {
        colour: true,
        translation: true,
        cutout: true,
    };

    fn named(&self) -> [(&'static str, bool); 3] {
        [
            ("colour", self.colour),
            ("translation", self.translation),
            ("cutout", self.cutout),
        ]
    }
}

impl fmt::Display for Augment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = self.named().into_iter().filter(|(_, on)| *on);
        match *self {
            Self::NONE => f.write_str("none"),
            Self::ALL => f.write_str("all"),
            _ => f.write_str(&on.map(|(name, _)| name).collect::<Vec<_>>().join(",")),
        }
    }
}

impl FromStr for Augment {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let mut augment = match text.trim() {
            "none" => return Ok(Self::NONE),
            "all" => return Ok(Self::ALL),
            _ => Self::NONE,
        };
        for name in text.split(',') {
            match name.trim() {
                "colour" | "color" => augment.colour = true,
                "translation" => augment.translation = true,
                "cutout" => augment.cutout = true,
                _ => {
                    return Err(ConfigError::new(format!(
                        "augment is {text:?}; use none, all, or some of colour,translation,cutout"
                    )));
                }
            }
        }
        Ok(augment)
    }
}

impl TryFrom<String> for Augment {
    type Error = ConfigError;

    fn try_from(text: String) -> Result<Self, ConfigError> {
        text.parse()
    }
}

impl From<Augment> for String {
    fn from(augment: Augment) -> Self {
        augment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_survive_their_text() {
        for bits in 0..8 {
            let augment = Augment {
                colour: bits & 1 > 0,
                translation: bits & 2 > 0,
                cutout: bits & 4 > 0,
            };
            assert_eq!(augment.to_string().parse(), Ok(augment));
        }
        assert_eq!(
            "color, cutout".parse::<Augment>().unwrap().to_string(),
            "colour,cutout"
        );
        for wrong in ["", "sepia", "colour,", "all,none"] {
            let error = wrong.parse::<Augment>().unwrap_err().to_string();
            assert!(error.contains("use none, all, or some of"), "{error}");
        }
    }

    #[test]
    fn what_cannot_work_is_named_with_what_can() {
        let wrong = |change: fn(&mut LiveConfig)| {
            let mut live = LiveConfig::default();
            live.validate().unwrap();
            change(&mut live);
            live.validate().unwrap_err().to_string()
        };
        assert!(wrong(|c| c.lr_g = f64::NAN).contains("lr-g"));
        assert!(wrong(|c| c.lr_d = f64::INFINITY).contains("lr-d"));
        assert!(wrong(|c| c.beta1 = 1.0).contains("beta1"));
        assert_eq!(wrong(|c| c.d_steps = 0), "d-steps is 0; use 1 to 100");
        assert!(wrong(|c| c.smoothing = 0.5).contains("below 0.5"));
        assert!(wrong(|c| c.instance_noise = -1.0).contains("use 0 to 2"));
        assert_eq!(wrong(|c| c.ema = 1.0), "ema is 1; use 0 or more, below 1");
    }
}
