//! Directions from the labels of pictures: D's features of the pictures learn to tell the labels, tell
//! them of random faces, and directions are fitted to what they tell.

use std::sync::Arc;
use std::time::{Duration, Instant};

use candle_core::{Device, Tensor};

use super::names::in_words;
use super::{FoundDirections, device_failed};
use crate::config::{DataChoice, TrainConfig};
use crate::data::{self, Labels, Prepared, batches};
use crate::gan::{Features, Predictor, Snapshot, Told, latents_to_tensor};
use crate::latent::directions::{Apart, Kind, LabelFit, Matrix, related};
use crate::latent::noise::{Noise, Purpose};
use crate::latent::{Direction, Latent, Method};
use crate::notice::Notice;
use crate::worker::device;
use crate::worker::job::Progress;
use crate::worker::loader::{Loaded, Loader, Look};

/// Numbers that the features of a picture are folded into.
const FEATURES: usize = 1024;
/// Pictures that go through a network at once.
const BATCH: usize = 64;
/// How long one look at the loader waits, so that a cancelled search ends.
const PATIENCE: Duration = Duration::from_millis(50);
/// R² of a number, and twice the balanced accuracy over one half of a yes-or-no, below which a label is
/// not told well enough for a direction.
const FAINT: f64 = 0.2;
/// Latents on which effects are measured, and how far they are moved each way, in σ.
const MOVED: usize = 48;
const REACH: f32 = 2.0;

/// Where labels come from and what to do with them.
#[derive(Clone, Debug)]
pub struct LabelPlan {
    /// Labelled pictures.
    pub data: DataChoice,
    /// How many of them to learn from.
    pub pictures: usize,
    /// Random faces that the directions are fitted on.
    pub faces: usize,
    /// Whether to hold the directions apart.
    pub apart: Apart,
    /// Only these labels, by direction's name or column; all without any.
    pub only: Vec<String>,
    /// So many directions at most, those told best.
    pub count: usize,
    /// Whether to measure how much each direction changes each label.
    pub check: bool,
    /// Which random faces.
    pub seed: u64,
}

impl Default for LabelPlan {
    fn default() -> Self {
        Self {
            data: DataChoice::Starter,
            pictures: 4000,
            faces: 5000,
            apart: Apart::Times(6.0),
            only: Vec::new(),
            count: usize::MAX,
            check: false,
            seed: 1,
        }
    }
}

/// How well one label can be told.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelReport {
    /// Its column in the table of labels.
    pub column: String,
    /// The direction's name.
    pub name: String,
    /// Whether it is there or not, rather than more or less.
    pub yes_no: bool,
    /// From D's features of pictures that were kept back: R², or balanced accuracy of a yes-or-no.
    pub from_pictures: f64,
    /// From latents that were kept back, likewise.
    pub from_latents: f64,
    /// Whether it is told well enough for a direction.
    pub used: bool,
}

/// How much each direction changes each label.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// Of directions and labels.
    pub names: Vec<String>,
    /// `[direction][label]`: from −2σ to 2σ of the direction, in σ of the label over random faces.
    pub moved: Vec<Vec<f64>>,
}

impl Effects {
    /// How many times as much direction `index` changes its own label as the most changed other one.
    pub fn ratio(&self, index: usize) -> f64 {
        let Some(row) = self.moved.get(index) else {
            return f64::NAN;
        };
        let own = row.get(index).map_or(f64::NAN, |x| x.abs());
        let others = row.iter().enumerate().filter(|(label, _)| *label != index);
        own / others.fold(f64::MIN_POSITIVE, |most, (_, x)| most.max(x.abs()))
    }
}

pub(super) fn find(
    model: &Snapshot,
    plan: &LabelPlan,
    progress: &Progress,
) -> Result<FoundDirections, Notice> {
    let begin = Instant::now();
    let failed = |error: candle_core::Error| device_failed(&error);
    let learnt = read(model, plan, progress)?;
    let mut teller = learnt.teller(&learnt.rows).map_err(failed)?;
    let faces = teller.random_faces(model, plan, progress)?;
    let told = teller.predictor.labels().to_vec();
    let kinds: Vec<Kind> = told.iter().map(|label| label.kind).collect();
    let Some(fit) = LabelFit::new(&faces.latents, &faces.labels, &kinds) else {
        return Err(Notice::error(
            "Too few random faces to fit directions to. Ask for more.",
        ));
    };
    let reports = reports(&learnt.names, &told, &fit);
    let mut chosen = choose(&reports, &plan.only);
    chosen.truncate(plan.count);
    if chosen.is_empty() {
        let text = "No label of these pictures can be told from this model's faces. Train longer, or use the data that it was trained on.";
        return Err(Notice::info(text));
    }
    let columns: Vec<String> = told
        .iter()
        .map(|t| learnt.names[t.column].clone())
        .collect();
    let truth = Matrix::new(
        told.len(),
        learnt
            .rows
            .rows()
            .flat_map(|row| told.iter().map(|t| row[t.column]))
            .collect(),
    );
    let tied = related(&columns, &truth);
    let usable: Vec<usize> = (0..told.len()).filter(|&i| reports[i].used).collect();
    let directions = chosen.iter().filter_map(|&own| {
        let others: Vec<usize> = usable
            .iter()
            .copied()
            .filter(|&j| j != own && !tied[own][j])
            .collect();
        Some(Direction {
            name: reports[own].name.clone(),
            method: Method::Label {
                quality: fit.quality()[own] as f32,
            },
            sigma: fit.direction(own, &others, plan.apart)?,
        })
    });
    let directions: Vec<Direction> = directions.collect();
    let seconds = begin.elapsed().as_secs_f64();
    let effects = plan
        .check
        .then(|| teller.effects(model, &directions, (&chosen, fit.deviations()), progress));
    progress.set(1.0);
    Ok(FoundDirections {
        directions,
        labels: reports,
        effects: effects.transpose()?,
        seconds,
    })
}

/// Features and labels of the pictures.
struct Learnt {
    names: Vec<String>,
    /// [pictures, columns], NaN where not known.
    rows: Matrix,
    features: Features,
    /// One row a picture.
    numbers: Vec<f32>,
    device: Device,
}

/// Reads labelled pictures and D's features of them.
fn read(model: &Snapshot, plan: &LabelPlan, progress: &Progress) -> Result<Learnt, Notice> {
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
        cancelled(progress)?;
        let look = loader.next(PATIENCE);
        let complete = matches!(look, Look::Complete);
        if let Look::Loaded(Loaded::Picture(ready)) = look {
            let row = labels.row(ready.index).unwrap_or_default();
            rows.extend(row.iter().copied().map(f64::from));
            waiting.take(ready);
        }
        if waiting.len() == BATCH || (complete && !waiting.is_empty()) {
            let all: Vec<usize> = (0..waiting.len()).collect();
            let pictures =
                batches::to_tensor(&waiting, &all, |_| false, &device).map_err(failed)?;
            numbers.extend(features.of(&pictures).map_err(failed)?);
            waiting = prepared.dataset();
            progress.set(0.4 * (numbers.len() / FEATURES) as f32 / total);
        }
        if complete {
            break;
        }
    }
    Ok(Learnt {
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
) -> Result<(Arc<Prepared>, Arc<Labels>), Notice> {
    let config = TrainConfig {
        data: plan.data.clone(),
        size: model.info().size,
        channels: model.info().channels,
        ..TrainConfig::default()
    };
    let source = data::open_while(&config, &|| !progress.is_cancelled());
    cancelled(progress)?;
    let source = source.map_err(|error| {
        Notice::from_error(
            "The pictures cannot be used. Choose another source.",
            &error,
        )
    })?;
    let Some(labels) = source.labels().filter(|labels| !labels.is_empty()) else {
        let text = "These pictures have no labels. Put a labels.csv beside them, or sort them into a folder a kind.";
        return Err(Notice::error(text).with_details(plan.data.to_string()));
    };
    Ok((Arc::new(Prepared::new(source, &config)), labels))
}

impl Learnt {
    /// One that tells the labels of any face.
    fn teller(&self, rows: &Matrix) -> candle_core::Result<Teller> {
        let count = self.numbers.len() / FEATURES;
        let features = Tensor::from_vec(self.numbers.clone(), (count, FEATURES), &Device::Cpu)?;
        match Predictor::fit(&features, rows)? {
            Some(predictor) => Ok(Teller {
                features: self.features.clone(),
                predictor,
                device: self.device.clone(),
            }),
            None => candle_core::bail!(
                "no label of these pictures is known often enough and differs between them"
            ),
        }
    }
}

/// Tells the labels of faces.
struct Teller {
    features: Features,
    predictor: Predictor,
    device: Device,
}

/// Random faces and what was told of them.
struct Faces {
    /// [n, latent].
    latents: Matrix,
    /// [n, labels].
    labels: Matrix,
}

impl Teller {
    fn random_faces(
        &mut self,
        model: &Snapshot,
        plan: &LabelPlan,
        progress: &Progress,
    ) -> Result<Faces, Notice> {
        let length = model.info().latent;
        let mut noise = Noise::new(plan.seed, Purpose::Directions);
        let latents: Vec<Latent> = (0..plan.faces).map(|_| noise.latent(length)).collect();
        let labels = self.tell(model, &latents, progress, (0.45, 0.95))?;
        let numbers = latents
            .iter()
            .flat_map(|z| z.0.iter().copied().map(f64::from));
        Ok(Faces {
            latents: Matrix::new(length, numbers.collect()),
            labels,
        })
    }

    /// Labels of drawn faces [n, labels]; the share of work done goes from one end of `span` to the other.
    fn tell(
        &mut self,
        model: &Snapshot,
        latents: &[Latent],
        progress: &Progress,
        span: (f32, f32),
    ) -> Result<Matrix, Notice> {
        let mut labels = Vec::new();
        for (index, some) in latents.chunks(BATCH).enumerate() {
            cancelled(progress)?;
            let told = self
                .tell_batch(model, some)
                .map_err(|error| device_failed(&error))?;
            labels.extend_from_slice(told.numbers());
            let share = ((index + 1) * BATCH) as f32 / latents.len() as f32;
            progress.set(span.0 + (span.1 - span.0) * share.min(1.0));
        }
        Ok(Matrix::new(self.predictor.labels().len(), labels))
    }

    fn tell_batch(&mut self, model: &Snapshot, some: &[Latent]) -> candle_core::Result<Matrix> {
        let z = latents_to_tensor(some, model.info().latent, &self.device)?; // [b, 1, 1, latent]
        let pictures = model.generator().infer(&z)?; // [b, size, size, channels]
        self.predictor.predict_numbers(self.features.of(&pictures)?)
    }

    /// Moves latents that nothing was fitted on along each direction, and tells what changes.
    fn effects(
        &mut self,
        model: &Snapshot,
        directions: &[Direction],
        (chosen, deviations): (&[usize], &[f64]),
        progress: &Progress,
    ) -> Result<Effects, Notice> {
        let mut noise = Noise::new(u64::MAX, Purpose::Directions);
        let held_out: Vec<Latent> = (0..MOVED)
            .map(|_| noise.latent(model.info().latent))
            .collect();
        let mut moved = Vec::new();
        for direction in directions {
            let to = |by: f32| held_out.iter().map(move |z| direction.moved_by(z, by));
            let both: Vec<Latent> = to(-REACH).chain(to(REACH)).collect();
            let told = self.tell(model, &both, progress, (0.95, 1.0))?;
            let change = chosen.iter().map(|&label| {
                let of = |side: usize| -> f64 {
                    told.column(label)
                        .skip(side * MOVED)
                        .take(MOVED)
                        .sum::<f64>()
                        / MOVED as f64
                };
                (of(1) - of(0)) / deviations.get(label).copied().unwrap_or(f64::NAN)
            });
            moved.push(change.collect());
        }
        Ok(Effects {
            names: directions.iter().map(|d| d.name.clone()).collect(),
            moved,
        })
    }
}

fn reports(names: &[String], told: &[Told], fit: &LabelFit) -> Vec<LabelReport> {
    let of = |(label, &from_latents): (&Told, &f64)| {
        let column = names.get(label.column).cloned().unwrap_or_default();
        let yes_no = matches!(label.kind, Kind::YesNo(_));
        let better_than_chance = |quality: f64| if yes_no { 2.0 * quality - 1.0 } else { quality };
        let weaker = label.quality.min(from_latents);
        let name = in_words(&column);
        LabelReport {
            used: name.is_some() && better_than_chance(weaker) >= FAINT,
            name: name.unwrap_or_else(|| column.clone()),
            column,
            yes_no,
            from_pictures: label.quality,
            from_latents,
        }
    };
    told.iter().zip(fit.quality()).map(of).collect()
}

/// Labels that get a direction, those told best first.
fn choose(reports: &[LabelReport], only: &[String]) -> Vec<usize> {
    let wanted = |report: &LabelReport| {
        let named = |name: &String| *name == report.name || *name == report.column;
        only.is_empty() || only.iter().any(named)
    };
    let mut chosen: Vec<usize> = (0..reports.len())
        .filter(|&i| reports[i].used && wanted(&reports[i]))
        .collect();
    let strength = |i: usize| {
        let report = &reports[i];
        let chance = if report.yes_no {
            2.0 * report.from_latents - 1.0
        } else {
            report.from_latents
        };
        chance * report.from_pictures
    };
    chosen.sort_by(|&i, &j| strength(j).total_cmp(&strength(i)));
    chosen
}

fn device_of(model: &Snapshot) -> Device {
    let first = model.generator().blocks.first();
    first.map_or(Device::Cpu, |block| block.weight.device().clone())
}

fn cancelled(progress: &Progress) -> Result<(), Notice> {
    if progress.is_cancelled() {
        return Err(Notice::info("Looking for directions was cancelled."));
    }
    Ok(())
}
