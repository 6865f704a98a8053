//! Faces that a person takes away as pictures: into a file, or onto the clipboard.

pub mod action;
mod apply;
mod card;
mod dialog;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui::Context;

use crate::atomic_file;
use crate::notice::Notice;
use crate::picture::Picture;
use crate::ui::widgets::new_file::NewFile;
use crate::worker::Job;
use crate::worker::jobs::still::WrittenStill;
use action::{StillForm, StillSubject};

pub use card::card;
pub use dialog::dialog;

/// Times that pictures are enlarged, to choose from.
pub const SCALES: [usize; 3] = [1, 4, 8];
/// How long it is said where a picture went.
const TOLD: Duration = Duration::from_secs(20);
/// How pictures end.
const ENDING: &str = "png";

/// What came of a picture.
#[derive(Clone, Debug)]
pub enum StillResult {
    Saved(WrittenStill),
    /// Width and height of what is on the clipboard.
    Copied((usize, usize)),
    Failed(Notice),
}

enum Work {
    Writing(Job<WrittenStill>),
    Copying(Job<Picture>),
}

/// Pictures on their way, and the form of the dialog.
pub struct Stills {
    /// Times that pictures are enlarged.
    scale: usize,
    /// Where they go that nobody gives a path for; where everybody finds them without.
    folder: Option<PathBuf>,
    /// The one that was written last.
    last: Option<PathBuf>,
    form: Option<StillForm>,
    under_way: Vec<Work>,
    told: Option<(StillResult, Instant)>,
}

impl Default for Stills {
    fn default() -> Self {
        Self {
            scale: 4,
            folder: None,
            last: None,
            form: None,
            under_way: Vec::new(),
            told: None,
        }
    }
}

impl Stills {
    /// Pictures go into `folder` that nobody gives a path for.
    pub fn keep_in(&mut self, folder: Option<PathBuf>) {
        self.folder = folder;
    }

    /// Whether the dialog is open: keys are its own.
    pub fn is_asking(&self) -> bool {
        self.form.is_some()
    }

    /// The file of the dialog, which the system's has asked about.
    pub fn choose(&mut self, file: NewFile) {
        if let Some(form) = &mut self.form {
            form.file = file;
        }
    }

    pub fn scale(&self) -> usize {
        self.scale
    }

    /// Another enlargement; one that cannot be chosen changes nothing.
    pub fn set_scale(&mut self, scale: usize) {
        if SCALES.contains(&scale) {
            self.scale = scale;
        }
    }

    /// A new file for `subject` where the last one went.
    fn file_for(&self, subject: &StillSubject) -> NewFile {
        let name = match subject {
            StillSubject::Face(_) => "face",
            StillSubject::Seen(seen) if seen.wall.count == 1 => "face",
            StillSubject::Wall | StillSubject::Seen(_) => "wall",
        };
        // Face after face: the next free name is that after the last one.
        let is_alike = |last: &&PathBuf| {
            let stem = last.file_stem().unwrap_or_default().to_string_lossy();
            let (base, number) = stem.rsplit_once('-').unwrap_or((&stem, "1"));
            base == name && number.parse::<u32>().is_ok()
        };
        if let Some(last) = self.last.as_ref().filter(is_alike) {
            return NewFile::from(&*atomic_file::next_name(last).to_string_lossy());
        }
        let name = format!("{name}.{ENDING}");
        match &self.folder {
            Some(folder) => NewFile::from(&*folder.join(name).to_string_lossy()),
            None => NewFile::called(&name),
        }
    }

    fn is_busy(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// What came of pictures since the last call.
    fn poll(&mut self, ctx: &Context) -> Vec<StillResult> {
        let mut came = Vec::new();
        self.under_way.retain(|work| {
            let result = match work {
                Work::Writing(job) => job.poll().map(|done| done.map(StillResult::Saved)),
                Work::Copying(job) => job.poll().map(|done| done.map(|it| copied(&it, ctx))),
            };
            let done = result.is_some();
            came.extend(result.map(|result| result.unwrap_or_else(StillResult::Failed)));
            !done
        });
        for result in &came {
            if let StillResult::Saved(written) = result {
                self.follow(&written.path);
            }
        }
        came
    }

    /// The next picture goes where this one went, under the next name.
    fn follow(&mut self, path: &Path) {
        self.folder = path.parent().map(Path::to_path_buf);
        self.last = Some(path.to_path_buf());
        if let Some(form) = &mut self.form {
            let next = atomic_file::next_name(path);
            form.file = NewFile::from(&*next.to_string_lossy());
        }
    }

    /// What is told and for how long still.
    fn follow_told(&mut self) -> Option<Duration> {
        let (_, since) = self.told.as_ref()?;
        let left = TOLD.saturating_sub(since.elapsed());
        // The dialog says it for as long as it is open.
        if left.is_zero() && self.form.is_none() {
            self.told = None;
            return None;
        }
        Some(left)
    }
}

fn copied(picture: &Picture, ctx: &Context) -> StillResult {
    let size = [picture.width, picture.height];
    ctx.copy_image(egui::ColorImage::from_rgb(size, &picture.rgb));
    StillResult::Copied((picture.width, picture.height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::Latent;
    use crate::worker::Wall;
    use action::SeenFaces;

    #[test]
    fn pictures_go_where_the_last_one_went_and_keep_their_size() {
        let mut stills = Stills::default();
        let face = StillSubject::Face(Latent(vec![1.0]));
        let first = stills.file_for(&face).path;
        assert!(Path::new(&first).is_absolute() && first.ends_with("face.png"));
        stills.form = Some(StillForm {
            subject: face,
            file: NewFile::from(&*first),
        });
        stills.follow(Path::new("/there/ada.png"));
        assert_eq!(stills.form.as_ref().unwrap().file.path, "/there/ada-2.png");
        assert_eq!(stills.file_for(&StillSubject::Wall).path, "/there/wall.png");
        let mut seen = SeenFaces {
            wall: Wall::default(),
            latents: Vec::new(),
            model: String::new(),
        };
        seen.wall.count = 1;
        let seen = StillSubject::Seen(Box::new(seen));
        assert_eq!(stills.file_for(&seen).path, "/there/face.png");
        // The same kind of picture goes on counting.
        stills.follow(Path::new("/there/face.png"));
        assert_eq!(stills.file_for(&seen).path, "/there/face-2.png");
        stills.follow(Path::new("/there/face-7.png"));
        assert_eq!(stills.file_for(&seen).path, "/there/face-8.png");
        assert_eq!(stills.file_for(&StillSubject::Wall).path, "/there/wall.png");
        stills.set_scale(8);
        stills.set_scale(1000);
        assert_eq!(stills.scale(), 8);
    }
}
