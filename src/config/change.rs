//! Live settings that change while a run goes on.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::error::ConfigError;
use super::live::LiveConfig;

/// A live setting that changes at a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Change {
    /// The first step with the new value, from 1.
    pub step: u64,
    /// The setting's name in `config.toml`.
    pub name: String,
    /// Its new value, as in `config.toml`.
    pub value: toml::Value,
}

impl FromStr for Change {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ConfigError::new(format!("{text} is no change; write e.g. 5000:lr_g=1e-4"));
        let (step, assignment) = text.split_once(':').ok_or_else(wrong)?;
        let (name, value) = assignment.split_once('=').ok_or_else(wrong)?;
        let step = step.trim().parse().map_err(|_| wrong())?;
        let name = name.trim().trim_start_matches("--").replace('-', "_");
        let value = value.trim();
        let change = |value| Self {
            step,
            name: name.clone(),
            value,
        };
        // What is neither a number nor a truth is a name.
        let parsed = format!("v = {value}").parse::<toml::Table>().ok();
        let parsed = parsed.and_then(|mut table| table.remove("v"));
        let change = change(parsed.unwrap_or_else(|| value.to_owned().into()));
        LiveConfig::default().with(&change)?;
        Ok(change)
    }
}

impl TryFrom<String> for Change {
    type Error = ConfigError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Change> for String {
    fn from(change: Change) -> Self {
        let value = change.value.to_string();
        format!("{}:{}={value}", change.step, change.name)
    }
}

impl LiveConfig {
    /// The same with one setting changed.
    ///
    /// # Errors
    /// Where there is no such setting, or it cannot have this value.
    pub fn with(&self, change: &Change) -> Result<Self, ConfigError> {
        let wrong = |text: String| ConfigError::new(format!("{}: {text}", change.name));
        let mut table = toml::Table::try_from(self).map_err(|error| wrong(error.to_string()))?;
        let Some(value) = table.get_mut(&change.name) else {
            let names: Vec<&str> = table.keys().map(String::as_str).collect();
            let names = names.join(", ");
            return Err(wrong(format!(
                "there is no such live setting; use one of {names}"
            )));
        };
        *value = match (&*value, &change.value) {
            (toml::Value::Float(_), toml::Value::Integer(whole)) => {
                toml::Value::Float(*whole as f64)
            }
            _ => change.value.clone(),
        };
        table
            .try_into()
            .map_err(|error: toml::de::Error| wrong(error.message().into()))
    }

    /// The same with what differs between `from` and `to` as it is in `to`: somebody who was shown `from`
    /// changes nothing else.
    pub fn with_differences(&self, from: &Self, to: &Self) -> Self {
        let table = |live: &Self| toml::Table::try_from(live).unwrap_or_default();
        let (mut all, from) = (table(self), table(from));
        let differs = |(name, value): &(String, toml::Value)| from.get(name) != Some(value);
        all.extend(table(to).into_iter().filter(differs));
        // It is made of three that are settings.
        all.try_into().unwrap_or(*self)
    }

    /// What differs in `new`: name, value here, value there.
    pub fn differences(&self, new: &Self) -> Vec<(String, String, String)> {
        let table = |live: &Self| toml::Table::try_from(live).unwrap_or_default();
        let (old, new) = (table(self), table(new));
        let words = |value: Option<&toml::Value>| match value {
            Some(toml::Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => "off".into(),
        };
        let names: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
        let changed = names
            .into_iter()
            .filter(|name| old.get(*name) != new.get(*name));
        changed
            .map(|name| (name.clone(), words(old.get(name)), words(new.get(name))))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::live::Augment;

    #[test]
    fn only_what_was_touched_changes() {
        let shown = LiveConfig::default();
        let touched = LiveConfig { lr_g: 0.1, ..shown };
        let used = LiveConfig {
            beta1: 0.9,
            augment: Augment::ALL,
            ..shown
        };
        let expected = LiveConfig { lr_g: 0.1, ..used };
        assert_eq!(used.with_differences(&shown, &touched), expected);
    }
}
