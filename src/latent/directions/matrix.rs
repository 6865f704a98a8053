//! Small dense matrices in double precision, the same bits on every machine.

/// Rows of a product that are summed at a time.
const TILE: usize = 32;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    columns: usize,
    numbers: Vec<f64>,
}

impl Matrix {
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self {
            columns,
            numbers: vec![0.0; rows * columns],
        }
    }

    /// Ones on the diagonal.
    pub fn identity(side: usize) -> Self {
        let mut one = Self::zeros(side, side);
        one.add_to_diagonal(1.0);
        one
    }

    /// From rows of `columns` numbers one after the other; a row that is cut short is left out.
    pub fn new(columns: usize, mut numbers: Vec<f64>) -> Self {
        let whole = numbers.len().checked_div(columns).unwrap_or(0) * columns;
        numbers.truncate(whole);
        Self { columns, numbers }
    }

    /// As [`Matrix::new`].
    #[cfg(test)]
    pub fn from_f32(columns: usize, numbers: &[f32]) -> Self {
        Self::new(columns, numbers.iter().copied().map(f64::from).collect())
    }

    pub fn height(&self) -> usize {
        self.numbers.len().checked_div(self.columns).unwrap_or(0)
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Adds a row below; as many numbers as there are columns.
    pub fn push(&mut self, row: &[f64]) {
        debug_assert_eq!(row.len(), self.columns);
        self.numbers.extend_from_slice(row);
    }

    /// All numbers, row after row.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    /// All numbers, row after row, to be changed.
    pub(super) fn numbers_mut(&mut self) -> &mut [f64] {
        &mut self.numbers
    }

    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> + DoubleEndedIterator {
        self.numbers.chunks_exact(self.columns.max(1))
    }

    /// Row after row, to be changed.
    pub fn rows_mut(&mut self) -> impl ExactSizeIterator<Item = &mut [f64]> {
        self.numbers.chunks_exact_mut(self.columns.max(1))
    }

    /// Row `index`; empty beyond the last.
    pub fn row(&self, index: usize) -> &[f64] {
        let start = index * self.columns;
        self.numbers
            .get(start..start + self.columns)
            .unwrap_or_default()
    }

    /// The number at a place; NaN outside.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.row(row).get(column).copied().unwrap_or(f64::NAN)
    }

    /// Numbers of one column, from above.
    pub fn column(&self, index: usize) -> impl Iterator<Item = f64> + '_ {
        self.rows()
            .map(move |row| row.get(index).copied().unwrap_or(f64::NAN))
    }

    /// Rows and columns exchanged.
    pub fn transposed(&self) -> Self {
        let columns = (0..self.columns).flat_map(|column| self.column(column));
        Self {
            columns: self.height(),
            numbers: columns.collect(),
        }
    }

    /// The rows that `chosen` names, in its order; those beyond the last are left out.
    pub fn select(&self, chosen: impl Iterator<Item = usize>) -> Self {
        Self {
            columns: self.columns,
            numbers: chosen.flat_map(|row| self.row(row)).copied().collect(),
        }
    }

    /// `self · other`, [n, k] · [k, m] → [n, m].
    pub fn times(&self, other: &Self) -> Self {
        let mut product = Self::zeros(self.height(), other.columns);
        for (into, row) in product.rows_mut().zip(self.rows()) {
            for (&factor, line) in row.iter().zip(other.rows()) {
                add_scaled(into, factor, line);
            }
        }
        product
    }

    /// `selfᵀ · other`, [n, k]ᵀ · [n, m] → [k, m].
    pub fn transposed_times(&self, other: &Self) -> Self {
        let mut product = Self::zeros(self.columns, other.columns);
        // A few rows of the product at a time, which stay in the processor's cache.
        let tiles = product.numbers.chunks_mut((TILE * other.columns).max(1));
        for (tile, place) in tiles.zip((0..).step_by(TILE)) {
            for (left, right) in self.rows().zip(other.rows()) {
                let factors = left.get(place..).unwrap_or_default();
                let rows = tile.chunks_exact_mut(other.columns);
                for (into, &factor) in rows.zip(factors) {
                    add_scaled(into, factor, right);
                }
            }
        }
        product
    }

    /// All numbers times `factor`.
    pub fn scaled(mut self, factor: f64) -> Self {
        self.numbers.iter_mut().for_each(|number| *number *= factor);
        self
    }

    /// The sum with a matrix of the same size.
    pub fn plus(mut self, other: &Self) -> Self {
        add_scaled(&mut self.numbers, 1.0, &other.numbers);
        self
    }

    /// Adds `number` to the diagonal.
    pub fn add_to_diagonal(&mut self, number: f64) {
        for (index, row) in self.rows_mut().enumerate() {
            if let Some(diagonal) = row.get_mut(index) {
                *diagonal += number;
            }
        }
    }

    /// Sum of the diagonal.
    pub fn trace(&self) -> f64 {
        (0..self.height().min(self.columns))
            .map(|index| self.at(index, index))
            .sum()
    }
}

/// `into += factor · line`.
pub(super) fn add_scaled(into: &mut [f64], factor: f64, line: &[f64]) {
    for (sum, number) in into.iter_mut().zip(line) {
        *sum += factor * number;
    }
}

/// Sum of products; four running sums, so that the processor need not wait for each.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (fours_a, rest_a) = a.as_chunks::<4>();
    let (fours_b, rest_b) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (x, y) in fours_a.iter().zip(fours_b) {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    let rest: f64 = rest_a.iter().zip(rest_b).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products() {
        let a = Matrix::new(3, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let b = Matrix::new(2, vec![1.0, 0.0, 0.0, 1.0, 2.0, -1.0]);
        assert_eq!(a.times(&b).numbers(), [7.0, -1.0, 16.0, -1.0]);
        assert_eq!(a.transposed().transposed_times(&b), a.times(&b));
        assert_eq!((a.height(), a.columns(), a.at(1, 0)), (2, 3, 4.0));
        assert!(a.at(2, 0).is_nan());
        assert_eq!(a.select([1].into_iter()).numbers(), [4.0, 5.0, 6.0]);
        assert_eq!(Matrix::identity(3).trace(), 3.0);
    }

    #[test]
    fn dots_of_any_length() {
        for length in 0..10 {
            let numbers: Vec<f64> = (1..=length).map(f64::from).collect();
            let expected: f64 = numbers.iter().map(|x| x * x).sum();
            assert_eq!(dot(&numbers, &numbers), expected);
        }
    }
}
