//! What is true now: knows neither egui nor threads.

mod animate;
mod edit;
mod evaluations;
mod explore;
mod history;
mod models;
mod notices;
mod pins;
mod place;
#[expect(
    clippy::module_inception,
    reason = "the session is the module's subject"
)]
mod session;
mod wall;

pub use animate::{Change, DocumentId, LONGEST_LEG, MOST_KEYS, MOST_TRACKS, Player, Project};
pub use edit::Edits;
pub use evaluations::{Evaluations, Measure};
pub use explore::{
    Board, CORNERS, DirectionSets, Exploration, LEAST_TRUNCATION, MORE_LIKE, MOST, Move,
    NEIGHBOURS, Origin, Pad, Pose, Term, WALL, WAY,
};
pub use history::{History, Point};
pub use models::{FaceOrigin, Models, face_origin, moved, step_of_run};
pub use notices::{NoticeState, Notices, PostedNotice, Trouble};
pub use pins::Pins;
pub use session::{RunState, Session};
