//! What there is to say about files of labels: what did not fit, with one name of each side.

use super::table::ParsedLabels;
use crate::notice::Notice;

/// Collects what is said.
pub struct Report<'a> {
    names: &'a [String],
    said: Vec<Notice>,
    /// Files that are no labels of these pictures.
    others: Vec<String>,
    /// Which pictures have a row in a table; empty where none has.
    labelled: Vec<bool>,
    /// That few rows fit is said already.
    few: bool,
}

impl<'a> Report<'a> {
    /// About pictures called `names`.
    pub fn new(names: &'a [String]) -> Self {
        Self {
            names,
            said: Vec::new(),
            others: Vec::new(),
            labelled: Vec::new(),
            few: false,
        }
    }

    fn warn(&mut self, text: String) {
        self.said.push(Notice::warning(text));
    }

    /// Files that are left out because there are so many.
    pub fn beyond<'b>(&mut self, files: impl Iterator<Item = &'b str>) {
        let files: Vec<&str> = files.collect();
        if let Some(first) = files.first() {
            let text = format!(
                "There are too many tables to be labels: {} are not read, {first} for instance. Join them to one labels.csv.",
                files.len()
            );
            self.said
                .push(Notice::warning(text).with_details(files.join("\n")));
        }
    }

    /// A file whose rows name pictures; `differing` cells of it say other than earlier tables.
    pub fn used(&mut self, file: &str, found: &ParsedLabels, differing: usize) {
        let (named, missing) = (found.named(), found.missing);
        if missing > named {
            let rows = missing + named + found.disputed;
            self.few = true;
            self.warn(format!(
                "Only {named} of the {rows} rows of {file} name a picture here.{}",
                self.each_side(found)
            ));
        } else if missing > 0 {
            let text = format!(
                "Not there: {missing} of the pictures that {file} names; the others are used."
            );
            let details = format!("the first: {}", found.example);
            self.said.push(Notice::warning(text).with_details(details));
        }
        if found.disputed > 0 {
            self.warn(format!(
                "{} rows of {file} are not used, because other rows mean the same picture as well. Write each picture's folder in front of its name.",
                found.disputed
            ));
        }
        if differing > 0 {
            self.warn(format!(
                "{file} contradicts an earlier table in {differing} places; the earlier one counts."
            ));
        }
        self.notes(file, &found.notes);
        self.labelled.resize(self.names.len(), false);
        for (index, labelled) in self.labelled.iter_mut().enumerate() {
            *labelled |= found.names(index);
        }
    }

    /// What was noticed about columns.
    fn notes(&mut self, file: &str, notes: &[String]) {
        if let Some(first) = notes.first() {
            let more = match notes.len() - 1 {
                0 => String::new(),
                more => format!(" (and {more} more)"),
            };
            let text = format!("In {file}: {first}{more}.");
            self.said
                .push(Notice::info(text).with_details(notes.join("\n")));
        }
    }

    /// A file of labels whose rows name no picture.
    pub fn useless(&mut self, file: &str, found: &ParsedLabels) {
        self.few = true;
        let rows = found.missing + found.disputed;
        self.warn(match rows {
            0 => format!("{file} gives no labels: it has no rows."),
            _ if found.disputed > 0 => format!(
                "{file} gives no labels: several of its {rows} rows mean the same picture, \"{}\" for instance. Write each picture's folder in front of its name.",
                found.example
            ),
            _ => format!(
                "{file} gives no labels: none of its {rows} rows names a picture here.{}",
                self.each_side(found)
            ),
        });
        self.notes(file, &found.notes);
    }

    /// One name of the table and one of the pictures.
    fn each_side(&self, found: &ParsedLabels) -> String {
        let unnamed = self
            .names
            .iter()
            .enumerate()
            .find(|(index, _)| !found.names(*index));
        let picture = unnamed.map(|(_, name)| name.as_str());
        match picture {
            Some(picture) => format!(
                " It says \"{}\"; a picture here is \"{picture}\".",
                found.example
            ),
            None => format!(" It says \"{}\", which is not there.", found.example),
        }
    }

    /// A file of labels that cannot be read as such.
    pub fn broken(&mut self, file: &str, why: &str) {
        self.few = true;
        self.warn(format!(
            "{file} cannot be used: {why}. The pictures have no labels from it."
        ));
    }

    /// A table that has nothing to do with the pictures.
    pub fn not_labels(&mut self, file: &str) {
        self.others.push(file.to_owned());
    }

    /// The pictures' folders are labels: all have some.
    pub fn folders(&mut self) {
        self.few = true;
    }

    /// The pictures' folders were to be labels and are none.
    pub fn no_folders(&mut self) {
        self.warn(
            "The pictures do not stand in two to 256 sub-folders, so that these give no labels."
                .to_owned(),
        );
    }

    /// All that there is to say.
    pub fn finish(mut self) -> Vec<Notice> {
        let all = self.labelled.len();
        let labelled = self.labelled.iter().filter(|labelled| **labelled).count();
        if !self.few && 2 * labelled < all {
            let mut without = self.names.iter().zip(&self.labelled);
            let first = without.find(|(_, labelled)| !**labelled);
            let first = first.map(|(name, _)| name.as_str()).unwrap_or_default();
            self.warn(format!(
                "Only {labelled} of {all} pictures have labels; nothing is known about \"{first}\", for instance."
            ));
        }
        if let Some(first) = self.others.first() {
            let text = match self.others.len() {
                1 => format!("{first} is not read as labels: it names no picture here."),
                count => format!(
                    "{count} tables are not read as labels, since they name no picture here: {first} for instance."
                ),
            };
            self.said
                .push(Notice::info(text).with_details(self.others.join("\n")));
        }
        self.said
    }
}
