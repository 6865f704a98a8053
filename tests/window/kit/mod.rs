//! The real window's contents without a window, for the tests of its screens.

// Helpers of tests stop where something unexpected is; and no test needs all of them.
#![allow(clippy::unwrap_used, dead_code)]

pub mod explore;
pub mod tour;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Key, Modifiers, ViewportCommand};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use morphogan::config::TrainConfig;
use morphogan::latent::animation::Animation;
use morphogan::ui::{App, WindowOptions};

/// The real window's contents, drawn and clicked without a window.
pub type Window = Harness<'static, Option<App>>;

/// The smallest run there is, in a folder of its own.
pub fn tiny(run: &Path) -> TrainConfig {
    TrainConfig {
        size: 32,
        width: 4,
        batch: 8,
        latent: 12,
        starter_count: 64,
        sample_every: 1,
        threads: Some(1),
        run: Some(run.to_path_buf()),
        ..TrainConfig::default()
    }
}

/// Its runs are beside that of the settings, or in a folder of their own: never among those of whoever runs the tests.
pub fn window(mut options: WindowOptions) -> Harness<'static, Option<App>> {
    let beside = options.config.run.as_deref().and_then(Path::parent);
    let runs = beside.map_or_else(
        || {
            tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))
                .unwrap()
                .keep()
        },
        Path::to_path_buf,
    );
    options.runs.get_or_insert(runs);
    let mut options = Some(options);
    let draw = move |ui: &mut egui::Ui, app: &mut Option<App>| {
        let ctx = ui.ctx().clone();
        if let Some(options) = options.take() {
            *app = Some(App::new(options, &ctx));
            // Fonts hold from the next pass on.
            ctx.request_discard("fonts");
            return;
        }
        let app = app.as_mut().unwrap();
        app.tick(&ctx);
        app.draw(ui);
    };
    let mut harness = Harness::builder()
        .with_size([1280.0, 800.0])
        .build_ui_state(draw, None);
    harness.run_steps(3);
    harness
}

pub fn training(run: &Path) -> Harness<'static, Option<App>> {
    window(WindowOptions {
        config: tiny(run),
        ..WindowOptions::default()
    })
}

pub fn app<'a>(harness: &'a Harness<'_, Option<App>>) -> &'a App {
    harness.state().as_ref().unwrap()
}

/// Draws frames until `what` holds.
pub fn until(harness: &mut Harness<'_, Option<App>>, what: &str, done: impl Fn(&App) -> bool) {
    let begun = Instant::now();
    while !done(app(harness)) {
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "waited in vain for {what}"
        );
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    harness.run_steps(2);
}

/// Draws frames until `label` is somewhere; a step may stand in more than one place.
pub fn until_seen(harness: &mut Harness<'_, Option<App>>, label: &str) {
    let begun = Instant::now();
    while harness.query_all_by_label(label).next().is_none() {
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "waited in vain for “{label}”"
        );
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    harness.run_steps(2);
}

pub fn press(harness: &mut Harness<'_, Option<App>>, label: &str) {
    choose(harness, Role::Button, label);
}

/// Clicks a control as soon as it can be used.
pub fn choose(harness: &mut Harness<'_, Option<App>>, role: Role, label: &str) {
    let begun = Instant::now();
    let can = |harness: &Harness<'_, Option<App>>| {
        let mut all = harness.query_all_by_role_and_label(role, label);
        all.any(|node| !node.accesskit_node().is_disabled())
    };
    while !can(harness) {
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "waited in vain for {role:?} “{label}”"
        );
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    harness.get_by_role_and_label(role, label).click();
    harness.run_steps(3);
}

pub fn steps(app: &App) -> u64 {
    app.session().last.map_or(0, |record| record.step)
}

pub fn commands(harness: &Harness<'_, Option<App>>) -> Vec<ViewportCommand> {
    let viewports = harness.output().viewport_output.values();
    viewports
        .flat_map(|viewport| viewport.commands.clone())
        .collect()
}

/// A file that a person dropped on the window.
#[derive(Debug)]
pub struct Dropped(pub PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("nobody reads it in the window's thread".to_owned())
    }
}

/// Drops a file on the window.
pub fn drop_on(harness: &mut Window, path: &Path) {
    let dropped = Arc::new(Dropped(path.to_owned()));
    harness.input_mut().dropped_files.push(dropped);
    harness.run_steps(3);
}

/// The animation on the desk.
pub fn animation(harness: &Window) -> &Animation {
    app(harness).project().animation()
}

/// Goes on with the Tab key until the control has the keyboard.
pub fn tab_to(harness: &mut Window, role: Role, label: &str) {
    let has_it = |harness: &Window| {
        let mut nodes = harness.query_all_by_role_and_label(role, label);
        nodes.any(|node| node.accesskit_node().is_focused())
    };
    let mut tabs = 0;
    while !has_it(harness) {
        assert!(tabs < 240, "Tab does not come to “{label}”");
        explore::key(harness, Modifiers::NONE, Key::Tab);
        tabs += 1;
    }
}
