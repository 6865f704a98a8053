//! Every usable picture of a source as PNG, as the network sees it, with its labels beside.

use std::io::Write as _;
use std::path::Path;

use super::job::Progress;
use super::loader::Loaded;
use super::survey::{open, visit};
use crate::atomic_file;
use crate::config::TrainConfig;
use crate::data::Prepared;
use crate::export::png;
use crate::notice::Notice;

/// Writes every usable picture as PNG, as the network sees it, and `labels.csv` beside them. Gives
/// the number of pictures.
///
/// # Errors
/// Where the source cannot be used, the folder holds something already, or the disk fails.
pub fn write_pictures(
    config: &TrainConfig,
    folder: &Path,
    progress: &Progress,
) -> Result<usize, Notice> {
    let failed = |error: std::io::Error| {
        let text = "The pictures were not written. Check the folder and its free space.";
        let mut notice = Notice::from_error(text, &error);
        notice.details += &format!("\n{}", folder.display());
        notice
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    if std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        let text = "The folder is not empty; give a new one.";
        return Err(Notice::error(text).with_details(folder.display().to_string()));
    }
    let source = open(config, progress)?;
    let prepared = std::sync::Arc::new(Prepared::new(source, config));
    let labels = prepared.source().labels();
    let mut table = Vec::new();
    if let Some(labels) = &labels {
        csv_line(&mut table, "file", labels.names.iter());
    }
    let count = prepared.source().len();
    let digits = count.saturating_sub(1).to_string().len().max(6);
    let mut written = 0;
    visit(
        &prepared,
        (0..count).collect(),
        config,
        progress,
        |loaded| {
            let Loaded::Picture(ready) = loaded else {
                return Ok(());
            };
            let index = ready.index;
            let file = format!("{index:0digits$}.png");
            let mut data = prepared.dataset();
            data.take(ready);
            let restored = prepared.restore(&mut data, &[0]);
            restored.map_err(|error| super::survey::unusable(&error))?;
            let Some(picture) = data.picture(0) else {
                return Ok(());
            };
            png::write(&folder.join(&file), &picture).map_err(failed)?;
            written += 1;
            if let Some(row) = labels.as_ref().and_then(|labels| labels.row(index)) {
                csv_line(&mut table, &file, row.iter().map(|value| known(*value)));
            }
            Ok(())
        },
    )?;
    if labels.is_some() {
        atomic_file::write_bytes(&folder.join("labels.csv"), &table).map_err(failed)?;
    }
    Ok(written)
}

/// A number, or nothing where it is not known.
fn known(value: f32) -> String {
    if value.is_nan() {
        String::new()
    } else {
        value.to_string()
    }
}

fn csv_line(table: &mut Vec<u8>, first: &str, cells: impl Iterator<Item = impl AsRef<str>>) {
    table.extend(first.as_bytes());
    for cell in cells {
        let cell = cell.as_ref();
        // Writing to memory cannot fail.
        let _ = if cell.contains([',', '"', '\n']) {
            write!(table, ",\"{}\"", cell.replace('"', "\"\""))
        } else {
            write!(table, ",{cell}")
        };
    }
    table.push(b'\n');
}
