//! The animation's file: where it is read from and written to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Context;

use crate::latent::animation::Animation;
use crate::latent::animation::file::{AnimationFile, ENDING};
use crate::notice::{Next, Notice};
use crate::session::{DocumentId, Project};
use crate::ui::waker::waker;
use crate::ui::widgets::new_file::NewFile;
use crate::worker::Job;
use crate::worker::jobs::animation::{DeskFile, open_animation, open_desk, save_animation};

const FIRST_NAME: &str = "morph.morph.json";

/// Paths in the fields, and the work with files.
pub struct ProjectFile {
    /// The path in the field for a file to open.
    pub path: String,
    /// The file to write.
    pub target: NewFile,
    /// The animation that it is meant for.
    target_of: DocumentId,
    opening: Option<(PathBuf, Job<AnimationFile>)>,
    saving: Option<(DocumentId, Job<(PathBuf, AnimationFile)>)>,
    /// Where it is kept from start to start, however the program ends.
    desk: Option<DeskFile>,
    /// As it is there, or soon will be; not before that was read.
    kept: Option<Animation>,
}

impl Default for ProjectFile {
    fn default() -> Self {
        Self {
            path: String::new(),
            target: NewFile::called(FIRST_NAME),
            target_of: DocumentId::default(),
            opening: None,
            saving: None,
            desk: None,
            kept: None,
        }
    }
}

impl ProjectFile {
    /// Keeps the animation beside the shelf; without one it is forgotten at the end.
    pub fn keep_at(&mut self, shelf: Option<&Path>, ctx: &Context) {
        self.desk = shelf.map(|shelf| open_desk(shelf, waker(ctx)));
    }

    /// Takes in the animation of the last start; gives what went wrong.
    pub fn poll_desk(&mut self, project: &mut Project) -> Option<Notice> {
        let desk = self.desk.as_ref()?;
        if let Some(file) = desk.take() {
            self.kept = Some(file.animation.clone());
            project.restore(file);
        }
        desk.take_notice()
    }

    /// Keeps the animation as it is now, where it is another one; `file` makes a file of it.
    pub fn keep(&mut self, animation: &Animation, file: impl FnOnce() -> AnimationFile) {
        if let (Some(desk), Some(kept)) = (&self.desk, &mut self.kept)
            && kept != animation
        {
            *kept = animation.clone();
            desk.keep(Arc::new(file()));
        }
    }

    /// Reads an animation, soon.
    pub fn open(&mut self, path: PathBuf, ctx: &Context) {
        self.path = path.display().to_string();
        self.opening = Some((path.clone(), open_animation(path, waker(ctx))));
    }

    /// Writes the animation on the desk, soon: over its own file, elsewhere to the next free name. While one is being
    /// written nothing happens.
    pub fn save(&mut self, file: AnimationFile, project: &Project, ctx: &Context) {
        if self.saving.is_some() {
            return;
        }
        self.follow(project);
        let path = self.target.settle(ENDING);
        let replaces = self.target.replaces() || project.file() == Some(&path);
        let job = save_animation(path, file, replaces, waker(ctx));
        self.saving = Some((project.document(), job));
    }

    /// Proposes the file of the animation on the desk where that is another one than before.
    pub fn follow(&mut self, project: &Project) {
        if self.target_of != project.document() {
            self.target_of = project.document();
            self.target = match project.file() {
                Some(path) => NewFile::chosen(path.display().to_string()),
                None => NewFile::called(FIRST_NAME),
            };
        }
    }

    /// Whether a file is being read or written.
    pub fn is_busy(&self) -> bool {
        self.opening.is_some() || self.saving.is_some()
    }

    /// An animation that was read and where, or what went wrong.
    pub fn poll_opened(&mut self) -> Option<Result<(PathBuf, AnimationFile), Notice>> {
        let (path, job) = self.opening.as_ref()?;
        let result = job.poll()?;
        let path = path.clone();
        self.opening = None;
        Some(result.map(|file| (path, file)))
    }

    /// Takes in what was written; gives what a person should know.
    pub fn poll_saved(&mut self, project: &mut Project) -> Option<Notice> {
        let (document, job) = self.saving.as_ref()?;
        let (document, result) = (*document, job.poll()?);
        self.saving = None;
        Some(match result {
            Ok((path, file)) => {
                let text = format!("The animation is saved to {}", path.display());
                if document == self.target_of {
                    // From now on it is this animation's own.
                    self.target = NewFile::chosen(path.display().to_string());
                }
                let notice = Notice::info(text).with_next(Next::Show(path.clone()));
                project.saved(document, path, file);
                notice
            }
            Err(notice) => notice,
        })
    }
}
