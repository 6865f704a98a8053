//! Directions in the window: looked for, made, named, kept with the model.

use crate::kit::explore::{LATENT, exploring, key, network, reach, rect, state, undo};
use crate::kit::{Window, app, press, training, until, until_seen};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use morphogan::gan::Snapshot;
use morphogan::latent::Method;
use morphogan::latent::noise::face;
use morphogan::run::model_file;
use morphogan::session::RunState;
use morphogan::ui::{Action, ExploreAction, FrameAction, TrainAction};
use morphogan::worker::jobs::model::read_model;

fn listed(harness: &Window, wanted: fn(&Method) -> bool) -> usize {
    let all = state(harness).directions();
    all.filter(|direction| wanted(&direction.method)).count()
}

fn look(harness: &mut Window, way: &str) {
    press(harness, "New directions");
    press(harness, way);
    until(harness, "directions", |app| app.is_settled());
}

/// A direction from three faces and three others.
fn make(harness: &mut Window) {
    press(harness, "Arithmetic with faces");
    for letter in [Key::A, Key::B] {
        for _ in 0..3 {
            key(harness, Modifiers::NONE, Key::N);
            key(harness, Modifiers::SHIFT, letter);
        }
    }
    press(harness, "Make a direction");
}

#[test]
fn each_way_of_looking_brings_directions_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    look(&mut harness, "From faces (PCA)");
    let pca = |method: &Method| matches!(method, Method::Pca { .. });
    assert_eq!(listed(&harness, pca), 16);
    look(&mut harness, "From weights (SeFa)");
    let sefa = |method: &Method| matches!(method, Method::Sefa { .. });
    assert_eq!(listed(&harness, sefa), 16);
    assert_eq!(listed(&harness, pca), 16, "each beside the other");
    look(&mut harness, "From the whole generator (Jacobian)");
    let jacobian = |method: &Method| matches!(method, Method::Jacobian { .. });
    assert_eq!(listed(&harness, jacobian), 16);
    harness.get_by_label("The model's own");
    // What was looked for goes, and comes back; the model's own stay.
    let own = |method: &Method| matches!(method, Method::Label { .. });
    assert_eq!(listed(&harness, own), 12);
    press(&mut harness, "New directions");
    press(&mut harness, "Restore the model's own");
    assert_eq!(state(&harness).directions().count(), 12);
    undo(&mut harness);
    assert_eq!(state(&harness).directions().count(), 12 + 3 * 16);
}

#[test]
fn a_board_is_there_again_with_its_model() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    key(&mut harness, Modifiers::SHIFT, Key::A);
    key(&mut harness, Modifiers::NONE, Key::N);
    key(&mut harness, Modifiers::SHIFT, Key::C);
    let board = state(&harness).pose().board.clone();
    assert!(!board.is_empty());
    drop(harness);
    let again = exploring(folder.path());
    assert_eq!(state(&again).pose().board, board);
    assert!(!state(&again).can_undo());
}

#[test]
fn strips_reach_as_far_as_their_directions_have_an_effect() {
    let folder = tempfile::tempdir().unwrap();
    let harness = exploring(folder.path());
    let names = ["smile", "glasses", "factor 2", "factor 3", "factor 4"];
    let ends = names.map(|name| reach(&harness, name));
    assert!(ends.iter().all(|end| (1.5..=5.0).contains(end)), "{ends:?}");
    assert!(ends.iter().any(|end| *end != ends[0]), "{ends:?}");
    // The last face of each has changed about as much as those of the others.
    let network = network();
    let model = Snapshot::new(network.info, network.generator);
    let change = |(name, end): (&&str, &f32)| -> f64 {
        let all: Vec<_> = state(&harness).directions().cloned().collect();
        let direction = all.iter().find(|one| one.name == **name).unwrap();
        let faces = [-end, *end].map(|to| direction.moved_to(&face(3, LATENT), to));
        let drawn = model.draw(&faces).unwrap();
        let pairs = drawn[0].rgb.iter().zip(&drawn[1].rgb);
        pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum()
    };
    let changes: Vec<f64> = names.iter().zip(&ends).map(change).collect();
    let least = changes.iter().copied().fold(f64::MAX, f64::min);
    let most = changes.iter().copied().fold(0.0, f64::max);
    assert!(most < 2.5 * least, "{changes:?}");
}

#[test]
fn labels_are_looked_for_told_about_and_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    press(&mut harness, "New directions");
    press(&mut harness, "From the labels of the pictures");
    harness.step();
    press(&mut harness, "Stop looking");
    assert!(app(&harness).is_settled());
    press(&mut harness, "New directions");
    harness
        .get_by_role_and_label(Role::CheckBox, "Keep labels independent")
        .click();
    harness.run_steps(3);
    press(&mut harness, "From the labels of the pictures");
    until(&mut harness, "directions", |app| app.is_settled());
    let search = harness.get_by_role_and_label(Role::TextInput, "Find a direction");
    search.click();
    harness.run_steps(2);
    // Without strips in the way the line below them is in sight.
    harness
        .get_by_role_and_label(Role::TextInput, "Find a direction")
        .type_text("no such direction");
    harness.run_steps(3);
    press(&mut harness, "Label reliability");
    harness.get_by_label("latents");
    assert!(
        harness
            .query_all_by_label_contains("head turn")
            .next()
            .is_some()
    );
}

#[test]
fn one_that_was_made_is_renamed_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    make(&mut harness);
    press(&mut harness, "More about Direction 1");
    press(&mut harness, "Rename…");
    harness
        .get_by_role_and_label(Role::TextInput, "Name of the direction")
        .type_text(" hat");
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    let name = state(&harness).directions().next().unwrap().name.clone();
    assert!(name.contains("hat"), "{name}");
    rect(&harness, Role::Slider, &name);
    press(&mut harness, &format!("More about {name}"));
    press(&mut harness, "Remove");
    assert_eq!(state(&harness).directions().next().unwrap().name, "smile");
    undo(&mut harness);
    assert_eq!(state(&harness).directions().next().unwrap().name, name);
}

#[test]
fn one_is_made_apart_from_the_strips_in_sight() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    press(&mut harness, "Arithmetic with faces");
    harness
        .get_by_role_and_label(Role::CheckBox, "Leave the visible strips unchanged")
        .click();
    harness.run_steps(3);
    press(&mut harness, "Arithmetic with faces");
    make(&mut harness);
    let made = state(&harness).directions().next().unwrap().clone();
    // The strips of this model go along one number each: the first of them, smile, is in sight.
    assert!(made.sigma[0].abs() < 1e-5, "{:?}", made.sigma);
    assert!(made.sigma.iter().any(|x| x.abs() > 0.1));
}

#[test]
fn they_are_kept_in_the_model_file_as_they_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    let path = folder.path().join("tiny.safetensors");
    let kept = || read_model(&path).unwrap().directions().len();
    let before = kept();
    make(&mut harness);
    look(&mut harness, "From weights (SeFa)");
    let all = state(&harness).directions().count();
    assert_eq!(all, before + 1 + 16);
    let keep = |harness: &mut Window| {
        press(harness, "New directions");
        press(harness, "Keep them in the model file");
        until(harness, "the file", |app| app.is_settled());
    };
    keep(&mut harness);
    until_seen(&mut harness, "The directions are in the model file.");
    assert_eq!(kept(), all);
    // Opened again, the one that was made is there once.
    let ctx = harness.ctx.clone();
    let open = Action::Explore(ExploreAction::OpenModel(path.clone()));
    harness.state_mut().as_mut().unwrap().apply(open, &ctx);
    until(&mut harness, "the model", |app| app.is_settled());
    until(&mut harness, "its directions", |app| {
        app.explored().unwrap().directions().count() >= before
    });
    assert_eq!(state(&harness).directions().count(), all);
    // And gone from the file when it was removed.
    press(&mut harness, "More about Direction 1");
    press(&mut harness, "Remove");
    keep(&mut harness);
    until(&mut harness, "the file", |_| kept() == all - 1);
}

#[test]
fn a_run_finds_them_anew_and_keeps_them_with_its_model() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let mut harness = training(&run);
    press(&mut harness, "Start");
    until(&mut harness, "steps", |app| crate::kit::steps(app) >= 1);
    harness.get_by_role_and_label(Role::Tab, "Explore").click();
    harness.run_steps(2);
    until_seen(&mut harness, "Current face");
    until(&mut harness, "directions", |app| {
        app.explored().unwrap().directions().count() > 0
    });
    press(&mut harness, "New directions");
    press(&mut harness, "Keep them in the model file");
    // As the network moves on they are found anew.
    let first = state(&harness).directions().next().unwrap().clone();
    until(&mut harness, "newer directions", move |app| {
        let newest = app.explored().unwrap().directions().next().unwrap();
        newest.method != first.method || newest.sigma != first.sigma
    });
    let newest = state(&harness).directions().next().unwrap().clone();
    let ctx = harness.ctx.clone();
    harness
        .state_mut()
        .as_mut()
        .unwrap()
        .apply(Action::Train(TrainAction::Stop), &ctx);
    until(&mut harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
    let file = model_file::in_path(&run);
    let kept = model_file::directions(&file);
    assert_eq!(kept[0].sigma, newest.sigma);
    assert!(kept.iter().all(|direction| direction.sigma.len() == 12));
}

#[test]
fn latents_of_another_length_leave_what_was_made_for_later() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = exploring(folder.path());
    make(&mut harness);
    let made = state(&harness).pose().clone();
    let mut run = crate::kit::tiny(&folder.path().join("run"));
    run.steps = Some(3);
    let ctx = harness.ctx.clone();
    for action in [
        Action::Frame(FrameAction::Configure(Box::new(run))),
        Action::Train(TrainAction::Start),
    ] {
        harness.state_mut().as_mut().unwrap().apply(action, &ctx);
    }
    until(&mut harness, "the end", |app| {
        app.session().state == RunState::Ended
    });
    // A run takes no faces away: it is gone to.
    assert_eq!(state(&harness).components(), LATENT);
    let look = Action::Explore(ExploreAction::ShowRun);
    harness.state_mut().as_mut().unwrap().apply(look, &ctx);
    until(&mut harness, "the run's faces", |app| {
        app.explored()
            .is_some_and(|explored| explored.components() == 12)
    });
    let open = Action::Explore(ExploreAction::OpenModel(
        folder.path().join("tiny.safetensors"),
    ));
    harness.state_mut().as_mut().unwrap().apply(open, &ctx);
    // What was made is kept in a file, which is read once the model is there.
    until(&mut harness, "the model and what was made", |app| {
        app.explored().is_some_and(|explored| {
            explored.components() == LATENT && !explored.pose().made.is_empty()
        })
    });
    let pose = state(&harness).pose();
    assert_eq!((&pose.current, &pose.made), (&made.current, &made.made));
    assert!(state(&harness).can_undo());

    // Back to the run, to the model in the program, and to what was made.
    for (button, length) in [("Show the run", 12), ("Back to the built-in model", 100)] {
        until_seen(&mut harness, "Current face");
        press(&mut harness, "More about the face");
        press(&mut harness, button);
        until(&mut harness, button, |app| {
            app.explored()
                .is_some_and(|explored| explored.components() == length)
        });
        key(&mut harness, Modifiers::NONE, Key::Escape);
    }
    let open = Action::Explore(ExploreAction::OpenModel(
        folder.path().join("tiny.safetensors"),
    ));
    harness.state_mut().as_mut().unwrap().apply(open, &ctx);
    until(&mut harness, "the model and what was made", |app| {
        app.explored().is_some_and(|explored| {
            explored.components() == LATENT && !explored.pose().made.is_empty()
        })
    });
    assert_eq!(state(&harness).pose().made, made.made);
}
