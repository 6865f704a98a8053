//! Settings that go well together, by name.

use clap::ValueEnum;

use super::live::{Augment, LiveConfig, Loss, Penalty};
use super::schedule::Schedule;
use crate::config::TrainConfig;

/// A named set of settings for the networks and how they learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// What a run begins with where nothing is said: the paper's settings with half its batch
    Default,
    /// The DCGAN as in the paper
    Paper,
    /// For long runs: does not collapse
    Stable,
    /// For a few hundred to a few thousand pictures
    SmallData,
    /// Something to see within a minute
    FastLook,
}

impl Preset {
    /// For a button.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "Defaults",
            Self::Paper => "DCGAN as in the paper",
            Self::Stable => "Stable · long runs",
            Self::SmallData => "Small data",
            Self::FastLook => "Fast look",
        }
    }

    /// What it is for, in one sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::Default => {
                "64×64 with the paper's settings and batches of 64, which are easier on a laptop than its 128."
            }
            Self::Paper => {
                "64×64 as Radford, Metz and Chintala (2015) trained it: batches of 128, Adam at 0.0002 with β1 0.5, cross-entropy, nothing added; only what is shown is averaged."
            }
            Self::Stable => {
                "64×64 to leave running overnight (R3GAN, Huang et al. 2024): each real picture is compared with a generated one, gradient penalties (R1, R2) hold the discriminator back, rates fall with the pictures seen."
            }
            Self::SmallData => {
                "64×64 for 100 to 5,000 pictures: as Stable, with a stronger penalty and DiffAugment against learning them by heart; a tenth is kept back to tell whether it does."
            }
            Self::FastLook => {
                "32×32 and narrow: shapes within a minute on a laptop, to see whether the pictures work before a long run."
            }
        }
    }

    /// `config` with this preset's networks, batch and way to learn. Data, machine, seed and length of
    /// the run stay.
    pub fn apply(self, config: &TrainConfig) -> TrainConfig {
        let (size, width, batch) = match self {
            Self::Paper => (64, 64, 128),
            Self::Default | Self::Stable | Self::SmallData => (64, 64, 64),
            Self::FastLook => (32, 32, 64),
        };
        TrainConfig {
            size,
            width,
            batch,
            latent: 100,
            hold_back: if self == Self::SmallData { 0.1 } else { 0.0 },
            ..self.apply_learning(config)
        }
    }

    /// `config` with this preset's way to learn, for networks that are there already.
    pub fn apply_learning(self, config: &TrainConfig) -> TrainConfig {
        let stable = LiveConfig {
            lr_g: 4e-4,
            lr_d: 4e-4,
            beta1: 0.0,
            beta2: 0.99,
            gamma: 0.5,
            gamma_end: 0.2,
            ema_rampup: 0.05,
            schedule: Schedule::Cosine,
            ..LiveConfig::default()
        };
        let (live, loss, penalty) = match self {
            Self::Default | Self::Paper | Self::FastLook => {
                (LiveConfig::default(), Loss::Bce, Penalty::None)
            }
            Self::Stable => (stable, Loss::Rpgan, Penalty::R1r2),
            Self::SmallData => {
                let live = LiveConfig {
                    gamma: 1.0,
                    augment: Augment::ALL,
                    ..stable
                };
                (live, Loss::Rpgan, Penalty::R1r2)
            }
        };
        TrainConfig {
            live,
            loss,
            penalty,
            spectral_norm: false,
            ..config.clone()
        }
    }

    /// The one that `config` is set to, if any.
    pub fn of(config: &TrainConfig) -> Option<Self> {
        let mut all = Self::value_variants().iter().copied();
        all.find(|preset| preset.apply(config) == *config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_valid_and_known_again() {
        let own = TrainConfig {
            seed: 9,
            ..TrainConfig::default()
        };
        for &preset in Preset::value_variants() {
            let config = preset.apply(&own);
            config.validate().unwrap();
            assert_eq!(Preset::of(&config), Some(preset));
            assert_eq!(config.seed, 9);
        }
        assert_eq!(Preset::of(&own), Some(Preset::Default));
        let narrow = TrainConfig { width: 48, ..own };
        assert_eq!(Preset::of(&narrow), None);
    }
}
