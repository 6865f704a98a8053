//! Event files for TensorBoard: records of protobuf messages, each with masked CRC-32C sums.
//!
//! Format: `tensorflow/core/lib/io/record_writer.h` and `tensorflow/core/util/event.proto`.

use std::fs::{File, create_dir_all};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crc::{CRC_32_ISCSI, Crc};

/// Folder of the event files in a run.
pub(super) const FOLDER: &str = "tensorboard";

static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// An event file, open for more.
#[derive(Debug)]
pub struct EventFile(File);

impl EventFile {
    /// A new file in the run `root`. Where the run goes on after `step`, TensorBoard forgets what
    /// earlier files say about later steps.
    ///
    /// # Errors
    /// The file system's.
    pub fn create(root: &Path, step: u64) -> io::Result<Self> {
        let folder = root.join(FOLDER);
        create_dir_all(&folder)?;
        let now = now();
        // TensorBoard reads the files of a folder in the order of their names.
        let process = std::process::id();
        let name = format!(
            "events.out.tfevents.{:010}.{:09}.{process}",
            now as u64,
            nanos(now)
        );
        let mut file = Self(File::create_new(folder.join(name))?);
        file.event(0, bytes(FILE_VERSION, b"brain.Event:2"))?;
        if step > 0 {
            let start = varint(SESSION_STATUS, SESSION_START);
            file.event(step + 1, bytes(SESSION_LOG, &start))?;
        }
        Ok(file)
    }

    /// The numbers of one step, each under its name; `group/name` puts it into a group.
    ///
    /// # Errors
    /// The file system's.
    pub fn scalars(&mut self, step: u64, numbers: &[(&str, f32)]) -> io::Result<()> {
        let mut summary = Vec::new();
        for (name, number) in numbers {
            let mut value = bytes(VALUE_TAG, name.as_bytes());
            value.push(VALUE_SIMPLE << 3 | FOUR_BYTES);
            value.extend(number.to_le_bytes());
            summary.extend(bytes(SUMMARY_VALUE, &value));
        }
        self.event(step, bytes(SUMMARY, &summary))
    }

    /// One record: length, its sum, the event, its sum; in one write, so that none is half there.
    fn event(&mut self, step: u64, what: Vec<u8>) -> io::Result<()> {
        let mut event = vec![WALL_TIME << 3 | EIGHT_BYTES];
        event.extend(now().to_le_bytes());
        event.extend(varint(STEP, step));
        event.extend(what);
        let length = (event.len() as u64).to_le_bytes();
        let mut record = length.to_vec();
        record.extend(masked_crc(&length).to_le_bytes());
        record.extend(&event);
        record.extend(masked_crc(&event).to_le_bytes());
        self.0.write_all(&record)
    }
}

// Fields of Event, SessionLog, Summary and Summary.Value.
const WALL_TIME: u8 = 1;
const STEP: u8 = 2;
const FILE_VERSION: u8 = 3;
const SUMMARY: u8 = 5;
const SESSION_LOG: u8 = 7;
const SESSION_STATUS: u8 = 1;
const SESSION_START: u64 = 1;
const SUMMARY_VALUE: u8 = 1;
const VALUE_TAG: u8 = 1;
const VALUE_SIMPLE: u8 = 2;

// Wire types.
const VARINT: u8 = 0;
const EIGHT_BYTES: u8 = 1;
const COUNTED_BYTES: u8 = 2;
const FOUR_BYTES: u8 = 5;

fn varint(field: u8, value: u64) -> Vec<u8> {
    let mut out = vec![field << 3 | VARINT];
    put_varint(value, &mut out);
    out
}

fn bytes(field: u8, what: &[u8]) -> Vec<u8> {
    let mut out = vec![field << 3 | COUNTED_BYTES];
    put_varint(what.len() as u64, &mut out);
    out.extend(what);
    out
}

fn put_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Masked, because a sum of data that holds sums would be weak.
fn masked_crc(data: &[u8]) -> u32 {
    CRC.checksum(data)
        .rotate_right(15)
        .wrapping_add(0xa282_ead8)
}

/// Seconds since 1970.
fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs_f64()
}

fn nanos(seconds: f64) -> u32 {
    (seconds.fract() * 1e9) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_that_of_the_format() {
        // CRC-32C of "123456789" is e3069283 (RFC 3720); masked as in TensorFlow's crc32c.h.
        let masked = 0xe306_9283u32.rotate_right(15).wrapping_add(0xa282_ead8);
        assert_eq!(masked_crc(b"123456789"), masked);
    }

    /// Read back by hand, byte for byte; the whole-program test reads it with TensorBoard itself
    /// where that is installed.
    #[test]
    fn a_record_holds_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = EventFile::create(folder.path(), 0).unwrap();
        file.scalars(300, &[("loss/D", 1.5)]).unwrap();
        let entry = std::fs::read_dir(folder.path().join(FOLDER))
            .unwrap()
            .next();
        let all = std::fs::read(entry.unwrap().unwrap().path()).unwrap();
        let mut rest = &all[..];
        let mut events = Vec::new();
        while !rest.is_empty() {
            let length = u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize;
            let sum = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap());
            assert_eq!(sum(8), masked_crc(&rest[..8]));
            let event = &rest[12..12 + length];
            assert_eq!(sum(12 + length), masked_crc(event));
            events.push(event.to_vec());
            rest = &rest[16 + length..];
        }
        assert_eq!(events[0][9..], *b"\x10\x00\x1a\x0dbrain.Event:2");
        let wanted = b"\x10\xac\x02\x2a\x0f\x0a\x0d\x0a\x06loss/D\x15\x00\x00\xc0\x3f";
        assert_eq!(events[1][9..], *wanted);
    }
}
