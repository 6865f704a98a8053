//! The sample wall of earlier steps, read from the run folder beside the window's thread.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui::Context;

use crate::notice::Notice;
use crate::ui::waker::waker;
use crate::ui::widgets::sheet::Sheet;
use crate::worker::Job;
use crate::worker::Wall;
use crate::worker::jobs::model::read_wall;

/// Between two walls of a playback.
const BEAT: Duration = Duration::from_millis(120);

/// Which wall of the past is on show.
pub struct Timeline {
    /// The faces of then.
    pub sheet: Sheet,
    /// The step that was asked for; `None` shows the newest wall.
    at: Option<u64>,
    playing: bool,
    reading: Option<Job<Option<Wall>>>,
    /// Asked for while another one was read.
    next: Option<u64>,
    beat: Option<Instant>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            sheet: Sheet::new("earlier wall"),
            at: None,
            playing: false,
            reading: None,
            next: None,
            beat: None,
        }
    }
}

impl Timeline {
    /// The step on show; `None` for the newest wall.
    pub fn at(&self) -> Option<u64> {
        self.at
    }

    /// Whether the walls are played.
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// Shows the wall of `step` from the run folder `run`.
    pub fn look(&mut self, run: &Path, step: Option<u64>, ctx: &Context) {
        self.at = step;
        self.next = step;
        if step.is_none() {
            self.playing = false;
        }
        self.read_next(run, ctx);
    }

    /// Begins or ends to play `walls`, the steps that are kept: from the first when the newest is on show.
    pub fn play(&mut self, run: &Path, walls: &[u64], playing: bool, ctx: &Context) {
        self.playing = playing && walls.len() > 1;
        self.beat = None;
        if self.playing && self.at.is_none_or(|at| walls.last() <= Some(&at)) {
            self.look(run, walls.first().copied(), ctx);
        }
    }

    /// Before every frame: takes what was read, and goes on playing.
    pub fn follow(&mut self, run: &Path, walls: &[u64], ctx: &Context) -> Option<Notice> {
        let mut problem = None;
        if let Some(result) = self.reading.as_ref().and_then(Job::poll) {
            self.reading = None;
            match result {
                Ok(Some(wall)) => self.sheet.set(ctx, wall),
                Ok(None) => self.at = None,
                Err(notice) => {
                    (self.at, self.playing) = (None, false);
                    problem = Some(notice);
                }
            }
            self.read_next(run, ctx);
        }
        if self.playing && self.reading.is_none() {
            self.advance(run, walls, ctx);
        }
        problem
    }

    fn advance(&mut self, run: &Path, walls: &[u64], ctx: &Context) {
        let waited = self.beat.get_or_insert_with(Instant::now).elapsed();
        if waited < BEAT {
            ctx.request_repaint_after(BEAT - waited);
            return;
        }
        self.beat = Some(Instant::now());
        let later = walls.iter().copied().find(|&wall| Some(wall) > self.at);
        self.look(run, later, ctx);
    }

    fn read_next(&mut self, run: &Path, ctx: &Context) {
        if self.reading.is_none()
            && let Some(step) = self.next.take()
        {
            self.reading = Some(read_wall(PathBuf::from(run), step, waker(ctx)));
        }
    }
}
