//! Animated GIF: 255 colours a frame or a film, and of each frame only what is not there already.

mod change;
mod quantize;

use std::borrow::Cow;
use std::io::Write;

use gif::{DisposalMethod, Encoder, EncodingError, Frame, Repeat};

use super::error::FilmError;
use super::format::{FilmEncoder, FilmFormat};
use super::settings::{Film, FilmOption, FilmSettings, Palette};
use crate::export::ending::{FileFormat, GIF};
use crate::picture::Picture;
use change::{Canvas, Patch};
use quantize::{Colours, Indexed, Quantizer};

pub struct Gif;

/// GIF counts pixels in 16 bits.
const MOST_SIDE: usize = u16::MAX as usize;
/// Hundredths of a second in which GIF counts time; viewers take delays below two for "as slow as ten".
const PARTS: u64 = 100;
const SHORTEST: u64 = 2;

impl FilmFormat for Gif {
    fn id(&self) -> &'static str {
        "gif"
    }

    fn kind(&self) -> FileFormat {
        GIF
    }

    fn about(&self) -> &'static str {
        "Plays everywhere; 255 colours a frame."
    }

    fn options(&self) -> &'static [FilmOption] {
        &[
            FilmOption::Repeat,
            FilmOption::Palette,
            FilmOption::Dither,
            FilmOption::Quality,
        ]
    }

    fn check(&self, film: &Film) -> Result<(), FilmError> {
        let limit = |text: String| Err(FilmError::Limit(text));
        if film.width.max(film.height) > MOST_SIDE {
            let (width, height) = (film.width, film.height);
            return limit(format!(
                "A GIF has {MOST_SIDE} pixels a side at most, not {width}×{height}. Choose a smaller scale."
            ));
        }
        let most = PARTS / SHORTEST;
        if u64::from(film.settings.fps) > most {
            return limit(format!(
                "A GIF shows {most} frames a second at most. Choose fewer, or another format."
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
        let settings = film.settings.clone();
        let quantizer = Quantizer::new(&settings);
        let shared = match settings.palette {
            // Without a sample each has its own all the same.
            Palette::Film => quantizer.shared(&film.sample)?,
            Palette::Frame => None,
        };
        let (width, height) = (film.width as u16, film.height as u16);
        let global = shared.as_ref().map_or(&[][..], Colours::table);
        let mut encoder = Encoder::new(out, width, height, global)?;
        if settings.repeat {
            encoder.set_repeat(Repeat::Infinite)?;
        }
        Ok(Box::new(GifEncoder {
            encoder,
            settings,
            quantizer,
            shared,
            canvas: None,
            index: 0,
        }))
    }
}

struct GifEncoder<'a> {
    encoder: Encoder<&'a mut (dyn Write + 'a)>,
    settings: FilmSettings,
    quantizer: Quantizer,
    /// The palette of all frames, where there is one.
    shared: Option<Colours>,
    /// What viewers show so far.
    canvas: Option<Canvas>,
    index: usize,
}

impl GifEncoder<'_> {
    fn frame(&mut self, patch: Patch, indexed: Indexed) -> Frame<'static> {
        let delay = self.settings.delay(self.index, PARTS).max(SHORTEST);
        self.index += 1;
        Frame {
            delay: delay as u16, // at most a second
            dispose: DisposalMethod::Keep,
            transparent: patch.transparent,
            left: patch.left as u16,
            top: patch.top as u16,
            width: patch.width as u16,
            height: patch.height as u16,
            palette: indexed.table,
            buffer: Cow::Owned(patch.indices),
            ..Frame::default()
        }
    }
}

impl FilmEncoder for GifEncoder<'_> {
    fn push(&mut self, picture: &Picture) -> Result<(), FilmError> {
        let indexed = match &self.shared {
            Some(colours) => self.quantizer.map(picture, colours)?,
            None => self.quantizer.own(picture)?,
        };
        let patch = match &mut self.canvas {
            Some(canvas) => canvas.change(picture, &indexed),
            None => {
                let (canvas, patch) = Canvas::begin(picture, &indexed, self.settings.quality);
                self.canvas = Some(canvas);
                patch
            }
        };
        let frame = self.frame(patch, indexed);
        Ok(self.encoder.write_frame(&frame)?)
    }

    fn finish(self: Box<Self>) -> Result<(), FilmError> {
        // Writes the trailer; dropping the encoder would hide why that failed.
        self.encoder.into_inner()?;
        Ok(())
    }
}

impl From<EncodingError> for FilmError {
    fn from(error: EncodingError) -> Self {
        match error {
            EncodingError::Io(error) => Self::Io(error),
            error => Self::encode(error),
        }
    }
}
