//! An animation: key faces in order, the way between them in time, and directions that change meanwhile.
//!
//! Everything that moves is made of these two, also walks that nobody chose faces for ([`walk`]).

mod easing;
pub mod file;
mod framing;
mod spline;
#[cfg(test)]
mod tests;
mod track;
pub mod walk;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::Latent;
use super::path::Interpolation;
use spline::Leg;

pub use easing::Easing;
pub use framing::{
    Company, FIRST_COMPANIONS, Framing, LONGEST_CAPTION, MOST_BORDER, MOST_COMPANIONS,
};
pub use track::{Track, TrackKey};

/// The most pictures a second, also of a screen.
pub const MOST_FPS: u16 = 60;
/// The longest that a key may be held or a leg take, in seconds.
pub const LONGEST: f32 = 3600.0;

/// The line that the way through several faces follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MotionPath {
    /// Along the sphere from face to face, at the same speed all the way.
    #[default]
    Slerp,
    /// Straight from face to face, through more average ones.
    Lerp,
    /// Along the sphere through all faces without a corner (Catmull–Rom).
    Spline,
}

/// A face that the way leads through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyFace {
    /// What a person calls it.
    pub name: String,
    pub latent: Latent,
    /// How long it stays, in seconds.
    pub hold: f32,
    /// How long the way to the next takes, in seconds; zero is a cut.
    pub seconds: f32,
    /// How fast that way is gone, where not as the others are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub easing: Option<Easing>,
}

impl KeyFace {
    /// A face that is not held, two seconds from the next.
    pub fn new(name: impl Into<String>, latent: Latent) -> Self {
        Self {
            name: name.into(),
            latent,
            hold: 0.0,
            seconds: 2.0,
            easing: None,
        }
    }
}

/// Faces in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Animation {
    /// Pictures a second.
    pub fps: u16,
    pub path: MotionPath,
    /// How fast the ways between keys are gone, unless one says otherwise.
    pub easing: Easing,
    /// Whether the way leads back to the first key, so that it can be played without an end.
    #[serde(rename = "loop")]
    pub closed: bool,
    /// The length of latents on the way, as a share of what it would be: less is nearer to the average face.
    pub truncation: f32,
    pub keys: Vec<KeyFace>,
    /// Directions that change meanwhile; each adds to the way.
    #[serde(default)]
    pub tracks: Vec<Track>,
    /// Who and what is seen beside the face.
    #[serde(default)]
    pub framing: Framing,
}

impl Default for Animation {
    fn default() -> Self {
        Self {
            fps: 30,
            path: MotionPath::Slerp,
            easing: Easing::InOut,
            closed: true,
            truncation: 1.0,
            keys: Vec::new(),
            tracks: Vec::new(),
            framing: Framing::default(),
        }
    }
}

impl Animation {
    /// Through `keys`, as long and at the same speed between any two.
    pub fn evenly(keys: impl IntoIterator<Item = Latent>, path: MotionPath, closed: bool) -> Self {
        let key = |(place, latent)| KeyFace {
            seconds: 1.0,
            ..KeyFace::new(format!("face {}", place + 1), latent)
        };
        Self {
            path,
            closed,
            easing: Easing::Linear,
            keys: keys.into_iter().enumerate().map(key).collect(),
            ..Self::default()
        }
    }

    /// Numbers of its latents; 0 before there is a key.
    pub fn components(&self) -> usize {
        self.keys.first().map_or(0, |key| key.latent.len())
    }

    /// About how much memory it takes.
    pub fn bytes(&self) -> usize {
        let keys = self.keys.iter().map(|key| key.latent.len());
        let tracks = self.tracks.iter();
        let tracks = tracks.map(|track| track.direction.sigma.len() + 2 * track.keys.len());
        let beside = match &self.framing.company {
            Company::Faces(faces) => faces.iter().map(Latent::len).sum(),
            _ => 0,
        };
        let numbers = keys.sum::<usize>() + tracks.sum::<usize>() + beside;
        numbers * size_of::<f32>() + self.keys.len() * size_of::<KeyFace>()
    }

    /// When each key is reached, in seconds.
    pub fn starts(&self) -> Vec<f64> {
        let mut at = 0.0;
        let start = |key: &KeyFace| {
            let start = at;
            at += f64::from(key.hold) + f64::from(key.seconds);
            start
        };
        self.keys.iter().map(start).collect()
    }

    /// How long it is, in seconds. An open one ends when the last key was held.
    pub fn seconds(&self) -> f64 {
        let time = |key: &KeyFace| f64::from(key.hold) + f64::from(key.seconds);
        // A sum of nothing would be −0.
        let all = self.keys.iter().map(time).fold(0.0, |sum, time| sum + time);
        match self.keys.last() {
            Some(last) if !self.closed => all - f64::from(last.seconds),
            _ => all,
        }
    }

    /// From how many pictures to the next it is: those of a loop, and one less than those of an open way.
    fn steps(&self) -> usize {
        (self.seconds() * f64::from(self.fps)).round() as usize
    }

    /// Pictures in all. The first is of the first key; the last of an open way of its last key, and of a loop one step
    /// before its first, so that it can be shown again and again.
    pub fn frames(&self) -> usize {
        match (self.keys.is_empty(), self.closed) {
            (true, _) => 0,
            (false, true) => self.steps().max(1),
            (false, false) => self.steps() + 1,
        }
    }

    /// When a picture is shown, in seconds.
    pub fn time_of(&self, frame: usize) -> f64 {
        self.time_among(frame, self.steps())
    }

    fn time_among(&self, frame: usize, steps: usize) -> f64 {
        match steps {
            0 => 0.0,
            steps => self.seconds() * frame as f64 / steps as f64,
        }
    }

    /// The picture on show at a time.
    pub fn frame_at(&self, seconds: f64) -> usize {
        let (whole, steps) = (self.seconds(), self.steps());
        if whole <= 0.0 || steps == 0 {
            return 0;
        }
        let frame = (seconds.max(0.0) / whole * steps as f64 + 1e-6) as usize;
        frame.min(self.frames().saturating_sub(1))
    }

    /// The face of a picture; `None` before there is a key.
    pub fn frame(&self, frame: usize) -> Option<Latent> {
        self.at(self.time_of(frame))
    }

    /// The faces of all pictures.
    pub fn latents(&self) -> Vec<Latent> {
        let all = 0..self.frames();
        all.filter_map(|frame| self.frame(frame)).collect()
    }

    /// So many faces, evenly spread over its time: other than [`Animation::latents`] as many as one likes.
    pub fn sample(&self, frames: usize) -> Vec<Latent> {
        let all = 0..frames;
        all.filter_map(|frame| self.sample_at(frame, frames))
            .collect()
    }

    /// One of [`Animation::sample`].
    pub fn sample_at(&self, frame: usize, frames: usize) -> Option<Latent> {
        let steps = if self.closed {
            frames
        } else {
            frames.saturating_sub(1)
        };
        self.at(self.time_among(frame, steps))
    }

    /// The face at a time in seconds; `None` before there is a key. Before the beginning and after the end of an open
    /// way its ends, while a loop goes on.
    pub fn at(&self, seconds: f64) -> Option<Latent> {
        let seconds = self.within(seconds);
        let face = self.untracked_at(seconds)?;
        let period = self.closed.then_some(self.seconds());
        let tracks = self.tracks.iter();
        Some(tracks.fold(face, |face, track| track.moved(face, seconds, period)))
    }

    /// The same before directions add to it.
    fn untracked_at(&self, seconds: f64) -> Option<Latent> {
        let on_the_way = self.on_the_way(self.within(seconds))?;
        Some(match self.truncation {
            1.0 => on_the_way,
            share => Latent(on_the_way.0.iter().map(|x| share * x).collect()),
        })
    }

    /// A time of the animation: a loop goes on, an open way stands still beyond its ends.
    fn within(&self, seconds: f64) -> f64 {
        let whole = self.seconds();
        match self.closed && whole > 0.0 {
            true => seconds.rem_euclid(whole),
            false => seconds.clamp(0.0, whole),
        }
    }

    /// The face at a time within the animation, before anything is added to it.
    fn on_the_way(&self, seconds: f64) -> Option<Latent> {
        let starts = self.starts();
        let place = starts
            .partition_point(|&start| start <= seconds)
            .checked_sub(1)?;
        let key = self.keys.get(place)?;
        let since = seconds - starts.get(place)? - f64::from(key.hold);
        let Some(next) = self
            .next(place)
            .filter(|_| since > 0.0 && key.seconds > 0.0)
        else {
            return Some(key.latent.clone());
        };
        let easing = key.easing.unwrap_or(self.easing);
        let share = easing.share(since / f64::from(key.seconds));
        let to = &self.keys.get(next)?.latent;
        Some(match self.path {
            MotionPath::Slerp => Interpolation::Slerp.between(&key.latent, to, share as f32),
            MotionPath::Lerp => Interpolation::Lerp.between(&key.latent, to, share as f32),
            MotionPath::Spline => self.leg(place, next)?.point(share),
        })
    }

    /// The leg from a key to the next, as the spline knows it.
    fn leg(&self, place: usize, next: usize) -> Option<Leg<'_>> {
        let (from, to) = (self.keys.get(place)?, self.keys.get(next)?);
        let before = self.before(place).and_then(|before| self.keys.get(before));
        let after = self.next(next).and_then(|after| self.keys.get(after));
        Some(Leg {
            from: &from.latent,
            to: &to.latent,
            seconds: f64::from(from.seconds),
            before: before.map(|before| (&before.latent, f64::from(before.seconds))),
            after: after.map(|after| (&after.latent, f64::from(to.seconds))),
            rests: (from.hold > 0.0, to.hold > 0.0),
        })
    }

    /// The key that the way from this one leads to.
    pub fn next(&self, place: usize) -> Option<usize> {
        match place + 1 {
            next if next < self.keys.len() => Some(next),
            _ => self.closed.then_some(0),
        }
    }

    fn before(&self, place: usize) -> Option<usize> {
        match place.checked_sub(1) {
            Some(before) => Some(before),
            None if self.closed => self.keys.len().checked_sub(1),
            None => None,
        }
    }
}
