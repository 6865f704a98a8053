//! What stands in the header of a tar's member, and in the headers before it.

/// Everything in a tar stands in blocks of this many bytes.
pub const BLOCK: u64 = 512;

/// What the headers before a member say about it.
#[derive(Default)]
pub(super) struct ExtendedHeader {
    pub name: Option<Vec<u8>>,
    pub size: Option<u64>,
    /// What a link names.
    pub target: Option<Vec<u8>>,
    /// The member has holes that are told in a way of its own.
    pub sparse: bool,
}

impl ExtendedHeader {
    /// Lines of `LENGTH KEY=VALUE`.
    pub fn read(&mut self, mut lines: &[u8]) {
        while let Some(space) = lines.iter().position(|&byte| byte == b' ') {
            let digits = lines.get(..space).and_then(|d| std::str::from_utf8(d).ok());
            let length = digits.and_then(|digits| digits.parse::<usize>().ok());
            let Some(line) = length.and_then(|length| lines.get(space + 1..length)) else {
                return;
            };
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            if let Some(path) = line.strip_prefix(b"path=") {
                self.name = Some(path.to_vec());
            }
            if let Some(target) = line.strip_prefix(b"linkpath=") {
                self.target = Some(target.to_vec());
            }
            if let Some(name) = line.strip_prefix(b"GNU.sparse.name=") {
                self.name = Some(name.to_vec());
            }
            self.sparse |= line.starts_with(b"GNU.sparse.");
            if let Some(size) = line.strip_prefix(b"size=") {
                self.size = std::str::from_utf8(size).ok().and_then(|s| s.parse().ok());
            }
            // `line` began behind the space, so that this is always further on.
            lines = length
                .and_then(|length| lines.get(length..))
                .unwrap_or_default();
        }
    }
}

/// The size that a header gives, where its checksum is right.
pub(super) fn checked_size(header: &[u8; BLOCK as usize]) -> Option<u64> {
    let sum = header.iter().enumerate();
    let sum = sum.map(|(at, &byte)| match at {
        148..156 => 32,
        _ => u64::from(byte),
    });
    let field = |from: usize, to: usize| header.get(from..to).and_then(number);
    if field(148, 156)? != sum.sum::<u64>() {
        return None;
    }
    field(124, 136)
}

/// Octal digits, or binary where the first bit is set.
pub(super) fn number(field: &[u8]) -> Option<u64> {
    if let Some((&first, rest)) = field.split_first()
        && first & 0x80 != 0
    {
        let start = u64::from(first & 0x7f);
        return rest.iter().try_fold(start, |sum, &byte| {
            Some(sum.checked_mul(256)? | u64::from(byte))
        });
    }
    let text = std::str::from_utf8(field).ok()?;
    let digits = text.trim_matches(|c: char| c == '\0' || c == ' ');
    u64::from_str_radix(if digits.is_empty() { "0" } else { digits }, 8).ok()
}

pub(super) fn until_zero(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .copied()
        .take_while(|&byte| byte != 0)
        .collect()
}

/// The name in the header itself, with the prefix of the ustar format.
pub(super) fn short_name(header: &[u8]) -> Vec<u8> {
    let field = |from: usize, to: usize| header.get(from..to).map(until_zero).unwrap_or_default();
    let (name, prefix) = (field(0, 100), field(345, 500));
    if header.get(257..262) != Some(b"ustar") || prefix.is_empty() {
        return name;
    }
    [&prefix[..], b"/", &name[..]].concat()
}

/// Ordinary files; some programs lay them out in one piece and say so.
pub(super) fn is_file(kind: u8) -> bool {
    matches!(kind, b'0' | 0 | b'7')
}

/// Hard and symbolic links.
pub(super) fn is_link(kind: u8) -> bool {
    matches!(kind, b'1' | b'2')
}

/// What a link names in the header itself.
pub(super) fn link_name(header: &[u8]) -> Vec<u8> {
    header.get(157..257).map(until_zero).unwrap_or_default()
}

/// A name in the archive, seen from `folder`, without `.` and `..`.
pub(super) fn resolved(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether the first bytes of a file may be a tar's.
pub fn looks_like(beginning: &[u8]) -> bool {
    let header = beginning.first_chunk::<{ BLOCK as usize }>();
    header.is_some_and(|header| checked_size(header).is_some())
}
