//! Curves in a low strip below a picture, drawn as far as a film has come.

use std::ops::Range;

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

/// Curves over all their steps, ready to be drawn as far as a film has come.
pub struct Strip {
    /// As many points as there are columns, at most.
    curves: Vec<StripCurve>,
    steps: Range<f64>,
    values: Range<f64>,
    /// The curves faintly, as they are seen where nothing has come yet.
    faint: Picture,
}

impl Strip {
    /// `width` and `height` pixels of `background`.
    pub fn new(
        curves: &[StripCurve],
        (width, height): (usize, usize),
        background: [u8; 3],
    ) -> Self {
        let curves: Vec<StripCurve> = curves.iter().map(|curve| curve.means(width)).collect();
        let sorted = |axis: usize| {
            let points = curves.iter().flat_map(|curve| &curve.points);
            let mut values: Vec<f64> = points.map(|point| point[axis]).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        let range = |values: &[f64], highest: usize| match (values.first(), values.get(highest)) {
            (Some(&low), Some(&high)) if low < high => low..high,
            _ => 0.0..1.0,
        };
        let (steps, values) = (sorted(0), sorted(1));
        let mut strip = Self {
            steps: range(&steps, steps.len().saturating_sub(1)),
            // The first steps shoot up: the rest would lie flat below them.
            values: range(&values, values.len() * USUAL / 100),
            faint: Picture::filled(width, height, background),
            curves,
        };
        strip.faint = strip.lines(f64::INFINITY, FAINT, 1);
        strip
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        (self.faint.width, self.faint.height)
    }

    /// The curves strongly up to step `now`, and faintly from there on.
    pub fn draw(&self, now: f64) -> Picture {
        self.lines(now, 1.0, 2)
    }

    /// The curves over what is there, up to step `until`.
    fn lines(&self, until: f64, strength: f64, width: u32) -> Picture {
        let mut picture = self.faint.clone();
        let size = (picture.width as u32, picture.height as u32);
        let area = BitMapBackend::with_buffer(&mut picture.rgb, size).into_drawing_area();
        // A strip that cannot be drawn stays empty: it is not what the film is about.
        let _ = self.draw_on(&area, until, strength, width);
        drop(area);
        picture
    }

    fn draw_on<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, plotters::coord::Shift>,
        until: f64,
        strength: f64,
        width: u32,
    ) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
        let mut chart = ChartBuilder::on(area)
            .margin(3)
            .build_cartesian_2d(self.steps.clone(), self.values.clone())?;
        for StripCurve { colour, points } in &self.curves {
            let [r, g, b] = *colour;
            let ink = RGBColor(r, g, b).mix(strength).stroke_width(width);
            let come = points.iter().filter(|point| point[0] <= until);
            let line = come.map(|point| (point[0], point[1].min(self.values.end)));
            chart.draw_series(LineSeries::new(line, ink))?;
        }
        area.present()
    }
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
            let strip = Strip::new(std::slice::from_ref(&curve), (100, 20), [0; 3]).draw(now);
            assert_eq!((strip.width, strip.height), (100, 20));
            let pixels = strip.rgb.chunks(3).filter(|pixel| pixel[0] > 200);
            pixels.count()
        };
        assert_eq!(strong(-1.0), 0);
        assert!(strong(500.0) > 30 && strong(1000.0) > strong(500.0) + 30);
        let nothing = Strip::new(&[], (10, 10), [7; 3]).draw(0.0);
        assert!(nothing.rgb.iter().all(|byte| *byte == 7));
    }
}
