//! A folder: the kind of data with most pictures in it, and of several parts those to train on.

use std::path::{Path, PathBuf};

use super::bytes::ByteSource;
use super::container::{Container as _, title};
use super::contents::Contents;
use super::folder::Folder;
use super::formats::cifar::{self, Cifar};
use super::formats::{self, Format};
use super::gallery::Gallery;
use super::kinds::{self, BEGINNING, DataFormat, FileType};
use super::location::{Location, OpenOptions};
use super::selected::SelectedSource;
use super::{Source, SourceError, file, gunzip};

/// Fewer loose pictures than this are taken for the decoration of an archive beside them.
const FEW: u64 = 64;

/// What a folder may be, in the order in which equals are preferred.
enum Candidate {
    Pictures,
    /// CIFAR-10's batches.
    Cifar(Vec<usize>),
    /// Data files of a format that knows parts.
    Parts(&'static Format, Vec<usize>),
    Data(usize),
    Archive(usize),
}

/// A find and how many pictures it has, as far as that is known without unpacking.
type CountedCandidate = (Candidate, u64);

/// The source that the folder at `path` is.
///
/// # Errors
/// Where there is nothing usable, and [`SourceError::Cancelled`].
pub fn open(path: &Path, opening: OpenOptions<'_>) -> Result<Box<dyn Source>, SourceError> {
    let found = Folder::open(path, opening.go_on)?;
    let mut contents = Contents::of(&found, opening.go_on)?;
    sort_packed(&found, &mut contents);
    let finds = finds(&found, &contents);
    let Some(best) = best(&finds) else {
        return Err(contents.nothing(path));
    };
    let left_out = left_out(&found, &contents, &finds, best);
    let name = |number: usize| found.names().get(number).cloned().unwrap_or_default();
    let files = |numbers: &[usize]| -> Vec<PathBuf> {
        numbers
            .iter()
            .filter_map(|&number| found.file(number))
            .collect()
    };
    let (source, taken): (Box<dyn Source>, Option<String>) = match &finds.get(best) {
        Some((Candidate::Cifar(batches), _)) => (cifar(path, &files(batches), opening)?, None),
        Some((Candidate::Parts(format, parts), _)) => {
            let (files, what) = (files(parts), format.data.name());
            let location = Location::of_files(&format!("{what} parts"), &files, path, opening);
            let source = (format.open)(&files, &location)?;
            (source, Some(some(what, parts, &name)))
        }
        Some((Candidate::Data(number) | Candidate::Archive(number), _)) => {
            let file = found.file(*number).ok_or(SourceError::Shrunk)?;
            match file::open(&file, opening) {
                // An archive of something else beside a few pictures.
                Err(error) if contents.pictures.is_empty() => return Err(error),
                Ok(source) if source.len() >= contents.pictures.len() => {
                    (source, Some(name(*number)))
                }
                Err(SourceError::Cancelled) => return Err(SourceError::Cancelled),
                _ => {
                    let left_out = vec![name(*number)];
                    let source = file::gallery(Box::new(found), path, opening)?;
                    return Ok(Box::new(SelectedSource::new(source, None, left_out)));
                }
            }
        }
        Some((Candidate::Pictures, count)) => {
            let taken = (!left_out.is_empty()).then(|| format!("{count} loose pictures"));
            let gallery = Gallery::open(Box::new(found), path, &contents, opening.folder_labels)?;
            (Box::new(gallery), taken)
        }
        None => return Err(contents.nothing(path)),
    };
    Ok(Box::new(SelectedSource::new(source, taken, left_out)))
}

/// Tells packed IDX files from packed archives, and leaves out what else gzip packed.
fn sort_packed(found: &Folder, contents: &mut Contents) {
    let inside = |number: u32| {
        let bytes = ByteSource::open(&found.file(number as usize)?).ok()?;
        match kinds::of(&bytes.beginning(BEGINNING).ok()?) {
            FileType::Gzip => Some(kinds::of(&gunzip::beginning(&bytes).ok()?)),
            kind => Some(kind),
        }
    };
    for number in std::mem::take(&mut contents.archives) {
        match inside(number) {
            Some(FileType::Data(data)) if formats::of_packed(data).is_some() => {
                contents.data.entry(data).or_default().push(number);
            }
            Some(FileType::Tar | FileType::Zip) => contents.archives.push(number),
            _ => {}
        }
    }
    for numbers in contents.data.values_mut() {
        numbers.sort_unstable();
    }
}

/// Everything that the folder may be.
fn finds(found: &Folder, contents: &Contents) -> Vec<CountedCandidate> {
    let mut finds = vec![(Candidate::Pictures, contents.pictures.len() as u64)];
    let batches: Vec<usize> = contents
        .cifar
        .iter()
        .map(|&number| number as usize)
        .collect();
    let bytes: u64 = batches.iter().map(|&number| found.size(number)).sum();
    finds.push((Candidate::Cifar(batches), cifar::pictures_in(bytes)));
    finds.extend(data_files(found, contents));
    if let Some(number) = archive(found, contents) {
        // Looked into only where there is little else.
        finds.push((Candidate::Archive(number), FEW));
    }
    finds
}

/// The find with most pictures, the first of equals; `None` where none has any.
fn best(finds: &[CountedCandidate]) -> Option<usize> {
    let most = finds.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let first = finds.iter().position(|(_, count)| *count == most);
    first.filter(|_| most > 0)
}

/// What is there besides the best find, in words.
fn left_out(
    found: &Folder,
    contents: &Contents,
    finds: &[CountedCandidate],
    best: usize,
) -> Vec<String> {
    let name = |number: usize| found.names().get(number).cloned().unwrap_or_default();
    let whole =
        |numbers: &[u32]| -> Vec<usize> { numbers.iter().map(|&number| number as usize).collect() };
    let taken: Vec<usize> = match finds.get(best).map(|(find, _)| find) {
        Some(Candidate::Pictures) | None => whole(&contents.pictures),
        Some(Candidate::Cifar(numbers) | Candidate::Parts(_, numbers)) => numbers.clone(),
        Some(Candidate::Data(number) | Candidate::Archive(number)) => vec![*number],
    };
    let data = contents.data.iter().map(|(&data, numbers)| {
        let mut numbers = whole(numbers);
        // Labels beside the pictures are no other choice; a part without pictures is named when it is opened.
        if let Some(format) = formats::of(data).filter(|format| !format.in_parts) {
            numbers.retain(|&number| pictures(found, format, number).is_some());
        }
        (data.name(), numbers)
    });
    [
        ("loose pictures", whole(&contents.pictures)),
        ("CIFAR-10", whole(&contents.cifar)),
    ]
    .into_iter()
    .chain(data)
    .chain([("archives", whole(&contents.archives))])
    .filter_map(|(what, mut numbers)| {
        numbers.retain(|number| !taken.contains(number));
        (!numbers.is_empty()).then(|| some(what, &numbers, &name))
    })
    .collect()
}

/// How many, what, and the name of one.
fn some(what: &str, numbers: &[usize], name: &dyn Fn(usize) -> String) -> String {
    let first = numbers.first().map(|&number| name(number));
    format!("{} {what} ({})", numbers.len(), first.unwrap_or_default())
}

/// CIFAR-10's batches as one source.
fn cifar(
    path: &Path,
    files: &[PathBuf],
    opening: OpenOptions<'_>,
) -> Result<Box<dyn Source>, SourceError> {
    let location = Location::of_files("CIFAR-10", files, path, opening);
    let mut opened = Vec::new();
    for file in files {
        opened.push((title(file), ByteSource::open(file)?));
    }
    Ok(Box::new(Cifar::open(opened, &location)?))
}

/// How well a part is suited to train on: by the words in its name and in those of its folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Test,
    Unnamed,
    Train,
}

fn part(name: &str) -> Part {
    let lower = name.to_ascii_lowercase();
    let words = || lower.split(|c: char| !c.is_ascii_alphanumeric());
    let begins = |starts: &[&str]| {
        words().any(|word| {
            let digits = |rest: &str| rest.chars().all(|c| c.is_ascii_digit());
            starts
                .iter()
                .any(|start| word.strip_prefix(start).is_some_and(digits))
        })
    };
    if begins(&["train", "training"]) {
        Part::Train
    } else if begins(&[
        "test",
        "testing",
        "t10k",
        "val",
        "valid",
        "validation",
        "dev",
        "eval",
    ]) {
        Part::Test
    } else {
        Part::Unnamed
    }
}

/// The data files of each format to train on, and how many pictures they have.
fn data_files(found: &Folder, contents: &Contents) -> Vec<CountedCandidate> {
    let name = |number: usize| found.names().get(number).map_or("", String::as_str);
    let find = |(&data, numbers): (&DataFormat, &Vec<u32>)| {
        let format = formats::of(data)?;
        let numbers = numbers.iter().map(|&number| number as usize);
        let counted = numbers.filter_map(|number| Some((number, pictures(found, format, number)?)));
        if format.in_parts {
            let mut counted: Vec<(usize, u64)> = counted.collect();
            let best = counted
                .iter()
                .map(|&(number, _)| part(name(number)))
                .max()?;
            counted.retain(|&(number, _)| part(name(number)) == best);
            let count = counted.iter().map(|(_, count)| count).sum();
            let numbers = counted.into_iter().map(|(number, _)| number).collect();
            return Some((Candidate::Parts(format, numbers), count));
        }
        // The largest of the training part; the first of equals.
        let (number, count) = counted.max_by_key(|&(number, count)| {
            (part(name(number)), count, std::cmp::Reverse(number))
        })?;
        Some((Candidate::Data(number), count))
    };
    contents.data.iter().filter_map(find).collect()
}

/// Pictures that a file of the folder has by its own word.
fn pictures(found: &Folder, format: &Format, number: usize) -> Option<u64> {
    (format.pictures)(&found.file(number)?)
}

/// The one archive to train on.
fn archive(found: &Folder, contents: &Contents) -> Option<usize> {
    let name = |number: usize| found.names().get(number).map_or("", String::as_str);
    let all = contents.archives.iter().map(|&number| number as usize);
    let best = all.clone().map(|number| part(name(number))).max()?;
    let mut best = all.filter(|&number| part(name(number)) == best);
    match (best.next(), best.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_is_a_word_of_the_name() {
        for name in [
            "emnist-letters-train-images-idx3-ubyte.gz",
            "data/train-00000-of-00002.parquet",
            "default/train/0000.parquet",
            "TRAIN.tar",
            "train1.zip",
            "training/a.zip",
        ] {
            assert_eq!(part(name), Part::Train, "{name}");
        }
        for name in [
            "t10k-images-idx3-ubyte",
            "qmnist-test-images",
            "test50k.gz",
            "val/0.parquet",
        ] {
            assert!(part(name) <= Part::Unnamed, "{name}");
        }
        assert_eq!(part("trainers/a.zip"), Part::Unnamed);
        assert_eq!(part("constraint.zip"), Part::Unnamed);
    }
}
