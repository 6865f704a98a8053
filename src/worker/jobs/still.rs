//! A face as a picture that knows whose it is: dropped on the window, it is the face again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::scan::{OriginalPicture, original_of};
use crate::atomic_file;
use crate::export;
use crate::export::layout::{FrameLayout, FrameStyle};
use crate::gan::Snapshot;
use crate::latent::Latent;
use crate::latent::saved::{SavedFace, from_json, to_json};
use crate::notice::Notice;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// The PNG's text that holds the face, as the shelf exports faces.
const KEYWORD: &str = "morphogan-face";

/// A picture of a face to write.
#[derive(Clone, Debug)]
pub struct StillPlan {
    /// What a person calls it; may be empty.
    pub name: String,
    pub latent: Latent,
    /// Scale up to a poster, and what is around it.
    pub style: FrameStyle,
    /// A `.png`.
    pub out: PathBuf,
}

/// Writes a picture; gives its path. Without `replace` it takes the next free name where a file is already.
pub fn export_still(
    model: Arc<Snapshot>,
    mut plan: StillPlan,
    replace: bool,
    waker: Waker,
) -> Job<PathBuf> {
    Job::spawn("still", waker, move |_| {
        plan.out = atomic_file::target(plan.out, replace);
        write_still(&model, &plan)?;
        Ok(plan.out)
    })
}

/// Writes a picture on this thread; gives its width and height.
///
/// # Errors
/// Where it would be too large, or the device or the disk fails.
pub fn write_still(model: &Snapshot, plan: &StillPlan) -> Result<(usize, usize), Notice> {
    export::check_picture(&plan.out)?;
    let side = model.info().size;
    let layout = FrameLayout {
        style: plan.style.clone(),
        tiles: 1,
        tile: (side, side),
        has_caption: false,
        has_strip: false,
    };
    let too_large = |error: crate::picture::TooLarge| Notice::error(error.to_string());
    layout.check().map_err(too_large)?;
    let failed = |error: candle_core::Error| {
        let text = "The face cannot be drawn: the device failed. Try again.";
        Notice::from_error(text, &error)
    };
    let drawn = model
        .draw(std::slice::from_ref(&plan.latent))
        .map_err(failed)?;
    let picture = layout.draw(&drawn, None, "").map_err(too_large)?;
    let face = SavedFace {
        name: plan.name.clone(),
        latent: plan.latent.clone(),
        model: model.info().data.clone(),
        fingerprint: model.fingerprint().map_err(failed)?,
    };
    let text = to_json(&[face]).map_err(|error| {
        let text = "The face cannot be written down. Choose another one.";
        Notice::from_error(text, &error)
    })?;
    export::write_png(&plan.out, &picture, &[(KEYWORD, &text)]).map_err(|error| {
        let text = "The picture was not written. Check the folder and its free space.";
        Notice::from_error(text, &error).at(&plan.out)
    })?;
    Ok((picture.width, picture.height))
}

/// What a picture is for the explorer.
#[derive(Debug)]
pub enum OpenedPicture {
    /// One that knows whose face it shows.
    Face(SavedFace),
    /// A photograph, say.
    Other(OriginalPicture),
}

/// Reads a picture that somebody brings along.
pub fn open_picture(path: PathBuf, waker: Waker) -> Job<OpenedPicture> {
    Job::spawn("picture", waker, move |_| match read_still(&path) {
        Ok(Some(face)) => Ok(OpenedPicture::Face(face)),
        // What it says may be damaged and its pixels whole.
        _ => original_of(&path).map(OpenedPicture::Other),
    })
}

/// The face that a picture holds, on this thread; none where it is another picture.
///
/// # Errors
/// Where the file cannot be read, or what it holds is damaged or of a newer version.
pub fn read_still(path: &Path) -> Result<Option<SavedFace>, Notice> {
    let text = export::read_png_text(path, KEYWORD).map_err(|error| {
        Notice::from_error("The picture cannot be read. Choose another one.", &error).at(path)
    })?;
    let Some(text) = text else {
        return Ok(None);
    };
    let faces = from_json(&text).map_err(|error| {
        let text = "The face in this picture cannot be read. The picture itself may still be one to look for.";
        Notice::from_error(text, &error).at(path)
    })?;
    Ok(faces.into_iter().next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::jobs::shipped;
    use candle_core::Device;

    #[test]
    fn a_face_comes_back_from_its_picture() {
        let folder = tempfile::tempdir().unwrap();
        let model = shipped::load(shipped::SHIPPED, &Device::Cpu).unwrap();
        let model = Snapshot::new(model.info, model.generator);
        let plan = StillPlan {
            name: "Ada".into(),
            latent: model.info().latent_space().face(7),
            style: FrameStyle {
                scale: 10,
                filter: crate::picture::Filter::Lanczos,
                ..FrameStyle::default()
            },
            out: folder.path().join("ada.png"),
        };
        assert_eq!(write_still(&model, &plan), Ok((1280, 1280)));
        let face = read_still(&plan.out).unwrap().unwrap();
        assert_eq!((face.name.as_str(), &face.latent), ("Ada", &plan.latent));
        assert_eq!(face.fingerprint, model.fingerprint().unwrap());
        // What another program has written anew holds none.
        let copy = folder.path().join("copy.png");
        image::open(&plan.out).unwrap().save(&copy).unwrap();
        assert_eq!(read_still(&copy), Ok(None));
        assert!(read_still(&folder.path().join("none.png")).is_err());
    }
}
