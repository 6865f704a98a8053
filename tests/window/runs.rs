//! A run's life: what can be done after it, and the list of earlier runs.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, ViewportCommand};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use morphogan::session::RunState;
use morphogan::ui::WindowOptions;

use crate::kit::explore::key;
use crate::kit::{Window, app, commands, press, steps, tiny, until, until_seen, window};

fn is_enabled(harness: &Window, name: &str) -> bool {
    let button = harness.get_by_role_and_label(Role::Button, name);
    !button.accesskit_node().is_disabled()
}

fn end(harness: &mut Window) {
    until(harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
}

/// A window with a list of runs in `folder`; the next run is called `first`.
fn with_runs(folder: &std::path::Path) -> Window {
    window(WindowOptions {
        config: tiny(&folder.join("first")),
        runs: Some(folder.to_path_buf()),
        ..WindowOptions::default()
    })
}

#[test]
fn after_stop_a_run_goes_on_or_is_forked_or_another_begins() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_runs(folder.path());
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 3);
    assert!(harness.query_by_label("Resume this run").is_none());
    // The list is reachable while it runs; what would start another run rests.
    until_seen(&mut harness, "Earlier runs");
    press(&mut harness, "Earlier runs");
    until_seen(&mut harness, "Resume first");
    assert!(!is_enabled(&harness, "Resume first"));
    press(&mut harness, "Back to the wall");
    press(&mut harness, "Stop");
    end(&mut harness);
    let done = steps(app(&harness));
    for name in ["Fork this run", "Report of this run", "New run"] {
        assert!(is_enabled(&harness, name), "{name}");
    }
    press(&mut harness, "Resume this run");
    until(&mut harness, "more steps", |app| steps(app) > done);
    press(&mut harness, "Stop");
    end(&mut harness);
    let first = app(&harness)
        .session()
        .started
        .as_ref()
        .unwrap()
        .run
        .clone();
    press(&mut harness, "Fork this run");
    until(&mut harness, "the fork", |app| {
        let session = app.session();
        let is_fork = session.started.as_ref().is_some_and(|new| new.run != first);
        is_fork && session.state == RunState::Running
    });
    press(&mut harness, "Stop");
    end(&mut harness);
    assert!(app(&harness).session().parent.is_some());
}

#[test]
fn the_title_of_the_window_follows_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_runs(folder.path());
    let mut titles: Vec<String> = Vec::new();
    let mut look = |harness: &Window| {
        titles.extend(
            commands(harness)
                .into_iter()
                .filter_map(|command| match command {
                    ViewportCommand::Title(title) => Some(title),
                    _ => None,
                }),
        );
    };
    harness.get_by_role_and_label(Role::Button, "Start").click();
    let begun = std::time::Instant::now();
    while app(&harness).session().state != RunState::Ended {
        harness.step();
        look(&harness);
        if steps(app(&harness)) == 4 {
            harness.get_by_role_and_label(Role::Button, "Stop").click();
        }
        let is_late = begun.elapsed() > std::time::Duration::from_secs(120);
        assert!(!is_late, "it never ended");
        if steps(app(&harness)) > 4 && app(&harness).session().state == RunState::Running {
            harness.get_by_role_and_label(Role::Button, "Stop").click();
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    harness.step();
    look(&harness);
    assert!(titles[0].starts_with("first"), "{titles:?}");
    let last = titles.last().unwrap();
    let step = steps(app(&harness));
    assert_eq!(*last, format!("first · step {step} · ended – Morphogan"));
}

#[test]
fn a_run_is_renamed_where_it_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_runs(folder.path());
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 2);
    press(&mut harness, "Stop");
    end(&mut harness);
    press(&mut harness, "Earlier runs");
    until_seen(&mut harness, "More about first");
    press(&mut harness, "More about first");
    press(&mut harness, "Rename…");
    key(&mut harness, Modifiers::COMMAND, Key::A);
    harness.event(Event::Text("faces at dusk".to_owned()));
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    until_seen(&mut harness, "Resume faces at dusk");
    assert!(folder.path().join("faces at dusk/config.toml").is_file());
    assert!(!folder.path().join("first").exists());
    // The list of models knows, too.
    until(&mut harness, "the model under its new name", |app| {
        let names = app.models().all().iter().map(|model| model.name.as_str());
        names.clone().any(|name| name == "faces at dusk")
            && !names.clone().any(|name| name == "first")
    });
    // The run on show is still that run.
    press(&mut harness, "Back to the wall");
    let done = steps(app(&harness));
    press(&mut harness, "Resume this run");
    until(&mut harness, "more steps", |app| steps(app) > done);
    press(&mut harness, "Stop");
    end(&mut harness);
}

#[test]
fn the_list_is_looked_through_again_when_the_window_gets_the_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_runs(folder.path());
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 2);
    press(&mut harness, "Stop");
    end(&mut harness);
    press(&mut harness, "Earlier runs");
    until_seen(&mut harness, "Resume first");
    harness.input_mut().focused = false;
    harness.run_steps(2);
    // Another program works on it meanwhile.
    std::fs::rename(folder.path().join("first"), folder.path().join("moved")).unwrap();
    harness.run_steps(10);
    assert!(harness.query_by_label("Resume moved").is_none());
    harness.input_mut().focused = true;
    until_seen(&mut harness, "Resume moved");
    assert!(harness.query_by_label("Resume first").is_none());
}
