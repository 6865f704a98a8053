//! The folder of a run: settings, measurements, samples, model.

use std::fs::{File, OpenOptions, create_dir_all};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::error::RunError;
use super::file_names::{CONFIG_FILE, MODEL_FILE, UNDONE_FILE};
use super::lock::lock;
use super::samples::Samples;
use super::settings::{read_settings, write_settings};
use super::train_log::{self, TrainLog, columns};
use super::{CheckpointStore, EvalLog, RunEvent, events, names, own_files};
use crate::atomic_file;
use crate::config::TrainConfig;

/// The folder of a run that is to go on: nobody else trains it meanwhile, and nothing in it was changed.
#[derive(Debug)]
pub struct ClaimedFolder {
    root: PathBuf,
    lock: Option<File>,
}

impl ClaimedFolder {
    /// Claims the folder and reads the settings in it.
    ///
    /// # Errors
    /// Where there is no run in it, another program is training it, or something in it is a link.
    pub fn new(root: &Path) -> Result<(Self, TrainConfig), RunError> {
        own_files::check(root)?;
        let config = read_settings(root)?;
        let folder = Self {
            lock: lock(root)?,
            root: root.to_owned(),
        };
        Ok((folder, config))
    }

    /// Opens it for writing, with the settings `config`.
    ///
    /// # Errors
    /// The file system's.
    pub fn open(self, config: &TrainConfig) -> Result<RunFolder, RunError> {
        let store = CheckpointStore::new(&self.root);
        for folder in [&self.root, &store.folder()] {
            atomic_file::remove_leftovers(folder);
        }
        let settings = toml::to_string(config)?;
        let written = TrainConfig {
            run: None,
            ..config.clone()
        };
        if read_settings(&self.root)? != written {
            write_settings(&self.root, &settings)?;
        }
        Ok(RunFolder {
            settings,
            measurements: TrainLog::open(&self.root)?,
            root: self.root,
            is_new: false,
            lock: self.lock,
        })
    }
}

/// An open run folder: nobody else trains the run meanwhile.
#[derive(Debug)]
pub struct RunFolder {
    root: PathBuf,
    /// As text, to write them again where they are lost.
    settings: String,
    measurements: TrainLog,
    /// Whether there was no run in it before.
    is_new: bool,
    lock: Option<File>,
}

impl RunFolder {
    /// Makes the folder that the settings name, or a new numbered one in the user's data folder,
    /// and writes the settings into it; before them, where the run is a fork, the mark of where it comes from.
    ///
    /// # Errors
    /// Where it cannot be made, or holds a run already.
    pub fn create(config: &TrainConfig, forked: Option<&RunEvent>) -> Result<Self, RunError> {
        if let Some(root) = &config.run {
            check_free(root)?;
        }
        let root = match &config.run {
            Some(root) => root.clone(),
            None => names::claim(config)?,
        };
        create_dir_all(&root)?;
        let lock = lock(&root)?;
        let settings = toml::to_string(config)?;
        // What has settings can be gone on with, however soon it is cut short: by then it must be known whether it
        // begins with random weights.
        if let Some(mark) = forked {
            events::append(&root, mark)?;
        }
        write_settings(&root, &settings)?;
        Ok(Self {
            measurements: TrainLog::create(&root)?,
            settings,
            root,
            is_new: true,
            lock,
        })
    }

    /// Whether there was no run in it before.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Removes what a run that did not come to a step left in its folder, which then is free for another
    /// one. A run that was there before stays.
    pub fn remove_if_new(self) {
        if self.is_new {
            own_files::remove(&self.root);
        }
    }

    /// Goes back to a step: what was measured and marked after it is undone. Measurements that are
    /// cut off are given back.
    ///
    /// # Errors
    /// The file system's.
    pub fn cut_to(&mut self, step: u64) -> io::Result<Vec<String>> {
        events::cut(&self.root, step)?;
        EvalLog::of(&self.root).cut_to(step)?;
        Samples::open(&self.root)?.cut_to(step)?;
        self.measurements.cut_to(step)
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the newest weights are saved.
    pub fn model(&self) -> PathBuf {
        self.root.join(MODEL_FILE)
    }

    pub fn store(&self) -> CheckpointStore {
        CheckpointStore::new(&self.root)
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
    pub fn mark(&self, mark: &RunEvent) -> io::Result<()> {
        events::append(&self.root, mark)
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
        let mut text = if path.exists() {
            train_log::bring_up_to_date(&path)?;
            String::new()
        } else {
            columns() + "\n"
        };
        text += &lines.join("\n");
        text.push('\n');
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        file.write_all(text.as_bytes())
    }

    /// Writes the settings again where somebody removed them: without them a run cannot go on.
    ///
    /// # Errors
    /// The file system's.
    pub fn keep_settings(&self) -> io::Result<()> {
        if self.root.join(CONFIG_FILE).exists() {
            Ok(())
        } else {
            write_settings(&self.root, &self.settings)
        }
    }

    /// Lines of measurements that the disk did not take.
    pub fn unwritten(&self) -> usize {
        self.measurements.unwritten()
    }

    /// Whether somebody removed the file of measurements, alone or with the folder.
    pub fn is_lost(&self) -> bool {
        self.measurements.is_lost()
    }

    /// Makes what was removed again, without what was in it; whether that was the whole folder.
    ///
    /// # Errors
    /// The file system's, and that another program has made a run there meanwhile.
    pub fn make_again(&mut self) -> Result<bool, RunError> {
        let is_gone = !self.root.exists();
        create_dir_all(&self.root)?;
        // Its own lock, on a file that may be gone, must not stand in its way.
        self.lock = None;
        self.lock = lock(&self.root)?;
        self.keep_settings()?;
        self.measurements.make_again()?;
        Ok(is_gone)
    }
}

/// Refuses a folder with a run in it, or in use by one.
///
/// # Errors
/// As said.
pub fn check_free(root: &Path) -> Result<(), RunError> {
    own_files::check(root)?;
    if own_files::holds_a_run(root) {
        Err(RunError::Taken(root.to_owned()))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DataChoice;
    use crate::run::is_busy;
    use crate::run::train_log::METRICS_FILE;

    #[test]
    fn a_run_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let config = TrainConfig {
            run: Some(folder.path().join("r")),
            ..TrainConfig::default()
        };
        let mut run = RunFolder::create(&config, None).unwrap();
        run.record("1,64,0.5").unwrap();
        assert_eq!(run.column("loss_d").unwrap(), [(1.0, 0.5)]);
        let text = std::fs::read_to_string(run.root().join(METRICS_FILE)).unwrap();
        assert_eq!(text.lines().nth(1), Some("1,64,0.5"));
        let again = RunFolder::create(&config, None).unwrap_err();
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
        let run = RunFolder::create(&config, None).unwrap();
        assert!(is_busy(&root));
        assert!(matches!(ClaimedFolder::new(&root), Err(RunError::Busy(_))));
        drop(run);
        assert!(!is_busy(&root));
        let (claimed, opened) = ClaimedFolder::new(&root).unwrap();
        // A path that a person wrote begins in the folder.
        assert_eq!(opened.data, DataChoice::Path(root.join("pictures")));
        claimed.open(&opened).unwrap();
        assert_eq!(read_settings(&root).unwrap().data, opened.data);
        let nothing = ClaimedFolder::new(folder.path()).unwrap_err();
        assert!(matches!(nothing, RunError::NoRun(_)), "{nothing}");
    }

    #[test]
    fn only_what_was_lost_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let config = TrainConfig {
            run: Some(folder.path().join("r")),
            ..TrainConfig::default()
        };
        let mut run = RunFolder::create(&config, None).unwrap();
        run.record("1,64,0.5").unwrap();
        std::fs::remove_file(run.root().join("metrics.csv")).unwrap();
        std::fs::remove_file(run.root().join("config.toml")).unwrap();
        assert!(run.is_lost());
        assert!(!run.make_again().unwrap());
        run.record("2,128,0.25").unwrap();
        assert_eq!(run.column("loss_d").unwrap(), [(2.0, 0.25)]);
        read_settings(run.root()).unwrap();
        assert!(is_busy(run.root()));
    }

    #[test]
    fn a_run_that_came_to_nothing_leaves_what_was_there_before() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("r");
        let config = TrainConfig {
            run: Some(root.clone()),
            ..TrainConfig::default()
        };
        RunFolder::create(&config, None).unwrap().remove_if_new();
        assert!(!root.exists());
        std::fs::create_dir_all(root.join("samples")).unwrap();
        std::fs::write(root.join("samples/mine.txt"), "mine").unwrap();
        RunFolder::create(&config, None).unwrap().remove_if_new();
        assert_eq!(std::fs::read_dir(&root).unwrap().count(), 1);
        // Not even settings of another program are written over.
        std::fs::write(root.join("config.toml"), "mine = 1").unwrap();
        let taken = RunFolder::create(&config, None).unwrap_err();
        assert!(matches!(taken, RunError::Taken(_)), "{taken}");
        assert!(ClaimedFolder::new(&root).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("r");
        let config = TrainConfig {
            run: Some(root.clone()),
            ..TrainConfig::default()
        };
        drop(RunFolder::create(&config, None).unwrap());
        let mine = folder.path().join("mine");
        std::fs::create_dir(&mine).unwrap();
        for name in ["measures.csv", "samples", "checkpoints", "undone.csv"] {
            let link = root.join(name);
            std::os::unix::fs::symlink(&mine, &link).unwrap();
            let refused = ClaimedFolder::new(&root).unwrap_err().to_string();
            assert!(
                refused.contains("link") && refused.ends_with(name),
                "{refused}"
            );
            std::fs::remove_file(link).unwrap();
        }
        ClaimedFolder::new(&root).unwrap();
    }

    #[test]
    fn a_removed_folder_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let config = TrainConfig {
            run: Some(folder.path().join("r")),
            ..TrainConfig::default()
        };
        let mut run = RunFolder::create(&config, None).unwrap();
        run.record("1,64,0.5").unwrap();
        std::fs::remove_dir_all(run.root()).unwrap();
        assert!(run.is_lost());
        assert!(run.make_again().unwrap());
        assert!(!run.is_lost());
        run.record("2,128,0.25").unwrap();
        assert_eq!(run.column("loss_d").unwrap(), [(2.0, 0.25)]);
        assert_eq!(read_settings(run.root()).unwrap().batch, config.batch);
    }
}
