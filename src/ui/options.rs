//! How the window begins, and what it keeps from one start to the next.

use std::path::PathBuf;

use egui::vec2;

use super::action::Screen;
use crate::config::TrainConfig;

/// What the command line wants of the window.
#[derive(Clone, Debug, Default)]
pub struct WindowOptions {
    /// Settings that the fields start with.
    pub config: TrainConfig,
    /// A model to open.
    pub model: Option<PathBuf>,
    /// Show the model that comes with the program, where there is no other.
    pub shipped: bool,
    /// Where saved faces are kept, and beside them the directions that a person made; nowhere without.
    pub shelf: Option<PathBuf>,
    /// Where pictures go that nobody gives a path for; where everybody finds them without.
    pub pictures: Option<PathBuf>,
    /// Where earlier runs are looked for; nowhere without.
    pub runs: Option<PathBuf>,
    /// The screen to begin with.
    pub screen: Option<Screen>,
    /// Show the hints of the first minute that are left.
    pub hints: bool,
    /// Take a picture of the window, write it there, and close.
    pub screenshot: Option<PathBuf>,
    /// Start training at once; the picture is taken so many seconds after the first step.
    pub train_for: Option<f64>,
}

/// Size of the window in screenshots.
pub(super) const SIZE: egui::Vec2 = vec2(1280.0, 800.0);

/// Under this name the theme is kept from one start to the next.
pub(super) const THEME_KEY: &str = "theme";

/// Under this name the enlargement of saved pictures is kept.
pub(super) const SCALE_KEY: &str = "picture scale";

/// Under this name the sources used last are kept.
pub(super) const RECENT_KEY: &str = "recent sources";

/// Under this name the hints that are done with are kept.
pub(super) const HINTS_KEY: &str = "hints done";
