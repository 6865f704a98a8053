//! Small files that are as they should be, and checksums put right again after a change: what is refused
//! for its checksum shows nothing of the reader behind it.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use parquet::basic::Compression as Codec;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

const BLOCK: usize = 512;

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub fn idx(dimensions: &[u32], bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, dimensions.len() as u8];
    file.extend(dimensions.iter().flat_map(|size| size.to_be_bytes()));
    file.extend(bytes);
    file
}

pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = Vec::new();
    for (name, content) in members {
        let mut header = [0; BLOCK];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        file.extend(header);
        file.extend(*content);
        file.resize(file.len().next_multiple_of(BLOCK), 0);
    }
    file.extend([0; 2 * BLOCK]);
    healed_tar(file)
}

/// A tar whose headers have the sums that they should have.
pub fn healed_tar(mut file: Vec<u8>) -> Vec<u8> {
    let headers = file.chunks_exact_mut(BLOCK);
    for header in headers.filter(|header| header[257..].starts_with(b"ustar")) {
        header[148..156].fill(b' ');
        let sum: u64 = header.iter().map(|&byte| u64::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    file
}

/// A PNG whose chunks have the checksums that they should have.
pub fn healed_png(mut file: Vec<u8>) -> Vec<u8> {
    let mut at = 8;
    while let Some(length) = file.get(at..at + 4) {
        let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
        let Some(chunk) = file.get(at + 4..at + 8 + length) else {
            break;
        };
        let sum = crc32fast::hash(chunk).to_be_bytes();
        at += 8 + length;
        match file.get_mut(at..at + 4) {
            Some(place) => place.copy_from_slice(&sum),
            None => break,
        }
        at += 4;
    }
    file
}

/// A zip with a folder in it, a comment, and a packed and an unpacked member.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (number, (name, content)) in members.iter().enumerate() {
        let method = if number % 2 == 0 { 8u16 } else { 0 };
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(content).unwrap();
        let packed = match method {
            8 => packed.finish().unwrap(),
            _ => content.to_vec(),
        };
        let mut common = vec![20, 0, 0, 8];
        common.extend(method.to_le_bytes());
        common.extend([0, 0, 0x21, 0x58]);
        common.extend(crc32fast::hash(content).to_le_bytes());
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend((content.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((file.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        file.extend(b"PK\x03\x04");
        file.extend(common);
        file.extend(name.as_bytes());
        file.extend(packed);
    }
    let (count, start) = (members.len() as u16, file.len() as u32);
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    file.extend((directory.len() as u32).to_le_bytes());
    file.extend(start.to_le_bytes());
    file.extend(b"\x07\0comment");
    file
}

/// A parquet as Hugging Face writes them: `image: {bytes, path}` and `label`.
pub fn parquet(picture: &[u8], codec: Codec) -> Vec<u8> {
    let schema = "message schema { optional group image { optional binary bytes; \
                  optional binary path (UTF8); } optional int64 label; }";
    let schema = parse_message_type(schema).unwrap();
    let properties = WriterProperties::builder().set_compression(codec).build();
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema.into(), properties.into()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    // The third row has no picture.
    let columns = [
        vec![ByteArray::from(picture.to_vec()); 2],
        vec!["1.png".into(); 2],
    ];
    for values in columns {
        let mut column = group.next_column().unwrap().unwrap();
        let levels = Some(&[2i16, 2, 0][..]);
        let typed = column.typed::<ByteArrayType>();
        typed.write_batch(&values, levels, None).unwrap();
        column.close().unwrap();
    }
    let mut column = group.next_column().unwrap().unwrap();
    let typed = column.typed::<Int64Type>();
    typed
        .write_batch(&[0, 1, 1], Some(&[1, 1, 1]), None)
        .unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.into_inner().unwrap()
}

/// The header of a safetensors file as text, and what follows.
pub fn parted(file: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (length, rest) = file.split_at(8);
    let length = u64::from_le_bytes(length.try_into().unwrap()) as usize;
    (rest[..length].to_vec(), rest[length..].to_vec())
}

/// A safetensors file again.
pub fn joined(header: &[u8], data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header, data].concat()
}

/// One of the texts in the header's metadata.
pub fn metadata(file: &[u8], name: &str) -> String {
    let header: serde_json::Value = serde_json::from_slice(&parted(file).0).unwrap();
    header["__metadata__"][name].as_str().unwrap().to_owned()
}

/// The file with another text there.
pub fn with_metadata(file: &[u8], name: &str, text: &str) -> Vec<u8> {
    let (header, data) = parted(file);
    let mut header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    header["__metadata__"][name] = text.into();
    joined(header.to_string().as_bytes(), &data)
}

/// A checkpoint with the checksum that it should have, where it can be read as far as that.
pub fn healed_checkpoint(file: Vec<u8>) -> Vec<u8> {
    let healed = || {
        let (_, about) = safetensors::SafeTensors::read_metadata(&file).ok()?;
        let texts = about.metadata().as_ref()?;
        let tensors = safetensors::SafeTensors::deserialize(&file).ok()?;
        let tensors = tensors.tensors();
        let mut tensors: Vec<_> = tensors
            .iter()
            .map(|(name, view)| (name.as_bytes(), view.data()))
            .collect();
        tensors.sort_unstable();
        let texts = [
            texts.get("morphogan")?.as_bytes(),
            texts.get("checkpoint")?.as_bytes(),
        ];
        let mut sum = crc32fast::Hasher::new();
        for part in texts
            .into_iter()
            .chain(tensors.into_iter().flat_map(|(name, data)| [name, data]))
        {
            sum.update(&(part.len() as u64).to_le_bytes());
            sum.update(part);
        }
        Some(with_metadata(
            &file,
            "checksum",
            &format!("{:08x}", sum.finalize()),
        ))
    };
    healed().unwrap_or(file)
}

/// The pictures' cache with the checksums that its header and table should have: those of the pixels stay.
pub fn healed_pixels(mut file: Vec<u8>) -> Vec<u8> {
    let number = |at: usize| Some(u64::from_le_bytes(file.get(at..at + 8)?.try_into().ok()?));
    let sum = || {
        let table = number(24)?.checked_mul(number(32)?)?.checked_add(64)?;
        Some(crc32fast::hash(file.get(usize::try_from(table).ok()?..)?))
    };
    if let Some(sum) = sum() {
        file[48..52].copy_from_slice(&sum.to_le_bytes());
        let header = crc32fast::hash(&file[..60]);
        file[60..64].copy_from_slice(&header.to_le_bytes());
    }
    file
}
