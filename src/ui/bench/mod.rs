//! `morphogan bench explore`: drags a strip of the real window's contents at the pace of a hand, without a window,
//! and follows every input to the frame that shows its faces. What the graphics card and the screen add is
//! not in it.

use std::path::Path;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use egui::accesskit::Role;
use egui::{Context, Event, FullOutput, PointerButton, Pos2, RawInput, Rect, pos2, vec2};

use super::explore::trace::Trace;
use super::{App, WindowOptions};
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::statistics::percentile;
use crate::ui::action::{Action, Screen};
use crate::ui::explore::explorer::PendingModel;
use crate::ui::explore::view::View;
use crate::ui::train::action::TrainAction;
use crate::worker::bench;

/// Tall enough for eight strips.
const SIZE: egui::Vec2 = vec2(1280.0, 920.0);
const STRIPS: usize = 8;
/// A hand moves a slider about this often.
const PACE: Duration = Duration::from_millis(16);
/// Movements that are measured, after some to warm up.
const MOVES: usize = 400;
const WARM_UP: usize = 60;
/// How long to wait for a model, directions and faces.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long faces may take to come after the last movement.
const AFTERWARDS: Duration = Duration::from_secs(5);

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

/// What a drag costs.
#[derive(Clone, Copy, Debug)]
pub struct DragLatency {
    /// Movements of the hand.
    pub inputs: usize,
    /// From a movement to the current face.
    pub face: Times,
    /// From a movement to each strip that it changes.
    pub strips: Times,
    pub strips_in_sight: usize,
    /// Movements whose face never came.
    pub dropped: usize,
}

/// Measures a drag; with a training run beside it where `while_training`.
///
/// # Errors
/// Where a setting cannot work, or no faces come.
pub fn drag(config: &TrainConfig, while_training: bool) -> Result<DragLatency, Notice> {
    let folder = tempfile::tempdir()
        .map_err(|error| Notice::from_error("No temporary folder can be made.", &error))?;
    let mut bench = Bench::new(config, folder.path(), while_training);
    bench.wait_for_faces()?;
    let strip = bench.first_strip()?;
    Ok(bench.drag(strip))
}

struct Bench {
    ctx: Context,
    app: App,
    rings: Receiver<()>,
    begun: Instant,
}

impl Bench {
    fn new(config: &TrainConfig, folder: &Path, while_training: bool) -> Self {
        let ctx = Context::default();
        let (bell, rings) = bounded(1);
        ctx.set_request_repaint_callback(move |info| {
            // What may wait is seen with the next movement.
            if info.delay.is_zero() {
                let _ = bell.try_send(());
            }
        });
        let options = WindowOptions {
            config: TrainConfig {
                run: Some(folder.join("run")),
                steps: None,
                epochs: None,
                ..config.clone()
            },
            screen: Some(Screen::Explore),
            ..WindowOptions::default()
        };
        let mut app = App::new(options, &ctx);
        if while_training {
            app.apply(Action::Train(TrainAction::Start), &ctx);
        } else {
            app.explore.opening = Some(PendingModel {
                path: None,
                name: "fresh weights".into(),
                job: bench::fresh_model(config.clone()),
            });
        }
        Self {
            ctx,
            app,
            rings,
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

    /// Until the current face and the strips are there to see, and a run has its pace.
    fn wait_for_faces(&mut self) -> Result<(), Notice> {
        let begun = Instant::now();
        loop {
            self.frame(Vec::new());
            let explorer = self.app.explore.explorer.as_ref();
            let there = explorer.is_some_and(|explorer| {
                explorer.faces.is_complete() && explorer.state.directions().count() >= STRIPS
            });
            let steady = !self.app.session().state.is_active()
                || self.app.session().last.is_some_and(|last| last.step > 3);
            if there && steady && self.app.explore.controls.visible.len() >= STRIPS {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                return Err(Notice::error("No faces came to be dragged."));
            }
            let _ = self.rings.recv_timeout(PACE);
        }
    }

    /// Where the first strip is, as a screen reader would be told.
    fn first_strip(&mut self) -> Result<Rect, Notice> {
        let explorer = self.app.explore.explorer.as_ref();
        let direction = explorer.and_then(|explorer| explorer.state.directions().next());
        let name = direction.map(|direction| direction.name.clone());
        self.ctx.enable_accesskit();
        let output = self.frame(Vec::new());
        self.ctx.disable_accesskit();
        let nodes = output
            .platform_output
            .accesskit_update
            .map(|update| update.nodes);
        let mut nodes = nodes.unwrap_or_default().into_iter().map(|(_, node)| node);
        let strip =
            nodes.find(|node| node.role() == Role::Slider && node.label() == name.as_deref());
        let bounds = strip.and_then(|node| node.bounds());
        let rect = bounds.map(|b| {
            Rect::from_min_max(
                pos2(b.x0 as f32, b.y0 as f32),
                pos2(b.x1 as f32, b.y1 as f32),
            )
        });
        rect.ok_or_else(|| Notice::error("There is no strip to drag."))
    }

    fn drag(&mut self, strip: Rect) -> DragLatency {
        let place = |number: usize| {
            // To and fro, never twice at one place in a row.
            let share = 0.5 + 0.42 * (number as f32 * 0.11).sin();
            pos2(strip.left() + share * strip.width(), strip.center().y)
        };
        let button = |pos, pressed| Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: Default::default(),
        };
        self.frame(vec![Event::PointerMoved(place(0)), button(place(0), true)]);
        for number in 1..=WARM_UP {
            self.move_to(place(number), Instant::now() + PACE);
        }
        if let Some(explorer) = &mut self.app.explore.explorer {
            explorer.faces.trace = Some(Trace::default());
        }
        let first = Instant::now();
        for number in 1..=MOVES {
            self.move_to(place(WARM_UP + number), first + PACE * number as u32);
        }
        self.frame(vec![button(place(WARM_UP + MOVES), false)]);
        self.settle();
        let strips_in_sight = self.app.explore.controls.visible.len();
        let trace = self.trace().map(std::mem::take).unwrap_or_default();
        result(&trace, strips_in_sight)
    }

    /// Moves the hand at a time; until then, draws whatever comes.
    fn move_to(&mut self, place: Pos2, at: Instant) {
        loop {
            let left = at.saturating_duration_since(Instant::now());
            match self.rings.recv_timeout(left) {
                Err(RecvTimeoutError::Timeout) => break,
                _ if left.is_zero() => break,
                _ => drop(self.frame(Vec::new())),
            }
        }
        if let Some(trace) = self.trace() {
            // When the hand moved, not when the window got round to it.
            trace.input(at);
        }
        self.frame(vec![Event::PointerMoved(place)]);
    }

    fn settle(&mut self) {
        let begun = Instant::now();
        while begun.elapsed() < AFTERWARDS && self.trace().is_some_and(|trace| trace.open() > 0) {
            let _ = self.rings.recv_timeout(PACE);
            self.frame(Vec::new());
        }
    }
}

fn result(trace: &Trace, strips_in_sight: usize) -> DragLatency {
    let of = |wanted: fn(View) -> bool| {
        let times = trace.seen.iter().filter(|(view, _)| wanted(*view));
        Times::of(times.map(|(_, time)| time.as_secs_f64() * 1e3).collect())
    };
    let face = of(|view| view == View::Face);
    DragLatency {
        inputs: MOVES,
        face,
        strips: of(|view| matches!(view, View::Strip(_))),
        strips_in_sight,
        dropped: MOVES.saturating_sub(face.count),
    }
}
