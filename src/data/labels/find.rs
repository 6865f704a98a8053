//! Looks for labels in and beside a container, and joins them to its pictures by name.

use std::collections::HashMap;

use super::{Labels, celeba, csv, folders};
use crate::notice::Notice;

/// Most numbers in a table of labels: 256 MiB of them.
const MOST_CELLS: usize = 64 << 20;

/// More classes than this are no classes.
const MOST_CLASSES: usize = 256;

/// Pictures by name.
pub struct Index<'a> {
    whole: HashMap<&'a str, usize>,
    /// By file name alone; `None` where several pictures share it.
    short: HashMap<&'a str, Option<usize>>,
    count: usize,
}

impl<'a> Index<'a> {
    /// Of these names, `/` between folders.
    pub fn new(names: &'a [String]) -> Self {
        let mut index = Self {
            whole: HashMap::with_capacity(names.len()),
            short: HashMap::with_capacity(names.len()),
            count: names.len(),
        };
        for (number, name) in names.iter().enumerate() {
            index.whole.insert(name, number);
            let short = name.rsplit('/').next().unwrap_or(name);
            let place = index.short.entry(short);
            place.and_modify(|one| *one = None).or_insert(Some(number));
        }
        index
    }

    /// The picture called `name`, by its whole name or by its file name where that is enough. Label
    /// files often give `.jpg` where the pictures were saved as something else: that is no match.
    fn find(&self, name: &str) -> Option<usize> {
        let whole = self.whole.get(name).copied();
        whole.or_else(|| self.short.get(name).copied().flatten())
    }
}

/// Labels read from a file, and what did not fit.
#[derive(Debug)]
pub struct Found {
    /// A row a picture.
    pub labels: Labels,
    /// Lines that name no picture.
    pub missing: usize,
    /// The first of them.
    pub example: String,
    named: usize,
}

impl Found {
    /// Nothing known about any picture yet.
    ///
    /// # Errors
    /// Where the table would be too large, in words.
    pub fn new(names: Vec<String>, index: &Index<'_>) -> Result<Self, String> {
        if names.len().saturating_mul(index.count) > MOST_CELLS {
            let columns = names.len();
            return Err(format!(
                "{columns} columns are too many for so many pictures"
            ));
        }
        Ok(Self {
            labels: Labels::unknown(names, index.count),
            missing: 0,
            example: String::new(),
            named: 0,
        })
    }

    /// What a line says about `file`.
    pub fn set(&mut self, index: &Index<'_>, file: &str, values: &[f32]) {
        let file = file.trim().replace('\\', "/");
        let row = index.find(file.trim_start_matches("./"));
        match row.and_then(|row| self.labels.row_mut(row)) {
            Some(row) => {
                self.named += 1;
                for (cell, value) in row.iter_mut().zip(values) {
                    *cell = *value;
                }
            }
            None => {
                if self.missing == 0 {
                    self.example = file;
                }
                self.missing += 1;
            }
        }
    }

    fn warning(&self, file: &str) -> Option<Notice> {
        if self.missing == 0 {
            return None;
        }
        let text = format!(
            "Not there: {} of the pictures that {file} names; the others are used.",
            self.missing
        );
        Some(Notice::warning(text).with_details(format!("the first: {}", self.example)))
    }
}

/// The bytes of the file of a name, or why they cannot be read; `None` where there is none.
pub(in crate::data) type ReadFile<'a> = dyn Fn(&str) -> Option<Result<Vec<u8>, String>> + 'a;

type Reader = fn(&str, &Index<'_>) -> Result<Found, String>;

/// Files that hold labels, the best first; those of one group stand beside each other.
const KNOWN: [(&str, Reader); 5] = [
    ("list_attr_celeba.txt", celeba::attributes),
    ("list_attr_celeba.csv", csv::table),
    ("list_eval_partition.txt", celeba::partition),
    ("list_eval_partition.csv", csv::table),
    ("labels.csv", csv::table),
];

/// The labels of pictures called `names`: from the files that `read` finds by their names, and on
/// request from the folders that the pictures stand in.
pub(in crate::data) fn find(
    names: &[String],
    folder_labels: bool,
    read: &ReadFile<'_>,
) -> (Option<Labels>, Vec<Notice>) {
    let (mut labels, mut warnings) = (None::<Labels>, Vec::new());
    let mut index = None;
    for (file, reader) in KNOWN {
        let Some(bytes) = read(file) else { continue };
        let index = index.get_or_insert_with(|| Index::new(names));
        let found = bytes.and_then(|bytes| reader(&String::from_utf8_lossy(&bytes), index));
        match found {
            Ok(found) => {
                warnings.extend(found.warning(file));
                if found.named > 0 {
                    labels = Some(together(labels, found.labels));
                }
            }
            Err(why) => {
                let text =
                    format!("{file} cannot be used: {why}. The pictures have no labels from it.");
                warnings.push(Notice::warning(text));
            }
        }
    }
    if folder_labels {
        match folders::table(names) {
            Some(found) => labels = Some(together(labels, found)),
            None => warnings.push(Notice::warning(
                "The pictures do not stand in two to 256 sub-folders, so that these give no labels.",
            )),
        }
    }
    (labels, warnings)
}

/// The table so far, with further columns.
fn together(labels: Option<Labels>, more: Labels) -> Labels {
    match labels {
        Some(labels) => labels.beside(&more),
        None => more,
    }
}

/// One-hot columns for classes by number. `names` may be fewer than the classes.
pub(in crate::data) fn classes(numbers: &[Option<u32>], names: &[String]) -> Option<Labels> {
    let most = numbers.iter().flatten().max().copied()? as usize;
    if most >= MOST_CLASSES {
        return None;
    }
    let name = |class: usize| {
        let name = names.get(class).cloned();
        name.unwrap_or_else(|| format!("class {class}"))
    };
    let mut labels = Labels::new((0..=most).map(name).collect());
    let mut row = vec![0.0; most + 1];
    for number in numbers {
        row.fill(number.map_or(f32::NAN, |_| 0.0));
        if let Some(cell) = number.and_then(|number| row.get_mut(number as usize)) {
            *cell = 1.0;
        }
        labels.push(&row);
    }
    Some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_pictures_are_counted_and_named() {
        let names = ["img/1.jpg", "img/2.jpg"].map(String::from);
        let attributes = "3\nMale Young\n1.jpg  1 -1\n2.jpg -1  1\n9.jpg 1 1\n";
        let partition = "1.jpg 0\n2.jpg 2\n";
        let read = |name: &str| match name {
            "list_attr_celeba.txt" => Some(Ok(attributes.into())),
            "list_eval_partition.txt" => Some(Ok(partition.into())),
            _ => None,
        };
        let (labels, warnings) = find(&names, false, &read);
        let labels = labels.unwrap();
        assert_eq!(labels.names[..3], ["Male", "Young", "partition: training"]);
        assert_eq!(labels.row(1), Some(&[0.0, 1.0, 0.0, 0.0, 1.0][..]));
        assert_eq!(
            warnings[0].summary,
            "Not there: 1 of the pictures that list_attr_celeba.txt names; the others are used."
        );
        assert_eq!(warnings[0].details, "the first: 9.jpg");
    }

    #[test]
    fn a_broken_label_file_is_a_warning() {
        let names = ["a/1.jpg", "b/1.jpg"].map(String::from);
        let read = |name: &str| match name {
            "list_attr_celeba.txt" => Some(Ok(b"1\nMale\n1.jpg maybe\n".to_vec())),
            "labels.csv" => Some(Err("cannot be read".into())),
            _ => None,
        };
        let (labels, warnings) = find(&names, false, &read);
        assert_eq!((labels, warnings.len()), (None, 2));
        assert!(
            warnings[0]
                .summary
                .contains("line 3 should have a name and 1 numbers")
        );
    }

    #[test]
    fn sub_folders_are_labels_on_request_beside_those_of_files() {
        let names = ["a/1.jpg", "b/2.jpg"].map(String::from);
        let read = |name: &str| (name == "labels.csv").then(|| Ok(b"file,old\n1.jpg,1\n".into()));
        let (labels, _) = find(&names, true, &read);
        assert_eq!(labels.unwrap().names, ["old", "a", "b"]);
        let (labels, warnings) = find(&names[..1], true, &|_| None);
        assert_eq!((labels, warnings.len()), (None, 1));
    }

    #[test]
    fn classes_are_one_hot() {
        let labels = classes(&[Some(2), None, Some(0)], &["cat".into()]).unwrap();
        assert_eq!(labels.names, ["cat", "class 1", "class 2"]);
        assert_eq!(labels.row(0), Some(&[0.0, 0.0, 1.0][..]));
        assert!(labels.row(1).unwrap()[0].is_nan());
    }
}
