//! Paths as text in files, from which they come back byte by byte.
//!
//! Most paths are UTF-8 and stand as they are. One that is not is written as a `file://` URI, its
//! uncommon bytes as `%` and two hexadecimal digits.

use std::path::{Path, PathBuf};

const URI: &str = "file://";

/// The text that [`from_text`] makes `path` of.
pub fn to_text(path: &Path) -> String {
    match path.to_str().filter(|text| !text.starts_with(URI)) {
        Some(text) => text.to_owned(),
        None => escaped(path),
    }
}

/// The path of a text that [`to_text`] or a person wrote.
pub fn from_text(text: &str) -> PathBuf {
    match text.strip_prefix(URI) {
        Some(escaped) => from_bytes(unescaped(escaped.as_bytes())),
        None => text.into(),
    }
}

fn escaped(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'%';
    let mut text = URI.to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        if plain(byte) {
            text.push(byte.into())
        } else {
            text += &format!("%{byte:02X}")
        }
    }
    text
}

/// A `%` that no two digits follow stands for itself.
fn unescaped(mut text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    while let [first, rest @ ..] = text {
        let digits = rest.get(..2).filter(|_| *first == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        // A sign would be taken for a part of the number.
        let digits = digits.filter(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                text = &rest[2..]; // as long, or there were no digits
            }
            None => {
                bytes.push(*first);
                text = rest;
            }
        }
    }
    bytes
}

#[cfg(unix)]
fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// For fields of files: `#[serde(with = "crate::path_text::as_text")]`.
pub mod as_text {
    use std::path::{Path, PathBuf};

    use serde::{Deserialize, Deserializer, Serializer};

    /// As [`super::to_text`].
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::to_text(path))
    }

    /// As [`super::from_text`].
    ///
    /// # Errors
    /// Where it is no text.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
        String::deserialize(deserializer).map(|text| super::from_text(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_back() {
        for path in ["photos", "/a b/ü/100%", "file:///looks like one", ""] {
            assert_eq!(from_text(&to_text(Path::new(path))), Path::new(path));
        }
        assert_eq!(to_text(Path::new("/a b/ü/100%")), "/a b/ü/100%");
        // As a person may write it.
        assert_eq!(from_text("file:///a%20b/+5%+5%"), Path::new("/a b/+5%+5%"));
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_come_back() {
        use std::os::unix::ffi::OsStrExt as _;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/caf\xe9 %/b"));
        assert_eq!(to_text(path), "file:///caf%E9%20%25/b");
        assert_eq!(from_text(&to_text(path)), path);
    }
}
