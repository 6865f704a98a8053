//! What decoders believe or overlook: files that are cut short, and headers that claim more than
//! the file has. Looked at before anything is decoded.

use image::ImageFormat;

use super::SourceError;
use super::jpeg::{self, Fault};
use crate::data::limits::MOST_PIXELS;

/// Checks the bytes of a picture.
///
/// # Errors
/// What is missing or claimed.
pub fn check(bytes: &[u8], format: ImageFormat) -> Result<(), SourceError> {
    match format {
        ImageFormat::Jpeg => jpeg::check(bytes).map_err(|fault| match fault {
            Fault::CutShort => SourceError::CutShort,
            Fault::Damaged => SourceError::DamagedPicture,
        }),
        ImageFormat::WebP => webp(bytes),
        ImageFormat::Gif => gif(bytes),
        _ => Ok(()),
    }
}

/// The parts of a WebP lie in the file. Its decoder would make room for whatever length they claim,
/// and draw a picture whose end is missing.
fn webp(bytes: &[u8]) -> Result<(), SourceError> {
    /// What its decoder looks for; it looks a little beyond the end that the header names.
    const KNOWN: [&[u8; 4]; 8] = [
        b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"EXIF", b"ICCP",
    ];
    const BEYOND: usize = 64;
    let le = |at: usize| {
        let four = bytes.get(at..at + 4)?.first_chunk::<4>()?;
        Some(u32::from_le_bytes(*four) as usize)
    };
    let end = le(4).unwrap_or(0).saturating_add(8);
    let mut at = 12usize;
    while at < end.saturating_add(BEYOND) {
        let Some(size) = le(at + 4) else { break };
        let name = bytes.get(at..at + 4).unwrap_or_default();
        let known = name == b"XMP " || KNOWN.iter().any(|known| name == *known);
        if !known && at >= end {
            break;
        }
        let next = at.saturating_add(8).saturating_add(size);
        if next > bytes.len() {
            return Err(SourceError::CutShort);
        }
        at = next + size % 2;
    }
    Ok(())
}

/// The first frame of a GIF is no larger than a picture may be, whatever the size of the whole.
fn gif(bytes: &[u8]) -> Result<(), SourceError> {
    let Some((across, down)) = first_frame(bytes) else {
        return Ok(());
    };
    if u64::from(across) * u64::from(down) > MOST_PIXELS {
        return Err(SourceError::TooLarge(across.into(), down.into()));
    }
    Ok(())
}

/// Size of the first frame; `None` where it is not found.
fn first_frame(bytes: &[u8]) -> Option<(u16, u16)> {
    let colours = |flags: u8| match flags & 0x80 {
        0 => 0,
        _ => 3usize << ((flags & 7) + 1),
    };
    let mut at = 13 + colours(*bytes.get(10)?);
    loop {
        match bytes.get(at)? {
            0x2c => {
                let &[w0, w1, h0, h1] = bytes.get(at + 5..at + 9)?.first_chunk()?;
                return Some((u16::from_le_bytes([w0, w1]), u16::from_le_bytes([h0, h1])));
            }
            0x21 => {
                at += 2;
                loop {
                    let size = usize::from(*bytes.get(at)?);
                    at += 1 + size;
                    if size == 0 {
                        break;
                    }
                }
            }
            _ => return None,
        }
    }
}
