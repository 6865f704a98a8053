//! The Train screen's wall and its time cursor: faces to explore and to pin, the steps of the run on wall, curves,
//! axis and events, and forks that begin there; by hand and by keyboard.

use std::path::Path;

use crate::kit::{Window, app, choose, press, steps, tiny, until, until_seen, window};
use egui::accesskit::Role;
use egui::{Key, Modifiers, pos2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use morphogan::config::KeepConfig;
use morphogan::latent::Latent;
use morphogan::session::RunState;
use morphogan::ui::{Action, FrameAction, Screen, WindowOptions};

/// A run that holds after `count` steps or a few more.
fn held(run: &Path, count: u64) -> Window {
    let mut config = tiny(run);
    // An event that comes late moves those that are pressed.
    config.measure_every = Some(0);
    let mut harness = window(WindowOptions {
        config,
        ..WindowOptions::default()
    });
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| {
        steps(app) >= count && app.session().preparing.is_none()
    });
    press(&mut harness, "Pause");
    until(&mut harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    until(&mut harness, "a wall", |app| {
        !app.session().evaluations.walls().is_empty()
    });
    harness
}

fn face(harness: &Window, place: usize) -> Latent {
    let session = app(harness).session();
    session.wall_face(u64::MAX, place).unwrap().clone()
}

fn current(harness: &Window) -> Latent {
    app(harness).explored().unwrap().pose().current.clone()
}

fn to_train(harness: &mut Window) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num2);
    harness.run_steps(3);
}

#[test]
fn a_face_of_the_wall_is_explored_judged_pinned_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = held(&folder.path().join("run"), 2);
    let wanted = face(&harness, 4);
    press(&mut harness, "Face 5 of the wall");
    assert_eq!(app(&harness).screen(), Screen::Explore);
    assert_eq!(current(&harness), wanted);
    to_train(&mut harness);

    // Under the pointer it is enlarged, and D says how real it is.
    let rect = harness
        .get_by_role_and_label(Role::Button, "Face 3 of the wall")
        .rect();
    harness.hover_at(rect.center());
    harness.run_steps(3);
    let told = |harness: &Window| {
        let mut said = harness.query_all_by_label_contains("Realism 0.");
        said.next().is_some()
    };
    for _ in 0..400 {
        if told(&harness) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
        harness.step();
    }
    assert!(told(&harness));
    let wanted = face(&harness, 2);
    harness.key_press(Key::P);
    harness.run_steps(2);
    until(&mut harness, "the pin", |app| {
        app.session().pins.at(u64::MAX) == std::slice::from_ref(&wanted)
    });
    assert_eq!(face(&harness, 0), wanted);

    let wanted = face(&harness, 9);
    harness
        .get_by_label("Face 10 of the wall")
        .click_secondary();
    harness.run_steps(3);
    press(&mut harness, "Keep on the shelf");
    let shelf = &app(&harness).explored().unwrap().pose().shelf;
    assert_eq!(shelf.len(), 1);
    assert_eq!(shelf[0].latent, wanted);
    assert!(shelf[0].model.starts_with("run at step "));
    assert_eq!(app(&harness).screen(), Screen::Train);
}

#[test]
fn the_keyboard_goes_from_face_to_face() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = held(&folder.path().join("run"), 1);
    let is_focused = |harness: &Window, name: &str| {
        let node = harness.get_by_role_and_label(Role::Button, name);
        node.accesskit_node().is_focused()
    };
    harness
        .get_by_role_and_label(Role::Button, "Face 1 of the wall")
        .focus();
    harness.run_steps(2);
    for key in [Key::ArrowRight, Key::ArrowDown] {
        harness.key_press(key);
        harness.run_steps(3);
    }
    assert!(is_focused(&harness, "Face 10 of the wall"));
    // Beyond the edge there is none.
    for _ in 0..9 {
        harness.key_press(Key::ArrowUp);
        harness.run_steps(3);
    }
    assert!(is_focused(&harness, "Face 2 of the wall"));
    let wanted = face(&harness, 1);
    harness.key_press(Key::P);
    harness.run_steps(2);
    until(&mut harness, "the pin", |app| {
        app.session().pins.at(u64::MAX) == std::slice::from_ref(&wanted)
    });
    let wanted = face(&harness, 1);
    harness.key_press(Key::F4);
    harness.run_steps(4);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    assert_eq!(app(&harness).screen(), Screen::Explore);
    assert_eq!(current(&harness), wanted);
}

#[test]
fn a_step_is_chosen_on_the_curves_the_axis_and_among_the_events() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = held(&folder.path().join("run"), 6);
    // A pinned face has its wall kept at once.
    press(&mut harness, "Resume");
    let before = steps(app(&harness));
    until(&mut harness, "more steps", |app| steps(app) >= before + 8);
    press(&mut harness, "Pause");
    until(&mut harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    let rect = harness
        .get_by_role_and_label(Role::Button, "Face 3 of the wall")
        .rect();
    harness.hover_at(rect.center());
    harness.run_steps(2);
    harness.key_press(Key::P);
    until(&mut harness, "walls", |app| {
        app.session().evaluations.walls().len() >= 2
    });
    let walls = app(&harness).session().evaluations.walls().to_vec();
    let last = *walls.last().unwrap();

    // A press on a curve: its step, and the wall that is nearest.
    let plot = harness
        .get_by_role_and_label(Role::Image, "Losses over the steps")
        .rect();
    let at = pos2(plot.left() + 2.0, plot.center().y);
    harness.hover_at(at);
    harness.run_steps(2);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run_steps(3);
    until_seen(&mut harness, &format!("step {}", walls[0]));
    harness.get_by_label("at step 1");

    // Keys: from wall to wall, and back to now.
    harness.hover_at(pos2(640.0, 2.0));
    harness.run_steps(2);
    harness.key_press(Key::End);
    harness.run_steps(3);
    until_seen(&mut harness, &format!("step {last}"));
    harness.get_by_label("now");
    harness.key_press(Key::Home);
    harness.run_steps(3);
    until_seen(&mut harness, &format!("step {}", walls[0]));
    harness.key_press(Key::End);
    harness.run_steps(3);

    // The step axis does the same, once nothing stands over it.
    let notices = app(&harness).session().notices.iter();
    let ids: Vec<u64> = notices.map(|posted| posted.id).collect();
    let ctx = harness.ctx.clone();
    for id in ids {
        let window = harness.state_mut().as_mut().unwrap();
        window.apply(Action::Frame(FrameAction::Dismiss(id)), &ctx);
    }
    harness.run_steps(3);
    let axis = harness.get_by_role_and_label(Role::Slider, "Step axis");
    let axis = axis.rect();
    let at = pos2(axis.center().x, axis.top() + 6.0);
    harness.hover_at(at);
    harness.run_steps(2);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run_steps(3);
    harness.hover_at(pos2(640.0, 2.0));
    harness.run_steps(3);
    assert!(harness.query_by_label("now").is_none());
    press(&mut harness, "Now");
    harness.get_by_label("now");

    // The wheel over the axis shows fewer steps, and more again.
    assert!(harness.query_by_label("All steps").is_none());
    harness.hover_at(at);
    harness.run_steps(2);
    let turn = |harness: &mut Window, by: f32| {
        harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, by),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
        harness.run_steps(12);
    };
    turn(&mut harness, 120.0);
    harness.get_by_label("All steps");
    turn(&mut harness, -600.0);
    assert!(harness.query_by_label("All steps").is_none());
}

#[test]
fn all_events_are_listed_and_lead_to_their_steps() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = held(&folder.path().join("run"), 3);
    press(&mut harness, "Save model");
    until(&mut harness, "the mark", |app| {
        !app.session().marks.is_empty()
    });
    let mark = app(&harness).session().marks[0].step;
    press(&mut harness, "Resume");
    until(&mut harness, "more steps", |app| steps(app) > mark + 3);
    press(&mut harness, "Pause");
    until(&mut harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    press(&mut harness, "Save model");
    until(&mut harness, "another", |app| app.session().marks.len() > 1);
    harness.key_press(Key::E);
    harness.run_steps(3);
    let count = app(&harness).session().marks.len();
    harness.get_by_label(&format!("{count} in this run, newest first"));
    press(&mut harness, &format!("step {mark} · checkpoint"));
    press(&mut harness, "Back to the curves");
    harness.hover_at(pos2(640.0, 2.0));
    harness.run_steps(3);
    // Once its wall is read.
    until_seen(&mut harness, &format!("at step {mark}"));
}

#[test]
fn a_fork_begins_at_the_step_that_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let mut config = tiny(&run);
    // The best weights would be nearer to fork from, once they are known.
    config.measure_every = Some(0);
    config.keep = KeepConfig {
        checkpoint_steps: Some(4),
        keep_checkpoints: 2,
        ..config.keep
    };
    let mut harness = window(WindowOptions {
        config,
        ..WindowOptions::default()
    });
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| steps(app) >= 10);
    press(&mut harness, "Pause");
    until(&mut harness, "the pause", |app| {
        app.session().state == RunState::Paused
    });
    // The oldest of those that are kept, which the last one of this run will crowd out.
    let kept = || -> Vec<u64> {
        let all = std::fs::read_dir(run.join("checkpoints")).unwrap();
        let step = |entry: std::io::Result<std::fs::DirEntry>| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            let digits = name.strip_prefix("step-")?.strip_suffix(".safetensors")?;
            digits.parse().ok()
        };
        let mut steps: Vec<u64> = all.filter_map(step).collect();
        steps.sort_unstable();
        steps
    };
    assert_eq!(kept().len(), 2);
    let oldest = kept()[0];
    let plot = harness
        .get_by_role_and_label(Role::Image, "Losses over the steps")
        .rect();
    let at = pos2(plot.left() + 2.0, plot.center().y);
    harness.hover_at(at);
    harness.run_steps(2);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run_steps(3);
    until_seen(&mut harness, &format!("Fork from step {oldest}"));
    // Not among the runs of whoever runs the tests.
    let mut config = app(&harness).config().clone();
    config.run = Some(folder.path().join("fork"));
    let ctx = harness.ctx.clone();
    let configure = FrameAction::Configure(Box::new(config));
    let app = harness.state_mut().as_mut().unwrap();
    app.apply(Action::Frame(configure), &ctx);
    // A run that goes on does not end by a bare key.
    harness.key_press(Key::F);
    harness.run_steps(3);
    press(&mut harness, "Keep training");
    assert!(crate::kit::app(&harness).session().state.is_active());
    harness.key_press(Key::F);
    harness.run_steps(3);
    press(&mut harness, "End the run and fork");
    until(&mut harness, "the fork", |app| {
        let session = app.session();
        let parent = session.parent.as_ref();
        parent.is_some_and(|(parent, step)| *parent == run && *step == oldest)
            && steps(app) > oldest
    });
    choose(&mut harness, Role::Tab, "Data");
}
