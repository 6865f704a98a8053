//! Looks for labels in and beside a container, and joins them to its pictures by name.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::join::{Index, Sureness};
use super::text::{decoded, shortened};
use super::{Labels, celeba, csv, folders, report};
use crate::notice::Notice;

/// Most numbers in a table of labels: 256 MiB of them.
const MOST_CELLS: usize = 64 << 20;
/// Most columns of a file of labels.
pub const MOST_COLUMNS: usize = 1024;
/// Files of labels that are read; a folder with more of them holds something else.
const MOST_TABLES: usize = 16;

/// A file of labels, seen from the pictures.
pub struct Table<'a> {
    folder: &'a str,
    /// Whether its name says that it holds labels.
    pub known: bool,
    pictures: &'a Index,
}

impl<'a> Table<'a> {
    /// At `path` of the container that holds the `pictures`, `/` between folders.
    pub fn new(path: &'a str, pictures: &'a Index) -> Self {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Self {
            folder,
            known: reader_of(path).is_some_and(|(place, _)| place < KNOWN.len()),
            pictures,
        }
    }

    /// The picture that a row means by `name`, and how surely.
    pub fn picture(&self, name: &str) -> Option<(usize, Sureness)> {
        self.pictures.find(self.folder, name)
    }
}

/// Labels read from a file, and what did not fit.
#[derive(Debug)]
pub struct Found {
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
    One(Sureness, u64),
    /// Rows of different names are equally sure.
    Several(Sureness),
}

impl Found {
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

fn check_size(columns: usize, pictures: usize) -> Result<(), String> {
    match columns.saturating_mul(pictures) > MOST_CELLS {
        true => Err(format!(
            "{columns} columns are too many for so many pictures"
        )),
        false => Ok(()),
    }
}

fn name_hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.trim().hash(&mut hasher);
    hasher.finish()
}

/// A file that may hold labels, in the container of the pictures or beside it.
pub(in crate::data) struct TableFile<'a> {
    /// Where it stands in the container, `/` between folders.
    pub path: String,
    /// Its bytes, or why they cannot be read.
    pub read: Box<dyn Fn() -> Result<Vec<u8>, String> + 'a>,
}

type Reader = fn(&str, &Table<'_>) -> Result<Found, String>;

/// Files that hold labels, the best first.
const KNOWN: [(&str, Reader); 6] = [
    ("list_attr_celeba.txt", celeba::attributes),
    ("list_attr_celeba.csv", csv::table),
    ("list_eval_partition.txt", celeba::partition),
    ("list_eval_partition.csv", csv::table),
    ("labels.csv", csv::table),
    ("labels.tsv", csv::table),
];

/// Names of files that are looked for beside an archive.
pub(in crate::data) fn known_names() -> impl Iterator<Item = &'static str> {
    KNOWN.into_iter().map(|(name, _)| name)
}

/// The place of the file at `path` among those that hold labels, and what reads it: those of known
/// names first, then any other table. `None` for other files.
fn reader_of(path: &str) -> Option<(usize, Reader)> {
    let file = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let known = KNOWN.iter().position(|(name, _)| *name == file);
    let table = file.ends_with(".csv") || file.ends_with(".tsv");
    match known.and_then(|place| Some((place, KNOWN.get(place)?.1))) {
        None if table && !file.starts_with('.') => Some((KNOWN.len(), csv::table)),
        known => known,
    }
}

/// Whether labels are looked for in the file at `path`.
pub(in crate::data) fn is_table(path: &str) -> bool {
    reader_of(path).is_some()
}

/// The labels of pictures called `names`: from the `files` whose rows name them, and on request from
/// the folders that the pictures stand in. The columns of several tables stand side by side; those of
/// one name become one, in which the earlier table counts more.
pub(in crate::data) fn find(
    names: &[String],
    folder_labels: bool,
    files: &[TableFile<'_>],
) -> (Option<Labels>, Vec<Notice>) {
    let mut tables: Vec<_> = files
        .iter()
        .filter_map(|file| Some((reader_of(&file.path)?, file)))
        .collect();
    tables.sort_by(|((a, _), file), ((b, _), other)| (a, &file.path).cmp(&(b, &other.path)));
    let mut labels = None::<Labels>;
    let mut said = report::Report::new(names);
    said.beyond(
        tables
            .iter()
            .skip(MOST_TABLES)
            .map(|(_, file)| file.path.as_str()),
    );
    tables.truncate(MOST_TABLES);
    let index = if tables.is_empty() {
        None
    } else {
        Some(Index::new(names))
    };
    for (((_, reader), file), index) in tables.into_iter().zip(index.iter().cycle()) {
        let table = Table::new(&file.path, index);
        let found = (file.read)().and_then(|bytes| reader(&decoded(&bytes), &table));
        match found {
            Ok(found) if found.named() > 0 => match together(labels.take(), &found.labels) {
                Ok((both, differing)) => {
                    said.used(&file.path, &found, differing);
                    labels = Some(both);
                }
                Err((before, why)) => {
                    said.broken(&file.path, &why);
                    labels = before;
                }
            },
            Ok(found) if table.known => said.useless(&file.path, &found),
            Err(why) if table.known => said.broken(&file.path, &why),
            _ => said.not_labels(&file.path),
        }
    }
    if folder_labels {
        match folders::table(names) {
            Some(found) => {
                said.folders();
                labels = match together(labels, &found) {
                    Ok((both, _)) => Some(both),
                    Err((before, _)) => before,
                };
            }
            None => said.no_folders(),
        }
    }
    (labels, said.finish())
}

/// The table so far with further columns, and how many cells of both say different things; the table
/// as it was where there would be too many.
fn together(
    labels: Option<Labels>,
    more: &Labels,
) -> Result<(Labels, usize), (Option<Labels>, String)> {
    let Some(labels) = labels else {
        return Ok((more.clone(), 0));
    };
    match check_size(labels.names.len() + more.names.len(), labels.len()) {
        Ok(()) => Ok(labels.joined(more)),
        Err(why) => Err((Some(labels), why)),
    }
}
