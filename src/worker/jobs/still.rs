//! Faces as a picture that knows whose they are: dropped on the window, they are there again.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::scan::{OriginalPicture, original_of};
use crate::atomic_file;
use crate::export;
use crate::export::layout::{FrameLayout, FrameStyle};
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::latent::saved::{SavedFace, from_json, to_json};
use crate::notice::Notice;
use crate::picture::{Picture, TooLarge};
use crate::worker::job::Job;
use crate::worker::waker::Waker;
use crate::worker::wall::Wall;

/// The PNG's text that holds the face, as the shelf exports faces.
const KEYWORD: &str = "morphogan-face";

/// A picture of faces.
#[derive(Clone, Debug)]
pub struct StillPlan {
    /// What a person calls the face; may be empty.
    pub name: String,
    /// The faces, row by row. They may be unknown where the pixels are there already.
    pub latents: Vec<Latent>,
    /// The model that draws them, in words.
    pub model: String,
    /// Scale up to a poster, faces in a row, and what is around them.
    pub style: FrameStyle,
    /// A `.png`.
    pub out: PathBuf,
}

/// Where the pixels of a picture come from.
#[derive(Clone, Debug)]
pub enum StillSource {
    /// The faces are drawn for it.
    Drawn(Arc<Snapshot>),
    /// They are on show, and drawn by weights that may be gone.
    Seen(Wall),
}

/// A picture that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenStill {
    pub path: PathBuf,
    /// Width and height in pixels.
    pub size: (usize, usize),
}

/// One after the other: a name that is free stays free until its file is there.
static WRITING: Mutex<()> = Mutex::new(());

/// Writes a picture. Without `replace` it takes the next free name where a file is already.
pub fn export_still(
    source: StillSource,
    mut plan: StillPlan,
    replace: bool,
    waker: Waker,
) -> Job<WrittenStill> {
    Job::spawn("still", waker, move |_| {
        // A panic leaves nothing half done behind.
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        plan.out = atomic_file::target(plan.out, replace);
        let size = write(&source, &plan)?;
        Ok(WrittenStill {
            path: plan.out,
            size,
        })
    })
}

/// How the faces of a picture stand, `side` pixels large before they are enlarged.
pub fn still_layout(style: FrameStyle, faces: usize, side: usize) -> FrameLayout {
    FrameLayout {
        style,
        tiles: faces,
        tile: (side, side),
        has_caption: false,
        has_strip: false,
    }
}

/// Draws a picture without writing it.
pub fn draw_still(source: StillSource, plan: StillPlan, waker: Waker) -> Job<Picture> {
    Job::spawn("still", waker, move |_| picture_of(&source, &plan))
}

/// Writes a picture of faces that `model` draws on this thread; gives its width and height.
///
/// # Errors
/// Where it would be too large, or the device or the disk fails.
pub fn write_still(model: Arc<Snapshot>, plan: &StillPlan) -> Result<(usize, usize), Notice> {
    write(&StillSource::Drawn(model), plan)
}

fn write(source: &StillSource, plan: &StillPlan) -> Result<(usize, usize), Notice> {
    export::check_picture(&plan.out)?;
    let picture = picture_of(source, plan)?;
    let faces = faces_of(source, plan)?;
    let text = to_json(&faces).map_err(|error| {
        let text = "The face cannot be written down. Choose another one.";
        Notice::from_error(text, &error)
    })?;
    let known = [(KEYWORD, text.as_str())];
    let texts = if faces.is_empty() { &[] } else { &known[..] };
    export::write_png(&plan.out, &picture, texts).map_err(|error| {
        let text = "The picture was not written. Check the folder and its free space.";
        Notice::from_error(text, &error).at(&plan.out)
    })?;
    Ok((picture.width, picture.height))
}

/// The faces side by side, as large as was wanted.
fn picture_of(source: &StillSource, plan: &StillPlan) -> Result<Picture, Notice> {
    let (tiles, side) = match source {
        StillSource::Drawn(model) => (plan.latents.len(), model.info().size),
        StillSource::Seen(wall) => (wall.count, wall.tile),
    };
    let layout = still_layout(plan.style.clone(), tiles, side);
    let too_large = |error: TooLarge| Notice::error(error.to_string());
    layout.check().map_err(too_large)?;
    let tiles = match source {
        StillSource::Drawn(model) => model.draw(&plan.latents).map_err(failed)?,
        StillSource::Seen(wall) => wall.tiles(),
    };
    layout.draw(&tiles, None, "").map_err(too_large)
}

/// The faces as the picture knows them.
fn faces_of(source: &StillSource, plan: &StillPlan) -> Result<Vec<SavedFace>, Notice> {
    let fingerprint = match source {
        StillSource::Drawn(model) => model.fingerprint().map_err(failed)?,
        StillSource::Seen(_) => String::new(),
    };
    let name = |place: usize| match plan.latents.len() {
        1 => plan.name.clone(),
        _ => format!("{} {}", plan.name, place + 1).trim().to_owned(),
    };
    let face = |(place, latent): (usize, &Latent)| SavedFace {
        name: name(place),
        latent: latent.clone(),
        model: plan.model.clone(),
        fingerprint: fingerprint.clone(),
    };
    Ok(plan.latents.iter().enumerate().map(face).collect())
}

fn failed(error: candle_core::Error) -> Notice {
    let text = "The face cannot be drawn: the device failed. Try again.";
    Notice::from_error(text, &error)
}

/// What a picture is for the explorer.
#[derive(Debug)]
pub enum OpenedPicture {
    /// One that knows whose faces it shows: one or more.
    Faces(Vec<SavedFace>),
    /// A photograph, say.
    Other(OriginalPicture),
}

/// Reads a picture that somebody brings along.
pub fn open_picture(path: PathBuf, waker: Waker) -> Job<OpenedPicture> {
    Job::spawn("picture", waker, move |_| match read_still(&path) {
        Ok(faces) if !faces.is_empty() => Ok(OpenedPicture::Faces(faces)),
        // What it says may be damaged and its pixels whole.
        _ => original_of(&path).map(OpenedPicture::Other),
    })
}

/// The faces that a picture knows, on this thread; none where it is another picture.
///
/// # Errors
/// Where the file cannot be read, or what it holds is damaged or of a newer version.
pub fn read_still(path: &Path) -> Result<Vec<SavedFace>, Notice> {
    let text = export::read_png_text(path, KEYWORD).map_err(|error| {
        Notice::from_error("The picture cannot be read. Choose another one.", &error).at(path)
    })?;
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    from_json(&text).map_err(|error| {
        let text = "The face in this picture cannot be read. The picture itself may still be one to look for.";
        Notice::from_error(text, &error).at(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Filter;
    use crate::worker::jobs::shipped;
    use candle_core::Device;

    fn built_in() -> Arc<Snapshot> {
        let model = shipped::load(shipped::SHIPPED, &Device::Cpu).unwrap();
        Arc::new(Snapshot::new(model.info, model.generator))
    }

    #[test]
    fn a_face_comes_back_from_its_picture() {
        let folder = tempfile::tempdir().unwrap();
        let model = built_in();
        let plan = StillPlan {
            name: "Ada".into(),
            latents: vec![model.info().latent_space().face(7)],
            model: "starter faces".into(),
            style: FrameStyle {
                scale: 10,
                filter: Filter::Lanczos,
                ..FrameStyle::default()
            },
            out: folder.path().join("ada.png"),
        };
        assert_eq!(write_still(Arc::clone(&model), &plan), Ok((1280, 1280)));
        let faces = read_still(&plan.out).unwrap();
        let [face] = &faces[..] else { panic!() };
        assert_eq!((&*face.name, &*face.model), ("Ada", "starter faces"));
        assert_eq!(face.latent, plan.latents[0]);
        assert_eq!(face.fingerprint, model.fingerprint().unwrap());
        // What another program has written anew holds none.
        let copy = folder.path().join("copy.png");
        image::open(&plan.out).unwrap().save(&copy).unwrap();
        assert_eq!(read_still(&copy), Ok(Vec::new()));
        assert!(read_still(&folder.path().join("none.png")).is_err());
    }

    #[test]
    fn a_wall_is_one_picture_of_faces_in_rows() {
        let folder = tempfile::tempdir().unwrap();
        let model = built_in();
        let space = model.info().latent_space();
        let plan = StillPlan {
            name: "wall".into(),
            latents: (0..5).map(|seed| space.face(seed)).collect(),
            model: String::new(),
            style: FrameStyle {
                columns: 3,
                ..FrameStyle::default()
            },
            out: folder.path().join("wall.png"),
        };
        assert_eq!(write_still(Arc::clone(&model), &plan), Ok((384, 256)));
        let read = read_still(&plan.out).unwrap();
        assert_eq!(read.len(), 5);
        assert_eq!(
            (&*read[4].name, &read[4].latent),
            ("wall 5", &plan.latents[4])
        );
        // The pixels that are on show are written as they are.
        let drawn = picture_of(&StillSource::Drawn(model), &plan).unwrap();
        let seen = StillSource::Seen(Wall {
            step: 0,
            tile: 128,
            columns: 3,
            count: 5,
            picture: drawn.clone(),
        });
        let unknown = StillPlan {
            latents: Vec::new(),
            out: folder.path().join("seen.png"),
            ..plan
        };
        assert_eq!(write(&seen, &unknown), Ok((384, 256)));
        let written = image::open(&unknown.out).unwrap().into_rgb8();
        assert_eq!(written.into_raw(), drawn.rgb);
        assert_eq!(read_still(&unknown.out), Ok(Vec::new()));
    }
}
