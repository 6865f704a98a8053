//! Where a new run goes that nobody named a folder for.

use std::fs::create_dir_all;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::TrainConfig;

/// A new numbered folder in the user's data folder.
pub(super) fn claim(config: &TrainConfig) -> io::Result<PathBuf> {
    claim_numbered(&default_runs_folder(), &stem(config))
}

/// `starter-64` or the folder's name and the size.
fn stem(config: &TrainConfig) -> String {
    let data = config.data.to_string();
    let name = Path::new(&data).file_name().unwrap_or_default();
    let name: String = name
        .to_string_lossy()
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .take(40)
        .collect();
    format!("{name}-{}", config.size)
}

/// Creates `STEM-N` with the first free N; creating is what claims it, so that two programs never
/// share one.
fn claim_numbered(parent: &Path, stem: &str) -> io::Result<PathBuf> {
    create_dir_all(parent)?;
    for number in 1..100_000 {
        let path = parent.join(format!("{stem}-{number}"));
        match std::fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many runs; remove some"))
}

/// The folder that runs go to where none is named: in the user's data folder, or below the current
/// folder where the user has none.
pub fn default_runs_folder() -> PathBuf {
    match directories::ProjectDirs::from("", "", "morphogan") {
        Some(folders) => folders.data_dir().join("runs"),
        None => PathBuf::from("runs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_claimed() {
        let folder = tempfile::tempdir().unwrap();
        let config = TrainConfig {
            data: "/pictures/My cats".to_owned().into(),
            ..TrainConfig::default()
        };
        assert_eq!(stem(&config), "My-cats-64");
        let first = claim_numbered(folder.path(), "a").unwrap();
        let second = claim_numbered(folder.path(), "a").unwrap();
        assert_eq!(first, folder.path().join("a-1"));
        assert_eq!(second, folder.path().join("a-2"));
    }
}
