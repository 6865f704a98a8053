//! Symmetric systems and eigenvectors.

use super::Matrix;
use super::matrix::dot;

/// Sweeps after which the eigenvectors are as good as they get; ten are enough for hundreds of rows.
const SWEEPS: usize = 30;

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
            super::matrix::add_scaled(&mut x[..i], factor, &row[..i]);
        }
    }
}

/// Eigenvalues of a symmetric `a`, the greatest first, and the eigenvectors as rows, each of length
/// one with its greatest component positive (cyclic Jacobi).
pub fn eigen(a: &Matrix) -> (Vec<f64>, Matrix) {
    let side = a.height();
    let (mut a, mut vectors) = (a.clone(), Matrix::identity(side));
    for _ in 0..SWEEPS {
        if off_diagonal(&a) <= 1e-24 * a.numbers().iter().map(|x| x * x).sum::<f64>() {
            break;
        }
        for p in 0..side {
            for q in p + 1..side {
                rotate(&mut a, &mut vectors, (p, q));
            }
        }
    }
    let mut order: Vec<usize> = (0..side).collect();
    order.sort_by(|&i, &j| a.at(j, j).total_cmp(&a.at(i, i)));
    let values = order.iter().map(|&i| a.at(i, i)).collect();
    let mut vectors = vectors.select(order.into_iter());
    vectors.rows_mut().for_each(turn_positive);
    (values, vectors)
}

/// Eigenvectors have no sign of their own: one that is the same each time.
fn turn_positive(vector: &mut [f64]) {
    let greatest = vector.iter().copied().fold(
        0.0,
        |most: f64, x| {
            if x.abs() > most.abs() { x } else { most }
        },
    );
    if greatest < 0.0 {
        vector.iter_mut().for_each(|x| *x = -*x);
    }
}

fn off_diagonal(a: &Matrix) -> f64 {
    let rows = a.rows().enumerate();
    rows.map(|(i, row)| {
        let right = row.get(i + 1..).unwrap_or_default();
        right.iter().map(|x| x * x).sum::<f64>()
    })
    .sum()
}

/// One rotation that makes `a[p][q]` zero; `vectors` are turned along.
fn rotate(a: &mut Matrix, vectors: &mut Matrix, (p, q): (usize, usize)) {
    let crossing = a.at(p, q);
    if crossing == 0.0 {
        return;
    }
    let half_cotangent = (a.at(q, q) - a.at(p, p)) / (2.0 * crossing);
    let root = (half_cotangent * half_cotangent + 1.0).sqrt();
    let tangent = half_cotangent.signum() / (half_cotangent.abs() + root);
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let turn = (cosine, tangent * cosine);
    for row in a.rows_mut() {
        // A square matrix: p and q are columns too.
        (row[p], row[q]) = turned(row[p], row[q], turn);
    }
    turn_rows(a, (p, q), turn);
    turn_rows(vectors, (p, q), turn);
}

fn turn_rows(matrix: &mut Matrix, (p, q): (usize, usize), turn: (f64, f64)) {
    let mut rows = matrix.rows_mut();
    // p < q are rows.
    if let (Some(above), Some(below)) = (rows.nth(p), rows.nth(q - p - 1)) {
        for (x, y) in above.iter_mut().zip(below) {
            (*x, *y) = turned(*x, *y, turn);
        }
    }
}

fn turned(x: f64, y: f64, (cosine, sine): (f64, f64)) -> (f64, f64) {
    (cosine * x - sine * y, sine * x + cosine * y)
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
    fn eigenvectors_rebuild_the_matrix() {
        // numpy.linalg.eigvalsh([[2, -1, 0], [-1, 2, -1], [0, -1, 2]]): 2 ± √2 and 2.
        let a = Matrix::new(3, vec![2.0, -1.0, 0.0, -1.0, 2.0, -1.0, 0.0, -1.0, 2.0]);
        let (values, _) = eigen(&a);
        let root = 2f64.sqrt();
        for (value, expected) in values.iter().zip([2.0 + root, 2.0, 2.0 - root]) {
            assert!((value - expected).abs() < 1e-12);
        }
        let rows = random(60, 40);
        let a = rows.transposed_times(&rows);
        let (values, vectors) = eigen(&a);
        assert!(values.is_sorted_by(|x, y| x >= y));
        let mut scaled = vectors.clone();
        for (row, value) in scaled.rows_mut().zip(&values) {
            row.iter_mut().for_each(|x| *x *= value);
        }
        assert!(off(&vectors.transposed_times(&scaled), &a) < 1e-9);
        let products = vectors.times(&vectors.transposed());
        assert!(off(&products, &Matrix::identity(40)) < 1e-12);
    }
}
