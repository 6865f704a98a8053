//! What is known about pictures: a table with a row a picture.

mod celeba;
mod column;
mod csv;
mod find;
mod folders;
mod formula;
mod join;
#[cfg(test)]
mod joined_tests;
mod report;
mod rows;
mod table;
mod text;
mod write;

pub(super) use find::{TableFile, find, is_table, known_names};
pub(super) use folders::classes;
pub use write::TableWriter;

/// Columns of numbers; yes and no are 1 and 0, one of several kinds is a column each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Labels {
    pub names: Vec<String>,
    /// Row after row; NaN where it is not known.
    values: Vec<f32>,
}

/// A column in short.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelSummary {
    pub name: String,
    /// Pictures for which it is known.
    pub known: usize,
    /// Pictures for which it is above one half: those that have it, of a yes-or-no column.
    pub yes: usize,
    /// Mean over the pictures for which it is known; 0 without any.
    pub mean: f64,
    /// Whether it is 0 or 1 wherever it is known.
    pub binary: bool,
}

impl Labels {
    pub fn new(names: Vec<String>) -> Self {
        Self {
            names,
            values: Vec::new(),
        }
    }

    /// `rows` rows of which nothing is known.
    pub(super) fn unknown(names: Vec<String>, rows: usize) -> Self {
        let values = vec![f32::NAN; rows * names.len()];
        Self { names, values }
    }

    pub fn len(&self) -> usize {
        self.values
            .len()
            .checked_div(self.names.len())
            .unwrap_or_default()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a row: a number a column, missing ones unknown, further ones left out.
    pub fn push(&mut self, row: &[f32]) {
        let unknown = std::iter::repeat(&f32::NAN);
        let filled = row.iter().chain(unknown).take(self.names.len());
        self.values.extend(filled);
    }

    /// Row `index`; `None` beyond the last.
    pub fn row(&self, index: usize) -> Option<&[f32]> {
        let start = index.checked_mul(self.names.len())?;
        self.values.get(start..start.checked_add(self.names.len())?)
    }

    fn row_mut(&mut self, index: usize) -> Option<&mut [f32]> {
        let start = index.checked_mul(self.names.len())?;
        self.values
            .get_mut(start..start.checked_add(self.names.len())?)
    }

    /// Both tables side by side, for the same pictures. Columns of one name become one, in which the
    /// cells of `other` fill what is not known here; also gives how many of its cells differ.
    fn joined(self, other: &Self) -> (Self, usize) {
        let mut names = self.names.clone();
        // Of each column of `other`: its place in both.
        let places: Vec<usize> = other
            .names
            .iter()
            .map(|name| {
                names
                    .iter()
                    .position(|known| known == name)
                    .unwrap_or_else(|| {
                        names.push(name.clone());
                        names.len() - 1
                    })
            })
            .collect();
        let mut both = Self::unknown(names, self.len());
        let mut differing = 0;
        for index in 0..self.len() {
            let Some(row) = both.row_mut(index) else {
                break;
            };
            for (cell, &known) in row.iter_mut().zip(self.row(index).unwrap_or_default()) {
                *cell = known;
            }
            for (&place, &more) in places.iter().zip(other.row(index).unwrap_or_default()) {
                let Some(cell) = row.get_mut(place) else {
                    continue;
                };
                if cell.is_nan() {
                    *cell = more;
                } else if !more.is_nan() && *cell != more {
                    differing += 1;
                }
            }
        }
        (both, differing)
    }

    /// Each column in short.
    pub fn summaries(&self) -> Vec<LabelSummary> {
        let summary = |(column, name): (usize, &String)| {
            let all = self.values.iter().skip(column).step_by(self.names.len());
            let known: Vec<f32> = all.copied().filter(|value| !value.is_nan()).collect();
            let sum: f64 = known.iter().map(|&value| f64::from(value)).sum();
            LabelSummary {
                name: name.clone(),
                known: known.len(),
                yes: known.iter().filter(|&&value| value > 0.5).count(),
                mean: sum / known.len().max(1) as f64,
                binary: known.iter().all(|&value| value == 0.0 || value == 1.0),
            }
        };
        self.names.iter().enumerate().map(summary).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_summaries() {
        let mut labels = Labels::new(vec!["hat".into(), "age".into()]);
        labels.push(&[1.0, 0.25]);
        labels.push(&[0.0]);
        labels.push(&[1.0, 0.75, 9.0]);
        assert_eq!((labels.len(), labels.row(2)), (3, Some(&[1.0, 0.75][..])));
        assert_eq!(labels.row(3), None);
        let [hat, age] = &labels.summaries()[..] else {
            panic!("two columns")
        };
        assert_eq!((hat.known, hat.yes, hat.binary), (3, 2, true));
        assert_eq!((age.known, age.yes, age.binary), (2, 1, false));
        assert_eq!(age.mean, 0.5);
        let mut other = Labels::new(vec!["age".into(), "grey".into()]);
        other.push(&[0.5, 1.0]);
        other.push(&[0.5]);
        other.push(&[f32::NAN, 0.0]);
        let (both, differing) = labels.joined(&other);
        assert_eq!(both.names, ["hat", "age", "grey"]);
        assert_eq!(both.row(0), Some(&[1.0, 0.25, 1.0][..]));
        assert_eq!(both.row(1).unwrap()[..2], [0.0, 0.5]);
        assert_eq!((both.row(2), differing), (Some(&[1.0, 0.75, 0.0][..]), 1));
        assert_eq!(Labels::default().len(), 0);
    }
}
