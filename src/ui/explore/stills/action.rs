//! What a person wants of faces as pictures.

use crate::latent::Latent;
use crate::ui::widgets::new_file::NewFile;
use crate::worker::Wall;

/// What a picture shows.
#[derive(Clone, Debug, PartialEq)]
pub enum StillSubject {
    Face(Latent),
    /// The random faces of the Explore screen.
    Wall,
    /// Faces as they are on show elsewhere; the weights that drew them may be gone.
    Seen(Box<SeenFaces>),
}

/// Faces on show, and what is known of them.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenFaces {
    pub wall: Wall,
    /// Their latents; none where not all are known.
    pub latents: Vec<Latent>,
    /// The model that drew them, in words.
    pub model: String,
}

/// A picture that is to be written, as the dialog stands.
#[derive(Clone, Debug, PartialEq)]
pub struct StillForm {
    pub subject: StillSubject,
    pub file: NewFile,
}

/// What a person wants of faces as pictures.
#[derive(Clone, Debug, PartialEq)]
pub enum StillAction {
    /// Write it at once, as large as the last one and beside it.
    Save(StillSubject),
    /// Put it on the clipboard.
    Copy(StillSubject),
    /// Ask how large and where.
    Ask(StillSubject),
    /// Times that pictures are enlarged.
    Scale(usize),
    /// Another path in the dialog.
    Path(String),
    /// Write it as the dialog says.
    Write,
    /// Close the dialog.
    Close,
    /// Put away what is said of the last picture.
    Dismiss,
}
