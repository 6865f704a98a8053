//! A tar archive: its headers are read once, its members in place.
//!
//! Read here rather than by a library, because a library unpacks long names of any length into
//! memory, and all that is needed is where the members lie.

pub mod header;
mod write;

use std::collections::{HashMap, HashSet};

use super::SourceError;
use super::bytes::ByteSource;
use super::container::{Container, MOST_MEMBERS, shown};
use super::contents::Tally;
use super::kinds::BEGINNING;
use super::location::Location;
use crate::notice::Notice;
use crate::picture;
use header::{
    BLOCK, ExtendedHeader, checked_size, is_file, is_link, link_name, resolved, short_name,
    until_zero,
};

pub use write::write_member;

/// Longest name or extended header that is read.
const LONGEST_NAME: u64 = 64 << 10;

/// A tar archive that is not packed (any more).
#[derive(Debug)]
pub struct Tar {
    kind: &'static str,
    bytes: ByteSource,
    names: Vec<String>,
    members: Vec<(u64, u64)>,
    fingerprint: u128,
    cut_short: bool,
    /// Links to other members, until all members are known: the link's own place among the members,
    /// and what it names.
    links: Vec<(usize, Vec<String>)>,
    sparse: Tally,
    astray: Tally,
}

impl Tar {
    /// Goes through the headers.
    ///
    /// # Errors
    /// Where the first is none, or the members are too many.
    pub fn open(
        kind: &'static str,
        bytes: ByteSource,
        location: &Location<'_>,
    ) -> Result<Self, SourceError> {
        let mut tar = Self {
            kind,
            bytes,
            names: Vec::new(),
            members: Vec::new(),
            fingerprint: location.fingerprint,
            cut_short: false,
            links: Vec::new(),
            sparse: Tally::default(),
            astray: Tally::default(),
        };
        let mut at = 0;
        let mut extended = ExtendedHeader::default();
        loop {
            match tar.next(at, &mut extended)? {
                NextHeader::At(next) if tar.members.len() <= MOST_MEMBERS => at = next,
                NextHeader::At(_) => return Err(location.damaged(kind, "too many members")),
                NextHeader::End => return Ok(tar.with_links()),
                NextHeader::Broken if at == 0 => {
                    return Err(location.damaged(kind, "its first header is broken"));
                }
                NextHeader::Broken => {
                    tar.cut_short = true;
                    return Ok(tar.with_links());
                }
            }
        }
    }

    /// The header at `at`, and where the next one stands.
    fn next(&mut self, at: u64, extended: &mut ExtendedHeader) -> Result<NextHeader, SourceError> {
        if at == self.bytes.len() {
            return Ok(NextHeader::End);
        }
        let Some(block) = self.bytes.part(at, BLOCK) else {
            return Ok(NextHeader::Broken);
        };
        let mut header = [0; BLOCK as usize];
        block.read_at(0, &mut header)?;
        if header.iter().all(|&byte| byte == 0) {
            return Ok(NextHeader::End);
        }
        let Some(size) = checked_size(&header) else {
            return Ok(NextHeader::Broken);
        };
        // An extended header may correct the size of the member that follows.
        let kind = header.get(156).copied().unwrap_or_default();
        let size = if is_link(kind) {
            0
        } else {
            extended.size.filter(|_| is_file(kind)).unwrap_or(size)
        };
        let mut start = at + BLOCK;
        if kind == b'S' {
            start = self.after_sparse_map(start, &header)?;
        }
        let padded = size.checked_next_multiple_of(BLOCK);
        let Some(next) = padded.and_then(|size| size.checked_add(start)) else {
            return Ok(NextHeader::Broken);
        };
        let Some(data) = self.bytes.part(start, size) else {
            return Ok(NextHeader::Broken);
        };
        match kind {
            b'L' => extended.name = long_name(&data),
            b'K' => extended.target = long_name(&data),
            b'x' => extended.read(&data.read_all(LONGEST_NAME).unwrap_or_default()),
            _ => self.add(kind, &header, std::mem::take(extended), (start, size)),
        }
        // The last member may lack the bytes that fill its block.
        Ok(NextHeader::At(next.min(self.bytes.len())))
    }

    /// Remembers what a header that stands for itself says, with those before it, and where its bytes are.
    fn add(&mut self, kind: u8, header: &[u8], before: ExtendedHeader, place: (u64, u64)) {
        let name = shown(&before.name.unwrap_or_else(|| short_name(header)));
        if kind == b'S' || before.sparse {
            self.sparse.add(&name);
        } else if is_link(kind) {
            let target = before.target.unwrap_or_else(|| link_name(header));
            self.link(kind, name, &shown(&target));
        } else if is_file(kind) && !name.ends_with('/') {
            self.names.push(name);
            self.members.push(place);
        }
    }

    /// Remembers a link: a hard one names its target from the top of the archive, a symbolic one
    /// from its own folder.
    fn link(&mut self, kind: u8, name: String, target: &str) {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let from = if kind == b'1' { "" } else { folder };
        let targets = vec![resolved(from, target), resolved("", target)];
        self.links.push((self.members.len(), targets));
        self.names.push(name);
        // Whose place is not known yet.
        self.members.push((0, 0));
    }

    /// Gives links the bytes of what they name; what leads to nothing is left out.
    fn with_links(mut self) -> Self {
        if self.links.is_empty() {
            return self;
        }
        let links = std::mem::take(&mut self.links);
        let mut places: HashMap<String, (u64, u64)> = HashMap::new();
        let is_link = |place: usize| links.binary_search_by_key(&place, |(own, _)| *own).is_ok();
        for (place, (name, member)) in self.names.iter().zip(&self.members).enumerate() {
            if !is_link(place) {
                places.insert(resolved("", name), *member);
            }
        }
        let mut astray = HashSet::new();
        for (place, targets) in &links {
            let target = targets.iter().find_map(|name| places.get(name)).copied();
            match (target, self.members.get_mut(*place)) {
                (Some(target), Some(member)) => {
                    *member = target;
                    // Links may lead to earlier links.
                    if let Some(name) = self.names.get(*place) {
                        places.insert(resolved("", name), target);
                    }
                }
                _ => drop(astray.insert(*place)),
            }
        }
        let all = std::mem::take(&mut self.names).into_iter();
        let all = all.zip(std::mem::take(&mut self.members)).enumerate();
        for (place, (name, member)) in all {
            if !astray.contains(&place) {
                self.names.push(name);
                self.members.push(member);
            } else if picture::has_ending(&name) {
                // Links to folders say nothing about pictures.
                self.astray.add(&name);
            }
        }
        self
    }

    /// Behind the blocks that tell where a sparse file has its holes.
    fn after_sparse_map(&self, mut at: u64, header: &[u8]) -> Result<u64, SourceError> {
        let mut more = header.get(482).is_some_and(|&flag| flag != 0);
        while let Some(block) = self.bytes.part(at, BLOCK).filter(|_| more) {
            let bytes = block.read_all(BLOCK)?;
            more = bytes.get(504).is_some_and(|&flag| flag != 0);
            at += BLOCK;
        }
        Ok(at)
    }

    /// The bytes of member `index` in place.
    pub fn member(&self, index: usize) -> Option<ByteSource> {
        let &(start, size) = self.members.get(index)?;
        self.bytes.part(start, size)
    }
}

fn long_name(data: &ByteSource) -> Option<Vec<u8>> {
    let name = data.read_all(LONGEST_NAME).ok()?;
    Some(until_zero(&name))
}

enum NextHeader {
    At(u64),
    End,
    Broken,
}

impl Container for Tar {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, index: usize, limit: u64) -> Result<Vec<u8>, SourceError> {
        self.member(index)
            .ok_or(SourceError::Shrunk)?
            .read_all(limit)
    }

    fn beginning(&self, index: usize) -> Option<Vec<u8>> {
        self.member(index)?.beginning(BEGINNING).ok()
    }

    fn size(&self, index: usize) -> u64 {
        self.members.get(index).map_or(0, |(_, size)| *size)
    }

    fn fingerprint(&self) -> Option<u128> {
        Some(self.fingerprint)
    }

    fn warnings(&self) -> Vec<Notice> {
        let mut warnings = Vec::new();
        if self.cut_short {
            warnings.push(Notice::warning(format!(
                "The archive is cut short or damaged after {} members; what follows is lost. Fetch it again.",
                self.members.len()
            )));
        }
        if self.sparse.count > 0 {
            warnings.push(Notice::warning(format!(
                "Members that were packed with holes (sparse) are left out: {}. Pack the archive again without --sparse.",
                self.sparse.words("files")
            )));
        }
        if self.astray.count > 0 {
            warnings.push(Notice::warning(format!(
                "Links of the archive lead to nothing in it and are left out: {}.",
                self.astray.words("links")
            )));
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::write::write_block;
    use super::*;
    use crate::data::source::location::OpenOptions;
    use proptest::prelude::*;
    use std::path::Path;

    fn made() -> Vec<u8> {
        let mut bytes = Vec::new();
        let long = format!("{}/1.png", "deep/".repeat(40));
        write_member(&mut bytes, "a.png", b"first").unwrap();
        write_member(&mut bytes, &long, b"second").unwrap();
        write_block(&mut bytes, b'x', "pax", b"16 path=x/b.jpg\n").unwrap();
        write_member(&mut bytes, "short", &[7; 600]).unwrap();
        bytes
    }

    fn open(bytes: Vec<u8>) -> Result<Tar, SourceError> {
        let location = Location {
            path: Path::new("a.tar"),
            fingerprint: 0,
            opening: OpenOptions {
                folder_labels: false,
                go_on: &|| true,
            },
        };
        Tar::open("tar archive", ByteSource::from_bytes(bytes), &location)
    }

    #[test]
    fn members_are_found_with_their_long_names() {
        let tar = open(made()).unwrap();
        assert_eq!(tar.names()[0], "a.png");
        assert!(tar.names()[1].ends_with("deep//1.png") && tar.names()[1].len() > 200);
        assert_eq!(tar.names()[2], "x/b.jpg");
        assert_eq!(tar.read(1, 10).unwrap(), b"second");
        assert_eq!(tar.read(2, 600).unwrap(), [7; 600]);
        assert!(tar.warnings().is_empty());
    }

    /// A header whose kind and link say so.
    fn link(kind: u8, name: &str, target: &str) -> Vec<u8> {
        let mut header = Vec::new();
        write_block(&mut header, kind, name, b"").unwrap();
        header[157..157 + target.len()].copy_from_slice(target.as_bytes());
        header[148..156].fill(b' ');
        let sum: u64 = header.iter().map(|&byte| u64::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        header
    }

    #[test]
    fn links_are_what_they_name() {
        let mut bytes = link(b'2', "early.png", "a/one.png");
        write_member(&mut bytes, "a/one.png", b"first").unwrap();
        bytes.extend(link(b'1', "./b/two.png", "a/one.png"));
        bytes.extend(link(b'2', "a/three.png", "../b/two.png"));
        bytes.extend(link(b'1', "gone.png", "nowhere.png"));
        bytes.extend(link(b'S', "holes.png", ""));
        let tar = open(bytes).unwrap();
        assert_eq!(
            tar.names(),
            ["early.png", "a/one.png", "./b/two.png", "a/three.png"]
        );
        for index in 0..4 {
            assert_eq!(tar.read(index, 10).unwrap(), b"first");
        }
        let said: Vec<String> = tar.warnings().iter().map(|w| w.summary.clone()).collect();
        assert!(
            said[0].contains("(sparse) are left out: 1 files (holes.png)"),
            "{said:?}"
        );
        assert!(said[1].contains("left out: 1 links (gone.png)"), "{said:?}");
    }

    #[test]
    fn a_cut_archive_gives_what_is_there() {
        let mut bytes = made();
        bytes.truncate(bytes.len() - 600);
        let tar = open(bytes).unwrap();
        assert_eq!(tar.names().len(), 2);
        assert!(
            tar.warnings()[0]
                .summary
                .contains("cut short or damaged after 2 members")
        );
        let error = open(b"x".repeat(2000)).unwrap_err().to_string();
        assert!(error.starts_with("this tar archive is damaged: its first header is broken"));
    }

    proptest! {
        #[test]
        fn broken_bytes_never_panic(changes in prop::collection::vec((0usize..3600, any::<u8>()), 1..20), cut in 0usize..4000) {
            let mut bytes = made();
            for (at, byte) in changes {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            bytes.truncate(cut);
            if let Ok(tar) = open(bytes) {
                for index in 0..tar.names().len() {
                    let _ = tar.read(index, 1 << 20);
                }
            }
        }

        #[test]
        fn sizes_as_octal(size in 0u64..1 << 33) {
            prop_assert_eq!(header::number(format!("{size:011o}\0").as_bytes()), Some(size));
        }
    }
}
