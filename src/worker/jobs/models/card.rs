//! What is known of one model, in rows for people.

use std::path::Path;

use super::ModelPlace;
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::readable;
use crate::run::model_file::{self, Row};
use crate::run::{EvalLog, METRICS, read_settings};
use crate::worker::job::Job;
use crate::worker::jobs::shipped;
use crate::worker::waker::Waker;

/// Names of directions that a card has room for.
const NAMES: usize = 6;

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
        rows: told.map(|told| told.rows(NAMES)).unwrap_or_default(),
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
