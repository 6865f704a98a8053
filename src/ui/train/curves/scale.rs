//! Where a value stands in a chart, and the lines beside it: even or logarithmic.

use std::ops::RangeInclusive;

use egui_plot::GridMark;

use crate::statistics::percentile;

/// What a chart shows from bottom to top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    log: bool,
}

impl Scale {
    /// Holds `values` but for the outermost hundredth at each end: one spike must not flatten all the
    /// rest. `top` is the greatest value where that is known beforehand. Where a value is negative, or
    /// none is positive, there is no logarithmic scale.
    pub fn of(mut values: Vec<f64>, top: Option<f64>, log: bool) -> Self {
        values.retain(|value| value.is_finite());
        values.sort_unstable_by(f64::total_cmp);
        let positive = values.partition_point(|&value| value <= 0.0);
        let log = log && values.first().is_some_and(|&least| least >= 0.0);
        match (log, values.get(positive..)) {
            (true, Some(positive @ [_, ..])) => Self::logarithmic(positive),
            _ => Self::even(&values, top),
        }
    }

    fn even(values: &[f64], top: Option<f64>) -> Self {
        let least = percentile(values, 1).unwrap_or(0.0);
        let most = percentile(values, 99).unwrap_or(1.0);
        let low = if least < 0.0 {
            -round_up(-1.15 * least)
        } else {
            0.0
        };
        let high = if low < 0.0 && most <= 0.0 {
            0.0
        } else {
            round_up(1.15 * most.max(1e-3))
        };
        Self {
            low,
            high: top.unwrap_or(high),
            log: false,
        }
    }

    /// Of positive values in order.
    fn logarithmic(values: &[f64]) -> Self {
        let least = percentile(values, 1).unwrap_or(1.0);
        let most = percentile(values, 99).unwrap_or(1.0);
        // At least half a decade, so that a quiet curve does not look wild.
        let high = round_up(1.05 * most.max(3.0 * least));
        let low = 1.0 / round_up(1.05 / least);
        Self {
            low,
            high,
            log: true,
        }
    }

    /// Whether it is logarithmic.
    pub fn is_log(self) -> bool {
        self.log
    }

    /// The lowest and the highest value on show.
    pub fn range(self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Where `value` stands; nowhere if it is no number, or not positive on a logarithmic scale.
    pub fn height(self, value: f64) -> Option<f64> {
        let height = if self.log { value.log10() } else { value };
        height.is_finite().then_some(height)
    }

    /// The heights on show, a little beyond both ends, so that the outermost lines are not cut.
    pub fn bounds(self) -> RangeInclusive<f64> {
        let bottom = self.height(self.low).unwrap_or(0.0);
        let top = self.height(self.high).unwrap_or(1.0);
        let room = 0.02 * (top - bottom);
        bottom - room..=top + room
    }

    /// Two to four lines.
    pub fn lines(self) -> Vec<GridMark> {
        let values = match (self.log, self.low < 0.0 && self.high > 0.0) {
            (true, _) => self.round_values(),
            (false, true) => vec![self.low, 0.0, self.high],
            (false, false) => vec![self.low, (self.low + self.high) / 2.0, self.high],
        };
        let mark = |value| {
            Some(GridMark {
                value: self.height(value)?,
                // Far apart on purpose: egui_plot hides labels whose lines are close.
                step_size: self.high - self.low,
            })
        };
        values.into_iter().filter_map(mark).collect()
    }

    /// Powers of ten on a logarithmic scale; where there are few, also twice and five times them.
    fn round_values(self) -> Vec<f64> {
        let (first, last) = (self.low.log10().floor(), self.high.log10().ceil());
        let factors: &[f64] = match last - first {
            span if span <= 2.0 => &[1.0, 2.0, 5.0],
            _ => &[1.0],
        };
        let powers = (first as i32..=last as i32).map(|power| 10f64.powi(power));
        let all = powers.flat_map(|power| factors.iter().map(move |factor| factor * power));
        let nearly = 1.0 + 1e-9;
        let inside = |value: &f64| *value * nearly >= self.low && *value <= self.high * nearly;
        let all: Vec<f64> = all.filter(inside).collect();
        let every = all.len().div_ceil(4).max(1);
        all.into_iter().step_by(every).collect()
    }

    /// What is written beside a line at `height`.
    pub fn label(self, height: f64) -> String {
        label(if self.log { 10f64.powf(height) } else { height })
    }
}

/// The next of 1, 1.5, 2, 3, 4, 6, 8 times a power of ten: the plot is scaled anew only now and then.
fn round_up(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0];
    let factor = steps
        .into_iter()
        .find(|step| step * power >= value)
        .unwrap_or(10.0);
    factor * power
}

/// A value in at most five letters.
fn label(value: f64) -> String {
    let text = match value.abs() {
        size if size < 1e-12 => return "0".to_owned(),
        size if size >= 1e6 => return format!("{value:.0e}"),
        size if size >= 1000.0 => return format!("{:.1}k", value / 1000.0),
        size if size >= 9.995 => return format!("{value:.0}"),
        size if size >= 0.00995 => format!("{value:.2}"),
        size if size >= 0.001 => format!("{value:.3}"),
        _ => return format!("{value:.0e}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale) -> Vec<String> {
        let lines = scale.lines().into_iter();
        lines.map(|line| scale.label(line.value)).collect()
    }

    #[test]
    fn scales_and_labels_are_round() {
        assert_eq!(round_up(1.2), 1.5);
        assert_eq!(round_up(7.1), 8.0);
        assert!((round_up(0.031) - 0.04).abs() < 1e-12);
        let texts = [1.5, 0.75, 2.0, 1500.0, -0.25, 0.004, 2e-5].map(label);
        assert_eq!(
            texts,
            ["1.5", "0.75", "2", "1.5k", "-0.25", "0.004", "2e-5"]
        );
        assert_eq!(
            labels(Scale::of(vec![0.2, 1.0], None, false)),
            ["0", "0.75", "1.5"]
        );
        assert_eq!(
            labels(Scale::of(Vec::new(), Some(1.0), false)),
            ["0", "0.5", "1"]
        );
        // Hinge's loss of G.
        assert_eq!(
            labels(Scale::of(vec![-0.8, 1.0], None, false)),
            ["-1", "0", "1.5"]
        );
        assert_eq!(
            labels(Scale::of(vec![-0.8, -0.2], None, false)),
            ["-1", "-0.5", "0"]
        );
    }

    #[test]
    fn a_logarithmic_scale_is_for_positive_values() {
        let scale = Scale::of(vec![1e-4, 0.0, 0.02, 7.0], None, true);
        assert!(scale.is_log());
        assert_eq!(labels(scale), ["1e-4", "0.01", "1"]);
        assert_eq!(scale.height(0.01), Some(-2.0));
        assert_eq!(scale.height(0.0), None);
        assert_eq!(
            labels(Scale::of(vec![0.5, 0.6], None, true)),
            ["0.5", "1", "2"]
        );
        assert!(!Scale::of(vec![-1.0, 2.0], None, true).is_log());
        assert!(!Scale::of(vec![0.0], None, true).is_log());
        assert!(!Scale::of(Vec::new(), None, true).is_log());
    }

    #[test]
    fn a_spike_does_not_flatten_the_rest() {
        let mut values = vec![1.0; 500];
        values.push(1e6);
        assert_eq!(Scale::of(values, None, false).range(), (0.0, 1.5));
    }
}
