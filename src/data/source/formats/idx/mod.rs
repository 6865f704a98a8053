//! IDX, the format of MNIST and its relatives, packed by gzip or not.

pub mod header;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::{DynamicImage, GrayImage, RgbImage};

use crate::data::source::bytes::ByteSource;
use crate::data::source::container::{MOST_MEMBERS, title};
use crate::data::source::gunzip::{self, Gunzip};
use crate::data::source::kinds::BEGINNING;
use crate::data::source::location::Location;
use crate::data::source::{DecodedPicture, Labels, Source, SourceError};
use crate::data::{labels, limits};
use crate::notice::Notice;
use header::Header;

/// A packed file is unpacked into memory up to this many bytes.
const MOST_BYTES: u64 = 1 << 30;

/// It may unpack to this many times its size.
const MOST_RATIO: u64 = 100;

/// Small ones may unpack to this many bytes whatever their ratio.
const SMALL: u64 = 64 << 20;

/// Pictures of one size, grey or colour, one byte a channel.
pub struct Idx {
    title: String,
    pixels: ByteSource,
    count: usize,
    across: u32,
    down: u32,
    channels: u32,
    labels: Option<Arc<Labels>>,
    warnings: Vec<Notice>,
    fingerprint: u128,
}

/// Pictures that the header of the file at `path` promises; `None` where it is none of pictures.
pub fn pictures(path: &Path) -> Option<u64> {
    let bytes = ByteSource::open(path).ok()?;
    let beginning = if is_packed(&bytes).ok()? {
        gunzip::beginning(&bytes).ok()?
    } else {
        bytes.beginning(BEGINNING).ok()?
    };
    match Header::read(&beginning)?.dimensions[..] {
        [count, _, _] | [count, _, _, 1 | 3] => Some(u64::from(count)),
        _ => None,
    }
}

/// The pictures of the file at `location`, and the labels beside it.
///
/// # Errors
/// Where its header does not fit it, or it holds no pictures.
pub fn open(_: &[PathBuf], location: &Location<'_>) -> Result<Box<dyn Source>, SourceError> {
    let bytes = unpacked(ByteSource::open(location.path)?, location.path)?;
    Ok(Box::new(Idx::new(&bytes, location)?))
}

fn is_packed(bytes: &ByteSource) -> Result<bool, SourceError> {
    Ok(bytes.beginning(2)? == [0x1f, 0x8b])
}

fn unpacked(bytes: ByteSource, path: &Path) -> Result<ByteSource, SourceError> {
    if is_packed(&bytes)? {
        unpack(&bytes, path)
    } else {
        Ok(bytes)
    }
}

impl Idx {
    fn new(bytes: &ByteSource, location: &Location<'_>) -> Result<Self, SourceError> {
        let path = location.path;
        let damaged = |why: String| location.damaged("IDX file", why);
        let header = Header::read(&bytes.beginning(20)?)
            .ok_or_else(|| damaged("its header is not one of bytes".into()))?;
        let (count, down, across, channels) = match header.dimensions[..] {
            [_] => return Err(SourceError::OnlyLabels(path.to_owned())),
            [count, down, across] => (count, down, across, 1),
            [count, down, across, channels @ (1 | 3)] => (count, down, across, channels),
            _ => return Err(damaged("its numbers are not laid out as pictures".into())),
        };
        if across.max(down) > limits::LONGEST_SIDE {
            return Err(SourceError::TooLarge(across, down));
        }
        if across.min(down) < limits::SHORTEST_SIDE {
            return Err(SourceError::TooSmall(across, down));
        }
        let there = bytes.len() - header.len;
        if header.promised() != Some(there) {
            let a_picture = u64::from(across) * u64::from(down) * u64::from(channels);
            return Err(damaged(format!(
                "its header promises {count} pictures of {across}×{down}, but there are {} bytes: enough for {}",
                there,
                there / a_picture
            )));
        }
        if count as usize > MOST_MEMBERS {
            return Err(damaged(format!("{count} pictures are too many")));
        }
        let pixels = bytes.part(header.len, there);
        let mut idx = Self {
            title: title(path),
            pixels: pixels.ok_or(SourceError::Shrunk)?,
            count: count as usize,
            across,
            down,
            channels,
            labels: None,
            warnings: Vec::new(),
            fingerprint: location.fingerprint,
        };
        idx.find_labels(path);
        Ok(idx)
    }

    fn find_labels(&mut self, path: &Path) {
        let Some(beside) = labels_path(path) else {
            return;
        };
        match read_labels(&beside, self.count) {
            Ok(numbers) => self.labels = labels::classes(&numbers, &[]).map(Arc::new),
            Err(error) => {
                let text =
                    "The labels beside the pictures cannot be used; training does not need them.";
                let notice = Notice::from_error(text, &error);
                self.warnings.push(notice);
            }
        }
    }
}

/// Unpacks what the header promises and a byte more: a file that lies is not believed further.
fn unpack(bytes: &ByteSource, path: &Path) -> Result<ByteSource, SourceError> {
    let damaged = |why: String| SourceError::damaged("IDX file", why, path);
    let mut decoder = Gunzip::new(bytes.reader());
    let mut unpacked = Vec::new();
    let mut beginning = decoder.by_ref().take(20);
    beginning
        .read_to_end(&mut unpacked)
        .map_err(|error| damaged(error.to_string()))?;
    let header =
        Header::read(&unpacked).ok_or_else(|| damaged("its header is not one of bytes".into()))?;
    let promised = header
        .promised()
        .and_then(|sum| sum.checked_add(header.len));
    let promised = promised.filter(|&sum| sum <= MOST_BYTES).ok_or_else(|| {
        damaged(format!(
            "its header promises more than {MOST_BYTES} bytes; unpack it first"
        ))
    })?;
    // Handwriting packs to a tenth, not to a thousandth.
    let plausible = bytes.len().saturating_mul(MOST_RATIO).max(SMALL);
    if promised > plausible {
        let bomb = SourceError::Bomb(promised, bytes.len());
        return Err(damaged(bomb.to_string()));
    }
    unpacked.reserve_exact((promised + 1) as usize);
    let left = (promised + 1).saturating_sub(unpacked.len() as u64);
    decoder
        .take(left)
        .read_to_end(&mut unpacked)
        .map_err(|error| damaged(error.to_string()))?;
    Ok(ByteSource::from_bytes(unpacked))
}

/// `train-images-idx3-ubyte.gz` → `train-labels-idx1-ubyte.gz`, packed or not, where it is there.
fn labels_path(images: &Path) -> Option<PathBuf> {
    let name = images.file_name()?.to_str()?;
    let plain = name.strip_suffix(".gz").unwrap_or(name);
    let labels = plain
        .replace("images", "labels")
        .replace("idx3", "idx1")
        .replace("idx4", "idx1");
    if labels == plain {
        return None;
    }
    let candidates = [format!("{labels}.gz"), labels];
    let paths = candidates.map(|name| images.with_file_name(name));
    paths.into_iter().find(|path| path.is_file())
}

fn read_labels(path: &Path, count: usize) -> Result<Vec<Option<u32>>, SourceError> {
    let bytes = unpacked(ByteSource::open(path)?, path)?;
    let bytes = bytes.read_all(MOST_BYTES)?;
    let header = Header::read(&bytes);
    let numbers = header.and_then(|header| bytes.get(header.len as usize..));
    match numbers {
        Some(numbers) if numbers.len() == count => Ok(numbers
            .iter()
            .map(|&number| Some(u32::from(number)))
            .collect()),
        other => {
            let there = other.map_or(0, <[u8]>::len);
            let why = format!("it has {there} labels for {count} pictures");
            Err(SourceError::damaged("IDX file", why, path))
        }
    }
}

impl Source for Idx {
    fn name(&self) -> String {
        self.title.clone()
    }

    fn kind(&self) -> &'static str {
        "IDX file"
    }

    fn len(&self) -> usize {
        self.count
    }

    fn item_name(&self, index: usize) -> String {
        format!("picture {index}")
    }

    fn labels(&self) -> Option<Arc<Labels>> {
        self.labels.clone()
    }

    fn warnings(&self) -> Vec<Notice> {
        self.warnings.clone()
    }

    fn fingerprint(&self) -> Option<u128> {
        Some(self.fingerprint)
    }

    fn original(&self, index: usize) -> Result<DecodedPicture, SourceError> {
        let stride = self.across as usize * self.down as usize * self.channels as usize;
        let mut bytes = vec![0; stride];
        self.pixels
            .read_at(index as u64 * stride as u64, &mut bytes)?;
        let (across, down) = (self.across, self.down);
        let picture: Option<DynamicImage> = match self.channels {
            1 => GrayImage::from_raw(across, down, bytes).map(Into::into),
            _ => RgbImage::from_raw(across, down, bytes).map(Into::into),
        };
        picture.map(Into::into).ok_or(SourceError::Shrunk)
    }
}
