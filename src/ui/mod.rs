//! Drawing only: egui stands here (and in `main.rs`) and nowhere else.
//!
//! [`App::tick`] drains what the threads say, [`App::draw`] draws, panels return [`Action`]s, and
//! [`App::apply`] is the one place that sends commands or changes anything.

mod action;
mod adjusting;
mod app;
mod apply;
pub mod bench;
mod closing;
mod curves;
mod exploring;
mod export;
mod faces;
mod finding;
mod format;
mod generators;
mod gestures;
mod lineage;
mod made;
mod new_file;
mod notices;
mod past;
mod past_runs;
mod screens;
mod screenshot;
mod shelf;
mod shortcuts;
mod texture;
pub mod theme;
mod top_bar;
mod trace;
mod widgets;
mod window;

pub use action::{Action, Screen};
pub use app::App;
pub use export::ExportForm;
pub use new_file::NewFile;
pub use screens::{DataWish, ExploreWish};
pub use window::{WindowOptions, run};
