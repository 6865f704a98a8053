//! The curves of a run as a picture or a table.

use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::export::plot::{self, Panel};
use crate::export::{self, ending};
use crate::notice::Notice;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// Writes `panels` as a picture where `path` ends in `.png`, as a table where it ends in `.csv`; gives
/// the path. Without `replace` it takes the next free name where a file is already.
pub fn save_curves(panels: Vec<Panel>, path: PathBuf, replace: bool, waker: Waker) -> Job<PathBuf> {
    Job::spawn("curves", waker, move |_| {
        let mut kinds = export::picture_kinds();
        kinds.push(ending::CSV);
        let Some(kind) = kinds.iter().find(|kind| kind.is_of(&path)) else {
            let endings: Vec<String> = kinds
                .iter()
                .map(|kind| format!(".{}", kind.ending))
                .collect();
            let text = format!(
                "Give the curves a name that ends in {}.",
                endings.join(" or ")
            );
            return Err(Notice::error(text).with_details(path.display().to_string()));
        };
        ending::check(&path, *kind)?;
        let path = atomic_file::target(path, replace);
        let written = match *kind {
            ending::CSV => table(&panels, &path),
            _ => picture(&panels, &path),
        };
        match written {
            Ok(()) => Ok(path),
            Err(error) => {
                let text = "The curves were not written. Check the folder and its free space.";
                let notice = Notice::from_error(text, error.as_ref()).at(&path);
                Err(notice)
            }
        }
    })
}

fn picture(panels: &[Panel], path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    Ok(export::write_picture(path, &plot::draw(panels)?)?)
}

fn table(panels: &[Panel], path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    Ok(atomic_file::write_bytes(path, &plot::table(panels)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_decides_and_an_older_file_survives_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        let save = |name: &str| {
            let (done, wait) = crossbeam_channel::bounded(1);
            let waker = Waker::new(move || {
                let _ = done.send(());
            });
            let job = save_curves(Vec::new(), folder.path().join(name), true, waker);
            wait.recv().unwrap();
            job.poll().unwrap()
        };
        let picture = image::open(save("a.PNG").unwrap()).unwrap();
        assert_eq!(picture.width(), 960);
        let table = std::fs::read_to_string(save("a.csv").unwrap()).unwrap();
        assert_eq!(table, "chart,curve,step,value,smoothed\n");
        let refused = save("a.xls").unwrap_err();
        assert!(refused.summary.contains(".csv"), "{refused:?}");
        std::fs::create_dir(folder.path().join("b.csv")).unwrap();
        let failed = save("b.csv").unwrap_err();
        assert!(failed.details.contains("b.csv"), "{failed:?}");
    }
}
