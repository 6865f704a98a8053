//! Labels from features: ridge regression, all labels at once.

use candle_core::{Device, Result, Tensor};

use super::directions::{to_matrix, to_tensor};
use crate::latent::directions::{LabelKind, Matrix, balanced_accuracy, midpoint, r_squared};

/// Penalties that are tried, as shares of a picture's likeness with itself; each begins where the one before
/// it ended. Of starter faces, faint labels (a smile) are told best with 0.1, those with little in the features
/// with 1.
const PENALTIES: [f64; 5] = [10.0, 3.0, 1.0, 0.3, 0.1];
/// Steps of conjugate gradients for each.
const STEPS: usize = 40;
/// Added to variances, which are about 1 as features come.
const VANISHING: f64 = 1e-9;
/// Every so many-th picture is kept back to measure on.
const KEPT_BACK: usize = 5;
/// A label needs so many pictures of which it is known.
pub const FEWEST_KNOWN: usize = 100;
/// A yes-or-no needs so many pictures of each kind.
pub const FEWEST_OF_A_KIND: usize = 15;

/// Tells labels from features.
#[derive(Clone, Debug)]
pub struct Predictor {
    /// [features, labels].
    weights: Tensor,
    /// [1, labels].
    offset: Tensor,
    labels: Vec<LabelScore>,
}

/// A label that can be told.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelScore {
    /// Its column in the table it was learnt from.
    pub column: usize,
    /// What its numbers mean.
    pub kind: LabelKind,
    /// How well it is told from pictures that were kept back, 0..1: R² of a number, balanced accuracy
    /// of a yes-or-no.
    pub quality: f64,
}

impl Predictor {
    /// From features [n, features] and labels [n, columns] of the same pictures, NaN where a label is
    /// not known. Columns that are known too rarely or never change are left out. `None` where no
    /// column is left.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn fit(features: &Tensor, labels: &Matrix) -> Result<Option<Self>> {
        let columns: Vec<(usize, bool)> = (0..labels.columns())
            .filter_map(|column| usable(labels, column).map(|binary| (column, binary)))
            .collect();
        if columns.is_empty() {
            return Ok(None);
        }
        let count = labels.height();
        let kept_back = |row: &usize| row % KEPT_BACK == KEPT_BACK - 1;
        let learnt: Vec<u32> = (0..count)
            .filter(|row| !kept_back(row))
            .map(|row| row as u32)
            .collect();
        let learnt_rows = labels.select(learnt.iter().map(|&row| row as usize));
        let kept_rows = labels.select((0..count).filter(kept_back));
        let kept: Vec<u32> = (0..count).filter(kept_back).map(|row| row as u32).collect();
        let pick = |rows: Vec<u32>| {
            let places = Tensor::new(rows, features.device())?;
            features.index_select(&places, 0)
        };
        let ridge = Ridge::new(pick(learnt)?, &learnt_rows, &columns)?;
        let kept = pick(kept)?;
        // Each label has a penalty of its own: the fainter it is in the features, the higher.
        let mut best: Vec<Option<Fitted>> = columns.iter().map(|_| None).collect();
        let mut solution = ridge.targets.zeros_like()?;
        for penalty in PENALTIES {
            solution = ridge.solve(penalty, solution)?;
            let (weights, offset) = ridge.unscaled(&solution)?;
            let one = Self::from_parts(&weights, offset.clone(), Vec::new(), features)?;
            let told = one.predict(&kept)?;
            for (at, (best, &column)) in best.iter_mut().zip(&columns).enumerate() {
                let told = measure(&kept_rows, &told, column, at);
                let better = |best: &Fitted| told.quality > best.told.quality;
                if best.as_ref().is_none_or(better) {
                    *best = Some(Fitted {
                        told,
                        weights: weights.column(at).collect(),
                        offset: offset.get(at).copied().unwrap_or(0.0),
                    });
                }
            }
        }
        let best: Vec<Fitted> = best.into_iter().flatten().collect();
        if best.is_empty() {
            return Ok(None);
        }
        let weights = best.iter().flat_map(|one| one.weights.iter().copied());
        let weights = Matrix::new(features.dim(1)?, weights.collect()).transposed();
        let offset = best.iter().map(|one| one.offset).collect();
        let labels = best.into_iter().map(|one| one.told).collect();
        Self::from_parts(&weights, offset, labels, features).map(Some)
    }

    /// On the device of `like`.
    fn from_parts(
        weights: &Matrix,
        offset: Vec<f64>,
        labels: Vec<LabelScore>,
        like: &Tensor,
    ) -> Result<Self> {
        Ok(Self {
            weights: to_tensor(weights, like)?,
            offset: to_tensor(&Matrix::new(offset.len(), offset), like)?,
            labels,
        })
    }

    /// One a column of [`Predictor::predict`].
    pub fn labels(&self) -> &[LabelScore] {
        &self.labels
    }

    /// [n, features] → [n, labels].
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn predict(&self, features: &Tensor) -> Result<Matrix> {
        to_matrix(
            &features
                .matmul(&self.weights)?
                .broadcast_add(&self.offset)?,
        )
    }

    /// [n, features] → [n, labels], from numbers in main memory.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn predict_numbers(&self, features: Vec<f32>) -> Result<Matrix> {
        let length = self.weights.dim(0)?;
        let rows = features.len() / length.max(1);
        let features = Tensor::from_vec(features, (rows, length), &Device::Cpu)?;
        self.predict(&features.to_device(self.weights.device())?)
    }
}

/// Whether a column is yes-or-no; `None` where it cannot be learnt.
fn usable(labels: &Matrix, column: usize) -> Option<bool> {
    let known: Vec<f64> = labels.column(column).filter(|x| x.is_finite()).collect();
    let first = *known.first()?;
    if known.len() < FEWEST_KNOWN || known.iter().all(|&x| x == first) {
        return None;
    }
    let binary = known.iter().all(|&x| x == 0.0 || x == 1.0);
    let yes = known.iter().filter(|&&x| x > 0.5).count();
    let rare = yes.min(known.len() - yes) < FEWEST_OF_A_KIND;
    (!(binary && rare)).then_some(binary)
}

/// The parts of ridge regression on standardised features and centred labels, by pictures rather than by
/// features, of which there are several times as many: weights are sums of pictures (the kernel form,
/// Saunders et al. 1998).
struct Ridge {
    /// [n, features].
    standard: Tensor,
    /// Mean of each feature, and one over its deviation [1, features].
    means: Tensor,
    scales: Tensor,
    /// Mean of each label.
    middles: Vec<f64>,
    /// How alike two pictures are, 1 on the average with themselves [n, n].
    gram: Tensor,
    /// [n, labels].
    targets: Tensor,
}

impl Ridge {
    fn new(features: Tensor, labels: &Matrix, columns: &[(usize, bool)]) -> Result<Self> {
        let means = features.mean_keepdim(0)?; // [1, features]
        let centred = features.broadcast_sub(&means)?;
        let variances = centred.sqr()?.mean_keepdim(0)?; // [1, features]
        // A feature that never changes tells nothing, whatever it is multiplied with.
        let scales = (variances + VANISHING)?.sqrt()?.recip()?;
        let standard = centred.broadcast_mul(&scales)?;
        let rows = labels.height() as f64;
        let mut targets = Matrix::zeros(labels.height(), columns.len());
        let mut middles = Vec::new();
        for (at, &(column, _)) in columns.iter().enumerate() {
            let known: Vec<f64> = labels.column(column).filter(|x| x.is_finite()).collect();
            let middle = known.iter().sum::<f64>() / known.len().max(1) as f64;
            // Where a label is not known it pulls nowhere, and the known ones count for those.
            let weight = rows / known.len().max(1) as f64;
            for (row, x) in targets.rows_mut().zip(labels.column(column)) {
                row[at] = if x.is_finite() {
                    weight * (x - middle)
                } else {
                    0.0
                };
            }
            middles.push(middle);
        }
        Ok(Self {
            targets: to_tensor(&targets, &standard)?,
            gram: (standard.matmul(&standard.t()?)? / standard.dim(1)? as f64)?,
            standard,
            means,
            scales,
            middles,
        })
    }

    /// What each picture counts [n, labels], by conjugate gradients from `from`, each label in steps of
    /// its own (Hestenes and Stiefel 1952).
    fn solve(&self, penalty: f64, from: Tensor) -> Result<Tensor> {
        let times = |x: &Tensor| self.gram.matmul(x)? + (x * penalty)?;
        let squares = |x: &Tensor| x.sqr()?.sum_keepdim(0)? + f64::from(f32::MIN_POSITIVE);
        let mut x = from;
        let mut rest = (&self.targets - times(&x)?)?;
        let mut way = rest.clone();
        let mut square = squares(&rest)?; // [1, labels]
        for _ in 0..STEPS {
            let bent = times(&way)?;
            let along = ((&way * &bent)?.sum_keepdim(0)? + f64::from(f32::MIN_POSITIVE))?;
            let step = (&square / along)?;
            x = (x + way.broadcast_mul(&step)?)?;
            rest = (rest - bent.broadcast_mul(&step)?)?;
            let next = squares(&rest)?;
            way = (&rest + way.broadcast_mul(&(&next / &square)?)?)?;
            square = next;
        }
        Ok(x)
    }

    /// Weights [features, labels] and offsets for features as they come.
    fn unscaled(&self, solution: &Tensor) -> Result<(Matrix, Vec<f64>)> {
        let features = self.standard.dim(1)? as f64;
        let weights = (self.standard.t()?.matmul(solution)? / features)?; // [features, labels]
        let weights = weights.broadcast_mul(&self.scales.t()?)?;
        let shift = to_matrix(&self.means.matmul(&weights)?)?; // [1, labels]
        let offset = self.middles.iter().zip(shift.numbers());
        let offset = offset.map(|(middle, shift)| middle - shift).collect();
        Ok((to_matrix(&weights)?, offset))
    }
}

/// One label with the penalty that suits it.
struct Fitted {
    told: LabelScore,
    weights: Vec<f64>,
    offset: f64,
}

/// How well label `at` of `told` meets `column` of the truth.
fn measure(
    truth: &Matrix,
    told: &Matrix,
    (column, binary): (usize, bool),
    at: usize,
) -> LabelScore {
    let pairs = truth.column(column).zip(told.column(at));
    let (truth, told): (Vec<f64>, Vec<f64>) = pairs.filter(|(x, _)| x.is_finite()).unzip();
    let yes = || truth.iter().map(|&x| x > 0.5);
    let threshold = binary
        .then(|| midpoint(told.iter().copied(), yes()))
        .flatten();
    let (kind, quality) = match threshold {
        Some(at) => {
            let told = told.iter().map(|&x| x > at);
            (LabelKind::YesNo(at), balanced_accuracy(yes(), told))
        }
        None if binary => (LabelKind::YesNo(0.5), 0.5),
        None => (LabelKind::Number, r_squared(&truth, &told)),
    };
    LabelScore {
        column,
        kind,
        quality,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::noise::{Noise, Purpose};

    #[test]
    fn planted_labels_are_told_and_hopeless_ones_left_out() {
        let mut noise = Noise::new(5, Purpose::Faces);
        let (mut features, mut labels) = (Vec::new(), Vec::new());
        for row in 0..1000 {
            let x = noise.normals(20, 3.0, 2.0);
            let number = 0.5 * f64::from(x[3]) - f64::from(x[7]) + 0.1 * noise.normal();
            let number = if row % 4 == 0 { f64::NAN } else { number };
            let yes = f64::from(u8::from(x[1] > 5.0));
            let rare = f64::from(u8::from(row == 3));
            labels.extend([number, yes, rare, 1.0, noise.normal()]);
            features.extend(x);
        }
        let labels = Matrix::new(5, labels);
        let features = Tensor::from_vec(features, (1000, 20), &Device::Cpu).unwrap();
        let found = Predictor::fit(&features, &labels).unwrap().unwrap();
        let columns: Vec<usize> = found.labels().iter().map(|label| label.column).collect();
        assert_eq!(columns, [0, 1, 4]);
        let [number, yes, noise] = found.labels() else {
            panic!("three labels")
        };
        assert!(
            number.quality > 0.9 && number.kind == LabelKind::Number,
            "{number:?}"
        );
        assert!(
            yes.quality > 0.85 && matches!(yes.kind, LabelKind::YesNo(_)),
            "{yes:?}"
        );
        assert!(noise.quality < 0.1, "{noise:?}");
        let told = found.predict(&features).unwrap();
        let pairs = labels.column(0).zip(told.column(0));
        let worst = pairs
            .filter(|(x, _)| x.is_finite())
            .fold(0.0f64, |most, (x, y)| most.max((x - y).abs()));
        assert!(worst < 1.2, "{worst}");
        let nothing = Matrix::new(1, vec![1.0; 1000]);
        assert!(Predictor::fit(&features, &nothing).unwrap().is_none());
    }
}
