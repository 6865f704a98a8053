//! Animated GIF.

use std::io;
use std::path::Path;

use gif::{Encoder, Frame, Repeat};

use crate::atomic_file;
use crate::picture::Picture;

/// Quality of the palette search: 1 is best, 30 fastest (NeuQuant's sampling step).
const PALETTE_SPEED: i32 = 10;

/// Why a GIF was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GifError<E> {
    /// The file system said no.
    #[error("the GIF cannot be written: {0}")]
    Io(#[from] io::Error),
    #[error("the GIF cannot be encoded: {0}")]
    Encode(#[from] gif::EncodingError),
    /// A frame could not be made.
    #[error("{0}")]
    Frame(E),
    /// There was nothing to write.
    #[error("an animation needs at least one frame")]
    Empty,
    /// GIF counts pixels in 16 bits.
    #[error("{0}×{1} pixels are too many for a GIF (limit: 65535 a side)")]
    TooLarge(usize, usize),
}

/// Writes `frames`, all of one size, at `fps` pictures a second, repeating for ever; whole or not
/// at all. Each frame has a palette of its own: 256 colours are few for a face.
///
/// # Errors
/// The first that a frame, the encoder or the file system gives.
pub fn write<E>(
    path: &Path,
    fps: u16,
    frames: impl IntoIterator<Item = Result<Picture, E>>,
) -> Result<(), GifError<E>> {
    atomic_file::write(path, |file| {
        let mut frames = frames.into_iter();
        let first = frames
            .next()
            .ok_or(GifError::Empty)?
            .map_err(GifError::Frame)?;
        let too_large = |_| GifError::TooLarge(first.width, first.height);
        let width = u16::try_from(first.width).map_err(too_large)?;
        let height = u16::try_from(first.height).map_err(too_large)?;
        let mut encoder = Encoder::new(file, width, height, &[])?;
        encoder.set_repeat(Repeat::Infinite)?;
        let mut delays = Delays::new(fps);
        for picture in std::iter::once(Ok(first)).chain(frames.map(|f| f.map_err(GifError::Frame)))
        {
            let picture = picture?;
            let mut frame = Frame::from_rgb_speed(width, height, &picture.rgb, PALETTE_SPEED);
            frame.delay = delays.next();
            encoder.write_frame(&frame)?;
        }
        Ok(())
    })
}

/// GIF counts time in hundredths of a second: delays alternate so that their sum keeps the pace.
struct Delays {
    fps: u64,
    frame: u64,
}

impl Delays {
    fn new(fps: u16) -> Self {
        Self {
            fps: u64::from(fps.max(1)),
            frame: 0,
        }
    }

    fn next(&mut self) -> u16 {
        let until = |frame: u64| (frame * 100 + self.fps / 2) / self.fps;
        let delay = until(self.frame + 1) - until(self.frame);
        self.frame += 1;
        // Viewers take delays below 2 for "as slow as 10".
        delay.max(2) as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::AnimationDecoder as _;

    #[test]
    fn another_decoder_reads_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gif");
        let frames = (0..5u8).map(|i| Ok::<_, io::Error>(Picture::filled(8, 6, [50 * i, 0, 255])));
        write(&path, 30, frames).unwrap();
        let file = io::BufReader::new(std::fs::File::open(&path).unwrap());
        let frames = image::codecs::gif::GifDecoder::new(file)
            .unwrap()
            .into_frames();
        let frames = frames.collect_frames().unwrap();
        assert_eq!(frames.len(), 5);
        assert_eq!(frames[4].buffer().dimensions(), (8, 6));
        let pixel = frames[4].buffer().get_pixel(3, 3).0;
        assert!(
            pixel
                .iter()
                .zip([200, 0, 255])
                .all(|(a, b)| a.abs_diff(b) < 8),
            "{pixel:?}"
        );
    }

    #[test]
    fn delays_keep_the_pace() {
        let mut delays = Delays::new(30);
        let sum: u32 = (0..30).map(|_| u32::from(delays.next())).sum();
        assert_eq!(sum, 100);
    }

    #[test]
    fn a_failing_frame_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gif");
        let frames = [Ok(Picture::new(2, 2)), Err("no")];
        let error = write(&path, 25, frames).unwrap_err();
        assert_eq!(error.to_string(), "no");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(matches!(
            write(&path, 25, Vec::<Result<Picture, &str>>::new()),
            Err(GifError::Empty)
        ));
    }
}
