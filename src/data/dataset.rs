//! Prepared pictures, in memory or in a file.

use std::sync::Arc;

use super::cache::PixelFile;
use super::duplicates::DifferenceHash;
use crate::picture::Picture;

/// A picture that is ready.
#[derive(Debug)]
pub struct LoadedPicture {
    pub index: usize,
    /// Pixels across and down before it was prepared.
    pub found: (u32, u32),
    /// What it looks like, where duplicates are to be left out.
    pub look: Option<Box<DifferenceHash>>,
    /// Its bytes, where they are not in the file.
    pub(super) pixels: Option<Vec<u8>>,
    /// Whether it was there from an earlier time.
    pub kept: bool,
}

/// Square pictures of one size, 8 bits a channel, in the order in which they came.
#[derive(Clone, Debug)]
pub struct Dataset {
    size: usize,
    channels: usize,
    places: Vec<Place>,
    memory: Vec<u8>,
    file: Option<Arc<PixelFile>>,
}

/// Where a picture is.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// This many pictures from the beginning of the memory.
    Memory(u32),
    /// This many pictures from the beginning of the file.
    File(u32),
}

impl Dataset {
    /// No pictures yet; `channels` is 1 (grey) or 3.
    pub fn new(size: usize, channels: usize) -> Self {
        Self {
            size,
            channels,
            places: Vec::new(),
            memory: Vec::new(),
            file: None,
        }
    }

    /// The same, for pictures that are in `file`.
    pub(super) fn with_file(mut self, file: Option<Arc<PixelFile>>) -> Self {
        self.file = file;
        self
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
    pub fn stride(&self) -> usize {
        self.size * self.size * self.channels
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none yet.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Adds a picture of [`Dataset::size`] pixels a side; grey is the luma of Rec. 601. A picture
    /// of another size is left out.
    #[cfg(test)]
    pub fn push(&mut self, picture: &Picture) {
        if (picture.width, picture.height) != (self.size, self.size) {
            debug_assert!(false, "a picture of another size");
            return;
        }
        self.remember(&in_channels(picture, self.channels));
    }

    /// Adds a picture that was prepared for this data set.
    pub fn take(&mut self, ready: LoadedPicture) {
        match ready.pixels {
            Some(bytes) => self.remember(&bytes),
            None => self.places.push(Place::File(ready.index as u32)),
        }
    }

    fn remember(&mut self, bytes: &[u8]) {
        let number = self.memory.len() / self.stride().max(1);
        self.memory.extend_from_slice(bytes);
        self.places.push(Place::Memory(number as u32));
    }

    /// Puts picture `index`, `[size, size, channels]`, into `bytes`, which are as many as
    /// [`Dataset::stride`].
    ///
    /// # Errors
    /// `InvalidData` where the file does not hold any more what was prepared; `NotFound` beyond the
    /// last picture.
    pub fn read(&self, index: usize, bytes: &mut [u8]) -> std::io::Result<()> {
        let nothing = || std::io::Error::from(std::io::ErrorKind::NotFound);
        match *self.places.get(index).ok_or_else(nothing)? {
            Place::File(number) => {
                let file = self.file.as_ref().ok_or_else(nothing)?;
                let read = file.read_checked(number as usize, bytes);
                // Somebody else may write into the cache or empty it.
                read.map(|_| ())
                    .ok_or_else(|| std::io::ErrorKind::InvalidData.into())
            }
            Place::Memory(number) => {
                let start = number as usize * self.stride();
                let found = self.memory.get(start..start + bytes.len());
                bytes.copy_from_slice(found.ok_or_else(nothing)?);
                Ok(())
            }
        }
    }

    /// Of pictures `chosen` those that cannot be read any more: their numbers here and in the source.
    pub(super) fn lost(&self, chosen: &[usize]) -> Vec<(usize, usize)> {
        let mut bytes = vec![0; self.stride()];
        let mut lost = Vec::new();
        for &index in chosen {
            if let Some(Place::File(number)) = self.places.get(index)
                && self.read(index, &mut bytes).is_err()
            {
                lost.push((index, *number as usize));
            }
        }
        lost
    }

    /// Puts picture `index`, which was lost, back.
    pub(super) fn put_back(&mut self, index: usize, ready: LoadedPicture) {
        self.take(ready);
        if let Some(place) = self.places.pop()
            && let Some(lost) = self.places.get_mut(index)
        {
            *lost = place;
        }
    }

    /// The bytes of picture `index`, `[size, size, channels]`; `None` beyond the last, and where the
    /// disk fails.
    pub fn pixels(&self, index: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; self.stride()];
        self.read(index, &mut bytes).ok()?;
        Some(bytes)
    }

    /// Picture `index` to look at.
    pub fn picture(&self, index: usize) -> Option<Picture> {
        Some(picture(&self.pixels(index)?, self.size, self.channels))
    }
}

/// The bytes of a picture with 1 or 3 channels; grey is the luma of Rec. 601.
pub(super) fn in_channels(picture: &Picture, channels: usize) -> Vec<u8> {
    match channels {
        1 => picture.rgb.chunks_exact(3).map(luma).collect(),
        _ => picture.rgb.clone(),
    }
}

/// The picture of such bytes.
pub(super) fn picture(bytes: &[u8], size: usize, channels: usize) -> Picture {
    let rgb = match channels {
        1 => bytes.iter().flat_map(|&grey| [grey; 3]).collect(),
        _ => bytes.to_vec(),
    };
    Picture {
        width: size,
        height: size,
        rgb,
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
            (vec![76], vec![255])
        );
        assert_eq!(data.picture(0).unwrap().rgb, [76; 3]);
    }
}
