//! What is shown on the whole screen, and since when.

use egui::{Context, ViewportBuilder};

use super::action::Show;
use crate::latent::animation::walk;
use crate::latent::{Latent, LatentSpace};
use crate::ui::explore::zoom::Zoom;

/// How long a drift takes from one random face to the next, in seconds.
const FACE_SECONDS: f64 = 4.0;
/// How long the keys are told, and how long the pointer rests before it is hidden, in seconds.
const TOLD: f64 = 4.0;

/// What is shown on the whole screen.
#[derive(Clone, Debug)]
pub struct FullScreen {
    pub show: Show,
    /// How long it has been shown, in seconds.
    seconds: f64,
    /// Which walk a drift is.
    seed: u64,
    /// How large it is shown.
    pub zoom: Zoom,
}

impl FullScreen {
    pub fn new(show: Show, seed: u64) -> Self {
        Self {
            show,
            seconds: 0.0,
            seed,
            zoom: Zoom::default(),
        }
    }

    /// Time went by.
    pub fn advance(&mut self, seconds: f64) {
        self.seconds += seconds;
    }

    /// The face of a drift that is on show.
    pub fn face(&self, space: LatentSpace) -> Latent {
        walk::drift(space, self.seed, self.seconds / FACE_SECONDS)
    }

    /// Whether its keys are told.
    pub fn tells_keys(&self) -> bool {
        self.seconds < TOLD
    }

    /// Whether it has just come.
    pub fn is_new(&self) -> bool {
        self.seconds < 1.0
    }

    /// Draws again where it moves by itself.
    pub fn repaint(&self, ctx: &Context) {
        if self.show == Show::Drift || self.tells_keys() {
            ctx.request_repaint();
        }
    }

    /// On the monitor that a person has chosen, by its number.
    pub fn builder(monitor: Option<usize>) -> ViewportBuilder {
        let builder = ViewportBuilder::default()
            .with_title("Morphogan, full screen")
            .with_app_id("morphogan")
            .with_decorations(false)
            .with_inner_size([640.0, 640.0])
            .with_fullscreen(true);
        match monitor {
            Some(monitor) => builder.with_monitor(monitor),
            None => builder,
        }
    }
}
