//! Which kinds of file are written, and how their names end: one truth for the window and the command line.

use std::path::Path;

use crate::notice::Notice;

/// A kind of file that this program writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFormat {
    /// What a person calls it.
    pub name: &'static str,
    /// How names of such files end; nothing where it is a folder.
    pub ending: &'static str,
}

impl FileFormat {
    pub(super) const fn new(name: &'static str, ending: &'static str) -> Self {
        Self { name, ending }
    }

    /// Whether the name of `path` promises this kind.
    pub fn is_of(self, path: &Path) -> bool {
        let given = path.extension();
        given.is_some_and(|given| given.eq_ignore_ascii_case(self.ending))
    }
}

pub const GIF: FileFormat = FileFormat::new("GIF", "gif");
pub const JSON: FileFormat = FileFormat::new("JSON", "json");
pub const CSV: FileFormat = FileFormat::new("CSV", "csv");
pub const HTML: FileFormat = FileFormat::new("HTML", "html");
/// How names of files end that a model is read from.
pub const MODELS: [&str; 4] = ["safetensors", "pth", "pt", "onnx"];

pub const ONNX: FileFormat = FileFormat::new("ONNX", "onnx");
pub const SAFETENSORS: FileFormat = FileFormat::new("safetensors", "safetensors");

/// Whether a file of this kind may be written at `path`: a name that promises another kind would mislead every
/// program that opens it. Without an ending nothing is promised; devices, pipes and `-` have none.
///
/// # Errors
/// Where it may not: what to do instead.
pub fn check(path: &Path, kind: FileFormat) -> Result<(), Notice> {
    check_any(path, &[kind])
}

/// As [`check`], for a file of one of these `kinds`.
pub(super) fn check_any(path: &Path, kinds: &[FileFormat]) -> Result<(), Notice> {
    let refused = |text: String| Err(Notice::error(text).with_details(path.display().to_string()));
    let any =
        |word: fn(&FileFormat) -> String| kinds.iter().map(word).collect::<Vec<_>>().join(" or ");
    let endings = any(|kind| format!(".{}", kind.ending));
    match std::fs::metadata(path) {
        Ok(there) if there.is_dir() => {
            return refused(format!(
                "This is a folder: add a name that ends in {endings} to it."
            ));
        }
        Ok(there) if !there.is_file() => return Ok(()),
        _ => {}
    }
    match path.extension().map(|given| given.to_string_lossy()) {
        Some(given) if !kinds.iter().any(|kind| kind.is_of(path)) => refused(format!(
            "A file that ends in .{given} is not written here, only {}: give a name that ends in {endings}.",
            any(|kind| kind.name.to_owned())
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_promises_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let check = |name: &str| check(&folder.path().join(name), GIF);
        for name in ["a.gif", "a.GIF", "a", "new/a.b.gif"] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        let why = check("film.mp4").unwrap_err();
        assert!(
            why.summary.contains(".mp4") && why.summary.contains(".gif"),
            "{why}"
        );
        assert!(why.details.ends_with("film.mp4"));
        assert!(check("").unwrap_err().summary.contains("folder"));
        #[cfg(unix)]
        assert_eq!(super::check(Path::new("/dev/null"), GIF), Ok(()));
    }
}
