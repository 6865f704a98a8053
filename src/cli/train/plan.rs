//! From the arguments of `train` to what the trainer is asked for: a new run, one that is resumed, or a fork.

#[cfg(unix)]
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::arguments::Arguments;
use crate::config::{Preset, TrainConfig};
use crate::notice::Notice;
use crate::worker::train::{self, CheckpointRef, Plan};

/// What the arguments ask of the trainer.
///
/// # Errors
/// Where they contradict each other, or the run that they begin from.
pub fn plan(arguments: Arguments) -> Result<Plan, Notice> {
    let Arguments { given, config, .. } = arguments;
    match (arguments.resume, arguments.fork) {
        (Some(run), _) => resume(run, &given.0, config),
        (None, Some(fork)) => fork_of(&fork, arguments.preset, &given.0, config),
        (None, None) => {
            let config = match arguments.preset {
                Some(preset) => preset_of(preset, &given.0, config)?,
                None => config,
            };
            match arguments.from {
                Some(model) => from_model(model, &given.0, config),
                None => Ok(Plan::New(config)),
            }
        }
    }
}

fn from_model(model: PathBuf, given: &[String], config: TrainConfig) -> Result<Plan, Notice> {
    let of_model =
        |name: &&String| ["size", "channels", "latent", "width"].contains(&name.as_str());
    match given.iter().find(of_model) {
        Some(name) => Err(Notice::error(format!(
            "--{name} is that of the model with --from; leave it out."
        ))),
        None => Ok(Plan::From { model, config }),
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

fn fork_of(
    fork: &Path,
    preset: Option<Preset>,
    given: &[String],
    config: TrainConfig,
) -> Result<Plan, Notice> {
    let (parent, from) = split_point(fork)?;
    let before = train::settings_at(&parent, from)?;
    // The networks are there already: of a preset counts how they learn.
    let base = preset.map_or(before.clone(), |preset| preset.apply_learning(&before));
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
        let asked = plan(parse("--resume r --steps 9 --json"));
        let run = || PathBuf::from("r");
        let steps = Some(9);
        let data = None;
        assert_eq!(
            asked,
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
        assert_eq!(plan(parse("--resume r --data elsewhere")), Ok(moved));
        assert_eq!(
            plan(parse("--resume r")),
            Ok(Plan::Resume {
                run: run(),
                steps: None,
                data: None
            })
        );
        let refused = plan(parse("--resume r --lr-g 2e-4")).unwrap_err().summary;
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
