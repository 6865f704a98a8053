//! Frames as other programs take them from a pipe: YUV4MPEG2, which tells its size and rate, and bare RGB.

use std::io::Write;
use std::path::Path;

use super::error::FilmError;
use super::format::{Fill, FilmEncoder, FilmFormat, encode};
use super::settings::Film;
use super::yuv;
use crate::atomic_file;
use crate::export::ending::FileFormat;
use crate::picture::Picture;

/// For `ffmpeg -f yuv4mpegpipe`, `mpv -` and others.
pub struct Y4m;

impl FilmFormat for Y4m {
    fn id(&self) -> &'static str {
        "y4m"
    }

    fn kind(&self) -> FileFormat {
        FileFormat::new("YUV4MPEG2", "y4m")
    }

    fn about(&self) -> &'static str {
        "Uncompressed video that ffmpeg, mpv and others read, also from a pipe."
    }

    fn begin<'a>(
        &self,
        film: &Film,
        out: &'a mut (dyn Write + 'a),
    ) -> Result<Box<dyn FilmEncoder + 'a>, FilmError> {
        let (width, height, fps) = (film.width, film.height, film.settings.fps);
        // 4:4:4 keeps every colour and takes odd sizes.
        writeln!(out, "YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C444")?;
        Ok(Box::new(Y4mEncoder(out)))
    }

    fn write(&self, path: &Path, film: &Film, fill: Fill<'_>) -> Result<(), FilmError> {
        atomic_file::write_through(path, |mut out| encode(self, film, &mut out, fill))
    }
}

struct Y4mEncoder<'a>(&'a mut (dyn Write + 'a));

impl FilmEncoder for Y4mEncoder<'_> {
    fn push(&mut self, frame: &Picture) -> Result<(), FilmError> {
        self.0.write_all(b"FRAME\n")?;
        for plane in yuv::planes(frame) {
            self.0.write_all(&plane)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), FilmError> {
        Ok(self.0.flush()?)
    }
}

/// For `ffmpeg -f rawvideo -pix_fmt rgb24` and others that are told size and rate.
pub struct Raw;

impl FilmFormat for Raw {
    fn id(&self) -> &'static str {
        "rgb"
    }

    fn kind(&self) -> FileFormat {
        FileFormat::new("bare RGB", "rgb")
    }

    fn about(&self) -> &'static str {
        "Uncompressed frames, three bytes a pixel and nothing else, for other programs."
    }

    fn begin<'a>(
        &self,
        _: &Film,
        out: &'a mut (dyn Write + 'a),
    ) -> Result<Box<dyn FilmEncoder + 'a>, FilmError> {
        Ok(Box::new(RawEncoder(out)))
    }

    fn write(&self, path: &Path, film: &Film, fill: Fill<'_>) -> Result<(), FilmError> {
        atomic_file::write_through(path, |mut out| encode(self, film, &mut out, fill))
    }
}

struct RawEncoder<'a>(&'a mut (dyn Write + 'a));

impl FilmEncoder for RawEncoder<'_> {
    fn push(&mut self, frame: &Picture) -> Result<(), FilmError> {
        Ok(self.0.write_all(&frame.rgb)?)
    }

    fn finish(self: Box<Self>) -> Result<(), FilmError> {
        Ok(self.0.flush()?)
    }
}
