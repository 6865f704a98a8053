//! The headers of a parquet's pages, read before its library does: it makes room for whatever
//! length a header claims.
//!
//! Thrift's compact protocol, as far as it is needed to go from page to page.

use crate::data::source::bytes::ByteSource;

/// A page may unpack to this many times its size.
const MOST_RATIO: u64 = 250;

/// Small ones may unpack to this many bytes whatever their ratio.
const SMALL: u64 = 64 << 20;

/// Longest header that is read: statistics stand in it.
const LONGEST_HEADER: u64 = 1 << 20;

/// Structures in structures, at most.
const DEEPEST: usize = 16;

/// Whether every page in `chunk`, the bytes of a column, claims no more than is plausible.
pub fn plausible(chunk: &ByteSource) -> bool {
    let mut at = 0;
    while at < chunk.len() {
        let left = chunk.len() - at;
        let header = chunk.part(at, left.min(LONGEST_HEADER));
        let bytes = header.and_then(|header| header.read_all(LONGEST_HEADER).ok());
        let Some(page) = bytes.and_then(|bytes| Page::read(&bytes)) else {
            return false;
        };
        let end = at
            .checked_add(page.header)
            .and_then(|at| at.checked_add(page.packed));
        if page.unpacked > page.packed.saturating_mul(MOST_RATIO).max(SMALL) {
            return false;
        }
        match end {
            Some(end) if end <= chunk.len() => at = end,
            _ => return false,
        }
    }
    true
}

/// What a header says, and its own length.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    header: u64,
    packed: u64,
    unpacked: u64,
}

impl Page {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader { bytes, at: 0 };
        let mut page = Self::default();
        let mut field = 0;
        while let Some((number, kind)) = reader.field(field)? {
            field = number;
            match (number, kind) {
                (2, 5) => page.unpacked = reader.size()?,
                (3, 5) => page.packed = reader.size()?,
                _ => reader.skip(kind, DEEPEST)?,
            }
        }
        page.header = reader.at as u64;
        Some(page)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A number that is not negative, zigzag encoded.
    fn size(&mut self) -> Option<u64> {
        let number = self.varint()?;
        (number & 1 == 0).then_some(number >> 1)
    }

    /// The next field's number and type, after field `last`; `Some(None)` at the end.
    fn field(&mut self, last: u64) -> Option<Option<(u64, u8)>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        let number = match byte >> 4 {
            0 => self.varint()? >> 1,
            more => last + u64::from(more),
        };
        Some(Some((number, byte & 15)))
    }

    fn skip(&mut self, kind: u8, deepest: usize) -> Option<()> {
        let deeper = deepest.checked_sub(1)?;
        match kind {
            // The value of a bool is its type.
            1 | 2 => {}
            3 => self.at += 1,
            4..=6 => drop(self.varint()?),
            7 => self.at += 8,
            8 => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.at = self.at.checked_add(length)?;
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = match head >> 4 {
                    15 => self.varint()?,
                    count => u64::from(count),
                };
                for _ in 0..count {
                    // Bools take a byte in lists.
                    self.skip(if head & 15 <= 2 { 3 } else { head & 15 }, deeper)?;
                    (self.at <= self.bytes.len()).then_some(())?;
                }
            }
            12 => {
                let mut field = 0;
                while let Some((number, kind)) = self.field(field)? {
                    field = number;
                    self.skip(kind, deeper)?;
                }
            }
            _ => return None,
        }
        (self.at <= self.bytes.len()).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Type 0, `unpacked`, `packed`, and a structure with a number in it.
    fn header(unpacked: u32, packed: u32) -> Vec<u8> {
        let varint = |number: u32| {
            let mut number = u64::from(number) << 1;
            let mut bytes = Vec::new();
            while number >= 0x80 {
                bytes.push(number as u8 | 0x80);
                number >>= 7;
            }
            bytes.push(number as u8);
            bytes
        };
        let mut bytes = vec![0x15, 0, 0x15];
        bytes.extend(varint(unpacked));
        bytes.push(0x15);
        bytes.extend(varint(packed));
        bytes.extend([0x2c, 0x15, 8, 0, 0]);
        bytes
    }

    #[test]
    fn a_page_that_claims_too_much_is_found() {
        let page = |unpacked, packed: u32| {
            let mut bytes = header(unpacked, packed);
            bytes.resize(bytes.len() + packed as usize, 7);
            bytes
        };
        let plausible = |bytes: Vec<u8>| plausible(&ByteSource::from_bytes(bytes));
        assert!(plausible([page(300, 100), page(40, 20)].concat()));
        assert!(plausible(page(60 << 20, 10)));
        assert!(!plausible(
            [page(300, 100), page(i32::MAX as u32, 20)].concat()
        ));
        let mut cut = page(300, 100);
        cut.pop();
        assert!(!plausible(cut));
    }
}
