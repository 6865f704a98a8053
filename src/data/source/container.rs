//! What folders and archives have in common: named bytes.

use std::path::{Path, PathBuf};

use super::SourceError;
use crate::notice::Notice;

/// Files of a folder or members of an archive. Names are for people and for joining labels; no
/// name is ever used as a path on disk.
pub trait Container: Send + Sync {
    /// What it is, in words: `zip archive`, …
    fn kind(&self) -> &'static str;

    /// Names by number, `/` between folders.
    fn names(&self) -> &[String];

    /// The bytes of member `index`, where they are at most `limit`.
    ///
    /// # Errors
    /// Why this one cannot be read.
    fn read(&self, index: usize, limit: u64) -> Result<Vec<u8>, SourceError>;

    /// The first bytes of member `index`, as many as are looked at to tell what it is; `None` where
    /// they cannot be read.
    fn beginning(&self, index: usize) -> Option<Vec<u8>>;

    /// Bytes that reading member `index` takes.
    fn size(&self, index: usize) -> u64;

    /// The file on disk that is member `index`; `None` inside archives.
    fn file(&self, _index: usize) -> Option<PathBuf> {
        None
    }

    /// Another number for other content.
    fn fingerprint(&self) -> Option<u128>;

    /// What was left out, and why.
    fn warnings(&self) -> Vec<Notice> {
        Vec::new()
    }
}

/// Members beyond this number are refused: their names alone would fill the memory.
pub const MOST_MEMBERS: usize = 10_000_000;

/// A name as it may be shown: control characters would disturb a terminal.
pub fn shown(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    name.replace('\\', "/").chars().map(visible).collect()
}

/// The last part of a path, in words.
pub fn title(path: &Path) -> String {
    // "." has a name only when it is resolved.
    let whole = path.canonicalize();
    let path = whole.as_deref().unwrap_or(path);
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
