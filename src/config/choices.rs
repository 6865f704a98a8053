//! The settings that are one of a few.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::{OsStringValueParser, TypedValueParser};
use serde::{Deserialize, Serialize};

use super::live;
use crate::path_text;

/// Paths need not be text.
pub(crate) fn data_choice() -> impl TypedValueParser<Value = DataChoice> {
    OsStringValueParser::new().map(DataChoice::from)
}

/// Where the pictures come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum DataChoice {
    /// Faces drawn by the program.
    #[default]
    Starter,
    /// A folder, an archive or a data file; what it is, its content says.
    Path(PathBuf),
}

impl From<OsString> for DataChoice {
    fn from(text: OsString) -> Self {
        match text.to_str() {
            Some("starter") => Self::Starter,
            _ => Self::Path(text.into()),
        }
    }
}

impl DataChoice {
    /// The same from any working folder: a path is taken to begin in the folder `from`.
    pub fn absolute_from(self, from: &Path) -> Self {
        match self {
            Self::Path(path) if !path.as_os_str().is_empty() => {
                let whole = from.join(path);
                Self::Path(std::path::absolute(&whole).unwrap_or(whole))
            }
            other => other,
        }
    }

    /// The same without the folders that it lies in, for files that are handed on to others.
    pub fn without_folders(self) -> Self {
        match self {
            Self::Path(path) => Self::Path(path.file_name().unwrap_or_default().into()),
            Self::Starter => Self::Starter,
        }
    }
}

impl From<String> for DataChoice {
    fn from(text: String) -> Self {
        match text.as_str() {
            "starter" => Self::Starter,
            text => Self::Path(path_text::from_text(text)),
        }
    }
}

/// As it stands in files: any path comes back from it.
impl From<DataChoice> for String {
    fn from(choice: DataChoice) -> Self {
        match choice {
            DataChoice::Starter => choice.to_string(),
            // A folder of this name is not what the name means.
            DataChoice::Path(path) if path.as_os_str() == "starter" => "./starter".into(),
            DataChoice::Path(path) => path_text::to_text(&path),
        }
    }
}

impl FromStr for DataChoice {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.to_owned().into())
    }
}

impl fmt::Display for DataChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starter => f.write_str("starter"),
            Self::Path(path) => path.display().fmt(f),
        }
    }
}

/// What the collapse guard does when a run goes bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuardChoice {
    /// Says nothing.
    Off,
    /// Says what it sees; training goes on.
    #[default]
    Warn,
    /// Ends the run; the best weights are kept.
    Stop,
    /// Goes back to the best weights with lower learning rates, up to three times; then stops.
    #[value(help = format!("Goes back to the best weights with {}, up to three times; then stops", live::slower()))]
    Rollback,
}

impl fmt::Display for GuardChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Stop => "stop",
            Self::Rollback => "rollback",
        })
    }
}

/// Where a line of text stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CaptionPlace {
    /// Below the pictures.
    #[default]
    Below,
    /// Above them.
    Above,
    /// On them, along their lower edge.
    Over,
}

/// Where to compute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// CUDA, then Metal, then the CPU: the first that works.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// An NVIDIA GPU; the program must be built with `--features cuda` or `cudnn`.
    Cuda,
    /// An Apple GPU; the program must be built with `--features metal`.
    Metal,
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::Metal => "metal",
        })
    }
}

/// How many bits the convolutions of training compute with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PrecisionChoice {
    /// 32 bits.
    #[default]
    F32,
    /// bfloat16, where the device is fast with it; weights and sums stay in 32 bits.
    Bf16,
}
