//! Looks for labels in and beside a container, and joins them to its pictures by name.

use super::join::PictureIndex;
use super::table::{ParsedLabels, Table, check_size};
use super::text::decoded;
use super::{Labels, celeba, csv, folders, report};
use crate::notice::Notice;

/// Files of labels that are read; a folder with more of them holds something else.
const MOST_TABLES: usize = 16;

/// A file that may hold labels, in the container of the pictures or beside it.
pub(in crate::data) struct TableFile<'a> {
    /// Where it stands in the container, `/` between folders.
    pub path: String,
    /// Its bytes, or why they cannot be read.
    pub read: Box<dyn Fn() -> Result<Vec<u8>, String> + 'a>,
}

type Reader = fn(&str, &Table<'_>) -> Result<ParsedLabels, String>;

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
        Some(PictureIndex::new(names))
    };
    for (((place, reader), file), index) in tables.into_iter().zip(index.iter().cycle()) {
        let table = Table::new(&file.path, place < KNOWN.len(), index);
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
