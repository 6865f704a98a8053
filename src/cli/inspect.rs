//! `morphogan inspect`: what a path is.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::output;
use crate::export::ending;
use crate::notice::Notice;
use crate::run::{self, CONFIG_FILE, METRICS_FILE, MODEL_FILE};
use crate::worker::jobs::model;
use crate::worker::jobs::shipped::name_in;
use crate::{atomic_file, data, regular_file};

/// Longer measurements are none of a run: some ten million steps.
const LONGEST: u64 = 1 << 30;

/// What to look at.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  morphogan inspect my-run
  morphogan inspect my-run --html my-run.html
  morphogan inspect model.safetensors --json")]
pub struct Arguments {
    /// Model file, run folder or folder of pictures; `built-in` is the model that comes with the program
    path: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write a page about a run: settings, curves, sample walls and events in one HTML file; `-` is
    /// standard output
    #[arg(long, value_name = "FILE", value_parser = output::file())]
    html: Option<PathBuf>,
}

/// Prints what was found.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    output::lend(arguments.json, &[arguments.html.as_ref()])?;
    if let Some(out) = &arguments.html {
        ending::check(out, ending::HTML)?;
        return write_page(arguments, out);
    }
    let found = look(&arguments.path)?;
    if arguments.json {
        output::json(&found);
        return Ok(());
    }
    print_lines(&found, 0);
    Ok(())
}

fn write_page(arguments: &Arguments, out: &Path) -> Result<(), Notice> {
    let page = run::html(&arguments.path)
        .map_err(|error| Notice::from_error("No page can be made: name a run folder.", &error))?;
    atomic_file::write_bytes(out, page.as_bytes())
        .map_err(|error| output::not_written("The page", &error, out))?;
    if arguments.json {
        output::json(&json!({"out": output::path(out)}))
    } else {
        output::line(out.display())
    }
    Ok(())
}

fn look(path: &Path) -> Result<Value, Notice> {
    if name_in(path).is_some() {
        return model(path);
    }
    if !path.exists() {
        let text = "There is nothing at this path; check its spelling.";
        return Err(Notice::error(text).with_details(path.display().to_string()));
    }
    if path.join(CONFIG_FILE).is_file() && path.join(METRICS_FILE).is_file() {
        return run_folder(path);
    }
    if path.is_dir() {
        let source = data::open_path(path).map_err(|error| {
            Notice::from_error("This is neither a run nor a folder of pictures.", &error)
        })?;
        return Ok(json!({"kind": "pictures", "name": source.name(), "pictures": source.len()}));
    }
    model(path)
}

fn model(path: &Path) -> Result<Value, Notice> {
    let snapshot = model::read_model(path)?;
    let mut found = json!({"kind": "model"});
    let info = serde_json::to_value(snapshot.info()).unwrap_or_default();
    if let (Some(found), Value::Object(info)) = (found.as_object_mut(), info) {
        found.extend(info);
        let parameters = snapshot.generator().parameter_count();
        found.insert("parameters".into(), parameters.into());
    }
    Ok(found)
}

fn run_folder(path: &Path) -> Result<Value, Notice> {
    let unreadable = |what: &str, error: &(dyn std::error::Error + 'static)| {
        Notice::from_error(format!("The run's {what} cannot be read."), error).at(path)
    };
    let config = run::read_settings(path).map_err(|error| unreadable("settings", &error))?;
    let metrics = regular_file::read_to_string(&path.join(METRICS_FILE), LONGEST)
        .map_err(|error| unreadable("measurements", &error))?;
    let file = path.join(MODEL_FILE);
    let store = run::CheckpointStore::new(path);
    let checkpoints: Vec<u64> = store.list().iter().map(|stored| stored.step).collect();
    let standing = run::summarise(path).map(|run| format!("{:?}", run.status).to_lowercase());
    Ok(json!({
        "kind": "run",
        "standing": standing,
        "steps": metrics.lines().skip(1).count(),
        "last": last_measurements(&metrics),
        "checkpoints": checkpoints,
        "checkpoint_bytes": store.bytes(),
        "parent": run::events::parent(path).map(|(run, step)| json!({"run": output::path(run), "step": step})),
        "model": file.is_file().then(|| model(&file)).transpose()?,
        "config": config,
    }))
}

/// Names and values of the last line.
fn last_measurements(metrics: &str) -> Value {
    let header = metrics.lines().next().unwrap_or_default();
    let Some(last) = metrics.lines().skip(1).last() else {
        return Value::Null;
    };
    let number = |text: &str| text.parse::<f64>().map_or(Value::Null, Value::from);
    let pairs = header.split(',').zip(last.split(','));
    pairs
        .map(|(name, value)| (name.to_owned(), number(value)))
        .collect()
}

fn print_lines(value: &Value, indent: usize) {
    let Value::Object(entries) = value else {
        return;
    };
    for (name, entry) in entries {
        let name = name.replace('_', " ");
        match entry {
            Value::Object(_) => {
                output::line(format_args!("{:indent$}{name}:", ""));
                print_lines(entry, indent + 2);
            }
            Value::Null => {}
            Value::String(text) => output::line(format_args!("{:indent$}{name}: {text}", "")),
            other => output::line(format_args!("{:indent$}{name}: {other}", "")),
        }
    }
}
