//! The beginning of an IDX file.

/// The header: what kind of numbers, and how many along each dimension.
pub struct Header {
    pub dimensions: Vec<u32>,
    /// Bytes before the numbers.
    pub len: u64,
}

impl Header {
    /// `None` where it is none, or one of numbers that are no bytes.
    pub fn read(beginning: &[u8]) -> Option<Self> {
        let [0, 0, 8, rank @ 1..=4, rest @ ..] = beginning else {
            return None;
        };
        let numbers = rest.get(..usize::from(*rank) * 4)?.chunks_exact(4);
        let number = |four: &[u8]| four.try_into().map(u32::from_be_bytes).unwrap_or_default();
        Some(Self {
            dimensions: numbers.map(number).collect(),
            len: 4 + 4 * u64::from(*rank),
        })
    }

    /// Bytes that the header promises; `None` beyond all measure.
    pub fn promised(&self) -> Option<u64> {
        let sizes = self.dimensions.iter().map(|&size| u64::from(size));
        sizes.into_iter().try_fold(1u64, u64::checked_mul)
    }
}

/// Whether the first bytes of a (unpacked) file are those of IDX bytes.
pub fn looks_like(beginning: &[u8]) -> bool {
    Header::read(beginning).is_some()
}
