//! What a film is to be like.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::picture::Picture;

/// A film before its first frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Film {
    /// Of every frame, in pixels.
    pub width: usize,
    pub height: usize,
    /// How many there will be.
    pub frames: usize,
    pub settings: FilmSettings,
    /// Some of the frames, from all over the film, that a palette for all is made from; may be empty.
    pub sample: Vec<Picture>,
}

/// What a person chooses; formats take from it what they have ([`FilmOption`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FilmSettings {
    /// Frames a second, one or more.
    pub fps: u16,
    /// Whether it plays again and again, or once.
    pub repeat: bool,
    pub palette: Palette,
    /// Whether dots of two colours stand for one that the palette lacks.
    pub dither: bool,
    /// 1 (small) to 100 (the best, and without loss where the format can).
    pub quality: u8,
}

impl Default for FilmSettings {
    fn default() -> Self {
        Self {
            fps: 25,
            repeat: true,
            palette: Palette::default(),
            dither: false,
            quality: 90,
        }
    }
}

/// Whose 255 colours a GIF has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Palette {
    /// Each frame its own: the truest.
    #[default]
    Frame,
    /// All frames the same: smaller, and nothing flickers.
    Film,
}

/// A setting that some formats have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilmOption {
    Repeat,
    Palette,
    Dither,
    Quality,
}

/// More frames a second no format is asked for.
pub const MOST_FPS: u16 = 120;

impl FilmSettings {
    /// How long frame `index` is shown, in parts of a second. Where the rate does not divide them the parts
    /// alternate so that their sum keeps the pace.
    pub(super) fn delay(&self, index: usize, parts: u64) -> u64 {
        self.start(index + 1, parts) - self.start(index, parts)
    }

    /// When frame `index` appears, in parts of a second.
    pub(super) fn start(&self, index: usize, parts: u64) -> u64 {
        let fps = u64::from(self.fps.max(1));
        (index as u64 * parts + fps / 2) / fps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_keep_the_pace() {
        for fps in [1, 7, 24, 30, 50] {
            let settings = FilmSettings {
                fps,
                ..FilmSettings::default()
            };
            let second = (0..usize::from(fps)).map(|frame| settings.delay(frame, 100));
            assert_eq!(second.sum::<u64>(), 100, "{fps}");
        }
    }
}
