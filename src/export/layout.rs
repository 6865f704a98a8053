//! How the pictures of a frame stand in it: scaled, side by side, with a border around and a line of text below.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use serde::{Deserialize, Serialize};

use super::font::{MONO, use_our_fonts};
use crate::config::CaptionPlace;
use crate::picture::{Filter, Picture, TooLarge, WallLayout};

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
    /// Where a line of text stands, if there is one.
    pub caption: CaptionPlace,
}

/// Times that pictures are enlarged.
pub const SCALES: [usize; 9] = [1, 2, 3, 4, 6, 8, 12, 16, 24];
/// The longer side of a film whose size nobody has chosen, in pixels.
const USUAL_SIDE: usize = 512;

/// Times that pictures of `side` pixels are enlarged where nobody has chosen, `count` of them side by side or one above the
/// other.
pub fn usual_scale(side: usize, count: usize) -> usize {
    let fits = |scale: &&usize| *scale * side * count <= USUAL_SIDE;
    SCALES.iter().rev().find(fits).copied().unwrap_or(1)
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
            caption: CaptionPlace::default(),
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
    /// Whether there is a line of text.
    pub has_caption: bool,
    /// Whether there is a strip of curves between the pictures and that.
    pub has_strip: bool,
}

impl FrameLayout {
    /// Width and height of a frame in pixels.
    pub fn size(&self) -> (usize, usize) {
        let (width, height) = self.wall().size();
        let around = 2 * self.style.border;
        let beside = self.strip_height() + self.above() + self.below();
        (width + around, height + around + beside)
    }

    /// Left, top, width and height of each picture in the frame.
    pub fn places(&self) -> Vec<[usize; 4]> {
        let FrameStyle {
            scale, gap, border, ..
        } = self.style;
        let (width, height) = (self.tile.0 * scale, self.tile.1 * scale);
        let columns = self.columns();
        let place = |tile: usize| {
            let (row, column) = (tile / columns, tile % columns);
            let left = border + column * (width + gap);
            [
                left,
                border + self.above() + row * (height + gap),
                width,
                height,
            ]
        };
        (0..self.tiles).map(place).collect()
    }

    /// Left, top, width and height of the band that the line of text stands in the middle of, where there is one.
    pub fn caption_band(&self) -> Option<[usize; 4]> {
        let border = self.style.border;
        let (width, height) = self.wall().size();
        let band = self.text_size() * 3 / 2;
        let top = match self.style.caption {
            // Between the border's edge and the pictures, nearer to these.
            CaptionPlace::Above => border / 4,
            CaptionPlace::Over => border + height.saturating_sub(band),
            CaptionPlace::Below => self.size().1 - band - border * 3 / 4,
        };
        let band = [border, top, width, band];
        self.has_caption.then_some(band)
    }

    /// Whether text on the background is to be light.
    pub fn has_light_text(&self) -> bool {
        let [r, g, b] = self.style.background;
        2 * u32::from(r) + 5 * u32::from(g) + u32::from(b) < 8 * 128
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
        let top = style.border + self.above();
        frame.paste(&wall, style.border, top);
        if let Some(strip) = strip {
            frame.paste(strip, style.border, top + wall.height);
        }
        if let Some(band) = self.caption_band() {
            self.write(&mut frame, band, caption);
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
    pub fn text_size(&self) -> usize {
        (self.wall().size().1 / 12).clamp(TEXT.0, TEXT.1)
    }

    fn strip_height(&self) -> usize {
        match self.has_strip {
            true => (self.wall().size().0 / 5).clamp(STRIP.0, STRIP.1),
            false => 0,
        }
    }

    /// Rows above the pictures, and below them, for the line of text.
    fn above(&self) -> usize {
        self.band_at(CaptionPlace::Above)
    }

    fn below(&self) -> usize {
        self.band_at(CaptionPlace::Below)
    }

    fn band_at(&self, place: CaptionPlace) -> usize {
        match self.has_caption && self.style.caption == place {
            true => self.text_size() * 3 / 2,
            false => 0,
        }
    }

    /// Writes `caption` in the middle of a band, smaller where it is too long.
    fn write(&self, frame: &mut Picture, band: [usize; 4], caption: &str) {
        use_our_fonts();
        if self.style.caption == CaptionPlace::Over && !caption.is_empty() {
            shade(frame, band, self.style.background);
        }
        let colour = if self.has_light_text() { WHITE } else { BLACK };
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
        let [_, top, _, tall] = band;
        let place = (width as i32 / 2, (top + tall - tall / 2) as i32);
        let area = BitMapBackend::with_buffer(&mut frame.rgb, (width, height)).into_drawing_area();
        // A line that cannot be drawn is left out; the font is a part of the program.
        let _ = area.draw_text(caption, &text(size), place);
        let _ = area.present();
    }
}

/// Mixes most of `ground` into a part of the frame, so that text on it is legible.
fn shade(frame: &mut Picture, [left, top, width, height]: [usize; 4], ground: [u8; 3]) {
    let row = 3 * frame.width;
    let rows = frame.rgb.chunks_mut(row.max(1)).skip(top).take(height);
    for line in rows {
        let part = line.chunks_exact_mut(3).skip(left).take(width);
        for pixel in part {
            for (own, ground) in pixel.iter_mut().zip(ground) {
                *own = ((3 * u16::from(*own) + 7 * u16::from(ground)) / 10) as u8;
            }
        }
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
            assert_eq!(layout.caption_band(), Some([0, 128, 128, 15]));
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
    fn a_caption_stands_above_the_pictures_or_on_them() {
        let mut layout = layout(
            2,
            FrameStyle {
                scale: 32,
                columns: 2,
                gap: 4,
                border: 8,
                caption: CaptionPlace::Above,
                ..FrameStyle::default()
            },
        );
        let plain = layout.size();
        let tiles = [[200, 0, 0], [0, 200, 0]].map(|c| Picture::filled(4, 4, c));
        layout.has_caption = true;
        let frame = layout.draw(&tiles, None, "before and after").unwrap();
        assert_eq!(layout.size(), (plain.0, plain.1 + 15));
        assert_eq!((frame.width, frame.height), layout.size());
        let [first, second] = [layout.places()[0], layout.places()[1]];
        assert_eq!((first, second), ([8, 23, 128, 128], [140, 23, 128, 128]));
        assert_eq!(pixel(&frame, 8, 23), [200, 0, 0]);
        assert_eq!(pixel(&frame, 140, 150), [0, 200, 0]);
        let light = |frame: &Picture, rows: std::ops::Range<usize>| {
            let row = 3 * frame.width;
            let part = &frame.rgb[row * rows.start..row * rows.end];
            part.chunks(3)
                .filter(|p| p.iter().all(|byte| *byte > 150))
                .count()
        };
        assert!(light(&frame, 0..23) > 60 && light(&frame, 23..frame.height) == 0);

        layout.style.caption = CaptionPlace::Over;
        let frame = layout.draw(&tiles, None, "before and after").unwrap();
        assert_eq!(layout.size(), plain);
        // Shaded where the text stands, and nowhere else.
        let [_, top, _, tall] = layout.caption_band().unwrap();
        assert_eq!(top + tall, 8 + 128);
        assert_eq!(
            (pixel(&frame, 8, top - 1), pixel(&frame, 8, top)),
            ([200, 0, 0], [60, 0, 0])
        );
        assert!(light(&frame, top..top + tall) > 60);
        // Without words nothing is shaded.
        let silent = layout.draw(&tiles, None, "").unwrap();
        assert_eq!(pixel(&silent, 8, top), [200, 0, 0]);
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
