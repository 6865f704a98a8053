//! What the cells of a column are, and how they become numbers.

use std::collections::BTreeSet;

use super::text::shortened;

/// A column of words becomes a column a word; more words than this are names, no kinds.
const MOST_KINDS: usize = 64;
/// A column with so many numbers for each word holds numbers, and the words are slips.
const NUMBERS_A_WORD: usize = 3;
/// What programs write where nothing is known, in small letters.
const MISSING: [&str; 11] = [
    "", "na", "n/a", "#n/a", "<na>", "nan", "null", "nil", "?", "-", "--",
];

/// What a cell says.
enum Cell {
    Missing,
    Number(f32),
    Word,
}

fn cell_of(text: &str, decimal_comma: bool) -> Cell {
    if MISSING
        .iter()
        .any(|missing| text.eq_ignore_ascii_case(missing))
        || text == "None"
    {
        return Cell::Missing;
    }
    let number = match text.split_once(',') {
        Some((whole, part)) if decimal_comma => format!("{whole}.{part}").parse(),
        _ => text.parse::<f32>(),
    };
    match number {
        Ok(number) if number.is_finite() => Cell::Number(number),
        Ok(_) => Cell::Missing,
        Err(_) => Cell::Word,
    }
}

/// The cells of a column so far.
#[derive(Default)]
pub struct ColumnProfile {
    decimal_comma: bool,
    numbers: usize,
    words: usize,
    first_word: String,
    /// A number other than −1 and 1.
    plain: bool,
    minus: bool,
    /// `none` in small letters: nothing known among numbers, a kind among words.
    none: bool,
    kinds: BTreeSet<String>,
}

impl ColumnProfile {
    /// None yet. With `decimal_comma` `0,5` is a half.
    pub fn new(decimal_comma: bool) -> Self {
        Self {
            decimal_comma,
            ..Self::default()
        }
    }

    pub fn look(&mut self, cell: &str) {
        if cell.eq_ignore_ascii_case("none") && cell != "None" {
            self.none = true;
            return;
        }
        match cell_of(cell, self.decimal_comma) {
            Cell::Missing => return,
            Cell::Number(number) => {
                self.numbers += 1;
                self.plain |= number.abs() != 1.0;
                self.minus |= number == -1.0;
            }
            Cell::Word => {
                if self.words == 0 {
                    self.first_word = shortened(cell);
                }
                self.words += 1;
            }
        }
        if self.kinds.len() <= MOST_KINDS && !self.kinds.contains(cell) {
            self.kinds.insert(cell.to_owned());
        }
    }

    /// How this column becomes numbers, and what there is to say about it.
    pub fn how(mut self) -> (ColumnEncoding, Option<String>) {
        let (numbers, words) = (self.numbers, self.words);
        if numbers + words == 0 {
            return (ColumnEncoding::LeftOut, Some("it says nothing".into()));
        }
        if words * NUMBERS_A_WORD <= numbers {
            let how = ColumnEncoding::Numbers {
                signs: self.minus && !self.plain,
                decimal_comma: self.decimal_comma,
            };
            let slips = format!(
                "no number, and taken as not known, in {words} rows: \"{}\"",
                self.first_word
            );
            return (how, (words > 0).then_some(slips));
        }
        if self.none {
            self.kinds.insert("none".to_owned());
        }
        if self.kinds.len() <= MOST_KINDS {
            return (
                ColumnEncoding::Kinds(self.kinds.into_iter().collect()),
                None,
            );
        }
        let many = format!("it has more than {MOST_KINDS} different words, which are no kinds");
        (ColumnEncoding::LeftOut, Some(many))
    }
}

/// How a column becomes numbers.
pub enum ColumnEncoding {
    /// As it stands; `signs`: −1 is no and 1 is yes.
    Numbers {
        /// Whether all numbers are −1 and 1.
        signs: bool,
        /// Whether `0,5` is a half.
        decimal_comma: bool,
    },
    /// A yes-or-no a word.
    Kinds(Vec<String>),
    LeftOut,
}

impl ColumnEncoding {
    /// Names of the columns that column `name` becomes.
    pub fn names(&self, name: &str) -> Vec<String> {
        match self {
            Self::Numbers { .. } => vec![name.to_owned()],
            Self::Kinds(kinds) => kinds.iter().map(|kind| format!("{name}: {kind}")).collect(),
            Self::LeftOut => Vec::new(),
        }
    }

    /// Adds the numbers of a cell; NaN where nothing is known.
    pub fn read(&self, cell: &str, into: &mut Vec<f32>) {
        match self {
            Self::Numbers {
                signs,
                decimal_comma,
            } => into.push(match cell_of(cell, *decimal_comma) {
                Cell::Number(number) if *signs => (number + 1.0) / 2.0,
                Cell::Number(number) => number,
                _ => f32::NAN,
            }),
            Self::Kinds(kinds) => {
                let missing = matches!(cell_of(cell, false), Cell::Missing);
                let cell = if cell.eq_ignore_ascii_case("none") {
                    "none"
                } else {
                    cell
                };
                into.extend(kinds.iter().map(|kind| {
                    if missing {
                        f32::NAN
                    } else {
                        f32::from(u8::from(cell == kind))
                    }
                }));
            }
            Self::LeftOut => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[&str], decimal_comma: bool) -> (Vec<String>, Vec<Vec<f32>>, Option<String>) {
        let mut seen = ColumnProfile::new(decimal_comma);
        cells.iter().for_each(|cell| seen.look(cell));
        let (how, said) = seen.how();
        let numbers = |cell: &&str| {
            let mut numbers = Vec::new();
            how.read(cell, &mut numbers);
            numbers
        };
        (how.names("age"), cells.iter().map(numbers).collect(), said)
    }

    #[test]
    fn missing_values_leave_numbers_numbers() {
        let missing = "|NA|N/A|NaN|null|None|none|?|-|inf|#N/A|na|NULL";
        let mut cells: Vec<&str> = missing.split('|').collect();
        let unknown = cells.len();
        cells.extend(["0.5", "2"]);
        let (names, numbers, said) = read(&cells, false);
        assert_eq!((names, said), (vec!["age".to_owned()], None));
        assert!(
            numbers[..unknown].iter().all(|row| row[0].is_nan()),
            "{numbers:?}"
        );
        assert_eq!(numbers[unknown..], [[0.5], [2.0]]);
    }

    #[test]
    fn missing_values_are_no_kinds_but_none_is() {
        let (names, numbers, _) = read(&["cap", "?", "none", "NA", "None", "beret"], false);
        assert_eq!(names, ["age: beret", "age: cap", "age: none"]);
        assert_eq!(numbers[2], [0.0, 0.0, 1.0]);
        assert!([1, 3, 4].iter().all(|&row| numbers[row][0].is_nan()));
    }

    #[test]
    fn signs_commas_slips_and_names() {
        let (_, numbers, _) = read(&["-1", "1", "1.0", "?"], false);
        assert_eq!((numbers[0][0], numbers[2][0]), (0.0, 1.0));
        let (names, numbers, _) = read(&["0,14", "1,5", "2"], true);
        assert_eq!((names.len(), numbers[0][0]), (1, 0.14));
        let (names, numbers, said) = read(&["1", "2", "3", "4", "old"], false);
        assert_eq!(names, ["age"]);
        assert!(numbers[4][0].is_nan() && said.unwrap().contains("in 1 rows: \"old\""));
        let words: Vec<String> = (0..80).map(|number| format!("w{number}")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (names, _, said) = read(&words, false);
        assert!(names.is_empty() && said.unwrap().contains("more than 64"));
        assert!(read(&["", "NA"], false).0.is_empty());
    }
}
