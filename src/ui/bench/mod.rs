//! `morphogan bench explore`, `animate`, `drag` and `models`: the real window's contents without a window, followed to the frame
//! that shows what was asked for. What the graphics card and the screen add is not in it.

mod drag;
mod models;
mod play;
mod pull;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use egui::{Context, Event, FullOutput, Pos2, RawInput, Rect, vec2};

use tempfile::TempDir;

use super::explore::trace::Trace;
use super::{App, WindowOptions};
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::statistics::percentile;
use crate::ui::action::{Action, Screen};
use crate::ui::explore::explorer::PendingModel;
use crate::ui::train::action::TrainAction;
use crate::worker::{Latest, bench};

/// Tall enough for eight strips.
const SIZE: egui::Vec2 = vec2(1280.0, 920.0);
/// A hand moves a slider about this often.
const PACE: Duration = Duration::from_millis(16);
/// How long to wait for a model, directions and faces.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long inputs take to the screen, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub p50_ms: f64,
    /// 95 of 100 are faster.
    pub p95_ms: f64,
    pub worst_ms: f64,
    /// How many were measured.
    pub count: usize,
}

impl Times {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |percent| percentile(&times, percent).unwrap_or(f64::NAN);
        Self {
            p50_ms: at(50),
            p95_ms: at(95),
            worst_ms: at(100),
            count: times.len(),
        }
    }
}

pub use drag::{DragLatency, drag};
pub use models::{ModelsTrace, models};
pub use play::{PlayTrace, play};
pub use pull::pull;

fn temporary() -> Result<TempDir, Notice> {
    tempfile::tempdir()
        .map_err(|error| Notice::from_error("No temporary folder can be made.", &error))
}

struct Bench {
    ctx: Context,
    app: App,
    rings: Receiver<()>,
    /// When the window wants to be drawn again, from the last frame on.
    due: Arc<Latest<Duration>>,
    begun: Instant,
}

impl Bench {
    /// On a screen, with a run where one is wanted, else with fresh weights.
    fn new(config: &TrainConfig, folder: &Path, (screen, while_training): (Screen, bool)) -> Self {
        let options = WindowOptions {
            config: TrainConfig {
                run: Some(folder.join("run")),
                steps: None,
                epochs: None,
                ..config.clone()
            },
            screen: Some(screen),
            ..WindowOptions::default()
        };
        let mut bench = Self::begin(options);
        let (app, ctx) = (&mut bench.app, &bench.ctx);
        if while_training {
            app.apply(Action::Train(TrainAction::Start), ctx);
        } else {
            app.explore.opening = Some(PendingModel {
                path: None,
                name: "fresh weights".into(),
                job: bench::fresh_model(config.clone()),
            });
        }
        bench
    }

    fn begin(options: WindowOptions) -> Self {
        let ctx = Context::default();
        let (bell, rings) = bounded(1);
        let due: Arc<Latest<Duration>> = Arc::default();
        let later = Arc::clone(&due);
        ctx.set_request_repaint_callback(move |info| {
            if info.delay.is_zero() {
                let _ = bell.try_send(());
            } else {
                // A hand's next movement brings a frame anyway; what plays by itself waits for this.
                let earliest = later.take().unwrap_or(Duration::MAX);
                later.put(info.delay.min(earliest));
            }
        });
        let app = App::new(options, &ctx);
        Self {
            ctx,
            app,
            rings,
            due,
            begun: Instant::now(),
        }
    }

    fn frame(&mut self, events: Vec<Event>) -> FullOutput {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(self.begun.elapsed().as_secs_f64()),
            focused: true,
            events,
            ..RawInput::default()
        };
        let (ctx, app) = (self.ctx.clone(), &mut self.app);
        let mut output = ctx.run_ui(input, |ui| {
            let ctx = ui.ctx().clone();
            app.tick(&ctx);
            app.draw(ui);
        });
        // As much of the drawing as the processor does.
        let _ = ctx.tessellate(output.shapes.clone(), output.pixels_per_point);
        // There is no graphics card to give textures to.
        output.textures_delta.clear();
        if let Some(trace) = self.trace() {
            trace.shown(Instant::now());
        }
        output
    }

    fn trace(&mut self) -> Option<&mut Trace> {
        self.app.explore.explorer.as_mut()?.faces.trace.as_mut()
    }
}
