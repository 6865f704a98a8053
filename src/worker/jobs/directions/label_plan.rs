//! Directions from labels: what is asked for, and what is said of them.

use crate::config::DataChoice;
use crate::latent::directions::{Disentanglement, LabelFit};
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
    /// So many directions at most, those told best.
    pub count: usize,
    /// Whether to measure how much each direction changes each label.
    pub check: bool,
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
