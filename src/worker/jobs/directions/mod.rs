//! Finding directions as a job: progress, cancel, one result.

mod label_plan;
mod labels;
mod names;
mod plan;

use std::mem::discriminant;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use candle_core::Device;

use crate::gan::{Snapshot, directions, jacobian};
use crate::latent::{Direction, Latent};
use crate::notice::Notice;
use crate::picture::{self, Picture};
use crate::run::model_file::{self, ImportOptions, Imported};
use crate::worker::job::{Job, Progress};
use crate::worker::waker::Waker;
use plan::{cancelled, device_failed};

pub use label_plan::{Effects, LabelPlan, LabelReport};
pub use plan::{DirectionsPlan, FoundDirections};

/// Looks for directions on a thread of its own.
pub fn find_directions(
    model: Arc<Snapshot>,
    plan: DirectionsPlan,
    waker: Waker,
) -> Job<FoundDirections> {
    Job::spawn("directions", waker, move |progress| {
        directions_of(&model, &plan, progress)
    })
}

/// Looks for directions on this thread.
///
/// # Errors
/// Where the device fails, the pictures cannot be used or have no labels that the network knows, or
/// `progress` is cancelled.
pub fn directions_of(
    model: &Snapshot,
    plan: &DirectionsPlan,
    progress: &Progress,
) -> Result<FoundDirections, Notice> {
    let begin = Instant::now();
    let go_on = |share: f32| {
        progress.set(share);
        !progress.is_cancelled()
    };
    let found = match plan {
        DirectionsPlan::Pca { count } => directions::pca(model.generator(), *count, SEED, &go_on),
        DirectionsPlan::Sefa { count } => directions::sefa(model.generator(), *count, &go_on),
        DirectionsPlan::Jacobian { count } => {
            jacobian::jacobian(model.generator(), *count, SEED, &go_on)
        }
        DirectionsPlan::Labels(plan) => return labels::find(model, plan, progress),
    };
    progress.set(1.0);
    let found = found.map_err(|error| device_failed(&error))?;
    Ok(FoundDirections {
        directions: found.ok_or_else(cancelled)?,
        seconds: begin.elapsed().as_secs_f64(),
        ..FoundDirections::default()
    })
}

/// Directions of the same weights are the same each time.
const SEED: u64 = 1;

/// Faces along each direction, one a row: `faces` of them from −3σ to 3σ around `middle`.
///
/// # Errors
/// Where the device fails.
pub fn direction_strips(
    model: &Snapshot,
    directions: &[Direction],
    middle: &Latent,
    faces: usize,
) -> Result<Picture, Notice> {
    let last = faces.saturating_sub(1).max(1) as f32;
    let latents: Vec<Latent> = directions
        .iter()
        .flat_map(|direction| {
            let at = move |face: usize| 6.0 * face as f32 / last - 3.0;
            (0..faces).map(move |face| direction.moved_to(middle, at(face)))
        })
        .collect();
    let pictures = model
        .draw(&latents)
        .map_err(|error| device_failed(&error))?;
    Ok(picture::wall(&pictures, faces, 2, [255; 3]))
}

/// As [`save_directions`] in place of all, on a thread of its own.
pub fn keep_directions(path: PathBuf, directions: Vec<Direction>, waker: Waker) -> Job<PathBuf> {
    Job::spawn("keep directions", waker, move |_| {
        save_directions(&path, &directions, ReplacedDirections::All)
    })
}

/// Which directions in a model file make room for those that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplacedDirections {
    All,
    /// Those of the same methods.
    SameMethods,
}

/// Keeps directions in the model file of a path, in place of earlier ones. Gives the file.
///
/// # Errors
/// Where it is no model, or cannot be written.
pub fn save_directions(
    path: &Path,
    directions: &[Direction],
    replaced: ReplacedDirections,
) -> Result<PathBuf, Notice> {
    let same = |a: &Direction, b: &Direction| discriminant(&a.method) == discriminant(&b.method);
    rewrite(path, |kept| {
        kept.retain(|old| {
            replaced == ReplacedDirections::SameMethods
                && !directions.iter().any(|new| same(old, new))
        });
        kept.extend_from_slice(directions);
    })
}

/// Keeps what directions of the model file of a path were seen to change, and nothing else. Gives the file.
///
/// # Errors
/// Where it is no model, or cannot be written.
pub fn save_effects(path: &Path, measured: &[Direction]) -> Result<PathBuf, Notice> {
    rewrite(path, |kept| {
        for direction in kept {
            let same = measured.iter().find(|one| one.sigma == direction.sigma);
            if let Some(same) = same {
                direction.method = same.method.clone();
            }
        }
    })
}

/// Changes the directions of a model file of this program.
fn rewrite(path: &Path, change: impl FnOnce(&mut Vec<Direction>)) -> Result<PathBuf, Notice> {
    let file = model_file::in_path(path);
    let failed = |error: model_file::ModelFileError| {
        let text = "The directions were not kept. Check the model file and its free space.";
        Notice::from_error(text, &error).at(&file)
    };
    let imported = model_file::import(&file, &ImportOptions::default(), &Device::Cpu);
    let Imported {
        mut model, is_own, ..
    } = imported.map_err(failed)?;
    if !is_own {
        let text = "The directions were not kept: what another program saved stays as it is. Import it first, with \
                    `morphogan import FILE --out model.safetensors`, and open that.";
        return Err(Notice::error(text).at(&file));
    }
    change(&mut model.directions);
    model.save(&file).map_err(failed)?;
    Ok(file)
}
