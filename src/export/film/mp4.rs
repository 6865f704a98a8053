//! MP4 with H.264: what every player and service takes.

use std::io::Write;

use muxide::api::{Muxer, MuxerBuilder, MuxerError, VideoCodec};
use openh264::OpenH264API;
use openh264::encoder::{
    Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, Profile, QpRange,
    RateControlMode, VuiConfig,
};
use openh264::formats::YUVSlices;

use super::error::FilmError;
use super::format::{FilmEncoder, FilmFormat};
use super::settings::{Film, FilmOption};
use super::yuv;
use crate::export::ending::FileFormat;
use crate::picture::Picture;

pub struct Mp4;

/// What the encoder takes: sides, and pixels in all (those of 4096×2304, level 5.2).
const SIDES: (usize, usize) = (16, 4096);
const MOST_PIXELS: usize = 4096 * 2304;
/// H.264's quantisers at quality 100 and 1.
const QUANTISERS: (f32, f32) = (10.0, 45.0);
/// Seconds after which a picture stands for itself: where players can jump to.
const KEY_EVERY: u32 = 2;

impl FilmFormat for Mp4 {
    fn id(&self) -> &'static str {
        "mp4"
    }

    fn kind(&self) -> FileFormat {
        FileFormat::new("MP4", "mp4")
    }

    fn about(&self) -> &'static str {
        "Video for every player and service; small. Players choose whether it repeats."
    }

    fn options(&self) -> &'static [FilmOption] {
        &[FilmOption::Quality]
    }

    fn check(&self, film: &Film) -> Result<(), FilmError> {
        let (width, height) = even(film);
        let (low, high) = SIDES;
        let limit = |text: String| Err(FilmError::Limit(text));
        if width.max(height) > high || width * height > MOST_PIXELS {
            return limit(format!(
                "An MP4 has {high}×2304 pixels at most, not {width}×{height}. Choose a smaller scale."
            ));
        }
        if width.min(height) < low {
            return limit(format!(
                "An MP4 has {low} pixels a side at least, not {width}×{height}. Choose a larger scale."
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
        let (width, height) = even(film);
        let fps = film.settings.fps.max(1);
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config(film))?;
        let muxer = MuxerBuilder::new(out)
            .video(
                VideoCodec::H264,
                width as u32,
                height as u32,
                f64::from(fps),
            )
            .build()?;
        Ok(Box::new(Mp4Encoder {
            encoder,
            muxer,
            size: (width, height),
            fps,
            index: 0,
        }))
    }
}

/// The size with each side even, as 4:2:0 has it.
fn even(film: &Film) -> (usize, usize) {
    (
        film.width.next_multiple_of(2),
        film.height.next_multiple_of(2),
    )
}

/// Each frame as good as the others: neither is one skipped, nor its quality sacrificed to a bit rate.
fn config(film: &Film) -> EncoderConfig {
    let (best, worst) = QUANTISERS;
    let quality = f32::from(film.settings.quality.clamp(1, 100));
    let quantiser = libm::roundf(worst + (best - worst) * (quality - 1.0) / 99.0) as u8;
    let fps = film.settings.fps.max(1);
    EncoderConfig::new()
        .rate_control_mode(RateControlMode::Off)
        .qp(QpRange::new(quantiser, quantiser))
        .skip_frames(false)
        .adaptive_quantization(false)
        .background_detection(false)
        .scene_change_detect(false)
        .complexity(Complexity::High)
        .profile(Profile::High)
        .max_frame_rate(FrameRate::from_hz(f32::from(fps)))
        .intra_frame_period(IntraFramePeriod::from_num_frames(
            KEY_EVERY * u32::from(fps),
        ))
        .vui(VuiConfig::bt601())
        // Its result would depend on how many cores there are.
        .num_threads(1)
}

struct Mp4Encoder<'a> {
    encoder: Encoder,
    muxer: Muxer<&'a mut (dyn Write + 'a)>,
    size: (usize, usize),
    fps: u16,
    index: usize,
}

impl FilmEncoder for Mp4Encoder<'_> {
    fn push(&mut self, frame: &Picture) -> Result<(), FilmError> {
        let (width, height) = self.size;
        let [y, u, v] = yuv::planes_420(frame, width, height);
        let strides = (width, width / 2, width / 2);
        let source = YUVSlices::new((&y, &u, &v), self.size, strides);
        let coded = self.encoder.encode(&source)?;
        let is_key = matches!(coded.frame_type(), FrameType::IDR | FrameType::I);
        let time = self.index as f64 / f64::from(self.fps);
        self.index += 1;
        Ok(self.muxer.write_video(time, &coded.to_vec(), is_key)?)
    }

    fn finish(self: Box<Self>) -> Result<(), FilmError> {
        Ok(self.muxer.finish()?)
    }
}

impl From<openh264::Error> for FilmError {
    fn from(error: openh264::Error) -> Self {
        Self::encode(error)
    }
}

impl From<MuxerError> for FilmError {
    fn from(error: MuxerError) -> Self {
        match error {
            MuxerError::Io(error) => Self::Io(error),
            error => Self::encode(error),
        }
    }
}
