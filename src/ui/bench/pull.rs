//! Pulls at the face on the Explore screen at the pace of a hand.

use std::path::PathBuf;
use std::time::Instant;

use egui::accesskit::Role;
use egui::{Event, PointerButton, Pos2, Rect, pos2, vec2};

use super::{Bench, PACE, PATIENCE, Times, temporary};
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::ui::action::{Action, Screen};
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::choices::Centre;
use crate::ui::explore::explorer::PendingModel;
use crate::ui::explore::trace::Trace;
use crate::ui::explore::view::View;
use crate::ui::waker::waker;
use crate::worker::jobs::model::open_model;

const PULLS: usize = 10;
/// Movements of the hand in each, and how far it goes in all, as a share of the face.
const MOVES: usize = 40;
const WAY: f32 = 0.12;

/// Measures the time from the hand to the face that follows it, with the model at `path`.
///
/// # Errors
/// Where the model cannot be read or draws no face.
pub fn pull(path: PathBuf) -> Result<Times, Notice> {
    let folder = temporary()?;
    let mut bench = Bench::new(
        &TrainConfig::default(),
        folder.path(),
        (Screen::Explore, false),
    );
    let job = open_model(path.clone(), None, waker(&bench.ctx));
    bench.app.explore.opening = Some(PendingModel {
        name: path.display().to_string(),
        path: Some(path),
        job,
    });
    let centre = Action::Explore(ExploreAction::Centre(Centre::Pull));
    let ctx = bench.ctx.clone();
    bench.app.apply(centre, &ctx);
    let face = bench.face()?;
    if let Some(explorer) = &mut bench.app.explore.explorer {
        explorer.faces.trace = Some(Trace::default());
    }
    for number in 0..PULLS {
        bench.pull_once(face, number);
    }
    let trace = bench.trace().map(std::mem::take).unwrap_or_default();
    let faces = trace.seen.iter().filter(|(view, _)| *view == View::Face);
    Ok(Times::of(
        faces.map(|(_, time)| time.as_secs_f64() * 1e3).collect(),
    ))
}

impl Bench {
    /// Where the face is, once it is there.
    fn face(&mut self) -> Result<Rect, Notice> {
        let begun = Instant::now();
        loop {
            self.ctx.enable_accesskit();
            let output = self.frame(Vec::new());
            self.ctx.disable_accesskit();
            let update = output.platform_output.accesskit_update;
            let mut nodes = update.into_iter().flat_map(|update| update.nodes);
            let canvas = nodes.find(|(_, node)| node.role() == Role::Canvas);
            let shown = self.app.explore.explorer.as_ref();
            let drawn = shown.is_some_and(|shown| shown.faces.is_complete());
            if let Some(bounds) = canvas.and_then(|(_, node)| node.bounds()).filter(|_| drawn) {
                return Ok(Rect::from_min_max(
                    pos2(bounds.x0 as f32, bounds.y0 as f32),
                    pos2(bounds.x1 as f32, bounds.y1 as f32),
                ));
            }
            if begun.elapsed() > PATIENCE {
                return Err(Notice::error("No face came to be pulled at."));
            }
            let _ = self.rings.recv_timeout(PACE);
        }
    }

    fn pull_once(&mut self, face: Rect, number: usize) {
        let angle = number as f32 * 2.4;
        let from =
            face.center() + 0.15 * face.size() * vec2((3.0 * angle).cos(), (5.0 * angle).sin());
        let way = WAY * face.width() * vec2(angle.cos(), angle.sin());
        let button = |pos, pressed| Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: Default::default(),
        };
        self.frame(vec![Event::PointerMoved(from), button(from, true)]);
        let first = Instant::now();
        for step in 1..=MOVES {
            let at = first + PACE * step as u32;
            self.pull_to(from + way * (step as f32 / MOVES as f32), at);
        }
        self.frame(vec![button(from + way, false)]);
        // The face goes on for a moment; what follows must not be taken for the next pull's.
        let let_go = Instant::now();
        while self.app.explore.controls.puller.is_pulling() && let_go.elapsed() < 2 * PATIENCE {
            let _ = self.rings.recv_timeout(PACE);
            self.frame(Vec::new());
        }
    }

    /// Moves the hand at a time; until then, draws whatever comes.
    fn pull_to(&mut self, place: Pos2, at: Instant) {
        while let left = at.saturating_duration_since(Instant::now())
            && !left.is_zero()
        {
            if self.rings.recv_timeout(left).is_ok() {
                self.frame(Vec::new());
            }
        }
        self.frame(vec![Event::PointerMoved(place)]);
    }
}
