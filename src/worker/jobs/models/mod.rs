//! The models that this machine has: what a list of them shows, and the work that fills it.

pub mod card;
pub mod look;
pub mod recent;
pub mod share;
pub mod trash;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::shipped;
use crate::gan::ModelInfo;
use crate::run::MODEL_FILE;

/// Where a model is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ModelPlace {
    /// Inside the program, under this name.
    Shipped(&'static str),
    /// In the folder of its run.
    Run(PathBuf),
    File(PathBuf),
}

impl ModelPlace {
    /// As commands and [`open_model`](super::model::open_model) take it.
    pub fn path(&self) -> PathBuf {
        match self {
            Self::Shipped(name) => shipped::path_of(name),
            Self::Run(folder) => folder.join(MODEL_FILE),
            Self::File(path) => path.clone(),
        }
    }

    /// What `path` stands for. Whether a folder is one of a run only those that are listed tell.
    pub fn of(path: &Path, is_run: impl Fn(&Path) -> bool) -> Self {
        if let Some(name) = shipped::name_in(path) {
            return Self::Shipped(name);
        }
        if is_run(path) {
            return Self::Run(path.to_owned());
        }
        match path.parent() {
            Some(folder) if path.ends_with(MODEL_FILE) && is_run(folder) => {
                Self::Run(folder.to_owned())
            }
            _ => Self::File(path.to_owned()),
        }
    }

    /// What it is called where nobody gave it a name.
    pub fn name(&self) -> String {
        let last = |path: &Path| {
            let name = path.file_name().unwrap_or(path.as_os_str());
            name.to_string_lossy().into_owned()
        };
        match self {
            Self::Shipped(name) => (*name).to_owned(),
            Self::Run(folder) => last(folder),
            // All files of runs are called alike.
            Self::File(path) if path.ends_with(MODEL_FILE) => match path.parent() {
                Some(folder) if folder.file_name().is_some() => last(folder),
                _ => last(path),
            },
            Self::File(path) => last(path),
        }
    }
}

/// What a list tells of a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelFacts {
    /// Side of the pictures in pixels; 0 where it is not known.
    pub size: usize,
    /// 1 (grey) or 3 (colour).
    pub channels: usize,
    /// Numbers of a latent.
    pub latent: usize,
    pub step: u64,
    /// What it was trained on, in words.
    pub data: String,
    /// What it was blended from, in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub made_of: String,
    /// Tells its weights from others; empty before they were read, and where they change.
    pub fingerprint: String,
}

impl ModelFacts {
    pub fn of(info: &ModelInfo) -> Self {
        Self {
            size: info.size,
            channels: info.channels,
            latent: info.latent,
            step: info.step,
            data: info.data.clone(),
            made_of: info.made_of.clone(),
            fingerprint: String::new(),
        }
    }
}

/// Weights of an earlier step of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierStep {
    pub step: u64,
    pub path: PathBuf,
}

/// A model of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownModel {
    pub place: ModelPlace,
    pub name: String,
    /// `None` before anything is known: files of other programs tell nothing until they are opened.
    pub facts: Option<ModelFacts>,
    /// Of the file.
    pub bytes: u64,
    /// When the file was written, in seconds since 1970.
    pub changed: Option<u64>,
    /// When it was opened last, likewise.
    pub opened: Option<u64>,
    /// Whether its file is gone.
    pub is_missing: bool,
    /// Those that a run keeps, the newest first.
    pub earlier: Vec<EarlierStep>,
}

impl KnownModel {
    /// One of which nothing else is known yet.
    pub fn new(place: ModelPlace) -> Self {
        Self {
            name: place.name(),
            place,
            facts: None,
            bytes: 0,
            changed: None,
            opened: None,
            is_missing: false,
            earlier: Vec::new(),
        }
    }
}
