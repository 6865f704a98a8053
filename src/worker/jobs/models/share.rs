//! A model of the list for other programs, beside the window.

use std::path::{Path, PathBuf};

use super::ModelPlace;
use crate::atomic_file;
use crate::notice::Notice;
use crate::run::model_file::ImportOptions;
use crate::worker::default_exports_folder;
use crate::worker::job::Job;
use crate::worker::jobs::share::{export_folder, export_onnx};
use crate::worker::waker::Waker;

/// How a model is handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// As an ONNX graph.
    Onnx,
    /// As a folder with the model file, the same as ONNX, the network in PyTorch and a card.
    Folder,
}

/// Where it was written, and what was assumed of the model's file.
pub type HandedOn = (PathBuf, Vec<String>);

/// Writes it where everybody finds it, under its `name` or the next free one. Where its file leaves something open,
/// `answer` is what a person has said.
pub fn hand_on(
    (place, answer): (ModelPlace, Option<String>),
    name: &str,
    how: Handed,
    waker: Waker,
) -> Job<HandedOn> {
    let target = default_exports_folder().join(file_name(name));
    Job::spawn("hand on", waker, move |_| {
        let options = ImportOptions::of_answer(answer.as_deref());
        write((&place, &options), target, how)
    })
}

fn write(
    (place, options): (&ModelPlace, &ImportOptions),
    target: PathBuf,
    how: Handed,
) -> Result<HandedOn, Notice> {
    // A run has settings and measures beside its model.
    let path = match place {
        ModelPlace::Run(folder) => folder.clone(),
        place => place.path(),
    };
    match how {
        Handed::Onnx => {
            let mut name = target.into_os_string();
            name.push(".onnx");
            let out = atomic_file::target(name.into(), false);
            let shared = export_onnx(&path, options, &out)?;
            Ok((out, shared.notes))
        }
        Handed::Folder => {
            let out = atomic_file::target_folder(target);
            let shared = export_folder(&path, options, &out)?;
            Ok((out, shared.notes))
        }
    }
}

/// Bytes of a name at most: two of them with an ending, or one with a number, are a name as well.
const LONGEST: usize = 100;

/// A name that every file system takes, without the ending of a model file.
pub fn file_name(name: &str) -> String {
    let stem = match Path::new(name).extension() {
        Some(ending)
            if crate::export::ending::MODELS
                .iter()
                .any(|own| ending == *own) =>
        {
            name.strip_suffix(&format!(".{}", ending.to_string_lossy()))
                .unwrap_or(name)
        }
        _ => name,
    };
    let plain = |c: char| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
        c if c.is_control() => '-',
        c => c,
    };
    let name: String = stem.chars().map(plain).collect();
    let name = &name[..name.floor_char_boundary(LONGEST)];
    match name.trim_matches(['.', ' ']) {
        "" => "model".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::jobs::shipped::SHIPPED;

    #[test]
    fn names_become_names_of_files() {
        assert_eq!(file_name("a/b:c.safetensors"), "a-b-c");
        assert_eq!(file_name("Ada 2.0"), "Ada 2.0");
        assert_eq!(file_name(" .. "), "model");
        assert_eq!(file_name(&"я".repeat(200)).len(), LONGEST);
    }

    #[test]
    fn a_model_is_handed_on_beside_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let place = ModelPlace::Shipped(SHIPPED);
        let target = folder.path().join("ada");
        let options = ImportOptions::default();
        let write = |how| write((&place, &options), target.clone(), how).unwrap().0;
        let (first, second) = (write(Handed::Onnx), write(Handed::Onnx));
        assert!(first.is_file() && second.is_file() && first != second);
        let whole = write(Handed::Folder);
        assert!(whole.join("README.md").is_file() && whole.join("model.onnx").is_file());
    }
}
