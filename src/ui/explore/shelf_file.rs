//! The window's end of the shelf's file, and of files of faces for others.

use std::path::PathBuf;
use std::sync::Arc;

use egui::Context;

use crate::latent::saved::SavedFace;
use crate::notice::Notice;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::shelf::{ShelfFile, export_faces, import_faces, open_shelf};

/// The faces that are kept, and the work with files of them.
#[derive(Default)]
pub struct Shelf {
    /// As they are on disk, or soon will be.
    pub faces: Arc<Vec<SavedFace>>,
    file: Option<ShelfFile>,
    importing: Option<Job<Vec<SavedFace>>>,
    exporting: Option<Job<PathBuf>>,
}

impl Shelf {
    /// Reads the shelf at a path; without one it is forgotten at the end.
    pub fn open(path: Option<PathBuf>, ctx: &Context) -> Self {
        Self {
            file: path.map(|path| open_shelf(path, waker(ctx))),
            ..Self::default()
        }
    }

    /// The faces of the last start, once they are read.
    pub fn read(&self) -> Option<Vec<SavedFace>> {
        self.file.as_ref()?.take()
    }

    /// Keeps these from now on.
    pub fn keep(&mut self, faces: &Arc<Vec<SavedFace>>) {
        if Arc::ptr_eq(&self.faces, faces) {
            return;
        }
        let changed = self.faces != *faces;
        self.faces = Arc::clone(faces);
        if let Some(file) = self.file.as_ref().filter(|_| changed) {
            file.keep(Arc::clone(faces));
        }
    }

    /// Adds the faces of a file, soon.
    pub fn import(&mut self, path: PathBuf, ctx: &Context) {
        self.importing = Some(import_faces(path, waker(ctx)));
    }

    /// Writes all faces to a file; to the next free name where one is already, unless it may be replaced.
    pub fn export(&mut self, path: PathBuf, replace: bool, ctx: &Context) {
        let faces = Arc::clone(&self.faces);
        self.exporting = Some(export_faces(path, faces, replace, waker(ctx)));
    }

    /// What came of files: faces to add, and what a person should know.
    pub fn poll(&mut self) -> (Option<Vec<SavedFace>>, Vec<Notice>) {
        let mut notices = Vec::new();
        notices.extend(self.file.as_ref().and_then(ShelfFile::take_notice));
        let mut added = None;
        if let Some(result) = self.importing.as_ref().and_then(Job::poll) {
            self.importing = None;
            match result {
                Ok(faces) => added = Some(faces),
                Err(notice) => notices.push(notice),
            }
        }
        if let Some(result) = self.exporting.as_ref().and_then(Job::poll) {
            self.exporting = None;
            let written = |path: PathBuf| {
                Notice::info(format!(
                    "The faces of the shelf are saved to {}",
                    path.display()
                ))
            };
            notices.push(result.map_or_else(|notice| notice, written));
        }
        (added, notices)
    }
}
