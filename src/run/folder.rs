//! The folder of a run: settings, measurements, samples, model.

use std::fs::{File, OpenOptions, TryLockError, create_dir_all};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::measurements::{COLUMNS, METRICS_FILE, Measurements};
use super::walls::Walls;
use super::{Mark, MeasuredFile, Store, marks, measurements};
use crate::atomic_file;
use crate::config::{DataChoice, TrainConfig};

/// Settings of a run.
pub const CONFIG_FILE: &str = "config.toml";
/// The newest saved weights.
pub const MODEL_FILE: &str = "model.safetensors";

/// What was measured after the checkpoints that a run was rolled back to.
const UNDONE_FILE: &str = "undone.csv";
/// Held locked by the program that trains the run; the system lets go of it however that ends.
const LOCK_FILE: &str = ".lock";

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
    /// There is no run in it.
    #[error("there is no run in this folder: {}", .0.display())]
    NoRun(PathBuf),
    /// The settings were changed into something that is none.
    #[error("the settings of the run cannot be read: {0}")]
    Settings(#[from] toml::de::Error),
    /// Two programs must not write the same run.
    #[error("this run is being trained by a program that is still running: {}", .0.display())]
    Busy(PathBuf),
}

/// An open run folder: nobody else trains the run meanwhile.
#[derive(Debug)]
pub struct RunFolder {
    root: PathBuf,
    /// As text, to write them again where the folder is lost.
    settings: String,
    measurements: Measurements,
    _lock: Option<File>,
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
        let lock = lock(&root)?;
        let settings = settings(config)?;
        atomic_file::write_bytes(&root.join(CONFIG_FILE), settings.as_bytes())?;
        Ok(Self {
            measurements: Measurements::create(&root)?,
            settings,
            root,
            _lock: lock,
        })
    }

    /// Opens the folder of a run to go on with it.
    ///
    /// # Errors
    /// Where there is no run in it, or another program is training it.
    pub fn open(root: &Path) -> Result<(Self, TrainConfig), RunError> {
        let config = read_settings(root)?;
        let lock = lock(root)?;
        let store = Store::new(root);
        for folder in [root, &store.folder()] {
            atomic_file::remove_leftovers(folder);
        }
        let folder = Self {
            settings: settings(&config)?,
            measurements: Measurements::open(root)?,
            root: root.to_owned(),
            _lock: lock,
        };
        Ok((folder, config))
    }

    /// Goes back to a step: what was measured and marked after it is undone. Measurements that are
    /// cut off are given back.
    ///
    /// # Errors
    /// The file system's.
    pub fn cut_to(&mut self, step: u64) -> io::Result<Vec<String>> {
        marks::cut(&self.root, step)?;
        MeasuredFile::of(&self.root).cut_to(step)?;
        Walls::open(&self.root)?.cut_to(step)?;
        self.measurements.cut_to(step)
    }

    /// Writes other settings down.
    ///
    /// # Errors
    /// The file system's.
    pub fn set_config(&mut self, config: &TrainConfig) -> Result<(), RunError> {
        let new = settings(config)?;
        if new != self.settings {
            atomic_file::write_bytes(&self.root.join(CONFIG_FILE), new.as_bytes())?;
            self.settings = new;
        }
        Ok(())
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the newest weights are saved.
    pub fn model(&self) -> PathBuf {
        self.root.join(MODEL_FILE)
    }

    /// The checkpoints.
    pub fn store(&self) -> Store {
        Store::new(&self.root)
    }

    /// (step, value) of every line so far, for one of the columns.
    ///
    /// # Errors
    /// The file system's.
    pub fn column(&self, name: &str) -> io::Result<Vec<(f64, f64)>> {
        self.measurements.column(name)
    }

    /// Appends one line of measurements. What the disk does not take now is tried again with the
    /// next line.
    ///
    /// # Errors
    /// The file system's.
    pub fn record(&mut self, line: &str) -> io::Result<()> {
        self.measurements.append(line)
    }

    /// Writes down what happened.
    ///
    /// # Errors
    /// The file system's.
    pub fn mark(&self, mark: &Mark) -> io::Result<()> {
        marks::append(&self.root, mark)
    }

    /// Keeps measurements that a roll-back made void, for a person to look at.
    ///
    /// # Errors
    /// The file system's.
    pub fn keep_undone(&self, lines: &[String]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let path = self.root.join(UNDONE_FILE);
        let mut text = match path.exists() {
            true => {
                measurements::bring_up_to_date(&path)?;
                String::new()
            }
            false => format!("{COLUMNS}\n"),
        };
        text += &lines.join("\n");
        text.push('\n');
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        file.write_all(text.as_bytes())
    }

    /// Whether somebody removed the folder, or what makes it a run.
    pub fn is_lost(&self) -> bool {
        !self.root.join(METRICS_FILE).exists()
    }

    /// Makes a folder that was removed again, with the settings and without what was in it.
    ///
    /// # Errors
    /// The file system's.
    pub fn make_again(&mut self) -> Result<(), RunError> {
        create_dir_all(&self.root)?;
        self._lock = lock(&self.root)?;
        atomic_file::write_bytes(&self.root.join(CONFIG_FILE), self.settings.as_bytes())?;
        Ok(self.measurements.make_again()?)
    }
}

/// The settings of the run in `root`.
///
/// # Errors
/// Where there is no run, or its settings cannot be read.
pub fn read_settings(root: &Path) -> Result<TrainConfig, RunError> {
    match std::fs::read_to_string(root.join(CONFIG_FILE)) {
        Ok(text) => Ok(toml::from_str(&text)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(RunError::NoRun(root.to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether a program is training the run in `root` now.
pub fn is_busy(root: &Path) -> bool {
    let file = File::open(root.join(LOCK_FILE));
    file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// `None` where the file system knows no locks.
fn lock(root: &Path) -> Result<Option<File>, RunError> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(false);
    let file = options.open(root.join(LOCK_FILE))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(RunError::Busy(root.to_owned())),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// As in the file, where the path of the pictures holds from any working folder.
fn settings(config: &TrainConfig) -> Result<String, toml::ser::Error> {
    let mut config = config.clone();
    if let DataChoice::Path(path) = &mut config.data
        && let Ok(absolute) = std::path::absolute(&path)
    {
        *path = absolute;
    }
    toml::to_string(&config)
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
    fn a_run_is_trained_by_one_program_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("r");
        let config = TrainConfig {
            run: Some(root.clone()),
            data: "pictures".to_owned().into(),
            ..TrainConfig::default()
        };
        let run = RunFolder::create(&config).unwrap();
        assert!(is_busy(&root));
        assert!(matches!(RunFolder::open(&root), Err(RunError::Busy(_))));
        drop(run);
        assert!(!is_busy(&root));
        let (_run, opened) = RunFolder::open(&root).unwrap();
        let DataChoice::Path(data) = opened.data else {
            panic!("the pictures are gone");
        };
        assert!(data.is_absolute());
        let nothing = RunFolder::open(folder.path()).unwrap_err();
        assert!(matches!(nothing, RunError::NoRun(_)), "{nothing}");
    }

    #[test]
    fn a_removed_folder_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let config = TrainConfig {
            run: Some(folder.path().join("r")),
            ..TrainConfig::default()
        };
        let mut run = RunFolder::create(&config).unwrap();
        run.record("1,64,0.5").unwrap();
        std::fs::remove_dir_all(run.root()).unwrap();
        assert!(run.is_lost());
        run.make_again().unwrap();
        assert!(!run.is_lost());
        run.record("2,128,0.25").unwrap();
        assert_eq!(run.column("loss_d").unwrap(), [(2.0, 0.25)]);
        assert_eq!(read_settings(run.root()).unwrap().batch, config.batch);
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
