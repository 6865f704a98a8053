//! Changes bytes as accidents and attackers do.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

/// What a reader may do when it finds them instead of a number.
const NUMBERS: [&str; 16] = [
    "0",
    "-1",
    "1",
    "255",
    "65536",
    "2147483648",
    "4294967295",
    "9223372036854775808",
    "18446744073709551615",
    "99999999999999999999999",
    "1e999",
    "-1e-999",
    "NaN",
    "inf",
    "null",
    "",
];

/// Marks that mean something in one of the texts.
const MARKS: [&str; 18] = [
    "\"",
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "\n\n",
    "\0",
    "\u{feff}",
    "{",
    "]",
    "\\",
    "=",
    ":",
    "é",
    "\u{1b}[31m",
    "..",
    "/",
];

/// Whole numbers at which something overflows, or just does not.
const EDGES: [u64; 16] = [
    0,
    1,
    2,
    0x7f,
    0xff,
    8000,
    0x4000,
    0x7fff,
    0xffff,
    0x10000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    1 << 40,
    i64::MAX as u64,
    u64::MAX,
];

/// Most bytes that a mutated file has.
const MOST: usize = 1 << 20;

/// The changes of one run: they follow from its seed and number alone.
pub struct Mutator {
    random: ChaCha8Rng,
}

impl Mutator {
    /// For run `number` of `seed`.
    pub fn new(seed: u64, number: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(number);
        Self { random }
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.random.next_u64() % end as u64) as usize
    }

    /// One of several.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// `bytes` with a few changes.
    pub fn change(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut changed = bytes.to_vec();
        // Mostly one: many hide each other.
        for _ in 0..1 + self.below(4) * self.below(2) {
            self.change_once(&mut changed);
            changed.truncate(MOST);
        }
        changed
    }

    /// The beginning of one and the end of the other.
    pub fn splice(&mut self, first: &[u8], second: &[u8]) -> Vec<u8> {
        let (end, start) = (self.below(first.len() + 1), self.below(second.len() + 1));
        [&first[..end], &second[start..]].concat()
    }

    fn change_once(&mut self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return bytes.push(self.random.next_u64() as u8);
        }
        let place = self.below(bytes.len());
        match self.below(14) {
            0 => bytes[place] ^= 1 << self.below(8),
            1 => bytes[place] = *self.one_of(&[0, 255]),
            2 => bytes[place] = self.random.next_u64() as u8,
            3 => bytes.truncate(place),
            4 => {
                let slice = self.slice(bytes).to_vec();
                bytes.splice(place..place, slice);
            }
            5 => {
                let slice = self.slice(bytes).to_vec();
                let times = 1 << self.below(8);
                bytes.splice(place..place, slice.repeat(times));
            }
            6 => {
                let end = place + self.below(bytes.len() - place) + 1;
                bytes.drain(place..end);
            }
            7 => {
                let end = place + self.below((bytes.len() - place).min(64)) + 1;
                bytes[place..end].fill(*self.one_of(&[0, 255]));
            }
            8 => self.set_field(bytes, place),
            9 | 10 => self.lie_about_a_length(bytes),
            11 | 12 => self.replace_a_number(bytes),
            _ => {
                let mark = self.one_of(&MARKS).as_bytes().to_vec();
                bytes.splice(place..place, mark);
            }
        }
    }

    fn slice<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let start = self.below(bytes.len());
        let end = start + self.below((bytes.len() - start).min(512)) + 1;
        &bytes[start..end]
    }

    /// A whole number of 8 to 64 bits becomes one at an edge, or one more or less than it is; sometimes the one
    /// behind it as well, as width and height are.
    fn set_field(&mut self, bytes: &mut [u8], place: usize) {
        let width = *self.one_of(&[1usize, 2, 4, 8]);
        let (big, two) = (self.below(2) == 0, self.below(4) == 0);
        let (kind, edge) = (self.below(4), *self.one_of(&EDGES));
        for field in bytes[place..]
            .chunks_exact_mut(width)
            .take(1 + usize::from(two))
        {
            let old = number(field, big);
            let new = match kind {
                0 => old.wrapping_add(1),
                1 => old.wrapping_sub(1),
                _ => edge,
            };
            put(field, new, big);
        }
    }

    /// A field that may be a length, because it is no longer than the file, becomes another one.
    fn lie_about_a_length(&mut self, bytes: &mut [u8]) {
        let (big, length, start) = (self.below(2) == 0, bytes.len(), self.below(bytes.len()));
        let is_length = |place: &usize| {
            let field = bytes.get(*place..*place + 4);
            field.is_some_and(|field| (1..=length as u64).contains(&number(field, big)))
        };
        let found = (start..length).chain(0..start).find(is_length);
        if let Some(field) = found.map(|place| &mut bytes[place..place + 4]) {
            let left = length as u64 - number(field, big);
            let lies = [
                u64::from(u32::MAX),
                0x7fff_ffff,
                0x4000_0000,
                length as u64,
                left,
                0,
            ];
            put(field, *self.one_of(&lies), big);
        }
    }

    /// A number in a text.
    fn replace_a_number(&mut self, bytes: &mut Vec<u8>) {
        let start = self.below(bytes.len());
        let is_digit = |place: &usize| bytes[*place].is_ascii_digit();
        let Some(first) = (start..bytes.len()).chain(0..start).find(is_digit) else {
            return;
        };
        let is_part = |byte: &&u8| byte.is_ascii_digit() || b".e+-".contains(*byte);
        let count = bytes[first..].iter().take_while(is_part).count();
        let new = self.one_of(&NUMBERS).as_bytes().to_vec();
        bytes.splice(first..first + count, new);
    }
}

fn number(field: &[u8], big: bool) -> u64 {
    let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
    match big {
        true => field.iter().fold(0, add),
        false => field.iter().rev().fold(0, add),
    }
}

fn put(field: &mut [u8], number: u64, big: bool) {
    let width = field.len();
    for (place, byte) in field.iter_mut().enumerate() {
        let shift = if big { width - 1 - place } else { place };
        *byte = (number >> (8 * shift)) as u8;
    }
}
