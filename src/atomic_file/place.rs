//! What is at the path that is to be written.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Writing to this path writes to standard output, on every system.
pub const STANDARD_OUTPUT: &str = "/dev/stdout";

/// As many as the kernel follows.
const MOST_LINKS: usize = 40;
/// Other names of standard output.
const ALIASES: [&str; 2] = ["/dev/fd/1", "/proc/self/fd/1"];
/// Names in here are links that lead to what is open already and cannot be followed by name.
const OPEN_FILES: [&str; 2] = ["/dev/fd", "/proc"];

/// Where the bytes go.
pub(super) enum Place {
    /// An ordinary file or a free name; no link.
    File(PathBuf),
    /// What takes bytes and keeps none.
    Stream(Stream),
}

/// What is written through.
pub(super) enum Stream {
    Output,
    Special(File),
}

impl Place {
    /// Follows links; a pipe is opened, which waits for its reader.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            if is_standard_output(&path) {
                return Ok(Self::Stream(Stream::Output));
            }
            let kind = match path.symlink_metadata() {
                Ok(metadata) => metadata.file_type(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return free(path),
                Err(error) => return Err(error),
            };
            if kind.is_file() {
                return Ok(Self::File(path));
            }
            if kind.is_dir() {
                return Err(refused("this is a folder; name a file"));
            }
            if !kind.is_symlink() || OPEN_FILES.iter().any(|open| path.starts_with(open)) {
                let special = open_special(&path)?;
                return Ok(Self::Stream(Stream::Special(special)));
            }
            path = folder_of(&path).join(path.read_link()?);
        }
        Err(refused("links lead from one to the next without end"))
    }
}

impl Stream {
    /// Writes all of `bytes`.
    pub(super) fn take(self, bytes: &mut impl Read) -> io::Result<()> {
        match self {
            Self::Special(mut file) => io::copy(bytes, &mut file).map(drop),
            Self::Output => {
                let mut output = io::stdout().lock();
                let written = io::copy(bytes, &mut output);
                match written.and_then(|_| io::Write::flush(&mut output)) {
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                    other => other,
                }
            }
        }
    }
}

impl Stream {
    /// Passes on what `fill` writes as it comes.
    pub(super) fn pass<E: From<io::Error>>(
        self,
        fill: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::Special(file) => {
                let mut file = BufWriter::new(file);
                fill(&mut file)?;
                Ok(file.flush()?)
            }
            Self::Output => {
                let mut output = UntilClosed {
                    output: io::stdout().lock(),
                    is_closed: false,
                };
                let filled = fill(&mut output).and_then(|()| Ok(output.flush()?));
                if output.is_closed { Ok(()) } else { filled }
            }
        }
    }
}

/// Remembers that whoever reads has seen enough, which is no failure.
struct UntilClosed<'a> {
    output: io::StdoutLock<'a>,
    is_closed: bool,
}

impl UntilClosed<'_> {
    fn noted<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        self.is_closed |= matches!(&done, Err(error) if error.kind() == io::ErrorKind::BrokenPipe);
        done
    }
}

impl Write for UntilClosed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.output.write(bytes);
        self.noted(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.output.flush();
        self.noted(done)
    }
}

/// The folder in which `path` is.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Whether writing to `path` writes to standard output.
pub fn is_standard_output(path: &Path) -> bool {
    path == Path::new(STANDARD_OUTPUT) || ALIASES.iter().any(|alias| path == Path::new(alias))
}

fn free(path: PathBuf) -> io::Result<Place> {
    // `Path` itself does not see a separator at the end.
    let text = path.as_os_str().as_encoded_bytes();
    let ends_as_folder = text
        .last()
        .is_none_or(|&last| std::path::is_separator(last.into()));
    if ends_as_folder || path.file_name().is_none() {
        return Err(refused("this names a folder; name a file"));
    }
    Ok(Place::File(path))
}

/// Opens a pipe or device of bytes. Others lose more than they show: what is written to a disk destroys its files.
fn open_special(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = path.metadata()?.file_type();
        if kind.is_dir() {
            return Err(refused("this is a folder; name a file"));
        }
        if kind.is_block_device() || kind.is_socket() {
            return Err(refused("this is a disk or socket; name a file"));
        }
    }
    OpenOptions::new().append(true).open(path)
}

fn refused(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}
