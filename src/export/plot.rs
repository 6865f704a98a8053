//! Curves over their steps, as a picture, a drawing for a page, or a table.

use std::io;
use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use super::font::{SANS, use_our_fonts};
use crate::picture::Picture;

#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Stands in the legend.
    pub name: String,
    /// sRGB.
    pub colour: [u8; 3],
    /// Whether it stands behind the others: it is drawn faintly.
    pub faint: bool,
    /// Whether it is drawn with dashes.
    pub dashed: bool,
    /// (step, value); values that are no numbers are left out.
    pub points: Vec<[f64; 2]>,
    /// The value of each point once smoothed; empty where it is not.
    pub smoothed: Vec<f64>,
}

/// Curves that share their axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    pub title: String,
    pub curves: Vec<Curve>,
    /// Steps at which something happened.
    pub marks: Vec<f64>,
    /// Values on show; as they need where it is `None`.
    pub values: Option<(f64, f64)>,
    /// Whether the values stand on a logarithmic scale; what is not positive is left out.
    pub log: bool,
}

impl Panel {
    /// Where a value stands: its logarithm on a logarithmic scale.
    fn height(&self, value: f64) -> f64 {
        if self.log { value.log10() } else { value }
    }
}

const WIDTH: usize = 960;
const HEIGHT: usize = 480;
/// Of a panel among others.
const LOWER: usize = 300;
/// Of a drawing for a page.
const PAGE: (u32, u32) = (720, 240);
/// The strength of what is drawn faintly.
const FAINT: f64 = 0.3;

/// The colour of marks.
const MARK: RGBColor = RGBColor(0xd8, 0xb4, 0x4a);

/// Why a plot was not drawn.
#[derive(Debug, thiserror::Error)]
#[error("the plot cannot be drawn: {0}")]
pub struct PlotError(String);

/// Draws `panels` below each other, over the same steps.
///
/// # Errors
/// Where the drawing library fails.
pub fn draw(panels: &[Panel]) -> Result<Picture, PlotError> {
    use_our_fonts();
    let height = match panels.len() {
        0 | 1 => HEIGHT,
        count => count * LOWER,
    };
    let mut picture = Picture::new(WIDTH, height);
    let size = (WIDTH as u32, height as u32);
    let backend = BitMapBackend::with_buffer(&mut picture.rgb, size);
    draw_on(backend, panels).map_err(|error| PlotError(error.to_string()))?;
    Ok(picture)
}

/// Draws `panel` as an SVG element of an HTML page.
///
/// # Errors
/// Where the drawing library fails.
pub fn svg(panel: &Panel) -> Result<String, PlotError> {
    use_our_fonts();
    let mut svg = String::new();
    let backend = SVGBackend::with_string(&mut svg, PAGE);
    draw_on(backend, std::slice::from_ref(panel)).map_err(|error| PlotError(error.to_string()))?;
    // In HTML it goes without saying, and a page that names no address plainly needs none.
    Ok(svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1))
}

type DrawingError = Box<dyn std::error::Error>;

fn draw_on<B>(backend: B, panels: &[Panel]) -> Result<(), DrawingError>
where
    B: DrawingBackend<ErrorType: 'static>,
{
    let whole = backend.into_drawing_area();
    whole.fill(&WHITE)?;
    let curves = panels.iter().flat_map(|panel| &panel.curves);
    let steps = curves.flat_map(|curve| &curve.points);
    let steps = span(steps.map(|point| point[0]), 0.0);
    for (area, panel) in whole.split_evenly((panels.len(), 1)).iter().zip(panels) {
        draw_panel(area, panel, steps.clone())?;
    }
    whole.present()?;
    Ok(())
}

fn draw_panel<B>(
    area: &DrawingArea<B, Shift>,
    panel: &Panel,
    steps: Range<f64>,
) -> Result<(), DrawingError>
where
    B: DrawingBackend<ErrorType: 'static>,
{
    let all = panel.curves.iter().flat_map(|curve| &curve.points);
    let values = match panel.values {
        Some((low, high)) => panel.height(low)..panel.height(high),
        None => span(all.map(|point| panel.height(point[1])), 0.04),
    };
    let mut chart = ChartBuilder::on(area)
        .caption(&panel.title, (SANS, 22))
        .margin(16)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d(steps.clone(), values.clone())?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(RGBColor(228, 228, 228))
        .y_labels(5)
        .x_desc("step")
        .label_style((SANS, 14))
        .x_label_formatter(&|step| format!("{step:.0}"))
        .y_label_formatter(&|&height| {
            if panel.log {
                rough(10f64.powf(height))
            } else {
                short(height)
            }
        })
        .draw()?;
    let on_show = panel.marks.iter().filter(|mark| steps.contains(mark));
    let mark = |&step: &f64| PathElement::new([(step, values.start), (step, values.end)], MARK);
    chart.draw_series(on_show.map(mark))?;
    for curve in &panel.curves {
        draw_curve(&mut chart, panel, curve)?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.8))
        .label_font((SANS, 15))
        .draw()?;
    Ok(())
}

type Axes<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

fn draw_curve<'a, B>(
    chart: &mut Axes<'a, B>,
    panel: &Panel,
    curve: &Curve,
) -> Result<(), DrawingError>
where
    B: DrawingBackend<ErrorType: 'static> + 'a,
{
    let [r, g, b] = curve.colour;
    let strong = RGBColor(r, g, b).to_rgba();
    let weak = strong.mix(FAINT);
    let place = |step: f64, value: f64| (step, panel.height(value));
    let raw = curve.points.iter().map(|&[step, value]| place(step, value));
    let smoothed = curve.points.iter().zip(&curve.smoothed);
    let smoothed = smoothed.map(|(point, &value)| place(point[0], value));
    let colour = if curve.faint { weak } else { strong };
    let line: Vec<(f64, f64)> = if curve.smoothed.is_empty() {
        raw.collect()
    } else {
        let finite = raw.filter(|point| point.1.is_finite());
        chart.draw_series(LineSeries::new(finite, weak))?;
        smoothed.collect()
    };
    let finite = line.into_iter().filter(|point| point.1.is_finite());
    let style = colour.stroke_width(2);
    let drawn = if curve.dashed {
        chart.draw_series(DashedLineSeries::new(finite, 6, 4, style))?
    } else {
        chart.draw_series(LineSeries::new(finite, style))?
    };
    drawn
        .label(&curve.name)
        .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(3)));
    Ok(())
}

/// A number beside an axis: three digits are enough.
fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if !(1e-3..1e5).contains(&size) => format!("{value:.1e}"),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 0.0995 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

/// A number beside a logarithmic axis, whose lines stand at no round ones.
fn rough(value: f64) -> String {
    match value.abs() {
        size if !(1e-2..1e5).contains(&size) => format!("{value:.0e}"),
        size if size >= 9.5 => format!("{value:.0}"),
        size if size >= 0.95 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The range of the numbers and `room` times as much at both ends; never empty.
fn span(numbers: impl Iterator<Item = f64>, room: f64) -> Range<f64> {
    let (low, high) = numbers
        .filter(|x| x.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
    if low > high {
        return 0.0..1.0;
    }
    let room = ((high - low) * room).max(1e-6);
    low - room..high + room
}

/// `panels` as CSV: a line for each point of each curve. What is not smoothed has an empty last column.
///
/// # Errors
/// Where there is no memory for it.
pub fn table(panels: &[Panel]) -> io::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["chart", "curve", "step", "value", "smoothed"])?;
    for panel in panels {
        for curve in &panel.curves {
            for (place, [step, value]) in curve.points.iter().enumerate() {
                let smoothed = curve.smoothed.get(place);
                let smoothed = smoothed.map_or(String::new(), f64::to_string);
                let (step, value) = (step.to_string(), value.to_string());
                table.write_record([&panel.title, &curve.name, &step, &value, &smoothed])?;
            }
        }
    }
    table.into_inner().map_err(|error| error.into_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel() -> Panel {
        let curve = Curve {
            name: "D".into(),
            colour: [255, 0, 0],
            faint: false,
            dashed: false,
            points: vec![[1.0, 0.5], [2.0, f64::NAN], [3.0, 0.7]],
            smoothed: Vec::new(),
        };
        Panel {
            title: "Losses".into(),
            curves: vec![curve],
            marks: vec![2.0, 9.0],
            values: None,
            log: false,
        }
    }

    fn has(picture: &Picture, colour: [u8; 3]) -> bool {
        picture.rgb.chunks(3).any(|pixel| pixel == colour)
    }

    #[test]
    fn a_curve_and_its_text_are_drawn() {
        let picture = draw(&[panel()]).unwrap();
        assert_eq!((picture.width, picture.height), (WIDTH, HEIGHT));
        assert!(has(&picture, [255, 0, 0]) && has(&picture, [0xd8, 0xb4, 0x4a]));
        let title = picture.rgb.chunks(3).skip(WIDTH * 16).take(WIDTH * 24);
        let mut title = title.filter(|pixel| pixel[0] < 100);
        assert!(title.next().is_some(), "the title is missing");
        draw(&[]).unwrap();
    }

    #[test]
    fn a_drawing_for_a_page_names_its_curves_safely() {
        let mut odd = panel();
        odd.title = "<script>".into();
        let svg = svg(&odd).unwrap();
        assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
        assert!(
            svg.contains("&lt;script&gt;") && !svg.contains("<script") && !svg.contains("http")
        );
        assert!(svg.contains("#FF0000"));
    }

    #[test]
    fn panels_stand_below_each_other_also_on_a_logarithmic_scale() {
        let mut log = panel();
        log.log = true;
        log.curves[0].dashed = true;
        log.curves[0].colour = [0, 0, 255];
        log.curves[0].points = vec![[1.0, 0.0], [2.0, 1e-3], [3.0, 10.0]];
        log.curves[0].smoothed = vec![0.0, 1e-2, 1.0];
        let picture = draw(&[panel(), log]).unwrap();
        assert_eq!(picture.height, 2 * LOWER);
        let (above, below) = picture.rgb.split_at(picture.rgb.len() / 2);
        let has = |half: &[u8], colour| half.chunks(3).any(|pixel| pixel == colour);
        assert!(has(above, [255, 0, 0]) && !has(above, [0, 0, 255]));
        assert!(has(below, [0, 0, 255]) && !has(below, [255, 0, 0]));
    }

    #[test]
    fn a_table_has_a_line_for_each_point() {
        let mut smoothed = panel();
        smoothed.curves[0].points = vec![[1.5, 0.25], [3.0, 4.0]];
        smoothed.curves[0].smoothed = vec![0.25, 2.0];
        let text = String::from_utf8(table(&[smoothed]).unwrap()).unwrap();
        let expected = "chart,curve,step,value,smoothed\n\
                        Losses,D,1.5,0.25,0.25\nLosses,D,3,4,2\n";
        assert_eq!(text, expected);
    }
}
