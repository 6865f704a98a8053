//! A picture in memory: RGB, 8 bits a channel, and the walls made of many.
//!
//! Knows neither egui nor candle, so that every layer can pass pictures on.

use clap::ValueEnum;
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use serde::{Deserialize, Serialize};

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

/// How an enlargement fills in between pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Filter {
    /// Not at all: each pixel becomes a square.
    #[default]
    Nearest,
    /// Along straight lines: soft.
    Bilinear,
    /// Along Lanczos' curves (three lobes): crisp and smooth.
    Lanczos,
}

/// Row-major RGB8.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    /// `3 * width * height` bytes.
    pub rgb: Vec<u8>,
}

impl Picture {
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

    /// The picture `factor` times as large each way, along the curves through its pixels (Catmull–Rom); none where
    /// it would be too large.
    pub fn enlarged_smoothly(&self, factor: usize) -> Option<Self> {
        self.resampled(factor, FilterType::CatmullRom)
    }

    /// The picture `factor` times as large each way; none where it would be too large.
    pub fn enlarged_with(&self, factor: usize, filter: Filter) -> Option<Self> {
        match filter {
            _ if factor <= 1 => Some(self.clone()),
            Filter::Nearest => Some(self.enlarged(factor)),
            Filter::Bilinear => self.resampled(factor, FilterType::Bilinear),
            Filter::Lanczos => self.resampled(factor, FilterType::Lanczos3),
        }
    }

    fn resampled(&self, factor: usize, filter: FilterType) -> Option<Self> {
        let (width, height) = (self.width * factor, self.height * factor);
        let side = |pixels: usize| u32::try_from(pixels).ok();
        let (from, to) = (
            (side(self.width)?, side(self.height)?),
            (side(width)?, side(height)?),
        );
        let from = TypedImageRef::<U8x3>::from_buffer(from.0, from.1, &self.rgb).ok()?;
        let mut to = TypedImage::<U8x3>::new(to.0, to.1);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
        Resizer::new().resize_typed(&from, &mut to, &options).ok()?;
        let mut rgb = Vec::with_capacity(3 * width * height);
        for pixel in to.pixels() {
            rgb.extend_from_slice(&pixel.0);
        }
        Some(Self { width, height, rgb })
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

    /// The square of `side` pixels whose top left corner is at (`left`, `top`); what is outside is black.
    pub fn cut(&self, left: usize, top: usize, side: usize) -> Self {
        let mut part = Self::new(side, side);
        let across = side.min(self.width.saturating_sub(left));
        let down = side.min(self.height.saturating_sub(top));
        for row in 0..down {
            let from = 3 * ((top + row) * self.width + left);
            let to = 3 * row * side;
            part.rgb[to..to + 3 * across].copy_from_slice(&self.rgb[from..from + 3 * across]);
        }
        part
    }

    /// How near `other`, of the same size, comes to it: their peak signal-to-noise ratio in dB.
    pub fn psnr(&self, other: &Self) -> f64 {
        let pairs = self.rgb.iter().zip(&other.rgb);
        let squares = pairs.map(|(x, y)| f64::from(x.abs_diff(*y)).powi(2));
        let mean = squares.sum::<f64>() / self.rgb.len().max(1) as f64;
        // Bytes span 255 where a network's pixels span 2.
        psnr(4.0 * mean / (255.0 * 255.0))
    }
}

/// Peak signal-to-noise ratio in dB, of the mean squared error of pixels in −1..1.
pub fn psnr(squared_error: f64) -> f64 {
    10.0 * (4.0 / squared_error.max(1e-12)).log10()
}

/// More than these no picture has: many programs count a side in 16 bits, and the bytes must fit into memory.
const MOST_SIDE: usize = 65_535;
const MOST_PIXELS: usize = 1 << 28;

/// A picture that memory might not hold, so that it was not begun.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The picture would have {width} by {height} pixels; it can have {MOST_SIDE} a side and {} million in all. {advice}.",
    MOST_PIXELS / 1_000_000
)]
pub struct TooLarge {
    width: usize,
    height: usize,
    advice: String,
}

/// Pictures of one size side by side, before they are drawn.
#[derive(Clone, Copy, Debug)]
pub struct WallLayout {
    pub count: usize,
    pub columns: usize,
    /// Width and height of each in pixels.
    pub tile: (usize, usize),
    pub gap: usize,
    /// Each pixel of a picture becomes a square of this side.
    pub scale: usize,
}

impl WallLayout {
    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        let columns = self.columns.clamp(1, self.count.max(1));
        let rows = self.count.div_ceil(columns);
        let span = |count: usize, side: usize| {
            let tiles = side.saturating_mul(self.scale).saturating_mul(count);
            tiles.saturating_add(self.gap.saturating_mul(count.saturating_sub(1)))
        };
        (span(columns, self.tile.0), span(rows, self.tile.1))
    }

    fn fits(&self) -> bool {
        let (width, height) = self.size();
        width.max(height) <= MOST_SIDE && width.saturating_mul(height) <= MOST_PIXELS
    }

    /// Asked before anything of it is drawn.
    ///
    /// # Errors
    /// Where it would be too large; the error names what would fit.
    pub fn check(&self) -> Result<(), TooLarge> {
        if self.fits() {
            return Ok(());
        }
        let (width, height) = self.size();
        let smaller = (1..self.scale)
            .rev()
            .find(|&scale| Self { scale, ..*self }.fits());
        let advice = match smaller {
            Some(scale) => format!("A scale of {scale} fits"),
            None => "Draw fewer at once".to_owned(),
        };
        Err(TooLarge {
            width,
            height,
            advice,
        })
    }

    /// Draws it; `pictures` are [`WallLayout::count`] of the size of [`WallLayout::tile`].
    ///
    /// # Errors
    /// As [`WallLayout::check`].
    pub fn draw(&self, pictures: &[Picture], background: [u8; 3]) -> Result<Picture, TooLarge> {
        self.draw_with(pictures, background, Filter::Nearest)
    }

    /// As [`WallLayout::draw`], enlarged with `filter`.
    ///
    /// # Errors
    /// As [`WallLayout::check`].
    pub fn draw_with(
        &self,
        pictures: &[Picture],
        background: [u8; 3],
        filter: Filter,
    ) -> Result<Picture, TooLarge> {
        self.check()?;
        let (width, height) = self.size();
        let mut whole = Picture::filled(width, height, background);
        let columns = self.columns.clamp(1, self.count.max(1));
        let step = |side: usize| side * self.scale + self.gap;
        for (index, picture) in pictures.iter().enumerate() {
            let left = (index % columns) * step(self.tile.0);
            let top = (index / columns) * step(self.tile.1);
            match self.scale {
                1 => whole.paste(picture, left, top),
                // One at a time: all of them would take as much memory as the whole.
                scale => {
                    // What would be too large has been refused.
                    let enlarged = picture.enlarged_with(scale, filter).unwrap_or_default();
                    whole.paste(&enlarged, left, top);
                }
            }
        }
        Ok(whole)
    }
}

/// Pictures of one size side by side, `columns` a row, `gap` pixels of `background` between them.
/// Without pictures the result is empty.
pub fn wall(pictures: &[Picture], columns: usize, gap: usize, background: [u8; 3]) -> Picture {
    let Some(first) = pictures.first() else {
        return Picture::default();
    };
    let wall = WallLayout {
        count: pictures.len(),
        columns,
        tile: (first.width, first.height),
        gap,
        scale: 1,
    };
    // Only options of a person make walls of such a size, and those are checked first.
    wall.draw(pictures, background).unwrap_or_default()
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
    fn the_error_of_a_picture_is_known_in_db() {
        // 10 · log10(255² / 8²), for 8 off everywhere.
        let [grey, lighter] = [100, 108].map(|level| Picture::filled(3, 2, [level; 3]));
        assert!((grey.psnr(&lighter) - 30.069).abs() < 1e-3);
        assert!(grey.psnr(&grey) > 120.0);
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

    #[test]
    fn a_part_is_cut_out_and_what_is_outside_is_black() {
        let mut whole = Picture::new(3, 2);
        whole.paste(&Picture::filled(1, 1, [5, 6, 7]), 2, 1);
        let part = whole.cut(1, 1, 2);
        assert_eq!(part.rgb[..6], [0, 0, 0, 5, 6, 7]);
        assert_eq!(part.rgb[6..], [0; 6]);
    }

    #[test]
    fn what_memory_might_not_hold_is_refused_with_what_fits() {
        let mut plan = WallLayout {
            count: 128 * 128,
            columns: 128,
            tile: (32, 32),
            gap: 2,
            scale: 16,
        };
        let told = plan.check().unwrap_err().to_string();
        assert!(told.contains("65790 by 65790 pixels"), "{told}");
        assert!(told.ends_with("A scale of 3 fits."), "{told}");
        assert!(plan.draw(&[], [0; 3]).is_err());
        plan.scale = 3;
        assert_eq!(plan.check(), Ok(()));
        plan.count = usize::MAX;
        let told = plan.check().unwrap_err().to_string();
        assert!(told.ends_with("Draw fewer at once."), "{told}");
        let small = WallLayout {
            count: 2,
            columns: 2,
            tile: (1, 1),
            gap: 1,
            scale: 2,
        };
        let drawn = small.draw(&vec![Picture::new(1, 1); 2], [9; 3]).unwrap();
        assert_eq!((drawn.width, drawn.height), (5, 2));
        assert_eq!(drawn.rgb[..9], [0, 0, 0, 0, 0, 0, 9, 9, 9]);
    }

    #[test]
    fn a_smooth_enlargement_keeps_plain_colour_and_leaves_an_edge_in_its_place() {
        let plain = Picture::filled(4, 4, [10, 200, 30]);
        assert_eq!(
            plain.enlarged_smoothly(8),
            Some(Picture::filled(32, 32, [10, 200, 30]))
        );
        let mut edge = Picture::filled(8, 8, [0; 3]);
        edge.paste(&Picture::filled(4, 8, [255; 3]), 4, 0);
        let large = edge.enlarged_smoothly(8).unwrap();
        let at = |x: usize| large.rgb[3 * (32 * 64 + x)];
        assert!((0..24).all(|x| at(x) < 20) && (40..64).all(|x| at(x) > 235));
        assert!(at(31) < 128 && at(32) > 127);
        assert_eq!(
            Picture::default().enlarged_smoothly(8),
            Some(Picture::default())
        );
    }
}
