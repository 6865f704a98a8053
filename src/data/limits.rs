//! What is taken for a picture worth learning from.

/// Longest side that is decoded: beyond it a picture is refused by its header.
pub const LONGEST_SIDE: u32 = 16_384;

/// Most pixels that are decoded.
pub const MOST_PIXELS: u64 = 64_000_000;

/// Shortest side that is worth learning from.
pub const SHORTEST_SIDE: u32 = 8;

/// Largest file that is taken for a picture, in bytes.
pub const MOST_BYTES: u64 = 256 << 20;
