//! The columns of a parquet file, read some rows at a time.

use std::fs::File;

use parquet::basic::Type as Physical;
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};

/// Rows read at a time: this many pictures are in memory.
const ROWS: usize = 16;

/// A leaf of the schema.
pub(super) struct Column {
    pub number: usize,
    pub path: String,
    pub physical: Physical,
    /// A value is there where the definition level is this.
    pub level: i16,
    pub repeated: bool,
}

impl Column {
    /// Whether it may hold encoded pictures.
    pub fn holds_bytes(&self) -> bool {
        self.physical == Physical::BYTE_ARRAY && !self.repeated
    }

    /// How much its name speaks for pictures: `image.bytes` of Hugging Face most. Asked only among
    /// columns that hold as many.
    pub fn rank(&self) -> u8 {
        let name = self.path.to_ascii_lowercase();
        let called = |names: &[&str]| names.iter().any(|known| name.contains(known));
        let image = u8::from(called(&["image", "img", "picture", "photo", "jpg", "png"]));
        let other = u8::from(called(&["mask", "thumb", "depth", "path", "name"]));
        4 * image + 2 * u8::from(name.ends_with(".bytes")) + 1 - other
    }

    /// Whether `other` is the `path` beside these `bytes`.
    pub fn names_of(&self, other: &Column) -> bool {
        let beside = self.path.strip_suffix(".bytes");
        !other.repeated
            && beside.is_some_and(|start| other.path.strip_prefix(start) == Some(".path"))
    }
}

pub(super) fn columns(reader: &SerializedFileReader<File>) -> Vec<Column> {
    let schema = reader.metadata().file_metadata().schema_descr();
    let columns = schema.columns().iter().enumerate();
    columns
        .map(|(number, column)| Column {
            number,
            path: column.path().string(),
            physical: column.physical_type(),
            level: column.max_def_level(),
            repeated: column.max_rep_level() > 0,
        })
        .collect()
}

/// Reads a column of bytes some rows at a time.
pub(super) struct Bytes<'a> {
    reader: ColumnReader,
    column: &'a Column,
}

impl<'a> Bytes<'a> {
    pub fn new(reader: ColumnReader, column: &'a Column) -> Self {
        Self { reader, column }
    }

    /// The next rows; none at the end.
    pub fn next(&mut self) -> Result<Vec<Option<ByteArray>>, ParquetError> {
        let ColumnReader::ByteArrayColumnReader(reader) = &mut self.reader else {
            return Ok(Vec::new());
        };
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        let (rows, ..) = reader.read_records(ROWS, Some(&mut levels), None, &mut values)?;
        Ok(spread(rows, self.column.level, &levels, values))
    }
}

/// Values with their gaps: a value where the level says that there is one.
fn spread<T>(rows: usize, level: i16, levels: &[i16], values: Vec<T>) -> Vec<Option<T>> {
    let mut values = values.into_iter();
    let there = |row: usize| level == 0 || levels.get(row) == Some(&level);
    (0..rows)
        .map(|row| if there(row) { values.next() } else { None })
        .collect()
}

pub(super) fn whole_numbers(
    reader: &mut ColumnReader,
    level: i16,
) -> Result<Vec<Option<i64>>, ParquetError> {
    const SOME: usize = 4096;
    let mut levels = Vec::new();
    match reader {
        ColumnReader::Int32ColumnReader(reader) => {
            let mut values = Vec::new();
            let (rows, ..) = reader.read_records(SOME, Some(&mut levels), None, &mut values)?;
            let values = values.into_iter().map(i64::from).collect();
            Ok(spread(rows, level, &levels, values))
        }
        ColumnReader::Int64ColumnReader(reader) => {
            let mut values = Vec::new();
            let (rows, ..) = reader.read_records(SOME, Some(&mut levels), None, &mut values)?;
            Ok(spread(rows, level, &levels, values))
        }
        _ => Ok(Vec::new()),
    }
}
