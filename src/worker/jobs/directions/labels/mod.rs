//! Directions from the labels of pictures: D's features of the pictures learn to tell the labels, tell
//! them of random faces, and directions are fitted to what they tell.

mod features;
mod predict;

use std::time::Instant;

use super::label_plan::{Effects, LabelPlan, LabelReport, effect_on};
use super::names::in_words;
use super::plan::{FoundDirections, go_on};
use crate::gan::{LabelScore, Snapshot};
use crate::latent::directions::{LabelFit, LabelKind, Matrix, related};
use crate::latent::{Direction, Method};
use crate::notice::Notice;
use crate::worker::job::Progress;
use features::LabelledFeatures;

/// R² of a number, and twice the balanced accuracy over one half of a yes-or-no, below which a label is
/// not told well enough for a direction.
const FAINT: f64 = 0.15;

pub(super) fn find(
    model: &Snapshot,
    plan: &LabelPlan,
    progress: &Progress,
) -> Result<FoundDirections, Notice> {
    let begin = Instant::now();
    let count = plan.faces_for(model.info().latent)?;
    let mut learnt = features::read(model, plan, progress)?;
    let mut predictor = learnt.predictor()?;
    let faces = predictor.random_faces(model, (count, plan.seed), progress)?;
    let told = predictor.predictor.labels().to_vec();
    let kinds: Vec<LabelKind> = told.iter().map(|label| label.kind).collect();
    let Some(fit) = LabelFit::new(&faces.latents, &faces.labels, &kinds) else {
        return Err(Notice::error(
            "No directions can be fitted: the labels told of random faces are no numbers. Use another model.",
        ));
    };
    let reports = reports(&learnt.names, &told, &fit);
    let mut chosen = choose(&reports, &plan.only);
    if plan.count > 0 {
        chosen.truncate(plan.count);
    }
    if chosen.is_empty() {
        return Err(not_told(&reports, &plan.only));
    }
    let tied = tied(&learnt, &told);
    let mut directions = Vec::new();
    for &own in chosen.iter().take(plan.count) {
        go_on(progress)?;
        let apart_from = |j: &usize| reports[*j].used && *j != own && !tied[own][*j];
        let others: Vec<usize> = (0..told.len()).filter(apart_from).collect();
        let sigma = fit.direction(own, &others, plan.apart);
        directions.extend(sigma.map(|sigma| Direction {
            name: reports[own].name.clone(),
            method: Method::Label {
                quality: fit.quality()[own] as f32,
                effect: None,
            },
            sigma,
        }));
    }
    let seconds = begin.elapsed().as_secs_f64();
    let (mut effects, mut known) = (None, Vec::new());
    if plan.check > 0 {
        let of = (&chosen[..], fit.deviations());
        let names: Vec<String> = chosen
            .iter()
            .map(|&own| reports[own].name.clone())
            .collect();
        let own = |direction: &Direction| {
            let is_its = |name: &String| name.eq_ignore_ascii_case(&direction.name);
            names.iter().position(is_its)
        };
        known.extend(plan.also.iter().filter(|one| own(one).is_some()).cloned());
        for some in [&mut directions, &mut known] {
            let moved = predictor.effects(model, some, of, plan.check, progress)?;
            for (direction, row) in some.iter_mut().zip(&moved) {
                let own = own(direction);
                if let Method::Label { effect, .. } = &mut direction.method {
                    *effect = own.and_then(|own| effect_on(&names, row, own));
                }
            }
            effects.get_or_insert(moved);
        }
        // With nothing fitted there is no table of directions by their own labels.
        effects = effects.filter(|_| !directions.is_empty());
    }
    progress.set(1.0);
    Ok(FoundDirections {
        effects: effects.map(|moved| Effects {
            names: directions.iter().map(|one| one.name.clone()).collect(),
            moved,
        }),
        directions,
        known,
        labels: reports,
        seconds,
    })
}

/// Which of the labels that are told go together in the pictures and are not to be held apart.
fn tied(learnt: &LabelledFeatures, told: &[LabelScore]) -> Vec<Vec<bool>> {
    let name = |label: &LabelScore| learnt.names[label.column].clone();
    let names: Vec<String> = told.iter().map(name).collect();
    let rows = learnt.rows.rows();
    let known = rows.flat_map(|row| told.iter().map(|label| row[label.column]));
    related(&names, &Matrix::new(told.len(), known.collect()))
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

fn reports(names: &[String], told: &[LabelScore], fit: &LabelFit) -> Vec<LabelReport> {
    let of = |(label, &from_latents): (&LabelScore, &f64)| {
        let column = names.get(label.column).cloned().unwrap_or_default();
        let yes_no = matches!(label.kind, LabelKind::YesNo(_));
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
