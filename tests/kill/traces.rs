//! What a run leaves behind, without what a clock said.

use std::path::Path;

use serde_json::Value;

/// A file of a run, in a form that can be compared.
#[derive(PartialEq)]
pub struct Trace {
    pub name: String,
    content: Vec<u8>,
}

/// The model, the checkpoints and all that was measured.
pub fn traces(run: &Path) -> Vec<Trace> {
    let read = |name: &str| std::fs::read(run.join(name)).unwrap_or_default();
    let text = |name: &str| String::from_utf8(read(name)).unwrap();
    let mut all = vec![
        ("model.safetensors".into(), read("model.safetensors")),
        ("metrics.csv".into(), columns(&text("metrics.csv"), 7)),
        ("measures.csv".into(), columns(&text("measures.csv"), 11)),
        (
            "best.safetensors".into(),
            checkpoint(&read("best.safetensors")),
        ),
    ];
    let mut kept: Vec<_> = std::fs::read_dir(run.join("checkpoints"))
        .into_iter()
        .flatten()
        .collect();
    kept.sort_by_key(|entry| entry.as_ref().unwrap().path());
    // Earlier ones may be others: a run that goes on writes one where it begins.
    let newest = kept.pop().map(|entry| entry.unwrap().path());
    let newest = newest.unwrap_or_default();
    let name = newest
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    all.push((
        name,
        checkpoint(&std::fs::read(&newest).unwrap_or_default()),
    ));
    all.into_iter()
        .map(|(name, content)| Trace { name, content })
        .collect()
}

/// The first columns of a table: those behind them are the clock's.
fn columns(text: &str, count: usize) -> Vec<u8> {
    let part = |line: &str| line.split(',').take(count).collect::<Vec<_>>().join(",") + "\n";
    text.lines().map(part).collect::<String>().into_bytes()
}

/// A checkpoint without the seconds of training in its state, without the path of the pictures, which may be
/// written in several ways, and without the checksum, which counts both.
fn checkpoint(bytes: &[u8]) -> Vec<u8> {
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else {
        return Vec::new();
    };
    let (header, data) = rest.split_at(u64::from_le_bytes(*length) as usize);
    let parsed = |text: &Value| -> Value { serde_json::from_str(text.as_str().unwrap()).unwrap() };
    let mut header: Value = serde_json::from_slice(header).unwrap();
    let about = &mut header["__metadata__"];
    about["checksum"] = Value::Null;
    let mut told = parsed(&about["checkpoint"]);
    let mut state = parsed(&told["state"]);
    state["seconds"] = Value::Null;
    let settings = state["settings"].as_str().unwrap().lines();
    let settings: Vec<&str> = settings
        .filter(|line| !line.starts_with("data = "))
        .collect();
    state["settings"] = settings.into();
    told["state"] = state;
    about["checkpoint"] = told;
    // Maps of metadata have no order of their own.
    let mut words: Vec<String> = about
        .as_object()
        .unwrap()
        .iter()
        .map(|entry| format!("{entry:?}"))
        .collect();
    words.sort();
    *about = words.into();
    [header.to_string().as_bytes(), data].concat()
}
