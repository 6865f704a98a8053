//! A folder of pictures, sub-folders included.

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};

use image::{ImageReader, Limits};
use walkdir::WalkDir;

use super::{Source, SourceError, prepare};
use crate::picture::Picture;

/// Endings that are taken for pictures; what a file really holds is read from its first bytes.
const ENDINGS: [&str; 5] = ["png", "jpg", "jpeg", "webp", "bmp"];

/// Longest side that is decoded: beyond it a file is refused by its header.
const LONGEST_SIDE: u32 = 16_384;

/// Memory that decoding one picture may take.
const DECODE_BYTES: u64 = 1 << 30;

/// Pictures in a folder, in the order of their paths.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    files: Vec<PathBuf>,
}

impl Folder {
    /// Finds every picture below `root`. Links to folders are not followed, so that they cannot
    /// lead in circles; what cannot be read is left out.
    ///
    /// # Errors
    /// Where `root` is no folder or holds no picture.
    pub fn open(root: &Path) -> Result<Self, SourceError> {
        if !root.exists() {
            return Err(SourceError::Missing(root.to_owned()));
        }
        if !root.is_dir() {
            return Err(SourceError::NotAFolder(root.to_owned()));
        }
        let files: Vec<PathBuf> = WalkDir::new(root)
            .sort_by_file_name()
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| !entry.file_type().is_dir() && is_picture(entry.path()))
            .map(walkdir::DirEntry::into_path)
            .collect();
        if files.is_empty() {
            return Err(SourceError::NoPictures(root.to_owned()));
        }
        Ok(Self {
            root: root.to_owned(),
            files,
        })
    }
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

impl Source for Folder {
    fn name(&self) -> String {
        let name = self.root.file_name().unwrap_or(self.root.as_os_str());
        name.to_string_lossy().into_owned()
    }

    fn licence(&self) -> String {
        "as its pictures; not known to the program".into()
    }

    fn len(&self) -> usize {
        self.files.len()
    }

    fn item_name(&self, index: usize) -> String {
        let Some(path) = self.files.get(index) else {
            return format!("picture {index}");
        };
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        inside.display().to_string()
    }

    fn picture(&self, index: usize, size: usize) -> Result<Picture, SourceError> {
        let path = self
            .files
            .get(index)
            .ok_or_else(|| SourceError::Missing(self.root.clone()))?;
        prepare::square(&decode(path)?, size)
    }
}

/// Decodes by content, not by name; size is checked before any pixel is.
fn decode(path: &Path) -> Result<image::DynamicImage, SourceError> {
    let mut file = BufReader::new(File::open(path)?);
    // A file name lies more often than the first bytes do.
    let mut start = Vec::new();
    file.by_ref().take(64).read_to_end(&mut start)?;
    file.rewind()?;
    let format = match image::guess_format(&start) {
        Ok(format) => format,
        Err(unknown) => image::ImageFormat::from_path(path).map_err(|_| unknown)?,
    };
    let (across, down) = ImageReader::with_format(file, format).into_dimensions()?;
    if across.max(down) > LONGEST_SIDE {
        return Err(SourceError::TooLarge(across, down, LONGEST_SIDE));
    }
    let mut reader = ImageReader::with_format(BufReader::new(File::open(path)?), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODE_BYTES);
    reader.limits(limits);
    Ok(reader.decode()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        folder
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let picture = image::RgbImage::from_pixel(width, height, image::Rgb([200, 100, 50]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    }

    #[test]
    fn finds_pictures_below_in_the_order_of_their_names() {
        let good = png(40, 30);
        let files = [
            ("b.png", &good[..]),
            ("a/c.JPG", &good),
            ("note.txt", b"no"),
        ];
        let folder = folder_with(&files);
        let source = Folder::open(folder.path()).unwrap();
        let names: Vec<_> = (0..source.len()).map(|i| source.item_name(i)).collect();
        assert_eq!(names, ["a/c.JPG", "b.png"]);
        // A PNG called .JPG is read all the same.
        let picture = source.picture(0, 32).unwrap();
        assert_eq!((picture.width, picture.height), (32, 32));
        assert!(picture.rgb.chunks(3).all(|pixel| pixel == [200, 100, 50]));
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        let good = png(9, 9);
        let huge = {
            // Only the header tells the size, and only the header is read.
            let mut bytes = png(1, 1);
            bytes[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
            let crc = crc32(&bytes[12..29]);
            bytes[29..33].copy_from_slice(&crc.to_be_bytes());
            bytes
        };
        let files = [
            ("1.png", &good[..good.len() / 2]),
            ("2.png", &[]),
            ("3.png", b"GIF is not what this is, nor anything else"),
            ("4.png", &huge),
        ];
        let folder = folder_with(&files);
        let source = Folder::open(folder.path()).unwrap();
        let why = |index| source.picture(index, 32).unwrap_err().to_string();
        for index in 0..3 {
            assert!(
                why(index).contains("not a usable picture"),
                "{}",
                why(index)
            );
        }
        assert_eq!(
            why(3),
            "20000×20000 pixels are too many (limit: 16384 a side)"
        );
    }

    #[test]
    fn a_path_without_pictures_is_told_apart() {
        let folder = folder_with(&[("note.txt", b"no")]);
        let error = |path: &Path| Folder::open(path).unwrap_err().to_string();
        assert!(error(folder.path()).contains("no png, jpeg, webp or bmp"));
        assert!(error(&folder.path().join("note.txt")).contains("this is a file"));
        assert!(error(&folder.path().join("gone")).contains("nothing at this path"));
    }

    /// CRC-32 of a PNG chunk, bit by bit.
    fn crc32(bytes: &[u8]) -> u32 {
        let mut crc = u32::MAX;
        for &byte in bytes {
            crc ^= u32::from(byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 {
                    (crc >> 1) ^ 0xedb8_8320
                } else {
                    crc >> 1
                };
            }
        }
        !crc
    }
}
