//! What a model tells of itself, in rows for people: on its card in the window and in what is handed on.

use super::peek::Told;
use super::types::Model;
use crate::readable;

/// A name and what it is.
pub type Row = (&'static str, String);

impl Told {
    /// What a model would tell in its file.
    pub(super) fn of(model: &Model) -> Self {
        let names = model.directions.iter();
        Self {
            info: model.info.clone(),
            parameters: model.generator.parameter_count() as u64,
            has_discriminator: model.discriminator.is_some(),
            directions: names.map(|direction| direction.name.clone()).collect(),
        }
    }

    /// With the names of at most so many directions.
    pub fn rows(&self, most_names: usize) -> Vec<Row> {
        let info = &self.info;
        let known = |text: &str| match text.trim() {
            "" => "unknown".to_owned(),
            text => text.replace(['\n', '\r'], " "),
        };
        let mut rows = vec![
            ("Pictures", known(&info.data)),
            ("Licence of the pictures", known(&info.data_licence)),
        ];
        if !info.made_of.is_empty() {
            rows.push(("Made of", known(&info.made_of)));
        }
        if info.step > 0 {
            rows.push(("Steps", readable::count(info.step)));
            rows.push(("Pictures seen", readable::count(info.images)));
        }
        rows.push(("Latent", format!("{} numbers", info.latent)));
        rows.push(("Parameters", readable::count(self.parameters)));
        if let Some(serde_json::Value::String(loss)) =
            info.loss.and_then(|loss| serde_json::to_value(loss).ok())
        {
            rows.push(("Loss", loss));
        }
        let with = if self.has_discriminator {
            "in the file"
        } else {
            "not in the file"
        };
        rows.push(("Discriminator", with.to_owned()));
        if !self.directions.is_empty() {
            let (few, all) = (
                self.directions.iter().take(most_names),
                self.directions.len(),
            );
            let few: Vec<&str> = few.map(String::as_str).collect();
            let more = all.saturating_sub(few.len());
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            rows.push(("Directions", known(&format!("{}{more}", few.join(", ")))));
        }
        rows
    }
}
