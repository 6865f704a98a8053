//! From the bytes of a file to pixels: by content, upright, within limits.

use std::io::Cursor;
use std::ops::Deref;

use image::{ColorType, DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};

use super::memory_budget::{DECODING, MemoryReservation};
use super::{SourceError, jpeg, kinds, quiet, truncation};
use crate::data::limits::{LONGEST_SIDE, MOST_PIXELS, SHORTEST_SIDE};
use crate::picture;

/// Memory that decoding one picture may take, in bytes: eight a pixel.
const DECODE_BYTES: u64 = 8 * MOST_PIXELS;

/// Memory that what stands beside the pixels of a PNG may take (colour profile, texts), in bytes.
const METADATA_BYTES: u64 = 32 << 20;

/// A picture, and its part of the memory that all pictures together may take.
#[derive(Debug)]
pub struct DecodedPicture {
    picture: DynamicImage,
    /// Given back when the picture goes.
    _turn: Option<MemoryReservation>,
}

impl Deref for DecodedPicture {
    type Target = DynamicImage;

    fn deref(&self) -> &DynamicImage {
        &self.picture
    }
}

impl<T: Into<DynamicImage>> From<T> for DecodedPicture {
    /// One that is small, or whose memory nobody counts.
    fn from(picture: T) -> Self {
        Self {
            picture: picture.into(),
            _turn: None,
        }
    }
}

/// Whether a name ends like a picture's. Hidden files and what macOS puts beside are no pictures.
pub fn is_picture(name: &str) -> bool {
    !is_hidden(name) && picture::has_ending(name)
}

/// Whether a file is hidden, or one that macOS puts beside each of its own.
pub fn is_hidden(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.starts_with('.') || name.starts_with("__MACOSX/")
}

/// Decodes a picture, turned upright as its EXIF data says; of an animation the first frame. `name`
/// is asked only where the content does not say what it is.
///
/// # Errors
/// Why it cannot be used; sizes beyond the limits are refused before any pixel is decoded.
pub fn picture(bytes: &[u8], name: &str) -> Result<DecodedPicture, SourceError> {
    if bytes.is_empty() {
        return Err(SourceError::Empty);
    }
    quiet::caught(|| decode(bytes, name)).unwrap_or_else(|why| Err(SourceError::Panicked(why)))
}

fn decode(bytes: &[u8], name: &str) -> Result<DecodedPicture, SourceError> {
    if let kinds::FileType::Foreign(kind) = kinds::of(bytes) {
        return Err(SourceError::Foreign(kind));
    }
    // A file name lies more often than the first bytes do.
    let format = match image::guess_format(bytes) {
        Ok(format) => format,
        Err(unknown) => ImageFormat::from_path(name).map_err(|_| unknown)?,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    // Only that of PNG heeds them this early, for what stands before the pixels.
    if format == ImageFormat::Png {
        reader.limits(at_most(METADATA_BYTES));
    }
    let mut decoder = reader.into_decoder()?;
    let (across, down) = decoder.dimensions();
    let pixels = u64::from(across) * u64::from(down);
    if across.max(down) > LONGEST_SIDE || pixels > MOST_PIXELS {
        return Err(SourceError::TooLarge(across, down));
    }
    if across.min(down) < SHORTEST_SIDE {
        return Err(SourceError::TooSmall(across, down));
    }
    truncation::check(bytes, format)?;
    // A TIFF's tags claim memory, too: no more than the file makes plausible.
    let most = match format {
        ImageFormat::Tiff => decoder.total_bytes() + 4 * bytes.len() as u64 + METADATA_BYTES,
        _ => DECODE_BYTES,
    };
    decoder.set_limits(at_most(most.min(DECODE_BYTES)))?;
    let each = cost_of_a_pixel(bytes, format, decoder.color_type());
    let turn = DECODING.take(decoder.total_bytes() + pixels * each);
    // Broken EXIF data says nothing about the pixels.
    let orientation = decoder.orientation();
    let mut picture = DynamicImage::from_decoder(decoder)?;
    if let Ok(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(DecodedPicture {
        picture,
        _turn: Some(turn),
    })
}

fn at_most(bytes: u64) -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(bytes);
    limits
}

/// Bytes a pixel that decoding and turning into opaque RGB take besides the picture itself.
fn cost_of_a_pixel(bytes: &[u8], format: ImageFormat, colour: ColorType) -> u64 {
    let decoding = match format {
        ImageFormat::Jpeg if jpeg::is_progressive(bytes) => 8,
        ImageFormat::WebP | ImageFormat::Gif | ImageFormat::Tiff => 8,
        _ => 1,
    };
    let turning = match colour {
        ColorType::Rgb8 => 0,
        colour if colour.has_alpha() => 7,
        _ => 3,
    };
    decoding + turning
}
