//! The curves of a run in bounded memory: every step of the recent past, and the whole run in at
//! most [`WHOLE`] points, however long it gets.

use std::collections::VecDeque;

use crate::run::{SERIES, StepRecord};

/// Steps of the recent past that are kept one by one.
pub const TAIL: usize = 512;
/// Points that the whole run is folded into. Even, so that points can be merged in pairs.
pub const WHOLE: usize = 1024;

const COUNT: usize = SERIES.len();

/// One or more steps that follow each other, folded into one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    first: u64,
    last: u64,
    count: u32,
    /// Steps at which a series was measured and is a number.
    known: [u32; COUNT],
    mean: [f32; COUNT],
    low: [f32; COUNT],
    high: [f32; COUNT],
}

impl Point {
    fn of(record: &StepRecord) -> Self {
        let value = |place: usize| (SERIES[place].value)(record).unwrap_or(f32::NAN);
        let values: [f32; COUNT] = std::array::from_fn(value);
        // What was not measured, or is no number, weighs nothing.
        let or = |other: f32| values.map(|value| if value.is_finite() { value } else { other });
        Self {
            first: record.step,
            last: record.step,
            count: 1,
            known: values.map(|value| u32::from(value.is_finite())),
            mean: or(0.0),
            low: or(f32::INFINITY),
            high: or(f32::NEG_INFINITY),
        }
    }

    fn merge(&mut self, later: &Self) {
        for series in 0..COUNT {
            let (mine, theirs) = (self.known[series], later.known[series]);
            let sum = self.mean[series] * mine as f32 + later.mean[series] * theirs as f32;
            self.mean[series] = sum / (mine + theirs).max(1) as f32;
            self.low[series] = self.low[series].min(later.low[series]);
            self.high[series] = self.high[series].max(later.high[series]);
            self.known[series] = mine + theirs;
        }
        self.last = later.last;
        self.count += later.count;
    }

    /// The step that the point stands at: the middle of those it holds.
    pub fn step(&self) -> f64 {
        (self.first as f64 + self.last as f64) / 2.0
    }

    /// The mean of the series at `place` of [`SERIES`] over the steps at which it was measured; NaN where it
    /// never was.
    pub fn mean(&self, place: usize) -> f32 {
        match self.known.get(place) {
            None | Some(0) => f32::NAN,
            Some(_) => self.mean[place],
        }
    }

    /// Least and greatest value of the series at `place`; infinities the wrong way round where it was not
    /// measured.
    pub fn range(&self, place: usize) -> (f32, f32) {
        let of = |all: &[f32; COUNT], other| all.get(place).copied().unwrap_or(other);
        (
            of(&self.low, f32::INFINITY),
            of(&self.high, f32::NEG_INFINITY),
        )
    }
}

/// All steps of a run so far.
#[derive(Clone, Debug)]
pub struct History {
    tail: VecDeque<Point>,
    whole: Vec<Point>,
    /// Steps that one point of `whole` holds when it is full.
    stride: u32,
    version: u64,
}

impl Default for History {
    fn default() -> Self {
        Self {
            tail: VecDeque::with_capacity(TAIL),
            whole: Vec::with_capacity(WHOLE),
            stride: 1,
            version: 0,
        }
    }
}

impl History {
    /// Forgets all steps: the run went back.
    pub fn clear(&mut self) {
        *self = Self {
            version: self.version + 1,
            ..Self::default()
        };
    }

    /// Takes in the next step.
    pub fn push(&mut self, record: &StepRecord) {
        self.version += 1;
        let point = Point::of(record);
        if self.tail.len() == TAIL {
            self.tail.pop_front();
        }
        self.tail.push_back(point);
        match self.whole.last_mut() {
            Some(last) if last.count < self.stride => last.merge(&point),
            _ => {
                if self.whole.len() == WHOLE {
                    self.fold();
                }
                self.whole.push(point);
            }
        }
    }

    /// Merges neighbours, so that there is room for as many steps again.
    fn fold(&mut self) {
        self.stride *= 2;
        self.whole = self
            .whole
            .chunks(2)
            .map(|pair| {
                let mut point = pair[0]; // chunks() gives no empty slices
                if let Some(later) = pair.get(1) {
                    point.merge(later);
                }
                point
            })
            .collect();
    }

    /// The last steps, one point each.
    pub fn tail(&self) -> impl ExactSizeIterator<Item = &Point> {
        self.tail.iter()
    }

    /// The whole run; each point holds one or more steps.
    pub fn whole(&self) -> impl ExactSizeIterator<Item = &Point> {
        self.whole.iter()
    }

    /// Changes with every step, so that what was made from the points can be kept.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Whether there is no step yet.
    pub fn is_empty(&self) -> bool {
        self.tail.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOSS_D: usize = 0;
    const GRAD_NORM_G: usize = 6;

    fn record(step: u64, loss: f32) -> StepRecord {
        StepRecord {
            step,
            images: step * 64,
            loss_d: loss,
            loss_g: 1.0,
            d_real: 0.5,
            d_fake: 0.5,
            d_fake_after: 0.5,
            images_per_s: 70.0,
            seconds: 0.0,
            ..StepRecord::default()
        }
    }

    #[test]
    fn a_short_run_keeps_every_step() {
        let mut history = History::default();
        for step in 1..=WHOLE as u64 {
            history.push(&record(step, step as f32));
        }
        assert_eq!(history.whole().len(), WHOLE);
        assert!(
            history
                .whole()
                .all(|point| point.mean(LOSS_D) as f64 == point.step())
        );
        let first = history.tail().next().unwrap();
        assert_eq!(first.step(), (WHOLE - TAIL + 1) as f64);
    }

    #[test]
    fn what_is_measured_now_and_then_is_not_thinned_by_the_steps_between() {
        let mut history = History::default();
        for step in 0..4 * WHOLE as u64 {
            history.push(&StepRecord {
                grad_norm_g: step.is_multiple_of(5).then_some(3.0),
                ..record(step + 1, f32::NAN)
            });
        }
        let norms: Vec<f32> = history.whole().map(|p| p.mean(GRAD_NORM_G)).collect();
        assert!(norms.iter().all(|&norm| norm == 3.0 || norm.is_nan()));
        assert!(norms.iter().filter(|norm| norm.is_finite()).count() > WHOLE / 2);
        assert!(history.whole().all(|point| point.mean(LOSS_D).is_nan()));
    }

    #[test]
    fn a_million_steps_stay_small_and_keep_mean_and_spike() {
        let mut history = History::default();
        for step in 1..=1_000_000u64 {
            let loss = if step == 777_777 { 90.0 } else { 2.0 };
            history.push(&record(step, loss));
        }
        assert!(history.whole().len() <= WHOLE);
        assert!(history.whole().len() >= WHOLE / 2);
        assert_eq!(history.tail().len(), TAIL);
        let steps: u64 = history.whole().map(|point| u64::from(point.count)).sum();
        assert_eq!(steps, 1_000_000);
        let highest = history
            .whole()
            .map(|point| point.range(LOSS_D).1)
            .fold(0.0, f32::max);
        assert_eq!(highest, 90.0);
        assert!(
            history
                .whole()
                .zip(history.whole().skip(1))
                .all(|(a, b)| a.step() < b.step() && a.last < b.first)
        );
        let total: f64 = history
            .whole()
            .map(|point| f64::from(point.mean(LOSS_D)) * f64::from(point.count))
            .sum();
        assert!((total - 2_000_088.0).abs() < 5.0, "{total}");
    }
}
