//! All threads and channels: the training run, the sampler, the loader, and jobs with an end.
//!
//! | link | kind | why |
//! |---|---|---|
//! | window → trainer | [`Command`]s, drained before each step, blocking while paused | nobody waits, nobody spins |
//! | trainer → window | `bounded(256)` [`Event`]s, blocking | no point of a curve is lost, memory is bounded |
//! | trainer → window, walls | [`Latest`] | heavy; only the newest matters |
//! | trainer → sampler, weights | [`Latest`] of shared snapshots | sliders never see half-updated layers |
//! | trainer ↔ examiner | one snapshot there, one measurement back | measuring holds nobody up |
//! | window ↔ sampler | [`Latest`] a [`View`], stamped | drag as fast as you like |
//! | window → files of the user's data folder | [`Latest`] | only the newest shelf is worth writing |
//!
//! Drop means stop. The last event of a run is always [`Event::Ended`].

mod desktop;
mod device;
mod directions;
mod effects;
mod examiner;
mod guard;
mod history;
mod identity;
mod invert;
pub mod job;
mod latest;
mod loader;
mod made;
pub mod measure;
mod message;
mod pace;
mod pictures;
mod quality;
mod recovery;
mod resume;
mod sampler;
mod save_curves;
mod setup;
mod shelf;
mod shipped;
mod survey;
mod tasks;
mod tour;
mod trainer;
mod training;
mod user_file;
mod write_pictures;

pub use crate::data::LabelSummary;
pub use crate::export::ending::{GIF, JSON};
pub use crate::gan::{ModelInfo, Part, Snapshot};
pub use crate::run::{Happened, Mark, RunSummary, Standing, default_runs_folder};
pub use desktop::{default_exports_folder, home_folder};
pub use directions::{
    DirectionsPlan, Effects, FoundDirections, InPlaceOf, LabelPlan, LabelReport, direction_strips,
    directions_of, find_directions, keep_directions, save_directions,
};
pub use effects::component_effects;
pub use history::{list_runs, read_lineage, read_records};
pub use invert::{
    Candidates, InvertPlan, InvertSettings, Paint, Search, Sight, Stroke, cut_target, invert,
    painted, psnr_of, read_target, start_inversion, start_painting,
};
pub use job::Job;
pub use latest::Latest;
pub use made::{MadeFile, made_beside, open_made};
pub use message::*;
pub use quality::{MeasurePlan, measure_model};
pub use recovery::{faces_to_recover, recover_pictures};
pub use resume::settings_at;
pub use sampler::{STRIPS, SampleRequest, Sampled, Sampler, View, Weights};
pub use save_curves::{Panel, SavedCurve, save_curves};
pub use shelf::{ShelfFile, default_shelf, export_faces, import_faces, open_shelf};
pub use shipped::{BUILT_IN, SHIPPED, has_shipped_model, open_shipped_model};
pub use survey::{Extent, Opened, Original, Skipped, Survey, read_original, survey};
pub use tasks::{
    MorphPlan, OpenedModel, Pick, convert_model, export_gif, open_model, pick, read_model,
    read_wall, show_in_folder, write_gif,
};
pub use tour::write_tour;
pub use trainer::Trainer;
pub use write_pictures::write_pictures;
