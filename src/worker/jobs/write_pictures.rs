//! Every usable picture of a source as PNG, as the network sees it, with its labels beside.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::scan::{open, visit};
use crate::config::TrainConfig;
use crate::data::{Duplicates, Labels, TableWriter, TransformedSource};
use crate::notice::Notice;
use crate::picture::Picture;
use crate::worker::job::Progress;
use crate::worker::loader::LoadOutcome;
use crate::worker::source_notices;
use crate::{atomic_file, export};

const TABLE: &str = "labels.csv";

/// Writes every usable picture as PNG, as the network sees it, and `labels.csv` beside them. Gives
/// the number of pictures. A new folder gets its name when it is complete: until then it is called
/// `NAME.unfinished`.
///
/// # Errors
/// Where the source cannot be used, the folder holds something already, or the disk fails.
pub fn write_pictures(
    config: &TrainConfig,
    folder: &Path,
    progress: &Progress,
) -> Result<usize, Notice> {
    let failed = |error: io::Error| {
        let text = "The pictures were not written. Check the folder and its free space.";
        Notice::from_error(text, &error).at(folder)
    };
    if is_taken(folder).map_err(failed)? {
        let text = "The folder is not empty; give a new one.";
        return Err(Notice::error(text).with_details(folder.display().to_string()));
    }
    let prepared = Arc::new(TransformedSource::new(open(config, progress)?, config));
    let place = Place::new(folder).map_err(failed)?;
    let labels = prepared.source().labels();
    let count = prepared.source().len();
    let digits = count.saturating_sub(1).to_string().len().max(6);
    let file = |index: usize| format!("{index:0digits$}.png");
    if let (Place::Given(_), Some(labels)) = (&place, &labels) {
        // It cannot be renamed when it is complete. A table of all pictures tells, where the program
        // is killed, that some are missing.
        let all = (0..count).map(|index| (index, file(index)));
        write_table(place.folder(), labels, all).map_err(failed)?;
    }
    let written = write_usable(&prepared, config, progress, |index, picture| {
        export::write_picture(&place.folder().join(file(index)), picture).map_err(failed)
    });
    let finished = written.and_then(|written| {
        if let Some(labels) = &labels {
            let all = written.iter().map(|&index| (index, file(index)));
            write_table(place.folder(), labels, all).map_err(failed)?;
        }
        place.finish(folder).map_err(failed)?;
        Ok(written.len())
    });
    if finished.is_err() {
        place.clear();
    }
    finished
}

/// Gives all pictures that can be used, and look like no other, to `write`; their numbers.
fn write_usable(
    prepared: &Arc<TransformedSource>,
    config: &TrainConfig,
    progress: &Progress,
    write: impl Fn(usize, &Picture) -> Result<(), Notice>,
) -> Result<Vec<usize>, Notice> {
    let (mut written, mut duplicates) = (Vec::new(), Duplicates::default());
    let order = (0..prepared.source().len()).collect();
    visit(prepared, order, config, progress, |loaded| {
        let LoadOutcome::Picture(mut ready) = loaded else {
            return Ok(());
        };
        let index = ready.index;
        let look = ready.look.take();
        let earlier = look.and_then(|look| duplicates.take(*look, index));
        if earlier.is_some() {
            return Ok(());
        }
        let mut data = prepared.dataset();
        data.take(ready);
        let restored = prepared.restore(&mut data, &[0]);
        restored.map_err(|error| source_notices::unusable(&error))?;
        if let Some(picture) = data.picture(0) {
            write(index, &picture)?;
            written.push(index);
        }
        Ok(())
    })?;
    Ok(written)
}

/// Whether something is at `folder` that pictures must not be mixed with.
fn is_taken(folder: &Path) -> io::Result<bool> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn write_table(
    folder: &Path,
    labels: &Labels,
    pictures: impl Iterator<Item = (usize, String)>,
) -> io::Result<()> {
    let mut table = TableWriter::new(Vec::new(), &labels.names)?;
    for (index, file) in pictures {
        if let Some(row) = labels.row(index) {
            table.row(&file, row)?;
        }
    }
    atomic_file::write_bytes(&folder.join(TABLE), &table.into_inner())
}

/// Where pictures are written.
enum Place {
    /// Into an empty folder that is there already; it may be a disk of its own, which has no other name.
    Given(PathBuf),
    /// Into a folder that is renamed at the end.
    Unfinished(PathBuf),
}

impl Place {
    fn new(folder: &Path) -> io::Result<Self> {
        if folder.is_dir() {
            return Ok(Self::Given(folder.to_owned()));
        }
        let mut name = OsString::from(folder.file_name().unwrap_or_default());
        name.push(".unfinished");
        let place = Self::Unfinished(folder.with_file_name(name));
        // What a killed run left; nothing that this program did not write.
        place.clear();
        std::fs::create_dir_all(place.folder())?;
        if is_taken(place.folder())? {
            let text = format!("{} holds other files; remove it", place.folder().display());
            return Err(io::Error::new(io::ErrorKind::DirectoryNotEmpty, text));
        }
        Ok(place)
    }

    fn folder(&self) -> &Path {
        match self {
            Self::Given(folder) | Self::Unfinished(folder) => folder,
        }
    }

    fn finish(&self, folder: &Path) -> io::Result<()> {
        match self {
            Self::Given(_) => Ok(()),
            Self::Unfinished(place) => std::fs::rename(place, folder),
        }
    }

    /// Removes what was written, and the folder where it is not a given one.
    fn clear(&self) {
        for entry in std::fs::read_dir(self.folder())
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            let number = name.strip_suffix(".png").unwrap_or_default();
            let numbered = number.len() >= 6 && number.bytes().all(|byte| byte.is_ascii_digit());
            if numbered || name == TABLE {
                // What stays is in nobody's way: the folder is not the one that was asked for.
                let _ = std::fs::remove_file(entry.path());
            }
        }
        atomic_file::remove_leftovers(self.folder());
        if let Self::Unfinished(folder) = self {
            let _ = std::fs::remove_dir(folder);
        }
    }
}
