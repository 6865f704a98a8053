//! How good the samples of a run are: what was measured, what the guard said, which walls are kept.

use crate::run::EvalRecord;
use crate::worker::train::{Alarm, Best, Danger, GuardEvent};

/// Measurements that are kept. Even, so that every second one can go.
pub const MOST: usize = 2048;

/// What is drawn over the steps of the measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Mean MS-SSIM of pairs of samples, 0..1: higher is less diverse.
    Similarity,
    /// The same of real pictures, a level line to compare with.
    SimilarityData,
    /// Sliced Wasserstein distance to the data, ×10³.
    Distance,
    /// The same between two sets of real pictures: the level that cannot be beaten.
    DistanceData,
    /// Distance of samples to the nearest training picture, where pictures are kept back.
    Nearest,
    /// The same of the pictures that are kept back.
    NearestHeldBack,
}

impl Measure {
    /// The value of this measure in `record`; NaN where it was not measured.
    pub fn of(self, record: &EvalRecord) -> f32 {
        let found = &record.measures;
        match self {
            Self::Similarity => found.ms_ssim,
            Self::SimilarityData => found.ms_ssim_data,
            Self::Distance => found.swd,
            Self::DistanceData => found.swd_data,
            Self::Nearest => found.nearest.unwrap_or(f32::NAN),
            Self::NearestHeldBack => found.nearest_held_back.unwrap_or(f32::NAN),
        }
    }
}

/// Measurements, alarms and walls of a run, in bounded memory.
#[derive(Clone, Debug, Default)]
pub struct Evaluations {
    records: Vec<EvalRecord>,
    /// Only every so many-th is taken in; a power of two.
    stride: usize,
    /// Since the last one that was taken in.
    passed: usize,
    last: Option<EvalRecord>,
    best: Option<Best>,
    alarms: Vec<Alarm>,
    dangers: Vec<Danger>,
    walls: Vec<u64>,
    version: u64,
}

impl Evaluations {
    /// Takes in a measurement.
    pub fn push(&mut self, record: EvalRecord) {
        self.version += 1;
        self.stride = self.stride.max(1);
        if self.records.is_empty() || self.passed + 1 >= self.stride {
            if self.records.len() == MOST {
                self.stride *= 2;
                let mut place = 0;
                self.records.retain(|_| {
                    place += 1;
                    place % 2 == 1
                });
            }
            self.records.push(record.clone());
            self.passed = 0;
        } else {
            self.passed += 1;
        }
        self.last = Some(record);
    }

    /// Takes in what the guard said.
    pub fn push_guard_event(&mut self, event: GuardEvent) {
        self.version += 1;
        match event {
            GuardEvent::Alarm(alarm) => {
                self.dangers.push(alarm.danger);
                self.alarms.push(alarm);
            }
            GuardEvent::Over { danger, .. } => self.dangers.retain(|&one| one != danger),
        }
    }

    /// These weights are the best so far, and they are kept.
    pub fn set_best(&mut self, best: Best) {
        self.version += 1;
        self.best = Some(best);
    }

    /// A wall of `step` is kept; the one of `dropped` is not any more.
    pub fn push_wall(&mut self, step: u64, dropped: Option<u64>) {
        self.version += 1;
        self.walls
            .retain(|&wall| Some(wall) != dropped && wall < step);
        self.walls.push(step);
    }

    /// What was measured and kept before takes the place of what is there: after a roll-back it is
    /// less. Alarms stay as marks, but none of them stands any more.
    pub fn go_on_from(&mut self, measured: Vec<EvalRecord>, walls: Vec<u64>) {
        *self = Self {
            walls,
            alarms: std::mem::take(&mut self.alarms),
            version: self.version + 1,
            ..Self::default()
        };
        for one in measured {
            self.push(one);
        }
    }

    /// In order of their steps; the newest is always among them.
    pub fn measurements(&self) -> impl Iterator<Item = &EvalRecord> {
        let newest = self.last.as_ref();
        let shown = self.records.last().map(|measured| measured.step);
        let newest = newest.filter(move |last| Some(last.step) != shown);
        self.records.iter().chain(newest)
    }

    /// (step, value) of each measurement.
    pub fn points(&self, measure: Measure) -> Vec<[f64; 2]> {
        let point = |one: &EvalRecord| [one.step as f64, f64::from(measure.of(one))];
        self.measurements().map(point).collect()
    }

    pub fn last(&self) -> Option<&EvalRecord> {
        self.last.as_ref()
    }

    /// The best weights so far; a checkpoint of them is kept.
    pub fn best(&self) -> Option<Best> {
        self.best
    }

    /// All alarms of the run, as marks on the curves.
    pub fn alarms(&self) -> &[Alarm] {
        &self.alarms
    }

    /// Dangers that are not over.
    pub fn dangers(&self) -> &[Danger] {
        &self.dangers
    }

    /// Steps of the walls that are kept, in order.
    pub fn walls(&self) -> &[u64] {
        &self.walls
    }

    /// Changes with everything that is taken in, so that what was made from it can be kept.
    pub fn version(&self) -> u64 {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::SampleMetrics;

    fn measured(step: u64) -> EvalRecord {
        EvalRecord {
            step,
            measures: SampleMetrics {
                ms_ssim: 0.3,
                ms_ssim_data: 0.25,
                levels: Vec::new(),
                swd: step as f32,
                swd_data: 9.5,
                ..SampleMetrics::default()
            },
            seconds: 0.25,
        }
    }

    #[test]
    fn many_measurements_stay_few_and_evenly_spaced() {
        let mut evaluations = Evaluations::default();
        for step in 0..20_001 {
            evaluations.push(measured(step));
        }
        let points = evaluations.points(Measure::Distance);
        assert!((MOST / 2..=MOST + 1).contains(&points.len()));
        assert_eq!(
            (points[0], points[points.len() - 1]),
            ([0.0; 2], [20_000.0; 2])
        );
        let gaps: Vec<f64> = points.windows(2).map(|two| two[1][0] - two[0][0]).collect();
        let inner = &gaps[..gaps.len() - 1];
        assert!(inner.iter().all(|&gap| gap == inner[0]), "{inner:?}");
    }

    #[test]
    fn alarms_stand_until_they_are_over_and_stay_as_marks() {
        let mut evaluations = Evaluations::default();
        let alarm = Alarm {
            danger: Danger::Far,
            step: 5,
            since: 3,
            why: "far".into(),
        };
        evaluations.push_guard_event(GuardEvent::Alarm(alarm.clone()));
        assert_eq!(evaluations.dangers(), [Danger::Far]);
        evaluations.push_guard_event(GuardEvent::Over {
            danger: Danger::Far,
            step: 9,
        });
        assert!(evaluations.dangers().is_empty());
        assert_eq!(evaluations.alarms(), [alarm]);
    }

    #[test]
    fn walls_come_and_go_and_going_back_forgets() {
        let mut evaluations = Evaluations::default();
        for step in [1, 5, 9] {
            evaluations.push_wall(step, None);
            evaluations.push(measured(step));
        }
        evaluations.push_wall(12, Some(5));
        assert_eq!(evaluations.walls(), [1, 9, 12]);
        evaluations.push_wall(12, None);
        assert_eq!(evaluations.walls(), [1, 9, 12]);
        evaluations.go_on_from(vec![measured(1), measured(5)], vec![1]);
        assert_eq!(evaluations.walls(), [1]);
        assert_eq!(evaluations.last().unwrap().step, 5);
    }
}
