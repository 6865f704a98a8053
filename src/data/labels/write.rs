//! Writes a table of labels as it is read.

use std::io::{self, Write};

use super::formula;

/// Writes a `labels.csv` row by row.
#[derive(Debug)]
pub struct TableWriter<W>(W);

impl<W: Write> TableWriter<W> {
    /// With a header that names the columns.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(mut out: W, names: &[String]) -> io::Result<Self> {
        write!(out, "file")?;
        for name in names {
            write!(out, ",{}", quoted(&formula::written(name)))?;
        }
        writeln!(out)?;
        Ok(Self(out))
    }

    /// A row: what is known about the picture `file`, NaN where nothing is.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn row(&mut self, file: &str, values: &[f32]) -> io::Result<()> {
        write!(self.0, "{}", quoted(&formula::written(file)))?;
        for value in values {
            if value.is_nan() {
                write!(self.0, ",")?
            } else {
                write!(self.0, ",{value}")?
            }
        }
        writeln!(self.0)
    }

    /// What it was written to.
    pub fn into_inner(self) -> W {
        self.0
    }
}

/// A cell, in quotes where it would not come back without.
fn quoted(cell: &str) -> String {
    let plain = !cell.contains([',', ';', '\t', '|', '"', '\n', '\r']) && cell.trim() == cell;
    if plain {
        cell.to_owned()
    } else {
        format!("\"{}\"", cell.replace('"', "\"\""))
    }
}
