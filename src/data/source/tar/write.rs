//! Members of a tar that is written.

use std::io::{self, Write};

use super::header::BLOCK;

/// Writes a member: header, bytes, and what fills the last block.
///
/// # Errors
/// The writer's.
pub fn write_member(out: &mut dyn Write, name: &str, bytes: &[u8]) -> io::Result<()> {
    if name.len() > 100 {
        write_block(out, b'L', "././@LongLink", name.as_bytes())?;
    }
    write_block(out, b'0', name, bytes)
}

pub(super) fn write_block(
    out: &mut dyn Write,
    kind: u8,
    name: &str,
    bytes: &[u8],
) -> io::Result<()> {
    let mut header = [0; BLOCK as usize];
    let mut put = |at: usize, bytes: &[u8]| {
        for (to, from) in header.iter_mut().skip(at).zip(bytes) {
            *to = *from;
        }
    };
    put(
        0,
        name.as_bytes()
            .get(..name.len().min(100))
            .unwrap_or_default(),
    );
    put(100, b"0000644\0");
    put(124, format!("{:011o}\0", bytes.len()).as_bytes());
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar  \0");
    let sum: u64 = header.iter().map(|&byte| u64::from(byte)).sum();
    let digits = format!("{sum:06o}\0 ");
    for (to, from) in header.iter_mut().skip(148).zip(digits.as_bytes()) {
        *to = *from;
    }
    out.write_all(&header)?;
    out.write_all(bytes)?;
    let fill = bytes.len().next_multiple_of(BLOCK as usize) - bytes.len();
    out.write_all(&vec![0; fill])
}
