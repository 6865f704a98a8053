//! The system's dialogs and its file manager.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::export::ending;
use crate::picture::ENDINGS;
use crate::worker::desktop;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// What a file dialog is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// An existing model file of any kind that can be read.
    Model,
    /// A folder of pictures.
    PictureFolder,
    /// An archive or data file of pictures.
    PictureFile,
    Photograph,
    /// A new `.png` or `.csv` file of curves.
    NewCurves,
    /// A `.json` file of saved faces.
    FacesFile,
    /// A new `.json` file of saved faces.
    NewFaces,
    /// A `.json` file of saved faces for an animation.
    KeyFaces,
    /// An animation.
    Animation,
    /// A new file of an animation.
    NewAnimation,
    /// The folder of a run, for a film of its training.
    LapseRun,
    /// A new file of a film.
    NewFilm,
    /// A new `.png` file of faces.
    NewPicture,
}

/// What is to be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A file that is there.
    File,
    /// A folder that is there.
    Folder,
    /// A file to write, which is suggested to be called so.
    NewFile(&'static str),
}

/// How a dialog presents itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presentation {
    pub title: &'static str,
    pub wanted: Wanted,
    /// Which files are shown first, by what they are and how their names end; no endings: all.
    pub kind: &'static str,
    pub endings: &'static [&'static str],
}

impl Pick {
    pub fn presentation(self) -> Presentation {
        use Wanted::{File, Folder, NewFile};
        const JSON: &[&str] = &["json"];
        let (title, wanted, kind, endings): (_, _, _, &[&str]) = match self {
            Self::Model => ("Open a model", File, "Models", &ending::MODELS),
            Self::PictureFolder => ("Choose a folder of pictures", Folder, "Folders", &[]),
            Self::PictureFile => (
                "Choose an archive or data file of pictures",
                File,
                "All files",
                &[],
            ),
            Self::Photograph => ("Choose a photograph", File, "Pictures", &ENDINGS),
            Self::NewCurves => (
                "Save the curves",
                NewFile("curves.png"),
                "Pictures and tables",
                &["png", "csv"],
            ),
            Self::FacesFile | Self::KeyFaces => ("Add the faces of a file", File, "Faces", JSON),
            Self::NewFaces => (
                "Write the faces of the shelf",
                NewFile("faces.json"),
                "Faces",
                JSON,
            ),
            Self::Animation => ("Open an animation", File, "Animations", JSON),
            Self::NewAnimation => (
                "Save the animation",
                NewFile("morph.morph.json"),
                "Animations",
                JSON,
            ),
            Self::LapseRun => ("Choose the folder of a run", Folder, "Folders", &[]),
            Self::NewFilm => ("Export the film", NewFile(""), "All files", &[]),
            Self::NewPicture => (
                "Save the picture",
                NewFile("face.png"),
                "Pictures",
                &["png"],
            ),
        };
        Presentation {
            title,
            wanted,
            kind,
            endings,
        }
    }
}

/// What came of the system's dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    Path(PathBuf),
    Cancelled,
    /// There is no dialog here.
    NoDialog,
}

/// An answer within this time is nobody's: a dialog could not be shown.
const NOBODY: Duration = Duration::from_millis(150);

/// Shows the system's file dialog on a thread of its own, where there is one.
pub fn pick(what: Pick, waker: Waker) -> Job<Picked> {
    Job::spawn("dialog", waker, move |_| {
        if !desktop::has_dialogs() {
            return Ok(Picked::NoDialog);
        }
        let begun = Instant::now();
        Ok(match ask(what) {
            Some(path) => Picked::Path(path),
            None if begun.elapsed() < NOBODY => Picked::NoDialog,
            None => Picked::Cancelled,
        })
    })
}

fn ask(what: Pick) -> Option<PathBuf> {
    let Presentation {
        title,
        wanted,
        kind,
        endings,
    } = what.presentation();
    let mut dialog = rfd::FileDialog::new().set_title(title);
    if !endings.is_empty() {
        dialog = dialog.add_filter(kind, endings);
    }
    match wanted {
        Wanted::File => dialog.pick_file(),
        Wanted::Folder => dialog.pick_folder(),
        Wanted::NewFile("") => dialog.save_file(),
        Wanted::NewFile(name) => dialog.set_file_name(name).save_file(),
    }
}

/// Opens a folder in the system's file manager.
pub fn open_folder(folder: PathBuf, waker: Waker) -> Job<()> {
    Job::spawn("show", waker, move |_| desktop::open_folder(&folder))
}

/// Opens the system's file manager on the folder that holds `path`, with `path` marked where it can
/// do that.
pub fn show_in_folder(path: PathBuf, waker: Waker) -> Job<()> {
    Job::spawn("show", waker, move |_| desktop::reveal(&path))
}

/// Opens `path` with the program that the system has for such files.
pub fn open_with_system(path: PathBuf, waker: Waker) -> Job<()> {
    Job::spawn("open", waker, move |_| desktop::open(&path))
}
