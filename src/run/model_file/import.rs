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
