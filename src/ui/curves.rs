//! The curves of a run as egui_plot wants them, made anew only when there are new steps.

use egui::{Color32, Id, RichText, Sense, Ui, vec2};
use egui_plot::{
    AxisHints, FilledArea, GridMark, Line, LineStyle, Plot, PlotPoint, PlotPoints, PlotResponse,
    PlotUi, VLine,
};

use super::format;
use super::theme::{self, Palette, palette};
use crate::session::{History, Point, Series};
use crate::worker::Mark;

/// One curve of a plot.
pub struct Curve {
    /// Where its values come from.
    pub series: Series,
    /// How it is called in the legend.
    pub name: &'static str,
    /// What it means, in one sentence.
    pub about: &'static str,
    /// Its colour.
    pub colour: Color32,
    /// Whether it is drawn with dashes.
    pub dashed: bool,
}

/// A plot with its heading and legend.
pub struct Chart<'a> {
    /// Tells it from the others.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What it shows, in one sentence.
    pub about: &'static str,
    /// What is drawn in it.
    pub curves: &'a [Curve],
    /// The greatest value, where it is known beforehand.
    pub top: Option<f64>,
    /// Height of heading and plot.
    pub height: f32,
    /// Whether the steps are written beneath.
    pub steps: bool,
    /// How a value is written.
    pub write: fn(f32) -> String,
}

/// The points that are drawn, and the step under the pointer.
#[derive(Default)]
pub struct Curves {
    made_of: Option<(u64, bool)>,
    points: Vec<Point>,
    hovered: Option<f64>,
    /// What happened at which step.
    marks: Vec<(f64, String)>,
}

impl Curves {
    /// Takes the points of `history`: the last steps, or the whole run.
    pub fn follow(&mut self, history: &History, recent: bool, marks: &[Mark]) {
        if self.marks.len() != marks.len() {
            let mark = |mark: &Mark| (mark.step as f64, mark.what.to_string());
            self.marks = marks.iter().map(mark).collect();
        }
        let now = Some((history.version(), recent));
        if self.made_of == now {
            return;
        }
        self.made_of = now;
        self.points.clear();
        if recent {
            self.points.extend(history.tail());
        } else {
            self.points.extend(history.whole());
        }
    }

    /// The point under the pointer, or the last.
    fn read(&self) -> Option<&Point> {
        let Some(step) = self.hovered else {
            return self.points.last();
        };
        let next = self.points.partition_point(|point| point.step() < step);
        let near = |place: usize| {
            self.points
                .get(place)
                .map(|point| (point.step() - step).abs())
        };
        let before = next.saturating_sub(1);
        let place = match (near(before), near(next)) {
            (Some(a), Some(b)) if b < a => next,
            _ => before,
        };
        self.points.get(place)
    }

    /// The step under the pointer, when it is over a plot.
    pub(super) fn hovered(&self) -> Option<f64> {
        self.hovered
    }

    /// First and last step on show.
    pub(super) fn steps(&self) -> (f64, f64) {
        let first = self.points.first().map_or(0.0, Point::step);
        (
            first,
            self.points.last().map_or(1.0, Point::step).max(first + 1.0),
        )
    }

    /// A line for everything that happened.
    pub(super) fn draw_marks(&self, plot: &mut PlotUi<'_>, palette: &Palette) {
        for (step, _) in &self.marks {
            let line = VLine::new("", *step).color(palette.yellow.gamma_multiply(0.7));
            let line = line.width(1.0).style(LineStyle::dashed_dense());
            plot.vline(line.allow_hover(false));
        }
    }

    /// The step under the pointer in a plot of these steps; says what happened near it.
    pub(super) fn tell(
        &self,
        shown: PlotResponse<Option<PlotPoint>>,
        (first, last): (f64, f64),
    ) -> Option<f64> {
        let inside = shown.response.hovered();
        let step = shown.inner.filter(|_| inside)?.x.clamp(first, last);
        let near = (last - first) * NEAR;
        let told = self
            .marks
            .iter()
            .filter(|(at, _)| (at - step).abs() <= near);
        let told: Vec<String> = told
            .map(|(at, what)| format!("step {}: {what}", format::count(*at as u64)))
            .collect();
        if !told.is_empty() {
            shown.response.on_hover_text_at_pointer(told.join("\n"));
        }
        Some(step)
    }

    /// The step that the legends tell of, when the pointer is over a plot.
    pub fn hovered_step(&self) -> Option<u64> {
        self.hovered?;
        self.read().map(|point| point.step().round() as u64)
    }

    /// Draws one plot; gives the step under the pointer. `group` links the steps of several.
    pub fn show(&self, ui: &mut Ui, group: Id, chart: &Chart<'_>) -> Option<f64> {
        let header = self.header(ui, chart);
        let palette = palette(ui);
        let bounds = self.bounds(chart);
        let plot = frame(chart, bounds, palette, self.points.is_empty())
            .height((chart.height - header).max(40.0))
            .link_axis(group, [true, false]);
        let (first, last, top) = bounds;
        let response = plot.show(ui, |plot| {
            plot.set_plot_bounds_x(first..=last);
            // A little beyond both ends, so that the outermost lines are not cut.
            plot.set_plot_bounds_y(-0.02 * top..=1.02 * top);
            for band in chart.curves.iter().filter_map(|curve| self.band(curve)) {
                plot.add(band);
            }
            for curve in chart.curves {
                plot.line(self.line(curve));
            }
            self.draw_marks(plot, palette);
            if let Some(step) = self.hovered {
                let mark = VLine::new("", step).color(palette.muted).width(1.0);
                plot.vline(mark.allow_hover(false));
            }
            plot.pointer_coordinate()
        });
        self.tell(response, (first, last))
    }

    /// The pointer is over this step, or over no plot. To be called when all plots are drawn, so
    /// that they mark the same step.
    pub fn point_at(&mut self, step: Option<f64>) {
        self.hovered = step;
    }

    /// Draws heading and legend; gives their height.
    fn header(&self, ui: &mut Ui, chart: &Chart<'_>) -> f32 {
        let before = ui.cursor().top();
        ui.horizontal(|ui| {
            ui.label(RichText::new(chart.title).font(theme::heading()))
                .on_hover_text(chart.about);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                for curve in chart.curves.iter().rev() {
                    self.legend(ui, chart, curve);
                    ui.add_space(theme::TIGHT);
                }
            });
        });
        ui.cursor().top() - before
    }

    fn legend(&self, ui: &mut Ui, chart: &Chart<'_>, curve: &Curve) {
        let palette = palette(ui);
        // Right to left: the value first, then the name, then the dot.
        if let Some(point) = self.read() {
            let value = (chart.write)(point.mean(curve.series));
            ui.label(RichText::new(value).color(palette.text))
                .on_hover_text(curve.about);
            ui.add_space(-theme::TIGHT);
        }
        ui.label(RichText::new(curve.name).color(palette.muted))
            .on_hover_text(curve.about);
        ui.add_space(-theme::TIGHT);
        let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
        if curve.dashed {
            ui.painter()
                .circle_stroke(dot.center(), 3.2, egui::Stroke::new(1.5, curve.colour));
        } else {
            ui.painter().circle_filled(dot.center(), 4.0, curve.colour);
        }
    }

    fn line(&self, curve: &Curve) -> Line<'static> {
        let points = self
            .points
            .iter()
            .map(|point| PlotPoint::new(point.step(), f64::from(point.mean(curve.series))))
            .filter(|point| point.y.is_finite())
            .collect();
        let style = if curve.dashed {
            LineStyle::dashed_dense()
        } else {
            LineStyle::Solid
        };
        Line::new(curve.name, PlotPoints::Owned(points))
            .color(curve.colour)
            .width(1.5)
            .style(style)
            .allow_hover(false)
    }

    /// Least to greatest value, where points hold more than one step.
    fn band(&self, curve: &Curve) -> Option<FilledArea> {
        let folded = |point: &&Point| {
            let (low, high) = point.range(curve.series);
            high > low && high.is_finite()
        };
        if self.points.iter().filter(folded).count() < 2 {
            return None;
        }
        let mut steps = Vec::with_capacity(self.points.len());
        let (mut lows, mut highs) = (steps.clone(), steps.clone());
        for point in &self.points {
            let (low, high) = point.range(curve.series);
            if low.is_finite() && high.is_finite() {
                steps.push(point.step());
                lows.push(f64::from(low));
                highs.push(f64::from(high));
            }
        }
        let area = FilledArea::new("", &steps, &lows, &highs);
        Some(
            area.fill_color(curve.colour.gamma_multiply(0.18))
                .allow_hover(false),
        )
    }

    /// First step, last step, greatest value.
    fn bounds(&self, chart: &Chart<'_>) -> (f64, f64, f64) {
        let (first, last) = self.steps();
        let top = chart.top.unwrap_or_else(|| {
            let mut values: Vec<f32> = chart
                .curves
                .iter()
                .flat_map(|curve| self.points.iter().map(|point| point.mean(curve.series)))
                .filter(|value| value.is_finite())
                .collect();
            values.sort_unstable_by(f32::total_cmp);
            // One spike must not flatten all the rest: the highest hundredth may be cut.
            let place = (values.len() * 99 / 100).min(values.len().saturating_sub(1));
            let high = values.get(place).copied().map_or(1.0, f64::from);
            round_up(1.15 * high.max(1e-3))
        });
        (first, last, top)
    }
}

/// A plot that stands still, with three lines and few numbers.
pub(super) fn frame<'a>(
    chart: &Chart<'_>,
    (first, last, top): (f64, f64, f64),
    palette: &Palette,
    empty: bool,
) -> Plot<'a> {
    let values = AxisHints::new_y()
        .formatter(move |mark, _| {
            if empty {
                String::new()
            } else {
                label(mark.value)
            }
        })
        .min_thickness(AXIS);
    let steps = AxisHints::new_x().formatter(move |mark, _| {
        if empty {
            String::new()
        } else {
            whole_step(mark.value)
        }
    });
    let quiet = |axis: AxisHints<'a>| {
        axis.tick_label_color(palette.muted)
            .tick_label_font(theme::small())
    };
    Plot::new(chart.id)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .show_background(false)
        .show_crosshair(false)
        .label_formatter(|_| None)
        .show_axes([chart.steps, true])
        .show_grid([false, true])
        .x_grid_spacer(move |_| step_marks(first, last))
        .y_grid_spacer(move |_| three_lines(top))
        .grid_color(palette.line)
        .grid_fade(0.0)
        .set_margin_fraction(egui::Vec2::ZERO)
        .custom_x_axes(vec![quiet(steps)])
        .custom_y_axes(vec![quiet(values)])
}

/// The pointer is near a mark within this share of the plot's width.
const NEAR: f64 = 0.012;
/// Width of the numbers beside a plot.
const AXIS: f32 = 34.0;

/// The next of 1, 1.5, 2, 3, 4, 6, 8 times a power of ten: the plot is scaled anew only now and then.
pub(super) fn round_up(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0];
    let factor = steps
        .into_iter()
        .find(|step| step * power >= value)
        .unwrap_or(10.0);
    factor * power
}

/// Bottom, middle, top.
fn three_lines(top: f64) -> Vec<GridMark> {
    [0.0, top / 2.0, top]
        .map(|value| GridMark {
            value,
            step_size: top,
        })
        .to_vec()
}

/// Three to six round steps between `first` and `last`.
fn step_marks(first: f64, last: f64) -> Vec<GridMark> {
    let span = (last - first).max(1.0);
    let power = 10f64.powf((span / 4.0).log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|factor| factor * power >= span / 5.0);
    let every = (factor.unwrap_or(1.0) * power).max(1.0);
    let begin = (first / every).ceil() as u64;
    let end = (last / every).floor() as u64;
    (begin..=end)
        .map(|mark| GridMark {
            value: mark as f64 * every,
            // Far apart on purpose: egui_plot hides labels whose lines are close.
            step_size: span,
        })
        .collect()
}

/// A value beside a line of the grid.
fn label(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        value if value >= 1000.0 => format!("{:.1}k", value / 1000.0),
        value if value >= 10.0 => format!("{value:.0}"),
        value if value.fract().abs() < 1e-9 => format!("{value:.0}"),
        value => {
            let text = format!("{value:.2}");
            text.trim_end_matches('0').to_owned()
        }
    }
}

/// A step beneath the plot; nothing for fractions of one.
fn whole_step(value: f64) -> String {
    if value.fract().abs() > 1e-6 || value < 0.0 {
        return String::new();
    }
    format::count(value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_and_labels_are_round() {
        assert_eq!(round_up(1.2), 1.5);
        assert_eq!(round_up(7.1), 8.0);
        assert!((round_up(0.031) - 0.04).abs() < 1e-12);
        assert_eq!(label(1.5), "1.5");
        assert_eq!(label(0.75), "0.75");
        assert_eq!(label(2.0), "2");
        assert_eq!(label(1500.0), "1.5k");
        assert_eq!(whole_step(2.5), "");
        let marks = |first, last| -> Vec<f64> {
            step_marks(first, last)
                .iter()
                .map(|mark| mark.value)
                .collect()
        };
        assert_eq!(marks(1.0, 7.0), [2.0, 4.0, 6.0]);
        assert_eq!(marks(1.0, 1000.0), [200.0, 400.0, 600.0, 800.0, 1000.0]);
        assert!(marks(0.0, 1.0).len() >= 2);
        assert!(marks(999_000.0, 1_000_000.0).len() <= 6);
    }
}
