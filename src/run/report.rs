//! A run on one page: settings, curves, walls, events. One HTML file that needs nothing else.
//!
//! The page is made to be shown to others, from a folder that may come from others: it holds names and
//! no paths, and nothing that a link in the folder leads to.

use std::fmt::Write as _;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use image::{ImageFormat, ImageReader};

use super::summary::step_of;
use super::train_log::{METRICS_FILE, column};
use super::{RunError, RunEvent, RunEventKind, events, read_settings};
use crate::config::{DataChoice, TrainConfig};
use crate::regular_file;

/// Walls on the page: the first, the last and some between.
const WALLS: usize = 6;
/// Bytes and pixels across that no wall has.
const LARGEST_WALL: u64 = 32 << 20;
const WIDEST_WALL: u32 = 8192;
/// Bytes of measurements that no run has.
const LONGEST: u64 = 1 << 30;
/// Points of a curve: as many as can be told apart.
const POINTS: usize = 600;
/// Of a plot, in units of the drawing.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 200.0;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// No run, or none whose settings can be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Its measurements cannot be read.
    #[error("the measurements cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// Name, colour and column of a curve.
type Curve = (&'static str, &'static str, &'static str);

const PLOTS: [(&str, &[Curve]); 3] = [
    (
        "Losses",
        &[("D", "#1f8fd6", "loss_d"), ("G", "#e8623a", "loss_g")],
    ),
    (
        "Scores of the discriminator",
        &[
            ("D(x)", "#2f9e5a", "d_real"),
            ("D(G(z)) before its update", "#8a63d2", "d_fake"),
            ("D(G(z)) after", "#c48a00", "d_fake_after"),
        ],
    ),
    (
        "Images a second",
        &[("images/s", "#5a6472", "images_per_s")],
    ),
];

/// The page of the run in `root`.
///
/// # Errors
/// Where there is no run, or its measurements cannot be read.
pub fn html(root: &Path) -> Result<String, ReportError> {
    let config = read_settings(root)?;
    let metrics = regular_file::read_to_string(&root.join(METRICS_FILE), LONGEST)?;
    let marks = events::read(root);
    // `.` has no name of its own.
    let name = escaped(&name_of(&root.canonicalize()?));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{name}</title>\n\
         <style>{STYLE}</style>\n<h1>{name}</h1>\n"
    );
    page += &beginning(&metrics, &marks);
    page += &walls(root);
    for (title, curves) in PLOTS {
        page += &plot(title, curves, &metrics, &marks);
    }
    page += &events(&marks);
    page += &settings(&config);
    page += "</html>\n";
    Ok(page)
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:760px;margin:2rem auto;\
padding:0 1rem;color:#1d2026;background:#fff}h1{font-size:1.5rem}h2{font-size:1.05rem;margin-top:2rem}\
table{border-collapse:collapse}td{padding:.1rem 1.2rem .1rem 0;vertical-align:top}\
td:first-child{color:#5a6472}figure{margin:0;display:inline-block}figcaption{color:#5a6472;font-size:13px}\
.walls{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:12px}\
.walls img{width:100%;image-rendering:pixelated;border-radius:4px}svg{width:100%;height:auto}\
svg text{font:11px system-ui,sans-serif;fill:#5a6472}\
@media(prefers-color-scheme:dark){body{color:#e8eaee;background:#131519}\
td:first-child,figcaption{color:#98a1b0}svg text{fill:#98a1b0}}";

/// What one wants to know first.
fn beginning(metrics: &str, marks: &[RunEvent]) -> String {
    let last = |name| column(metrics, name).last().map(|point| point.1);
    let (Some(images), Some(seconds)) = (last("images"), last("seconds")) else {
        return "<p>No step is done yet.</p>\n".into();
    };
    let step = column(metrics, "images")
        .last()
        .map_or(0.0, |point| point.0);
    let minutes = seconds / 60.0;
    let mut text =
        format!("<p>{step} steps, {images} pictures seen, {minutes:.1} minutes of training");
    if let Some(mark) = marks.last() {
        let _ = write!(text, "; {} at step {}", escaped(&told(mark)), mark.step);
    }
    text + ".</p>\n"
}

/// The sample walls, embedded.
fn walls(root: &Path) -> String {
    let folder = root.join("samples");
    let own = folder.symlink_metadata().is_ok_and(|kind| kind.is_dir());
    let entries = own.then(|| std::fs::read_dir(folder)).into_iter();
    let entries = entries.flatten().flatten().flatten();
    let mut all: Vec<(u64, PathBuf)> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|entry| Some((step_of(&entry.path())?, entry.path())))
        .collect();
    all.sort();
    if all.is_empty() {
        return String::new();
    }
    let mut html = "<h2>The same latents through training</h2>\n<div class=\"walls\">\n".to_owned();
    for (step, path) in chosen(&all, WALLS) {
        // One that is gone meanwhile, or is none, is no loss.
        let bytes = regular_file::read(path, LARGEST_WALL);
        let Some((bytes, kind)) = bytes.ok().and_then(picture) else {
            continue;
        };
        let data = BASE64.encode(bytes);
        let _ = writeln!(
            html,
            "<figure><img alt=\"sample wall of step {step}\" src=\"data:image/{kind};base64,{data}\">\
             <figcaption>step {step}</figcaption></figure>"
        );
    }
    html + "</div>\n"
}

/// The bytes of a wall and its kind, where they are a wall's.
fn picture(bytes: Vec<u8>) -> Option<(Vec<u8>, &'static str)> {
    let reader = ImageReader::new(Cursor::new(&bytes));
    let reader = reader.with_guessed_format().ok()?;
    let kind = match reader.format()? {
        ImageFormat::Jpeg => "jpeg",
        ImageFormat::Png => "png",
        _ => return None,
    };
    let (width, height) = reader.into_dimensions().ok()?;
    (width.max(height) <= WIDEST_WALL).then_some((bytes, kind))
}

/// What happened, for somebody else.
fn told(mark: &RunEvent) -> String {
    match &mark.what {
        RunEventKind::Forked { parent } => format!("forked from {}", name_of(parent)),
        what => what.to_string(),
    }
}

/// The last part of a path: the others are nobody's business.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// At most `most` of them, evenly, the first and the last among them.
fn chosen<T>(all: &[T], most: usize) -> impl Iterator<Item = &T> {
    let count = all.len().min(most);
    let place = move |number: usize| number * (all.len() - 1) / (count - 1).max(1);
    (0..count).filter_map(move |number| all.get(place(number)))
}

fn plot(title: &str, curves: &[Curve], metrics: &str, marks: &[RunEvent]) -> String {
    let lines: Vec<_> = curves
        .iter()
        .map(|(name, colour, from)| (name, colour, folded(&column(metrics, from))))
        .collect();
    let points = || lines.iter().flat_map(|(_, _, points)| points);
    let finite = || {
        points()
            .map(|point| point.1)
            .filter(|value| value.is_finite())
    };
    let (first, last) = bounds(points().map(|point| point.0));
    let (_, high) = bounds(finite());
    if first >= last || high <= 0.0 {
        return String::new();
    }
    let x = |step: f64| 40.0 + (step - first) / (last - first) * (WIDTH - 50.0);
    let y = |value: f64| HEIGHT - 20.0 - (value / high).clamp(0.0, 1.0) * (HEIGHT - 40.0);
    let mut svg = format!(
        "<h2>{title}</h2>\n<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">\n"
    );
    for value in [0.0, high / 2.0, high] {
        let (at, words) = (y(value), short(value));
        let _ = writeln!(
            svg,
            "<path d=\"M40 {at:.1}H{:.0}\" stroke=\"#8884\"/>\
             <text x=\"34\" y=\"{:.1}\" text-anchor=\"end\">{words}</text>",
            WIDTH - 10.0,
            at + 4.0
        );
    }
    for (step, anchor) in [(first, "start"), (last, "end")] {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.0}\" text-anchor=\"{anchor}\">step {step}</text>",
            x(step),
            HEIGHT - 4.0
        );
    }
    for mark in marks
        .iter()
        .filter(|mark| (first..=last).contains(&(mark.step as f64)))
    {
        let _ = writeln!(
            svg,
            "<path d=\"M{:.1} 20V{:.0}\" stroke=\"#c9a227\" stroke-dasharray=\"3 3\">\
             <title>step {}: {}</title></path>",
            x(mark.step as f64),
            HEIGHT - 20.0,
            mark.step,
            escaped(&told(mark))
        );
    }
    for (number, (name, colour, points)) in lines.iter().enumerate() {
        let path: Vec<String> = points
            .iter()
            .filter(|point| point.1.is_finite())
            .map(|point| format!("{:.1} {:.1}", x(point.0), y(point.1)))
            .collect();
        let _ = writeln!(
            svg,
            "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\
             <text x=\"{}\" y=\"12\" style=\"fill:{colour}\">{name}</text>",
            path.join("L"),
            40 + 190 * number
        );
    }
    svg + "</svg>\n"
}

fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

/// Means of neighbours, so that at most [`POINTS`] are left.
fn folded(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let together = points.len().div_ceil(POINTS).max(1);
    let mean = |some: &[(f64, f64)]| {
        let count = some.len() as f64;
        let (x, y) = some
            .iter()
            .fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
        (x / count, y / count)
    };
    let mut folded: Vec<_> = points.chunks(together).map(mean).collect();
    // The axis begins and ends where the run does.
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        if let Some(begin) = folded.first_mut() {
            begin.0 = first.0;
        }
        if let Some(end) = folded.last_mut() {
            end.0 = last.0;
        }
    }
    folded
}

/// Three digits are enough beside an axis.
fn short(value: f64) -> String {
    match value {
        0.0 => "0".into(),
        large if large >= 100.0 => format!("{large:.0}"),
        value => format!("{value:.2}"),
    }
}

fn events(marks: &[RunEvent]) -> String {
    if marks.is_empty() {
        return String::new();
    }
    let mut html = "<h2>Events</h2>\n<table>\n".to_owned();
    for mark in marks {
        let what = escaped(&told(mark));
        let _ = writeln!(html, "<tr><td>step {}<td>{what}", mark.step);
    }
    html + "</table>\n"
}

fn settings(config: &TrainConfig) -> String {
    let mut config = config.clone();
    if let DataChoice::Path(path) = &mut config.data {
        *path = name_of(path).into();
    }
    // Settings that were read can be written.
    let table = toml::Table::try_from(&config).unwrap_or_default();
    let mut html = "<h2>Settings at the start</h2>\n<table>\n".to_owned();
    for (name, value) in &table {
        let value = match value {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let name = escaped(&name.replace('_', " "));
        let _ = writeln!(html, "<tr><td>{name}<td>{}", escaped(&value));
    }
    html + "</table>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{RunEventKind, RunFolder};

    #[test]
    fn the_page_holds_all_and_needs_nothing() {
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("a <b>");
        let config = TrainConfig {
            run: Some(root.clone()),
            ..TrainConfig::default()
        };
        let mut run = RunFolder::create(&config, None).unwrap();
        assert!(html(&root).unwrap().contains("No step is done yet"));
        for step in 1..=2000 {
            let line = format!("{step},{},1.5,0.5,0.5,0.5,0.5,90.0,{step}", step * 64);
            run.record(&line).unwrap();
        }
        std::fs::create_dir(root.join("samples")).unwrap();
        for step in 0..20 {
            let wall = image::RgbImage::from_pixel(8, 8, image::Rgb([step; 3]));
            let path = root.join(format!("samples/step-{step}.png"));
            wall.save(path).unwrap();
        }
        let what = RunEventKind::Warning {
            text: "<script>".into(),
        };
        run.mark(&RunEvent { step: 9, what }).unwrap();
        let page = html(&root).unwrap();
        assert!(page.contains("<h1>a &lt;b&gt;</h1>") && !page.contains("<script"));
        assert!(page.contains("2000 steps, 128000 pictures seen, 33.3 minutes"));
        assert_eq!(
            (page.matches("<svg").count(), page.matches("<img").count()),
            (3, 6)
        );
        for step in [0, 19] {
            assert!(
                page.contains(&format!("sample wall of step {step}\"")),
                "{step}"
            );
        }
        assert!(page.contains("<td>lr g<td>0.0002"));
        assert!(!page.contains("http"));
        assert!(page.len() < 60_000, "{}", page.len());
    }

    #[test]
    fn folding_keeps_the_ends() {
        let points: Vec<_> = (1..=10_000).map(|n| (f64::from(n), 2.0)).collect();
        let folded = folded(&points);
        assert!(folded.len() <= POINTS);
        assert_eq!(
            (folded[0], folded[folded.len() - 1]),
            ((1.0, 2.0), (10_000.0, 2.0))
        );
    }
}
