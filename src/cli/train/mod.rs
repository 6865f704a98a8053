//! `morphogan train`: a run without a window.

#[cfg(unix)]
use crate::worker::train;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, FromArgMatches};
use serde_json::{Value, json};

use super::terminal::ProgressLine;
use super::{output, tell};
use crate::config::Preset;
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::worker::train::{
    CheckpointRef, Command, Danger, Ended, Event, GuardEvent, Outcome, Plan, Started, StepRecord,
    Trainer,
};

const EXAMPLES: &str = "Examples:
  morphogan train --data photos --size 64 --steps 20000 --run faces
  morphogan train --data photos --preset small-data --guard rollback
  morphogan train --resume faces --steps 40000
  morphogan train --fork faces@best --lr-d 1e-4 --at 25000:lr_g=1e-4";

/// Heading of what a run begins with.
const BEGINNING: &str = "Beginning";

/// Settings of the run and of what it prints.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    given: Given,
    /// The run
    #[command(flatten)]
    pub config: TrainConfig,
    /// Begin from settings that go well together; what else is named here counts more
    #[arg(long, value_enum, conflicts_with_all = ["resume", "fork"], help_heading = BEGINNING)]
    pub preset: Option<Preset>,
    /// Go on with this run from its last checkpoint; --steps may be changed, and --data where its pictures were moved
    #[arg(long, value_name = "RUN", conflicts_with = "fork", help_heading = BEGINNING)]
    pub resume: Option<PathBuf>,
    /// Start a new run from a checkpoint of this one, with its settings and those named here
    #[arg(long, value_name = "RUN[@STEP|@best]", help_heading = BEGINNING)]
    pub fork: Option<PathBuf>,
    /// Print one JSON object a line on standard output, and nothing else
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

/// Names of the arguments that stood on the command line, as opposed to those with defaults.
#[derive(Debug)]
struct Given(Vec<String>);

impl FromArgMatches for Given {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = matches
            .ids()
            // Groups, which clap makes of structs, have no source.
            .filter(|id| matches.try_get_raw(id.as_str()).is_ok())
            .filter(|id| matches.value_source(id.as_str()) == Some(ValueSource::CommandLine));
        Ok(Self(given.map(ToString::to_string).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Given {
    fn augment_args(command: clap::Command) -> clap::Command {
        command
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        command
    }
}

impl Arguments {
    fn plan(self) -> Result<Plan, Notice> {
        match (self.resume, self.fork) {
            (Some(run), _) => resume(run, &self.given.0, self.config),
            (None, Some(fork)) => fork_of(&fork, &self.given.0, self.config),
            (None, None) => Ok(Plan::New(match self.preset {
                Some(preset) => preset_of(preset, &self.given.0, self.config)?,
                None => self.config,
            })),
        }
    }
}

fn resume(run: PathBuf, given: &[String], config: TrainConfig) -> Result<Plan, Notice> {
    let other = |name: &&String| !["steps", "data", "resume", "json"].contains(&name.as_str());
    if let Some(other) = given.iter().find(other) {
        let name = other.replace('_', "-");
        return Err(Notice::error(format!(
            "A run that goes on keeps its settings, so that --{name} has no place here. Use --fork to \
             start a new run with other settings."
        )));
    }
    let is_moved = given.iter().any(|name| name == "data");
    Ok(Plan::Resume {
        run,
        steps: config.steps,
        data: is_moved.then_some(config.data),
    })
}

/// The preset's settings with those that were named.
fn preset_of(preset: Preset, given: &[String], config: TrainConfig) -> Result<TrainConfig, Notice> {
    let base = preset.apply(&config);
    let mixed = overlaid(&base, &config, given)
        .map_err(|error| Notice::from_error("The settings do not fit the preset.", &*error))?;
    Ok(TrainConfig {
        run: config.run,
        ..mixed
    })
}

fn fork_of(fork: &Path, given: &[String], config: TrainConfig) -> Result<Plan, Notice> {
    let (parent, from) = split_point(fork)?;
    let base = train::settings_at(&parent, from)?;
    let mixed = overlaid(&base, &config, given).map_err(|error| {
        Notice::from_error("The settings of both runs cannot be joined.", &*error)
    })?;
    Ok(Plan::Fork {
        parent,
        from,
        config: TrainConfig {
            run: config.run,
            ..mixed
        },
    })
}

/// `RUN`, `RUN@STEP` or `RUN@best`; a path may have an @ of its own.
fn split_point(fork: &Path) -> Result<(PathBuf, CheckpointRef), Notice> {
    // The point is text, whatever the path is.
    let name = fork.file_name().unwrap_or_default().to_string_lossy();
    let Some((run, point)) = name.rsplit_once('@').filter(|_| !fork.exists()) else {
        return Ok((fork.to_owned(), CheckpointRef::Newest));
    };
    let point = match point {
        "best" => CheckpointRef::Best,
        step => CheckpointRef::Step(step.parse().map_err(|_| {
            Notice::error(format!("{step} is no step; write RUN@STEP or RUN@best."))
        })?),
    };
    Ok((
        without_point(fork).unwrap_or_else(|| fork.with_file_name(run)),
        point,
    ))
}

/// What stands before the last `@`, byte by byte.
#[cfg(unix)]
fn without_point(fork: &Path) -> Option<PathBuf> {
    use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
    let bytes = fork.as_os_str().as_bytes();
    let end = bytes.iter().rposition(|byte| *byte == b'@')?;
    Some(OsString::from_vec(bytes.get(..end)?.to_vec()).into())
}

#[cfg(not(unix))]
fn without_point(_: &Path) -> Option<PathBuf> {
    None
}

/// `base` with the `given` settings of `config`.
fn overlaid(
    base: &TrainConfig,
    config: &TrainConfig,
    given: &[String],
) -> Result<TrainConfig, Box<dyn std::error::Error>> {
    let mut all = toml::Table::try_from(base)?;
    for (name, value) in toml::Table::try_from(config)? {
        if given.contains(&name) {
            all.insert(name, value);
        }
    }
    // Of the two ways to end, the one that was named.
    for (named, other) in [("steps", "epochs"), ("epochs", "steps")] {
        if given.iter().any(|name| name == named) {
            all.remove(other);
        }
    }
    Ok(all.try_into()?)
}

/// Trains until the end or Ctrl-C.
pub fn run(arguments: Arguments) -> Result<(), Notice> {
    let json = arguments.json;
    let ended = follow(arguments.plan()?, |event, line| {
        if json {
            as_json(event).iter().for_each(output::json);
            return output::is_open();
        }
        line.show(event);
        true
    });
    match ended.outcome {
        Outcome::Failed(notice) => Err(notice),
        _ => Ok(()),
    }
}

/// Runs a training to its end; `show` gets each event and says whether to go on. Ctrl-C stops
/// cleanly and saves; a second one leaves at once.
pub(super) fn follow(
    plan: impl Into<Plan>,
    mut show: impl FnMut(&Event, &mut ProgressLine) -> bool,
) -> Ended {
    let interrupted = Arc::new(AtomicBool::new(false));
    let shared = Arc::clone(&interrupted);
    // The handler can be set once a process; a second run in it keeps the first one.
    let _ = ctrlc::set_handler(move || {
        if shared.swap(true, Ordering::AcqRel) {
            std::process::exit(130);
        }
    });
    let trainer = Trainer::start(plan, || {});
    let mut line = ProgressLine::default();
    let mut stopping = false;
    loop {
        let event = trainer.event_within(std::time::Duration::from_millis(100));
        if let Some(event) = event.map(|event| event.worded(Notice::in_terminal)) {
            let go_on = show(&event, &mut line);
            if let Event::Ended(ended) = event {
                return ended;
            }
            if !go_on {
                interrupted.store(true, Ordering::Release);
            }
        }
        if !stopping && interrupted.load(Ordering::Acquire) {
            stopping = true;
            trainer.send(Command::Stop);
        }
    }
}

/// The line of an event; `None` for those that are no part of the format.
fn as_json(event: &Event) -> Option<Value> {
    Some(match event {
        Event::Started(started) => started_json(started),
        Event::Step(record) => step_json(record),
        Event::Live(live) => {
            let mut object = json!({"event": "live"});
            let used = serde_json::to_value(live).unwrap_or_default();
            if let (Value::Object(object), Value::Object(used)) = (&mut object, used) {
                object.extend(used);
            }
            object
        }
        Event::Samples { step, path, .. } => {
            json!({"event": "samples", "step": step, "path": output::path(path)})
        }
        Event::Evaluated(measured) => {
            let mut object = json!({"event": "measured"});
            if let (Value::Object(object), Value::Object(found)) =
                (&mut object, super::measure::as_json(measured))
            {
                object.extend(found);
            }
            object
        }
        Event::Guard(word) => guard_json(word),
        Event::Saved { step, path } => {
            json!({"event": "saved", "step": step, "path": output::path(path)})
        }
        Event::Notice(notice) => {
            // Warnings are for people: they go where people look.
            tell(notice);
            return None;
        }
        Event::Ended(ended) => json!({
            "event": "ended",
            "outcome": ended.outcome.name(),
            "model": ended.model.as_ref().map(output::path),
        }),
        Event::Marked(mark) => {
            let mut object = serde_json::to_value(mark).unwrap_or_default();
            if let Some(object) = object.as_object_mut() {
                let what = object.insert("event".into(), "mark".into());
                object.insert("mark".into(), what.unwrap_or_default());
            }
            object
        }
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
        | Event::Earlier(_)
        | Event::Half(_)
        | Event::Pinned(_) => return None,
    })
}

fn started_json(started: &Started) -> Value {
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
        "loss_d": record.loss_d,
        "loss_g": record.loss_g,
        "d_real": record.d_real,
        "d_fake": record.d_fake,
        "d_fake_after": record.d_fake_after,
        "images_per_s": record.images_per_s,
    });
    if let Some(health) = record.health {
        object["grad_norm_g"] = health.grad_norm_g.into();
        object["grad_norm_d"] = health.grad_norm_d.into();
        object["dead_g"] = health.dead_g.into();
        object["negative_d"] = health.negative_d.into();
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[derive(clap::Parser)]
    struct Alone {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn parse(text: &str) -> Arguments {
        Alone::parse_from(["train"].into_iter().chain(text.split_whitespace())).arguments
    }

    #[test]
    fn a_fork_takes_what_was_named_and_the_rest_from_its_parent() {
        let parent = parse("--width 8 --lr-g 1e-3 --epochs 3 --mirror --crop top").config;
        let given = parse("--width 64 --lr-d 3e-4 --steps 9 --at 5:lr_g=1e-4");
        let mixed = overlaid(&parent, &given.config, &given.given.0).unwrap();
        assert_eq!(
            (mixed.width, mixed.live.lr_g, mixed.live.lr_d),
            (64, 1e-3, 3e-4)
        );
        assert_eq!((mixed.steps, mixed.epochs), (Some(9), None));
        assert_eq!(mixed.prepare, parent.prepare);
        assert_eq!(mixed.keep.changes.len(), 1);
    }

    #[test]
    fn a_run_that_goes_on_keeps_its_settings() {
        let plan = parse("--resume r --steps 9 --json").plan();
        let run = || PathBuf::from("r");
        let steps = Some(9);
        let data = None;
        assert_eq!(
            plan,
            Ok(Plan::Resume {
                run: run(),
                steps,
                data
            })
        );
        let moved = Plan::Resume {
            run: run(),
            steps: None,
            data: Some("elsewhere".to_owned().into()),
        };
        assert_eq!(parse("--resume r --data elsewhere").plan(), Ok(moved));
        assert_eq!(
            parse("--resume r").plan(),
            Ok(Plan::Resume {
                run: run(),
                steps: None,
                data: None
            })
        );
        let refused = parse("--resume r --lr-g 2e-4").plan().unwrap_err().summary;
        assert!(
            refused.contains("--lr-g") && refused.contains("--fork"),
            "{refused}"
        );
    }

    #[test]
    fn a_point_of_a_run_is_understood() {
        let split = |text: &str| split_point(Path::new(text));
        assert_eq!(split("a/b"), Ok(("a/b".into(), CheckpointRef::Newest)));
        assert_eq!(
            split("a@x/b@120"),
            Ok(("a@x/b".into(), CheckpointRef::Step(120)))
        );
        assert_eq!(split("b@best"), Ok(("b".into(), CheckpointRef::Best)));
        assert!(split("b@soon").unwrap_err().summary.contains("RUN@STEP"));
    }
}
