//! The animation that a person makes: key faces in time, with undo, and where it is played.

mod change;
mod player;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Edits;
use crate::latent::Latent;
use crate::latent::animation::file::AnimationFile;
use crate::latent::animation::{Animation, KeyFace};

pub use change::{Change, LONGEST_LEG, MOST_KEYS, MOST_TRACKS};
pub use player::Player;

/// An animation on the desk.
#[derive(Clone, Debug)]
pub struct Project {
    edits: Edits<Version>,
    /// The key that is chosen.
    selected: Option<usize>,
    /// All that were on the desk, in their order: undo may bring each of them back.
    documents: Vec<Document>,
}

/// An animation between two edits.
#[derive(Clone, Debug, PartialEq)]
struct Version {
    document: DocumentId,
    animation: Animation,
}

/// Tells an animation on the desk from those that were there before it.
pub type DocumentId = usize;

/// What is known of an animation besides its edits.
#[derive(Clone, Debug, Default)]
struct Document {
    /// As it is on disk.
    saved: Animation,
    file: Option<PathBuf>,
    /// The model that a file was made with: in words, and its fingerprint.
    made_with: Option<(String, String)>,
}

impl Default for Project {
    fn default() -> Self {
        Self::of(Animation::default(), Document::default())
    }
}

impl Project {
    /// Nothing to undo yet.
    fn of(animation: Animation, document: Document) -> Self {
        let (id, selected) = (0, (!animation.keys.is_empty()).then_some(0));
        Self {
            edits: Edits::weighed(
                Version {
                    document: id,
                    animation,
                },
                |version| version.animation.bytes(),
            ),
            selected,
            documents: vec![document],
        }
    }

    pub fn animation(&self) -> &Animation {
        &self.edits.now().animation
    }

    /// Which animation is on the desk.
    pub fn document(&self) -> DocumentId {
        self.edits.now().document
    }

    fn known(&self) -> Option<&Document> {
        self.documents.get(self.document())
    }

    /// The place of the key that is chosen.
    pub fn selected(&self) -> Option<usize> {
        self.selected
            .filter(|&place| place < self.animation().keys.len())
    }

    pub fn select(&mut self, place: Option<usize>) {
        self.selected = place;
    }

    /// The key that is chosen.
    pub fn selected_key(&self) -> Option<&KeyFace> {
        self.animation().keys.get(self.selected()?)
    }

    /// Whether faces of so many numbers are of its latent space; any are before there is a key.
    pub fn fits(&self, components: usize) -> bool {
        let own = self.animation().components();
        own == 0 || own == components
    }

    /// Changes it. Changes that follow each other with the same `gesture` are one step of undo.
    pub fn change(&mut self, change: Change, gesture: Option<u64>) {
        let mut next = self.animation().clone();
        if let Some(place) = change.make(&mut next, self.selected()) {
            self.selected = Some(place);
        }
        let document = self.document();
        let next = Version {
            document,
            animation: next,
        };
        self.edits.edit(next, gesture);
        self.selected = self.selected();
    }

    /// Another animation in place of this one, as a step of undo.
    fn replace(&mut self, animation: Animation, document: Document) {
        self.selected = (!animation.keys.is_empty()).then_some(0);
        let version = Version {
            document: self.documents.len(),
            animation,
        };
        self.documents.push(document);
        self.edits.edit(version, None);
        self.forget_unreachable();
    }

    /// What is known of animations that no undo brings back any more.
    fn forget_unreachable(&mut self) {
        let reached: BTreeSet<DocumentId> = self.edits.all().map(|one| one.document).collect();
        for (id, document) in self.documents.iter_mut().enumerate() {
            if !reached.contains(&id) {
                *document = Document::default();
            }
        }
    }

    /// Another animation in place of this one, without a file, as a step of undo.
    pub fn begin_anew(&mut self, animation: Animation) {
        if animation != *self.animation() || self.file().is_some() {
            self.replace(animation, Document::default());
            self.selected = None;
        }
    }

    /// Goes on with the animation of an earlier start, unless there is another one by now. No step of undo.
    pub fn restore(&mut self, file: AnimationFile) {
        let is_new = self.animation().keys.is_empty() && !self.can_undo() && !self.can_redo();
        if is_new {
            let document = Document {
                made_with: Some((file.model, file.fingerprint)),
                ..Document::default()
            };
            *self = Self::of(file.animation, document);
        }
    }

    /// Takes in an animation that was read from a file, as a step of undo.
    pub fn open(&mut self, path: PathBuf, file: AnimationFile) {
        let animation = file.animation.clone();
        self.replace(animation, Document::on_disk(path, file));
    }

    /// One that is or was on the desk was written to a file; by now it may have changed.
    pub fn saved(&mut self, document: DocumentId, path: PathBuf, file: AnimationFile) {
        if let Some(known) = self.documents.get_mut(document) {
            *known = Document::on_disk(path, file);
        }
    }

    /// The file that it came from or went to.
    pub fn file(&self) -> Option<&Path> {
        self.known()?.file.as_deref()
    }

    /// Whether there is something that no file has.
    pub fn is_changed(&self) -> bool {
        self.known()
            .is_none_or(|known| *self.animation() != known.saved)
    }

    /// The model that it was made with, where that is another one than that with this fingerprint.
    pub fn other_model(&self, fingerprint: &str) -> Option<&str> {
        let (model, known) = self.known()?.made_with.as_ref()?;
        let other = !known.is_empty() && !fingerprint.is_empty() && known != fingerprint;
        other.then_some(model)
    }

    pub fn undo(&mut self) -> bool {
        self.edits.undo()
    }

    pub fn redo(&mut self) -> bool {
        self.edits.redo()
    }

    pub fn can_undo(&self) -> bool {
        self.edits.can_undo()
    }

    pub fn can_redo(&self) -> bool {
        self.edits.can_redo()
    }

    /// The faces of its keys.
    pub fn faces(&self) -> Vec<Latent> {
        let keys = self.animation().keys.iter();
        keys.map(|key| key.latent.clone()).collect()
    }

    /// Faces on the way from a key to the next, `count` of them in the middle of as many equal parts of its time.
    pub fn faces_between(&self, place: usize, count: usize) -> Vec<Latent> {
        let animation = self.animation();
        let (Some(key), Some(start)) = (
            animation.keys.get(place),
            animation.starts().get(place).copied(),
        ) else {
            return Vec::new();
        };
        let first = start + f64::from(key.hold);
        let shares = (0..count).map(|part| (part as f64 + 0.5) / count as f64);
        shares
            .filter_map(|share| animation.at(first + share * f64::from(key.seconds)))
            .collect()
    }
}

impl Document {
    fn on_disk(path: PathBuf, file: AnimationFile) -> Self {
        Self {
            saved: file.animation,
            file: Some(path),
            made_with: Some((file.model, file.fingerprint)),
        }
    }
}
