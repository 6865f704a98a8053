//! The components of a picture, and what a scan says about them.

use super::bits::{Bits, HuffmanError, Table};
use super::fault::EarlyEnd;

/// Coefficients of a block.
const BLOCK: usize = 64;

/// Most pixels a side that are followed.
const MOST: usize = 65_535;

pub struct Frame {
    across: usize,
    down: usize,
    progressive: bool,
    components: Vec<Component>,
    /// The largest sampling factors.
    sampling: (usize, usize),
    /// Blocks that have nothing more in this scan.
    pub eob_run: u32,
}

struct Component {
    id: u8,
    sampling: (usize, usize),
    scanned: bool,
    /// Lowest bit that is known of each coefficient; none yet at first.
    low: [Option<u8>; BLOCK],
    /// Of each block which coefficients are not zero; only progressive scans need it.
    filled: Vec<u64>,
    blocks_across: usize,
}

impl Frame {
    pub fn read(body: &[u8], progressive: bool) -> Result<Self, EarlyEnd> {
        let [8, y0, y1, x0, x1, count, rest @ ..] = body else {
            return Err(EarlyEnd::Unknown);
        };
        let (across, down) = (be([*x0, *x1]), be([*y0, *y1]));
        let components: Vec<Component> = rest
            .chunks_exact(3)
            .take(usize::from(*count))
            .map(Component::read)
            .collect();
        let largest = |of: fn(&Component) -> usize| components.iter().map(of).max().unwrap_or(0);
        let sampling = (largest(|c| c.sampling.0), largest(|c| c.sampling.1));
        let odd =
            |c: &Component| !(1..=4).contains(&c.sampling.0) || !(1..=4).contains(&c.sampling.1);
        if !(1..=4).contains(&components.len())
            || components.iter().any(odd)
            || across.min(down) == 0
            || across.max(down) > MOST
        {
            return Err(EarlyEnd::Unknown);
        }
        let mut frame = Self {
            across,
            down,
            progressive,
            components,
            sampling,
            eob_run: 0,
        };
        frame.reserve()?;
        Ok(frame)
    }

    /// Room for what progressive scans must remember: a bit a coefficient.
    fn reserve(&mut self) -> Result<(), EarlyEnd> {
        let pixels = (self.across * self.down) as u64;
        if pixels > crate::data::limits::MOST_PIXELS {
            return Err(EarlyEnd::Unknown);
        }
        let (across, down) = self.units();
        for component in &mut self.components {
            component.blocks_across = across * component.sampling.0;
            if self.progressive {
                component.filled = vec![0; component.blocks_across * down * component.sampling.1];
            }
        }
        Ok(())
    }

    /// Units across and down of a scan of several components.
    fn units(&self) -> (usize, usize) {
        let (h, v) = self.sampling;
        (self.across.div_ceil(8 * h), self.down.div_ceil(8 * v))
    }

    /// Blocks across and down of a component that stands alone in a scan.
    fn blocks(&self, component: &Component) -> (usize, usize) {
        let along =
            |pixels: usize, own: usize, all: usize| (pixels * own).div_ceil(all).div_ceil(8);
        (
            along(self.across, component.sampling.0, self.sampling.0),
            along(self.down, component.sampling.1, self.sampling.1),
        )
    }

    /// Whether every component had a scan.
    pub fn is_begun(&self) -> bool {
        self.components.iter().all(|component| component.scanned)
    }

    /// Whether every bit of every coefficient came.
    pub fn is_complete(&self) -> bool {
        let known = |low: &Option<u8>| *low == Some(0);
        let complete = |component: &Component| component.low.iter().all(known);
        self.is_begun() && (!self.progressive || self.components.iter().all(complete))
    }
}

impl Component {
    fn read(three: &[u8]) -> Self {
        let at = |place: usize| three.get(place).copied().unwrap_or_default();
        Self {
            id: at(0),
            sampling: (usize::from(at(1) >> 4), usize::from(at(1) & 15)),
            scanned: false,
            low: [None; BLOCK],
            filled: Vec::new(),
            blocks_across: 0,
        }
    }
}

/// A scan: which components, which coefficients, which of their bits.
pub struct Scan {
    /// Which component, and its tables.
    parts: Vec<Part>,
    first: usize,
    last: usize,
    /// Whether earlier bits of the coefficients are known.
    refines: bool,
    low: u8,
    progressive: bool,
}

#[derive(Clone, Copy)]
struct Part {
    component: usize,
    dc: usize,
    ac: usize,
}

impl Scan {
    pub fn read(body: &[u8], frame: &mut Frame) -> Result<Self, EarlyEnd> {
        let (&count, rest) = body.split_first().ok_or(EarlyEnd::Unknown)?;
        let count = usize::from(count);
        let named = rest.get(..2 * count).ok_or(EarlyEnd::Unknown)?;
        let Some(&[first, last, bits]) = rest.get(2 * count..2 * count + 3) else {
            return Err(EarlyEnd::Unknown);
        };
        let mut parts = Vec::with_capacity(count);
        for pair in named.chunks_exact(2) {
            let &[id, tables] = pair else { continue };
            let place = frame.components.iter().position(|c| c.id == id);
            parts.push(Part {
                component: place.ok_or(EarlyEnd::Unknown)?,
                dc: usize::from(tables >> 4),
                ac: usize::from(tables & 15),
            });
        }
        let scan = Self {
            parts,
            first: usize::from(first),
            last: usize::from(last),
            refines: bits >> 4 != 0,
            low: bits & 15,
            progressive: frame.progressive,
        };
        let alone = scan.parts.len() == 1;
        let sensible = if frame.progressive {
            scan.first <= scan.last && scan.last < BLOCK && (scan.first > 0) == (scan.last > 0)
        } else {
            true
        };
        if scan.parts.is_empty() || !sensible || (scan.progressive && scan.first > 0 && !alone) {
            return Err(EarlyEnd::Unknown);
        }
        frame.eob_run = 0;
        Ok(scan)
    }

    /// Units of it: blocks of one component, or groups of blocks of several.
    pub fn units(&self, frame: &Frame) -> usize {
        let alone = match self.parts[..] {
            [part] => frame.components.get(part.component),
            _ => None,
        };
        let (across, down) = match alone {
            Some(component) => frame.blocks(component),
            None => frame.units(),
        };
        across * down
    }

    /// Follows a unit.
    ///
    /// # Errors
    /// What is missing.
    pub fn unit(
        &self,
        unit: usize,
        frame: &mut Frame,
        dc: &[Option<Table>; 4],
        ac: &[Option<Table>; 4],
        bits: &mut Bits<'_>,
    ) -> Result<(), HuffmanError> {
        let alone = self.parts.len() == 1;
        let (units_across, _) = frame.units();
        for part in &self.parts {
            let Some(component) = frame.components.get(part.component) else {
                continue;
            };
            let dc = dc.get(part.dc).and_then(Option::as_ref);
            let ac = ac.get(part.ac).and_then(Option::as_ref);
            let stride = component.blocks_across;
            if alone {
                let (across, _) = frame.blocks(component);
                let place = unit / across.max(1) * stride + unit % across.max(1);
                self.block(part.component, place, frame, dc, ac, bits)?;
                continue;
            }
            let (h, v) = component.sampling;
            let (row, column) = (unit / units_across.max(1), unit % units_across.max(1));
            for y in 0..v {
                for x in 0..h {
                    let place = (row * v + y) * stride + column * h + x;
                    self.block(part.component, place, frame, dc, ac, bits)?;
                }
            }
        }
        Ok(())
    }

    fn block(
        &self,
        component: usize,
        place: usize,
        frame: &mut Frame,
        dc: Option<&Table>,
        ac: Option<&Table>,
        bits: &mut Bits<'_>,
    ) -> Result<(), HuffmanError> {
        if !self.progressive {
            brightness(bits, dc)?;
            return baseline(bits, ac.ok_or(HuffmanError::Table)?);
        }
        if self.first == 0 {
            return if self.refines {
                bits.skip(1)
            } else {
                brightness(bits, dc)
            };
        }
        let ac = ac.ok_or(HuffmanError::Table)?;
        let filled = frame.components.get_mut(component);
        let filled = filled.and_then(|component| component.filled.get_mut(place));
        let filled = filled.ok_or(HuffmanError::Code)?;
        if self.refines {
            self.refine(bits, ac, filled, &mut frame.eob_run)
        } else {
            self.begin(bits, ac, filled, &mut frame.eob_run)
        }
    }

    /// The first bits of coefficients.
    fn begin(
        &self,
        bits: &mut Bits<'_>,
        ac: &Table,
        filled: &mut u64,
        eob_run: &mut u32,
    ) -> Result<(), HuffmanError> {
        if *eob_run > 0 {
            *eob_run -= 1;
            return Ok(());
        }
        let mut at = self.first;
        while at <= self.last {
            let symbol = bits.symbol(ac)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            match (run, size) {
                (15, 0) => at += 16,
                (_, 0) => {
                    *eob_run = (1 << run) - 1 + bits.take(run as u32)?;
                    return Ok(());
                }
                _ => {
                    at += run;
                    if at >= BLOCK {
                        return Err(HuffmanError::Code);
                    }
                    bits.skip(size)?;
                    *filled |= 1 << at;
                    at += 1;
                }
            }
        }
        Ok(())
    }

    /// One more bit of coefficients: of those that are not zero, and new ones among them.
    fn refine(
        &self,
        bits: &mut Bits<'_>,
        ac: &Table,
        filled: &mut u64,
        eob_run: &mut u32,
    ) -> Result<(), HuffmanError> {
        let mut at = self.first;
        while *eob_run == 0 && at <= self.last {
            let symbol = bits.symbol(ac)?;
            let (mut zeros, size) = (u32::from(symbol >> 4), symbol & 15);
            if size == 0 && zeros < 15 {
                *eob_run = (1 << zeros) + bits.take(zeros)?;
                break;
            }
            bits.skip(u32::from(size > 0))?;
            while at <= self.last {
                if *filled >> at & 1 == 1 {
                    bits.skip(1)?;
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                at += 1;
            }
            if size > 0 && at < BLOCK {
                *filled |= 1 << at;
            }
            at += 1;
        }
        if *eob_run > 0 {
            while at <= self.last {
                bits.skip((*filled >> at & 1) as u32)?;
                at += 1;
            }
            *eob_run -= 1;
        }
        Ok(())
    }

    /// Notes what it brought.
    pub fn done(&self, frame: &mut Frame) {
        for part in &self.parts {
            if let Some(component) = frame.components.get_mut(part.component) {
                // Of a progressive picture the brightness must have come.
                component.scanned |= self.first == 0;
                for low in component
                    .low
                    .iter_mut()
                    .take(self.last + 1)
                    .skip(self.first)
                {
                    *low = Some(self.low);
                }
            }
        }
    }
}

/// The first coefficient: its size, then so many bits.
fn brightness(bits: &mut Bits<'_>, dc: Option<&Table>) -> Result<(), HuffmanError> {
    let size = bits.symbol(dc.ok_or(HuffmanError::Table)?)?;
    if size > 16 {
        return Err(HuffmanError::Code);
    }
    bits.skip(u32::from(size))
}

/// The others of a block that comes whole.
fn baseline(bits: &mut Bits<'_>, ac: &Table) -> Result<(), HuffmanError> {
    let mut at = 1;
    while at < BLOCK {
        let symbol = bits.symbol(ac)?;
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        match (run, size) {
            (15, 0) => at += 16,
            (_, 0) => return Ok(()),
            _ => {
                bits.skip(size)?;
                at += run + 1;
            }
        }
    }
    Ok(())
}

/// A number of two bytes, the higher one first.
pub fn be(two: [u8; 2]) -> usize {
    usize::from(u16::from_be_bytes(two))
}
