//! A CSV of labels: a header, then a line a picture: its file, then its columns.

use std::collections::BTreeSet;

use super::find::{Found, Index};

/// A column of words becomes a column a word; more words than this are names, no kinds.
const MOST_KINDS: usize = 64;

/// Most columns that are read.
const MOST_COLUMNS: usize = 1024;

/// The table of a CSV. Numbers stay numbers (−1 and 1 become 0 and 1); a column of few different
/// words becomes a yes-or-no column a word; a column of many is left out. Read twice rather than
/// kept: the rows of a large table would fill the memory.
///
/// # Errors
/// What is wrong with the file, in words.
pub fn table(text: &str, index: &Index<'_>) -> Result<Found, String> {
    let mut rows = Rows { rest: text };
    let header = rows.next().unwrap_or_default();
    if header.len() < 2 {
        return Err("its first line should name the file column and at least one more".into());
    }
    if header.len() > MOST_COLUMNS {
        return Err(format!("it has more than {MOST_COLUMNS} columns"));
    }
    let body = || {
        let rows = Rows { rest: text }.skip(1);
        rows.filter(|row| row.len() > 1)
    };
    let mut seen: Vec<Seen> = header.iter().skip(1).map(|_| Seen::default()).collect();
    for row in body() {
        for (seen, cell) in seen.iter_mut().zip(row.iter().skip(1)) {
            seen.look(cell.trim());
        }
    }
    let columns = header.iter().enumerate().skip(1).zip(seen);
    let plans: Vec<Plan> = columns
        .map(|((column, name), seen)| Plan {
            name,
            column,
            how: seen.how(),
        })
        .collect();
    let names: Vec<String> = plans.iter().flat_map(Plan::names).collect();
    if names.is_empty() {
        return Err("none of its columns holds numbers or a few kinds".into());
    }
    let mut found = Found::new(names, index)?;
    let mut values = Vec::new();
    for row in body() {
        values.clear();
        for plan in &plans {
            plan.read(&row, &mut values);
        }
        let file = row.first().map(String::as_str).unwrap_or_default();
        found.set(index, file, &values);
    }
    Ok(found)
}

/// What the cells of a column are.
#[derive(Default)]
struct Seen {
    words: bool,
    /// A number other than −1 and 1.
    plain: bool,
    minus: bool,
    kinds: BTreeSet<String>,
}

impl Seen {
    fn look(&mut self, cell: &str) {
        if cell.is_empty() {
            return;
        }
        self.words |= cell.parse::<f32>().is_err();
        self.plain |= cell != "-1" && cell != "1";
        self.minus |= cell == "-1";
        if self.kinds.len() <= MOST_KINDS && !self.kinds.contains(cell) {
            self.kinds.insert(cell.to_owned());
        }
    }

    fn how(self) -> How {
        match self.kinds.len() {
            _ if !self.words => How::Numbers {
                signs: self.minus && !self.plain,
            },
            0..=MOST_KINDS => How::Kinds(self.kinds.into_iter().collect()),
            _ => How::LeftOut,
        }
    }
}

/// How a column becomes numbers.
struct Plan<'a> {
    name: &'a str,
    column: usize,
    how: How,
}

enum How {
    Numbers { signs: bool },
    Kinds(Vec<String>),
    LeftOut,
}

impl Plan<'_> {
    fn names(&self) -> Vec<String> {
        match &self.how {
            How::Numbers { .. } => vec![self.name.to_owned()],
            How::Kinds(kinds) => {
                let name = |kind: &String| format!("{}: {kind}", self.name);
                kinds.iter().map(name).collect()
            }
            How::LeftOut => Vec::new(),
        }
    }

    fn read(&self, row: &[String], into: &mut Vec<f32>) {
        let cell = row.get(self.column).map(|cell| cell.trim());
        let cell = cell.unwrap_or_default();
        match &self.how {
            How::Numbers { signs } => {
                let number: f32 = cell.parse().unwrap_or(f32::NAN);
                into.push(if *signs { (number + 1.0) / 2.0 } else { number });
            }
            How::Kinds(kinds) => into.extend(kinds.iter().map(|kind| match cell {
                "" => f32::NAN,
                _ => f32::from(u8::from(cell == kind)),
            })),
            How::LeftOut => {}
        }
    }
}

/// Rows of cells; a cell in quotes may hold commas, line ends and doubled quotes.
struct Rows<'a> {
    rest: &'a str,
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (mut row, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let mut letters = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' if quoted && letters.next_if(|(_, next)| *next == '"').is_some() => {
                    cell.push('"');
                }
                '"' => quoted = !quoted,
                ',' if !quoted => row.push(std::mem::take(&mut cell)),
                '\n' if !quoted => {
                    end = at + 1;
                    break;
                }
                '\r' if !quoted => {}
                _ => cell.push(letter),
            }
        }
        row.push(cell);
        // `end` follows a line end, which is one byte, or is the end of the text.
        self.rest = self.rest.get(end..).unwrap_or_default();
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_commas_and_line_ends() {
        let rows: Vec<_> = Rows {
            rest: "a,\"b,\"\"c\"\"\n\",d\r\n\ne,",
        }
        .collect();
        assert_eq!(rows[0], ["a", "b,\"c\"\n", "d"]);
        assert_eq!(rows[1], [""]);
        assert_eq!(rows[2], ["e", ""]);
        assert_eq!(rows.len(), 3);
    }

    #[test]
    fn words_become_kinds_and_signs_become_yes_and_no() {
        let names = ["x/1.png".to_owned(), "x/2.png".to_owned()];
        let index = Index::new(&names);
        let text = "file,hair,hat,age\n2.png,long,-1,0.5\nx/1.png,\"bob\",1,\n3.png,bob,1,2\n";
        let found = table(text, &index).unwrap();
        assert_eq!(
            found.labels.names,
            ["hair: bob", "hair: long", "hat", "age"]
        );
        assert_eq!(found.labels.row(1), Some(&[0.0, 1.0, 0.0, 0.5][..]));
        assert_eq!(found.labels.row(0).unwrap()[..3], [1.0, 0.0, 1.0]);
        assert!(found.labels.row(0).unwrap()[3].is_nan());
        assert_eq!((found.missing, found.example.as_str()), (1, "3.png"));
        assert!(table("file\n1.png\n", &index).is_err());
        assert!(table("", &index).is_err());
    }
}
