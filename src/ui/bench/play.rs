//! Plays an animation, and takes down when each of its pictures is there to see.

use std::time::{Duration, Instant};

use super::{Bench, PACE, PATIENCE, Times, temporary};
use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::session::Change;
use crate::ui::action::{Action, Screen};
use crate::ui::animate::action::{AnimateAction, Walk};
use crate::ui::explore::view::View;

/// How long it is played to warm up, and then measured.
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(10);

/// How an animation was played.
#[derive(Clone, Debug)]
pub struct PlayTrace {
    /// Pictures a second that were wanted.
    pub fps: u16,
    pub seconds: f64,
    /// Pictures that should have been shown, and that were.
    pub due: usize,
    pub shown: usize,
    /// From one picture to the next, in milliseconds.
    pub between: Times,
    /// When each picture was shown, in seconds.
    pub at: Vec<f64>,
}

impl PlayTrace {
    pub fn dropped(&self) -> usize {
        self.due.saturating_sub(self.shown)
    }

    /// Pictures that were shown in a second.
    pub fn rate(&self) -> f64 {
        self.shown as f64 / self.seconds
    }
}

/// Plays a random walk at `fps` pictures a second; with a training run beside it where `while_training`.
///
/// # Errors
/// Where a setting cannot work, or no faces come.
pub fn play(config: &TrainConfig, fps: u16, while_training: bool) -> Result<PlayTrace, Notice> {
    let folder = temporary()?;
    let mut bench = Bench::new(config, folder.path(), (Screen::Animate, while_training));
    bench.begin_to_play(fps)?;
    bench.play_for(WARM_UP);
    let begun = Instant::now();
    let shown = bench.play_for(MEASURED);
    let seconds = begun.elapsed().as_secs_f64();
    let at: Vec<f64> = shown
        .iter()
        .map(|at| at.duration_since(begun).as_secs_f64())
        .collect();
    let between = at.windows(2).map(|pair| 1e3 * (pair[1] - pair[0])); // pairs
    Ok(PlayTrace {
        fps,
        seconds,
        due: (seconds * f64::from(fps)) as usize,
        shown: at.len(),
        between: Times::of(between.collect()),
        at,
    })
}

impl Bench {
    /// Until an animation is on show, and a run has its pace.
    fn begin_to_play(&mut self, fps: u16) -> Result<(), Notice> {
        let begun = Instant::now();
        let mut walks = false;
        loop {
            self.frame(Vec::new());
            let explorer = self.app.explore.explorer.as_ref();
            let is_there = explorer.is_some_and(|explorer| {
                explorer.faces.sheet(View::Film).count() > 0 && explorer.faces.has_come()
            });
            let steady = !self.app.session().state.is_active()
                || self.app.session().last.is_some_and(|last| last.step > 3);
            if is_there && steady {
                return Ok(());
            }
            if explorer.is_some() && !walks {
                let ctx = self.ctx.clone();
                for action in [
                    AnimateAction::Walk(Walk::Random),
                    AnimateAction::Change(Change::Fps(fps), None),
                ] {
                    self.app.apply(Action::Animate(action), &ctx);
                }
                walks = true;
            }
            if begun.elapsed() > PATIENCE {
                return Err(Notice::error("No faces came to be played."));
            }
            let _ = self.rings.recv_timeout(PACE);
        }
    }

    /// Draws frames when the window wants them; gives when pictures of the animation that are others than those
    /// before were there to see.
    fn play_for(&mut self, time: Duration) -> Vec<Instant> {
        let begun = Instant::now();
        let mut shown = Vec::new();
        let mut last = self.picture();
        while begun.elapsed() < time {
            self.due.take();
            self.frame(Vec::new());
            let now = Instant::now();
            let picture = self.picture();
            if picture != last {
                shown.push(now);
                last = picture;
            }
            let wait = self.due.take().unwrap_or(time).min(time);
            let _ = self.rings.recv_timeout(wait);
        }
        shown
    }

    /// Tells the picture on show from others.
    fn picture(&self) -> u64 {
        let explorer = self.app.explore.explorer.as_ref();
        explorer.map_or(0, |explorer| explorer.faces.stamp_of(View::Film))
    }
}
