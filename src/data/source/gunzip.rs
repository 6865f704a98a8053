//! Unpacks gzip as `gzip` and `tar` do: stream after stream, and zero bytes behind the last one,
//! which fill up blocks of tapes and disks, are no damage.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use super::bytes::{ByteReader, ByteSource};
use super::kinds::BEGINNING;

/// The first bytes of what gzip packed.
pub fn beginning(bytes: &ByteSource) -> io::Result<Vec<u8>> {
    let mut beginning = Vec::new();
    let mut unpacked = Gunzip::new(bytes.reader()).take(BEGINNING);
    unpacked.read_to_end(&mut beginning)?;
    Ok(beginning)
}

/// What a gzip file unpacks to.
pub struct Gunzip {
    /// `None` only while one stream is exchanged for the next.
    stream: Option<GzDecoder<BufReader<ByteReader>>>,
    over: bool,
}

impl Gunzip {
    pub fn new(packed: ByteReader) -> Self {
        Self {
            stream: Some(GzDecoder::new(BufReader::new(packed))),
            over: false,
        }
    }

    /// Goes to the next stream; without one it is over.
    fn next_stream(&mut self) -> io::Result<()> {
        self.over = true;
        let Some(stream) = self.stream.take() else {
            return Ok(());
        };
        let mut rest = stream.into_inner();
        if rest.fill_buf()?.starts_with(&[0x1f]) {
            self.over = false;
            self.stream = Some(GzDecoder::new(rest));
        }
        Ok(())
    }
}

impl Read for Gunzip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.over && !buffer.is_empty() {
            let count = match &mut self.stream {
                Some(stream) => stream.read(buffer)?,
                None => return Ok(0),
            };
            if count > 0 {
                return Ok(count);
            }
            self.next_stream()?;
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::source::bytes::ByteSource;
    use crate::data::tests::make::gz;

    fn unpack(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        Gunzip::new(ByteSource::from_bytes(bytes).reader()).read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn streams_follow_each_other_and_zeros_behind_them_are_no_damage() {
        let two = [gz(b"one "), gz(b"two")].concat();
        assert_eq!(unpack(two.clone()).unwrap(), b"one two");
        let filled = [&two[..], &[0; 5000]].concat();
        assert_eq!(unpack(filled).unwrap(), b"one two");
        let mut broken = two.clone();
        broken.truncate(two.len() - 3);
        assert!(unpack(broken).is_err());
        let mut flipped = two;
        flipped[12] ^= 0xff;
        assert!(unpack(flipped).is_err());
    }
}
