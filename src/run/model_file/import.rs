//! What a person says of a file that does not tell everything.

use serde::{Deserialize, Serialize};

/// What to make of a file from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportOptions {
    /// Which of several generators, by its name or a part of it.
    pub network: Option<String>,
    /// Left of zero, of the activation between layers: 0 is ReLU. Found out where it is not given.
    pub slope: Option<f64>,
    /// Side of the pictures, where the layers leave it open.
    pub size: Option<usize>,
}

/// Something that a file leaves open, and what it may be; what was assumed comes first.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub text: &'static str,
    /// What each is called, and the options that say it.
    pub choices: Vec<(String, ImportOptions)>,
}

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
        let choice = |(name, slope): (&str, f64)| {
            let options = ImportOptions {
                slope: Some(slope),
                ..options.clone()
            };
            (name.to_owned(), options)
        };
        Self {
            text: "The file does not tell the activation between its layers. Which pictures look right?",
            choices: [("ReLU", 0.0), ("LeakyReLU 0.2", 0.2)].map(choice).to_vec(),
        }
    }

    /// How large its pictures are.
    pub fn size(options: &ImportOptions, sides: [usize; 2]) -> Self {
        let choice = |side: usize| {
            let options = ImportOptions {
                size: Some(side),
                ..options.clone()
            };
            (format!("{side}×{side}"), options)
        };
        Self {
            text: "The layers of this file may give pictures of two sizes. Which look right?",
            choices: sides.map(choice).to_vec(),
        }
    }
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
        answer
            .and_then(|answer| serde_json::from_str(answer).ok())
            .unwrap_or_default()
    }
}
