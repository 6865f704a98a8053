//! Whether a JPEG is whole. Decoders draw what is missing in grey and say nothing, so that a
//! download that was cut short would be learnt from.
//!
//! Follows the coded data of every scan (ITU-T T.81) bit by bit without drawing anything. What is
//! uncommon is left to the decoder: only what certainly lacks a part is told.

mod bits;
mod fault;
mod frame;

use bits::{Bits, HuffmanError, Table};
use fault::EarlyEnd;
use frame::{Frame, Scan, be};

pub use fault::Fault;

/// Zero bytes at the end of a file that were never written: a transfer that broke off.
const UNWRITTEN: usize = 16;

/// Looks for what is missing; `Ok` also for what is not understood here.
///
/// # Errors
/// What is wrong.
pub fn check(bytes: &[u8]) -> Result<(), Fault> {
    let mut reader = Reader::default();
    match reader.read(bytes) {
        Ok(()) | Err(EarlyEnd::Unknown) => Ok(()),
        Err(EarlyEnd::Fault(fault)) => Err(fault),
    }
}

/// Whether the picture comes in passes, which takes a decoder more memory.
pub fn is_progressive(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some((kind, segment)) = segment(bytes, at) {
        match kind {
            0xc2 => return true,
            0xc0 | 0xc1 | 0xda => return false,
            _ => at += 4 + segment.len(),
        }
    }
    false
}

/// The segment whose marker stands at `at`: its kind and what follows its length.
fn segment(bytes: &[u8], at: usize) -> Option<(u8, &[u8])> {
    let [0xff, kind, high, low] = *bytes.get(at..at + 4)? else {
        return None;
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    Some((kind, bytes.get(at + 4..at + 2 + length)?))
}

/// What the segments so far said.
#[derive(Default)]
struct Reader {
    frame: Option<Frame>,
    dc: [Option<Table>; 4],
    ac: [Option<Table>; 4],
    /// MCUs between restart markers; 0 without.
    restart: usize,
}

impl Reader {
    fn read(&mut self, bytes: &[u8]) -> Result<(), EarlyEnd> {
        if bytes.get(..2) != Some(&[0xff, 0xd8]) {
            return Err(EarlyEnd::Unknown);
        }
        let mut at = 2;
        loop {
            // Any number of 0xff may stand before a marker.
            while bytes.get(at..at + 2) == Some(&[0xff, 0xff]) {
                at += 1;
            }
            match bytes.get(at..at + 2) {
                None => return self.without_end(bytes),
                Some([0xff, 0xd9]) => return self.all_scanned(),
                Some([0xff, 0x01 | 0xd0..=0xd7]) => {
                    at += 2;
                    continue;
                }
                Some([0xff, _]) => {}
                Some(_) => return Err(EarlyEnd::Unknown),
            }
            let Some((kind, body)) = segment(bytes, at) else {
                return Err(Fault::CutShort.into());
            };
            at += 4 + body.len();
            match kind {
                0xc0..=0xc2 => self.frame = Some(Frame::read(body, kind == 0xc2)?),
                0xc4 => self.tables(body)?,
                // Lossless, hierarchical and arithmetic ones, and lines counted afterwards.
                0xc3 | 0xc5..=0xcf | 0xdc => return Err(EarlyEnd::Unknown),
                0xdd => self.restart = body.first_chunk().map_or(0, |&two| be(two)),
                0xda => at = self.scan(body, bytes, at)?,
                _ => {}
            }
        }
    }

    fn tables(&mut self, mut body: &[u8]) -> Result<(), EarlyEnd> {
        while let Some((&which, rest)) = body.split_first() {
            let (table, used) = Table::read(rest).ok_or(EarlyEnd::Unknown)?;
            let shelf = if which & 0x10 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            let place = shelf.get_mut(usize::from(which & 15));
            *place.ok_or(EarlyEnd::Unknown)? = Some(table);
            body = rest.get(used..).unwrap_or_default();
        }
        Ok(())
    }

    /// Follows a scan whose data begins at `at`; gives where its marker stands.
    fn scan(&mut self, body: &[u8], bytes: &[u8], at: usize) -> Result<usize, EarlyEnd> {
        let frame = self.frame.as_mut().ok_or(EarlyEnd::Unknown)?;
        let scan = Scan::read(body, frame)?;
        let mut bits = Bits::new(bytes, at);
        let mut left = self.restart;
        let units = scan.units(frame);
        for unit in 0..units {
            if self.restart > 0 && left == 0 {
                bits.restart()?;
                frame.eob_run = 0;
                left = self.restart;
            }
            left = left.saturating_sub(1);
            scan.unit(unit, frame, &self.dc, &self.ac, &mut bits)
                .map_err(|lack| match lack {
                    HuffmanError::Bits => EarlyEnd::Fault(Fault::CutShort),
                    HuffmanError::Code => EarlyEnd::Fault(Fault::Damaged),
                    HuffmanError::Table => EarlyEnd::Unknown,
                })?;
        }
        scan.done(frame);
        Ok(bits.next_marker())
    }

    /// At the end of the file without a marker that says so: fine where nothing else is missing.
    fn without_end(&self, bytes: &[u8]) -> Result<(), EarlyEnd> {
        let unwritten = bytes.iter().rev().take_while(|&&byte| byte == 0).count();
        let frame = self
            .frame
            .as_ref()
            .ok_or(EarlyEnd::Fault(Fault::CutShort))?;
        if unwritten >= UNWRITTEN || !frame.is_complete() {
            return Err(Fault::CutShort.into());
        }
        Ok(())
    }

    /// Every component had its scan.
    fn all_scanned(&self) -> Result<(), EarlyEnd> {
        match &self.frame {
            Some(frame) if !frame.is_begun() => Err(Fault::CutShort.into()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::jpeg::JpegEncoder;

    /// A picture with something to see everywhere.
    fn made() -> Vec<u8> {
        let picture = image::RgbImage::from_fn(45, 37, |x, y| {
            image::Rgb([(x * 5) as u8, (y * 6) as u8, (x * y % 251) as u8])
        });
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 90)
            .encode_image(&picture)
            .unwrap();
        bytes
    }

    #[test]
    fn a_jpeg_is_whole_with_or_without_its_end_and_with_bytes_behind() {
        let whole = made();
        assert_eq!(check(&whole), Ok(()));
        assert_eq!(check(&whole[..whole.len() - 2]), Ok(()));
        assert_eq!(check(&[&whole[..], b"something else"].concat()), Ok(()));
    }

    #[test]
    fn every_cut_is_seen_also_where_an_end_was_put_behind_it() {
        let whole = made();
        for length in 3..whole.len() - 2 {
            let cut = &whole[..length];
            assert_eq!(check(cut), Err(Fault::CutShort), "{length}");
            let sealed = [cut, &[0xff, 0xd9]].concat();
            // Cut inside a segment, what follows is read as its content.
            assert!(check(&sealed).is_err() || length < 640, "sealed {length}");
        }
        let mut unwritten = whole[..whole.len() / 2].to_vec();
        unwritten.resize(whole.len(), 0);
        assert!(check(&unwritten).is_err());
    }

    #[test]
    fn progressive_ones_are_followed_scan_by_scan() {
        let whole = include_bytes!("../../tests/progressive.jpg");
        assert!(is_progressive(whole) && !is_progressive(&made()));
        assert_eq!(check(whole), Ok(()));
        assert_eq!(check(&whole[..whole.len() - 2]), Ok(()));
        for length in 3..whole.len() - 2 {
            assert_eq!(check(&whole[..length]), Err(Fault::CutShort), "{length}");
        }
    }

    #[test]
    fn printed_colours_are_whole() {
        assert_eq!(check(include_bytes!("../../tests/cmyk.jpg")), Ok(()));
        assert_eq!(check(include_bytes!("../../tests/ycck.jpg")), Ok(()));
    }
}
