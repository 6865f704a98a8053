//! The zip archive that `torch.save` has written since PyTorch 1.6: `data.pkl`, and each storage as a member.

use std::collections::HashMap;
use std::io::Cursor;
use std::ops::Range;

use zip::CompressionMethod;

use super::fault::{CUT, Fault};

/// A checkpoint with everything in it has some hundreds.
const MOST_MEMBERS: usize = 50_000;
/// Begins a member's entry in the directory.
const ENTRY: &[u8] = b"PK\x01\x02";
/// Bytes of a member's own header before its name.
const LOCAL_HEADER: usize = 30;

const BROKEN: Fault = Fault::Damaged("it is no whole zip archive");

pub struct Archive<'a> {
    bytes: &'a [u8],
    members: HashMap<String, Member>,
    /// Of `data.pkl`, with the slash.
    folder: String,
}

struct Member {
    place: Range<usize>,
    is_stored: bool,
}

impl<'a> Archive<'a> {
    /// Where the members lie in `bytes`.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        // Before the directory is read, which takes memory for each entry.
        if memchr::memmem::find_iter(bytes, ENTRY)
            .nth(MOST_MEMBERS)
            .is_some()
        {
            return Err(Fault::Unusual("it has more members than a checkpoint"));
        }
        let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| BROKEN)?;
        let mut members = HashMap::with_capacity(archive.len());
        for index in 0..archive.len() {
            let entry = archive.by_index_data(index).map_err(|_| BROKEN)?;
            let place = place(bytes, entry.header_start(), entry.compressed_size());
            let is_stored = entry.compression() == CompressionMethod::Stored
                && !entry.encrypted()
                && entry.size() == entry.compressed_size();
            let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
            let place = place.ok_or(BROKEN)?;
            members.insert(name, Member { place, is_stored });
        }
        check_apart(&members)?;
        // The outermost where there are several, whatever the order of the directory is.
        let lists = members.keys().filter(|name| is_list(name));
        let outermost = lists.min_by_key(|name| (name.matches('/').count(), *name));
        let list = outermost.ok_or({
            Fault::Unusual(
                "this is a zip archive and no checkpoint; unpack it and choose the file in it",
            )
        })?;
        let folder = list.trim_end_matches("data.pkl").to_owned();
        let archive = Self {
            bytes,
            members,
            folder,
        };
        match archive.member("byteorder") {
            Ok(b"big") => Err(Fault::Unusual("its numbers are big-endian")),
            _ => Ok(archive),
        }
    }

    /// The bytes of a member beside `data.pkl`.
    pub fn member(&self, name: &str) -> Result<&'a [u8], Fault> {
        let member = self.members.get(&format!("{}{name}", self.folder));
        let member = member.ok_or(Fault::Damaged("a part of it is missing"))?;
        if !member.is_stored {
            return Err(Fault::Unusual(
                "its parts are packed, which torch.save never does; unpack and save it again",
            ));
        }
        self.bytes.get(member.place.clone()).ok_or(CUT)
    }
}

fn is_list(name: &str) -> bool {
    name == "data.pkl" || name.ends_with("/data.pkl")
}

/// Where a member's bytes lie; `None` where that is beyond the file or no member begins there.
fn place(bytes: &[u8], header: u64, length: u64) -> Option<Range<usize>> {
    let header = usize::try_from(header).ok()?;
    let own = bytes.get(header..header.checked_add(LOCAL_HEADER)?)?;
    if !own.starts_with(b"PK\x03\x04") {
        return None;
    }
    let word = |at: usize| usize::from(u16::from_le_bytes([own[at], own[at + 1]]));
    let start = header + LOCAL_HEADER + word(26) + word(28);
    let end = start.checked_add(usize::try_from(length).ok()?)?;
    (end <= bytes.len()).then_some(start..end)
}

/// Refuses members that share bytes: nobody writes such files but to fill a memory.
fn check_apart(members: &HashMap<String, Member>) -> Result<(), Fault> {
    let mut places: Vec<&Range<usize>> = members.values().map(|member| &member.place).collect();
    places.sort_unstable_by_key(|place| place.start);
    match places.windows(2).any(|two| two[0].end > two[1].start) {
        true => Err(Fault::Damaged("parts of it overlap")),
        false => Ok(()),
    }
}
