//! The original whose crop is dragged.

use egui::{ColorImage, Context, Pos2, TextureHandle, TextureOptions};

use super::square::{Part, Square};
use crate::config::{DataChoice, TrainConfig};
use crate::notice::Notice;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::scan::{OpenSource, OriginalPicture};

/// The picture in the editor, and what a person does to its box.
#[derive(Default)]
pub struct Editor {
    pub(super) job: Option<(DataChoice, Job<OriginalPicture>)>,
    pub(super) shown: Option<LoadedOriginal>,
    pub(super) grip: Option<Grip>,
}

pub(super) struct LoadedOriginal {
    pub(super) data: DataChoice,
    pub(super) original: OriginalPicture,
    pub(super) texture: TextureHandle,
}

/// A drag that is going on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grip {
    pub(super) part: Part,
    pub(super) from: Pos2,
    pub(super) square: Square,
}

impl Editor {
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Puts away what belongs to another source than that of `config`.
    pub fn keep(&mut self, config: &TrainConfig) {
        let other = |data: &DataChoice| *data != config.data;
        self.job.take_if(|(data, _)| other(data));
        self.shown.take_if(|shown| other(&shown.data));
    }

    /// Which picture of the source in `config` is shown.
    pub fn shows(&self, config: &TrainConfig) -> Option<usize> {
        let shown = self.shown.as_ref().filter(|s| s.data == config.data);
        shown.map(|shown| shown.original.index)
    }

    /// Fetches picture `index` of `source`.
    pub fn ask(&mut self, source: &OpenSource, index: usize, config: &TrainConfig, ctx: &Context) {
        let job = source.original(index, waker(ctx));
        self.job = Some((config.data.clone(), job));
    }

    /// Takes in what was fetched.
    pub fn tick(&mut self, ctx: &Context) -> Option<Notice> {
        let (_, job) = self.job.as_ref()?;
        let result = job.poll()?;
        let (data, _) = self.job.take()?;
        match result {
            Ok(original) => {
                let size = [original.picture.width, original.picture.height];
                let image = ColorImage::from_rgb(size, &original.picture.rgb);
                let texture = ctx.load_texture("original", image, TextureOptions::LINEAR);
                self.shown = Some(LoadedOriginal {
                    data,
                    original,
                    texture,
                });
                None
            }
            Err(notice) => Some(notice),
        }
    }

    /// Whether the picture that was asked for is there.
    pub fn is_settled(&self) -> bool {
        self.job.is_none() && self.shown.is_some()
    }
}
