//! Scrolls the Models screen up and down while its pictures are drawn.

use std::time::{Duration, Instant};

use egui::{Event, MouseWheelSource, MouseWheelUnit, TouchPhase, pos2, vec2};

use super::{Bench, PACE, PATIENCE, Times, temporary};
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::ui::WindowOptions;
use crate::ui::action::{Action, Screen};
use crate::ui::models::action::ModelsAction;
use crate::worker::bench::write_fresh_model;

/// How long it is scrolled.
const SCROLLED: Duration = Duration::from_secs(12);
/// Frames after which the wheel turns the other way.
const TURN: usize = 90;
/// A frame that takes longer is seen as a stutter.
const LONG: f64 = 33.0;

/// What frames cost.
#[derive(Clone, Copy, Debug)]
pub struct ModelsTrace {
    pub models: usize,
    pub frames: Times,
    /// Frames that are seen as a stutter.
    pub long: usize,
    /// Models whose pictures came meanwhile.
    pub drawn: usize,
}

/// Measures the frames of a list of so many models.
///
/// # Errors
/// Where the models cannot be written, or never stand on the list.
pub fn models(config: &TrainConfig, count: usize) -> Result<ModelsTrace, Notice> {
    let folder = temporary()?;
    let model = folder.path().join("model.safetensors");
    write_fresh_model(config, &model)?;
    let paths: Vec<_> = (0..count)
        .map(|number| folder.path().join(format!("model {number:03}.safetensors")))
        .collect();
    for path in &paths {
        // Each is read by itself, though they lie in one place.
        let linked =
            std::fs::hard_link(&model, path).or_else(|_| std::fs::copy(&model, path).map(drop));
        linked.map_err(|error| {
            Notice::from_error("The models to be shown could not be written.", &error).at(path)
        })?;
    }
    let mut bench = Bench::begin(WindowOptions {
        screen: Some(Screen::Models),
        shelf: Some(folder.path().join("data/shelf.json")),
        ..WindowOptions::default()
    });
    let ctx = bench.ctx.clone();
    bench
        .app
        .apply(Action::Models(ModelsAction::Add(paths)), &ctx);
    bench.wait_for_list(count)?;
    Ok(bench.scroll(count))
}

impl Bench {
    fn wait_for_list(&mut self, count: usize) -> Result<(), Notice> {
        let begun = Instant::now();
        loop {
            self.frame(Vec::new());
            let all = self.app.models.list.all();
            let found = all.iter().filter(|model| model.facts.is_some()).count();
            if found >= count {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                return Err(Notice::error("The models never stood on the list."));
            }
            let _ = self.rings.recv_timeout(PACE);
        }
    }

    fn scroll(&mut self, models: usize) -> ModelsTrace {
        self.frame(vec![Event::PointerMoved(pos2(400.0, 500.0))]);
        let (begun, mut times, mut turns) = (Instant::now(), Vec::new(), 0usize);
        while begun.elapsed() < SCROLLED {
            let way = if (turns / TURN).is_multiple_of(2) {
                -1.0
            } else {
                1.0
            };
            turns += 1;
            let wheel = Event::MouseWheel {
                unit: MouseWheelUnit::Point,
                delta: vec2(0.0, 40.0 * way),
                phase: TouchPhase::Move,
                source: MouseWheelSource::Unknown,
                modifiers: Default::default(),
            };
            let frame = Instant::now();
            self.frame(vec![wheel]);
            times.push(1000.0 * frame.elapsed().as_secs_f64());
            // Whatever rings: a hand turns the wheel at its own pace.
            while frame.elapsed() < PACE {
                let _ = self
                    .rings
                    .recv_timeout(PACE.saturating_sub(frame.elapsed()));
            }
        }
        let long = times.iter().filter(|time| **time > LONG).count();
        ModelsTrace {
            models,
            long,
            drawn: self.app.models.thumbs.count(),
            frames: Times::of(times),
        }
    }
}
