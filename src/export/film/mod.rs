//! Films: a format is a `FilmFormat` in `FORMATS`; names, checks, estimates and refusals follow from there.
//!
//! Frames are pushed one by one and are all of one size; nothing is at the path until the last one is.

mod apng;
mod error;
mod format;
mod frames;
mod gif;
#[cfg(feature = "mp4")]
mod mp4;
mod settings;
mod sheet;
mod stream;
mod webp;
mod yuv;

use std::io::{self, Write};
use std::path::Path;

pub use error::FilmError;
pub use format::{Fill, FilmEncoder, FilmFormat};
pub use settings::{Film, FilmOption, FilmSettings, MOST_FPS, Palette};

use crate::export::ending::{self, FileFormat};
use crate::notice::Notice;
use crate::picture::Picture;

/// In the order in which a person chooses; the first is taken where a name has no ending.
static FORMATS: &[&dyn FilmFormat] = &[
    &gif::Gif,
    #[cfg(feature = "mp4")]
    &mp4::Mp4,
    &webp::WebP,
    &apng::Apng,
    &frames::Frames,
    &sheet::Sheet,
    &stream::Y4m,
    &stream::Raw,
];

/// The formats of films.
pub fn formats() -> &'static [&'static dyn FilmFormat] {
    FORMATS
}

/// The format that `--format` or a setting names.
pub fn named(id: &str) -> Option<&'static dyn FilmFormat> {
    FORMATS.iter().copied().find(|format| format.id() == id)
}

/// The format that the name of `path` asks for; `.png` moves, and a name without an ending is a GIF's.
///
/// # Errors
/// Where none has that ending, or a folder is there.
pub fn of_path(path: &Path) -> Result<&'static dyn FilmFormat, Notice> {
    let by_name: Vec<_> = FORMATS
        .iter()
        .filter(|format| !format.is_folder())
        .collect();
    if let Some(format) = by_name.iter().find(|format| format.takes(path)) {
        return Ok(**format);
    }
    #[cfg(not(feature = "mp4"))]
    if path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("mp4"))
    {
        return Err(Notice::error(
            "This build writes no MP4, which needs a C++ compiler: build with --features mp4, or write .webp, .gif or .png.",
        ));
    }
    let kinds: Vec<FileFormat> = by_name.iter().map(|format| format.kind()).collect();
    ending::check_any(path, &kinds).map(|()| FORMATS[0])
}

/// Writes the film that `fill` pushes to `path`, whole or not at all: on any error, and where `fill` stops,
/// nothing is left and an older file stays as it was.
///
/// # Errors
/// Those of the format, the file system and `fill`; [`FilmError::Frames`] where it pushes something else than
/// `film` says.
pub fn write(
    format: &dyn FilmFormat,
    path: &Path,
    film: &Film,
    mut fill: impl FnMut(&mut dyn FilmEncoder) -> Result<(), FilmError>,
) -> Result<(), FilmError> {
    check(format, film)?;
    format.write(path, film, &mut |encoder| {
        let mut checked = Checked {
            film,
            pushed: 0,
            encoder,
        };
        fill(&mut checked)?;
        checked.whole()
    })
}

/// Whether `format` can hold `film`; asked before anything is drawn.
///
/// # Errors
/// What to do instead.
pub fn check(format: &dyn FilmFormat, film: &Film) -> Result<(), FilmError> {
    if film.frames == 0 || film.width == 0 || film.height == 0 {
        return Err(FilmError::Empty);
    }
    format.check(film)
}

/// About how many bytes `film` will take: what the frames in `sample`, which follow each other, take, for all.
///
/// # Errors
/// As [`write()`].
pub fn estimate(
    format: &dyn FilmFormat,
    film: &Film,
    sample: &[Picture],
) -> Result<u64, FilmError> {
    let size = |frames: &[Picture]| {
        let film = Film {
            frames: frames.len(),
            ..film.clone()
        };
        check(format, &film)?;
        let mut count = Count(0);
        format::encode(format, &film, &mut count, &mut |encoder| {
            frames.iter().try_for_each(|frame| encoder.push(frame))
        })?;
        Ok::<u64, FilmError>(count.0)
    };
    let first = size(sample.get(..1).unwrap_or_default())?;
    let more = sample.len().saturating_sub(1) as u64;
    if more == 0 {
        return Ok(first * film.frames as u64);
    }
    let others = size(sample)?.saturating_sub(first);
    Ok(first + others * (film.frames as u64).saturating_sub(1) / more)
}

/// Lets through what belongs to its film.
struct Checked<'a> {
    film: &'a Film,
    pushed: usize,
    encoder: &'a mut dyn FilmEncoder,
}

impl Checked<'_> {
    fn whole(&self) -> Result<(), FilmError> {
        self.counted(self.pushed == self.film.frames, self.pushed)
    }

    fn counted(&self, right: bool, found: usize) -> Result<(), FilmError> {
        if right {
            return Ok(());
        }
        Err(FilmError::Frames {
            expected: format!("{} frames", self.film.frames),
            found: format!("{found}"),
        })
    }
}

impl FilmEncoder for Checked<'_> {
    fn push(&mut self, frame: &Picture) -> Result<(), FilmError> {
        let film = self.film;
        self.pushed += 1;
        self.counted(self.pushed <= film.frames, self.pushed)?;
        if (frame.width, frame.height) != (film.width, film.height) {
            return Err(FilmError::Frames {
                expected: format!("frames of {}×{} pixels", film.width, film.height),
                found: format!("one of {}×{}", frame.width, frame.height),
            });
        }
        self.encoder.push(frame)
    }

    fn finish(self: Box<Self>) -> Result<(), FilmError> {
        self.whole()
    }
}

/// Counts what is written to it.
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with room for so many bytes.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let written = bytes.len().min(self.0);
            self.0 -= written;
            match written {
                0 if !bytes.is_empty() => Err(io::ErrorKind::StorageFull.into()),
                _ => Ok(written),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn film(frames: usize) -> (Film, Vec<Picture>) {
        let pictures: Vec<Picture> = (0..frames)
            .map(|frame| Picture::filled(32, 16, [(frame * 40) as u8; 3]))
            .collect();
        let film = Film {
            width: 32,
            height: 16,
            frames,
            settings: FilmSettings::default(),
            sample: Vec::new(),
        };
        (film, pictures)
    }

    #[test]
    fn a_full_disk_is_an_error_wherever_it_comes() {
        for format in formats() {
            let (film, pictures) = film(3);
            let size = {
                let mut count = Count(0);
                let mut all = |encoder: &mut dyn FilmEncoder| {
                    pictures
                        .iter()
                        .try_for_each(|picture| encoder.push(picture))
                };
                format::encode(*format, &film, &mut count, &mut all).unwrap();
                count.0 as usize
            };
            for room in (0..size).step_by((size / 50).max(1)).chain([size - 1]) {
                let mut all = |encoder: &mut dyn FilmEncoder| {
                    pictures
                        .iter()
                        .try_for_each(|picture| encoder.push(picture))
                };
                let error = format::encode(*format, &film, &mut Full(room), &mut all).unwrap_err();
                let is_full = |error: &io::Error| error.kind() == io::ErrorKind::StorageFull;
                assert!(
                    matches!(&error, FilmError::Io(error) if is_full(error)),
                    "{} at {room} of {size}: {error:?}",
                    format.id()
                );
            }
        }
    }

    #[test]
    fn frames_must_be_those_of_the_film() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gif");
        let (film, pictures) = film(3);
        let write = |pictures: &[Picture]| {
            write(FORMATS[0], &path, &film, |encoder| {
                pictures
                    .iter()
                    .try_for_each(|picture| encoder.push(picture))
            })
        };
        let mut other = pictures.clone();
        other[1] = Picture::new(16, 16);
        for wrong in [
            &pictures[..2],
            &other[..],
            &[pictures.clone(), other.clone()].concat(),
        ] {
            assert!(matches!(write(wrong), Err(FilmError::Frames { .. })));
            assert!(!path.exists());
        }
        write(&pictures).unwrap();
    }

    #[test]
    fn a_name_tells_the_format() {
        let of = |name: &str| of_path(Path::new(name)).map(|format| format.id());
        let table = [
            ("a.gif", "gif"),
            ("a.PNG", "apng"),
            ("a.apng", "apng"),
            ("a.webp", "webp"),
            ("a", "gif"),
        ];
        for (name, id) in table {
            assert_eq!(of(name), Ok(id), "{name}");
        }
        let told = of("a.avi").unwrap_err().summary;
        assert!(told.contains(".avi") && told.contains(".webp"), "{told}");
        let ids: Vec<&str> = formats().iter().map(|format| format.id()).collect();
        assert!(
            ids.iter()
                .all(|id| named(id).is_some_and(|format| format.id() == *id))
        );
    }
}
