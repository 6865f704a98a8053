//! Curves in a low strip below a picture, drawn as far as a film has come.

use plotters::prelude::*;

use crate::picture::Picture;

/// A curve of the strip.
#[derive(Clone, Debug, PartialEq)]
pub struct StripCurve {
    /// sRGB.
    pub colour: [u8; 3],
    /// (step, value) in order; values that are no numbers are left out.
    pub points: Vec<[f64; 2]>,
}

/// Of a hundred values so many are in sight.
const USUAL: usize = 97;

/// How strong what is still to come is drawn.
const FAINT: f64 = 0.25;

/// Draws `curves` over all their steps, strong up to step `now`.
pub fn draw(
    curves: &[StripCurve],
    now: f64,
    (width, height): (usize, usize),
    background: [u8; 3],
) -> Picture {
    let mut strip = Picture::filled(width, height, background);
    let curves: Vec<StripCurve> = curves.iter().map(|curve| curve.means(width)).collect();
    let size = (width as u32, height as u32);
    let backend = BitMapBackend::with_buffer(&mut strip.rgb, size);
    // A strip that cannot be drawn stays empty: it is not what the film is about.
    let _ = draw_on(&backend.into_drawing_area(), &curves, now);
    strip
}

impl StripCurve {
    /// The means of as many parts as there are columns: a step's own value is mostly noise.
    fn means(&self, columns: usize) -> Self {
        let finite = self.points.iter().filter(|point| point[1].is_finite());
        let points: Vec<[f64; 2]> = finite.copied().collect();
        let part = points.len().div_ceil(columns.max(1)).max(1);
        let mean = |part: &[[f64; 2]]| {
            let of = |axis: usize| part.iter().map(|p| p[axis]).sum::<f64>() / part.len() as f64;
            [of(0), of(1)]
        };
        Self {
            colour: self.colour,
            points: points.chunks(part).map(mean).collect(),
        }
    }
}

fn draw_on<B: DrawingBackend>(
    area: &DrawingArea<B, plotters::coord::Shift>,
    curves: &[StripCurve],
    now: f64,
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    let all = || curves.iter().flat_map(|curve| &curve.points);
    let sorted = |axis: usize| {
        let mut values: Vec<f64> = all().map(|point| point[axis]).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let range = |values: &[f64], highest: usize| match (values.first(), values.get(highest)) {
        (Some(&low), Some(&high)) if low < high => low..high,
        _ => 0.0..1.0,
    };
    let (steps, values) = (sorted(0), sorted(1));
    let steps = range(&steps, steps.len().saturating_sub(1));
    // The first steps shoot up: the rest would lie flat below them.
    let values = range(&values, values.len() * USUAL / 100);
    let mut chart = ChartBuilder::on(area)
        .margin(3)
        .build_cartesian_2d(steps, values.clone())?;
    for StripCurve { colour, points } in curves {
        let [r, g, b] = *colour;
        let strong = RGBColor(r, g, b).to_rgba();
        let line = |until: f64| {
            let points = points
                .iter()
                .map(|point| (point[0], point[1].min(values.end)));
            points.filter(move |point| point.0 <= until)
        };
        chart.draw_series(LineSeries::new(line(f64::INFINITY), strong.mix(FAINT)))?;
        chart.draw_series(LineSeries::new(line(now), strong.stroke_width(2)))?;
    }
    area.present()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_come_is_faint() {
        let curve = StripCurve {
            colour: [255, 0, 0],
            points: (0..=1000)
                .map(|step| [f64::from(step), 1.0 + f64::from(step % 2)])
                .collect(),
        };
        let strong = |now: f64| {
            let strip = draw(std::slice::from_ref(&curve), now, (100, 20), [0; 3]);
            assert_eq!((strip.width, strip.height), (100, 20));
            let pixels = strip.rgb.chunks(3).filter(|pixel| pixel[0] > 200);
            pixels.count()
        };
        assert_eq!(strong(-1.0), 0);
        assert!(strong(500.0) > 30 && strong(1000.0) > strong(500.0) + 30);
        let nothing = draw(&[], 0.0, (10, 10), [7; 3]);
        assert!(nothing.rgb.iter().all(|byte| *byte == 7));
    }
}
