//! Labelled pictures, and what D makes of them.

use std::sync::Arc;
use std::time::Duration;

use candle_core::{Device, Tensor};

use super::predict::LabelPredictor;
use crate::config::{TrainConfig, TransformConfig};
use crate::data::{self, Labels, Source, TransformedSource, batches};
use crate::gan::{FEWEST_KNOWN, FEWEST_OF_A_KIND, Features, Predictor, Snapshot};
use crate::latent::directions::Matrix;
use crate::notice::Notice;
use crate::worker::device;
use crate::worker::job::Progress;
use crate::worker::jobs::directions::label_plan::{BATCH, LabelPlan};
use crate::worker::jobs::directions::names::in_words;
use crate::worker::jobs::directions::plan::{device_failed, go_on};
use crate::worker::loader::{LoadOutcome, Loader, LoaderPoll};
use crate::worker::source_notices;

/// Most numbers that tell a picture; with fewer, faint labels are lost (a smile, R² 0.43 of all 9984 numbers of a
/// network of width 32). They take 200 MB for each of a few copies.
const FEATURES: usize = 12_288;
/// How long one look at the loader waits, so that a cancelled search ends.
const PATIENCE: Duration = Duration::from_millis(50);

/// Features and labels of the pictures.
pub(super) struct LabelledFeatures {
    pub names: Vec<String>,
    /// [pictures, columns], NaN where not known.
    pub rows: Matrix,
    features: Features,
    /// One row a picture.
    numbers: Vec<f32>,
    device: Device,
}

/// Reads labelled pictures and D's features of them.
pub(super) fn read(
    model: &Snapshot,
    plan: &LabelPlan,
    progress: &Progress,
) -> Result<LabelledFeatures, Notice> {
    let failed = |error: candle_core::Error| device_failed(&error);
    let (prepared, labels) = open(model, plan, progress)?;
    let mut order = batches::loading_order(prepared.source().len(), plan.seed);
    order.truncate(plan.pictures);
    let total = order.len().max(1) as f32;
    let loader = Loader::start(Arc::clone(&prepared), order, device::threads(None))
        .map_err(|error| Notice::from_error("No thread could be started. Try again.", &error))?;
    let device = device_of(model);
    let mut features = Features::new(model.discriminator(), FEATURES);
    let (mut numbers, mut rows) = (Vec::new(), Vec::new());
    let mut waiting = prepared.dataset();
    loop {
        go_on(progress)?;
        let look = loader.next(PATIENCE);
        let complete = matches!(look, LoaderPoll::Complete);
        if let LoaderPoll::Loaded(LoadOutcome::Picture(ready)) = look {
            let row = labels.row(ready.index).unwrap_or_default();
            rows.extend(row.iter().copied().map(f64::from));
            waiting.take(ready);
        }
        if waiting.len() == BATCH || (complete && !waiting.is_empty()) {
            let all: Vec<usize> = (0..waiting.len()).collect();
            let restored = prepared.restore(&mut waiting, &all);
            restored.map_err(|error| source_notices::unusable(&error))?;
            let pictures =
                batches::to_tensor(&waiting, &all, |_| false, &device).map_err(failed)?;
            numbers.extend(features.of(&pictures).map_err(failed)?);
            waiting = prepared.dataset();
            progress.set(0.4 * (numbers.len() / features.length()) as f32 / total);
        }
        if complete {
            break;
        }
    }
    Ok(LabelledFeatures {
        rows: Matrix::new(labels.names.len(), rows),
        names: labels.names.clone(),
        features,
        numbers,
        device,
    })
}

fn open(
    model: &Snapshot,
    plan: &LabelPlan,
    progress: &Progress,
) -> Result<(Arc<TransformedSource>, Arc<Labels>), Notice> {
    let config = TrainConfig {
        data: plan.data.clone(),
        prepare: TransformConfig {
            folder_labels: plan.folder_labels,
            ..TransformConfig::default()
        },
        size: model.info().size,
        channels: model.info().channels,
        ..TrainConfig::default()
    };
    let source = data::open_while(&config, &|| !progress.is_cancelled());
    go_on(progress)?;
    let source = source.map_err(|error| source_notices::unusable(&error))?;
    let Some(labels) = source.labels().filter(|labels| !labels.is_empty()) else {
        return Err(without_labels(source.as_ref(), plan));
    };
    check_names(&labels.names, &plan.only)?;
    let count = source.len().min(plan.pictures);
    if count < FEWEST_KNOWN {
        let text = if plan.pictures < FEWEST_KNOWN {
            "are asked for"
        } else {
            "are there"
        };
        return Err(Notice::error(format!(
            "Directions are learnt from {FEWEST_KNOWN} labelled pictures or more; {count} {text}."
        )));
    }
    Ok((Arc::new(TransformedSource::new(source, &config)), labels))
}

/// What to do about pictures without labels; what is wrong with a table stands in the details.
fn without_labels(source: &dyn Source, plan: &LabelPlan) -> Notice {
    let sorted = (0..source.len()).any(|index| source.item_name(index).contains('/'));
    let text = match sorted && !plan.folder_labels {
        true => {
            "These pictures have no labels. Use sub-folder names as labels, or put a labels.csv beside the pictures (file, then a column a label)."
        }
        false => {
            "These pictures have no labels. Put a labels.csv beside them (file, then a column a label), or sort them into two folders or more and use sub-folder names as labels."
        }
    };
    let warnings = source.warnings();
    let mut details: Vec<String> = warnings.into_iter().map(|said| said.summary).collect();
    details.push(plan.data.to_string());
    Notice::error(text).with_details(details.join("\n"))
}

impl LabelledFeatures {
    /// One that tells the labels of any face.
    ///
    /// # Errors
    /// Where no label is known well enough, or the device fails.
    pub fn predictor(&mut self) -> Result<LabelPredictor, Notice> {
        let length = self.features.length();
        let numbers = std::mem::take(&mut self.numbers);
        let count = numbers.len() / length;
        let predictor = Tensor::from_vec(numbers, (count, length), &Device::Cpu)
            .and_then(|features| Predictor::fit(&features, &self.rows))
            .map_err(|error| device_failed(&error))?;
        let Some(predictor) = predictor else {
            return Err(Notice::error(format!(
                "No label is known of {FEWEST_KNOWN} of the {count} pictures and differs between them, a yes-or-no in {FEWEST_OF_A_KIND} or more each way. Use more pictures, or label more of them."
            )));
        };
        Ok(LabelPredictor {
            features: self.features.clone(),
            predictor,
            device: self.device.clone(),
        })
    }
}

fn device_of(model: &Snapshot) -> Device {
    model.generator().device()
}

/// Whether each of the labels that were asked for is there.
fn check_names(names: &[String], only: &[String]) -> Result<(), Notice> {
    let is_there = |wanted: &String| {
        let mut columns = names.iter();
        columns.any(|name| name == wanted || in_words(name).as_ref() == Some(wanted))
    };
    let Some(unknown) = only.iter().find(|wanted| !is_there(wanted)) else {
        return Ok(());
    };
    let text =
        format!("These pictures have no label \"{unknown}\". Choose of those that there are.");
    Err(Notice::error(text).with_details(names.join("\n")))
}
