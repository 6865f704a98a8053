//! Makes the files that the tests read.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::config::TransformConfig;
use crate::data::source::tar::write_member;
use crate::data::{Source, SourceError, Transform};

pub fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        put(folder.path(), name, bytes);
    }
    folder
}

pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

pub fn flat(side: u32, colour: [u8; 3]) -> DynamicImage {
    RgbImage::from_pixel(side, side, Rgb(colour)).into()
}

pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A square PNG of one colour.
pub fn png(side: u32, colour: [u8; 3]) -> Vec<u8> {
    encoded(&flat(side, colour), ImageFormat::Png)
}

/// A PNG whose header promises this size; its pixels are those of another.
pub fn png_that_promises(across: u32, down: u32) -> Vec<u8> {
    let mut bytes = png(8, [0; 3]);
    bytes[16..20].copy_from_slice(&across.to_be_bytes());
    bytes[20..24].copy_from_slice(&down.to_be_bytes());
    let crc = crc32fast::hash(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

/// A WebP with an EXIF chunk that claims `length` bytes.
pub fn webp_with_exif(length: u32, exif: &[u8]) -> Vec<u8> {
    let plain = encoded(&flat(24, [1, 2, 3]), ImageFormat::WebP);
    let mut bytes = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x08\0\0\0\x17\0\0\x17\0\0".to_vec();
    bytes.extend(&plain[12..]);
    bytes.extend(b"EXIF");
    bytes.extend(length.to_le_bytes());
    bytes.extend(exif);
    let whole = (bytes.len() as u32 - 8).to_le_bytes();
    bytes[4..8].copy_from_slice(&whole);
    bytes
}

/// A PNG with a colour profile.
pub fn png_with_profile(profile: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(profile).unwrap();
    let mut chunk = b"iCCPa\0\0".to_vec();
    chunk.extend(packed.finish().unwrap());
    let length = (chunk.len() as u32 - 4).to_be_bytes();
    let sum = crc32fast::hash(&chunk).to_be_bytes();
    let plain = png(24, [1, 2, 3]);
    // Behind the header.
    let (before, after) = plain.split_at(33);
    [before, &length, &chunk, &sum, after].concat()
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, content) in members {
        write_member(&mut bytes, name, content).unwrap();
    }
    bytes.extend([0; 1024]);
    bytes
}

/// A zip; each member packed, and with a size that may lie.
pub fn zip_saying(members: &[(&[u8], &[u8], u32)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content, size) in members {
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
        packed.write_all(content).unwrap();
        let packed = packed.finish().unwrap();
        let start = bytes.len() as u32;
        let mut common = vec![20, 0, 0, 8, 8, 0, 0, 0, 0x21, 0x58];
        common.extend(crc32fast::hash(content).to_le_bytes());
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend(size.to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(*name);
        bytes.extend(packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(*name);
    }
    let (count, start) = (members.len() as u16, bytes.len() as u32);
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let honest: Vec<_> = members
        .iter()
        .map(|(name, content)| (name.as_bytes(), *content, content.len() as u32))
        .collect();
    zip_saying(&honest)
}

/// An IDX file of bytes, with these dimensions in its header.
pub fn idx(dimensions: &[u32], bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, dimensions.len() as u8];
    for size in dimensions {
        file.extend(size.to_be_bytes());
    }
    file.extend(bytes);
    file
}

/// A parquet as Hugging Face writes them: `image: {bytes, path}` and `label`.
pub fn parquet(rows: &[(Option<&[u8]>, &str, i64)]) -> Vec<u8> {
    packed_parquet(rows, ::parquet::basic::Compression::SNAPPY)
}

/// The same, packed otherwise.
pub fn packed_parquet(
    rows: &[(Option<&[u8]>, &str, i64)],
    codec: ::parquet::basic::Compression,
) -> Vec<u8> {
    let schema = "message schema { optional group image { optional binary bytes; \
                  optional binary path (UTF8); } optional int64 label; }";
    write_parquet(schema, codec, |group| {
        use ::parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
        let levels: Vec<i16> = rows
            .iter()
            .map(|row| if row.0.is_some() { 2 } else { 0 })
            .collect();
        let there = || rows.iter().filter(|row| row.0.is_some());
        let pictures: Vec<ByteArray> = there().map(|row| row.0.unwrap().to_vec().into()).collect();
        let paths: Vec<ByteArray> = there().map(|row| row.1.into()).collect();
        let labels: Vec<i64> = rows.iter().map(|row| row.2).collect();
        for values in [pictures, paths] {
            let mut column = group.next_column().unwrap().unwrap();
            column
                .typed::<ByteArrayType>()
                .write_batch(&values, Some(&levels), None)
                .unwrap();
            column.close().unwrap();
        }
        let mut column = group.next_column().unwrap().unwrap();
        let levels = vec![1; labels.len()];
        column
            .typed::<Int64Type>()
            .write_batch(&labels, Some(&levels), None)
            .unwrap();
        column.close().unwrap();
    })
}

type Group<'a> = ::parquet::file::writer::SerializedRowGroupWriter<'a, Vec<u8>>;

pub fn write_parquet(
    schema: &str,
    codec: ::parquet::basic::Compression,
    fill: impl FnOnce(&mut Group<'_>),
) -> Vec<u8> {
    use ::parquet::file::metadata::KeyValue;
    use ::parquet::file::properties::WriterProperties;
    use ::parquet::file::writer::SerializedFileWriter;
    let schema = ::parquet::schema::parser::parse_message_type(schema).unwrap();
    let names = r#"{"info":{"features":{"label":{"names":["cat","dog"]}}}}"#;
    let about = KeyValue::new("huggingface".to_owned(), names.to_owned());
    let properties = WriterProperties::builder()
        .set_compression(codec)
        .set_key_value_metadata(Some(vec![about]))
        .build();
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema.into(), properties.into()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    fill(&mut group);
    group.close().unwrap();
    writer.into_inner().unwrap()
}

pub fn open(path: &Path) -> Result<Box<dyn Source>, SourceError> {
    crate::data::open_path(path)
}

/// The message where a source cannot be opened.
pub fn refusal(path: &Path) -> String {
    match open(path) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error.to_string(),
    }
}

pub fn how(size: usize) -> Transform {
    Transform::new(size, &TransformConfig::default())
}

/// The colour in the middle of picture `index`.
pub fn colour(source: &dyn Source, index: usize) -> [u8; 3] {
    let picture = source.picture(index, &how(8)).unwrap().picture;
    let middle = 3 * (4 * picture.width + 4);
    picture.rgb[middle..middle + 3].try_into().unwrap()
}

pub fn names(source: &dyn Source) -> Vec<String> {
    (0..source.len()).map(|i| source.item_name(i)).collect()
}

/// Why picture `index` cannot be used.
pub fn why(source: &dyn Source, index: usize) -> String {
    source.picture(index, &how(8)).unwrap_err().to_string()
}
