//! The time cursor: which step of the run is looked at. Wall, curves, step axis and events follow it; the wall of an
//! earlier step is read from the run folder beside the window's thread.

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

/// Which step of the past is looked at.
pub struct Timeline {
    /// The faces of then.
    sheet: Sheet,
    /// Where a person has put the cursor; `None` follows the run.
    at: Option<u64>,
    /// The step under the pointer, for as long as it is there.
    peeked: Option<u64>,
    playing: bool,
    /// The kept wall that is on its way, by its step.
    reading: Option<(u64, Job<Option<Wall>>)>,
    /// The kept wall whose faces are there.
    read: Option<u64>,
    /// The kept wall that could not be read last.
    unreadable: Option<u64>,
    beat: Option<Instant>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            sheet: Sheet::new("earlier wall"),
            at: None,
            peeked: None,
            playing: false,
            reading: None,
            read: None,
            unreadable: None,
            beat: None,
        }
    }
}

impl Timeline {
    /// Where the cursor stands; `None` where it follows the run.
    pub fn at(&self) -> Option<u64> {
        self.at
    }

    /// The step that is looked at: under the pointer, or else at the cursor.
    pub fn on_show(&self) -> Option<u64> {
        self.peeked.or(self.at)
    }

    /// Whether the walls are played.
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// The wall to show: one that is kept, or `newest`, the one that the run draws.
    pub fn sheet<'a>(&'a self, newest: &'a Sheet, walls: &[u64]) -> &'a Sheet {
        let wanted = self.wanted(step_of(newest), walls);
        if wanted.is_some() && self.read.is_some() && self.sheet.count() > 0 {
            &self.sheet
        } else {
            newest
        }
    }

    /// The kept wall that shows the step on show best; none where the one of step `newest` does. A run that is only
    /// looked at draws none.
    fn wanted(&self, newest: Option<u64>, walls: &[u64]) -> Option<u64> {
        let Some(newest) = newest else {
            return nearest(walls, self.on_show().unwrap_or(u64::MAX));
        };
        let step = self.on_show()?;
        let near = nearest(walls, step)?;
        (near.abs_diff(step) <= newest.abs_diff(step) && near != newest).then_some(near)
    }

    /// Puts the cursor at `step`.
    pub fn look(&mut self, step: Option<u64>) {
        (self.at, self.peeked) = (step, None);
        // A new look is a new try.
        self.unreadable = None;
        self.playing &= step.is_some();
    }

    /// The pointer is over this step of the curves, or over none.
    pub fn peek(&mut self, step: Option<u64>) {
        self.peeked = step.filter(|_| !self.playing);
    }

    /// Goes to the next wall of `walls`, the steps that are kept, or to the one before; beyond the last is now.
    pub fn step(&mut self, walls: &[u64], by: i64) {
        let after = |at: u64| walls.iter().copied().find(|wall| *wall > at);
        let before = |at: u64| walls.iter().copied().rev().find(|wall| *wall < at);
        let to = match (self.at, by > 0) {
            (Some(at), true) => after(at),
            (Some(at), false) => before(at).or(Some(at)),
            (None, true) => None,
            (None, false) => before(walls.last().copied().unwrap_or_default()),
        };
        self.look(to.filter(|to| Some(to) != walls.last()));
    }

    /// Begins or ends to play `walls`: from the first when the newest is on show.
    pub fn play(&mut self, walls: &[u64], playing: bool) {
        self.playing = playing && walls.len() > 1;
        self.beat = None;
        if self.playing && self.at.is_none_or(|at| walls.last() <= Some(&at)) {
            self.look(walls.first().copied());
        }
    }

    /// Before every frame: takes what was read, reads what is looked at, and goes on playing. `newest` is the wall
    /// that the run has drawn last.
    pub fn follow(
        &mut self,
        run: &Path,
        walls: &[u64],
        newest: &Sheet,
        ctx: &Context,
    ) -> Option<Notice> {
        let mut problem = None;
        // After a roll-back there will be others of the same steps.
        self.read = self.read.filter(|step| walls.contains(step));
        self.unreadable = self.unreadable.filter(|step| walls.contains(step));
        if let Some((step, job)) = &self.reading
            && let Some(result) = job.poll()
        {
            let step = *step;
            self.reading = None;
            match result {
                Ok(Some(wall)) => {
                    self.sheet.set(ctx, wall);
                    self.read = Some(step);
                }
                nothing => {
                    self.look(None);
                    self.unreadable = Some(step);
                    problem = nothing.err();
                }
            }
        }
        if self.playing && self.reading.is_none() {
            self.advance(walls, ctx);
        }
        if self.reading.is_none()
            && let Some(step) = self.wanted(step_of(newest), walls)
            && self.read != Some(step)
            && self.unreadable != Some(step)
        {
            let job = read_wall(PathBuf::from(run), step, waker(ctx));
            self.reading = Some((step, job));
        }
        problem
    }

    fn advance(&mut self, walls: &[u64], ctx: &Context) {
        let waited = self.beat.get_or_insert_with(Instant::now).elapsed();
        if waited < BEAT {
            ctx.request_repaint_after(BEAT - waited);
            return;
        }
        self.beat = Some(Instant::now());
        self.look(walls.iter().copied().find(|&wall| Some(wall) > self.at));
    }
}

fn step_of(sheet: &Sheet) -> Option<u64> {
    (sheet.count() > 0).then(|| sheet.step())
}

/// The one of `steps` that is nearest to `step`.
pub fn nearest(steps: &[u64], step: u64) -> Option<u64> {
    steps.iter().copied().min_by_key(|one| one.abs_diff(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALLS: [u64; 4] = [1, 10, 100, 400];

    #[test]
    fn the_wall_on_show_is_the_nearest_one_kept_or_the_newest() {
        let mut timeline = Timeline::default();
        assert_eq!(timeline.wanted(Some(420), &WALLS), None);
        timeline.look(Some(60));
        assert_eq!(timeline.wanted(Some(420), &WALLS), Some(100));
        timeline.look(Some(415));
        assert_eq!(timeline.wanted(Some(420), &WALLS), None);
        // The pointer goes before the cursor, and leaves it where it was.
        timeline.peek(Some(3));
        assert_eq!(timeline.wanted(Some(420), &WALLS), Some(1));
        timeline.peek(None);
        assert_eq!(timeline.at(), Some(415));
        assert_eq!(timeline.wanted(Some(420), &[]), None);
        // Of a run that is over only what was kept is there.
        assert_eq!(timeline.wanted(None, &WALLS), Some(400));
        timeline.look(None);
        assert_eq!(
            (timeline.wanted(None, &WALLS), timeline.wanted(None, &[])),
            (Some(400), None)
        );
    }

    #[test]
    fn steps_go_from_wall_to_wall_and_end_now() {
        let mut timeline = Timeline::default();
        let mut went = |by| {
            timeline.step(&WALLS, by);
            timeline.at()
        };
        assert_eq!([went(1), went(-1), went(-1)], [None, Some(100), Some(10)]);
        assert_eq!([went(-1), went(-1), went(1)], [Some(1), Some(1), Some(10)]);
        assert_eq!([went(1), went(1), went(1)], [Some(100), None, None]);
        timeline.look(Some(50));
        timeline.step(&WALLS, -1);
        assert_eq!(timeline.at(), Some(10));
    }
}
