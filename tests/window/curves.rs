//! The curves of the Train screen: how they are drawn, which steps are on show, into a file, over a
//! parent's.

use std::path::Path;

use crate::kit::{app, press, steps, tiny, training, until, until_seen, window};
use egui::accesskit::{Role, Toggled};
use egui::{Key, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use morphogan::config::TrainConfig;
use morphogan::session::RunState;
use morphogan::ui::{App, WindowOptions};

type Window = Harness<'static, Option<App>>;

/// A run of `count` steps or a few more, that is over.
fn trained(run: &Path, count: u64) -> Window {
    let mut harness = training(run);
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= count);
    press(&mut harness, "Stop");
    until(&mut harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
    harness
}

fn is_on(harness: &Window, name: &str) -> bool {
    let button = harness.get_by_role_and_label(Role::Button, name);
    button.accesskit_node().toggled() == Some(Toggled::True)
}

/// The table of the curves as they are drawn now.
fn table(harness: &mut Window, run: &Path) -> Vec<Vec<String>> {
    let path = run.join("curves.csv");
    let _ = std::fs::remove_file(&path);
    press(harness, "Curves to a file");
    press(harness, "Save CSV");
    until(harness, "the table", |_| path.is_file());
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    let text = std::fs::read_to_string(path).unwrap();
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().map(cells).collect()
}

#[test]
fn curves_are_smoothed_drawn_on_another_scale_and_written() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let mut harness = trained(&run, 6);
    let raw = table(&mut harness, &run);
    assert_eq!(raw[0], ["chart", "curve", "step", "value", "smoothed"]);
    let of = |table: &[Vec<String>], chart: &str, curve: &str| -> Vec<Vec<String>> {
        let rows = table
            .iter()
            .filter(|row| row[0] == chart && row[1] == curve);
        rows.cloned().collect()
    };
    let done = steps(app(&harness)) as usize;
    let losses = of(&raw, "Losses", "D");
    assert_eq!(losses.len(), done);
    assert!(losses.iter().all(|row| row[4].is_empty()));
    // Measured at the first step and every fifth one after it.
    for (chart, curve) in [
        ("Gradients", "D"),
        ("Gradients", "G"),
        ("Inactive units", "G dead"),
        ("Inactive units", "D negative"),
    ] {
        let rows = of(&raw, chart, curve);
        assert_eq!(rows.len(), done.div_ceil(5), "{chart} {curve}");
        assert!(rows[0][3].parse::<f64>().unwrap() >= 0.0);
        harness.get_all_by_label(curve).next().unwrap();
    }

    harness.get_by_label("0.00");
    let slider = harness.get_by_role_and_label(Role::Slider, "Smoothing");
    slider.focus();
    harness.run_steps(2);
    for _ in 0..20 {
        harness.key_press(Key::ArrowRight);
        harness.run_steps(1);
    }
    assert!(harness.query_by_label("0.00").is_none());
    let smoothed = of(&table(&mut harness, &run), "Losses", "D");
    let number = |row: &Vec<String>, column: usize| row[column].parse::<f64>().unwrap();
    // The first value stays what it is; the others lean towards those before them.
    assert_eq!(number(&smoothed[0], 3), number(&smoothed[0], 4));
    let moved = |row: &Vec<String>| (number(row, 3) - number(row, 4)).abs() > 1e-6;
    assert!(smoothed[1..].iter().any(moved));

    press(&mut harness, "Logarithmic scale");
    assert!(is_on(&harness, "Logarithmic scale"));
    press(&mut harness, "Curves to a file");
    press(&mut harness, "Save PNG");
    let path = run.join("curves.png");
    until(&mut harness, "the picture", |_| path.is_file());
    let picture = image::open(path).unwrap();
    assert!(picture.width() >= 900 && picture.height() >= 1500);
    // A second one does not take the place of the first.
    press(&mut harness, "Save PNG");
    let second = run.join("curves-2.png");
    until(&mut harness, "another picture", |_| second.is_file());
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    harness.key_press(Key::L);
    harness.run_steps(2);
    assert!(!is_on(&harness, "Logarithmic scale"));
}

#[test]
fn dragging_over_a_chart_shows_fewer_steps_in_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let mut harness = trained(&run, 8);
    assert!(harness.query_by_label("All steps").is_none());
    let chart = harness.get_by_role_and_label(Role::Image, "Losses over the steps");
    let plot = chart.rect();
    let at = |share: f32| pos2(plot.left() + share * plot.width(), plot.center().y);
    harness.hover_at(at(0.4));
    harness.run_steps(2);
    harness.drag_at(at(0.4));
    harness.run_steps(2);
    for share in [0.5, 0.6, 0.9] {
        harness.hover_at(at(share));
        harness.run_steps(2);
    }
    harness.drop_at(at(0.9));
    harness.run_steps(3);
    let done = steps(app(&harness)) as usize;
    let speed = |table: &[Vec<String>]| table.iter().filter(|row| row[0] == "Speed").count();
    let fewer = speed(&table(&mut harness, &run));
    assert!((1..done).contains(&fewer), "{fewer} of {done}");
    press(&mut harness, "All steps");
    assert_eq!(speed(&table(&mut harness, &run)), done);
    // The keyboard's way.
    harness.key_press(Key::Plus);
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "All steps");
    harness.key_press(Key::Minus);
    harness.run_steps(2);
    assert!(harness.query_by_label("All steps").is_none());
}

#[test]
fn a_fork_is_drawn_over_its_parent() {
    let folder = tempfile::tempdir().unwrap();
    let done = steps(app(&trained(&folder.path().join("first"), 3)));

    let run = folder.path().join("other");
    // Of another network: a fork has its parent's all the same.
    let mut harness = window(WindowOptions {
        config: TrainConfig {
            width: 6,
            ..tiny(&run)
        },
        runs: Some(folder.path().to_path_buf()),
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Earlier runs");
    press(&mut harness, "Fork first");
    until(&mut harness, "the start", |app| {
        app.session().started.is_some()
    });
    assert_eq!(app(&harness).config().width, tiny(&run).width);
    until(&mut harness, "more steps", |app| steps(app) > done + 1);
    until_seen(&mut harness, "Curves of the parent run");
    press(&mut harness, "Pause");
    until(&mut harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    let of_parent = |table: &[Vec<String>]| -> Vec<u64> {
        let rows = table
            .iter()
            .filter(|row| row[0] == "Losses" && row[1] == "D (parent)");
        rows.map(|row| row[2].parse().unwrap()).collect()
    };
    let shown = table(&mut harness, &run);
    assert_eq!(of_parent(&shown), (1..=done).collect::<Vec<_>>());
    press(&mut harness, "Curves of the parent run");
    assert!(of_parent(&table(&mut harness, &run)).is_empty());
}
