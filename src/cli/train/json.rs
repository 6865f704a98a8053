//! `train --json`: events as lines of JSON.

use serde_json::{Value, json};

use crate::cli::{measure, output};
use crate::run::{RunEvent, SERIES, StepRecord};
use crate::worker::train::{Danger, Event, GuardEvent, RunStart};

/// The line of an event; `None` for those that are no part of the format.
pub fn line(event: &Event) -> Option<Value> {
    Some(match event {
        Event::Started(started) => started_json(started),
        Event::Step(record) => step_json(record),
        Event::Live(live) => event_with("live", serde_json::to_value(live).unwrap_or_default()),
        Event::Samples { step, path, .. } => {
            json!({"event": "samples", "step": step, "path": output::path(path)})
        }
        Event::Evaluated(measured) => event_with("measured", measure::as_json(measured)),
        Event::Guard(word) => guard_json(word),
        Event::Saved { step, path } => {
            json!({"event": "saved", "step": step, "path": output::path(path)})
        }
        Event::Notice(notice) => {
            // Warnings are for people: they go where people look.
            output::tell(notice);
            return None;
        }
        Event::Ended(ended) => json!({
            "event": "ended",
            "outcome": ended.outcome.name(),
            "model": ended.model.as_ref().map(output::path),
        }),
        Event::Marked(mark) => mark_json(mark),
        Event::Checkpoint(kept) => json!({
            "event": "checkpoint",
            "step": kept.step,
            "path": output::path(&kept.path),
            "best": kept.best,
            "bytes": kept.bytes,
            "most_bytes": kept.most_bytes,
        }),
        Event::Preparing(_)
        | Event::Paused(_)
        | Event::History(_)
        | Event::Half(_)
        | Event::Pinned(_) => return None,
    })
}

/// An event called `name` with these fields.
fn event_with(name: &str, fields: Value) -> Value {
    let mut object = json!({"event": name});
    if let (Value::Object(object), Value::Object(fields)) = (&mut object, fields) {
        object.extend(fields);
    }
    object
}

/// What a mark calls its event stands under `mark` here.
fn mark_json(mark: &RunEvent) -> Value {
    let mut object = serde_json::to_value(mark).unwrap_or_default();
    if let Some(object) = object.as_object_mut() {
        let what = object.insert("event".into(), "mark".into());
        object.insert("mark".into(), what.unwrap_or_default());
    }
    object
}

fn started_json(started: &RunStart) -> Value {
    let mut config = serde_json::to_value(&started.config).unwrap_or_default();
    config["data"] = started.config.data.to_string().into();
    json!({
        "event": "started",
        "run": output::path(&started.run),
        "device": started.device,
        "data": started.data,
        "pictures": started.pictures,
        "total_steps": started.total_steps,
        "parameters_g": started.parameters.0,
        "parameters_d": started.parameters.1,
        "config": config,
        "resumed": started.resumed,
    })
}

fn guard_json(word: &GuardEvent) -> Value {
    let name = |danger: &Danger| match danger {
        Danger::Alike => "alike",
        Danger::Far => "far",
        Danger::Certain => "certain",
        Danger::Copies => "copies",
        Danger::NotANumber => "not-a-number",
    };
    match word {
        GuardEvent::Alarm(alarm) => json!({
            "event": "alarm",
            "danger": name(&alarm.danger),
            "step": alarm.step,
            "since": alarm.since,
            "why": alarm.why,
        }),
        GuardEvent::Over { danger, step } => {
            json!({"event": "alarm-over", "danger": name(danger), "step": step})
        }
    }
}

fn step_json(record: &StepRecord) -> Value {
    let mut object = json!({
        "event": "step",
        "step": record.step,
        "images": record.images,
    });
    for series in &SERIES {
        if let Some(value) = (series.value)(record) {
            object[series.name] = value.into();
        }
    }
    object
}
