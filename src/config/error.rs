//! What is wrong with a setting.

/// A setting that cannot work, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    /// With its sentence, which has no full stop.
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }
}
