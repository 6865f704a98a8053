//! The greatest eigenvalues of symmetric matrices and their eigenvectors.
//!
//! The matrix becomes tridiagonal (Householder; Golub and Van Loan, section 8.3.1); its eigenvalues
//! are found by bisection, its eigenvectors by inverse iteration (section 8.4). That costs 4/3 n³ and
//! little more for a few vectors, where Jacobi's rotations cost some 30 n³ for all.

use super::Matrix;
use super::matrix::{add_scaled, dot};

/// Halvings of the interval in which an eigenvalue lies: down to the last bit.
const HALVINGS: usize = 110;
/// Solutions of inverse iteration for a vector.
const ITERATIONS: usize = 3;

/// The `count` greatest eigenvalues of a symmetric `a`, the greatest first, and the eigenvectors as
/// rows, each of length one with its greatest component positive. `go_on` hears how much is done,
/// 0..1, and says whether to; `None` where it says no.
pub fn strongest(
    a: &Matrix,
    count: usize,
    go_on: &dyn Fn(f32) -> bool,
) -> Option<(Vec<f64>, Matrix)> {
    let side = a.height();
    let reduced = Tridiagonal::of(a, go_on)?;
    let values: Vec<f64> = (0..count.min(side))
        .map(|rank| reduced.value(rank))
        .collect();
    let mut vectors = Matrix::zeros(values.len(), side);
    for (rank, value) in values.iter().enumerate() {
        if !go_on(1.0) {
            return None;
        }
        let vector = reduced.vector(*value, rank, &vectors);
        // As many rows as values.
        vectors.rows_mut().nth(rank)?.copy_from_slice(&vector);
    }
    for vector in vectors.rows_mut() {
        reduced.turn_back(vector);
        normalise(vector);
        turn_positive(vector);
    }
    Some((values, vectors))
}

/// All of them, as [`strongest`].
#[cfg(test)]
pub fn eigen(a: &Matrix) -> (Vec<f64>, Matrix) {
    strongest(a, a.height(), &|_| true).unwrap_or_default()
}

/// A symmetric matrix, made tridiagonal by reflections.
struct Tridiagonal {
    diagonal: Vec<f64>,
    /// Beside the diagonal: of rows i and i + 1.
    beside: Vec<f64>,
    /// Row i holds the vector of the reflection that cleared it, in its first i places.
    reflections: Matrix,
    /// Two over the square of that vector's length; 0 where nothing was to be cleared.
    factors: Vec<f64>,
    /// No eigenvalue is greater, nor less than its negative.
    bound: f64,
}

impl Tridiagonal {
    /// From the lower triangle of `a`, its last row first.
    fn of(a: &Matrix, go_on: &dyn Fn(f32) -> bool) -> Option<Self> {
        let side = a.height();
        let mut a = a.clone();
        let (mut factors, mut diagonal) = (vec![0.0; side], vec![0.0; side]);
        let mut beside = vec![0.0; side.saturating_sub(1)];
        for i in (0..side).rev() {
            let left = i as f32 / side as f32;
            if !go_on(1.0 - left * left * left) {
                return None;
            }
            let (above, row) = split(&mut a, i);
            diagonal[i] = row[i];
            let Some(last) = i.checked_sub(1) else { break };
            let vector = &mut row[..i];
            let (rest, end) = (dot(&vector[..last], &vector[..last]), vector[last]);
            if rest == 0.0 {
                beside[last] = end;
                continue;
            }
            let length = (rest + end * end).sqrt();
            beside[last] = if end > 0.0 { -length } else { length };
            vector[last] -= beside[last];
            factors[i] = 2.0 / dot(vector, vector);
            reflect(above, side, vector, factors[i]);
        }
        let at = |place: Option<usize>| {
            let found: Option<&f64> = place.and_then(|place| beside.get(place));
            found.map_or(0.0, |x| x.abs())
        };
        let reach = diagonal.iter().enumerate();
        let bound = reach
            .map(|(i, x)| x.abs() + at(i.checked_sub(1)) + at(Some(i)))
            .fold(0.0, f64::max);
        Some(Self {
            diagonal,
            beside,
            reflections: a,
            factors,
            bound,
        })
    }

    /// How many eigenvalues are greater than `x` (Sturm's sequence).
    fn greater_than(&self, x: f64) -> usize {
        let least = f64::EPSILON * self.bound.max(f64::MIN_POSITIVE);
        let squares = std::iter::once(0.0).chain(self.beside.iter().map(|b| b * b));
        let mut pivot = 1.0;
        let greater = self.diagonal.iter().zip(squares).filter(|(d, square)| {
            pivot = *d - x - square / pivot;
            if pivot.abs() < least {
                pivot = -least;
            }
            pivot > 0.0
        });
        greater.count()
    }

    /// The eigenvalue with `rank` greater ones.
    fn value(&self, rank: usize) -> f64 {
        let (mut low, mut high) = (-self.bound, self.bound);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if self.greater_than(middle) > rank {
                low = middle
            } else {
                high = middle
            }
        }
        0.5 * (low + high)
    }

    /// The eigenvector of `value`, across those of the first `rank` rows of `before`.
    fn vector(&self, value: f64, rank: usize, before: &Matrix) -> Vec<f64> {
        // Equal eigenvalues share a plane: another start each gives another vector of it.
        let golden = 0.618_033_988_749_894_9 * (rank + 1) as f64;
        let start = (1..=self.diagonal.len()).map(|place| (golden * place as f64).fract() - 0.5);
        let mut vector: Vec<f64> = start.collect();
        let solver = Shifted::new(self, value);
        for _ in 0..ITERATIONS {
            solver.solve(&mut vector);
            // Twice is enough to be across to the last bit.
            for _ in 0..2 {
                normalise(&mut vector);
                for other in before.rows().take(rank) {
                    let share = dot(&vector, other);
                    add_scaled(&mut vector, -share, other);
                }
            }
            normalise(&mut vector);
        }
        vector
    }

    /// From an eigenvector of the tridiagonal matrix to one of the matrix that it was.
    fn turn_back(&self, vector: &mut [f64]) {
        for (i, (row, &factor)) in self.reflections.rows().zip(&self.factors).enumerate() {
            let (reflection, start) = (&row[..i], &mut vector[..i]);
            let share = factor * dot(reflection, start);
            add_scaled(start, -share, reflection);
        }
    }
}

/// All numbers above row `i`, and that row.
fn split(a: &mut Matrix, i: usize) -> (&mut [f64], &mut [f64]) {
    let side = a.columns();
    let (above, rest) = a.numbers_mut().split_at_mut(i * side);
    (above, &mut rest[..side])
}

/// H·A·H of the lower triangle of the first rows of A, `side` numbers each, where
/// H = 1 − factor·v·vᵀ.
fn reflect(a: &mut [f64], side: usize, v: &[f64], factor: f64) {
    let mut p = vec![0.0; v.len()];
    for (j, row) in a.chunks_exact(side).enumerate() {
        p[j] += dot(&row[..=j], &v[..=j]);
        add_scaled(&mut p[..j], v[j], &row[..j]);
    }
    p.iter_mut().for_each(|x| *x *= factor);
    let share = -0.5 * factor * dot(&p, v);
    add_scaled(&mut p, share, v);
    for (j, row) in a.chunks_exact_mut(side).enumerate() {
        let both = p[..=j].iter().zip(&v[..=j]);
        for (x, (p_k, v_k)) in row[..=j].iter_mut().zip(both) {
            *x -= v[j] * p_k + p[j] * v_k;
        }
    }
}

/// A tridiagonal matrix less a multiple of one, as L·U with exchanged rows.
struct Shifted {
    /// U: the diagonal, and the two places to the right of it.
    upper: Vec<[f64; 3]>,
    /// What of each row was taken from the next, and whether both were exchanged before.
    lower: Vec<(f64, bool)>,
}

impl Shifted {
    fn new(of: &Tridiagonal, shift: f64) -> Self {
        let least = f64::EPSILON * of.bound.max(f64::MIN_POSITIVE);
        let sides = of.beside.iter().copied().chain(std::iter::once(0.0));
        let (mut upper, mut lower) = (Vec::new(), Vec::new());
        let mut rows = of.diagonal.iter().map(|d| d - shift).zip(sides).peekable();
        let Some((d, right)) = rows.next() else {
            return Self { upper, lower };
        };
        let mut row = [d, right, 0.0];
        for (d, right) in rows {
            // The place to the left of the diagonal is that to the right of the row above.
            let left = of.beside.get(upper.len()).copied().unwrap_or(0.0);
            let next = [left, d, right];
            let exchanged = left.abs() > row[0].abs();
            let (pivot, other) = if exchanged { (next, row) } else { (row, next) };
            let pivot = [whole(pivot[0], least), pivot[1], pivot[2]];
            let factor = other[0] / pivot[0];
            row = [
                other[1] - factor * pivot[1],
                other[2] - factor * pivot[2],
                0.0,
            ];
            upper.push(pivot);
            lower.push((factor, exchanged));
        }
        upper.push([whole(row[0], least), 0.0, 0.0]);
        Self { upper, lower }
    }

    /// x ← (L·U)⁻¹ x.
    fn solve(&self, x: &mut [f64]) {
        for (i, (factor, exchanged)) in self.lower.iter().enumerate() {
            // One fewer than there are numbers.
            if *exchanged {
                x.swap(i, i + 1);
            }
            x[i + 1] -= factor * x[i];
        }
        let (mut next, mut next_but_one) = (0.0, 0.0);
        for (x, [pivot, right, far]) in x.iter_mut().zip(&self.upper).rev() {
            *x = (*x - right * next - far * next_but_one) / pivot;
            (next, next_but_one) = (*x, next);
        }
    }
}

/// A pivot that can be divided by.
fn whole(pivot: f64, least: f64) -> f64 {
    if pivot.abs() < least { least } else { pivot }
}

/// To length one; the greatest number first, so that squares stay finite.
fn normalise(vector: &mut [f64]) {
    let most = vector.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    if most > 0.0 {
        vector.iter_mut().for_each(|x| *x /= most);
        let length = dot(vector, vector).sqrt();
        vector.iter_mut().for_each(|x| *x /= length);
    }
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

    /// How far E·Λ·Eᵀ is from `a`, and E·Eᵀ from one.
    fn errors(a: &Matrix, (values, vectors): &(Vec<f64>, Matrix)) -> (f64, f64) {
        let mut scaled = vectors.clone();
        for (row, value) in scaled.rows_mut().zip(values) {
            row.iter_mut().for_each(|x| *x *= value);
        }
        let products = vectors.times(&vectors.transposed());
        (
            off(&vectors.transposed_times(&scaled), a),
            off(&products, &Matrix::identity(values.len())),
        )
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
        let found = eigen(&a);
        assert!(found.0.is_sorted_by(|x, y| x >= y));
        let (rebuilt, across) = errors(&a, &found);
        assert!(rebuilt < 1e-9 && across < 1e-12, "{rebuilt} {across}");
        for vector in found.1.rows() {
            let most = vector.iter().fold(
                0.0,
                |most: f64, &x| if x.abs() > most.abs() { x } else { most },
            );
            assert!(most > 0.0);
        }
    }

    #[test]
    fn equal_and_vanishing_eigenvalues_have_vectors_of_their_own() {
        let (_, basis) = eigen(&{
            let rows = random(60, 24);
            rows.transposed_times(&rows)
        });
        for planted in [
            vec![3.0; 24],
            [vec![5.0; 6], vec![1e-9; 6], vec![0.0; 12]].concat(),
        ] {
            let mut scaled = basis.clone();
            for (row, value) in scaled.rows_mut().zip(&planted) {
                row.iter_mut().for_each(|x| *x *= value);
            }
            let a = basis.transposed_times(&scaled);
            let found = eigen(&a);
            let (rebuilt, across) = errors(&a, &found);
            assert!(rebuilt < 1e-12 && across < 1e-11, "{rebuilt} {across}");
        }
        for a in [
            Matrix::identity(7),
            Matrix::zeros(7, 7),
            Matrix::identity(1),
        ] {
            let (rebuilt, across) = errors(&a, &eigen(&a));
            assert!(rebuilt < 1e-12 && across < 1e-12, "{rebuilt} {across}");
        }
        assert_eq!(eigen(&Matrix::default()).0, [0.0; 0]);
        let broken = eigen(&Matrix::new(2, vec![f64::NAN; 4]));
        assert_eq!(broken.0.len(), 2);
    }

    #[test]
    fn the_first_few_of_many_are_the_same_and_it_can_be_stopped() {
        let rows = random(300, 120);
        let a = rows.transposed_times(&rows);
        let (values, vectors) = strongest(&a, 5, &|_| true).unwrap();
        let (all, every) = eigen(&a);
        assert_eq!(values[..], all[..5]);
        assert_eq!(vectors, every.select(0..5));
        let image = vectors.times(&a);
        for ((vector, image), value) in vectors.rows().zip(image.rows()).zip(&values) {
            let away = vector.iter().zip(image).map(|(x, y)| (y - value * x).abs());
            assert!(away.fold(0.0, f64::max) < 1e-10 * value);
        }
        assert!(strongest(&a, 5, &|done| done < 0.5).is_none());
    }
}
