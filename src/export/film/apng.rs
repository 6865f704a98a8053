//! Animated PNG: every colour as it is.

use std::io::Write;
use std::path::Path;

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Writer};

use super::error::FilmError;
use super::format::{FilmEncoder, FilmFormat};
use super::settings::{Film, FilmOption};
use crate::export::ending::FileFormat;
use crate::picture::Picture;

pub struct Apng;

/// PNG counts frames, and pixels a side, in 31 bits.
const MOST: usize = i32::MAX as usize;

impl FilmFormat for Apng {
    fn id(&self) -> &'static str {
        "apng"
    }

    fn kind(&self) -> FileFormat {
        FileFormat::new("animated PNG", "png")
    }

    fn takes(&self, path: &Path) -> bool {
        self.kind().is_of(path) || FileFormat::new("", "apng").is_of(path)
    }

    fn about(&self) -> &'static str {
        "Every colour as it is; large. Plays in browsers."
    }

    fn options(&self) -> &'static [FilmOption] {
        &[FilmOption::Repeat]
    }

    fn check(&self, film: &Film) -> Result<(), FilmError> {
        if film.width.max(film.height).max(film.frames) > MOST {
            return Err(FilmError::Limit(
                "A PNG has no room for that many pixels or frames. Choose a smaller scale.".into(),
            ));
        }
        Ok(())
    }

    fn begin<'a>(
        &self,
        film: &Film,
        out: &'a mut (dyn Write + 'a),
    ) -> Result<Box<dyn FilmEncoder + 'a>, FilmError> {
        self.check(film)?;
        let mut encoder = Encoder::new(out, film.width as u32, film.height as u32);
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Balanced);
        // 0 is for ever.
        let plays = u32::from(!film.settings.repeat);
        encoder.set_animated(film.frames as u32, plays)?;
        encoder.set_frame_delay(1, film.settings.fps.max(1))?;
        let writer = encoder.write_header()?;
        Ok(Box::new(ApngEncoder(writer)))
    }
}

struct ApngEncoder<'a>(Writer<&'a mut (dyn Write + 'a)>);

impl FilmEncoder for ApngEncoder<'_> {
    fn push(&mut self, frame: &Picture) -> Result<(), FilmError> {
        Ok(self.0.write_image_data(&frame.rgb)?)
    }

    fn finish(self: Box<Self>) -> Result<(), FilmError> {
        Ok(self.0.finish()?)
    }
}

impl From<EncodingError> for FilmError {
    fn from(error: EncodingError) -> Self {
        match error {
            EncodingError::IoError(error) => Self::Io(error),
            error => Self::encode(error),
        }
    }
}
