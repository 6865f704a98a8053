//! A source that was chosen among several things at a path, and what was said about the choice.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Choice, DecodedPicture, Labels, Source, SourceError, Square, Transform};
use crate::notice::Notice;

/// Another source, with what was taken and left out.
pub struct SelectedSource {
    source: Box<dyn Source>,
    choice: Choice,
}

impl SelectedSource {
    /// `source`, which was taken where `left_out` was there as well.
    pub fn new(source: Box<dyn Source>, taken: Option<String>, left_out: Vec<String>) -> Self {
        let mut choice = source.choice();
        choice.taken.splice(0..0, taken);
        choice.left_out.extend(left_out);
        Self { source, choice }
    }
}

impl Source for SelectedSource {
    fn name(&self) -> String {
        self.source.name()
    }

    fn kind(&self) -> &'static str {
        self.source.kind()
    }

    fn licence(&self) -> String {
        self.source.licence()
    }

    fn len(&self) -> usize {
        self.source.len()
    }

    fn item_name(&self, index: usize) -> String {
        self.source.item_name(index)
    }

    fn file(&self, index: usize) -> Option<PathBuf> {
        self.source.file(index)
    }

    fn labels(&self) -> Option<Arc<Labels>> {
        self.source.labels()
    }

    fn warnings(&self) -> Vec<Notice> {
        self.source.warnings()
    }

    fn choice(&self) -> Choice {
        self.choice.clone()
    }

    fn fingerprint(&self) -> Option<u128> {
        self.source.fingerprint()
    }

    fn content(&self, index: usize) -> Result<Vec<u8>, SourceError> {
        self.source.content(index)
    }

    fn original(&self, index: usize) -> Result<DecodedPicture, SourceError> {
        self.source.original(index)
    }

    fn picture(&self, index: usize, how: &Transform) -> Result<Square, SourceError> {
        self.source.picture(index, how)
    }
}
