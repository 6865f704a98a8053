//! An animation of starter faces that walk through the space of their factors.

use std::ops::Range;
use std::path::Path;

use super::film::{FilmPlan, Frame, FrameSource, write_film};
use crate::data::portrait;
use crate::export::film::{self, FilmSettings};
use crate::export::layout::FrameStyle;
use crate::notice::Notice;
use crate::worker::job::Progress;

/// Faces side by side.
const FACES: usize = 4;
/// Pictures in all, and a second.
const FRAMES: usize = 60;
const FPS: u16 = 15;

struct Tour {
    seed: u64,
    size: usize,
}

impl FrameSource for Tour {
    fn frames(&self) -> usize {
        FRAMES
    }

    fn tiles(&self) -> usize {
        FACES
    }

    fn tile_size(&self) -> (usize, usize) {
        (self.size, self.size)
    }

    fn draw(&mut self, range: Range<usize>) -> Result<Vec<Frame>, Notice> {
        let drawn = range.map(|frame| {
            let faces = morphogan_starter_faces::tour(self.seed, FACES, frame, FRAMES);
            Frame {
                tiles: faces.iter().map(|face| portrait(face, self.size)).collect(),
                caption: String::new(),
            }
        });
        Ok(drawn.collect())
    }
}

/// Writes four starter faces of `size` pixels a side, whose continuous factors all glide, as a GIF
/// that repeats without a seam.
///
/// # Errors
/// Where the disk fails, or `progress` is cancelled.
pub fn write_tour(seed: u64, size: usize, out: &Path, progress: &Progress) -> Result<(), Notice> {
    let plan = FilmPlan {
        format: film::formats()[0],
        settings: FilmSettings {
            fps: FPS,
            ..FilmSettings::default()
        },
        style: FrameStyle {
            columns: FACES,
            background: [255; 3],
            ..FrameStyle::default()
        },
        out: out.to_owned(),
    };
    write_film(&mut Tour { seed, size }, &plan, progress)
}
