//! Parquet with a column of encoded pictures, as Hugging Face writes them.
//!
//! A page must be unpacked as a whole, so that pictures cannot be read one by one. They are copied
//! once into a plain archive in the cache folder and read from there.

mod column;
mod pages;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use parquet::basic::Type as Physical;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::data::cache::{self, BoundedWriter};
use crate::data::labels;
use crate::data::source::bytes::ByteSource;
use crate::data::source::container::title;
use crate::data::source::gallery::Gallery;
use crate::data::source::location::{Location, OpenOptions};
use crate::data::source::tar::{self, Tar};
use crate::data::source::{Choice, Source, SourceError, kinds, quiet};
use column::{Bytes, Column, columns, whole_numbers};

/// Rows beyond this number are refused.
const MOST_ROWS: i64 = 10_000_000;

/// Times so many rows are read to find one that is not empty.
const LOOKS: usize = 64;

/// First bytes of a value that tell what it is.
const BEGINNING: usize = kinds::BEGINNING as usize;

const KIND: &str = "parquet file";

/// The pictures of `files`, parts of one data set at `location`, with their classes as labels.
///
/// # Errors
/// Where a file is damaged or has no column of pictures, and [`SourceError::Cancelled`].
pub fn open(files: &[PathBuf], location: &Location<'_>) -> Result<Box<dyn Source>, SourceError> {
    // The library has been seen to panic on damaged files.
    let gallery = quiet::caught(|| read(files, location))
        .unwrap_or_else(|_| Err(location.damaged(KIND, "it cannot be read")))?;
    Ok(Box::new(gallery))
}

fn read(files: &[PathBuf], location: &Location<'_>) -> Result<Gallery, SourceError> {
    let mut parts: Vec<Part> = Vec::new();
    let mut without = Vec::new();
    for file in files {
        let wanted = parts.first().map(|part| part.taken().path.clone());
        match Part::open(file, wanted.as_deref()) {
            Ok(part) => parts.push(part),
            Err(error @ SourceError::NoPictureColumn { .. }) => without.push((file, error)),
            Err(error) => return Err(error),
        }
    }
    if parts.is_empty() {
        let first = without.into_iter().next().map(|(_, error)| error);
        return Err(first.unwrap_or_else(|| location.damaged(KIND, "it has no parts")));
    }
    let mut choice = choice(&parts);
    if let Some((file, _)) = without.first() {
        let words = format!(
            "{} parquet without pictures ({})",
            without.len(),
            title(file)
        );
        choice.left_out.push(words);
    }
    let size = parts.iter().map(|part| part.size).sum();
    let mut fill = |out: &mut dyn Write| {
        let mut out = BoundedWriter::new(out, size);
        let mut row = 0;
        for part in &parts {
            let copied = part.copy(&mut row, &mut out, &location.opening);
            copied.map_err(|error| match out.bomb() {
                Some(bomb) => SourceError::damaged(KIND, bomb, &part.path),
                None => error.into_source(&part.path),
            })?;
        }
        Ok(())
    };
    let open = |blob: ByteSource| Tar::open(KIND, blob, location);
    let tar = cache::unpacked(location.fingerprint, size, &mut fill, &open)?;
    let mut numbers = Vec::new();
    for part in &parts {
        let found = part.classes();
        numbers.extend(found.map_err(|error| broken(&error, &part.path))?);
    }
    let names = parts.first().map(Part::class_names).unwrap_or_default();
    let labels = labels::classes(&numbers, &names);
    Gallery::of_all(Box::new(tar), location.path, labels, choice)
}

/// Pictures in the file at `path`, by its own word; `None` where it has none or cannot be read.
pub fn pictures(path: &Path) -> Option<u64> {
    let part = quiet::caught(|| Part::open(path, None)).ok()?.ok()?;
    Some(part.rows as u64)
}

/// What was taken for the pictures.
fn choice(parts: &[Part]) -> Choice {
    let Some(first) = parts.first() else {
        return Choice::default();
    };
    let others = first.others.iter().map(|&(place, pictures)| {
        let column = first.columns.get(place).map_or("", |column| &column.path);
        format!("column {column}, which holds pictures as well ({pictures} of those looked at)")
    });
    Choice {
        taken: vec![format!("column {}", first.taken().path)],
        left_out: others.collect(),
    }
}

struct Part {
    path: PathBuf,
    size: u64,
    rows: usize,
    reader: SerializedFileReader<File>,
    columns: Vec<Column>,
    /// Which of the columns holds the pictures.
    pictures: usize,
    /// Other columns that hold pictures, and how many of those that were looked at are some.
    others: Vec<(usize, usize)>,
}

/// A codec that nobody reads here (LZO) is no damage.
fn broken(error: &ParquetError, path: &Path) -> SourceError {
    let text = error.to_string();
    if text.contains("codec type") {
        let path = path.to_owned();
        return SourceError::UnknownCodec(path);
    }
    SourceError::damaged(KIND, text, path)
}

/// What can go wrong while pictures are copied.
enum CopyError {
    Parquet(ParquetError),
    Source(SourceError),
}

impl CopyError {
    fn into_source(self, path: &Path) -> SourceError {
        match self {
            Self::Parquet(error) => broken(&error, path),
            Self::Source(error) => error,
        }
    }
}

impl From<ParquetError> for CopyError {
    fn from(error: ParquetError) -> Self {
        Self::Parquet(error)
    }
}

impl Part {
    /// Opens the file at `path` and finds its pictures: in the column `wanted`, where it has that,
    /// else in the one with most of them.
    fn open(path: &Path, wanted: Option<&str>) -> Result<Self, SourceError> {
        let damaged = |error: ParquetError| broken(&error, path);
        let bytes = ByteSource::open(path)?;
        let file = crate::regular_file::open(path)?;
        let reader = SerializedFileReader::new(file).map_err(damaged)?;
        let rows = reader.metadata().file_metadata().num_rows();
        if !(0..=MOST_ROWS).contains(&rows) {
            return Err(SourceError::damaged(KIND, format!("{rows} rows"), path));
        }
        let columns = columns(&reader);
        let mut part = Self {
            path: path.to_owned(),
            size: bytes.len(),
            rows: rows as usize,
            reader,
            columns,
            pictures: 0,
            others: Vec::new(),
        };
        part.check_pages(&bytes)?;
        part.find_pictures(wanted)?;
        Ok(part)
    }

    /// Refuses what claims to unpack without measure.
    fn check_pages(&self, bytes: &ByteSource) -> Result<(), SourceError> {
        let label = self.label().map(|column| column.number);
        for group in self.reader.metadata().row_groups() {
            for column in &self.columns {
                if !column.holds_bytes() && label != Some(column.number) {
                    continue;
                }
                let (start, length) = group.column(column.number).byte_range();
                let chunk = bytes.part(start, length);
                if !chunk.is_some_and(|chunk| pages::plausible(&chunk)) {
                    let why = format!(
                        "its column {} unpacks to far more than it has: refused as an archive bomb",
                        column.path
                    );
                    return Err(SourceError::damaged(KIND, why, &self.path));
                }
            }
        }
        Ok(())
    }

    fn find_pictures(&mut self, wanted: Option<&str>) -> Result<(), SourceError> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (place, column) in self.columns.iter().enumerate() {
            if column.holds_bytes() {
                let pictures = self.pictures_in(column);
                let pictures = pictures.map_err(|error| broken(&error, &self.path))?;
                found.extend((pictures > 0).then_some((place, pictures)));
            }
        }
        let column = |place: usize| self.columns.get(place);
        let is_wanted = |place: usize| {
            let path = column(place).map(|column| column.path.as_str());
            wanted.is_some() && path == wanted
        };
        // The first of equals.
        found.sort_by_key(|&(place, pictures)| {
            let rank = column(place).map_or(0, Column::rank);
            std::cmp::Reverse((is_wanted(place), pictures, rank, std::cmp::Reverse(place)))
        });
        let mut found = found.into_iter();
        let Some((pictures, _)) = found.next() else {
            let names: Vec<&str> = self.columns.iter().map(|column| &column.path[..]).collect();
            return Err(SourceError::NoPictureColumn {
                columns: names.join(", "),
                path: self.path.clone(),
            });
        };
        self.pictures = pictures;
        self.others = found.collect();
        Ok(())
    }

    /// Pictures among the first rows of a column.
    fn pictures_in(&self, column: &Column) -> Result<usize, ParquetError> {
        for group in 0..self.reader.num_row_groups() {
            let group = self.reader.get_row_group(group)?;
            let mut values = Bytes::new(group.get_column_reader(column.number)?, column);
            for _ in 0..LOOKS {
                let some = values.next()?;
                if some.is_empty() {
                    break;
                }
                let is_picture = |bytes: &&ByteArray| {
                    let kind = kinds::of(bytes.data().get(..BEGINNING).unwrap_or(bytes.data()));
                    matches!(kind, kinds::FileType::Picture | kinds::FileType::Foreign(_))
                };
                let there: Vec<&ByteArray> = some.iter().flatten().collect();
                if !there.is_empty() {
                    return Ok(there.into_iter().filter(is_picture).count());
                }
            }
        }
        Ok(0)
    }

    /// The column of the pictures.
    fn taken(&self) -> &Column {
        // `find_pictures` set it to one that there is; without any no part is made.
        &self.columns[self.pictures]
    }

    /// Copies every picture to `out`, a member a row; an empty one where there is none.
    fn copy(
        &self,
        row: &mut usize,
        out: &mut dyn Write,
        opening: &OpenOptions<'_>,
    ) -> Result<(), CopyError> {
        let pictures = self.taken();
        let is_name =
            |column: &&Column| column.physical == Physical::BYTE_ARRAY && pictures.names_of(column);
        let names = self.columns.iter().find(is_name);
        for group in 0..self.reader.num_row_groups() {
            let group = self.reader.get_row_group(group)?;
            let mut values = Bytes::new(group.get_column_reader(pictures.number)?, pictures);
            let mut paths = match names {
                Some(names) => Some(Bytes::new(group.get_column_reader(names.number)?, names)),
                None => None,
            };
            loop {
                opening.check().map_err(CopyError::Source)?;
                let some = values.next()?;
                let named = match &mut paths {
                    Some(paths) => paths.next()?,
                    None => Vec::new(),
                };
                if some.is_empty() {
                    break;
                }
                for (number, bytes) in some.iter().enumerate() {
                    let name = named.get(number).and_then(Option::as_ref);
                    write_row(*row, name, bytes.as_ref(), out)
                        .map_err(|error| CopyError::Source(error.into()))?;
                    *row += 1;
                }
            }
        }
        Ok(())
    }

    /// The class of each row, from a column that is called `label`.
    fn classes(&self) -> Result<Vec<Option<u32>>, ParquetError> {
        let mut numbers: Vec<Option<u32>> = Vec::new();
        if let Some(column) = self.label() {
            for group in 0..self.reader.num_row_groups() {
                let group = self.reader.get_row_group(group)?;
                let mut values = group.get_column_reader(column.number)?;
                loop {
                    let some = whole_numbers(&mut values, column.level)?;
                    if some.is_empty() {
                        break;
                    }
                    numbers.extend(some.iter().map(|n| n.and_then(|n| u32::try_from(n).ok())));
                }
            }
        }
        numbers.resize(self.rows, None);
        Ok(numbers)
    }

    fn label(&self) -> Option<&Column> {
        let is_label = |column: &&Column| {
            let whole = matches!(column.physical, Physical::INT32 | Physical::INT64);
            whole && !column.repeated && column.path.to_ascii_lowercase().contains("label")
        };
        self.columns.iter().find(is_label)
    }

    /// The names that Hugging Face keeps in the file's metadata; none where it is not from there.
    fn class_names(&self) -> Vec<String> {
        let metadata = self.reader.metadata().file_metadata().key_value_metadata();
        let entry = metadata.and_then(|all| all.iter().find(|entry| entry.key == "huggingface"));
        let text = entry.and_then(|entry| entry.value.as_deref());
        let json: Option<serde_json::Value> = text.and_then(|text| serde_json::from_str(text).ok());
        let (Some(json), Some(label)) = (json, self.label()) else {
            return Vec::new();
        };
        let names = json["info"]["features"][&label.path]["names"].as_array();
        let names = names.into_iter().flatten();
        names
            .map(|name| name.as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

/// Writes a row as a member with the name that it has, if it has one.
fn write_row(
    row: usize,
    name: Option<&ByteArray>,
    bytes: Option<&ByteArray>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let name = name.map(|name| String::from_utf8_lossy(name.data()).into_owned());
    let name = name.filter(|name| !name.is_empty() && !name.ends_with('/'));
    let name = name.unwrap_or_else(|| format!("row {row}"));
    let bytes = bytes.map_or(&[][..], ByteArray::data);
    // One too large stands for itself as an empty member, and is named when it is read.
    let fits = bytes.len() as u64 <= crate::data::limits::MOST_BYTES;
    tar::write_member(out, &name, if fits { bytes } else { &[] })
}
