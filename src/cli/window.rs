//! No command: the window, or the main job in the terminal where there is no display.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;

use super::demo;
use crate::config::{DataChoice, TrainConfig};
use crate::notice::Notice;
use crate::run::default_runs_folder;
use crate::ui::{self, Screen, WindowOptions};
use crate::worker::jobs::shelf::default_shelf;
use crate::worker::jobs::shipped::BUILT_IN;

/// How the window opens.
#[derive(Args, Clone, Debug, Default)]
#[group(id = "window")]
pub struct Arguments {
    /// Learn from these pictures: `starter`, or a folder, zip, tar, IDX, CIFAR-10 or parquet
    #[arg(long, value_name = "starter|PATH")]
    pub data: Option<OsString>,
    /// Open on this model file or run folder; `built-in` is the model that comes with the program
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Open on this screen
    #[arg(long, value_enum)]
    pub screen: Option<Screen>,
    /// Save a picture of the window to this PNG and leave
    #[arg(long, value_name = "OUT.png")]
    pub screenshot: Option<PathBuf>,
    /// With --screenshot: train this many seconds first
    #[arg(long, value_name = "SECONDS", value_parser = super::numbers::seconds, requires = "screenshot")]
    pub train_for: Option<f64>,
}

/// Opens the window and comes back when it is closed.
///
/// # Errors
/// Where neither the window nor the terminal's version can do what was asked for.
pub fn run(arguments: Arguments) -> Result<(), Notice> {
    if display_is_there() {
        return ui::run(WindowOptions {
            config: TrainConfig {
                data: arguments.data.map(DataChoice::from).unwrap_or_default(),
                ..TrainConfig::default()
            },
            // It is what opens by itself.
            model: arguments.model.filter(|model| model != Path::new(BUILT_IN)),
            shipped: true,
            shelf: Some(default_shelf()),
            pictures: None,
            runs: Some(default_runs_folder()),
            screen: arguments.screen,
            // Pictures of the window show what stays.
            hints: arguments.screenshot.is_none(),
            screenshot: arguments.screenshot,
            train_for: arguments.train_for,
        });
    }
    if arguments.screenshot.is_some() {
        let text = "A picture of the window needs a display. Set DISPLAY or run it under xvfb-run.";
        return Err(Notice::error(text));
    }
    if arguments.model.is_some() || arguments.screen.is_some() {
        let text = "The window needs a display: set DISPLAY or WAYLAND_DISPLAY. Without one, `morphogan sample` and `morphogan morph` draw the faces of a model.";
        return Err(Notice::error(text));
    }
    demo::run()
}

/// Other systems than those with X11 and Wayland always have one.
fn display_is_there() -> bool {
    let asks = cfg!(all(unix, not(target_os = "macos")));
    let names = ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"];
    !asks
        || names
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
