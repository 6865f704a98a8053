//! How good a model is, measured against data.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::model::read_model;
use crate::config::TrainConfig;
use crate::data::{self, TransformedSource};
use crate::gan::Snapshot;
use crate::metrics::SampleSizes;
use crate::notice::Notice;
use crate::run::{Checkpoint, CheckpointStore, EvalRecord};
use crate::worker::evaluation::{evaluate, read_reference};
use crate::worker::source_notices;

/// A measurement to make.
#[derive(Clone, Debug)]
pub struct EvaluatePlan {
    /// Model file or run folder.
    pub model: PathBuf,
    /// Which real pictures; their size and channels follow from the model.
    pub data: TrainConfig,
    /// Samples, and real pictures to compare with.
    pub pictures: usize,
    /// Which samples, patches and lines.
    pub seed: u64,
}

/// Measures a model against data, on this thread: what the weights are called, and what was found. Of
/// a checkpoint, or a run with a checkpoint of its model's step, the averaged weights and the raw ones.
///
/// # Errors
/// Where model or pictures cannot be read, or the device fails.
pub fn evaluate_model(plan: &EvaluatePlan) -> Result<Vec<(&'static str, EvalRecord)>, Notice> {
    let model = read_model(&plan.model)?;
    let info = model.info();
    let config = TrainConfig {
        size: info.size,
        channels: info.channels,
        ..plan.data.clone()
    };
    let source = data::open(&config).map_err(|error| source_notices::unusable(&error))?;
    let sizes = SampleSizes {
        pictures: plan.pictures,
        ..SampleSizes::THOROUGH
    };
    let channels = info.channels;
    let prepared = TransformedSource::new(source, &config);
    let reference = read_reference(&prepared, channels, sizes, plan.seed, &|| true)?;
    let all = match raw_weights(&plan.model, &model) {
        Some(raw) => vec![("averaged", model), ("raw", raw)],
        None => vec![("model", model)],
    };
    let Some(reference) = reference else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for (name, weights) in &all {
        let measured = evaluate(
            &reference,
            None,
            weights,
            plan.seed,
            Instant::now(),
            &|| true,
        )?;
        found.extend(measured.map(|measured| (*name, measured)));
    }
    Ok(found)
}

/// The weights that were trained, where `model` at `path` is their average and they were kept.
fn raw_weights(path: &Path, model: &Snapshot) -> Option<Snapshot> {
    let file = if path.is_dir() {
        CheckpointStore::new(path).path(model.info().step)
    } else {
        path.to_owned()
    };
    let device = model.generator().device();
    // A model file has none, which is no error.
    let raw = Checkpoint::read(&file)
        .ok()?
        .raw_generator(&device)
        .ok()??;
    Some(Snapshot::new(model.info().clone(), raw))
}
