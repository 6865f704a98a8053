//! A picture in memory: RGB, 8 bits a channel, and the walls made of many.
//!
//! Knows neither egui nor candle, so that every layer can pass pictures on.

/// Endings of the picture files that can be read. What a file holds is read from its content; these
/// only say which files are taken for pictures at first sight.
pub const ENDINGS: [&str; 9] = [
    "png", "jpg", "jpeg", "jfif", "webp", "bmp", "gif", "tif", "tiff",
];

/// The formats of picture files that can be read, in words.
pub const FORMATS: &str = "png, jpeg, webp, bmp, gif or tiff";

/// Whether a file's name ends like a picture's.
pub fn has_ending(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| {
        ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

/// Row-major RGB8.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Picture {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// `3 * width * height` bytes.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// A black picture.
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            rgb: vec![0; 3 * width * height],
        }
    }

    /// A picture of one colour.
    pub fn filled(width: usize, height: usize, colour: [u8; 3]) -> Self {
        Self {
            width,
            height,
            rgb: colour.repeat(width * height),
        }
    }

    /// The picture with every pixel repeated `factor` times each way (nearest neighbour).
    pub fn enlarged(&self, factor: usize) -> Self {
        let factor = factor.max(1);
        let mut rgb = Vec::with_capacity(self.rgb.len() * factor * factor);
        for row in self.rgb.chunks_exact((3 * self.width).max(1)) {
            let wide: Vec<u8> = row
                .chunks_exact(3)
                .flat_map(|pixel| pixel.repeat(factor))
                .collect();
            for _ in 0..factor {
                rgb.extend_from_slice(&wide);
            }
        }
        Self {
            width: self.width * factor,
            height: self.height * factor,
            rgb,
        }
    }

    /// Copies `tile` with its top left corner at (`left`, `top`); what would fall outside is cut.
    pub fn paste(&mut self, tile: &Picture, left: usize, top: usize) {
        let across = tile.width.min(self.width.saturating_sub(left));
        let down = tile.height.min(self.height.saturating_sub(top));
        for row in 0..down {
            let from = 3 * row * tile.width;
            let to = 3 * ((top + row) * self.width + left);
            self.rgb[to..to + 3 * across].copy_from_slice(&tile.rgb[from..from + 3 * across]);
        }
    }
}

/// Pictures of one size side by side, `columns` a row, `gap` pixels of `background` between them.
/// Without pictures the result is empty.
pub fn wall(pictures: &[Picture], columns: usize, gap: usize, background: [u8; 3]) -> Picture {
    let Some(first) = pictures.first() else {
        return Picture::default();
    };
    let columns = columns.clamp(1, pictures.len());
    let rows = pictures.len().div_ceil(columns);
    let span = |count: usize, side: usize| count * side + (count - 1) * gap;
    let mut whole = Picture::filled(
        span(columns, first.width),
        span(rows, first.height),
        background,
    );
    for (index, picture) in pictures.iter().enumerate() {
        let left = (index % columns) * (first.width + gap);
        let top = (index / columns) * (first.height + gap);
        whole.paste(picture, left, top);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_places_tiles_and_gaps() {
        let red = Picture::filled(2, 2, [255, 0, 0]);
        let blue = Picture::filled(2, 2, [0, 0, 255]);
        let whole = wall(&[red, blue.clone(), blue], 2, 1, [9, 9, 9]);
        assert_eq!((whole.width, whole.height), (5, 5));
        let pixel = |x: usize, y: usize| &whole.rgb[3 * (y * 5 + x)..3 * (y * 5 + x) + 3];
        assert_eq!(pixel(0, 0), [255, 0, 0]);
        assert_eq!(pixel(2, 0), [9, 9, 9]);
        assert_eq!(pixel(3, 1), [0, 0, 255]);
        assert_eq!(pixel(1, 3), [0, 0, 255]);
        assert_eq!(pixel(4, 4), [9, 9, 9]);
    }

    #[test]
    fn enlarging_repeats_pixels() {
        let mut small = Picture::new(2, 1);
        small.rgb = vec![1, 2, 3, 4, 5, 6];
        let large = small.enlarged(2);
        assert_eq!((large.width, large.height), (4, 2));
        assert_eq!(large.rgb[..12], [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
        assert_eq!(large.rgb[12..], large.rgb[..12]);
    }

    #[test]
    fn pasting_outside_is_cut() {
        let mut whole = Picture::new(2, 2);
        whole.paste(&Picture::filled(3, 3, [7, 7, 7]), 1, 1);
        assert_eq!(whole.rgb[9..], [7, 7, 7]);
        assert_eq!(whole.rgb[..9], [0; 9]);
    }
}
