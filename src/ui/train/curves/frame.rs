//! A plot that holds still, with few lines and numbers.

use egui_plot::{AxisHints, GridMark, Plot};

use super::Chart;
use super::scale::Scale;
use crate::readable;
use crate::ui::theme::{self, Palette};

/// Width of the numbers beside a plot.
const AXIS: f32 = 34.0;

/// The plot of `chart`; an `empty` one has no numbers.
pub fn frame<'a>(
    chart: &Chart,
    (first, last): (f64, f64),
    scale: Scale,
    palette: &Palette,
    empty: bool,
) -> Plot<'a> {
    let values = AxisHints::new_y()
        .formatter(move |mark, _| {
            if empty {
                String::new()
            } else {
                scale.label(mark.value)
            }
        })
        .min_thickness(AXIS);
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
        .show_axes([false, true])
        .show_grid([false, true])
        .x_grid_spacer(move |_| step_marks(first, last))
        .y_grid_spacer(move |_| scale.lines())
        .grid_color(palette.line)
        .grid_fade(0.0)
        .set_margin_fraction(egui::Vec2::ZERO)
        .custom_y_axes(vec![quiet(values)])
}

/// Three to six round steps between `first` and `last`.
pub fn step_marks(first: f64, last: f64) -> Vec<GridMark> {
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

/// A step beneath the plot; nothing for fractions of one.
pub fn whole_step(value: f64) -> String {
    if value.fract().abs() > 1e-6 || value < 0.0 {
        return String::new();
    }
    readable::count(value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
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
