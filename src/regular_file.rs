//! Files that are read whole: ordinary ones only, and no larger than they may sensibly be.
//!
//! A pipe has no end that can be waited for and `/dev/zero` has none at all, so neither is opened.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Opens an ordinary file; links are followed.
///
/// # Errors
/// The file system's; [`io::ErrorKind::InvalidInput`] for a folder, pipe, socket or device.
pub fn open(path: &Path) -> io::Result<File> {
    // Asked before opening: that of a pipe waits for a writer.
    let kind = std::fs::metadata(path)?;
    if kind.is_dir() {
        return Err(refused("this is a folder; name a file"));
    }
    if !kind.is_file() {
        return Err(refused("this is a pipe or device; name an ordinary file"));
    }
    File::open(path)
}

/// All bytes of an ordinary file.
///
/// # Errors
/// As [`open`]; [`io::ErrorKind::FileTooLarge`] where there are more than `most` bytes.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let too_large = || {
        let text = format!("the file is larger than {most} bytes");
        io::Error::new(io::ErrorKind::FileTooLarge, text)
    };
    if file.metadata()?.len() > most {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    // It may grow while it is read.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        Err(too_large())
    } else {
        Ok(bytes)
    }
}

/// As [`read`], as text.
///
/// # Errors
/// As [`read`]; [`io::ErrorKind::InvalidData`] where it is not UTF-8.
pub fn read_to_string(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))
}

fn refused(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ordinary_files_of_a_sensible_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "four").unwrap();
        assert_eq!(read_to_string(&path, 4).unwrap(), "four");
        let kind = |path: &Path, most| read(path, most).unwrap_err().kind();
        assert_eq!(kind(&path, 3), io::ErrorKind::FileTooLarge);
        assert_eq!(kind(folder.path(), 9), io::ErrorKind::InvalidInput);
        #[cfg(unix)]
        assert_eq!(kind(Path::new("/dev/zero"), 9), io::ErrorKind::InvalidInput);
    }
}
