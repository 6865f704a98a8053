//! What a person says of a file that does not tell everything.

use serde::{Deserialize, Serialize};

use crate::gan::layers::{Bend, Kind};

/// What to make of a file from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportOptions {
    /// Which of several generators, by its name or a part of it.
    pub network: Option<String>,
    /// Between the layers. Found out where it is not given.
    pub activation: Option<Activation>,
    /// Behind the last norm, where others than in front of it may stand.
    pub last_activation: Option<Activation>,
    /// Side of the pictures, where the layers leave it open.
    pub size: Option<usize>,
    /// What its kernels do, as a question has put it.
    pub geometry: Option<String>,
    /// Whether what was found out is right, though it does not fit well.
    pub as_found: bool,
}

/// As earlier versions kept what a person has said.
#[derive(Default, Deserialize)]
#[serde(default)]
struct EarlierAnswer {
    slope: Option<f64>,
}

/// What bends features between layers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// Left of zero; 0 is ReLU.
    Slope(f64),
    Bend(Bend),
}

impl Activation {
    /// One that has no slope left of zero, by its name in PyTorch.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Bend::ALL.into_iter();
        all.find(|bend| bend.name().eq_ignore_ascii_case(name))
            .map(Self::Bend)
    }

    pub(super) fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Relu => Some(Self::Slope(0.0)),
            Kind::LeakyRelu { slope } => Some(Self::Slope(slope)),
            Kind::Bent { bend } => Some(Self::Bend(bend)),
            _ => None,
        }
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Slope(0.0) => Kind::Relu,
            Self::Slope(slope) => Kind::LeakyRelu { slope },
            Self::Bend(bend) => Kind::Bent { bend },
        }
    }
}

/// Something that a file leaves open, and what it may be; what was assumed comes first.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub text: &'static str,
    /// What each is called, and the options that say it.
    pub choices: Vec<(String, ImportOptions)>,
}

/// Two activations that most generators have.
const USUAL: [(&str, f64); 2] = [("ReLU", 0.0), ("LeakyReLU 0.2", 0.2)];

impl Question {
    /// Which of the networks of these names.
    pub fn network(options: &ImportOptions, names: impl Iterator<Item = String>) -> Self {
        let choice = |name: String| {
            let options = ImportOptions {
                network: Some(name.clone()),
                ..options.clone()
            };
            (name, options)
        };
        Self {
            text: "The file holds several generators. Which one?",
            choices: names.map(choice).collect(),
        }
    }

    /// Which activation is between the layers.
    pub fn activation(options: &ImportOptions) -> Self {
        Self {
            text: "The file does not tell the activation between its layers. Which pictures look right?",
            choices: with_activations(options).collect(),
        }
    }

    /// Which activation stands behind the last norm, of those that stand in front; `all` with their names.
    pub fn last_activation(
        options: &ImportOptions,
        all: impl Iterator<Item = (String, Activation)>,
    ) -> Self {
        let choice = |(name, activation): (String, Activation)| {
            let options = ImportOptions {
                last_activation: Some(activation),
                ..options.clone()
            };
            (name, options)
        };
        Self {
            text: "Activations differ from layer to layer, and nothing tells the last one. Which pictures look right?",
            choices: all.map(choice).collect(),
        }
    }

    /// Whether what fits best, which is not well, is better than what most generators have.
    pub fn poor(options: &ImportOptions) -> Self {
        let found = ImportOptions {
            as_found: true,
            ..options.clone()
        };
        let found = ("As found".to_owned(), found);
        Self {
            text: "Nothing fits what this file remembers of its features well. Which pictures look right?",
            choices: std::iter::once(found)
                .chain(with_activations(options))
                .collect(),
        }
    }

    /// Which strides and paddings; `all` are sides of pictures with what kernels do.
    pub fn geometry(options: &ImportOptions, all: impl Iterator<Item = (usize, String)>) -> Self {
        let choice = |(at, (side, geometry)): (usize, (usize, String))| {
            let options = ImportOptions {
                geometry: Some(geometry),
                ..options.clone()
            };
            (format!("{}. {side}×{side}", at + 1), options)
        };
        Self {
            text: "The layers of this file may be put together in several ways. Which pictures look right?",
            choices: all.enumerate().map(choice).collect(),
        }
    }
}

fn with_activations(options: &ImportOptions) -> impl Iterator<Item = (String, ImportOptions)> {
    USUAL.into_iter().map(|(name, slope)| {
        let options = ImportOptions {
            activation: Some(Activation::Slope(slope)),
            ..options.clone()
        };
        (name.to_owned(), options)
    })
}

/// What was found out of a file from elsewhere, for people.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What was assumed.
    pub notes: Vec<String>,
    /// What a person may know better.
    pub questions: Vec<Question>,
}

impl ImportOptions {
    /// As an answer that is kept; `None` where a person has said nothing.
    pub fn to_answer(&self) -> Option<String> {
        let said = *self != Self::default();
        said.then(|| serde_json::to_string(self).ok()).flatten()
    }

    /// What was kept; nothing where it cannot be understood.
    pub fn of_answer(answer: Option<&str>) -> Self {
        let Some(answer) = answer else {
            return Self::default();
        };
        let mut options: Self = serde_json::from_str(answer).unwrap_or_default();
        let earlier: EarlierAnswer = serde_json::from_str(answer).unwrap_or_default();
        options.activation = options.activation.or(earlier.slope.map(Activation::Slope));
        options
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_earlier_versions_still_count() {
        let earlier = r#"{"network":null,"slope":0.2,"size":64}"#;
        let options = ImportOptions::of_answer(Some(earlier));
        assert_eq!(
            (options.activation, options.size),
            (Some(Activation::Slope(0.2)), Some(64))
        );
        let bent = ImportOptions {
            activation: Some(Activation::Bend(Bend::Elu)),
            geometry: Some("t1.0.0 u2 c1".into()),
            as_found: true,
            ..ImportOptions::default()
        };
        let kept = bent.to_answer().unwrap();
        assert_eq!(ImportOptions::of_answer(Some(&kept)), bent);
        assert_eq!(
            ImportOptions::of_answer(Some("?")),
            ImportOptions::default()
        );
    }
}
