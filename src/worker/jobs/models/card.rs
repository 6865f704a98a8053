//! What is known of one model, in rows for people.

use std::path::Path;

use super::ModelPlace;
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::readable;
use crate::run::model_file::{self, Told};
use crate::run::{EvalLog, METRICS, read_settings};
use crate::worker::job::Job;
use crate::worker::jobs::shipped;
use crate::worker::waker::Waker;

/// A name and what it is.
pub type Row = (&'static str, String);

/// What is known of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelCard {
    pub rows: Vec<Row>,
    /// What was measured of it last, where it lies in the folder of its run.
    pub measures: Vec<(&'static str, String)>,
    /// Settings of its run, as text.
    pub settings: Option<String>,
}

/// Reads the card of the model at `place`.
pub fn read_card(place: ModelPlace, waker: Waker) -> Job<ModelCard> {
    Job::spawn("card", waker, move |_| card(&place))
}

fn card(place: &ModelPlace) -> Result<ModelCard, Notice> {
    let path = place.path();
    let told = match place {
        ModelPlace::Shipped(name) => {
            shipped::find(name).and_then(|shipped| model_file::told(shipped.bytes))
        }
        _ => model_file::peek(&path).map_err(|error| {
            let text = "The model's file cannot be read any more. Look where it went.";
            Notice::from_error(text, &error).at(&path)
        })?,
    };
    let run = match place {
        ModelPlace::Run(folder) => Some(folder.as_path()),
        _ => None,
    };
    let config = run.and_then(|run| read_settings(run).ok());
    Ok(ModelCard {
        rows: told.map(|told| rows(&told)).unwrap_or_default(),
        measures: run.map(measures).unwrap_or_default(),
        settings: config.and_then(|config| {
            toml::to_string(&TrainConfig {
                run: None,
                ..config
            })
            .ok()
        }),
    })
}

fn rows(told: &Told) -> Vec<Row> {
    let info = &told.info;
    let known = |text: &str| match text.trim() {
        "" => "unknown".to_owned(),
        text => text.replace(['\n', '\r'], " "),
    };
    let mut rows = vec![
        ("Pictures", known(&info.data)),
        ("Licence", known(&info.data_licence)),
    ];
    if !info.made_of.is_empty() {
        rows.push(("Made of", info.made_of.clone()));
    }
    if info.step > 0 {
        rows.push(("Steps", readable::count(info.step)));
        rows.push(("Pictures seen", readable::count(info.images)));
    }
    rows.push(("Latent", format!("{} numbers", info.latent)));
    rows.push(("Parameters", readable::count(told.parameters)));
    if let Some(serde_json::Value::String(loss)) =
        info.loss.and_then(|loss| serde_json::to_value(loss).ok())
    {
        rows.push(("Loss", loss));
    }
    let with = if told.has_discriminator {
        "in the file"
    } else {
        "not in the file"
    };
    rows.push(("Discriminator", with.to_owned()));
    if !told.directions.is_empty() {
        let (few, all) = (told.directions.iter().take(6), told.directions.len());
        let few: Vec<&str> = few.map(String::as_str).collect();
        let more = all.saturating_sub(few.len());
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        rows.push(("Directions", format!("{}{more}", few.join(", "))));
    }
    rows
}

/// The newest evaluation of a run.
fn measures(run: &Path) -> Vec<(&'static str, String)> {
    let Some(last) = EvalLog::of(run).read().pop() else {
        return Vec::new();
    };
    let told = METRICS.iter().filter_map(|metric| {
        let value = (metric.value)(&last.measures)?;
        Some((in_words(metric.name), format!("{value:.4}")))
    });
    let at = ("At step", readable::count(last.step));
    std::iter::once(at).chain(told).collect()
}

/// What a column of the evaluations is called on screen.
fn in_words(name: &'static str) -> &'static str {
    match name {
        "ms_ssim" => "Similarity (MS-SSIM)",
        "ms_ssim_data" => "… of the pictures",
        "swd" => "Distance (SWD)",
        "swd_data" => "… of the pictures",
        "nearest" => "Nearest picture",
        "nearest_held_back" => "… held back",
        other => other,
    }
}
