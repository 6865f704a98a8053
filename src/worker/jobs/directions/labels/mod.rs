//! Directions from the labels of pictures: D's features of the pictures learn to tell the labels, tell
//! them of random faces, and directions are fitted to what they tell.

mod features;
mod predict;

use std::time::Instant;

use super::FoundDirections;
use super::names::in_words;
use crate::config::DataChoice;
use crate::gan::{LabelScore, Snapshot};
use crate::latent::directions::{Apart, Kind, LabelFit, Matrix, related};
use crate::latent::{Direction, Method};
use crate::notice::Notice;
use crate::worker::job::Progress;

/// Pictures that go through a network at once.
const BATCH: usize = 64;
/// R² of a number, and twice the balanced accuracy over one half of a yes-or-no, below which a label is
/// not told well enough for a direction.
const FAINT: f64 = 0.15;
/// Random faces that directions are fitted on, where the latent needs no more.
const FACES: usize = 5000;

/// Where labels come from and what to do with them.
#[derive(Clone, Debug)]
pub struct LabelPlan {
    /// Labelled pictures.
    pub data: DataChoice,
    /// Whether the sub-folders that they stand in are labels.
    pub folder_labels: bool,
    /// How many of them to learn from.
    pub pictures: usize,
    /// Random faces that the directions are fitted on; `None` for a few thousand, or more where the
    /// model's latent needs them.
    pub faces: Option<usize>,
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

impl LabelPlan {
    /// Random faces to fit directions of `latent` numbers on.
    ///
    /// # Errors
    /// Where those that were asked for are too few.
    fn faces_for(&self, latent: usize) -> Result<usize, Notice> {
        let fewest = LabelFit::fewest(latent);
        match self.faces {
            Some(faces) if faces < fewest => Err(Notice::error(format!(
                "Directions of this model need {fewest} random faces or more to be fitted to; {faces} are asked for."
            ))),
            Some(faces) => Ok(faces),
            None => Ok(FACES.max(2 * fewest)),
        }
    }
}

impl Default for LabelPlan {
    fn default() -> Self {
        Self {
            data: DataChoice::Starter,
            folder_labels: false,
            pictures: 4000,
            faces: None,
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
    let count = plan.faces_for(model.info().latent)?;
    let mut learnt = features::read(model, plan, progress)?;
    let mut teller = learnt.teller()?;
    let faces = teller.random_faces(model, (count, plan.seed), progress)?;
    let told = teller.predictor.labels().to_vec();
    let kinds: Vec<Kind> = told.iter().map(|label| label.kind).collect();
    let Some(fit) = LabelFit::new(&faces.latents, &faces.labels, &kinds) else {
        return Err(Notice::error(
            "No directions can be fitted: the labels told of random faces are no numbers. Use another model.",
        ));
    };
    let reports = reports(&learnt.names, &told, &fit);
    let mut chosen = choose(&reports, &plan.only);
    chosen.truncate(plan.count);
    if chosen.is_empty() {
        return Err(not_told(&reports, &plan.only));
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
    let mut directions = Vec::new();
    for &own in &chosen {
        cancelled(progress)?;
        let apart_from = |j: &usize| *j != own && !tied[own][*j];
        let others: Vec<usize> = usable.iter().copied().filter(apart_from).collect();
        directions.extend(
            fit.direction(own, &others, plan.apart)
                .map(|sigma| Direction {
                    name: reports[own].name.clone(),
                    method: Method::Label {
                        quality: fit.quality()[own] as f32,
                    },
                    sigma,
                }),
        );
    }
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

/// Why none of the labels gets a direction.
fn not_told(reports: &[LabelReport], only: &[String]) -> Notice {
    let text = if only.is_empty() {
        "No label of these pictures can be told from this model's faces. Train longer, or use the data that it was trained on.".to_owned()
    } else {
        format!(
            "This model's faces do not tell {} well enough. Choose other labels, train longer, or use the data that it was trained on.",
            only.join(", ")
        )
    };
    let line = |report: &LabelReport| {
        let (pictures, latents) = (report.from_pictures, report.from_latents);
        format!(
            "{}: {pictures:.2} from pictures, {latents:.2} from latents",
            report.column
        )
    };
    let lines: Vec<String> = reports.iter().map(line).collect();
    Notice::info(text).with_details(lines.join("\n"))
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

fn reports(names: &[String], told: &[LabelScore], fit: &LabelFit) -> Vec<LabelReport> {
    let of = |(label, &from_latents): (&LabelScore, &f64)| {
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

/// Labels that get a direction: those told best first, or in the order that a person named them.
fn choose(reports: &[LabelReport], only: &[String]) -> Vec<usize> {
    let usable = (0..reports.len()).filter(|&i| reports[i].used);
    if !only.is_empty() {
        let named = |i: &usize| {
            let is = |name: &String| *name == reports[*i].name || *name == reports[*i].column;
            only.iter().position(is)
        };
        let mut chosen: Vec<usize> = usable.filter(|i| named(i).is_some()).collect();
        chosen.sort_by_key(named);
        return chosen;
    }
    let strength = |i: usize| {
        let report = &reports[i];
        let chance = if report.yes_no {
            2.0 * report.from_latents - 1.0
        } else {
            report.from_latents
        };
        chance * report.from_pictures
    };
    let mut chosen: Vec<usize> = usable.collect();
    chosen.sort_by(|&i, &j| strength(j).total_cmp(&strength(i)));
    chosen
}

fn cancelled(progress: &Progress) -> Result<(), Notice> {
    if progress.is_cancelled() {
        return Err(super::cancelled());
    }
    Ok(())
}
