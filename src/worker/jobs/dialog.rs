//! The system's dialogs and its file manager.

use std::path::PathBuf;

use crate::export::ending;
use crate::notice::Notice;
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
}

/// Shows the system's file dialog on a thread of its own. `None`: cancelled. A path field must stand beside every
/// use, for systems that have no dialog.
pub fn pick(what: Pick, waker: Waker) -> Job<Option<PathBuf>> {
    Job::spawn("dialog", waker, move |_| match ask(what) {
        None if !desktop::has_dialogs() => {
            let text = "There is no file dialog here: type the path, or drop the file on the window. \
                        A dialog comes with xdg-desktop-portal or zenity.";
            Err(Notice::warning(text))
        }
        path => Ok(path),
    })
}

fn ask(what: Pick) -> Option<PathBuf> {
    let dialog = rfd::FileDialog::new();
    match what {
        Pick::Model => dialog
            .set_title("Open a model")
            .add_filter("Model", &ending::MODELS)
            .pick_file(),
        Pick::PictureFolder => dialog
            .set_title("Choose a folder of pictures")
            .pick_folder(),
        Pick::PictureFile => dialog
            .set_title("Choose an archive or data file of pictures")
            .pick_file(),
        Pick::Photograph => dialog
            .set_title("Choose a photograph")
            .add_filter("Pictures", &ENDINGS)
            .pick_file(),
        Pick::NewCurves => dialog
            .set_title("Save the curves")
            .add_filter("Picture or table", &["png", "csv"])
            .set_file_name("curves.png")
            .save_file(),
        Pick::FacesFile | Pick::KeyFaces => dialog
            .set_title("Add the faces of a file")
            .add_filter("Faces", &["json"])
            .pick_file(),
        Pick::NewFaces => dialog
            .set_title("Write the faces of the shelf")
            .add_filter("Faces", &["json"])
            .set_file_name("faces.json")
            .save_file(),
        Pick::Animation => dialog
            .set_title("Open an animation")
            .add_filter("Animation", &["json"])
            .pick_file(),
        Pick::NewAnimation => dialog
            .set_title("Save the animation")
            .add_filter("Animation", &["json"])
            .set_file_name("morph.morph.json")
            .save_file(),
        Pick::LapseRun => dialog.set_title("Choose the folder of a run").pick_folder(),
        Pick::NewFilm => dialog.set_title("Export the film").save_file(),
    }
}

/// Opens a folder in the system's file manager.
pub fn open_folder(folder: PathBuf, waker: Waker) -> Job<()> {
    Job::spawn("show", waker, move |_| desktop::open(&folder))
}

/// Opens the system's file manager on the folder that holds `path`, with `path` marked where it can
/// do that.
pub fn show_in_folder(path: PathBuf, waker: Waker) -> Job<()> {
    Job::spawn("show", waker, move |_| desktop::reveal(&path))
}
