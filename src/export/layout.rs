//! How the pictures of a frame stand in it: scaled, side by side, with a border around and a line of text below.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use serde::{Deserialize, Serialize};

use super::font::{MONO, use_our_fonts};
use crate::picture::{Filter, Picture, TooLarge, WallLayout};

/// Wider borders and gaps are no frame of a picture any more.
pub const MOST_BORDER: usize = 512;
/// Sizes of the text below, in pixels.
const TEXT: (usize, usize) = (9, 36);

/// Heights of the strip of curves.
const STRIP: (usize, usize) = (32, 240);

/// What a person chooses of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FrameStyle {
    /// Times that each picture is enlarged.
    pub scale: usize,
    pub filter: Filter,
    /// Pictures in a row.
    pub columns: usize,
    /// Pixels between pictures.
    pub gap: usize,
    /// Pixels around them.
    pub border: usize,
    /// Behind them, sRGB.
    pub background: [u8; 3],
}

impl Default for FrameStyle {
    fn default() -> Self {
        Self {
            scale: 1,
            filter: Filter::default(),
            columns: 1,
            gap: 0,
            border: 0,
            background: [0; 3],
        }
    }
}

/// A style for pictures of one size and number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameLayout {
    pub style: FrameStyle,
    pub tiles: usize,
    /// Width and height of each, unscaled.
    pub tile: (usize, usize),
    /// Whether there is a line of text below.
    pub has_caption: bool,
    /// Whether there is a strip of curves between the pictures and that.
    pub has_strip: bool,
}

impl FrameLayout {
    /// Width and height of a frame in pixels.
    pub fn size(&self) -> (usize, usize) {
        let (width, height) = self.wall().size();
        let around = 2 * self.style.border;
        let below = self.strip_height() + self.caption_height();
        (width + around, height + around + below)
    }

    /// Width and height of the strip below the pictures, where there is one.
    pub fn strip_size(&self) -> Option<(usize, usize)> {
        let width = self.wall().size().0;
        self.has_strip.then_some((width, self.strip_height()))
    }

    /// Asked before anything is drawn.
    ///
    /// # Errors
    /// Where a frame would be too large for memory; the error names what would fit.
    pub fn check(&self) -> Result<(), TooLarge> {
        self.wall().check()
    }

    /// Draws a frame of `tiles`, which are as many and as large as was said.
    ///
    /// # Errors
    /// As [`FrameLayout::check`].
    pub fn draw(
        &self,
        tiles: &[Picture],
        strip: Option<&Picture>,
        caption: &str,
    ) -> Result<Picture, TooLarge> {
        let style = &self.style;
        let wall = self
            .wall()
            .draw_with(tiles, style.background, style.filter)?;
        if style.border == 0 && !self.has_caption && !self.has_strip {
            return Ok(wall);
        }
        let (width, height) = self.size();
        let mut frame = Picture::filled(width, height, style.background);
        frame.paste(&wall, style.border, style.border);
        if let Some(strip) = strip {
            let top = style.border + wall.height;
            frame.paste(strip, style.border, top);
        }
        if self.has_caption {
            self.write_below(&mut frame, caption);
        }
        Ok(frame)
    }

    fn columns(&self) -> usize {
        self.style.columns.clamp(1, self.tiles.max(1))
    }

    fn wall(&self) -> WallLayout {
        WallLayout {
            count: self.tiles,
            columns: self.columns(),
            tile: self.tile,
            gap: self.style.gap,
            scale: self.style.scale,
        }
    }

    /// Height of the letters: a twelfth of the picture's, and readable.
    fn text_size(&self) -> usize {
        (self.wall().size().1 / 12).clamp(TEXT.0, TEXT.1)
    }

    fn strip_height(&self) -> usize {
        match self.has_strip {
            true => (self.wall().size().0 / 5).clamp(STRIP.0, STRIP.1),
            false => 0,
        }
    }

    fn caption_height(&self) -> usize {
        match self.has_caption {
            true => self.text_size() * 3 / 2,
            false => 0,
        }
    }

    /// Writes `caption` in the middle of the strip below the pictures, smaller where it is too long.
    fn write_below(&self, frame: &mut Picture, caption: &str) {
        use_our_fonts();
        let [r, g, b] = self.style.background;
        let dark = 2 * u32::from(r) + 5 * u32::from(g) + u32::from(b) < 8 * 128;
        let colour = if dark { WHITE } else { BLACK };
        let (width, height) = (frame.width as u32, frame.height as u32);
        let text = |size: f64| {
            let middle = Pos::new(HPos::Center, VPos::Center);
            (MONO, size)
                .into_text_style(&(width, height))
                .color(&colour)
                .pos(middle)
        };
        let mut size = self.text_size() as f64;
        let room = width.saturating_sub(4).max(1) as f64;
        if let Ok((wide, _)) = text(size).font.box_size(caption) {
            size *= (room / f64::from(wide.max(1))).min(1.0);
        }
        let below = self.caption_height() as i32 / 2 + self.style.border as i32 * 3 / 4;
        let place = (width as i32 / 2, height as i32 - below);
        let area = BitMapBackend::with_buffer(&mut frame.rgb, (width, height)).into_drawing_area();
        // A line that cannot be drawn is left out; the font is a part of the program.
        let _ = area.draw_text(caption, &text(size), place);
        let _ = area.present();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(tiles: usize, style: FrameStyle) -> FrameLayout {
        FrameLayout {
            style,
            tiles,
            tile: (4, 4),
            has_caption: false,
            has_strip: false,
        }
    }

    fn pixel(picture: &Picture, x: usize, y: usize) -> [u8; 3] {
        let at = 3 * (y * picture.width + x);
        [picture.rgb[at], picture.rgb[at + 1], picture.rgb[at + 2]]
    }

    #[test]
    fn pictures_stand_in_their_rows_with_gaps_and_a_border() {
        let style = FrameStyle {
            scale: 2,
            columns: 2,
            gap: 1,
            border: 3,
            background: [9, 9, 9],
            ..FrameStyle::default()
        };
        let layout = layout(3, style);
        assert_eq!(layout.size(), (8 + 1 + 8 + 6, 8 + 1 + 8 + 6));
        let tiles = [[255, 0, 0], [0, 255, 0], [0, 0, 255]].map(|c| Picture::filled(4, 4, c));
        let frame = layout.draw(&tiles, None, "").unwrap();
        assert_eq!((frame.width, frame.height), layout.size());
        assert_eq!(pixel(&frame, 2, 2), [9, 9, 9]);
        assert_eq!(pixel(&frame, 3, 3), [255, 0, 0]);
        assert_eq!(pixel(&frame, 11, 5), [9, 9, 9]);
        assert_eq!(pixel(&frame, 12, 3), [0, 255, 0]);
        assert_eq!(pixel(&frame, 10, 19), [0, 0, 255]);
        assert_eq!(pixel(&frame, 12, 19), [9, 9, 9]);
    }

    #[test]
    fn one_picture_alone_is_only_enlarged() {
        let tile = Picture::filled(4, 4, [1, 2, 3]);
        for filter in [Filter::Nearest, Filter::Bilinear, Filter::Lanczos] {
            let style = FrameStyle {
                scale: 3,
                filter,
                ..FrameStyle::default()
            };
            let frame = layout(1, style)
                .draw(std::slice::from_ref(&tile), None, "")
                .unwrap();
            assert_eq!(frame, Picture::filled(12, 12, [1, 2, 3]));
        }
    }

    #[test]
    fn a_caption_has_its_strip_and_is_legible_on_any_ground() {
        for (background, ink) in [([0; 3], 160), ([250; 3], 90)] {
            let style = FrameStyle {
                scale: 32,
                background,
                ..FrameStyle::default()
            };
            let mut layout = layout(1, style);
            layout.has_caption = true;
            let tile = Picture::filled(4, 4, [100, 100, 100]);
            let draw = |text: &str| {
                layout
                    .draw(std::slice::from_ref(&tile), None, text)
                    .unwrap()
            };
            let frame = draw("step 1200");
            assert_eq!((frame.width, frame.height), (128, 128 + 15));
            let strip = &frame.rgb[3 * 128 * 128..];
            let inked = |byte: &&u8| {
                if background[0] < 128 {
                    **byte > ink
                } else {
                    **byte < ink
                }
            };
            assert!(strip.iter().filter(inked).count() > 60);
            assert!(frame.rgb[..3 * 128 * 128].iter().all(|byte| *byte == 100));
            // A long one is made to fit: its ends stay free.
            let text = "W".repeat(80);
            let long = draw(&text);
            assert_eq!(pixel(&long, 0, 135), background);
            assert_ne!(long.rgb, draw("").rgb);
        }
    }

    #[test]
    fn a_strip_stands_below_the_pictures() {
        let style = FrameStyle {
            border: 1,
            ..FrameStyle::default()
        };
        let mut layout = layout(1, style);
        layout.has_strip = true;
        let (width, height) = layout.strip_size().unwrap();
        assert_eq!((layout.size(), width), ((6, 4 + 2 + height), 4));
        let tile = Picture::filled(4, 4, [100; 3]);
        let strip = Picture::filled(width, height, [9; 3]);
        let frame = layout
            .draw(std::slice::from_ref(&tile), Some(&strip), "")
            .unwrap();
        assert_eq!(
            (pixel(&frame, 1, 4), pixel(&frame, 1, 5)),
            ([100; 3], [9; 3])
        );
        assert_eq!(pixel(&frame, 1, 4 + height), [9; 3]);
        assert_eq!(pixel(&frame, 0, 5), [0; 3]);
    }

    #[test]
    fn what_memory_might_not_hold_is_refused() {
        let style = FrameStyle {
            scale: 1 << 15,
            ..FrameStyle::default()
        };
        assert!(layout(1, style).check().is_err());
    }
}
