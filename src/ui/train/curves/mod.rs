//! Curves over the steps of a run. All charts share their steps and the mark under the pointer.
//!
//! `chart` draws one of them, `axis` the steps beneath all of them, `frame` is the plot it stands in, `scale` its values from bottom to top,
//! `smooth` what makes a noisy curve readable, `save` puts all of them into a file.

pub mod axis;
pub mod chart;
mod frame;
mod save;
mod scale;
mod smooth;

use egui::{Color32, Rangef};

use crate::readable;
use crate::run::{RunEvent, RunEventKind};
use crate::session::{History, Point};
use smooth::smooth;

pub use save::SaveCurves;

/// The most that curves are smoothed.
pub const MOST_SMOOTHING: f32 = 0.99;

/// How all curves are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurveStyle {
    /// The last steps, each of them, instead of the whole run.
    pub recent: bool,
    /// What all earlier values weigh together in the moving average, 0..=[`MOST_SMOOTHING`].
    pub smoothing: f32,
    /// Logarithmic where values are positive.
    pub log: bool,
    /// With the curves of the run that this one was forked from.
    pub parent: bool,
}

impl Default for CurveStyle {
    fn default() -> Self {
        Self {
            recent: false,
            smoothing: 0.0,
            log: false,
            parent: true,
        }
    }
}

/// One curve of a chart.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    /// How it is called in the legend.
    pub name: &'static str,
    /// What it means, in one sentence.
    pub about: &'static str,
    pub colour: Color32,
    /// Whether it is drawn with dashes.
    pub dashed: bool,
    pub values: Values,
    /// Those of the run that this one was forked from.
    pub parent: Values,
}

/// Values over steps; all are numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// (step, value), in the order of the steps.
    pub points: Vec<[f64; 2]>,
    /// Least and greatest value at each of them, where some hold more than one step.
    pub band: Vec<[f64; 2]>,
}

impl Values {
    /// Of `points`, for the series at this place of [`crate::run::SERIES`].
    pub fn of<'a>(points: impl Iterator<Item = &'a Point>, series: usize) -> Self {
        let mut values = Self::default();
        for point in points {
            let mean = f64::from(point.mean(series));
            if mean.is_finite() {
                let (low, high) = point.range(series);
                values.points.push([point.step(), mean]);
                values.band.push([f64::from(low), f64::from(high)]);
            }
        }
        if values.band.iter().all(|[low, high]| high <= low) {
            values.band.clear();
        }
        values
    }

    pub fn single(points: Vec<[f64; 2]>) -> Self {
        let numbers = points.into_iter().filter(|point| point[1].is_finite());
        Self {
            points: numbers.collect(),
            band: Vec::new(),
        }
    }

    /// The value nearest to `step`, or the last.
    fn read(points: &[[f64; 2]], step: Option<f64>) -> Option<f64> {
        let Some(step) = step else {
            return points.last().map(|point| point[1]);
        };
        let next = points.partition_point(|point| point[0] < step);
        let near = [next.checked_sub(1), Some(next)].into_iter().flatten();
        let near = near.filter_map(|place| points.get(place));
        let nearest = near.min_by(|a, b| (a[0] - step).abs().total_cmp(&(b[0] - step).abs()));
        nearest.map(|point| point[1])
    }
}

/// A chart with its heading and legend.
pub struct Chart {
    /// Tells it from the others.
    pub id: &'static str,
    pub title: &'static str,
    /// What it shows, in one sentence.
    pub about: &'static str,
    /// What is drawn in it.
    pub curves: Vec<Curve>,
    /// The greatest value, where it is known beforehand.
    pub top: Option<f64>,
    /// Whether a logarithmic scale makes sense.
    pub can_log: bool,
    /// Height of heading and plot.
    pub height: f32,
    /// How a value is written.
    pub write: fn(f32) -> String,
}

/// What all charts share.
#[derive(Default)]
pub struct Curves {
    style: CurveStyle,
    made_of: Option<(u64, bool)>,
    points: Vec<Point>,
    /// First and last step of all.
    whole: (f64, f64),
    /// First and last step on show.
    steps: (f64, f64),
    /// From where to where they are drawn.
    ends: (f32, f32),
    /// Where the time cursor stands.
    cursor: Option<f64>,
    /// The steps that a person wants to see, instead of all.
    zoom: Option<(f64, f64)>,
    /// Where the pointer went down to choose them.
    dragged_from: Option<f64>,
    hovered: Option<f64>,
    /// What happened at which step.
    marks: Vec<(f64, String)>,
    /// How many marks there were when these were chosen.
    marks_seen: usize,
    /// A run's curves on their way to a file.
    pub save: SaveCurves,
}

impl Curves {
    /// How they are drawn.
    pub fn style(&self) -> CurveStyle {
        self.style
    }

    /// Draws them in another way.
    pub fn set_style(&mut self, style: CurveStyle) {
        if self.style.recent != style.recent {
            self.zoom = None;
        }
        self.style = style;
    }

    /// Takes the points of `history`: the last steps, or the whole run and its `parent`'s.
    pub fn follow(&mut self, history: &History, parent: &History, marks: &[RunEvent]) {
        if self.marks_seen != marks.len() {
            self.marks_seen = marks.len();
            self.marks = worth_showing(marks);
        }
        let now = Some((history.version(), self.style.recent));
        if self.made_of != now {
            self.made_of = now;
            self.points.clear();
            if self.style.recent {
                self.points.extend(history.tail())
            } else {
                self.points.extend(history.whole())
            }
        }
        let with_parent = self.style.parent && !self.style.recent;
        let older = parent.whole().filter(|_| with_parent).map(Point::step);
        let all = self.points.iter().map(Point::step).chain(older);
        let (first, last) = all.fold((f64::INFINITY, 1.0), |(first, last): (f64, f64), step| {
            (first.min(step), last.max(step))
        });
        let first = if first.is_finite() { first } else { 0.0 };
        let last = last.max(first + 1.0);
        // After a roll-back the steps that were chosen may not be there any more.
        self.zoom = self.zoom.filter(|zoom| zoom.0 < last && first < zoom.1);
        self.whole = (first, last);
        self.steps = self.zoom.unwrap_or((first, last));
    }

    fn span(&self) -> Rangef {
        Rangef::new(self.ends.0, self.ends.1)
    }

    /// The time cursor stands at this step; `None`: it follows the run.
    pub fn set_cursor(&mut self, step: Option<u64>) {
        self.cursor = step.map(|step| step as f64);
    }

    /// Whether only some steps are on show that a person chose.
    pub fn is_zoomed(&self) -> bool {
        self.zoom.is_some()
    }

    /// Shows only the steps from one to another; at least two.
    fn zoom_to(&mut self, one: f64, other: f64) {
        let (first, last) = (one.min(other).max(0.0), one.max(other));
        if last - first >= 1.0 {
            self.zoom = Some((first, last));
        }
    }

    /// Shows half of the steps that are on show: those around the time cursor, or else the later ones.
    pub fn zoom_in(&mut self) {
        self.zoom_by(0.5, self.cursor.unwrap_or(self.steps.1));
    }

    /// Shows `factor` times as many steps; `around` stays where it is.
    pub fn zoom_by(&mut self, factor: f64, around: f64) {
        let (first, last) = self.steps;
        let around = around.clamp(first, last);
        let (from, to) = (
            around - (around - first) * factor,
            around + (last - around) * factor,
        );
        let (least, most) = self.whole;
        if from <= least && most <= to {
            self.zoom_out();
        } else {
            self.zoom_to(from.max(least), to.min(most));
        }
        self.steps = self.zoom.unwrap_or(self.whole);
    }

    /// Moves what is on show by `share` of its width, as far as there are steps.
    pub fn pan(&mut self, share: f64) {
        let Some((first, last)) = self.zoom else {
            return;
        };
        let (least, most) = self.whole;
        let by = (share * (last - first)).clamp((least - first).min(0.0), (most - last).max(0.0));
        self.zoom_to(first + by, last + by);
    }

    /// Moves what is on show so that `step` is a part of it.
    pub fn bring_into_sight(&mut self, step: f64) {
        let (first, last) = self.steps;
        if self.is_zoomed() && last > first && !(first..=last).contains(&step) {
            self.pan((step - (first + last) / 2.0) / (last - first));
        }
    }

    pub fn zoom_out(&mut self) {
        self.zoom = None;
    }

    /// The values of `series` over the steps on show.
    pub fn values(&self, series: usize) -> Values {
        Values::of(self.points.iter(), series)
    }

    /// The step that the legends tell of: under the pointer, or else at the time cursor.
    pub fn told_step(&self) -> Option<u64> {
        self.told().map(|step| step.round() as u64)
    }

    fn told(&self) -> Option<f64> {
        self.hovered.or(self.cursor)
    }

    /// The pointer is over this step, or over no plot. To be called when all charts are drawn, so
    /// that they mark the same step.
    pub fn point_at(&mut self, step: Option<f64>) {
        self.hovered = step;
    }

    /// What happened near `step`, where steps that are `near` to each other look the same.
    fn told_at(&self, step: f64, near: f64) -> Option<String> {
        let close = |at: &f64| (at - step).abs() <= near;
        let told = self.marks.iter().filter(|(at, _)| close(at));
        let told: Vec<String> = told
            .map(|(at, what)| format!("step {}: {what}", readable::count(*at as u64)))
            .collect();
        (!told.is_empty()).then(|| told.join("\n"))
    }

    fn shows_parent(&self, curve: &Curve) -> bool {
        self.style.parent && !curve.parent.points.is_empty()
    }

    /// The points that are drawn strongly.
    fn shown(&self, values: &Values) -> Vec<[f64; 2]> {
        match self.style.smoothing {
            weight if weight > 0.0 => smooth(&values.points, f64::from(weight)),
            _ => values.points.clone(),
        }
    }
}

/// What happened at which step. A run that learns has a new best every few steps: only the one that counts is
/// shown.
fn worth_showing(marks: &[RunEvent]) -> Vec<(f64, String)> {
    let is_best = |mark: &RunEvent| matches!(mark.what, RunEventKind::Best { .. });
    let newest = marks.iter().rposition(is_best);
    let shown = marks.iter().enumerate();
    let shown = shown.filter(|(place, mark)| !is_best(mark) || Some(*place) == newest);
    shown
        .map(|(_, mark)| (mark.step as f64, mark.what.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_best_that_counts_is_marked() {
        let mark = |step, what| RunEvent { step, what };
        let best = |distance| RunEventKind::Best { distance };
        let text = "too alike".to_owned();
        let marks = [
            mark(3, best(9.0)),
            mark(5, best(7.0)),
            mark(6, RunEventKind::Warning { text }),
        ];
        let steps = |marks: &[RunEvent]| -> Vec<f64> {
            worth_showing(marks).iter().map(|shown| shown.0).collect()
        };
        assert_eq!(steps(&marks), [5.0, 6.0]);
        assert_eq!(steps(&marks[..1]), [3.0]);
    }
}
