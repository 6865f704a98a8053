//! What the charts of a run show, and what their curves mean.

use egui::Color32;

use super::curves::{Chart, Curve, Curves, Values};
use super::parent::ParentRun;
use crate::readable;
use crate::run::{SERIES, Series, step_record as series};
use crate::session::{Evaluations, Measure};
use crate::ui::theme::{self, Palette};

/// All charts from top to bottom; they share `space` points, and none is too low to be read.
pub fn all(
    curves: &Curves,
    evaluations: &Evaluations,
    parent: &ParentRun,
    palette: &Palette,
    space: f32,
) -> Vec<Chart> {
    let sources = Sources {
        curves,
        evaluations,
        parent,
    };
    let mut charts = losses_and_verdict(&sources, palette);
    charts.extend(penalties(&sources, palette));
    charts.extend(measured(&sources, palette));
    charts.extend(health(&sources, palette));
    charts.push(speed(&sources, palette));
    let whole = height(&charts, space);
    for chart in &mut charts {
        chart.height *= whole;
    }
    charts
}

/// Height of all charts. Where there is no room for all of them it ends beneath a chart and the heading of the next:
/// half a chart cannot be read, and the heading tells that there are more.
fn height(charts: &[Chart], space: f32) -> f32 {
    let without_gaps = |count: usize| space - count as f32 * theme::GAP;
    let all = without_gaps(charts.len());
    if all >= LEAST {
        return all;
    }
    let mut shares = 0.0;
    let mut best = LEAST;
    for (place, chart) in charts.iter().enumerate() {
        shares += chart.height;
        let room = without_gaps(place + 1) - HEADING;
        if shares * LEAST <= room {
            best = room / shares;
        }
    }
    best.min(1.5 * LEAST)
}

/// Height of all charts where there is less room than that.
const LEAST: f32 = 680.0;
/// Height of the heading of a chart.
const HEADING: f32 = 24.0;

/// Where values come from.
struct Sources<'a> {
    curves: &'a Curves,
    evaluations: &'a Evaluations,
    parent: &'a ParentRun,
}

impl Sources<'_> {
    /// The curves of a chart of every step.
    fn series(&self, chart: series::Chart, palette: &Palette) -> Vec<Curve> {
        let of = |(place, series): (usize, &Series)| Curve {
            name: series.label,
            about: series.about,
            colour: palette.of(series.hue),
            dashed: series.dashed,
            values: self.curves.values(place),
            parent: Values::of(self.parent.history().whole(), place),
        };
        let all = SERIES.iter().enumerate();
        all.filter(|(_, series)| series.chart == chart)
            .map(of)
            .collect()
    }

    /// A curve of what is measured now and then.
    fn measure(&self, measure: Measure, name: &'static str, colour: Color32) -> Curve {
        Curve {
            name,
            colour,
            values: Values::single(self.evaluations.points(measure)),
            parent: Values::single(self.parent.evaluations().points(measure)),
            ..Curve::default()
        }
    }
}

/// A chart that takes `share` of the height of all.
fn chart(
    id: &'static str,
    title: &'static str,
    about: &'static str,
    share: f32,
    curves: Vec<Curve>,
) -> Chart {
    Chart {
        id,
        title,
        about,
        curves,
        top: None,
        can_log: true,
        height: share,
        write: |value| format!("{value:.2}"),
    }
}

fn losses_and_verdict(from: &Sources<'_>, palette: &Palette) -> Vec<Chart> {
    let losses = from.series(series::Chart::Losses, palette);
    let verdict = from.series(series::Chart::Discriminator, palette);
    let about = "What each network tries to make small; neither should win.";
    let losses = chart("losses", series::Chart::Losses.title(), about, 0.17, losses);
    let about = "The discriminator's mean answer from 0 (generated) to 1 (real); 0.5 means that it cannot tell.";
    let verdict = Chart {
        top: Some(1.0),
        can_log: false,
        ..chart(
            "scores",
            series::Chart::Discriminator.title(),
            about,
            0.17,
            verdict,
        )
    };
    vec![losses, verdict]
}

/// Of runs that have any.
fn penalties(from: &Sources<'_>, palette: &Palette) -> Option<Chart> {
    let curves = from.series(series::Chart::Penalties, palette);
    let is_known = |curve: &Curve| !curve.values.points.is_empty();
    let about = "What the discriminator pays for being steep, measured every fifth step: γ/2 · ‖∂D/∂x‖². Both stay small beside the loss in a healthy run.";
    curves.iter().any(is_known).then(|| Chart {
        write: size,
        ..chart(
            "penalties",
            series::Chart::Penalties.title(),
            about,
            0.12,
            curves,
        )
    })
}

/// Diversity and distance to the data, each with the level that real pictures reach.
fn measured(from: &Sources<'_>, palette: &Palette) -> Vec<Chart> {
    let alike = vec![
        Curve {
            about: "Mean MS-SSIM of random pairs of samples: lower is more diverse.",
            ..from.measure(Measure::Similarity, "samples", palette.violet)
        },
        Curve {
            about: "The same of real pictures: the level to come to.",
            dashed: true,
            ..from.measure(Measure::SimilarityData, "data", palette.green)
        },
    ];
    let distance = vec![
        Curve {
            about: "From samples to real pictures; the lowest point is kept as the best checkpoint.",
            ..from.measure(Measure::Distance, "samples", palette.accent)
        },
        Curve {
            about: "Between two sets of real pictures: it cannot get lower than this.",
            dashed: true,
            ..from.measure(Measure::DistanceData, "data", palette.green)
        },
    ];
    let about = "How much two random pictures resemble each other (MS-SSIM, 0 to 1): samples far above the data have collapsed.";
    let alike = Chart {
        can_log: false,
        ..chart("likeness", "Similarity (MS-SSIM)", about, 0.14, alike)
    };
    let about = "How far the samples are from the data: sliced Wasserstein distance over a Laplacian pyramid (Karras et al. 2018), ×1000; lower is better.";
    let distance = Chart {
        write: |value| format!("{value:.1}"),
        ..chart("distance", "Distance (SWD)", about, 0.14, distance)
    };
    let mut charts = vec![alike, distance];
    charts.extend(memorised(from, palette));
    charts
}

/// Whether samples copy training pictures; of runs that keep pictures back.
fn memorised(from: &Sources<'_>, palette: &Palette) -> Option<Chart> {
    let curves = vec![
        Curve {
            about: "From a sample to the nearest training picture: median of the root mean square over 16×16 pixels, 0 to 255.",
            ..from.measure(Measure::Nearest, "samples", palette.accent)
        },
        Curve {
            about: "The same from pictures that are kept back: samples far below this line are copies.",
            dashed: true,
            ..from.measure(Measure::NearestHeldBack, "kept back", palette.green)
        },
    ];
    let is_known = |curve: &Curve| !curve.values.points.is_empty();
    let about = "Whether the generator has learnt training pictures by heart: how far samples are from the nearest one, against pictures that it has never seen.";
    curves.iter().any(is_known).then(|| Chart {
        write: |value| format!("{value:.1}"),
        ..chart("nearest", "Nearest training picture", about, 0.14, curves)
    })
}

/// Gradients, and units that do nothing.
fn health(from: &Sources<'_>, palette: &Palette) -> Vec<Chart> {
    let norms = from.series(series::Chart::Gradients, palette);
    let idle = from.series(series::Chart::InactiveUnits, palette);
    let about = "How strongly each network is pulled, measured every fifth step: near zero it learns nothing, a jump comes before a collapse (gradient norm).";
    let norms = Chart {
        write: size,
        ..chart(
            "gradients",
            series::Chart::Gradients.title(),
            about,
            0.14,
            norms,
        )
    };
    let about = "Units that pass nothing on, measured every fifth step.";
    let idle = Chart {
        can_log: false,
        write: |value| format!("{:.0} %", 100.0 * value),
        ..chart(
            "idle",
            series::Chart::InactiveUnits.title(),
            about,
            0.12,
            idle,
        )
    };
    vec![norms, idle]
}

fn speed(from: &Sources<'_>, palette: &Palette) -> Chart {
    let speed = from.series(series::Chart::Speed, palette);
    Chart {
        write: readable::speed,
        ..chart(
            "speed",
            series::Chart::Speed.title(),
            "Real pictures a second.",
            0.12,
            speed,
        )
    }
}

/// A number of any size in few letters.
fn size(value: f32) -> String {
    match value.abs() {
        size if size >= 99.5 => format!("{value:.0}"),
        size if size >= 0.01 || size == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.0e}"),
    }
}
