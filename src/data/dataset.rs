//! Prepared pictures in memory.

use crate::picture::Picture;

/// Square pictures of one size, 8 bits a channel, one after the other.
#[derive(Clone, Debug)]
pub struct Dataset {
    size: usize,
    channels: usize,
    pixels: Vec<u8>,
}

impl Dataset {
    /// No pictures yet; `channels` is 1 (grey) or 3.
    pub fn new(size: usize, channels: usize) -> Self {
        Self {
            size,
            channels,
            pixels: Vec::new(),
        }
    }

    /// Side of a picture in pixels.
    pub fn size(&self) -> usize {
        self.size
    }

    /// 1 or 3.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Bytes of a picture.
    fn stride(&self) -> usize {
        self.size * self.size * self.channels
    }

    /// Pictures so far.
    pub fn len(&self) -> usize {
        self.pixels.len() / self.stride().max(1)
    }

    /// Whether there are none yet.
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// Adds a picture of [`Dataset::size`] pixels a side; grey is the luma of Rec. 601. A picture
    /// of another size would shift all later ones and is left out.
    pub fn push(&mut self, picture: &Picture) {
        if (picture.width, picture.height) != (self.size, self.size) {
            debug_assert!(false, "a picture of another size");
            return;
        }
        match self.channels {
            1 => self.pixels.extend(picture.rgb.chunks_exact(3).map(luma)),
            _ => self.pixels.extend_from_slice(&picture.rgb),
        }
    }

    /// The bytes of picture `index`, `[size, size, channels]`; `None` beyond the last.
    pub fn pixels(&self, index: usize) -> Option<&[u8]> {
        let start = index.checked_mul(self.stride())?;
        self.pixels.get(start..start.checked_add(self.stride())?)
    }
}

fn luma(pixel: &[u8]) -> u8 {
    match *pixel {
        [r, g, b] => {
            let sum = 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b);
            ((sum + 500) / 1000) as u8
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_come_back_in_order() {
        let mut data = Dataset::new(2, 3);
        data.push(&Picture::filled(2, 2, [1, 2, 3]));
        data.push(&Picture::filled(2, 2, [4, 5, 6]));
        assert_eq!(data.len(), 2);
        assert_eq!(data.pixels(1).unwrap()[..3], [4, 5, 6]);
        assert_eq!(data.pixels(2), None);
    }

    #[test]
    fn grey_is_luma() {
        let mut data = Dataset::new(1, 1);
        data.push(&Picture::filled(1, 1, [255, 0, 0]));
        data.push(&Picture::filled(1, 1, [255, 255, 255]));
        assert_eq!(
            (data.pixels(0).unwrap(), data.pixels(1).unwrap()),
            (&[76][..], &[255][..])
        );
    }
}
