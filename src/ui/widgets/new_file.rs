//! The path of a file to write.

use std::path::{Path, PathBuf};

use crate::worker::{default_exports_folder, home_folder};

/// A path as it stands in its field, and whether an older file there may be written over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewFile {
    /// As the field stands.
    pub path: String,
    /// The path that a person chose in a dialog, which asks before an older file is replaced.
    chosen: Option<String>,
}

impl NewFile {
    /// A path that a dialog has asked about.
    pub fn chosen(path: String) -> Self {
        Self {
            chosen: Some(path.clone()),
            path,
        }
    }

    /// A file of this name where everybody finds it.
    pub fn called(name: &str) -> Self {
        let path = default_exports_folder().join(name);
        Self::from(&*path.to_string_lossy())
    }

    /// Whether an older file may be written over; otherwise the next free name is to be taken.
    pub fn replaces(&self) -> bool {
        self.chosen.as_ref() == Some(&self.path)
    }

    /// Where the file goes: what is typed without a folder, to the one that everybody finds.
    pub fn target(&self, ending: &str) -> PathBuf {
        target(
            self.path.trim(),
            ending,
            default_exports_folder(),
            home_folder(),
        )
    }

    /// Lets the field tell where the file goes, and gives that.
    pub fn settle(&mut self, ending: &str) -> PathBuf {
        let target = self.target(ending);
        // A file whose ending was left out is not the one that the dialog has asked about.
        let replaces = self.replaces() && target.file_name() == Path::new(&self.path).file_name();
        self.path = target.display().to_string();
        if replaces {
            self.chosen = Some(self.path.clone());
        }
        target
    }
}

impl From<&str> for NewFile {
    fn from(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            chosen: None,
        }
    }
}

fn target(typed: &str, ending: &str, folder: &Path, home: Option<&Path>) -> PathBuf {
    let path = match (typed.strip_prefix('~'), home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with(['/', '\\']) => {
            home.join(rest.trim_start_matches(['/', '\\']))
        }
        // An absolute path stays what it is.
        _ => folder.join(typed.trim_start_matches("./")),
    };
    match path.extension() {
        None if path.file_name().is_some() && !path.is_dir() => path.with_extension(ending),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_dialog_asked_about_is_replaced() {
        let mut file = NewFile::from("a.gif");
        assert!(!file.replaces());
        file = NewFile::chosen("b.gif".to_owned());
        assert!(file.replaces());
        file.settle("gif");
        assert!(file.replaces(), "the same file, with its folder");
        file.path = "c.gif".to_owned();
        assert!(!file.replaces(), "typed afterwards");
        file = NewFile::chosen("d".to_owned());
        file.settle("gif");
        assert!(!file.replaces(), "the dialog has asked about another file");
    }

    #[test]
    fn a_name_without_a_folder_goes_where_everybody_finds_it() {
        let to = |typed: &str| {
            let path = target(typed, "gif", Path::new("/p"), Some(Path::new("/home/ada")));
            path.display().to_string()
        };
        assert_eq!(to("a.gif"), "/p/a.gif");
        assert_eq!(to("./new/a"), "/p/new/a.gif");
        assert_eq!(to("/x/a.gif"), "/x/a.gif");
        assert_eq!(to("~/a.gif"), "/home/ada/a.gif");
        assert_eq!(to("~a"), "/p/~a.gif");
        assert_eq!(to("film.mp4"), "/p/film.mp4");
    }
}
