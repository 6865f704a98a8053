//! Drawing only: egui stands here (and in `main.rs`) and nowhere else.
//!
//! [`App::tick`] drains what the threads say, [`App::draw`] draws, panels return [`Action`]s, and
//! [`App::apply`] is the one place that sends commands or changes anything.

mod action;
mod animate;
mod app;
mod apply;
pub mod bench;
mod data;
mod draw;
mod drops;
mod explore;
mod frame;
mod gestures;
mod host;
mod layout;
mod models;
mod options;
mod screenshot;
mod seen;
mod shared;
pub mod theme;
mod train;
mod waker;
mod widgets;
mod window;

pub use action::{Action, FrameAction, Screen};
pub use animate::action::{AnimateAction, Show};
pub use animate::film::FilmForm;
pub use app::App;
pub use data::action::DataAction;
pub use explore::action::ExploreAction;
pub use frame::commands::{COMMANDS, Command, Entry, Place};
pub use models::action::ModelsAction;
pub use options::WindowOptions;
pub use train::action::TrainAction;
pub use widgets::new_file::NewFile;
pub use window::run;
