//! `morphogan inspect`: what a path is.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use crate::atomic_file;
use crate::data;
use crate::export::ending;
use crate::notice::Notice;
use crate::run::{self, CONFIG_FILE, METRICS_FILE, MODEL_FILE};
use crate::worker;

/// What to look at.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Model file, run folder or folder of pictures
    path: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write a page about a run: settings, curves, sample walls and events in one HTML file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Prints what was found.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    if let Some(out) = &arguments.html {
        ending::check(out, ending::HTML)?;
        return write_page(&arguments.path, out);
    }
    let found = look(&arguments.path)?;
    if arguments.json {
        println!("{found}");
        return Ok(());
    }
    print_lines(&found, 0);
    Ok(())
}

fn write_page(root: &Path, out: &Path) -> Result<(), Notice> {
    let page = run::html(root)
        .map_err(|error| Notice::from_error("No page can be made: name a run folder.", &error))?;
    atomic_file::write_bytes(out, page.as_bytes()).map_err(|error| {
        let text = "The page was not written. Check the folder and its free space.";
        let mut notice = Notice::from_error(text, &error);
        notice.details += &format!("\n{}", out.display());
        notice
    })?;
    println!("{}", out.display());
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
        let source = data::open_path(path).map_err(|error| {
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
    let config = run::read_settings(path).map_err(|error| unreadable("settings", &error))?;
    let metrics = std::fs::read_to_string(path.join(METRICS_FILE))
        .map_err(|error| unreadable("measurements", &error))?;
    let file = path.join(MODEL_FILE);
    let store = run::Store::new(path);
    let checkpoints: Vec<u64> = store.list().iter().map(|stored| stored.step).collect();
    let standing = run::summarise(path).map(|run| format!("{:?}", run.standing).to_lowercase());
    Ok(json!({
        "kind": "run",
        "standing": standing,
        "steps": metrics.lines().skip(1).count(),
        "last": last_measurements(&metrics),
        "checkpoints": checkpoints,
        "checkpoint_bytes": store.bytes(),
        "parent": run::marks::parent(path).map(|(run, step)| json!({"run": run, "step": step})),
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
