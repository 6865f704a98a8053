//! Faces as they go from a worker to whoever shows them.

use crate::picture::Picture;

/// Pictures of equal size in one, row by row without gaps.
#[derive(Clone, Debug, Default, PartialEq)]
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

impl Wall {
    /// One picture alone.
    pub fn of_one(step: u64, picture: Picture) -> Self {
        Self {
            step,
            tile: picture.width,
            columns: 1,
            count: 1,
            picture,
        }
    }

    /// Picture `place` alone; black where there is none.
    pub fn tile_at(&self, place: usize) -> Picture {
        let columns = self.columns.max(1);
        let (left, top) = (place % columns * self.tile, place / columns * self.tile);
        self.picture.cut(left, top, self.tile)
    }

    /// Each picture alone.
    pub fn tiles(&self) -> Vec<Picture> {
        (0..self.count).map(|place| self.tile_at(place)).collect()
    }

    /// A wall of picture `place` alone.
    pub fn only(&self, place: usize) -> Self {
        Self {
            columns: 1,
            count: 1,
            picture: self.tile_at(place),
            ..*self
        }
    }
}
