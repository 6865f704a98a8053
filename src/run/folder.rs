//! The folder of a run: settings, measurements, samples, model.

use std::fs::{File, OpenOptions, create_dir_all};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::config::TrainConfig;

/// Settings of a run.
pub const CONFIG_FILE: &str = "config.toml";
/// One line a step.
pub const METRICS_FILE: &str = "metrics.csv";
/// The newest saved weights.
pub const MODEL_FILE: &str = "model.safetensors";

const METRICS_HEADER: &str =
    "step,images,loss_d,loss_g,d_real,d_fake,d_fake_after,images_per_s,seconds";

/// Why a run folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The file system said no.
    #[error("the run folder cannot be written: {0}")]
    Io(#[from] io::Error),
    /// There is a run in it already.
    #[error("there is a run in this folder already; name another one with --run: {}", .0.display())]
    Taken(PathBuf),
    /// The settings cannot be written down.
    #[error("the settings cannot be written: {0}")]
    Config(#[from] toml::ser::Error),
}

/// An open run folder.
#[derive(Debug)]
pub struct RunFolder {
    root: PathBuf,
    metrics: File,
}

impl RunFolder {
    /// Makes the folder that the settings name, or a new numbered one in the user's data folder,
    /// and writes the settings into it.
    ///
    /// # Errors
    /// Where it cannot be made, or holds a run already.
    pub fn create(config: &TrainConfig) -> Result<Self, RunError> {
        let root = match &config.run {
            Some(root) => root.clone(),
            None => claim_numbered(&default_runs_folder(), &stem(config))?,
        };
        if root.join(METRICS_FILE).exists() {
            return Err(RunError::Taken(root));
        }
        create_dir_all(&root)?;
        let settings = toml::to_string(config)?;
        atomic_file::write_bytes(&root.join(CONFIG_FILE), settings.as_bytes())?;
        let metrics = root.join(METRICS_FILE);
        atomic_file::write_bytes(&metrics, format!("{METRICS_HEADER}\n").as_bytes())?;
        let metrics = OpenOptions::new().append(true).open(metrics)?;
        Ok(Self { root, metrics })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the newest weights are saved.
    pub fn model(&self) -> PathBuf {
        self.root.join(MODEL_FILE)
    }

    /// Where the sample wall of a step goes.
    pub fn samples(&self, step: u64) -> PathBuf {
        self.root
            .join("samples")
            .join(format!("step-{step:07}.png"))
    }

    /// (step, value) of every line so far, for one of the columns.
    ///
    /// # Errors
    /// The file system's.
    pub fn column(&self, name: &str) -> io::Result<Vec<(f64, f64)>> {
        let text = std::fs::read_to_string(self.root.join(METRICS_FILE))?;
        let place = METRICS_HEADER.split(',').position(|column| column == name);
        let number = |line: &str, place: usize| line.split(',').nth(place)?.parse().ok();
        let point = |line: &str| Some((number(line, 0)?, number(line, place?)?));
        Ok(text.lines().skip(1).filter_map(point).collect())
    }

    /// Appends one line of measurements, in one write so that no line is ever half there.
    ///
    /// # Errors
    /// The file system's.
    pub fn record(&mut self, line: &str) -> io::Result<()> {
        self.metrics.write_all(format!("{line}\n").as_bytes())
    }
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
    fn a_run_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let config = TrainConfig {
            run: Some(folder.path().join("r")),
            ..TrainConfig::default()
        };
        let mut run = RunFolder::create(&config).unwrap();
        run.record("1,64,0.5").unwrap();
        assert_eq!(run.column("loss_d").unwrap(), [(1.0, 0.5)]);
        let text = std::fs::read_to_string(run.root().join(METRICS_FILE)).unwrap();
        assert_eq!(text.lines().nth(1), Some("1,64,0.5"));
        let again = RunFolder::create(&config).unwrap_err();
        assert!(matches!(again, RunError::Taken(_)), "{again}");
    }

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
