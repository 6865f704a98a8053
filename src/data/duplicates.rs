//! Pictures that look alike, by a perceptual hash.

use std::collections::HashMap;

use crate::picture::Picture;

/// Cells a side of what is compared.
const CELLS: usize = 16;

/// Comparisons of neighbours: the bits of a hash.
const BITS: usize = CELLS * CELLS;

/// Parts of a hash. Of two hashes that differ in fewer bits than there are parts, one part at least
/// is the same in both: only such need to be compared.
const PARTS: usize = 8;

/// Earlier pictures that are compared for each part, the latest first.
const MOST_CANDIDATES: usize = 1000;

/// Mean difference of the cells' brightness (0–255) of pictures that are the same.
const ALIKE: u32 = 4;

/// What a picture looks like: whether each cell is brighter than its right neighbour, and how
/// bright it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferenceHash {
    hash: [u32; PARTS],
    cells: [u8; BITS],
}

impl DifferenceHash {
    /// Of a picture as the network sees it.
    pub fn of(picture: &Picture) -> Self {
        let columns = CELLS + 1;
        let bright = |x: usize, y: usize| {
            let span = |at: usize, cells: usize, side: usize| {
                let start = at * side / cells;
                start..((at + 1) * side / cells).clamp(start + 1, side.max(start + 1))
            };
            let (mut sum, mut count) = (0u64, 0u64);
            for row in span(y, CELLS, picture.height) {
                for column in span(x, columns, picture.width) {
                    let at = 3 * (row * picture.width + column);
                    let pixel = picture.rgb.get(at..at + 3).unwrap_or_default();
                    sum += pixel.iter().map(|&byte| u64::from(byte)).sum::<u64>();
                    count += 3;
                }
            }
            (sum / count.max(1)) as u8
        };
        let (mut hash, mut cells) = ([0u32; PARTS], [0; BITS]);
        for (number, cell) in cells.iter_mut().enumerate() {
            let (x, y) = (number % CELLS, number / CELLS);
            *cell = bright(x, y);
            let bit = u32::from(*cell > bright(x + 1, y));
            if let Some(part) = hash.get_mut(number / 32) {
                *part = *part << 1 | bit;
            }
        }
        Self { hash, cells }
    }

    fn alike(&self, other: &Self) -> bool {
        let bits = self.hash.iter().zip(&other.hash);
        let bits: u32 = bits.map(|(a, b)| (a ^ b).count_ones()).sum();
        let cells = self.cells.iter().zip(&other.cells);
        bits < PARTS as u32
            && cells.map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>() <= ALIKE * BITS as u32
    }
}

/// The pictures so far. Which of two alike is kept depends on their order alone.
#[derive(Debug, Default)]
pub struct Duplicates {
    looks: Vec<(DifferenceHash, usize)>,
    by_part: [HashMap<u32, Vec<u32>>; PARTS],
}

impl Duplicates {
    /// Takes picture `number` in; the number of an earlier one that looks the same, if there is
    /// one: then this one is left out.
    pub fn take(&mut self, look: DifferenceHash, number: usize) -> Option<usize> {
        let flat = look.hash == [0; PARTS];
        for (part, known) in look.hash.iter().zip(&self.by_part) {
            // Plain backgrounds make very many pictures share a part: they say nothing.
            if *part == 0 && !flat {
                continue;
            }
            let candidates = known.get(part).into_iter().flatten();
            for &candidate in candidates.rev().take(MOST_CANDIDATES) {
                if let Some((other, earlier)) = self.looks.get(candidate as usize)
                    && other.alike(&look)
                {
                    return Some(*earlier);
                }
            }
        }
        let place = self.looks.len() as u32;
        for (part, known) in look.hash.iter().zip(&mut self.by_part) {
            known.entry(*part).or_default().push(place);
        }
        self.looks.push((look, number));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::portrait as draw;
    use morphogan_starter_faces::{Edition, Factors};

    #[test]
    fn a_repeated_picture_is_found_and_other_faces_are_not() {
        let mut duplicates = Duplicates::default();
        for index in 0..40 {
            let face = draw(&Factors::sample(Edition::First, 3, index), 32);
            assert_eq!(
                duplicates.take(DifferenceHash::of(&face), index as usize),
                None
            );
        }
        let mut again = draw(&Factors::sample(Edition::First, 3, 17), 32);
        assert_eq!(duplicates.take(DifferenceHash::of(&again), 90), Some(17));
        // Saved again with some loss.
        for (place, byte) in again.rgb.iter_mut().enumerate() {
            *byte = byte.saturating_add((place % 3) as u8);
        }
        assert_eq!(duplicates.take(DifferenceHash::of(&again), 91), Some(17));
    }

    #[test]
    fn flat_pictures_differ_by_their_brightness() {
        let mut duplicates = Duplicates::default();
        let grey = |value| DifferenceHash::of(&Picture::filled(8, 8, [value; 3]));
        assert_eq!(duplicates.take(grey(10), 0), None);
        assert_eq!(duplicates.take(grey(200), 1), None);
        assert_eq!(duplicates.take(grey(201), 2), Some(1));
        assert_eq!(
            duplicates.take(DifferenceHash::of(&Picture::default()), 3),
            None
        );
    }
}
