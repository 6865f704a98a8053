//! What is true now: knows neither egui nor threads.

mod animate;
mod edit;
mod evaluations;
mod explore;
mod history;
mod models;
mod notices;
mod pins;
#[expect(
    clippy::module_inception,
    reason = "the session is the module's subject"
)]
mod session;

pub use animate::{Change, DocumentId, LONGEST_LEG, MOST_KEYS, MOST_TRACKS, Player, Project};
pub use edit::Edits;
pub use evaluations::{Evaluations, Measure};
pub use explore::{
    Board, CORNERS, Exploration, LEAST_TRUNCATION, MORE_LIKE, MOST, Move, NEIGHBOURS, Pad, Pose,
    Term, WALL, WAY,
};
pub use history::{History, Point};
pub use models::{Models, Origin, origin, step_of_run};
pub use notices::{Notices, PostedNotice};
pub use pins::Pins;
pub use session::{RunState, Session};
