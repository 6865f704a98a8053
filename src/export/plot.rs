//! Loss curves as a picture, for a run without a window.

use std::ops::Range;
use std::sync::Once;

use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use crate::picture::Picture;

/// One curve.
#[derive(Clone, Debug)]
pub struct Curve<'a> {
    /// Stands in the legend.
    pub name: &'a str,
    /// sRGB.
    pub colour: [u8; 3],
    /// (step, value); values that are no numbers are left out.
    pub points: &'a [(f64, f64)],
}

const WIDTH: usize = 960;
const HEIGHT: usize = 480;

/// Why a plot was not drawn.
#[derive(Debug, thiserror::Error)]
#[error("the plot cannot be drawn: {0}")]
pub struct PlotError(String);

/// Draws `curves` over their steps.
///
/// # Errors
/// Where the drawing library fails.
pub fn draw(title: &str, curves: &[Curve]) -> Result<Picture, PlotError> {
    use_our_font();
    let mut picture = Picture::new(WIDTH, HEIGHT);
    let size = (WIDTH as u32, HEIGHT as u32);
    draw_on(
        BitMapBackend::with_buffer(&mut picture.rgb, size),
        title,
        curves,
    )
    .map_err(|error| PlotError(error.to_string()))?;
    Ok(picture)
}

/// The one egui draws with, so that no font has to be installed.
fn use_our_font() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The font is a part of the program: it is known to be readable.
        let font = epaint_default_fonts::UBUNTU_LIGHT;
        let _ = register_font("sans-serif", FontStyle::Normal, font);
    });
}

fn draw_on(
    backend: BitMapBackend,
    title: &str,
    curves: &[Curve],
) -> Result<(), Box<dyn std::error::Error>> {
    let area = backend.into_drawing_area();
    area.fill(&WHITE)?;
    let points = || curves.iter().flat_map(|curve| curve.points);
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d(span(points().map(|p| p.0)), span(points().map(|p| p.1)))?;
    chart
        .configure_mesh()
        .light_line_style(RGBColor(240, 240, 240))
        .x_desc("step")
        .label_style(("sans-serif", 14))
        .x_label_formatter(&|step| format!("{step:.0}"))
        .draw()?;
    for curve in curves {
        let [r, g, b] = curve.colour;
        let colour = RGBColor(r, g, b);
        let finite = curve.points.iter().copied().filter(|p| p.1.is_finite());
        chart
            .draw_series(LineSeries::new(finite, colour.stroke_width(2)))?
            .label(curve.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(3)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.8))
        .label_font(("sans-serif", 15))
        .draw()?;
    area.present()?;
    Ok(())
}

/// The range of the numbers, never empty.
fn span(numbers: impl Iterator<Item = f64>) -> Range<f64> {
    let (low, high) = numbers
        .filter(|x| x.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
    if low > high {
        return 0.0..1.0;
    }
    let room = ((high - low) * 0.04).max(1e-6);
    low - room..high + room
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_and_its_text_are_drawn() {
        let points = [(1.0, 0.5), (2.0, f64::NAN), (3.0, 0.7)];
        let curve = Curve {
            name: "D",
            colour: [255, 0, 0],
            points: &points,
        };
        let picture = draw("Losses", &[curve]).unwrap();
        let pixels: Vec<_> = picture.rgb.chunks(3).collect();
        assert!(pixels.contains(&&[255, 0, 0][..]));
        let title = &pixels[WIDTH * 16..WIDTH * 40];
        assert!(title.iter().any(|p| p[0] < 100), "the title is missing");
        draw("Nothing yet", &[]).unwrap();
    }
}
