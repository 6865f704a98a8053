//! Directions from labels: what is asked for, and what is said of them.

use crate::config::DataChoice;
use crate::latent::directions::{Disentanglement, LabelFit};
use crate::latent::{Direction, LabelEffect};
use crate::notice::Notice;

/// Pictures that go through a network at once.
pub(super) const BATCH: usize = 64;
/// Random faces that directions are fitted on, where the latent needs no more.
const FACES: usize = 5000;

/// Where labels come from and what to do with them.
#[derive(Clone, Debug)]
pub struct LabelPlan {
    pub data: DataChoice,
    /// Whether the sub-folders that they stand in are labels.
    pub folder_labels: bool,
    /// How many of them to learn from.
    pub pictures: usize,
    /// Random faces that the directions are fitted on; `None` for a few thousand, or more where the
    /// model's latent needs them.
    pub faces: Option<usize>,
    /// Whether to hold the directions apart.
    pub apart: Disentanglement,
    /// Only these labels, by direction's name or column; all without any.
    pub only: Vec<String>,
    /// So many directions at most, those told best; with 0 none are fitted, and all labels are measured.
    pub count: usize,
    /// On how many new faces to measure how much each direction changes each label; on none with 0.
    pub check: usize,
    /// Directions of labels that are known already, to be measured on these faces as well.
    pub also: Vec<Direction>,
    pub seed: u64,
}

impl LabelPlan {
    /// Random faces to fit directions of `latent` numbers on.
    ///
    /// # Errors
    /// Where those that were asked for are too few.
    pub(super) fn faces_for(&self, latent: usize) -> Result<usize, Notice> {
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
            apart: Disentanglement::Times(6.0),
            only: Vec::new(),
            count: usize::MAX,
            check: 0,
            also: Vec::new(),
            seed: 1,
        }
    }
}

/// How well one label can be told.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelReport {
    /// Its column in the table of labels.
    pub column: String,
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

/// What changes each label of `names` by `row`, for a direction of label `own`.
pub(super) fn effect_on(names: &[String], row: &[f64], own: usize) -> Option<LabelEffect> {
    let others = row.iter().enumerate().filter(|(label, _)| *label != own);
    let most = others.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    let name = most.and_then(|(label, _)| names.get(label).cloned());
    Some(LabelEffect {
        own: *row.get(own)? as f32,
        other: most.map_or(0.0, |(_, change)| change.abs() as f32),
        other_name: name.unwrap_or_default(),
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_direction_changes_is_kept_with_the_most_changed_other_label() {
        let effects = Effects {
            names: ["smile", "age", "hat"].map(String::from).to_vec(),
            moved: vec![vec![3.0, -1.5, 0.2], vec![0.1, 2.0, 0.0], vec![0.5]],
        };
        let of = |effects: &Effects, index: usize| {
            effect_on(&effects.names, effects.moved.get(index)?, index)
        };
        let smile = of(&effects, 0).unwrap();
        assert_eq!(
            (smile.own, smile.other, &*smile.other_name),
            (3.0, 1.5, "age")
        );
        assert_eq!(f64::from(smile.strength()), effects.ratio(0));
        assert_eq!(of(&effects, 1).unwrap().other_name, "smile");
        assert_eq!((of(&effects, 2), of(&effects, 3)), (None, None));
        let alone = Effects {
            names: vec!["smile".into()],
            moved: vec![vec![1.0]],
        };
        assert!(of(&alone, 0).unwrap().keeps_its_word());
    }
}
