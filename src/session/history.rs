//! The curves of a run in bounded memory: every step of the recent past, and the whole run in at
//! most [`WHOLE`] points, however long it gets.

use std::collections::VecDeque;

use crate::worker::StepRecord;

/// Steps of the recent past that are kept one by one.
pub const TAIL: usize = 512;
/// Points that the whole run is folded into. Even, so that points can be merged in pairs.
pub const WHOLE: usize = 1024;

/// What is drawn over the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// Loss of the discriminator.
    LossD,
    /// Loss of the generator.
    LossG,
    /// Mean D(x).
    Real,
    /// Mean D(G(z)) before D's update.
    Fake,
    /// Mean D(G(z)) after D's update.
    FakeAfter,
    /// Real pictures a second.
    Speed,
}

/// How many series there are.
const SERIES: usize = 6;

impl Series {
    const ALL: [Self; SERIES] = [
        Self::LossD,
        Self::LossG,
        Self::Real,
        Self::Fake,
        Self::FakeAfter,
        Self::Speed,
    ];

    /// The value of this series in `record`.
    pub fn of(self, record: &StepRecord) -> f32 {
        match self {
            Self::LossD => record.loss_d,
            Self::LossG => record.loss_g,
            Self::Real => record.d_real,
            Self::Fake => record.d_fake,
            Self::FakeAfter => record.d_fake_after,
            Self::Speed => record.images_per_s,
        }
    }
}

/// One or more steps that follow each other, folded into one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    first: u64,
    last: u64,
    count: u32,
    mean: [f32; SERIES],
    low: [f32; SERIES],
    high: [f32; SERIES],
}

impl Point {
    fn of(record: &StepRecord) -> Self {
        let values = Series::ALL.map(|series| series.of(record));
        Self {
            first: record.step,
            last: record.step,
            count: 1,
            mean: values,
            low: values,
            high: values,
        }
    }

    fn merge(&mut self, later: &Self) {
        let (mine, theirs) = (self.count as f32, later.count as f32);
        let all = mine + theirs;
        for series in 0..SERIES {
            self.mean[series] = (self.mean[series] * mine + later.mean[series] * theirs) / all;
            self.low[series] = self.low[series].min(later.low[series]);
            self.high[series] = self.high[series].max(later.high[series]);
        }
        self.last = later.last;
        self.count += later.count;
    }

    /// The step that the point stands at: the middle of those it holds.
    pub fn step(&self) -> f64 {
        (self.first as f64 + self.last as f64) / 2.0
    }

    // The arrays have a place for every series: `Series` has SERIES values, counted from 0.

    /// The mean of `series`.
    pub fn mean(&self, series: Series) -> f32 {
        self.mean[series as usize]
    }

    /// Least and greatest value of `series`.
    pub fn range(&self, series: Series) -> (f32, f32) {
        (self.low[series as usize], self.high[series as usize])
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
            health: None,
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
                .all(|point| point.mean(Series::LossD) as f64 == point.step())
        );
        let first = history.tail().next().unwrap();
        assert_eq!(first.step(), (WHOLE - TAIL + 1) as f64);
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
            .map(|point| point.range(Series::LossD).1)
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
            .map(|point| f64::from(point.mean(Series::LossD)) * f64::from(point.count))
            .sum();
        assert!((total - 2_000_088.0).abs() < 5.0, "{total}");
    }
}
