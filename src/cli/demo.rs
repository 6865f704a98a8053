//! The main job where there is no display: train for a minute, leave pictures to look at.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{output, training};
use crate::config::TrainConfig;
use crate::export::film::{self, FilmSettings};
use crate::export::layout::FrameStyle;
use crate::latent::animation::{Animation, MotionPath};
use crate::notice::Notice;
use crate::worker::job::Progress;
use crate::worker::jobs::film::{FilmPlan, write_film};
use crate::worker::jobs::model;
use crate::worker::jobs::morph::LatentFrames;
use crate::worker::train::{Event, Outcome};

/// How long it trains, unless `MORPHOGAN_DEMO_SECONDS` says otherwise.
const SECONDS: u64 = 60;

/// Small enough that faces appear within the minute on two cores.
fn config() -> TrainConfig {
    TrainConfig {
        size: 32,
        width: 32,
        batch: 64,
        starter_count: 4000,
        ..TrainConfig::default()
    }
}

/// Trains on starter faces and prints where the wall, the loss plot and the morph lie.
///
/// # Errors
/// Where training or writing fails.
pub fn run() -> Result<(), Notice> {
    output::note(
        "No display found: training in the terminal for a minute instead of opening the window.",
    );
    let time = Duration::from_secs(seconds());
    let mut begin = None;
    let mut folder = None;
    let mut wall = None;
    let ended = training::follow(config(), |event, line| {
        line.show(event);
        match event {
            Event::Started(started) => folder = Some(started.run.clone()),
            Event::Samples { path, .. } => wall = Some(path.clone()),
            Event::Step(_) => {
                begin.get_or_insert_with(Instant::now);
            }
            _ => {}
        }
        begin.is_none_or(|begin| begin.elapsed() < time)
    });
    if let Outcome::Failed(notice) = ended.outcome {
        return Err(notice);
    }
    let (Some(model), Some(folder)) = (ended.model, folder) else {
        return Err(Notice::error(
            "Training was stopped before its first step; nothing was written.",
        ));
    };
    let morph = folder.join("morph.gif");
    write_morph(&model, &morph)?;
    output::line(format_args!("run    {}", folder.display()));
    output::line(format_args!("model  {}", model.display()));
    if let Some(wall) = wall {
        output::line(format_args!("wall   {}", wall.display()));
    }
    output::line(format_args!(
        "losses {}",
        folder.join("losses.png").display()
    ));
    output::line(format_args!("morph  {}", morph.display()));
    Ok(())
}

fn seconds() -> u64 {
    let asked = std::env::var("MORPHOGAN_DEMO_SECONDS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(SECONDS)
}

fn write_morph(model: &Path, out: &Path) -> Result<(), Notice> {
    let model = model::read_model(model)?;
    let space = model.info().latent_space();
    let keys = (1..=4).map(|seed| space.face(seed));
    let way = Animation::evenly(keys, MotionPath::Slerp, true);
    let plan = FilmPlan {
        format: film::of_path(out)?,
        settings: FilmSettings::default(),
        style: FrameStyle {
            scale: 8,
            ..FrameStyle::default()
        },
        out: out.to_owned(),
    };
    let mut frames = LatentFrames::side_by_side(Arc::new(model), vec![way], 100);
    write_film(&mut frames, &plan, &Progress::default())
}
