//! `morphogan export`: a model for other programs.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::output;
use crate::export::ending;
use crate::notice::Notice;
use crate::run::model_file::ImportOptions;
use crate::worker::jobs::share::{self, Written};
use crate::worker::jobs::shipped::BUILT_IN;

/// What to write.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan export --model my-run --onnx faces.onnx
  morphogan export --model my-run --folder faces

A folder holds model.safetensors, model.onnx, model.py (the network in PyTorch, with a function that loads the file) and
README.md, a card that Hugging Face shows.")]
pub struct Arguments {
    /// Model file, run folder or checkpoint; `built-in` is the model that comes with the program
    #[arg(long, value_name = "FILE", default_value = BUILT_IN)]
    model: PathBuf,
    /// The ONNX file to write (opset 17, any batch); `-` is standard output
    #[arg(long, value_name = "OUT.onnx", value_parser = output::file(), required_unless_present = "folder")]
    onnx: Option<PathBuf>,
    /// The folder to write, which is made where there is none
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Writes what was asked for.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    if let Some(onnx) = &arguments.onnx {
        ending::check(onnx, ending::ONNX)?;
    }
    let options = ImportOptions::default();
    output::lend(arguments.json, &[arguments.onnx.as_ref()])?;
    let mut written: Vec<Written> = Vec::new();
    let mut notes = Vec::new();
    if let Some(onnx) = &arguments.onnx {
        let shared = share::export_onnx(&arguments.model, &options, onnx)?;
        written.extend(shared.files);
        notes = shared.notes;
    }
    if let Some(folder) = &arguments.folder {
        let shared = share::export_folder(&arguments.model, &options, folder)?;
        written.extend(shared.files);
        // The same of the same model.
        notes = shared.notes;
    }
    if arguments.json {
        let files = written.iter();
        let files = files.map(|(path, bytes)| json!({"out": output::path(path), "bytes": bytes}));
        output::json(&json!({"files": files.collect::<Vec<_>>(), "notes": notes}));
        return Ok(());
    }
    output::notes(&notes);
    for (path, bytes) in &written {
        let megabytes = *bytes as f64 / 1e6;
        output::line(format_args!("{} ({megabytes:.1} MB)", path.display()));
    }
    Ok(())
}
