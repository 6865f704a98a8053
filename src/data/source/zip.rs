//! A zip archive, read member by member without unpacking.

use std::io::Read as _;

use flate2::read::DeflateDecoder;
use zip::CompressionMethod;

use super::SourceError;
use super::bytes::ByteSource;
use super::container::{Container, MOST_MEMBERS, shown};
use super::kinds::BEGINNING;
use super::location::Location;
use crate::notice::Notice;

/// Members that unpack to more than this are checked for bombs.
const SUSPICIOUS: u64 = 8 << 20;

/// Pictures are packed already: no honest one becomes smaller by this factor, save drawings in
/// formats without compression, and those are small.
const MOST_RATIO: u64 = 250;

/// Bytes of a member's own header before its name.
const LOCAL_HEADER: usize = 30;

/// A zip archive. Only where the members lie is kept, not what they hold.
#[derive(Debug)]
pub struct Zip {
    bytes: ByteSource,
    names: Vec<String>,
    members: Vec<Member>,
    encrypted: usize,
    fingerprint: u128,
}

#[derive(Clone, Copy, Debug)]
struct Member {
    header: u64,
    packed: u64,
    size: u64,
    crc: u32,
    method: CompressionMethod,
    encrypted: bool,
}

impl Zip {
    /// Reads the directory at the end of the archive.
    ///
    /// # Errors
    /// Where there is none, or it contradicts itself.
    pub fn open(bytes: ByteSource, location: &Location<'_>) -> Result<Self, SourceError> {
        let damaged = |why: String| location.damaged("zip archive", why);
        let archive = zip::ZipArchive::new(bytes.reader()).map_err(|e| damaged(e.to_string()))?;
        if archive.len() > MOST_MEMBERS {
            return Err(damaged("too many members".into()));
        }
        let mut zip = Self {
            bytes,
            names: Vec::with_capacity(archive.len()),
            members: Vec::with_capacity(archive.len()),
            encrypted: 0,
            fingerprint: location.fingerprint,
        };
        for index in 0..archive.len() {
            let entry = archive.by_index_data(index);
            let entry = entry.map_err(|error| damaged(error.to_string()))?;
            if !entry.is_file() {
                continue;
            }
            zip.encrypted += usize::from(entry.encrypted());
            zip.names.push(shown(entry.name_raw()));
            zip.members.push(Member {
                header: entry.header_start(),
                packed: entry.compressed_size(),
                size: entry.size(),
                crc: entry.crc32(),
                method: entry.compression(),
                encrypted: entry.encrypted(),
            });
        }
        Ok(zip)
    }

    /// The packed bytes of a member.
    fn packed(&self, member: &Member) -> Result<ByteSource, SourceError> {
        let wrong = || SourceError::Member("the archive's directory points beside it".into());
        let mut header = [0; LOCAL_HEADER];
        self.bytes.read_at(member.header, &mut header)?;
        let [
            b'P',
            b'K',
            3,
            4,
            ..,
            name_low,
            name_high,
            extra_low,
            extra_high,
        ] = header
        else {
            return Err(wrong());
        };
        let name = u16::from_le_bytes([name_low, name_high]);
        let extra = u16::from_le_bytes([extra_low, extra_high]);
        let start = member.header + LOCAL_HEADER as u64 + u64::from(name) + u64::from(extra);
        self.bytes.part(start, member.packed).ok_or_else(wrong)
    }
}

/// Refuses what is too large by its own word.
fn check(member: &Member, limit: u64) -> Result<(), SourceError> {
    if member.encrypted {
        return Err(SourceError::Member("it needs a password".into()));
    }
    if member.size > limit {
        return Err(SourceError::TooManyBytes(member.size, limit));
    }
    if member.size > SUSPICIOUS && member.size / MOST_RATIO > member.packed {
        return Err(SourceError::Bomb(member.size, member.packed));
    }
    Ok(())
}

impl Container for Zip {
    fn kind(&self) -> &'static str {
        "zip archive"
    }

    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, index: usize, limit: u64) -> Result<Vec<u8>, SourceError> {
        let member = self.members.get(index).ok_or(SourceError::Shrunk)?;
        check(member, limit)?;
        let packed = self.packed(member)?;
        let bytes = match member.method {
            CompressionMethod::Stored => packed.read_all(limit)?,
            CompressionMethod::DEFLATE => inflate(&packed, member, limit)?,
            other => {
                let text = format!("its compression, {other}, is not known; pack it with deflate");
                return Err(SourceError::Member(text));
            }
        };
        if bytes.len() as u64 != member.size || crc32fast::hash(&bytes) != member.crc {
            return Err(SourceError::Member("its checksum is wrong".into()));
        }
        Ok(bytes)
    }

    fn beginning(&self, index: usize) -> Option<Vec<u8>> {
        let member = self.members.get(index).filter(|member| !member.encrypted)?;
        let packed = self.packed(member).ok()?;
        let mut bytes = Vec::new();
        let read = match member.method {
            CompressionMethod::Stored => packed.reader().take(BEGINNING).read_to_end(&mut bytes),
            CompressionMethod::DEFLATE => DeflateDecoder::new(packed.reader())
                .take(BEGINNING)
                .read_to_end(&mut bytes),
            _ => return None,
        };
        read.ok().map(|_| bytes)
    }

    fn size(&self, index: usize) -> u64 {
        self.members.get(index).map_or(0, |member| member.size)
    }

    fn fingerprint(&self) -> Option<u128> {
        Some(self.fingerprint)
    }

    fn warnings(&self) -> Vec<Notice> {
        if self.encrypted == 0 {
            return Vec::new();
        }
        let text = format!(
            "Members that need a password are left out ({}); pack the archive again without.",
            self.encrypted
        );
        vec![Notice::warning(text)]
    }
}

/// Unpacks at most a byte more than the member says it has: one that lies is not believed further.
fn inflate(packed: &ByteSource, member: &Member, limit: u64) -> Result<Vec<u8>, SourceError> {
    // Packed members are small and read at once; checked above for those that are not.
    let packed = packed.read_all(limit)?;
    // Reserved as far as the packed bytes make it plausible.
    let plausible = member.size.min((packed.len() as u64).saturating_mul(4));
    let mut bytes = Vec::with_capacity(plausible as usize);
    DeflateDecoder::new(&packed[..])
        .take(member.size + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| SourceError::Member(error.to_string()))?;
    Ok(bytes)
}
