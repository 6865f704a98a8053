//! What the screens and the frame around them may all see of the window when they draw.

use super::action::Screen;
use crate::config::TrainConfig;
use crate::latent::Latent;
use crate::session::{RunState, Session};
use crate::ui::models::state::ModelsState;
use crate::worker::train::RunStart;

/// Seen by all, changed by none: whoever wants something else says so with an action.
pub struct Shared<'a> {
    pub session: &'a Session,
    pub models: &'a ModelsState,
    /// Settings of the next run.
    pub config: &'a TrainConfig,
    pub screen: Screen,
    /// Why a run cannot be started with these settings; `None` if it can.
    pub obstacle: Option<String>,
    /// What is wrong with the pictures that they name, and what these are.
    pub pictures: (Option<String>, String),
}

impl Shared<'_> {
    /// Whether `face` can be followed on the wall of the run.
    pub fn can_pin(&self, face: &Latent) -> bool {
        can_pin(self.session, face)
    }
}

/// Whether `face` can be followed on the wall of the run.
pub fn can_pin(session: &Session, face: &Latent) -> bool {
    let fits = |started: &RunStart| started.config.latent == face.len();
    takes_pins(session) && session.started.as_ref().is_some_and(fits)
}

/// Whether the trainer listens to which faces are followed.
pub fn takes_pins(session: &Session) -> bool {
    matches!(session.state, RunState::Running | RunState::Paused)
}
