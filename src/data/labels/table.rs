//! A table of labels on its way to the pictures: which row speaks for which.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::Labels;
use super::join::{MatchQuality, PictureIndex};
use super::text::shortened;

/// Most numbers in a table of labels: 256 MiB of them.
const MOST_CELLS: usize = 64 << 20;
/// Most columns of a file of labels.
pub const MOST_COLUMNS: usize = 1024;
/// A file of labels, seen from the pictures.
pub struct Table<'a> {
    folder: &'a str,
    /// Whether its name says that it holds labels.
    pub known: bool,
    pictures: &'a PictureIndex,
}

impl<'a> Table<'a> {
    /// At `path` of the container that holds the `pictures`, `/` between folders.
    pub fn new(path: &'a str, known: bool, pictures: &'a PictureIndex) -> Self {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Self {
            folder,
            known,
            pictures,
        }
    }

    /// The picture that a row means by `name`, and how surely.
    pub fn picture(&self, name: &str) -> Option<(usize, MatchQuality)> {
        self.pictures.find(self.folder, name)
    }
}

/// Labels read from a file, and what did not fit.
#[derive(Debug)]
pub struct ParsedLabels {
    /// A row a picture.
    pub labels: Labels,
    /// Rows that name no picture.
    pub missing: usize,
    /// The first of them.
    pub example: String,
    /// Rows that may mean a picture which another row means as well.
    pub disputed: usize,
    /// What there is to say about columns.
    pub notes: Vec<String>,
    /// Which row speaks for each picture.
    claims: Vec<Claim>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Claim {
    #[default]
    None,
    /// A row that is so sure, and a hash of the name it gives.
    One(MatchQuality, u64),
    /// Rows of different names are equally sure.
    Several(MatchQuality),
}

impl ParsedLabels {
    /// Nothing known about any picture yet.
    ///
    /// # Errors
    /// Where the table would be too large, in words.
    pub fn new(names: Vec<String>, table: &Table<'_>) -> Result<Self, String> {
        let count = table.pictures.count();
        check_size(names.len(), count)?;
        Ok(Self {
            labels: Labels::unknown(names, count),
            missing: 0,
            example: String::new(),
            disputed: 0,
            notes: Vec::new(),
            claims: vec![Claim::None; count],
        })
    }

    /// What a row of `table` says about `file`. The row that is surer of a picture counts, of one
    /// name the later one; where different names are equally sure, none does.
    pub fn set(&mut self, table: &Table<'_>, file: &str, values: &[f32]) {
        let Some((picture, sure)) = table.picture(file) else {
            if self.missing == 0 {
                self.example = shortened(file);
            }
            self.missing += 1;
            return;
        };
        let (Some(claim), Some(row)) = (self.claims.get_mut(picture), self.labels.row_mut(picture))
        else {
            return;
        };
        let new = Claim::One(sure, name_hash(file));
        let takes = match *claim {
            Claim::None => true,
            Claim::One(before, _) | Claim::Several(before) if before < sure => true,
            one @ Claim::One(..) => one == new,
            Claim::Several(_) => false,
        };
        if takes {
            *claim = new;
            for (cell, value) in row.iter_mut().zip(values) {
                *cell = *value;
            }
            return;
        }
        self.disputed += 1;
        if matches!(*claim, Claim::One(before, _) | Claim::Several(before) if before == sure) {
            if self.example.is_empty() {
                self.example = shortened(file);
            }
            *claim = Claim::Several(sure);
            row.fill(f32::NAN);
        }
    }

    /// Whether a row speaks for picture `index`.
    pub fn names(&self, index: usize) -> bool {
        matches!(self.claims.get(index), Some(Claim::One(..)))
    }

    /// Pictures for which a row speaks.
    pub fn named(&self) -> usize {
        let one = |claim: &&Claim| matches!(claim, Claim::One(..));
        self.claims.iter().filter(one).count()
    }
}

pub fn check_size(columns: usize, pictures: usize) -> Result<(), String> {
    if columns.saturating_mul(pictures) > MOST_CELLS {
        Err(format!(
            "{columns} columns are too many for so many pictures"
        ))
    } else {
        Ok(())
    }
}

fn name_hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.trim().hash(&mut hasher);
    hasher.finish()
}
