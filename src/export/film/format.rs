//! What a format of films must be able to do.

use std::io::Write;
use std::path::Path;

use super::error::FilmError;
use super::settings::{Film, FilmOption};
use crate::atomic_file;
use crate::export::ending::FileFormat;
use crate::picture::Picture;

/// A format of films: what holds frames and when each is shown.
pub trait FilmFormat: Sync {
    /// Its word in `--format` and in settings.
    fn id(&self) -> &'static str;

    /// What it is called, and how names of its files end.
    fn kind(&self) -> FileFormat;

    /// Whether it writes a folder, whose name has no ending.
    fn is_folder(&self) -> bool {
        self.kind().ending.is_empty()
    }

    /// Whether the name of `path` is one of its own.
    fn takes(&self, path: &Path) -> bool {
        self.kind().is_of(path)
    }

    /// One sentence for a person who chooses: what it is good for.
    fn about(&self) -> &'static str;

    /// Which settings beside the rate make a difference to it.
    fn options(&self) -> &'static [FilmOption] {
        &[]
    }

    /// Asked before anything is drawn.
    ///
    /// # Errors
    /// Where the format cannot hold such a film: what to do instead.
    fn check(&self, _: &Film) -> Result<(), FilmError> {
        Ok(())
    }

    /// Begins to write to `out`; what comes of it is whole once the encoder has finished.
    ///
    /// # Errors
    /// As [`FilmFormat::check`], and those of the encoder and of `out`.
    fn begin<'a>(
        &self,
        film: &Film,
        out: &'a mut (dyn Write + 'a),
    ) -> Result<Box<dyn FilmEncoder + 'a>, FilmError>;

    /// Writes what `fill` pushes to `path`, whole or not at all.
    ///
    /// # Errors
    /// Those of the encoder, the file system and `fill`.
    fn write(&self, path: &Path, film: &Film, fill: Fill<'_>) -> Result<(), FilmError> {
        atomic_file::write(path, |file| encode(self, film, file, fill))
    }
}

/// Gives the frames of a film in their order.
pub type Fill<'a> = &'a mut dyn FnMut(&mut dyn FilmEncoder) -> Result<(), FilmError>;

/// A film that is being written, frame by frame.
pub trait FilmEncoder {
    /// Adds a frame of the film's size.
    ///
    /// # Errors
    /// Those of the encoder and of what it writes to.
    fn push(&mut self, frame: &Picture) -> Result<(), FilmError>;

    /// Writes what is left.
    ///
    /// # Errors
    /// As [`FilmEncoder::push`].
    fn finish(self: Box<Self>) -> Result<(), FilmError>;
}

/// Writes what `fill` pushes to `out`.
///
/// # Errors
/// As [`FilmFormat::write`].
pub(super) fn encode(
    format: &(impl FilmFormat + ?Sized),
    film: &Film,
    out: &mut dyn Write,
    fill: Fill<'_>,
) -> Result<(), FilmError> {
    let mut encoder = format.begin(film, out)?;
    fill(&mut *encoder)?;
    encoder.finish()
}
