//! Symmetric systems.

use super::Matrix;
use super::matrix::{add_scaled, dot};

/// The lower triangle L of a positive definite `a` = L·Lᵀ (Cholesky).
#[derive(Clone, Debug)]
pub struct Cholesky {
    lower: Matrix,
}

impl Cholesky {
    /// `None` where `a` [n, n] is not positive definite or not finite.
    pub fn new(a: &Matrix) -> Option<Self> {
        let side = a.height();
        let mut lower = Matrix::zeros(side, side);
        for (i, source) in a.rows().enumerate() {
            let mut row = vec![0.0; side];
            // `row` and each row of `lower` have `side` > j numbers.
            for j in 0..=i {
                let before = lower.row(j);
                let above = if i == j { &row[..j] } else { &before[..j] };
                let rest = source.get(j)? - dot(&row[..j], above);
                row[j] = if i == j {
                    if !(rest > 0.0 && rest.is_finite()) {
                        return None;
                    }
                    rest.sqrt()
                } else {
                    rest / before[j]
                };
            }
            lower.rows_mut().nth(i)?.copy_from_slice(&row);
        }
        Some(Self { lower })
    }

    /// x of `a · x = b`, column by column of `b` [n, m].
    pub fn solve(&self, b: &Matrix) -> Matrix {
        let columns = b.transposed();
        let mut solved = Matrix::zeros(b.columns(), b.height());
        for (x, b) in solved.rows_mut().zip(columns.rows()) {
            x.copy_from_slice(b);
            self.forward(x);
            self.back(x);
        }
        solved.transposed()
    }

    /// L⁻¹ applied to each row of `rows` [k, n]: makes rows of covariance `a` uncorrelated.
    pub fn whiten(&self, rows: &mut Matrix) {
        rows.rows_mut().for_each(|row| self.forward(row));
    }

    /// x ← L⁻¹ x.
    fn forward(&self, x: &mut [f64]) {
        for (i, row) in self.lower.rows().enumerate().take(x.len()) {
            // `row` has as many numbers as there are rows, so more than i.
            let rest = x[i] - dot(&row[..i], &x[..i]);
            x[i] = rest / row[i];
        }
    }

    /// x ← L⁻ᵀ x.
    fn back(&self, x: &mut [f64]) {
        for (i, row) in self.lower.rows().enumerate().take(x.len()).rev() {
            x[i] /= row[i];
            let factor = -x[i];
            add_scaled(&mut x[..i], factor, &row[..i]);
        }
    }
}

/// Mixtures M of vectors, one a row, that are orthonormal: M·G·Mᵀ = 1 for the products G of the vectors
/// with each other (Cholesky with the greatest pivot first). Vectors of which the share `faint`, or
/// less, of the greatest's square is left without those before them are left out. `go_on` hears how
/// much is done, 0..1; `None` where it says no.
pub fn orthonormal(products: &Matrix, faint: f64, go_on: &dyn Fn(f32) -> bool) -> Option<Matrix> {
    let side = products.height();
    let mut lower = Matrix::zeros(side, side);
    let mut mixtures = Matrix::zeros(0, side);
    let mut left: Vec<f64> = (0..side).map(|i| products.at(i, i)).collect();
    let most = left.iter().copied().fold(0.0, f64::max);
    for rank in 0..side {
        if !go_on(rank as f32 / side as f32) {
            return None;
        }
        let order = left.iter().copied().enumerate().rev();
        let (pivot, square) = order.max_by(|(_, x), (_, y)| x.total_cmp(y))?;
        if !(square.is_finite() && square > faint * most) {
            break;
        }
        let (length, own) = (square.sqrt(), lower.row(pivot)[..rank].to_vec());
        for (i, row) in lower.rows_mut().enumerate() {
            row[rank] = if i == pivot {
                length
            } else {
                (products.at(i, pivot) - dot(&row[..rank], &own)) / length
            };
            left[i] -= row[rank] * row[rank];
        }
        // Not again, whatever rounding leaves of it.
        left[pivot] = f64::NEG_INFINITY;
        let mut mixture = vec![0.0; side];
        mixture[pivot] = 1.0;
        for (&share, before) in own.iter().zip(mixtures.rows()) {
            add_scaled(&mut mixture, -share, before);
        }
        mixture.iter_mut().for_each(|x| *x /= length);
        mixtures.push(&mixture);
    }
    Some(mixtures)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::noise::{Noise, Purpose};

    fn random(rows: usize, columns: usize) -> Matrix {
        let numbers = Noise::new(4, Purpose::Faces).normals(rows * columns, 0.0, 1.0);
        Matrix::from_f32(columns, &numbers)
    }

    fn off(a: &Matrix, b: &Matrix) -> f64 {
        let pairs = a.numbers().iter().zip(b.numbers());
        pairs.fold(0.0, |most: f64, (x, y)| most.max((x - y).abs()))
    }

    #[test]
    fn a_solution_solves() {
        let rows = random(30, 12);
        let mut a = rows.transposed_times(&rows);
        let b = random(12, 3);
        let cholesky = Cholesky::new(&a).unwrap();
        assert!(off(&a.times(&cholesky.solve(&b)), &b) < 1e-10);
        a.add_to_diagonal(-1e3);
        assert!(Cholesky::new(&a).is_none());
        assert!(Cholesky::new(&Matrix::new(1, vec![f64::NAN])).is_none());
    }

    #[test]
    fn whitened_rows_are_uncorrelated() {
        let mut rows = random(200, 5);
        let covariance = rows.transposed_times(&rows).scaled(1.0 / 200.0);
        Cholesky::new(&covariance).unwrap().whiten(&mut rows);
        let after = rows.transposed_times(&rows).scaled(1.0 / 200.0);
        assert!(off(&after, &Matrix::identity(5)) < 1e-12);
    }

    #[test]
    fn orthonormal_mixtures_leave_out_what_depends_on_others() {
        // Nine vectors of which three are mixtures of the others.
        let six = random(6, 40);
        let vectors = Matrix::new(
            40,
            [six.numbers(), random(3, 6).times(&six).numbers()].concat(),
        );
        let products = vectors.times(&vectors.transposed());
        let mixtures = orthonormal(&products, 1e-6, &|_| true).unwrap();
        assert_eq!((mixtures.height(), mixtures.columns()), (6, 9));
        let across = mixtures.times(&products).times(&mixtures.transposed());
        assert!(off(&across, &Matrix::identity(6)) < 1e-9);
        assert!(orthonormal(&products, 1e-6, &|done| done < 0.5).is_none());
        for empty in [Matrix::zeros(3, 3), Matrix::new(2, vec![f64::NAN; 4])] {
            assert_eq!(orthonormal(&empty, 1e-6, &|_| true).unwrap().height(), 0);
        }
    }
}
