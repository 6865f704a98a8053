//! The curves of the run, and its foot.

use egui::{Align, Frame, Id, Layout, Panel, RichText, Role, Sense, Ui, vec2};

use crate::session::{Measure, Quality, RunState, Series, Session};
use crate::ui::App;
use crate::ui::action::Action;
use crate::ui::curves::{Chart, Curve, Curves};
use crate::ui::format;
use crate::ui::theme::{self, Palette, palette};
use crate::ui::traces::Trace;
use crate::ui::widgets::{Button, segmented};
use crate::worker::Part;

/// Draws all curves, what happened last, and the foot of the run.
pub fn show(ui: &mut Ui, app: &mut App, wishes: &mut Vec<Action>) {
    Panel::bottom("run")
        .frame(Frame::new())
        .show_separator_line(false)
        .show(ui, |ui| {
            run_footer(ui, app, wishes);
        });
    let recent = app.train.recent;
    app.train
        .curves
        .follow(&app.session.history, recent, &app.session.marks);
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let about = match app.train.curves.hovered_step() {
            Some(step) => format!("at step {}", format::count(step)),
            None => "newest values".to_owned(),
        };
        let heading = if app.session.history.is_empty() { String::new() } else { about };
        ui.label(RichText::new("Curves").font(theme::heading()));
        ui.label(RichText::new(heading).color(palette(ui).muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let choices = [
                (false, "All", "The whole run; a faint band spans least and greatest value where steps are folded together."),
                (true, "Recent", "The last 512 steps, each of them."),
            ];
            let size = vec2(128.0, theme::CONTROL);
            if let Some(recent) = segmented(ui, Role::RadioButton, recent, &choices, size) {
                wishes.push(Action::Recent(recent));
            }
        });
    });
    ui.add_space(theme::TIGHT);
    charts(ui, &mut app.train.curves, &app.session.quality);
}

fn charts(ui: &mut Ui, curves: &mut Curves, quality: &Quality) {
    let palette = palette(ui);
    let curve = |series, name, about, colour| Curve {
        series,
        name,
        about,
        colour,
        dashed: false,
    };
    let losses = [
        curve(
            Series::LossD,
            "D",
            "Binary cross-entropy of the discriminator on real and on generated pictures, added.",
            palette.blue,
        ),
        curve(
            Series::LossG,
            "G",
            "Binary cross-entropy of the generator: −log D(G(z)).",
            palette.accent,
        ),
    ];
    let after = "Mean D(G(z)) of the same pictures after the discriminator learnt from them.";
    let real = [
        curve(
            Series::Real,
            "data",
            "Mean D(x): how real the discriminator finds real pictures.",
            palette.green,
        ),
        curve(
            Series::Fake,
            "samples",
            "Mean D(G(z)): how real the discriminator finds generated pictures.",
            palette.violet,
        ),
        Curve {
            dashed: true,
            ..curve(Series::FakeAfter, "after", after, palette.violet)
        },
    ];
    let speed = [curve(
        Series::Speed,
        "images/s",
        "Real pictures a second, averaged over the last steps.",
        palette.yellow,
    )];
    let space = ui.available_height() - 3.0 * theme::WIDE - 16.0;
    let group = Id::unique("curves of the run");
    let two = |value: f32| format!("{value:.2}");
    let all = [
        Chart {
            id: "losses",
            title: "Losses",
            about: "What each network tries to make small; neither should win.",
            curves: &losses,
            top: None,
            height: 0.24 * space,
            steps: false,
            write: two,
        },
        Chart {
            id: "scores",
            title: "Verdict",
            about: "The discriminator's mean answer from 0 (generated) to 1 (real); 0.5 means that it cannot tell.",
            curves: &real,
            top: Some(1.0),
            height: 0.24 * space,
            steps: false,
            write: two,
        },
        Chart {
            id: "speed",
            title: "Speed",
            about: "Real pictures a second.",
            curves: &speed,
            top: None,
            height: 0.16 * space + 16.0,
            steps: true,
            write: format::speed,
        },
    ];
    let mut hovered = None;
    let [losses, verdict, speed] = &all;
    for chart in [losses, verdict] {
        hovered = curves.show(ui, group, chart).or(hovered);
        ui.add_space(theme::GAP);
    }
    for (measured, traces) in &measured(quality, palette, 0.18 * space) {
        hovered = curves.show_traces(ui, group, measured, traces).or(hovered);
        ui.add_space(theme::GAP);
    }
    hovered = curves.show(ui, group, speed).or(hovered);
    curves.point_at(hovered);
}

/// Diversity and distance to the data, each with the level that real pictures reach.
fn measured(
    quality: &Quality,
    palette: &Palette,
    height: f32,
) -> [(Chart<'static>, Vec<Trace>); 2] {
    let trace = |measure, name, about, colour, dashed| Trace {
        name,
        about,
        colour,
        dashed,
        points: quality.points(measure),
    };
    let chart = |id, title, about, write| Chart {
        id,
        title,
        about,
        curves: &[],
        top: None,
        height,
        steps: false,
        write,
    };
    let two: fn(f32) -> String = |value| format!("{value:.2}");
    let one: fn(f32) -> String = |value| format!("{value:.1}");
    [
        (
            chart(
                "likeness",
                "Likeness",
                "How much two random pictures resemble each other (MS-SSIM, 0 to 1): samples far above the data have collapsed.",
                two,
            ),
            vec![
                trace(
                    Measure::Alike,
                    "samples",
                    "Mean MS-SSIM of random pairs of samples: lower is more diverse.",
                    palette.violet,
                    false,
                ),
                trace(
                    Measure::AlikeData,
                    "data",
                    "The same of real pictures: the level to come to.",
                    palette.green,
                    true,
                ),
            ],
        ),
        (
            chart(
                "distance",
                "Distance",
                "How far the samples are from the data: sliced Wasserstein distance over a Laplacian pyramid (Karras et al. 2018), ×1000; lower is better.",
                one,
            ),
            vec![
                trace(
                    Measure::Distance,
                    "samples",
                    "From samples to real pictures; the lowest point is kept as the best checkpoint.",
                    palette.accent,
                    false,
                ),
                trace(
                    Measure::DistanceData,
                    "data",
                    "Between two sets of real pictures: it cannot get lower than this.",
                    palette.green,
                    true,
                ),
            ],
        ),
    ]
}

/// Save, and where the run is.
fn run_footer(ui: &mut Ui, app: &App, wishes: &mut Vec<Action>) {
    let session = app.session();
    let Some(started) = &session.started else {
        return;
    };
    ui.add_space(theme::GAP);
    happened(ui, session);
    ui.horizontal(|ui| {
        let can = matches!(session.state, RunState::Running | RunState::Paused);
        let save = Button::new("Save model")
            .tip("Write the model and a checkpoint now; the run goes on.");
        if ui.add_enabled(can, save).clicked() {
            wishes.push(Action::Save);
        }
        if session.state == RunState::Paused {
            single_steps(ui, session, wishes);
            return;
        }
        let saved = match &session.saved {
            Some((step, path)) => (
                format!("saved at step {}", format::count(*step)),
                path.display().to_string(),
            ),
            None => (
                "not saved yet".to_owned(),
                "A run also saves by itself when it ends.".to_owned(),
            ),
        };
        ui.label(RichText::new(saved.0).color(palette(ui).muted))
            .on_hover_text(saved.1);
        if let Some(kept) = &session.kept {
            let mib = |bytes: u64| format::count(bytes.div_ceil(1 << 20));
            let text = format!("· {} MiB kept", mib(kept.bytes));
            let about = format!(
                "All checkpoints of this run, to go on from or back to; at most {} MiB. The newest is of step {}.",
                mib(kept.most_bytes),
                format::count(kept.step)
            );
            ui.label(RichText::new(text).color(palette(ui).muted)).on_hover_text(about);
        }
    });
    ui.horizontal(|ui| {
        let path = started.run.display().to_string();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let copy = Button::new("Copy path").quiet().small();
            if ui
                .add(copy.tip("Put the path of the run folder on the clipboard."))
                .clicked()
            {
                wishes.push(Action::Copy(path.clone()));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(&path)
                    .font(theme::small())
                    .color(palette(ui).muted);
                ui.add(egui::Label::new(text).truncate())
                    .on_hover_text(format!("The run folder: {path}"));
            });
        });
    });
}

/// While the run holds: one step, or half of one.
fn single_steps(ui: &mut Ui, session: &Session, wishes: &mut Vec<Action>) {
    let half = match session.half {
        Some(Part::Discriminator) => "Half: G",
        _ => "Half: D",
    };
    let once = Button::new("One step").tip("One step of both networks, then hold again. Key: F10");
    if ui.add(once).clicked() {
        wishes.push(Action::StepOnce);
    }
    let about =
        "The next half of a step: the discriminator learns, then the generator. Key: Shift+F10";
    if ui.add(Button::new(half).tip(about)).clicked() {
        wishes.push(Action::StepHalf);
    }
}

/// The last things that happened, newest first.
fn happened(ui: &mut Ui, session: &Session) {
    for mark in session.marks.iter().rev().take(2) {
        ui.horizontal(|ui| {
            let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
            ui.painter()
                .circle_filled(dot.center(), 4.0, palette(ui).yellow);
            let text = format!("step {} · {}", format::count(mark.step), mark.what);
            let text = RichText::new(text)
                .font(theme::small())
                .color(palette(ui).muted);
            ui.add(egui::Label::new(text).truncate());
        });
    }
}
