//! Which picture a name in a table means.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use unicode_normalization::UnicodeNormalization as _;

use crate::data::source::decode;

/// Pictures of one file name that are looked through; more of them cannot be told apart by it.
const MOST_ALIKE: usize = 4096;
/// Letters of the longest ending of a file name.
const LONGEST_ENDING: usize = 5;

pub struct PictureIndex {
    names: Vec<String>,
    /// Hash of the path without ending and capitals, and the picture's number; sorted.
    whole: Vec<(u64, u32)>,
    /// Likewise of the file name alone.
    short: Vec<(u64, u32)>,
}

/// How surely a row means a picture: how much of both paths agrees, then how exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MatchQuality(u32, Exactness);

/// How exactly two paths agree; the greater the more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Exactness {
    /// But for the ending: tables often say `.jpg` of what was saved as something else.
    #[default]
    Ending,
    /// The row has no ending.
    NoEnding,
    Capitals,
    Exact,
}

/// The name relative to the table's folder, or to the top, is the picture's.
const IN_PLACE: u32 = u32::MAX;
const FROM_TOP: u32 = u32::MAX - 1;

impl PictureIndex {
    /// Of these names, `/` between folders.
    pub fn new(names: &[String]) -> Self {
        let names: Vec<String> = names.iter().map(|name| cleaned(name)).collect();
        let sorted = |part: fn(&str) -> &str| {
            let numbered = names.iter().zip(0u32..);
            let mut all: Vec<(u64, u32)> = numbered
                .map(|(name, number)| (hash_of(stem(part(name))), number))
                .collect();
            all.sort_unstable();
            all
        };
        Self {
            whole: sorted(|name| name),
            short: sorted(file_name),
            names,
        }
    }

    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// The picture that `row` of a table in `folder` means, and how surely. A path that agrees with
    /// a picture's in its last part only is taken where one of both goes no further: `/home/ann/faces/1.png`
    /// is `1.png`, and `1.png` the only `cat/1.png`, but `dog/1.png` is not `cat/1.png`.
    pub fn find(&self, folder: &str, row: &str) -> Option<(usize, MatchQuality)> {
        let name = cleaned(row);
        if name.is_empty() {
            return None;
        }
        let inside = |name: &str| self.at(&cleaned(&format!("{folder}/{name}")));
        let with = |much: u32| move |(picture, exact)| (picture, MatchQuality(much, exact));
        // As it stands, since `..` may lead out of the table's folder.
        let found = inside(&row.trim().replace('\\', "/")).map(with(IN_PLACE));
        let found = found.or_else(|| self.at(&name).map(with(FROM_TOP)));
        let parts = name.split('/').count() as u32;
        let found = found.or_else(|| self.ending_in(folder, &name).map(with(parts)));
        found.or_else(|| {
            let mut rest = name.as_str();
            let shorter = std::iter::from_fn(|| {
                rest = rest.split_once('/')?.1;
                Some(rest)
            });
            (1..parts).rev().zip(shorter).find_map(|(much, rest)| {
                let found = inside(rest).or_else(|| self.at(rest));
                found.map(with(much))
            })
        })
    }

    /// The picture whose whole path is `path`.
    fn at(&self, path: &str) -> Option<(usize, Exactness)> {
        let alike = alike(&self.whole, path)?;
        let all = alike.filter_map(|number| {
            let exact = agreement(self.names.get(number)?, path)?;
            Some((number, exact))
        });
        the_best(all)
    }

    /// The picture whose path ends in `path`; one below `folder` rather than others.
    fn ending_in(&self, folder: &str, path: &str) -> Option<(usize, Exactness)> {
        let parts = path.split('/').count();
        let all = || {
            let alike = alike(&self.short, file_name(path));
            alike.into_iter().flatten().filter_map(|number| {
                let name = self.names.get(number)?;
                let exact = agreement(last_parts(name, parts)?, path)?;
                Some((number, exact))
            })
        };
        let below = |number: usize| {
            let name = self.names.get(number).map(String::as_str);
            let rest = name.and_then(|name| name.strip_prefix(folder));
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        the_best(all().filter(|(number, _)| below(*number))).or_else(|| the_best(all()))
    }
}

/// Numbers that may be of `path`: those of its hash, with and without its ending. `None` where they
/// are too many.
fn alike<'a>(sorted: &'a [(u64, u32)], path: &str) -> Option<impl Iterator<Item = usize> + 'a> {
    let of = |hash: u64| {
        let start = sorted.partition_point(|(other, _)| *other < hash);
        let rest = sorted.get(start..).unwrap_or_default();
        let count = rest.partition_point(|(other, _)| *other == hash);
        rest.get(..count).unwrap_or_default()
    };
    let short = stem(path);
    let bare = of(hash_of(short));
    let whole: &[_] = if short == path {
        &[]
    } else {
        of(hash_of(path))
    };
    let few = bare.len() + whole.len() <= MOST_ALIKE;
    few.then(|| bare.iter().chain(whole).map(|(_, number)| *number as usize))
}

/// The one that agrees most exactly; `None` where two do equally.
fn the_best(all: impl Iterator<Item = (usize, Exactness)>) -> Option<(usize, Exactness)> {
    let (mut best, mut several) = (None::<(usize, Exactness)>, false);
    for (number, exact) in all {
        let before = best.map(|(_, exact)| exact);
        several = several && before >= Some(exact) || before == Some(exact);
        if before < Some(exact) {
            best = Some((number, exact));
        }
    }
    best.filter(|_| !several)
}

/// How a row's path agrees with a picture's; `None` where it does not.
fn agreement(picture: &str, row: &str) -> Option<Exactness> {
    if picture == row {
        return Some(Exactness::Exact);
    }
    let (whole, row_whole) = (folded(picture), folded(row));
    if whole == row_whole {
        Some(Exactness::Capitals)
    } else if folded(stem(picture)) == row_whole {
        Some(Exactness::NoEnding)
    } else {
        let same = stem(&whole) == stem(&row_whole) && decode::is_picture(row);
        same.then_some(Exactness::Ending)
    }
}

/// A path in one spelling: composed letters (NFC), `/` between folders, no drive, no scheme, no `.`
/// and no `..`.
pub fn cleaned(name: &str) -> String {
    let composed: String = name.trim().nfc().collect();
    let composed = composed.replace('\\', "/");
    let path = composed.strip_prefix("file:").unwrap_or(&composed);
    let mut parts: Vec<&str> = Vec::new();
    for (place, part) in path.split('/').enumerate() {
        let drive = place == 0 && part.len() == 2 && part.ends_with(':');
        match part {
            "" | "." => {}
            _ if drive => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

fn folded(path: &str) -> String {
    path.to_lowercase()
}

/// A path without the ending of its file name.
fn stem(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, ending))
            if !stem.is_empty()
                && !stem.ends_with('/')
                && (1..=LONGEST_ENDING).contains(&ending.len())
                && ending.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            stem
        }
        _ => path,
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, file)| file)
}

/// The last `count` parts of a path; `None` where it has fewer.
fn last_parts(path: &str, count: usize) -> Option<&str> {
    let Some((at, _)) = path.rmatch_indices('/').nth(count.checked_sub(1)?) else {
        return (path.split('/').count() == count).then_some(path);
    };
    path.get(at + 1..)
}

fn hash_of(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    folded(path).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(names: &[&str]) -> PictureIndex {
        PictureIndex::new(&names.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    fn found(index: &PictureIndex, folder: &str, row: &str) -> Option<usize> {
        index.find(folder, row).map(|(picture, _)| picture)
    }

    #[test]
    fn one_picture_has_many_spellings() {
        let of = index(&["./ä.png", "sub/größe 1.JPG", "photo.v2.png", "bare"]);
        for row in [
            "ä.png",
            "a\u{308}.png",
            "./ä.png",
            "images/ä.png",
            "/home/ann/faces/ä.png",
            r"C:\Users\Ann\faces\ä.png",
            "file:///faces/ä.png",
            "ä",
            "Ä.PNG",
            "ä.jpg",
            "x/../ä.png",
        ] {
            assert_eq!(found(&of, "", row), Some(0), "{row}");
        }
        for row in [r"sub\größe 1.jpg", "gro\u{308}ße 1", "sub/größe 1.JPG"] {
            assert_eq!(found(&of, "", row), Some(1), "{row}");
        }
        assert_eq!(found(&of, "", "photo.v2"), Some(2));
        assert_eq!(found(&of, "", "photo.v3"), None);
        assert_eq!(found(&of, "", "bare"), Some(3));
        assert_eq!(found(&of, "", ""), None);
    }

    #[test]
    fn a_name_is_relative_to_its_table() {
        let of = index(&["a/1.png", "b/1.png", "b/img/2.png", "c/img/2.png"]);
        assert_eq!(found(&of, "a", "1.png"), Some(0));
        assert_eq!(found(&of, "b", "./1.png"), Some(1));
        assert_eq!(found(&of, "a", "../b/1.png"), Some(1));
        assert_eq!(found(&of, "b", "2.png"), Some(2));
        assert_eq!(found(&of, "", "2.png"), None);
        assert_eq!(found(&of, "d", "a/1.png"), Some(0));
        assert_eq!(found(&of, "c", "/data/img/2.png"), Some(3));
    }

    #[test]
    fn folders_that_contradict_each_other_are_no_match() {
        let of = index(&["cat/1.png", "2.png", "2.jpg"]);
        assert_eq!(found(&of, "", "dog/1.png"), None);
        assert_eq!(found(&of, "", "1.png"), Some(0));
        // The ending decides between two; without one neither is meant.
        assert_eq!(found(&of, "", "2.jpg"), Some(2));
        assert_eq!(found(&of, "", "2"), None);
        let (_, exact) = of.find("", "2.png").unwrap();
        let (_, other) = of.find("", "set/2.png").unwrap();
        assert!(exact > other);
    }
}
