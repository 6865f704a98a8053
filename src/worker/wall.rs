//! Faces as they go from a worker to whoever shows them.

use crate::picture::Picture;

/// Pictures of equal size in one, row by row without gaps.
#[derive(Clone, Debug, Default)]
pub struct Wall {
    /// Step of the weights that drew it.
    pub step: u64,
    /// Side of a tile in pixels.
    pub tile: usize,
    pub columns: usize,
    pub count: usize,
    /// `columns * tile` wide.
    pub picture: Picture,
}
