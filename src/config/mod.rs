//! Every setting of a run, once: the command line, the window and `config.toml` share this struct.

use std::path::PathBuf;

use clap::Args;
use serde::{Deserialize, Serialize};

use defaults::from_nothing;

mod change;
mod choices;
mod crop;
mod defaults;
mod error;
pub mod live;
mod preset;
mod schedule;
mod scheduled;

pub use change::Change;
pub(crate) use choices::data_choice;
pub use choices::{CaptionPlace, DataChoice, DeviceChoice, GuardChoice, PrecisionChoice};
pub use crop::{Colour, Crop, TransformConfig};
pub use error::ConfigError;
pub use live::{Augment, LiveConfig, Loss, Penalty, about};
pub use preset::Preset;
pub use schedule::Schedule;

/// Under which headings the help has the settings.
mod heading {
    pub const PICTURES: &str = "Pictures";
    pub const NETWORKS: &str = "Networks";
    pub const TRAINING: &str = "Training";
    pub const LEARNING: &str = "Learning (can be changed while the run goes on)";
    pub const KEPT: &str = "What is kept";
    pub const WATCHING: &str = "Watching over the run";
    pub const MACHINE: &str = "Machine";
}

/// The settings of a training run. `Default` is what the command line gives without arguments.
#[derive(Clone, Debug, PartialEq, Args, Serialize, Deserialize)]
#[serde(default)]
pub struct TrainConfig {
    /// What to learn from: `starter` (faces drawn by the program), or a folder, zip, tar, IDX, CIFAR-10 or parquet
    #[arg(long, default_value = "starter", value_name = "starter|PATH", value_parser = data_choice(), help_heading = heading::PICTURES)]
    pub data: DataChoice,
    /// How many starter faces to draw
    #[arg(long, default_value_t = 10_000, value_name = "N", help_heading = heading::PICTURES)]
    pub starter_count: usize,
    /// Which drawing of the starter faces: 2, or 1 as runs of before have it
    #[arg(long, default_value_t = 2, value_name = "1|2", help_heading = heading::PICTURES)]
    pub starter_edition: usize,
    /// Share of the pictures that is kept back from training, to tell whether samples copy the others
    #[arg(long, default_value_t = 0.0, value_name = "SHARE", help_heading = heading::PICTURES)]
    pub hold_back: f64,
    /// How pictures become squares
    #[command(flatten, next_help_heading = heading::PICTURES)]
    #[serde(flatten)]
    pub prepare: TransformConfig,
    /// Side of the pictures in pixels: 32, 64 or 128
    #[arg(long, default_value_t = 64, help_heading = heading::NETWORKS)]
    pub size: usize,
    /// Colour channels: 3 for colour, 1 for grey
    #[arg(long, default_value_t = 3, help_heading = heading::NETWORKS)]
    pub channels: usize,
    /// Feature maps of the widest-resolution layer (ngf and ndf in the PyTorch tutorial)
    #[arg(long, default_value_t = 64, help_heading = heading::NETWORKS)]
    pub width: usize,
    /// Numbers in a latent vector z
    #[arg(long, default_value_t = 100, help_heading = heading::NETWORKS)]
    pub latent: usize,
    /// Pictures a step
    #[arg(long, default_value_t = 64, help_heading = heading::TRAINING)]
    pub batch: usize,
    /// Stop after this many steps [default: train until stopped]
    #[arg(long, conflicts_with = "epochs", value_name = "N", help_heading = heading::TRAINING)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<u64>,
    /// Stop after this many passes over the data
    #[arg(long, value_name = "N", help_heading = heading::TRAINING)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epochs: Option<u64>,
    /// Every random number follows from this
    #[arg(long, default_value_t = 1, help_heading = heading::TRAINING)]
    pub seed: u64,
    /// What can be changed while the run goes on
    #[command(flatten, next_help_heading = heading::LEARNING)]
    #[serde(flatten)]
    pub live: LiveConfig,
    /// What the networks play for.
    #[arg(long, value_enum, default_value_t, help = about::LOSS, help_heading = heading::NETWORKS)]
    pub loss: Loss,
    /// Gradient penalty in place of D's batch norm.
    #[arg(long, value_enum, default_value_t, help = about::PENALTY, help_heading = heading::NETWORKS)]
    pub penalty: Penalty,
    /// Spectral norm in place of D's batch norm.
    #[arg(long, help = about::SPECTRAL_NORM, help_heading = heading::NETWORKS)]
    pub spectral_norm: bool,
    /// What is kept of the run
    #[command(flatten, next_help_heading = heading::KEPT)]
    #[serde(flatten)]
    pub keep: KeepConfig,
    /// Measure diversity and distance to the data every N steps, 0 for never [default: as often as costs under 5 %]
    #[arg(long, value_name = "N", help_heading = heading::WATCHING)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure_every: Option<u64>,
    /// What to do when the run goes bad (mode collapse, D always wins, a loss that is no number)
    #[arg(long, value_enum, default_value_t, help_heading = heading::WATCHING)]
    pub guard: GuardChoice,
    /// Draw the sample wall every N steps, but not more often than once a second
    #[arg(long, default_value_t = 5, value_name = "N", help_heading = heading::WATCHING)]
    pub sample_every: u64,
    /// Where to compute: auto takes CUDA, then Metal, then the CPU
    #[arg(long, value_enum, default_value_t, help_heading = heading::MACHINE)]
    pub device: DeviceChoice,
    /// Numbers in the convolutions of training
    #[arg(long, value_enum, default_value_t, help = about::PRECISION, help_heading = heading::MACHINE)]
    pub precision: PrecisionChoice,
    /// CPU threads [default: one a core]
    #[arg(long, value_name = "N", help_heading = heading::MACHINE)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
    /// Folder of the run [default: a new one in the user's data folder]
    #[arg(long, value_name = "DIR", help_heading = heading::KEPT)]
    #[serde(skip)]
    pub run: Option<PathBuf>,
}

/// What is kept of a run besides its model and its measurements.
#[derive(Clone, Debug, PartialEq, Args, Serialize, Deserialize)]
#[serde(default)]
pub struct KeepConfig {
    /// Write a checkpoint every N seconds of training; 0: not by time
    #[arg(long, default_value_t = 60, value_name = "N")]
    pub checkpoint_seconds: u64,
    /// Write a checkpoint every N steps as well [default: by time only]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint_steps: Option<u64>,
    /// How many checkpoints are kept besides the best one; older ones are removed
    #[arg(long = "keep", default_value_t = 3, value_name = "K")]
    pub keep_checkpoints: usize,
    /// Write event files for TensorBoard as well
    #[arg(long)]
    pub tensorboard: bool,
    /// Change a live setting at a step, as STEP:NAME=VALUE, e.g. 5000:lr_g=1e-4; may be repeated
    #[arg(long = "at", value_name = "CHANGE")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Default for KeepConfig {
    fn default() -> Self {
        from_nothing()
    }
}

impl Default for TrainConfig {
    fn default() -> Self {
        from_nothing()
    }
}

impl TrainConfig {
    /// The settings that a run has written down. What its version did not know is as that version had it.
    ///
    /// # Errors
    /// Where the text is no settings.
    pub fn of_run(text: &str) -> Result<Self, toml::de::Error> {
        #[derive(Deserialize)]
        struct Told {
            starter_edition: Option<usize>,
        }
        let mut config: Self = toml::from_str(text)?;
        if toml::from_str::<Told>(text)?.starter_edition.is_none() {
            config.starter_edition = 1;
        }
        Ok(config)
    }

    /// Checks the ranges that the command line and the file do not enforce by themselves.
    ///
    /// # Errors
    /// The first setting that cannot work, with the values that can.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let fail = |text: String| Err(ConfigError::new(text));
        if ![32, 64, 128].contains(&self.size) {
            return fail(format!("size is {}; use 32, 64 or 128", self.size));
        }
        if ![1, 3].contains(&self.channels) {
            return fail(format!("channels is {}; use 1 or 3", self.channels));
        }
        let counts = [
            ("width", self.width, 1, 1024),
            ("latent", self.latent, 1, 4096),
            ("batch", self.batch, 2, 4096),
            ("starter-count", self.starter_count, 64, 10_000_000),
            ("starter-edition", self.starter_edition, 1, 2),
            ("threads", self.threads.unwrap_or(1), 1, 1024),
            ("keep", self.keep.keep_checkpoints, 1, 1000),
        ];
        for (name, value, least, most) in counts {
            if !(least..=most).contains(&value) {
                return fail(format!("{name} is {value}; use {least} to {most}"));
            }
        }
        let ends = [
            ("steps", self.steps),
            ("epochs", self.epochs),
            ("sample-every", Some(self.sample_every)),
            ("checkpoint-steps", self.keep.checkpoint_steps),
        ];
        for (name, value) in ends {
            if value == Some(0) {
                return fail(format!("{name} is 0; use 1 or more"));
            }
        }
        if !(0.0..=0.5).contains(&self.hold_back) {
            return fail(format!("hold-back is {}; use 0 to 0.5", self.hold_back));
        }
        if self.loss == Loss::Rpgan && self.penalty == Penalty::None {
            return fail(
                "penalty is none, but the loss rpgan diverges without one; use r1r2".into(),
            );
        }
        self.check_live(&self.live)?;
        match self.bad_change() {
            Some((_, error)) => Err(error),
            None => Ok(()),
        }
    }

    /// Whether `live` can work in this run.
    ///
    /// # Errors
    /// The first setting that cannot work, with the values that can.
    pub fn check_live(&self, live: &LiveConfig) -> Result<(), ConfigError> {
        live.validate()?;
        if matches!(self.loss, Loss::Hinge | Loss::Rpgan) && live.smoothing > 0.0 {
            let (smoothing, loss) = (live.smoothing, self.loss);
            return Err(ConfigError::new(format!(
                "smoothing is {smoothing}, but the loss {loss} has no targets to smooth; use 0"
            )));
        }
        if self.loss == Loss::Rpgan && live.lecam > 0.0 {
            let (lecam, loss) = (live.lecam, self.loss);
            return Err(ConfigError::new(format!(
                "lecam is {lecam}, but the loss {loss} compares outputs only with each other; use 0"
            )));
        }
        Ok(())
    }

    /// The first step whose planned changes cannot work together with what holds by then, and why.
    pub fn bad_change(&self) -> Option<(u64, ConfigError)> {
        let mut planned: Vec<&Change> = self.keep.changes.iter().collect();
        planned.sort_by_key(|change| change.step);
        let mut live = self.live;
        for of_step in planned.chunk_by(|a, b| a.step == b.step) {
            let step = of_step.first()?.step;
            let changed = of_step
                .iter()
                .try_fold(live, |live, change| live.with(change))
                .and_then(|live| self.check_live(&live).map(|()| live));
            match changed {
                _ if step == 0 => {
                    let text = "at 0: nothing can change there; steps count from 1".into();
                    return Some((step, ConfigError::new(text)));
                }
                Ok(changed) => live = changed,
                Err(error) => return Some((step, ConfigError::new(format!("at {step}: {error}")))),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_valid_and_survives_the_file() {
        let config = TrainConfig::default();
        config.validate().unwrap();
        let text = toml::to_string(&config).unwrap();
        assert_eq!(toml::from_str::<TrainConfig>(&text).unwrap(), config);
        assert_eq!(toml::from_str::<TrainConfig>("").unwrap(), config);
        assert_eq!(TrainConfig::of_run(&text).unwrap(), config);
        // A run of before there was a second edition goes on with the first.
        assert_eq!(TrainConfig::of_run("").unwrap().starter_edition, 1);
    }

    #[test]
    fn what_cannot_work_is_named_with_what_can() {
        let wrong = |change: fn(&mut TrainConfig)| {
            let mut config = TrainConfig::default();
            change(&mut config);
            config.validate().unwrap_err().to_string()
        };
        assert_eq!(wrong(|c| c.size = 48), "size is 48; use 32, 64 or 128");
        assert_eq!(wrong(|c| c.batch = 1), "batch is 1; use 2 to 4096");
        assert_eq!(wrong(|c| c.steps = Some(0)), "steps is 0; use 1 or more");
        assert!(wrong(|c| c.live.lr_g = f64::NAN).contains("lr-g"));
        let hinge = |c: &mut TrainConfig| (c.loss, c.live.smoothing) = (Loss::Hinge, 0.1);
        assert!(wrong(hinge).contains("no targets"));
    }

    #[test]
    fn planned_changes_are_checked_as_they_will_hold() {
        let plan = |plan: &[&str], loss| {
            let mut config = TrainConfig {
                loss,
                ..TrainConfig::default()
            };
            config.keep.changes = plan.iter().map(|change| change.parse().unwrap()).collect();
            config.validate().map_err(|error| error.to_string())
        };
        let wrong = |one, loss| plan(one, loss).unwrap_err();
        assert_eq!(
            wrong(&["9:ema=0.9", "50:lr_g=5"], Loss::Bce),
            "at 50: lr-g is 5; use a number above 0, up to 1"
        );
        assert!(wrong(&["5:smoothing=0.1"], Loss::Hinge).contains("at 5: smoothing is 0.1, but"));
        assert!(wrong(&["0:lr_g=1e-4"], Loss::Bce).contains("steps count from 1"));
        assert!(wrong(&["3:lr_d=nan"], Loss::Bce).contains("lr-d is NaN"));
        // Two of one step hold together.
        let both = ["7:smoothing=0.1", "7:smoothing=0.0"];
        assert_eq!(plan(&both, Loss::Hinge), Ok(()));
    }
}
