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

use super::digest::Digest;
use super::step_record::{Chart, Hue, SERIES, Series, StepRecord};
use super::summary::step_of;
use super::train_log::{self, METRICS_FILE};
use super::{RunError, RunEvent, RunEventKind, events, read_settings};
use crate::config::{DataChoice, TrainConfig};
use crate::export::plot::{self, Curve, Panel, PlotError};
use crate::{readable, regular_file};

/// Walls on the page: the first, the last and some between.
const WALLS: usize = 6;
/// Bytes and pixels across that no wall has.
const LARGEST_WALL: u64 = 32 << 20;
const WIDEST_WALL: u32 = 8192;
/// Bytes of measurements that no run has.
const LONGEST: u64 = 1 << 30;
/// Points of a curve: as many as can be told apart.
const POINTS: usize = 600;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// No run, or none whose settings can be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Its measurements cannot be read.
    #[error("the measurements cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Its curves cannot be drawn.
    #[error(transparent)]
    Plot(#[from] PlotError),
}

/// The page of the run in `root`.
///
/// # Errors
/// Where there is no run, or its measurements cannot be read.
pub fn html(root: &Path) -> Result<String, ReportError> {
    let config = read_settings(root)?;
    let metrics = regular_file::read_to_string(&root.join(METRICS_FILE), LONGEST)?;
    let records = train_log::parse(&metrics);
    let marks = events::read(root);
    // `.` has no name of its own.
    let name = escaped(&name_of(&root.canonicalize()?));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{name}</title>\n\
         <style>{STYLE}</style>\n<h1>{name}</h1>\n"
    );
    page += &beginning(records.last(), &marks);
    page += &walls(root);
    page += &plots(&records, &marks)?;
    page += &events(&marks);
    page += &settings(&config);
    page += "</html>\n";
    Ok(page)
}

/// In the dark the charts' white turns black and vanishes into the page; their colours keep their hue.
const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:760px;margin:2rem auto;\
padding:0 1rem;color:#1d2026;background:#fff}h1{font-size:1.5rem}h2{font-size:1.05rem;margin-top:2rem}\
table{border-collapse:collapse}td{padding:.1rem 1.2rem .1rem 0;vertical-align:top}\
td:first-child{color:#5a6472}figure{margin:0;display:inline-block}figcaption{color:#5a6472;font-size:13px}\
.walls{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:12px}\
.walls img{width:100%;image-rendering:pixelated;border-radius:4px}\
svg{width:100%;height:auto;margin-top:1rem;border-radius:4px}\
@media(prefers-color-scheme:dark){body{color:#e8eaee;background:#131519}\
td:first-child,figcaption{color:#98a1b0}svg{filter:invert(1) hue-rotate(180deg);mix-blend-mode:screen}}";

/// What one wants to know first.
fn beginning(last: Option<&StepRecord>, marks: &[RunEvent]) -> String {
    let Some(last) = last else {
        return "<p>No step is done yet.</p>\n".into();
    };
    let digest = escaped(&Digest::of(last, marks).to_string());
    let mut text = format!("<p>{digest} {} pictures seen", readable::count(last.images));
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

/// A drawing for each chart that has values.
fn plots(records: &[StepRecord], marks: &[RunEvent]) -> Result<String, PlotError> {
    let mut html = String::new();
    let mut charts: Vec<Chart> = SERIES.iter().map(|series| series.chart).collect();
    charts.sort();
    charts.dedup();
    for chart in charts {
        let series = SERIES.iter().filter(|series| series.chart == chart);
        let curves = series.map(|series| curve(series, records));
        let curves: Vec<Curve> = curves.filter(|curve| curve.points.len() > 1).collect();
        if !curves.is_empty() {
            html += &plot::svg(&Panel {
                title: chart.title().to_owned(),
                curves,
                marks: marks.iter().map(|mark| mark.step as f64).collect(),
                values: None,
                log: false,
            })?;
        }
    }
    Ok(html)
}

fn curve(series: &Series, records: &[StepRecord]) -> Curve {
    let point = |record| {
        let value = f64::from((series.value)(record)?);
        value.is_finite().then_some([record.step as f64, value])
    };
    let points: Vec<[f64; 2]> = records.iter().filter_map(point).collect();
    Curve {
        name: series.label.to_owned(),
        colour: colour(series.hue),
        faint: false,
        dashed: series.dashed,
        points: folded(&points),
        smoothed: Vec::new(),
    }
}

fn colour(hue: Hue) -> [u8; 3] {
    match hue {
        Hue::D => [0x1f, 0x8f, 0xd6],
        Hue::G => [0xe8, 0x62, 0x3a],
        Hue::Real => [0x2f, 0x9e, 0x5a],
        Hue::Fake => [0x8a, 0x63, 0xd2],
        Hue::Machine => [0x5a, 0x64, 0x72],
    }
}

/// Means of neighbours, so that at most [`POINTS`] are left.
fn folded(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let together = points.len().div_ceil(POINTS).max(1);
    let mean = |some: &[[f64; 2]]| {
        let count = some.len() as f64;
        let sum = some
            .iter()
            .fold([0.0, 0.0], |[x, y], point| [x + point[0], y + point[1]]);
        sum.map(|sum| sum / count)
    };
    let mut folded: Vec<[f64; 2]> = points.chunks(together).map(mean).collect();
    // The axis begins and ends where the run does.
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        if let Some(begin) = folded.first_mut() {
            begin[0] = first[0];
        }
        if let Some(end) = folded.last_mut() {
            end[0] = last[0];
        }
    }
    folded
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
        let told = page.replace('\u{202f}', " ");
        assert!(told.contains("2 000 steps in 33 min; the guard warned once, last at step 9"));
        assert!(told.contains("128 000 pictures seen"));
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
        let points: Vec<_> = (1..=10_000).map(|n| [f64::from(n), 2.0]).collect();
        let folded = folded(&points);
        assert!(folded.len() <= POINTS);
        assert_eq!(
            (folded[0], folded[folded.len() - 1]),
            ([1.0, 2.0], [10_000.0, 2.0])
        );
    }
}
