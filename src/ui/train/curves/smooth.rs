//! Noisy curves made readable.

/// The exponential moving average of `points` (step, value) as TensorBoard draws it: of each value, all
/// before it weigh `weight` (0..1) together. Divided by the weights' sum, so that it begins at the first
/// value and not at zero (the debiasing of Adam: Kingma and Ba 2015, section 3). Values must be finite.
pub fn smooth(points: &[[f64; 2]], weight: f64) -> Vec<[f64; 2]> {
    let (mut sum, mut of_weights) = (0.0, 0.0);
    let step = |&[step, value]: &[f64; 2]| {
        sum = weight * sum + (1.0 - weight) * value;
        of_weights = weight * of_weights + (1.0 - weight);
        [step, sum / of_weights]
    };
    points.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_average_that_tensorboard_draws() {
        // resmoothDataset() of TensorBoard's line chart, by hand: last = last·w + (1 − w)·x, shown as
        // last / (1 − wⁿ).
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
        let points: Vec<[f64; 2]> = (0..8).map(|n| [n as f64, values[n]]).collect();
        for weight in [0.0, 0.6, 0.99] {
            let smoothed = smooth(&points, weight);
            let mut last = 0.0;
            for (n, value) in values.into_iter().enumerate() {
                last = last * weight + (1.0 - weight) * value;
                let shown = last / (1.0 - f64::powi(weight, n as i32 + 1));
                assert!((smoothed[n][1] - shown).abs() < 1e-12, "{weight} {n}");
            }
        }
        assert_eq!(smooth(&points, 0.0), points);
        assert_eq!(smooth(&points, 0.9)[0], points[0]);
        let level = [[1.0, 0.25], [9.0, 0.25], [20.0, 0.25]];
        assert!(
            smooth(&level, 0.9)
                .iter()
                .all(|p| (p[1] - 0.25).abs() < 1e-12)
        );
    }
}
