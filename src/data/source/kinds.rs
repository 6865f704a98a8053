//! What a file is, by its first bytes.

use image::ImageFormat;

use super::formats::idx::header as idx;
use super::tar::header as tar;

/// First bytes that are looked at: a tar's header is so long.
pub const BEGINNING: u64 = 512;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// A picture that can be read.
    Picture,
    /// A picture in a format that is not read: its name.
    Foreign(&'static str),
    /// A file of data that holds many pictures.
    Data(DataFormat),
    Zip,
    Tar,
    /// Something that gzip packed.
    Gzip,
    /// An object that Python wrote.
    Pickle,
    /// Numbers or a table that other programs read: its name.
    Numbers(&'static str),
    /// Nothing that is known.
    Other,
}

/// Formats of data files, in the order in which equals are preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataFormat {
    Parquet,
    Idx,
}

impl DataFormat {
    /// What a person calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Idx => "IDX",
        }
    }
}

/// Pictures that are not read here, by what stands at a place near their beginning.
const FOREIGN: [(&str, usize, &[u8]); 21] = [
    ("JPEG XL", 0, b"\xff\x0a"),
    ("JPEG XL", 0, b"\0\0\0\x0cJXL \r\n\x87\n"),
    ("JPEG 2000", 0, b"\0\0\0\x0cjP  \r\n\x87\n"),
    ("JPEG 2000", 0, b"\xff\x4f\xff\x51"),
    ("PSD", 0, b"8BPS"),
    ("OpenEXR", 0, b"\x76\x2f\x31\x01"),
    ("HDR", 0, b"#?RADIANCE"),
    ("ICO", 0, b"\0\0\x01\0"),
    ("DDS", 0, b"DDS "),
    ("QOI", 0, b"qoif"),
    ("farbfeld", 0, b"farbfeld"),
    ("XCF", 0, b"gimp xcf"),
    ("SVG", 0, b"<svg"),
    ("FITS", 0, b"SIMPLE  ="),
    ("DICOM", 128, b"DICM"),
    ("raw", 0, b"FUJIFILMCCD-RAW"),
    ("raw", 0, b"IIRO"),
    ("raw", 0, b"IIU\0"),
    ("raw", 8, b"CR\x02"),
    ("raw", 0, b"FOVb"),
    ("JPEG XR", 0, b"II\xbc"),
];

/// By the brand of an ISO media file, which stands behind `ftyp`.
const BRANDS: [(&str, &[u8; 4]); 11] = [
    ("AVIF", b"avif"),
    ("AVIF", b"avis"),
    ("HEIC", b"heic"),
    ("HEIC", b"heix"),
    ("HEIC", b"heim"),
    ("HEIC", b"heis"),
    ("HEIC", b"hevc"),
    ("HEIC", b"hevx"),
    ("HEIC", b"mif1"),
    ("HEIC", b"msf1"),
    ("raw", b"crx "),
];

const NUMBERS: [(&str, &[u8]); 3] = [
    ("NumPy", b"\x93NUMPY"),
    ("HDF5", b"\x89HDF\r\n\x1a\n"),
    ("MATLAB", b"MATLAB 5.0"),
];

/// What begins like this.
pub fn of(beginning: &[u8]) -> FileType {
    if let Some(kind) = foreign(beginning) {
        return FileType::Foreign(kind);
    }
    match *beginning {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => return FileType::Zip,
        [b'P', b'A', b'R', b'1', ..] => return FileType::Data(DataFormat::Parquet),
        [0x1f, 0x8b, ..] => return FileType::Gzip,
        [0x80, 2..=5, ..] => return FileType::Pickle,
        _ => {}
    }
    if let Some((name, _)) = NUMBERS
        .iter()
        .find(|(_, start)| beginning.starts_with(start))
    {
        return FileType::Numbers(name);
    }
    if idx::looks_like(beginning) {
        return FileType::Data(DataFormat::Idx);
    }
    if tar::looks_like(beginning) {
        return FileType::Tar;
    }
    match image::guess_format(beginning) {
        // Two letters may begin anything: the size of its second header is one of a few.
        Ok(ImageFormat::Bmp) if !matches!(beginning.get(14..18), Some([12..=124, 0, 0, 0])) => {
            FileType::Other
        }
        Ok(format) if is_read(format) => FileType::Picture,
        _ => FileType::Other,
    }
}

/// Whether the program was built with a reader of the format.
fn is_read(format: ImageFormat) -> bool {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    matches!(format, Bmp | Gif | Jpeg | Png | Tiff | WebP)
}

fn foreign(beginning: &[u8]) -> Option<&'static str> {
    let at = |place: usize, known: &[u8]| {
        let rest = beginning.get(place..);
        rest.is_some_and(|rest| rest.starts_with(known))
    };
    if let Some((name, ..)) = FOREIGN.iter().find(|(_, place, known)| at(*place, known)) {
        return Some(name);
    }
    if at(4, b"ftyp") {
        // The first brand may be a general one: the others stand behind it.
        let brands = beginning.get(8..64.min(beginning.len()))?;
        let has = |brand: &[u8; 4]| brands.chunks_exact(4).any(|found| found == brand);
        return BRANDS
            .iter()
            .find(|(_, brand)| has(brand))
            .map(|(name, _)| *name);
    }
    // Portable maps: P1 to P7 and a space.
    if let [b'P', b'1'..=b'7', b' ' | b'\n' | b'\r' | b'\t', ..] = beginning {
        return Some("PGM/PPM");
    }
    let text = std::str::from_utf8(beginning.get(..256.min(beginning.len()))?).ok()?;
    (text.trim_start().starts_with("<?xml") && text.contains("<svg")).then_some("SVG")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_that_are_not_read_are_known_by_name() {
        assert_eq!(
            of(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
            FileType::Foreign("HEIC")
        );
        assert_eq!(
            of(b"\0\0\0\x1cftypmif1\0\0\0\0avifmif1"),
            FileType::Foreign("AVIF")
        );
        assert_eq!(of(b"P5\n20 20\n255\n"), FileType::Foreign("PGM/PPM"));
        assert_eq!(
            of(b"<?xml version=\"1.0\"?>\n<svg>"),
            FileType::Foreign("SVG")
        );
        assert_eq!(of(b"\x89PNG\r\n\x1a\n"), FileType::Picture);
        assert_eq!(of(b"\xff\xd8\xff\xe0"), FileType::Picture);
        assert_eq!(of(b"a letter"), FileType::Other);
        assert_eq!(of(b""), FileType::Other);
    }
}
