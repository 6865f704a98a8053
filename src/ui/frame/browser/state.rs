//! What the list of files keeps from frame to frame.

use std::path::PathBuf;
use std::sync::Arc;

use egui::Context;

use super::previews::PreviewCache;
use crate::picture;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::browse::{BrowsedEntry, BrowsedFolder, browse, first_folder};
use crate::worker::jobs::dialog::{Pick, Presentation, Wanted};

#[derive(Default)]
pub struct Browser {
    /// What is to be chosen; `None`: it is only looked at.
    pub(super) pick: Option<Pick>,
    pub(super) listed: Option<BrowsedFolder>,
    /// Those of the folder that are shown.
    pub(super) entries: Arc<Vec<BrowsedEntry>>,
    /// Whether pictures are among them.
    pub(super) has_pictures: bool,
    reading: Option<Job<BrowsedFolder>>,
    /// Why the folder that was asked for cannot be read.
    pub(super) failed: Option<String>,
    /// As the field for the path stands.
    pub(super) path: String,
    /// Whether somebody types there, who is neither interrupted nor written over by a folder that comes late.
    pub(super) typing: bool,
    /// As the field for a new file's name stands.
    pub(super) name: String,
    pub(super) chosen: Option<String>,
    /// The folder that one came from, to be chosen in the one above it.
    from: Option<String>,
    /// Files of other kinds, and hidden ones, too.
    all: bool,
    /// The chosen line is to be brought into sight.
    pub(super) scroll: bool,
    /// The list is to have the keyboard.
    pub(super) focus: bool,
    pub(super) previews: PreviewCache,
}

impl Browser {
    /// Begins at `at`, or where it was last.
    pub fn open(&mut self, pick: Option<Pick>, at: Option<PathBuf>, ctx: &Context) {
        let last = self.listed.take().map(|listed| listed.folder);
        let name = match pick.map(Pick::presentation) {
            Some(Presentation {
                wanted: Wanted::NewFile(name),
                ..
            }) => name.to_owned(),
            _ => String::new(),
        };
        *self = Self {
            pick,
            name,
            focus: true,
            ..Self::default()
        };
        self.go(at.or(last).unwrap_or_else(first_folder), ctx);
    }

    pub fn title(&self) -> &'static str {
        self.pick.map_or("Files", |pick| pick.presentation().title)
    }

    pub(super) fn go(&mut self, path: PathBuf, ctx: &Context) {
        self.from = None;
        self.reading = Some(browse(path, waker(ctx)));
    }

    /// To the folder above, where the one of now is chosen.
    pub(super) fn go_up(&mut self, ctx: &Context) {
        let Some(folder) = self.listed.as_ref().map(|listed| listed.folder.clone()) else {
            return;
        };
        if let Some(above) = folder.parent() {
            self.go(above.to_owned(), ctx);
            let name = folder.file_name();
            self.from = name.map(|name| name.to_string_lossy().into_owned());
        }
    }

    /// Before every frame: takes in the folder that was read.
    pub fn follow(&mut self, ctx: &Context) {
        self.previews.follow(ctx);
        let Some(result) = self.reading.as_ref().and_then(Job::poll) else {
            return;
        };
        self.reading = None;
        match result {
            Ok(listed) => {
                if !self.typing {
                    self.path = listed.folder.display().to_string();
                }
                self.chosen = listed.file.clone().or(self.from.take());
                if let (true, Some(file)) = (self.writes(), &listed.file) {
                    self.name.clone_from(file);
                }
                self.scroll = self.chosen.is_some();
                self.failed = None;
                self.previews.clear();
                self.listed = Some(listed);
                self.select();
            }
            Err(notice) => {
                let reason = notice.reason.as_deref().unwrap_or_default();
                self.failed = Some(format!("{} {reason}", notice.summary));
            }
        }
    }

    pub(super) fn wanted(&self) -> Option<Wanted> {
        Some(self.pick?.presentation().wanted)
    }

    /// Whether a name for a new file is asked for.
    pub(super) fn writes(&self) -> bool {
        matches!(self.wanted(), Some(Wanted::NewFile(_)))
    }

    pub(super) fn shows_all(&self) -> bool {
        self.all
    }

    pub(super) fn show_all(&mut self, all: bool) {
        self.all = all;
        self.select();
    }

    /// Which of the folder's files are shown.
    fn select(&mut self) {
        let presentation = self.pick.map(Pick::presentation);
        let endings = presentation.map_or(&[][..], |presentation| presentation.endings);
        let wanted = presentation.map(|presentation| presentation.wanted);
        let fits = |entry: &&BrowsedEntry| {
            let kind = match wanted {
                // They tell which folder it is.
                Some(Wanted::Folder) if self.pick == Some(Pick::PictureFolder) => {
                    picture::has_ending(&entry.name)
                }
                Some(Wanted::Folder) => false,
                _ => entry.ends_as(endings),
            };
            self.all || ((entry.is_folder || kind) && !entry.is_hidden())
        };
        let listed = self.listed.iter().flat_map(|listed| &listed.entries);
        self.entries = Arc::new(listed.filter(fits).cloned().collect());
        self.has_pictures = self.entries.iter().any(BrowsedEntry::is_picture);
    }

    /// Where the chosen entry stands.
    pub(super) fn place(&self) -> Option<usize> {
        let name = self.chosen.as_ref()?;
        self.entries.iter().position(|entry| entry.name == *name)
    }

    /// What the button takes; `None` where nothing can be taken yet.
    pub(super) fn result(&self) -> Option<PathBuf> {
        let folder = &self.listed.as_ref()?.folder;
        let chosen = || self.entries.get(self.place()?);
        match self.wanted()? {
            Wanted::File => {
                let file = chosen().filter(|entry| !entry.is_folder)?;
                Some(file.path.clone())
            }
            Wanted::Folder => {
                let inner = chosen().filter(|entry| entry.is_folder);
                Some(inner.map_or_else(|| folder.clone(), |entry| entry.path.clone()))
            }
            Wanted::NewFile(_) => {
                let name = self.name.trim();
                let is_name = !name.is_empty() && !name.contains(['/', '\\']);
                let path = is_name.then(|| folder.join(name))?;
                // As it will be called: what is there under that name is asked about.
                let ending = self.pick?.presentation().endings.first();
                Some(match (path.extension(), ending) {
                    (None, Some(ending)) => path.with_extension(ending),
                    _ => path,
                })
            }
        }
    }

    /// Whether a file of this name is in the folder.
    pub(super) fn holds(&self, name: &str) -> bool {
        let mut listed = self.listed.iter().flat_map(|listed| &listed.entries);
        listed.any(|entry| entry.name == name)
    }
}
