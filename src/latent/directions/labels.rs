//! Directions from labels of latents (InterFaceGAN, Shen et al. 2020), each changing its own label
//! and, as far as the network lets it, no other.
//!
//! Labels are fitted linearly in the latent: y = w·z. The direction that changes label i most is wᵢ
//! itself, but it drags along every label whose w points the same way. Held apart, direction i is
//! the shortest d with wᵢ·d = 1 that changes no other label by more than is allowed. Of length one,
//! that is the direction which changes its own label most; one that must not move another label at
//! all would rather leave the faces that the network knows.

use super::least::shortest;
use super::{Cholesky, Matrix, one_sigma};

/// Of ten latents, so many are kept back to measure on.
const HELD_OUT_TENTHS: usize = 2;
/// Where labels cannot be held so far apart, it is tried with so many times less, again and again.
const LESS: f64 = 0.8;
/// Held apart less than this, they are not.
const LEAST: f64 = 0.5;
/// Labels that go together in the data at least this closely (correlation) are not held apart.
const TIED: f64 = 0.3;

/// How a label's numbers are to be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LabelKind {
    /// More or less of something.
    Number,
    /// There or not: there above this.
    YesNo(f64),
}

/// Whether directions are held apart from other labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Disentanglement {
    /// Not: the change of the label alone decides.
    No,
    /// The own label is to change so many times as much as any other, in σ.
    Times(f64),
}

/// Labels as linear functions of the latent.
#[derive(Clone, Debug)]
pub struct LabelFit {
    /// [labels, latent]: σ of the label a unit of the latent.
    slopes: Matrix,
    /// σ of each label over the latents.
    deviations: Vec<f64>,
    /// How well each is told from latents that were kept back, 0..1: R² of a number, balanced accuracy
    /// of a yes-or-no.
    quality: Vec<f64>,
}

/// Of so many latents, how many are not kept back.
fn fitted_on(count: usize) -> usize {
    count - count * HELD_OUT_TENTHS / 10
}

impl LabelFit {
    /// From latents [n, latent] and their labels [n, labels]. `None` where there are too few latents
    /// to fit and measure.
    pub fn new(latents: &Matrix, labels: &Matrix, kinds: &[LabelKind]) -> Option<Self> {
        let count = latents.height();
        let known = fitted_on(count);
        if known <= latents.columns() || count - known < 2 {
            return None;
        }
        let z = latents.select(0..known);
        let (means, deviations) = moments(&labels.select(0..known));
        let standard = standardised(labels, &means, &deviations);
        let mut covariance = z.transposed_times(&z);
        covariance.add_to_diagonal(1e-6 * known as f64);
        let cross = z.transposed_times(&standard.select(0..known));
        let slopes = Cholesky::new(&covariance)?.solve(&cross).transposed();
        let told = latents.times(&slopes.transposed());
        let quality = kinds.iter().enumerate().map(|(label, kind)| {
            let truth: Vec<f64> = standard.column(label).collect();
            let told: Vec<f64> = told.column(label).collect();
            match *kind {
                LabelKind::Number => r_squared(&truth[known..], &told[known..]),
                LabelKind::YesNo(threshold) => {
                    let at = (threshold - means[label]) / deviations[label];
                    yes_no_quality((&truth, &told), at, known)
                }
            }
        });
        let quality = quality.collect();
        Some(Self {
            slopes,
            deviations,
            quality,
        })
    }

    /// Latents of `length` numbers that are needed to fit and measure.
    pub fn fewest(length: usize) -> usize {
        // Whatever is kept back, no more than twice as many.
        let enough = (length + 1..=2 * length + 10).find(|&count| fitted_on(count) > length);
        enough.unwrap_or(2 * length).max(10)
    }

    /// How well each label is told from latents that were kept back, 0..1: R² of a number, balanced
    /// accuracy of a yes-or-no.
    pub fn quality(&self) -> &[f64] {
        &self.quality
    }

    /// σ of each label over the latents.
    pub fn deviations(&self) -> &[f64] {
        &self.deviations
    }

    /// The direction of label `own`, of length one, held apart from the labels `others`. `None` where
    /// the label does not depend on the latent.
    pub fn direction(
        &self,
        own: usize,
        others: &[usize],
        apart: Disentanglement,
    ) -> Option<Vec<f32>> {
        let slope = self.slopes.row(own);
        let others = self.slopes.select(others.iter().copied());
        let Disentanglement::Times(wanted) = apart else {
            return one_sigma(slope);
        };
        let allowed = std::iter::successors(Some(wanted), |times| Some(LESS * times));
        let way = allowed
            .take_while(|&times| times >= LEAST)
            .find_map(|times| shortest(slope, &others, 1.0 / times));
        one_sigma(way.as_deref().unwrap_or(slope))
    }
}

/// Which labels go together in the data itself (columns of `labels`; NaN is not known), or are kinds
/// of one thing (`hair: bald`, `hair: long`): `[i][j]` says whether i and j are not to be held apart.
pub fn related(names: &[String], labels: &Matrix) -> Vec<Vec<bool>> {
    let thing = |name: &str| name.split_once(": ").map(|(thing, _)| thing.to_owned());
    let columns: Vec<Vec<f64>> = (0..names.len())
        .map(|column| labels.column(column).collect())
        .collect();
    let tied = |i: usize, j: usize| {
        let same = thing(&names[i]).is_some_and(|one| thing(&names[j]) == Some(one));
        same || correlation(&columns[i], &columns[j]).abs() >= TIED
    };
    let all = 0..names.len();
    all.clone()
        .map(|i| all.clone().map(|j| i != j && tied(i, j)).collect())
        .collect()
}

/// Over the places where both are known; 0 where one of them never changes.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let known = || {
        a.iter()
            .zip(b)
            .filter(|(x, y)| x.is_finite() && y.is_finite())
    };
    let count = known().count() as f64;
    let mean = |pick: fn((&f64, &f64)) -> f64| known().map(pick).sum::<f64>() / count;
    let (of_a, of_b) = (mean(|pair| *pair.0), mean(|pair| *pair.1));
    let (mut product, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (x, y) in known() {
        product += (x - of_a) * (y - of_b);
        square_a += (x - of_a).powi(2);
        square_b += (y - of_b).powi(2);
    }
    let scale = (square_a * square_b).sqrt();
    if scale > 0.0 { product / scale } else { 0.0 }
}

/// Mean and deviation of each column; the deviation of one that never changes is 1.
fn moments(table: &Matrix) -> (Vec<f64>, Vec<f64>) {
    let count = table.height().max(1) as f64;
    let of_column = |column: usize| {
        let mean = table.column(column).sum::<f64>() / count;
        let squares: f64 = table.column(column).map(|x| (x - mean).powi(2)).sum();
        let deviation = (squares / count).sqrt();
        let varies = deviation > 1e-9 * mean.abs().max(1e-9);
        (mean, if varies { deviation } else { 1.0 })
    };
    (0..table.columns()).map(of_column).unzip()
}

fn standardised(table: &Matrix, means: &[f64], deviations: &[f64]) -> Matrix {
    let mut standard = table.clone();
    for row in standard.rows_mut() {
        for ((x, mean), deviation) in row.iter_mut().zip(means).zip(deviations) {
            *x = (*x - mean) / deviation;
        }
    }
    standard
}

/// Share of the variance of `truth` that `told` explains, 0..1; 0 where the truth never changes.
pub fn r_squared(truth: &[f64], told: &[f64]) -> f64 {
    let mean = truth.iter().sum::<f64>() / truth.len().max(1) as f64;
    let spread: f64 = truth.iter().map(|x| (x - mean).powi(2)).sum();
    let rest: f64 = truth.iter().zip(told).map(|(x, y)| (x - y).powi(2)).sum();
    if spread > 0.0 {
        (1.0 - rest / spread).max(0.0)
    } else {
        0.0
    }
}

/// Mean of the shares of yes and of no that are told right; one half where there is only one kind.
pub fn balanced_accuracy(
    truth: impl Iterator<Item = bool>,
    told: impl Iterator<Item = bool>,
) -> f64 {
    let (mut right, mut all) = ([0.0; 2], [0.0; 2]);
    for (truth, told) in truth.zip(told) {
        let kind = usize::from(truth);
        all[kind] += 1.0;
        right[kind] += f64::from(u8::from(truth == told));
    }
    if all.contains(&0.0) {
        return 0.5;
    }
    (right[0] / all[0] + right[1] / all[1]) / 2.0
}

/// Half way between the means of `scores` of those that are and of those that are not; `None` where
/// there is only one kind.
pub fn midpoint(scores: impl Iterator<Item = f64>, are: impl Iterator<Item = bool>) -> Option<f64> {
    let (mut sums, mut counts) = ([0.0; 2], [0.0; 2]);
    for (score, is) in scores.zip(are) {
        sums[usize::from(is)] += score;
        counts[usize::from(is)] += 1.0;
    }
    let both = !counts.contains(&0.0);
    both.then(|| (sums[0] / counts[0] + sums[1] / counts[1]) / 2.0)
}

fn yes_no_quality((truth, told): (&[f64], &[f64]), threshold: f64, known: usize) -> f64 {
    let yes = |score: &f64| *score > threshold;
    let (fitted, kept) = (&truth[..known], &truth[known..]);
    let Some(at) = midpoint(told[..known].iter().copied(), fitted.iter().map(yes)) else {
        return 0.5;
    };
    balanced_accuracy(kept.iter().map(yes), told[known..].iter().map(|&x| x > at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::noise::{Noise, Purpose};

    const LATENT: usize = 12;

    /// Latents and three labels: y0 = a·z, y1 = b·z with b close to a, y2 noise.
    fn planted() -> (Matrix, Matrix) {
        let mut noise = Noise::new(1, Purpose::Faces);
        let mut labels = Vec::new();
        let mut latents = Vec::new();
        for _ in 0..3000 {
            let z = noise.latent(LATENT);
            let z: Vec<f64> = z.0.into_iter().map(f64::from).collect();
            labels.extend([
                3.0 + 5.0 * z[0] + 0.5 * noise.normal(),
                0.2 * (0.8 * z[0] + 0.6 * z[1]),
                noise.normal(),
            ]);
            latents.extend(z);
        }
        (Matrix::new(LATENT, latents), Matrix::new(3, labels))
    }

    #[test]
    fn quality_is_that_of_the_plant() {
        let (z, y) = planted();
        let kinds = [LabelKind::Number, LabelKind::YesNo(0.0), LabelKind::Number];
        let fit = LabelFit::new(&z, &y, &kinds).unwrap();
        // R² = 25 / (25 + 0.25).
        assert!(
            (fit.quality()[0] - 0.990).abs() < 0.003,
            "{:?}",
            fit.quality()
        );
        assert!(fit.quality()[1] > 0.98 && fit.quality()[2] < 0.05);
        assert!((fit.deviations()[0] - 5.02).abs() < 0.2);
        assert_eq!(LabelFit::fewest(LATENT), 16);
        let fewest = |count: usize| LabelFit::new(&z.select(0..count), &y.select(0..count), &kinds);
        assert!(fewest(16).is_some() && fewest(15).is_none());
        let few = LabelFit::new(&z.select(0..12), &y.select(0..12), &kinds);
        assert!(few.is_none());
    }

    #[test]
    fn directions_held_apart_change_their_own_label_only() {
        let (z, y) = planted();
        let fit = LabelFit::new(&z, &y, &[LabelKind::Number; 3]).unwrap();
        let plain = fit.direction(0, &[1], Disentanglement::No).unwrap();
        assert!(plain[0] > 0.99);
        let apart = fit.direction(0, &[1], Disentanglement::Times(8.0)).unwrap();
        let change = |d: &[f32]| (d[0], 0.8 * d[0] + 0.6 * d[1]);
        let (own, other) = change(&plain);
        assert!(own < 1.5 * other, "planted to go together");
        let (own, other) = change(&apart);
        assert!(own >= 7.8 * other.abs(), "{own} {other}");
        // No further bent than asked for.
        assert!(own < 8.5 * other.abs(), "{own} {other}");
        let length: f32 = apart.iter().map(|x| x * x).sum();
        assert!((length - 1.0).abs() < 1e-5);
    }

    #[test]
    fn kinds_of_one_thing_and_tied_labels_are_related() {
        let names = ["hair: bald", "hair: long", "age", "grey", "hat"].map(String::from);
        let mut noise = Noise::new(2, Purpose::Faces);
        let mut rows = Vec::new();
        for index in 0..400 {
            let (age, free) = (noise.normal(), noise.normal());
            let hat = if index % 3 == 0 { f64::NAN } else { free };
            rows.extend([
                noise.normal(),
                noise.normal(),
                age,
                age + noise.normal(),
                hat,
            ]);
        }
        let related = related(&names, &Matrix::new(5, rows));
        assert!(related[0][1] && related[2][3] && related[3][2]);
        assert!(!related[0][2] && !related[2][4] && !related[0][0]);
    }

    #[test]
    fn balanced_accuracy_forgives_rarity() {
        let truth = [true, false, false, false];
        let never = [false; 4];
        let half = balanced_accuracy(truth.into_iter(), never.into_iter());
        assert_eq!(half, 0.5);
        assert_eq!(balanced_accuracy(truth.into_iter(), truth.into_iter()), 1.0);
        assert_eq!(
            midpoint(
                [1.0, 3.0, 5.0].into_iter(),
                [false, false, true].into_iter()
            ),
            Some(3.5)
        );
        assert_eq!(midpoint([1.0].into_iter(), [true].into_iter()), None);
    }
}
