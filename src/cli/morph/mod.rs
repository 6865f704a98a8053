//! `morphogan morph`: an animation from face to face.

mod arguments;
mod faces;

use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::{job, output};
use crate::export::film::{self, FilmFormat, FilmSettings};
use crate::export::layout::usual_scale;
use crate::notice::Notice;
use crate::worker::jobs::animation::read_animation;
use crate::worker::jobs::film::{FilmPlan, FrameSource, write_film};
use crate::worker::jobs::model;
use crate::worker::jobs::morph::{LatentFrames, frame_style};
use crate::worker::jobs::timelapse::{Timelapse, TimelapsePlan};

pub use arguments::Arguments;

/// Pictures in all, unless somebody asks for others.
const FRAMES: usize = 60;

/// Draws and writes the film.
pub fn run(arguments: &Arguments) -> Result<(), Notice> {
    let plan = plan(arguments)?;
    plan.check_name()?;
    if let Some(run) = &arguments.faces.timelapse {
        output::lend(arguments.json, &[Some(&arguments.out)])?;
        let source = Timelapse::open(timelapse(arguments, run))?;
        return write(Box::new(source), plan, arguments);
    }
    if let Some(path) = &arguments.faces.keys {
        return animation(arguments, plan, path);
    }
    let frames = arguments.time.frames().unwrap_or(FRAMES);
    faces::check(arguments, frames)?;
    output::lend(arguments.json, &[Some(&arguments.out)])?;
    let model = model::read_model(&arguments.model)?;
    let source = faces::source(arguments, model, frames)?;
    write(Box::new(source), plan, arguments)
}

/// Writes an animation that was saved; it may have been made with another model, which is told.
fn animation(arguments: &Arguments, mut plan: FilmPlan, path: &Path) -> Result<(), Notice> {
    output::lend(arguments.json, &[Some(&arguments.out)])?;
    let file = read_animation(path)?;
    let model = model::read_model(&arguments.model)?;
    let animation = faces::fitting(file, &model, arguments, path)?;
    plan.settings.fps = animation.fps;
    plan.settings.repeat &= animation.closed;
    plan.style = frame_style(&animation.framing, plan.style.scale, plan.style.filter);
    let frames = 0..animation.frames();
    let source = LatentFrames::of(Arc::new(model), animation, frames);
    write(Box::new(source), plan, arguments)
}

/// Writes the frames of `source` with a bar, and says so.
fn write(
    mut source: Box<dyn FrameSource>,
    mut plan: FilmPlan,
    arguments: &Arguments,
) -> Result<(), Notice> {
    if arguments.style.scale.is_none() {
        // As in the window.
        let columns = plan.style.columns.min(source.tiles()).max(1);
        let rows = source.tiles().div_ceil(columns);
        plan.style.scale = usual_scale(source.tile_size().0, columns.max(rows));
    }
    let frames = source.frames();
    let (width, height) = plan.size(&*source);
    let (out, format) = (plan.out.clone(), plan.format.id());
    job::count(frames, "frames", move |progress| {
        write_film(&mut *source, &plan, progress)
    })?;
    if arguments.json {
        let out = output::path(&out);
        output::json(&json!({
            "frames": frames, "width": width, "height": height, "format": format, "out": out
        }));
    } else {
        output::line(format_args!("{frames} frames: {}", out.display()));
    }
    Ok(())
}

fn plan(arguments: &Arguments) -> Result<FilmPlan, Notice> {
    let Arguments {
        format: asked,
        style,
        time,
        ..
    } = arguments;
    Ok(FilmPlan {
        format: format(arguments)?,
        settings: FilmSettings {
            fps: time.fps,
            repeat: !asked.once,
            palette: asked.palette,
            dither: asked.dither,
            quality: asked.quality,
        },
        style: style.frame(),
        out: arguments.out.clone(),
    })
}

fn timelapse(arguments: &Arguments, run: &Path) -> TimelapsePlan {
    let style = &arguments.style;
    let caption = style.caption.as_deref();
    TimelapsePlan {
        run: run.to_owned(),
        faces: style.grid.map_or(1, |grid| grid.columns * grid.rows),
        frames: arguments.time.frames(),
        caption: caption.unwrap_or("step {step}").to_owned(),
        losses: arguments.faces.losses.then_some(style.ground()),
    }
}

/// The one that was asked for, or the one that the name of the file promises.
fn format(arguments: &Arguments) -> Result<&'static dyn FilmFormat, Notice> {
    match &arguments.format.format {
        // clap lets through no other.
        Some(id) => film::named(id).ok_or_else(|| Notice::error("There is no such format.")),
        None => film::of_path(&arguments.out),
    }
}
