//! One model out of two: blended, measured and saved, with a card that says what it is made of.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::Device;
use clap::ValueEnum;

use super::model::load_model;
use crate::atomic_file;
use crate::gan::blend::{self, is_pure};
use crate::gan::{Generator, ModelInfo, Snapshot, latents_to_tensor};
use crate::latent::Direction;
use crate::latent::noise::{Noise, Purpose};
use crate::notice::Notice;
use crate::run::model_file::{ImportOptions, Imported, Kernels, Model};
use crate::worker::default_exports_folder;
use crate::worker::job::Job;
use crate::worker::jobs::models::share::file_name;
use crate::worker::waker::Waker;

/// Latents that statistics are measured with: of a model that is saved, and of one that is only looked at.
const MEASURED_WITH: usize = 512;
const LOOKED_AT_WITH: usize = 48;

/// Where the running statistics of batch norms come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Statistics {
    /// Measured on the features of the blended network
    #[default]
    Measured,
    /// Blended as weights are
    Blended,
}

/// A model to blend, and what it is called.
#[derive(Clone, Debug)]
pub struct Part {
    pub name: String,
    pub model: Arc<Snapshot>,
}

/// Sides of the features that have a weight of their own, from coarse to fine.
pub fn resolutions(model: &Snapshot) -> Vec<usize> {
    blend::resolutions(model.generator()).unwrap_or_default()
}

/// Why these two cannot be blended; `None` if they can.
pub fn obstacle(a: &Snapshot, b: &Snapshot) -> Option<String> {
    let checked = blend::check(a.generator(), b.generator());
    checked.err().map(|error| error.to_string())
}

/// The blend as something to draw, soon.
pub fn blend_to_see(parts: [Part; 2], weights: Vec<f64>, waker: Waker) -> Job<Arc<Snapshot>> {
    Job::spawn("blend", waker, move |_| {
        let how = (weights.as_slice(), Statistics::Measured, LOOKED_AT_WITH);
        let generator = generator(&parts, how)?;
        let info = info(&parts, &weights);
        Ok(Arc::new(Snapshot::new(info, generator)))
    })
}

/// Writes the blend to `folder`, or to that where everybody finds it, under the next free name; gives where that is.
pub fn save_blend(
    parts: [Part; 2],
    weights: Vec<f64>,
    folder: Option<PathBuf>,
    waker: Waker,
) -> Job<PathBuf> {
    Job::spawn("blend", waker, move |_| {
        let [a, b] = &parts;
        let name = format!("{}, {}.safetensors", file_name(&a.name), file_name(&b.name));
        let out = atomic_file::target(
            folder
                .as_deref()
                .unwrap_or(default_exports_folder())
                .join(name),
            false,
        );
        write(&parts, &weights, Statistics::Measured, &out)?;
        Ok(out)
    })
}

/// A blend that was written.
#[derive(Debug)]
pub struct BlendedFiles {
    pub bytes: u64,
    /// What it is made of, in words.
    pub made_of: String,
    /// What was assumed of either file, for people.
    pub notes: Vec<String>,
}

/// Blends the models of two files, run folders or checkpoints into `out`.
///
/// # Errors
/// Where one of them cannot be read, they have other shapes, or the file cannot be written.
pub fn blend_files(
    (a, b): (&Path, &Path),
    weights: &[f64],
    statistics: Statistics,
    out: &Path,
) -> Result<BlendedFiles, Notice> {
    let mut notes = Vec::new();
    let mut load = |path: &Path| {
        let Imported {
            model, notes: told, ..
        } = load_model(path, &ImportOptions::default(), &Device::Cpu)?;
        notes.extend(told);
        let name = path.file_name().unwrap_or(path.as_os_str());
        let snapshot = Snapshot::new(model.info, model.generator).with_directions(model.directions);
        Ok::<_, Notice>(Part {
            name: name.to_string_lossy().into_owned(),
            model: Arc::new(snapshot),
        })
    };
    let parts = [load(a)?, load(b)?];
    let bytes = write(&parts, weights, statistics, out)?;
    Ok(BlendedFiles {
        bytes,
        made_of: info(&parts, weights).made_of,
        notes,
    })
}

fn write(
    parts: &[Part; 2],
    weights: &[f64],
    statistics: Statistics,
    out: &Path,
) -> Result<u64, Notice> {
    let model = Model {
        generator: generator(parts, (weights, statistics, MEASURED_WITH))?,
        info: info(parts, weights),
        discriminator: None,
        kernels: Kernels::Full,
        directions: directions(parts, weights),
    };
    model.save(out).map_err(|error| {
        let text = "The blend was not written. Check the folder and its free space.";
        Notice::from_error(text, &error).at(out)
    })
}

fn generator(
    [a, b]: &[Part; 2],
    (weights, statistics, count): (&[f64], Statistics, usize),
) -> Result<Generator, Notice> {
    let blended = blend::blend(a.model.generator(), b.model.generator(), weights);
    let blended = blended.map_err(|error| {
        let text = "These models cannot be blended. Choose two of one shape: two steps of a run, or a run and its fork.";
        Notice::from_error(text, &error)
    })?;
    if is_pure(weights) || statistics == Statistics::Blended {
        return Ok(blended);
    }
    let info = a.model.info();
    let mut noise = Noise::new(1, Purpose::Calibration);
    let latents = info.latent_space().draw(count, &mut noise);
    let measured = latents_to_tensor(&latents, info.latent, &blended.device()) // [count, 1, 1, latent]
        .and_then(|z| blend::calibrated(blended, &z));
    measured.map_err(|error| {
        Notice::from_error(
            "The blend could not be measured: the device failed. Try again.",
            &error,
        )
    })
}

/// What the blend tells of itself.
fn info([a, b]: &[Part; 2], weights: &[f64]) -> ModelInfo {
    let (of_a, of_b) = (a.model.info(), b.model.info());
    let both = |a: &str, b: &str| match a == b {
        true => a.to_owned(),
        false => format!("{a}; {b}"),
    };
    ModelInfo {
        // It was not trained for any number of steps.
        step: 0,
        images: 0,
        data: both(&of_a.data, &of_b.data),
        data_licence: both(&of_a.data_licence, &of_b.data_licence),
        midpoint: None,
        made_of: made_of((a, b), weights),
        ..of_a.clone()
    }
}

/// “a (step 400) and b (step 900): 25 % of b at 4×4, 100 % at 8×8”.
fn made_of((a, b): (&Part, &Part), weights: &[f64]) -> String {
    let of = |part: &Part| match part.model.info().step {
        0 => part.name.clone(),
        step => format!("{} (step {step})", part.name),
    };
    let percent = |weight: &f64| format!("{} %", (100.0 * weight).round());
    let shares = match weights {
        [one] => format!("{} of the second", percent(one)),
        several => {
            let sides = resolutions(&a.model);
            let each = sides.iter().zip(several);
            let each = each.map(|(side, weight)| format!("{} at {side}×{side}", percent(weight)));
            format!("of the second {}", each.collect::<Vec<_>>().join(", "))
        }
    };
    format!("{} and {}: {shares}", of(a), of(b))
}

/// Directions are read off the first layer: they hold where that is one of the two.
fn directions([a, b]: &[Part; 2], weights: &[f64]) -> Vec<Direction> {
    match weights.first() {
        Some(0.0) => a.model.directions().to_vec(),
        Some(1.0) => b.model.directions().to_vec(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::run::model_file;

    fn save(path: &Path, seed: u64, step: u64) {
        let info = ModelInfo {
            step,
            data: format!("Pictures {seed}"),
            ..ModelInfo::small(8, 2)
        };
        Model::untrained(info, seed).save(path).unwrap();
    }

    #[test]
    fn a_blend_is_a_model_that_says_what_it_is_made_of() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b, out] =
            ["a", "b", "c"].map(|name| folder.path().join(format!("{name}.safetensors")));
        save(&a, 1, 100);
        save(&b, 2, 200);
        let weights = [0.0, 0.5, 1.0, 1.0];
        blend_files((&a, &b), &weights, Statistics::Measured, &out).unwrap();
        let model = model_file::load(&out, &Device::Cpu).unwrap();
        let info = &model.info;
        assert_eq!(
            (info.step, info.data.as_str()),
            (0, "Pictures 1; Pictures 2")
        );
        assert_eq!(
            info.made_of,
            "a.safetensors (step 100) and b.safetensors (step 200): of the second 0 % at 4×4, 50 % at 8×8, 100 % at 16×16, 100 % at 32×32"
        );
        let card = model.card("c", &model_file::CardFacts::default()).unwrap();
        assert!(card.contains("Made of") && card.contains("step 200"));
        // Pure ends are the models as they were.
        blend_files((&a, &b), &[1.0], Statistics::Measured, &out).unwrap();
        let (end, whole) = (
            model_file::load(&out, &Device::Cpu).unwrap(),
            model_file::load(&b, &Device::Cpu).unwrap(),
        );
        let print = |model: Model| {
            Snapshot::new(model.info, model.generator)
                .fingerprint()
                .unwrap()
        };
        assert_eq!(print(end), print(whole));
    }
}
