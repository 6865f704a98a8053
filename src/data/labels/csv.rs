//! A table of labels: a header, then a row a picture: its file, and a cell a column.

use std::collections::BTreeSet;

use super::column::{ColumnEncoding, ColumnProfile};
use super::formula;
use super::rows::{Rows, separated};
use super::table::{MOST_COLUMNS, ParsedLabels, Table};
use crate::data::source::decode;

/// Rows that tell which column names the pictures, and among how many columns it is looked for.
const TRIED: usize = 200;
const WHERE_FILES_ARE: usize = 64;

/// The table of a CSV or its like. Numbers stay numbers (−1 and 1 become 0 and 1); a column of few
/// different words becomes a yes-or-no column a word; a column of many is left out. Read twice rather
/// than kept: the rows of a large table would fill the memory.
///
/// # Errors
/// What is wrong with the file, in words.
pub fn table(text: &str, table: &Table<'_>) -> Result<ParsedLabels, String> {
    let (separator, text) = separated(text);
    let starts = |cell: &str| decode::is_picture(cell) || table.picture(cell).is_some();
    let rows = || Rows::new(text, separator).started_by(&starts);
    let first = rows().next().unwrap_or_default();
    if first.len() < 2 {
        return Err("its first line should name the file column and at least one more, with commas, semicolons or tabs between".into());
    }
    if first.len() > MOST_COLUMNS {
        return Err(format!("it has more than {MOST_COLUMNS} columns"));
    }
    // A first line that names a picture is a row like the others.
    let names_one = |cell: &String| decode::is_picture(cell) && table.picture(cell).is_some();
    let headless = first.iter().any(names_one);
    let body = || {
        let rows = rows().skip(usize::from(!headless));
        rows.filter(|row| row.len() > 1)
    };
    let files = file_column(body(), table);
    if files.is_none() && !table.known {
        return Err("it names no picture here".into());
    }
    let files = files.unwrap_or(0);
    let mut seen: Vec<ColumnProfile> = first
        .iter()
        .map(|_| ColumnProfile::new(separator != ','))
        .collect();
    for row in body() {
        for (seen, cell) in seen.iter_mut().zip(&row) {
            seen.look(cell.trim());
        }
    }
    let header = (!headless).then_some(&first[..]);
    let (plans, notes) = plans(seen, header, files);
    let names = plans.iter().flat_map(|plan| plan.how.names(&plan.name));
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        return Err("none of its columns holds numbers or a few kinds".into());
    }
    let mut found = ParsedLabels::new(names, table)?;
    found.notes = notes;
    let mut values = Vec::new();
    for row in body() {
        values.clear();
        for plan in &plans {
            let cell = row.get(plan.column).map(|cell| cell.trim());
            plan.how.read(cell.unwrap_or_default(), &mut values);
        }
        let file = row.get(files).map(String::as_str).unwrap_or_default();
        found.set(table, file, &values);
    }
    Ok(found)
}

/// What becomes of each column but that of the `files`, and what there is to say about them.
fn plans(
    seen: Vec<ColumnProfile>,
    header: Option<&[String]>,
    files: usize,
) -> (Vec<ColumnPlan>, Vec<String>) {
    let mut plans: Vec<ColumnPlan> = Vec::new();
    let mut notes = Vec::new();
    if header.is_none() {
        notes.push("it has no line that names its columns".to_owned());
    }
    for (column, seen) in seen.into_iter().enumerate() {
        let name = header.map_or_else(
            || format!("column {}", column + 1),
            |names| formula::read(names.get(column).map_or("", String::as_str)).to_owned(),
        );
        // Columns without a name are row numbers, or what stands behind a last separator.
        if column == files || name.trim().is_empty() {
            continue;
        }
        let (how, note) = seen.how();
        notes.extend(note.map(|note| format!("{name}: {note}")));
        plans.push(ColumnPlan {
            name: unused(name, &plans),
            column,
            how,
        });
    }
    (plans, notes)
}

/// A column of the file and what becomes of it.
struct ColumnPlan {
    name: String,
    column: usize,
    how: ColumnEncoding,
}

/// `name`, with a number where there is one of that name already.
fn unused(name: String, plans: &[ColumnPlan]) -> String {
    let taken = |name: &str| plans.iter().any(|plan| plan.name == name);
    let numbered = (2..).map(|number| format!("{name} ({number})"));
    let mut all = std::iter::once(name.clone()).chain(numbered);
    all.find(|one| !taken(one)).unwrap_or(name)
}

/// The column that names most different pictures, the first one of equals. A plain number may name
/// one, but tells nothing about its column. `None` where none names any.
fn file_column(rows: impl Iterator<Item = Vec<String>>, table: &Table<'_>) -> Option<usize> {
    let mut named = vec![BTreeSet::new(); WHERE_FILES_ARE];
    for row in rows.take(TRIED) {
        let words = named.iter_mut().zip(&row);
        for (named, cell) in words.filter(|(_, cell)| cell.parse::<f64>().is_err()) {
            named.extend(table.picture(cell).map(|(picture, _)| picture));
        }
    }
    let counts = named.iter().map(BTreeSet::len).enumerate().rev();
    let most = counts.max_by_key(|(_, count)| *count);
    most.filter(|(_, count)| *count > 0)
        .map(|(column, _)| column)
}

#[cfg(test)]
mod tests {
    use super::super::join::PictureIndex;
    use super::*;

    fn read(names: &[&str], text: &str) -> Result<ParsedLabels, String> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let index = PictureIndex::new(&names);
        table(text, &Table::new("labels.csv", true, &index))
    }

    #[test]
    fn words_become_kinds_and_signs_become_yes_and_no() {
        let names = ["x/1.png", "x/2.png"];
        let text = "file,hair,hat,age\n2.png,long,-1,0.5\nx/1.png,\"bob\",1,\n3.png,bob,1,2\n";
        let found = read(&names, text).unwrap();
        assert_eq!(
            found.labels.names,
            ["hair: bob", "hair: long", "hat", "age"]
        );
        assert_eq!(found.labels.row(1), Some(&[0.0, 1.0, 0.0, 0.5][..]));
        assert_eq!(found.labels.row(0).unwrap()[..3], [1.0, 0.0, 1.0]);
        assert!(found.labels.row(0).unwrap()[3].is_nan());
        assert_eq!((found.missing, found.example.as_str()), (1, "3.png"));
        assert!(read(&names, "file\n1.png\n").is_err());
        assert!(read(&names, "").is_err());
    }

    #[test]
    fn the_file_column_is_where_the_pictures_are() {
        let text = ",smile,file,,smile\n0,0,1.png,,7\n1,1,2.png,,8\n";
        let found = read(&["1.png", "2.png"], text).unwrap();
        assert_eq!(found.labels.names, ["smile", "smile (2)"]);
        assert_eq!(found.labels.row(1), Some(&[1.0, 8.0][..]));
        let headless = read(&["1.png", "2.png"], "1.png;0,5\n2.png;1\n").unwrap();
        assert_eq!(headless.labels.names, ["column 2"]);
        assert_eq!(headless.labels.row(0), Some(&[0.5][..]));
        assert_eq!(headless.notes.len(), 1);
    }
}
