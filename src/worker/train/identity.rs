//! Tells the pictures of a run from others, wherever they lie.

use crc32fast::Hasher;
use serde::{Deserialize, Serialize};

use crate::data::Source;

/// Pictures whose content is looked at, and bytes after which no more are: enough that all of a small source
/// count, few enough that a large one costs less than a second.
const LOOKS: usize = 512;
const BYTES: u64 = 64 << 20;

/// What pictures are known by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    /// How many, broken ones included.
    pub count: usize,
    /// [`crate::data::Source::fingerprint`] in hexadecimal, which changes when they are copied.
    pub fingerprint: Option<String>,
    /// Sum of their names and of what is in many of them; earlier versions did not write it.
    #[serde(default)]
    pub content: Option<String>,
}

/// How pictures compare with those that a run began with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdentityMatch {
    /// Training goes on as it would have.
    Same,
    /// As many as an earlier version of the program knew, written at another time: perhaps the same.
    Unknown,
    /// Training would be another.
    Other,
}

impl Identity {
    /// Of the pictures in `source`.
    pub fn of(source: &dyn Source) -> Self {
        Self {
            content: Some(content(source)),
            ..Self::known(source)
        }
    }

    /// As far as it costs nothing.
    pub fn known(source: &dyn Source) -> Self {
        Self {
            count: source.len(),
            fingerprint: source.fingerprint().map(|bits| format!("{bits:x}")),
            content: None,
        }
    }

    /// How the pictures in `source` compare with these, and what they are known by from now on.
    pub fn compare(&self, source: &dyn Source) -> (IdentityMatch, Self) {
        let known = Self::known(source);
        let is_untouched = known.count == self.count && known.fingerprint == self.fingerprint;
        match &self.content {
            Some(content) if is_untouched && known.fingerprint.is_some() => {
                let content = Some(content.clone());
                (IdentityMatch::Same, Self { content, ..known })
            }
            Some(_) => {
                let now = Self::of(source);
                let is_same = now.count == self.count && now.content == self.content;
                let likeness = if is_same {
                    IdentityMatch::Same
                } else {
                    IdentityMatch::Other
                };
                (likeness, now)
            }
            None => {
                let likeness = match is_untouched {
                    true => IdentityMatch::Same,
                    false if known.count == self.count => IdentityMatch::Unknown,
                    false => IdentityMatch::Other,
                };
                (likeness, Self::of(source))
            }
        }
    }
}

/// CRC-32 of all names and of the content of pictures from everywhere, in hexadecimal. Which ones follows
/// from their number and content alone.
fn content(source: &dyn Source) -> String {
    let mut sum = Hasher::new();
    let mut add = |bytes: &[u8]| {
        sum.update(&(bytes.len() as u64).to_le_bytes());
        sum.update(bytes);
    };
    for index in 0..source.len() {
        add(source.item_name(index).as_bytes());
    }
    let (stride, mut read) = (source.len().div_ceil(LOOKS).max(1), 0);
    for index in (0..source.len()).step_by(stride) {
        // One that cannot be read is a part of what they are.
        let bytes = source.content(index).unwrap_or_default();
        read += bytes.len() as u64;
        add(&bytes);
        if read > BYTES {
            break;
        }
    }
    format!("{:08x}", sum.finalize())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::data;

    fn pictures(folder: &Path, shade: u8) {
        std::fs::create_dir_all(folder).unwrap();
        for number in 0..3 {
            let grey = crate::picture::Picture {
                width: 4,
                height: 4,
                rgb: vec![shade + number; 48],
            };
            let path = folder.join(format!("{number}.png"));
            crate::export::write_picture(&path, &grey).unwrap();
        }
    }

    #[test]
    fn pictures_are_the_same_wherever_they_lie_and_whenever_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let [first, copy, others] =
            ["first", "copy", "others"].map(|name| folder.path().join(name));
        pictures(&first, 10);
        std::thread::sleep(std::time::Duration::from_millis(20));
        pictures(&copy, 10);
        pictures(&others, 90);
        let open = |path: &Path| data::open_path(path).unwrap();
        let known = Identity::of(open(&first).as_ref());
        let compare = |path: &Path| known.compare(open(path).as_ref());
        assert_eq!(compare(&first), (IdentityMatch::Same, known.clone()));
        let (likeness, there) = compare(&copy);
        assert_eq!(
            (likeness, &there.content),
            (IdentityMatch::Same, &known.content)
        );
        assert_eq!(compare(&others).0, IdentityMatch::Other);
        // As an earlier version knew them.
        let old = Identity {
            content: None,
            ..known.clone()
        };
        assert_eq!(old.compare(open(&first).as_ref()).0, IdentityMatch::Same);
        assert_eq!(old.compare(open(&copy).as_ref()).0, IdentityMatch::Unknown);
        std::fs::remove_file(copy.join("2.png")).unwrap();
        assert_eq!(old.compare(open(&copy).as_ref()).0, IdentityMatch::Other);
        assert_eq!(compare(&copy).0, IdentityMatch::Other);
    }
}
