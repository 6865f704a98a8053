//! A folder of numbered PNG files; to standard output, one PNG after another.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::FilmError;
use super::format::{Fill, FilmEncoder, FilmFormat};
use super::settings::Film;
use crate::atomic_file;
use crate::export::ending::FileFormat;
use crate::export::png;
use crate::picture::Picture;

pub struct Frames;

impl FilmFormat for Frames {
    fn id(&self) -> &'static str {
        "frames"
    }

    fn kind(&self) -> FileFormat {
        FileFormat::new("folder of PNG files", "")
    }

    fn about(&self) -> &'static str {
        "A numbered PNG file for each frame, for other programs."
    }

    fn begin<'a>(
        &self,
        _: &Film,
        out: &'a mut (dyn Write + 'a),
    ) -> Result<Box<dyn FilmEncoder + 'a>, FilmError> {
        Ok(Box::new(OneAfterAnother(out)))
    }

    fn write(&self, path: &Path, film: &Film, fill: Fill<'_>) -> Result<(), FilmError> {
        if atomic_file::is_standard_output(path) {
            return atomic_file::write_through(path, |mut out| {
                super::format::encode(self, film, &mut out, fill)
            });
        }
        atomic_file::write_folder(path, |folder| {
            let mut numbered = Numbered {
                folder: folder.to_owned(),
                written: 0,
            };
            fill(&mut numbered)
        })
    }
}

struct OneAfterAnother<'a>(&'a mut (dyn Write + 'a));

impl FilmEncoder for OneAfterAnother<'_> {
    fn push(&mut self, frame: &Picture) -> Result<(), FilmError> {
        Ok(png::encode(frame, &[], &mut *self.0)?)
    }

    fn finish(self: Box<Self>) -> Result<(), FilmError> {
        Ok(())
    }
}

struct Numbered {
    folder: PathBuf,
    written: usize,
}

impl FilmEncoder for Numbered {
    fn push(&mut self, frame: &Picture) -> Result<(), FilmError> {
        self.written += 1;
        let path = self.folder.join(format!("frame-{:06}.png", self.written));
        let mut bytes = Vec::new();
        png::encode(frame, &[], &mut bytes)?;
        // Nobody sees the folder before it is whole.
        Ok(std::fs::write(path, bytes)?)
    }

    fn finish(self: Box<Self>) -> Result<(), FilmError> {
        Ok(())
    }
}
