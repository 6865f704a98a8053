//! Where an animation is played.

use crate::latent::animation::Animation;

/// What is on show, and whether it goes on by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Player {
    /// In seconds from the beginning.
    at: f64,
    playing: bool,
    /// When the first picture that is played begins, and the middle of the time of the last, in seconds: the same part
    /// of an animation at any rate. All of it without.
    range: Option<(f64, f64)>,
}

impl Player {
    /// The time on show, in seconds.
    pub fn at(&self) -> f64 {
        self.at
    }

    pub fn is_playing(&self) -> bool {
        self.playing
    }

    pub fn play(&mut self, playing: bool) {
        self.playing = playing;
    }

    /// The picture on show.
    pub fn frame(&self, animation: &Animation) -> usize {
        animation.frame_at(self.at)
    }

    /// The first and the last picture that are played.
    pub fn range(&self, animation: &Animation) -> (usize, usize) {
        let last = animation.frames().saturating_sub(1);
        match self.range {
            Some((from, to)) => (
                animation.frame_at(from).min(last),
                animation.frame_at(to).min(last),
            ),
            None => (0, last),
        }
    }

    /// Whether only a part is played.
    pub fn has_range(&self) -> bool {
        self.range.is_some()
    }

    /// Plays from this picture on; all up to the end where the range ended before it.
    pub fn begin_at(&mut self, frame: usize, animation: &Animation) {
        let (_, to) = self.range(animation);
        let last = animation.frames().saturating_sub(1);
        self.set_range((frame, if to > frame { to } else { last }), animation);
    }

    /// Plays up to this picture; all from the beginning where the range began after it.
    pub fn end_at(&mut self, frame: usize, animation: &Animation) {
        let (from, _) = self.range(animation);
        self.set_range((if from < frame { from } else { 0 }, frame), animation);
    }

    fn set_range(&mut self, (from, to): (usize, usize), animation: &Animation) {
        let last = animation.frames().saturating_sub(1);
        let whole = (from, to) == (0, last);
        let (from, to) = (from.min(last), to.min(last));
        let middle = (animation.time_of(to) + animation.time_of(to + 1)) / 2.0;
        self.range = (!whole).then(|| (animation.time_of(from), middle));
    }

    /// Plays all again.
    pub fn clear_range(&mut self) {
        self.range = None;
    }

    /// Shows a picture.
    pub fn show(&mut self, frame: usize, animation: &Animation) {
        let last = animation.frames().saturating_sub(1);
        self.at = animation.time_of(frame.min(last));
    }

    /// So many pictures on or back, round the ends of the range.
    pub fn step(&mut self, by: i64, animation: &Animation) {
        let (from, to) = self.range(animation);
        let count = (to - from) as i64 + 1;
        let now = self.frame(animation).clamp(from, to);
        let place = ((now - from) as i64 + by).rem_euclid(count);
        self.show(from + place as usize, animation);
    }

    /// `seconds` went by: begins again where the range ends.
    pub fn advance(&mut self, seconds: f64, animation: &Animation) {
        if !self.playing || animation.frames() < 2 {
            return;
        }
        let (from, to) = self.range(animation);
        let start = animation.time_of(from);
        // The last picture stays as long as the others.
        let end = animation.time_of(to) + animation.time_of(1);
        let length = (end - start).max(1e-3);
        let at = if self.at < start || self.at >= end {
            start
        } else {
            self.at
        };
        self.at = start + (at - start + seconds).rem_euclid(length);
    }

    /// How long it is until the next picture is due, in seconds.
    pub fn until_next(&self, animation: &Animation) -> f64 {
        let next = animation.time_of(self.frame(animation) + 1);
        (next - self.at).clamp(1e-3, 1.0)
    }
}
