//! Readers of models, checkpoints, run folders, and of what a person keeps.

use morphogan::worker::Waker;
use morphogan::worker::jobs::model;
use morphogan::worker::jobs::shelf;
use morphogan::worker::train;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser as _;
use morphogan::cli;
use morphogan::config::TrainConfig;
use morphogan::latent::{Latent, noise, saved};
use morphogan::notice::Notice;
use morphogan::run;
use morphogan::run::model_file::Kernels;
use morphogan::run::{Checkpoint, EvalLog, MEASURES_FILE, RunHistory, events, model_file, samples};
use morphogan::worker::Job;
use morphogan::worker::train::{CheckpointRef, Event, Outcome, Plan, Trainer};

use super::mutate::Mutator;
use super::sources::put;
use super::{Answer, Reader, make};

/// What is said of a panic that was caught.
const BUG: &str = "report this as a bug";
/// More than anything here takes.
const PATIENCE: Duration = Duration::from_secs(15);
const STEPS: u64 = 4;
const MODEL: &str = "model.safetensors";
const CHECKPOINT: &str = "checkpoints/step-0000004.safetensors";
/// What measuring takes too long for here.
const MEASURES: &str = "step,ms_ssim,ms_ssim_data,swd,swd_data,swd_128,swd_64,swd_32,swd_16,seconds\n\
                        2,0.9,0.2,250.5,8,,,260,241,0.1\n4,0.8,0.2,150,8,,,160,141,0.1\n";
const PINNED: &str = "pinned.json";
const TEXTS: [&str; 5] = [
    "config.toml",
    "events.jsonl",
    "metrics.csv",
    "measures.csv",
    PINNED,
];

/// The files of a small run, by their names in its folder.
struct Run(Vec<(String, Vec<u8>)>);

impl Run {
    /// Trains one in `folder`.
    fn new(folder: &Path) -> Self {
        let config = TrainConfig {
            size: 32,
            width: 1,
            latent: 4,
            batch: 4,
            starter_count: 64,
            steps: Some(STEPS),
            measure_every: Some(0),
            threads: Some(1),
            run: Some(folder.to_owned()),
            ..TrainConfig::default()
        };
        assert!(matches!(ended(Plan::New(config)), Outcome::Completed));
        samples::pin(folder, 2, &[noise::face(1, 4)]).unwrap();
        put(folder, MEASURES_FILE, MEASURES.as_bytes());
        let mut files = Vec::new();
        for part in ["", "checkpoints", "samples"] {
            for entry in std::fs::read_dir(folder.join(part)).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    let name = path
                        .strip_prefix(folder)
                        .unwrap()
                        .to_string_lossy()
                        .into_owned();
                    files.push((name, std::fs::read(&path).unwrap()));
                }
            }
        }
        Self(files)
    }

    fn file(&self, name: &str) -> &[u8] {
        let mut files = self.0.iter();
        &files
            .find(|(found, _)| found == name)
            .unwrap_or_else(|| panic!("no {name}"))
            .1
    }

    /// All files again, but for the one called `name`.
    fn put(&self, folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
        let root = folder.join("run");
        for (other, whole) in &self.0 {
            put(&root, other, if other == name { bytes } else { whole });
        }
        root
    }
}

pub fn readers(folder: &Path) -> Vec<Reader> {
    let run: &'static Run = Box::leak(Box::new(Run::new(&folder.join("whole"))));
    let mut all = vec![
        Reader::new("model", |folder, mutator| {
            model(folder, &mutator.change(run.file(MODEL)))
        }),
        Reader::new("model's header", |folder, mutator| {
            let (header, data) = make::parted(run.file(MODEL));
            model(folder, &make::joined(&mutator.change(&header), &data))
        }),
        Reader::new("model's description", |folder, mutator| {
            let changed = change_text(mutator, &make::metadata(run.file(MODEL), "morphogan"));
            model(
                folder,
                &make::with_metadata(run.file(MODEL), "morphogan", &changed),
            )
        }),
        Reader::new("checkpoint", |folder, mutator| {
            let changed = mutator.change(run.file(CHECKPOINT));
            let heal = mutator.below(3) > 0;
            let changed = match heal {
                true => make::healed_checkpoint(changed),
                false => changed,
            };
            checkpoint(run, folder, changed, mutator)
        }),
        Reader::new("checkpoint's header", |folder, mutator| {
            let (header, data) = make::parted(run.file(CHECKPOINT));
            let changed = make::joined(&mutator.change(&header), &data);
            checkpoint(run, folder, make::healed_checkpoint(changed), mutator)
        }),
        Reader::new("checkpoint's state", |folder, mutator| {
            let whole = run.file(CHECKPOINT);
            let changed = change_text(mutator, &make::metadata(whole, "checkpoint"));
            let changed = make::with_metadata(whole, "checkpoint", &changed);
            checkpoint(run, folder, make::healed_checkpoint(changed), mutator)
        }),
        Reader::new("latents", latents),
        Reader::new("shelf", shelf),
        Reader::new("wall of a run", |folder, mutator| {
            let (name, whole) = run
                .0
                .iter()
                .find(|(name, _)| name.starts_with("samples/"))
                .unwrap();
            let root = run.put(folder, name, &mutator.change(whole));
            look(&root);
            Answer::all([samples::nearest(&root, 3).is_ok()])
        }),
    ];
    all.extend(TEXTS.map(|name| {
        Reader::new(name, move |folder, mutator| {
            let root = run.put(folder, name, &mutator.change(run.file(name)));
            look(&root);
            go_on(&root, mutator)
        })
    }));
    all
}

/// A text with changes is a text.
fn change_text(mutator: &mut Mutator, text: &str) -> String {
    String::from_utf8_lossy(&mutator.change(text.as_bytes())).into_owned()
}

/// Opens a model and draws with it, in every way that there is.
fn model(folder: &Path, bytes: &[u8]) -> Answer {
    let path = put(folder, MODEL, bytes);
    let _ = model_file::directions(&path);
    let converted = model::convert_model(&path, &folder.join("half.safetensors"), Kernels::Half);
    let snapshot = match model::read_model(&path) {
        Ok(snapshot) => snapshot,
        Err(_) => return Answer::Refused,
    };
    let face = noise::face(1, snapshot.info().latent);
    let drawn = snapshot.draw(std::slice::from_ref(&face)).is_ok();
    let now = snapshot
        .draw_now(&face)
        .and_then(|_| snapshot.draw_now(&face))
        .is_ok();
    let told = snapshot.realness(&face).is_ok() && snapshot.fingerprint().is_ok();
    Answer::all([converted.is_ok(), drawn, now, told])
}

/// Reads a checkpoint by itself and as a model, and goes on from it.
fn checkpoint(run: &Run, folder: &Path, bytes: Vec<u8>, mutator: &mut Mutator) -> Answer {
    let root = run.put(folder, CHECKPOINT, &bytes);
    let path = root.join(CHECKPOINT);
    let read = Checkpoint::read(&path);
    let _ = read
        .as_ref()
        .map(|read| read.raw_generator(&candle_core::Device::Cpu).is_ok());
    let _ = model::read_model(&path).is_ok();
    // What it says about a large network may be true: that is no matter of reading.
    match train::settings_at(&root, CheckpointRef::Newest) {
        Ok(config) if is_small(&config) => go_on(&root, mutator),
        Ok(_) => Answer::Read,
        Err(_) => Answer::Refused,
    }
}

/// All that is told about a run.
fn look(root: &Path) {
    let _ = run::read_settings(root).map(|config| config.validate().is_ok());
    let _ = (
        run::summarise(root),
        run::html(root).is_ok(),
        events::parent(root),
    );
    let _ = (
        RunHistory::read(root),
        RunHistory::read_lineage(root),
        EvalLog::of(root).read(),
    );
    let _ = run::list(root.parent().unwrap_or(root), &|| true);
    let root = root.to_string_lossy();
    let _ = command(&["inspect", &root, "--json"]);
}

/// Goes on with a run for a step; not each time, because that takes as long as a hundred files.
fn go_on(root: &Path, mutator: &mut Mutator) -> Answer {
    match run::read_settings(root) {
        Ok(config) if is_small(&config) && mutator.below(12) == 0 => {}
        Ok(_) => return Answer::Read,
        Err(_) => return Answer::Refused,
    }
    match ended(Plan::Resume {
        run: root.to_owned(),
        steps: Some(STEPS + 1),
        data: None,
    }) {
        Outcome::Failed(notice) => refusal(&notice),
        _ => Answer::Read,
    }
}

/// Whether a step is quick.
fn is_small(config: &TrainConfig) -> bool {
    let sizes = [
        config.width,
        config.latent,
        config.batch,
        config.live.d_steps as usize,
        config.threads.unwrap_or(9),
    ];
    config.size == 32 && config.starter_count <= 64 && sizes.iter().all(|&size| size <= 8)
}

fn refusal(notice: &Notice) -> Answer {
    match notice.summary.contains(BUG) {
        true => Answer::Wrong(notice.to_string()),
        false => Answer::Refused,
    }
}

/// How a run ends.
fn ended(plan: Plan) -> Outcome {
    let trainer = Trainer::start(plan, Waker::none());
    loop {
        match trainer.event_within(PATIENCE) {
            Some(Event::Ended(ended)) => return ended.outcome,
            Some(_) => {}
            None => panic!("the run said nothing for {PATIENCE:?}"),
        }
    }
}

/// What the command line does, in this process.
fn command(arguments: &[&str]) -> Result<(), Notice> {
    let arguments = cli::Arguments::try_parse_from(["morphogan"].iter().chain(arguments));
    cli::run(arguments.unwrap())
}

fn latents(folder: &Path, mutator: &mut Mutator) -> Answer {
    let faces: Vec<Latent> = (0..2).map(|seed| noise::face(seed, 4)).collect();
    let text = serde_json::to_string(&faces).unwrap();
    let path = put(folder, "z.json", &mutator.change(text.as_bytes()));
    let model = super::scratch().join("whole").join(MODEL);
    let out = folder.join("a.png");
    let [path, model, out] = [&path, &model, &out].map(|path| path.to_str().unwrap());
    let drawn = command(&[
        "sample",
        "--model",
        model,
        "--latents",
        path,
        "--out",
        out,
        "--rows",
        "1",
        "--cols",
        "2",
    ]);
    drawn.map_or_else(|notice| refusal(&notice), |()| Answer::Read)
}

/// Faces that were exported, and the shelf that is kept from start to start.
fn shelf(folder: &Path, mutator: &mut Mutator) -> Answer {
    let face = |seed: u64| saved::SavedFace {
        name: format!("face {seed}"),
        latent: noise::face(seed, 4),
        model: "a".into(),
        fingerprint: "ab12".into(),
    };
    let text = saved::to_json(&[face(1), face(2)]).unwrap();
    let changed = mutator.change(text.as_bytes());
    let path = put(folder, "shelf.json", &changed);
    let read = wait_for(&shelf::import_faces(path.clone(), Waker::none()));
    let kept = shelf::open_shelf(path, Waker::none());
    wait(|| kept.take());
    read.map_or_else(|notice| refusal(&notice), |_| Answer::Read)
}

fn wait_for<T: Send + 'static>(job: &Job<T>) -> Result<T, Notice> {
    wait(|| job.poll())
}

fn wait<T>(mut done: impl FnMut() -> Option<T>) -> T {
    loop {
        if let Some(done) = done() {
            return done;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}
