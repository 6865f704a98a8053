//! Ranks of measured numbers.

/// The value of `sorted` that `percent` of a hundred are below; for 100 the last.
pub fn percentile(sorted: &[f64], percent: usize) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    sorted
        .get((sorted.len() * percent / 100).min(last))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_has_its_share_below_it() {
        let sorted: Vec<f64> = (0..200).map(f64::from).collect();
        let found = [0, 1, 50, 95, 99, 100].map(|percent| percentile(&sorted, percent));
        assert_eq!(found, [0.0, 2.0, 100.0, 190.0, 198.0, 199.0].map(Some));
        assert_eq!(percentile(&[7.0], 99), Some(7.0));
        assert_eq!(percentile(&[], 50), None);
    }
}
