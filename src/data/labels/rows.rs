//! Rows of cells: a table with separators and quotes, as programs and people write it.
//!
//! By hand rather than by the `csv` crate, to which a quote that is never closed is a cell up to the
//! end of the file: here it costs its own line.

use super::text::cut_line;

/// Separators that are looked for, the likeliest first.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];
/// Rows that are tried with each.
const TRIED: usize = 20;
/// Cells of a row that are kept: one may have as many separators as there are bytes.
const MOST_CELLS: usize = 2048;
/// A quoted cell may run over so many lines.
const MOST_LINES: usize = 100;

/// A table's text behind what it says about its separator, and that separator: the one that a line
/// `sep=;` names (Excel's), or else the one that gives the most rows as many cells as the first one.
pub fn separated(text: &str) -> (char, &str) {
    if let Some((line, rest)) = cut_line(text) {
        let line = line.trim_matches(['"', ' ', '\u{feff}']);
        let named = line
            .get(..4)
            .filter(|start| start.eq_ignore_ascii_case("sep="));
        let letter = named.and_then(|_| line.get(4..)?.chars().next());
        if named.is_some() {
            return (letter.unwrap_or(','), rest);
        }
    }
    let score = |separator: char| {
        let mut rows = Rows::new(text, separator).take(TRIED);
        let columns = rows.next().map_or(0, |row| row.len());
        let (mut alike, mut all) = (1usize, 1usize);
        for row in rows {
            all += 1;
            alike += usize::from(row.len() == columns);
        }
        (columns > 1).then_some((1000 * alike / all, columns))
    };
    let scored = SEPARATORS.map(|separator| (score(separator), separator));
    // Of equals the first: the greatest of all is looked for from behind.
    let best = scored.into_iter().rev().max_by_key(|(score, _)| *score);
    let best = best.filter(|(score, _)| score.is_some());
    (best.map_or(',', |(_, separator)| separator), text)
}

/// Rows of cells. A cell in quotes may hold separators, doubled quotes and line ends.
pub struct Rows<'a> {
    rest: &'a str,
    separator: char,
    /// Cells of the first row.
    columns: Option<usize>,
    starts_row: &'a dyn Fn(&str) -> bool,
}

impl<'a> Rows<'a> {
    /// Of `text`. Lines without anything on them are left out.
    pub fn new(text: &'a str, separator: char) -> Self {
        Self {
            rest: text,
            separator,
            columns: None,
            starts_row: &|_| false,
        }
    }

    /// The same where a line whose first cell is of this kind begins a row, whatever quote is open.
    pub fn started_by(self, starts_row: &'a dyn Fn(&str) -> bool) -> Self {
        Self { starts_row, ..self }
    }

    /// The cells of a quoted cell's row that goes on behind the first line, and the text behind it;
    /// `None` where the quote is no such quote.
    fn over_lines(&self, mut scan: Scan) -> Option<(Vec<String>, &'a str)> {
        let (first, mut rest) = cut_line(self.rest)?;
        let mut end = first.len();
        for _ in 1..MOST_LINES {
            let start = self.rest.len() - rest.len();
            let (line, behind) = cut_line(rest)?;
            let cell = line.split(self.separator).next().unwrap_or_default();
            if (self.starts_row)(cell.trim_matches(['"', ' '])) {
                return None;
            }
            // The line end belongs to the cell, as it was written.
            scan.cell.push_str(self.rest.get(end..start)?);
            end = start + line.len();
            match scan.line(line) {
                State::Complete => {
                    let fits = self
                        .columns
                        .is_none_or(|columns| scan.cells.len() == columns);
                    return fits.then_some((scan.cells, behind));
                }
                State::Open => rest = behind,
                State::Wrong => return None,
            }
        }
        None
    }
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (line, mut behind) = cut_line(self.rest)?;
            if line.trim().is_empty() {
                self.rest = behind;
                continue;
            }
            let mut scan = Scan::new(self.separator);
            let row = match scan.line(line) {
                State::Complete => scan.cells,
                State::Wrong => plain(line, self.separator),
                State::Open => match self.over_lines(scan) {
                    Some((cells, rest)) => {
                        behind = rest;
                        cells
                    }
                    None => plain(line, self.separator),
                },
            };
            self.rest = behind;
            self.columns.get_or_insert(row.len());
            return Some(row);
        }
    }
}

/// Cells of a line in which quotes mean nothing; those around a cell are no part of it.
fn plain(line: &str, separator: char) -> Vec<String> {
    let cells = line.split(separator);
    cells
        .take(MOST_CELLS)
        .map(|cell| cell.trim().trim_matches('"').to_owned())
        .collect()
}

/// Goes through a row, line by line.
struct Scan {
    separator: char,
    cells: Vec<String>,
    cell: String,
    /// Whether a quote is open.
    open: bool,
}

/// Where a row stands behind a line.
enum State {
    /// All cells are there.
    Complete,
    /// A quote is open.
    Open,
    /// Something follows a closing quote: these quotes are none.
    Wrong,
}

impl Scan {
    fn new(separator: char) -> Self {
        Self {
            separator,
            cells: Vec::new(),
            cell: String::new(),
            open: false,
        }
    }

    fn push(&mut self, cell: String) {
        if self.cells.len() < MOST_CELLS {
            self.cells.push(cell);
        }
    }

    fn line(&mut self, mut rest: &str) -> State {
        loop {
            if !self.open {
                let blank = |letter: char| letter == ' ' && letter != self.separator;
                if let Some(quoted) = rest.trim_start_matches(blank).strip_prefix('"') {
                    self.open = true;
                    rest = quoted;
                } else {
                    let end = rest.find(self.separator);
                    let cell = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                    self.push(cell.trim().to_owned());
                    match end {
                        None => return State::Complete,
                        Some(end) => rest = behind(rest, end, self.separator),
                    }
                    continue;
                }
            }
            let Some(end) = rest.find('"') else {
                self.cell.push_str(rest);
                return State::Open;
            };
            self.cell.push_str(rest.get(..end).unwrap_or_default());
            rest = behind(rest, end, '"');
            if let Some(more) = rest.strip_prefix('"') {
                self.cell.push('"');
                rest = more;
                continue;
            }
            self.open = false;
            let cell = std::mem::take(&mut self.cell);
            self.push(cell);
            if rest.trim().is_empty() && !rest.contains(self.separator) {
                return State::Complete;
            }
            match rest.trim_start_matches(' ').strip_prefix(self.separator) {
                Some(next) => rest = next,
                None => return State::Wrong,
            }
        }
    }
}

/// What follows `letter` at `at`.
fn behind(text: &str, at: usize, letter: char) -> &str {
    text.get(at + letter.len_utf8()..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let (separator, text) = separated(text);
        let named = |cell: &str| cell.ends_with(".png");
        Rows::new(text, separator).started_by(&named).collect()
    }

    #[test]
    fn quotes_hold_separators_and_line_ends() {
        let found = rows("a,\"b,\"\"c\"\"\r\n\",d\r\n\ne, \"f\" ,");
        assert_eq!(found[0], ["a", "b,\"c\"\r\n", "d"]);
        assert_eq!(found[1], ["e", "f", ""]);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_quote_that_is_none_costs_its_own_line() {
        let table = |cell: &str| format!("file,size\n1.png,{cell}\n2.png,7\n3.png,\"8\"\n");
        for (cell, read) in [
            ("5\" lens", "5\" lens"),
            ("\"5", "5"),
            ("\"5\" lens", "5\" lens"),
            ("\"", ""),
        ] {
            let found = rows(&table(cell));
            assert_eq!(found.len(), 4, "{cell}");
            assert_eq!(found[1], ["1.png", read], "{cell}");
            assert_eq!(found[3], ["3.png", "8"]);
        }
        let closed_later = rows("file,a\n1.png,\"x\n2.png,y\"\n");
        assert_eq!(
            closed_later,
            [["file", "a"], ["1.png", "x"], ["2.png", "y\""]]
        );
        let to_the_end = rows("file,a\nx,\"y\nz,1\n");
        assert_eq!(to_the_end, [["file", "a"], ["x", "y"], ["z", "1"]]);
    }

    #[test]
    fn the_separator_is_found() {
        for (text, expected) in [
            ("file,a\n1.png,2\n", ','),
            ("file;a;b\n1.png;1,5;2\n", ';'),
            ("file\ta, b\n1.png\t1\n", '\t'),
            ("file|a\n1.png|1\n", '|'),
            ("sep=;\nfile;a\n", ';'),
            ("\"SEP=\t\"\nfile\ta\n", '\t'),
            ("file,\"a;b;c\"\n1.png,1\n", ','),
            ("file\n1.png\n", ','),
            ("", ','),
        ] {
            assert_eq!(separated(text).0, expected, "{text:?}");
        }
        assert_eq!(separated("sep=;\r\nfile;a").1, "file;a");
    }

    /// As every program writes it.
    fn written(rows: &[Vec<String>], separator: char, end: &str) -> String {
        let cell = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let line = |row: &Vec<String>| {
            let cells: Vec<String> = row.iter().map(cell).collect();
            cells.join(&separator.to_string())
        };
        let lines: Vec<String> = rows.iter().map(line).collect();
        lines.join(end)
    }

    proptest! {
        #[test]
        fn what_is_written_well_is_read_as_it_was(
            rows in prop::collection::vec(prop::collection::vec("[a-c ,;\t\"\r\né]{0,6}", 3), 1..8),
            separator in prop::sample::select(&SEPARATORS[..]),
            end in prop::sample::select(&["\n", "\r\n", "\r"][..]),
        ) {
            let text = written(&rows, separator, end);
            let read: Vec<_> = Rows::new(&text, separator).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn no_line_with_a_picture_is_lost(cells in prop::collection::vec("[a-c,\"]{0,5}", 1..20)) {
            let lines = cells.iter().enumerate();
            let text: Vec<String> = lines.map(|(number, cell)| format!("{number}.png,{cell}")).collect();
            let found = rows(&format!("sep=,\n{}", text.join("\n")));
            prop_assert_eq!(found.len(), cells.len());
            for (number, row) in found.iter().enumerate() {
                prop_assert_eq!(&row[0], &format!("{number}.png"));
            }
        }

        #[test]
        fn any_text_comes_to_an_end(text in "[a,;\"\r\n =sep]{0,80}") {
            prop_assert!(rows(&text).len() <= text.len());
        }
    }
}
