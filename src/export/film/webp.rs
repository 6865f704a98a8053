//! Animated WebP: true colours in little room.

use std::io::Write;

use webp_animation::{
    AnimParams, ColorMode, Encoder, EncoderOptions, EncodingConfig, EncodingType, Error,
    LossyEncodingConfig,
};

use super::error::FilmError;
use super::format::{FilmEncoder, FilmFormat};
use super::settings::{Film, FilmOption, FilmSettings};
use crate::export::ending::FileFormat;
use crate::picture::Picture;

pub struct WebP;

/// WebP counts pixels in 14 bits.
const MOST_SIDE: usize = 16_383;
/// Thousandths of a second, in which it counts time.
const PARTS: u64 = 1000;
/// The quality at which nothing is lost.
const LOSSLESS: u8 = 100;
/// Of the search for a small file without loss, 0 to 100.
const EFFORT: f32 = 50.0;

impl FilmFormat for WebP {
    fn id(&self) -> &'static str {
        "webp"
    }

    fn kind(&self) -> FileFormat {
        FileFormat::new("WebP", "webp")
    }

    fn about(&self) -> &'static str {
        "True colours in little room. Plays in browsers."
    }

    fn options(&self) -> &'static [FilmOption] {
        &[FilmOption::Repeat, FilmOption::Quality]
    }

    fn check(&self, film: &Film) -> Result<(), FilmError> {
        if film.width.max(film.height) > MOST_SIDE {
            let (width, height) = (film.width, film.height);
            return Err(FilmError::Limit(format!(
                "A WebP has {MOST_SIDE} pixels a side at most, not {width}×{height}. Choose a smaller scale."
            )));
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
        let options = EncoderOptions {
            anim_params: AnimParams {
                // 0 is for ever.
                loop_count: i32::from(!settings.repeat),
            },
            // Without loss a frame holds what has changed. Otherwise that leaves ghosts of earlier ones: each stands
            // for itself, in a twentieth more room.
            kmax: isize::from(settings.quality < LOSSLESS),
            color_mode: ColorMode::Rgb,
            encoding_config: Some(encoding(settings.quality)),
            ..EncoderOptions::default()
        };
        let size = (film.width as u32, film.height as u32); // MOST_SIDE at most
        Ok(Box::new(WebPEncoder {
            encoder: Encoder::new_with_options(size, options)?,
            settings,
            index: 0,
            out,
        }))
    }
}

fn encoding(quality: u8) -> EncodingConfig {
    let (encoding_type, quality) = match quality {
        LOSSLESS.. => (EncodingType::Lossless, EFFORT),
        _ => {
            let config = LossyEncodingConfig::default();
            (EncodingType::Lossy(config), f32::from(quality))
        }
    };
    EncodingConfig {
        encoding_type,
        quality,
        ..EncodingConfig::default()
    }
}

struct WebPEncoder<'a> {
    encoder: Encoder,
    settings: FilmSettings,
    index: usize,
    out: &'a mut (dyn Write + 'a),
}

impl WebPEncoder<'_> {
    /// When the next frame appears.
    fn time(&self) -> Result<i32, FilmError> {
        let time = self.settings.start(self.index, PARTS);
        i32::try_from(time).map_err(|_| {
            let text = "A WebP lasts 24 days at most. Make fewer frames, or more a second.";
            FilmError::Limit(text.into())
        })
    }
}

impl FilmEncoder for WebPEncoder<'_> {
    fn push(&mut self, frame: &Picture) -> Result<(), FilmError> {
        let time = self.time()?;
        self.index += 1;
        Ok(self.encoder.add_frame(&frame.rgb, time)?)
    }

    fn finish(self: Box<Self>) -> Result<(), FilmError> {
        let end = self.time()?;
        let bytes = self.encoder.finalize(end)?;
        Ok(self.out.write_all(&bytes)?)
    }
}

impl From<Error> for FilmError {
    fn from(error: Error) -> Self {
        Self::encode(error)
    }
}
