//! The coded data of a scan, bit by bit, and the Huffman tables that it is read with.

use super::fault::{EarlyEnd, Fault};

/// Codes of up to this many bits are looked up at once.
const QUICK: u32 = 9;

const LONGEST: usize = 16;

/// Why a code cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HuffmanError {
    Bits,
    /// No encoder writes this.
    Code,
    /// The table was never given.
    Table,
}

pub struct Table {
    /// Length and symbol by the next [`QUICK`] bits; length 0 for longer codes.
    quick: Vec<(u8, u8)>,
    /// For each length the first code beyond those of it, as if of 16 bits.
    beyond: [u32; LONGEST + 1],
    /// For each length what to add to a code to get the place of its symbol.
    offset: [i32; LONGEST + 1],
    symbols: Vec<u8>,
}

impl Table {
    /// Reads one: how many codes each length has, then the symbols. Gives also the bytes it took.
    pub fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let counts = bytes.first_chunk::<LONGEST>()?;
        let total = counts
            .iter()
            .map(|&count| usize::from(count))
            .sum::<usize>();
        let symbols = bytes.get(LONGEST..LONGEST + total)?.to_vec();
        let mut table = Self {
            quick: vec![(0, 0); 1 << QUICK],
            beyond: [0; LONGEST + 1],
            offset: [0; LONGEST + 1],
            symbols,
        };
        let (mut code, mut place) = (0u32, 0usize);
        for (length, &count) in (1u32..).zip(counts) {
            let slot = length as usize;
            *table.offset.get_mut(slot)? = place as i32 - code as i32;
            for _ in 0..count {
                if code >> length != 0 {
                    return None;
                }
                if length <= QUICK {
                    let symbol = *table.symbols.get(place)?;
                    let first = (code << (QUICK - length)) as usize;
                    let same = table
                        .quick
                        .get_mut(first..first + (1 << (QUICK - length)))?;
                    same.fill((length as u8, symbol));
                }
                code += 1;
                place += 1;
            }
            *table.beyond.get_mut(slot)? = code << (LONGEST as u32 - length);
            code <<= 1;
        }
        Some((table, LONGEST + total))
    }
}

/// Reads bits from the data of a scan, up to the next marker.
pub struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The next bits, the first one highest.
    window: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    /// From `at` in `bytes`.
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            window: 0,
            count: 0,
        }
    }

    /// Fills the window as far as there is data.
    fn fill(&mut self) {
        while self.count <= 56 {
            let byte = match self.bytes.get(self.at..) {
                Some([0xff, 0, ..]) => {
                    self.at += 2;
                    0xff
                }
                Some([0xff, 0xff, ..]) => {
                    self.at += 1;
                    continue;
                }
                // A marker, or what is left of one.
                Some([0xff, ..]) | Some([]) | None => return,
                Some([byte, ..]) => {
                    self.at += 1;
                    *byte
                }
            };
            self.window |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// Leaves `count` bits out, at most 16.
    pub fn skip(&mut self, count: u32) -> Result<(), HuffmanError> {
        self.take(count).map(|_| ())
    }

    /// The next `count` bits, at most 16.
    pub fn take(&mut self, count: u32) -> Result<u32, HuffmanError> {
        if self.count < count {
            self.fill();
            if self.count < count {
                return Err(HuffmanError::Bits);
            }
        }
        if count == 0 {
            return Ok(0);
        }
        let bits = (self.window >> (64 - count)) as u32;
        self.window <<= count;
        self.count -= count;
        Ok(bits)
    }

    /// The next symbol of `table`.
    pub fn symbol(&mut self, table: &Table) -> Result<u8, HuffmanError> {
        if self.count < LONGEST as u32 {
            self.fill();
        }
        let next = (self.window >> (64 - QUICK)) as usize;
        let (length, symbol) = table.quick.get(next).copied().unwrap_or_default();
        if length > 0 {
            self.skip(u32::from(length))?;
            return Ok(symbol);
        }
        let next = (self.window >> 48) as u32;
        let longer = QUICK as usize + 1..=LONGEST;
        let found = longer
            .zip(table.beyond.iter().skip(QUICK as usize + 1))
            .find(|(_, beyond)| next < **beyond);
        let Some((length, _)) = found else {
            let ends = self.count < LONGEST as u32;
            return Err(if ends {
                HuffmanError::Bits
            } else {
                HuffmanError::Code
            });
        };
        let code = (next >> (LONGEST - length)) as i32;
        let place = code + table.offset.get(length).copied().unwrap_or_default();
        let symbol = table.symbols.get(place as usize).copied();
        self.skip(length as u32)?;
        symbol.ok_or(HuffmanError::Code)
    }

    /// Goes behind the restart marker that is due here.
    pub fn restart(&mut self) -> Result<(), EarlyEnd> {
        (self.window, self.count) = (0, 0);
        while self.bytes.get(self.at..self.at + 2) == Some(&[0xff, 0xff]) {
            self.at += 1;
        }
        match self.bytes.get(self.at..self.at + 2) {
            Some([0xff, 0xd0..=0xd7]) => {
                self.at += 2;
                Ok(())
            }
            Some([0xff, _]) | None => Err(Fault::CutShort.into()),
            // The decoder knows how to find its way again.
            Some(_) => Err(EarlyEnd::Unknown),
        }
    }

    /// Where the marker stands that ends the scan; the end of the bytes where there is none.
    pub fn next_marker(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let is_marker =
            |pair: &[u8]| matches!(pair, [0xff, kind] if !matches!(kind, 0 | 0xff | 0xd0..=0xd7));
        let found = rest.windows(2).position(is_marker);
        found.map_or(self.bytes.len(), |place| self.at + place)
    }
}
