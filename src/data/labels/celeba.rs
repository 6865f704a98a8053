//! CelebA's text files: `list_attr_celeba.txt` and `list_eval_partition.txt`.

use super::table::{MOST_COLUMNS, ParsedLabels, Table};
use super::text::lines;

/// The attributes: a count, the names, then a line a picture: its name and −1 or 1 for each.
///
/// # Errors
/// What is wrong with the file, in words.
pub fn attributes(text: &str, table: &Table<'_>) -> Result<ParsedLabels, String> {
    let mut lines = lines(text);
    let mut header = lines.next().map_or("", |(_, line)| line);
    if header.trim().parse::<u64>().is_ok() {
        header = lines.next().map_or("", |(_, line)| line);
    }
    let names = header.split_whitespace().take(MOST_COLUMNS + 1);
    let names: Vec<String> = names.map(Into::into).collect();
    if names.len() > MOST_COLUMNS {
        return Err(format!("it has more than {MOST_COLUMNS} columns"));
    }
    if names.is_empty() {
        return Err("it names no attributes".into());
    }
    let columns = names.len();
    let mut found = ParsedLabels::new(names, table)?;
    for (number, line) in lines {
        let mut words = line.split_whitespace();
        let file = words.next().unwrap_or_default();
        let values: Vec<f32> = words.map_while(yes_or_no).collect();
        if values.len() != columns {
            return Err(format!(
                "line {number} should have a name and {columns} numbers, −1 or 1"
            ));
        }
        found.set(table, file, &values);
    }
    Ok(found)
}

/// −1 is no and 1 is yes; some copies write 0 for no.
fn yes_or_no(word: &str) -> Option<f32> {
    match word {
        "-1" | "0" => Some(0.0),
        "1" => Some(1.0),
        _ => None,
    }
}

/// The official split: a line a picture, its name and 0 (training), 1 (validation) or 2 (test).
///
/// # Errors
/// What is wrong with the file, in words.
pub fn partition(text: &str, table: &Table<'_>) -> Result<ParsedLabels, String> {
    let names = ["training", "validation", "test"];
    let names = names.map(|name| format!("partition: {name}"));
    let mut found = ParsedLabels::new(names.into(), table)?;
    for (number, line) in lines(text) {
        let mut words = line.split_whitespace();
        let file = words.next().unwrap_or_default();
        let row = match words.next() {
            Some("0") => [1.0, 0.0, 0.0],
            Some("1") => [0.0, 1.0, 0.0],
            Some("2") => [0.0, 0.0, 1.0],
            _ => return Err(format!("line {number} should end in 0, 1 or 2")),
        };
        found.set(table, file, &row);
    }
    Ok(found)
}
