//! `morphogan inspect`: what a path is.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use crate::config::TrainConfig;
use crate::data::{Folder, Source as _};
use crate::notice::Notice;
use crate::run::{CONFIG_FILE, METRICS_FILE, MODEL_FILE};
use crate::worker;

/// What to look at.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Model file, run folder or folder of pictures
    path: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints what was found.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    let found = look(&arguments.path)?;
    if arguments.json {
        println!("{found}");
        return Ok(());
    }
    print_lines(&found, 0);
    Ok(())
}

fn look(path: &Path) -> Result<Value, Notice> {
    if !path.exists() {
        let text = "There is nothing at this path; check its spelling.";
        return Err(Notice::error(text).with_details(path.display().to_string()));
    }
    if path.join(CONFIG_FILE).is_file() && path.join(METRICS_FILE).is_file() {
        return run_folder(path);
    }
    if path.is_dir() {
        let source = Folder::open(path).map_err(|error| {
            Notice::from_error("This is neither a run nor a folder of pictures.", &error)
        })?;
        return Ok(json!({"kind": "pictures", "name": source.name(), "pictures": source.len()}));
    }
    model(path)
}

fn model(path: &Path) -> Result<Value, Notice> {
    let snapshot = worker::read_model(path)?;
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
        let mut notice = Notice::from_error(format!("The run's {what} cannot be read."), error);
        notice.details += &format!("\n{}", path.display());
        notice
    };
    let settings = std::fs::read_to_string(path.join(CONFIG_FILE))
        .map_err(|error| unreadable("settings", &error))?;
    let config: TrainConfig =
        toml::from_str(&settings).map_err(|error| unreadable("settings", &error))?;
    let metrics = std::fs::read_to_string(path.join(METRICS_FILE))
        .map_err(|error| unreadable("measurements", &error))?;
    let file = path.join(MODEL_FILE);
    Ok(json!({
        "kind": "run",
        "steps": metrics.lines().skip(1).count(),
        "last": last_measurements(&metrics),
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
                println!("{:indent$}{name}:", "");
                print_lines(entry, indent + 2);
            }
            Value::Null => {}
            Value::String(text) => println!("{:indent$}{name}: {text}", ""),
            other => println!("{:indent$}{name}: {other}", ""),
        }
    }
}
