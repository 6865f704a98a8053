//! What a person takes away: one file per format.
//!
//! A format of still pictures is an `Exporter` in `PICTURES`, one of films a `FilmFormat` in `film`; names, checks
//! and refusals follow from there.

pub mod ending;
mod exporter;
pub mod film;
mod font;
pub mod layout;
pub mod plot;
mod png;
pub mod strip;

use std::io;
use std::path::Path;

use crate::notice::Notice;
use crate::picture::Picture;
use crate::{atomic_file, regular_file};
use ending::FileFormat;
use exporter::Exporter;

/// Formats of still pictures; the first is taken where a name has no ending.
static PICTURES: [&dyn Exporter; 1] = [&png::Png];

/// The kinds of file that still pictures are written in.
pub fn picture_kinds() -> Vec<FileFormat> {
    PICTURES.iter().map(|format| format.kind()).collect()
}

/// Whether a picture may be written at `path`, as [`ending::check`].
///
/// # Errors
/// Where it may not: what to do instead.
pub fn check_picture(path: &Path) -> Result<(), Notice> {
    ending::check_any(path, &picture_kinds())
}

/// Writes `picture` in the format that the name of `path` asks for, whole or not at all.
///
/// # Errors
/// The file system's.
pub fn write_picture(path: &Path, picture: &Picture) -> io::Result<()> {
    let mut formats = PICTURES.iter();
    let format = formats.find(|format| format.kind().is_of(path));
    let format = format.unwrap_or(&PICTURES[0]);
    atomic_file::write(path, |file| format.encode(picture, file))
}

/// Writes `picture` as a PNG with `texts`, each a keyword of Latin letters and what it says; whole or not at all.
///
/// # Errors
/// The file system's.
pub fn write_png(path: &Path, picture: &Picture, texts: &[(&str, &str)]) -> io::Result<()> {
    atomic_file::write(path, |file| png::encode(picture, texts, file))
}

/// What the text `keyword` of a PNG says; none where it has no such text, or is no PNG.
///
/// # Errors
/// The file system's.
pub fn read_png_text(path: &Path, keyword: &str) -> io::Result<Option<String>> {
    png::text(io::BufReader::new(regular_file::open(path)?), keyword)
}
