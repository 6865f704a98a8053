//! A model for others: as files that other programs read, with a card.

use std::io;
use std::path::{Path, PathBuf};

use candle_core::Device;

use super::model::load_model;
use crate::atomic_file;
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::run;
use crate::run::model_file::{CardFacts, ImportOptions, Imported, Model, ModelFileError};
use crate::run::{EvalLog, METRICS};

/// A file that was written, and its bytes.
pub type Written = (PathBuf, u64);

/// What was written, and what was assumed of the model's file, for people.
#[derive(Debug, Default)]
pub struct Shared {
    pub files: Vec<Written>,
    pub notes: Vec<String>,
}

/// Writes the generator of a model file, run folder or checkpoint as an ONNX graph.
///
/// # Errors
/// Where there is no model that this program knows, or the file cannot be written.
pub fn export_onnx(path: &Path, options: &ImportOptions, out: &Path) -> Result<Shared, Notice> {
    let Imported { model, notes, .. } = load_model(path, options, &Device::Cpu)?;
    let bytes = model
        .save_onnx(out)
        .map_err(|error| not_written(&error, out))?;
    let files = vec![(out.to_owned(), bytes)];
    Ok(Shared { files, notes })
}

/// Writes a folder to hand on: the model file, the same as ONNX, the network in PyTorch and a card.
///
/// # Errors
/// As [`export_onnx`].
pub fn export_folder(
    path: &Path,
    options: &ImportOptions,
    folder: &Path,
) -> Result<Shared, Notice> {
    let Imported { model, notes, .. } = load_model(path, options, &Device::Cpu)?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let mut files = Vec::new();
    // Whole or not at all, and never among files of others.
    let written = atomic_file::write_folder(folder, |into| {
        files = write_all(&model, &name, &facts(path), into)?;
        Ok(())
    });
    written.map_err(|error| not_written(&error, folder))?;
    let at = |(name, bytes)| (folder.join(name), bytes);
    let files = files.into_iter().map(at).collect();
    Ok(Shared { files, notes })
}

/// The files of a folder to hand on and their bytes.
fn write_all(
    model: &Model,
    name: &str,
    facts: &CardFacts,
    folder: &Path,
) -> Result<Vec<(&'static str, u64)>, ModelFileError> {
    let at = |name: &str| folder.join(name);
    let text = |name: &'static str, text: String| -> Result<_, ModelFileError> {
        std::fs::write(at(name), &text)?;
        Ok((name, text.len() as u64))
    };
    Ok(vec![
        ("model.safetensors", model.save(&at("model.safetensors"))?),
        ("model.onnx", model.save_onnx(&at("model.onnx"))?),
        text("model.py", model.python()?)?,
        text("README.md", model.card(name, facts)?)?,
    ])
}

/// What the run folder `path` says besides its model; nothing of another path.
fn facts(path: &Path) -> CardFacts {
    let settings = run::read_settings(path).ok().and_then(|config| {
        let config = TrainConfig {
            // Others are not concerned with the folders of this machine.
            data: config.data.clone().without_folders(),
            run: None,
            ..config
        };
        toml::to_string(&config).ok()
    });
    let last = settings
        .as_ref()
        .and_then(|_| EvalLog::of(path).read().pop());
    let measures = last.map(|last| {
        let all = METRICS.iter();
        let told = all.filter_map(|metric| Some((metric.name, (metric.value)(&last.measures)?)));
        told.map(|(name, value)| {
            (
                format!("`{name}` at step {}", last.step),
                format!("{value:.4}"),
            )
        })
        .collect()
    });
    CardFacts {
        settings,
        measures: measures.unwrap_or_default(),
    }
}

fn not_written(error: &ModelFileError, out: &Path) -> Notice {
    let text = match error {
        ModelFileError::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            "The model was not written: this folder is not yours to write in."
        }
        _ => "The model was not written. Check the folder and its free space.",
    };
    Notice::from_error(text, error).at(out)
}
