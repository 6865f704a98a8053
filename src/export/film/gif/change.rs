//! What of a frame has to be drawn over the one before.

use super::quantize::Indexed;
use crate::picture::Picture;

/// What viewers show so far, RGB.
pub(super) struct Canvas {
    width: usize,
    /// A colour that is no further from the true one, squared, may stay.
    tolerance: u32,
    shown: Vec<[u8; 3]>,
}

/// The part of a frame that is drawn.
pub(super) struct Patch {
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
    pub indices: Vec<u8>,
    /// The index of what was there before, where some of it stays.
    pub transparent: Option<u8>,
}

impl Canvas {
    /// Draws the first frame, all of it.
    pub(super) fn begin(picture: &Picture, indexed: &Indexed, quality: u8) -> (Self, Patch) {
        let shown = indexed
            .indices
            .iter()
            .map(|&index| indexed.colours[usize::from(index)]);
        let canvas = Self {
            width: picture.width,
            tolerance: tolerance(quality),
            shown: shown.collect(),
        };
        let patch = Patch {
            left: 0,
            top: 0,
            width: picture.width,
            height: picture.height,
            indices: indexed.indices.clone(),
            transparent: None,
        };
        (canvas, patch)
    }

    /// Draws `picture`; what is shown already stays where that is near, or as near as the new colour would be.
    pub(super) fn change(&mut self, picture: &Picture, indexed: &Indexed) -> Patch {
        let mut indices = indexed.indices.clone();
        let (mut bounds, transparent) = (Bounds::default(), indexed.transparent());
        let (truth, _) = picture.rgb.as_chunks::<3>();
        let pixels = indices.iter_mut().zip(&mut self.shown).zip(truth);
        for (place, ((index, shown), truth)) in pixels.enumerate() {
            let new = indexed.colours[usize::from(*index)];
            if distance(*shown, *truth) <= distance(new, *truth).max(self.tolerance) {
                *index = transparent;
            } else {
                *shown = new;
                bounds.include(place % self.width, place / self.width);
            }
        }
        bounds.cut(&indices, self.width, transparent)
    }
}

/// The columns and rows that hold what is drawn.
#[derive(Default)]
struct Bounds(Option<[usize; 4]>);

impl Bounds {
    fn include(&mut self, x: usize, y: usize) {
        let [left, top, right, bottom] = self.0.unwrap_or([x, y, x, y]);
        self.0 = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
    }

    fn cut(&self, indices: &[u8], width: usize, transparent: u8) -> Patch {
        // A frame has one pixel at least: where nothing changed, one that shows what was there.
        let [left, top, right, bottom] = self.0.unwrap_or_default();
        let rows = indices.chunks_exact(width).take(bottom + 1).skip(top);
        let indices: Vec<u8> = rows.flat_map(|row| &row[left..=right]).copied().collect();
        Patch {
            left,
            top,
            width: right - left + 1,
            height: bottom - top + 1,
            transparent: indices.contains(&transparent).then_some(transparent),
            indices,
        }
    }
}

/// Five levels at the usual quality of 90 cannot be seen and save a tenth; none at 100.
fn tolerance(quality: u8) -> u32 {
    (u32::from(100 - quality.min(100)) / 2).pow(2)
}

/// Squared.
fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    let square = |(x, y): (u8, u8)| u32::from(x.abs_diff(y)).pow(2);
    a.into_iter().zip(b).map(square).sum()
}
