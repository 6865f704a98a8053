//! The path of a file to write.

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

    /// Whether an older file may be written over; otherwise the next free name is to be taken.
    pub fn replaces(&self) -> bool {
        self.chosen.as_ref() == Some(&self.path)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_dialog_asked_about_is_replaced() {
        let mut file = NewFile::from("a.gif");
        assert!(!file.replaces());
        file = NewFile::chosen("b.gif".to_owned());
        assert!(file.replaces());
        file.path = "c.gif".to_owned();
        assert!(!file.replaces(), "typed afterwards");
    }
}
