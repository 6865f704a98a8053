//! The shortest vector whose products with given ones lie within bounds: a small quadratic programme.

use super::matrix::{Matrix, add_scaled, dot};

/// Passes over all rows at most.
const SWEEPS: usize = 2000;
/// A product may lie outside its bounds by so much of them.
const TOLERANCE: f64 = 0.01;

/// The shortest `d` with `own · d = 1` and `|row · d| ≤ most` for each row, by Hildreth's method for
/// intervals (Lent and Censor 1980): one row after the other is brought to its nearer bound, or let go
/// as far as it was pushed before. `None` where there is no such vector, or none was found in time.
pub fn shortest(own: &[f64], rows: &Matrix, most: f64) -> Option<Vec<f64>> {
    let square = dot(own, own);
    if !(square.is_finite() && square > 0.0) {
        return None;
    }
    // d = own / |own|² + e. Searching for e across `own` only, the more alike rows are to it the less
    // they fight each other.
    let mut way: Vec<f64> = own.iter().map(|x| x / square).collect();
    let mut across = rows.clone();
    for row in across.rows_mut() {
        let along = dot(row, own) / square;
        add_scaled(row, -along, own);
    }
    let squares: Vec<f64> = across.rows().map(|row| dot(row, row)).collect();
    let mut pushed = vec![0.0; squares.len()];
    for _ in 0..SWEEPS {
        let mut outside: f64 = 0.0;
        for (index, (row, &square)) in across.rows().zip(&squares).enumerate() {
            let product = dot(rows.row(index), &way);
            outside = outside.max(product.abs() - most);
            if square <= 0.0 {
                continue;
            }
            let (to_upper, to_lower) = ((most - product) / square, (-most - product) / square);
            // The middle of the two bounds and of what takes back all that it was pushed.
            let step = f64::max(f64::min(pushed[index], to_upper), to_lower);
            add_scaled(&mut way, step, row);
            pushed[index] -= step;
        }
        if outside <= TOLERANCE * most {
            return Some(way);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::solve::Cholesky;
    use super::*;
    use crate::latent::noise::{Noise, Purpose};

    #[test]
    fn without_bounds_that_bind_it_is_the_own_one() {
        let own = [3.0, 4.0];
        let way = shortest(&own, &Matrix::new(2, vec![0.0, 1.0]), 10.0).unwrap();
        assert!((way[0] - 0.12).abs() < 1e-9 && (way[1] - 0.16).abs() < 1e-9);
    }

    #[test]
    fn a_bound_that_binds_is_met_by_the_shortest_way() {
        // d = (1, y) with |0.8 + 0.6 y| ≤ 0.2: the shortest has y = −1.
        let rows = Matrix::new(2, vec![0.8, 0.6, -0.01, 0.02, 0.0, 0.0]);
        let way = shortest(&[1.0, 0.0], &rows, 0.2).unwrap();
        assert!(
            (way[0] - 1.0).abs() < 0.02 && (way[1] + 1.0).abs() < 0.02,
            "{way:?}"
        );
    }

    #[test]
    fn what_cannot_be_is_said() {
        let rows = Matrix::new(2, vec![2.0, 0.0]);
        assert_eq!(shortest(&[1.0, 0.0], &rows, 0.5), None);
        assert_eq!(shortest(&[0.0, 0.0], &rows, 0.5), None);
    }

    /// The shortest of all vectors that lie on some of the bounds and within the others.
    fn by_trying_all(own: &[f64], rows: &Matrix, most: f64) -> Option<Vec<f64>> {
        let count = rows.height() as u32;
        let candidates = (0..3_usize.pow(count)).filter_map(|number| {
            // Each row: left alone, at its upper bound, at its lower bound.
            let (mut lines, mut ends) = (own.to_vec(), vec![1.0]);
            for (index, row) in rows.rows().enumerate() {
                let end = match number / 3_usize.pow(index as u32) % 3 {
                    0 => continue,
                    1 => most,
                    _ => -most,
                };
                lines.extend(row);
                ends.push(end);
            }
            let lines = Matrix::new(own.len(), lines);
            let solver = Cholesky::new(&lines.times(&lines.transposed()))?;
            let weights = solver.solve(&Matrix::new(1, ends)).transposed(); // [1, lines]
            let way = weights.times(&lines).numbers().to_vec();
            let inside = |row| dot(row, &way).abs() <= most * (1.0 + 1e-9);
            rows.rows().all(inside).then_some(way)
        });
        candidates.min_by(|a, b| dot(a, a).total_cmp(&dot(b, b)))
    }

    #[test]
    fn it_is_the_shortest_of_all() {
        let mut noise = Noise::new(3, Purpose::Faces);
        let mut bound = 0;
        for _ in 0..200 {
            let mut numbers = |count| (0..count).map(|_| noise.normal()).collect::<Vec<f64>>();
            let (own, rows) = (numbers(12), Matrix::new(12, numbers(4 * 12)));
            let way = shortest(&own, &rows, 0.1).unwrap();
            let best = by_trying_all(&own, &rows, 0.1).unwrap();
            let off = way.iter().zip(&best).map(|(a, b)| (a - b).powi(2));
            let length = dot(&best, &best).sqrt();
            assert!(off.sum::<f64>().sqrt() < 0.05 * length, "{way:?} {best:?}");
            let on_it = rows.rows().filter(|row| dot(row, &best).abs() > 0.099);
            bound += on_it.count();
        }
        assert!(bound > 200, "planted so that bounds bind: {bound}");
    }
}
