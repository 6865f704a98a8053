//! Drags a strip of the Explore screen at the pace of a hand.

use std::time::{Duration, Instant};

use crossbeam_channel::RecvTimeoutError;
use egui::accesskit::Role;
use egui::{Event, PointerButton, Pos2, Rect, pos2};

use super::{Bench, PACE, PATIENCE, Times, temporary};
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::ui::action::Screen;
use crate::ui::explore::trace::Trace;
use crate::ui::explore::view::View;

const STRIPS: usize = 8;
/// Movements that are measured, after some to warm up.
const MOVES: usize = 400;
const WARM_UP: usize = 60;
/// How long faces may take to come after the last movement.
const AFTERWARDS: Duration = Duration::from_secs(5);

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
    let folder = temporary()?;
    let mut bench = Bench::new(config, folder.path(), (Screen::Explore, while_training));
    bench.wait_for_faces()?;
    let strip = bench.first_strip()?;
    Ok(bench.drag(strip))
}

impl Bench {
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
