//! Pictures beside the names of picture files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use egui::{ColorImage, Context, Rect, TextureHandle, TextureOptions, Ui, pos2};

use crate::ui::theme;
use crate::ui::waker::waker;
use crate::worker::jobs::previews::Previews;

/// Pictures that stay on the graphics card, up to 36 KiB each.
const MOST: usize = 256;

struct Shown {
    /// None of what is no picture.
    texture: Option<TextureHandle>,
    /// When it was in sight last.
    seen: u64,
}

/// The pictures of the files that were in sight.
#[derive(Default)]
pub struct PreviewCache {
    all: HashMap<PathBuf, Shown>,
    reading: Option<Previews>,
    /// Those that were wanted last and lacked.
    asked: Vec<PathBuf>,
    turn: u64,
}

impl PreviewCache {
    /// Another folder: those of this one are not wanted any more.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Before every frame: takes in what was read.
    pub fn follow(&mut self, ctx: &Context) {
        while let Some((file, picture)) = self.reading.as_ref().and_then(Previews::next) {
            let texture = picture.map(|picture| {
                let image = ColorImage::from_rgb([picture.width, picture.height], &picture.rgb);
                ctx.load_texture("preview of a file", image, TextureOptions::LINEAR)
            });
            let seen = self.turn;
            self.all.insert(file, Shown { texture, seen });
        }
        while self.all.len() > MOST {
            let oldest = self.all.iter().min_by_key(|(_, shown)| shown.seen);
            let Some(file) = oldest.map(|(file, _)| file.clone()) else {
                break;
            };
            self.all.remove(&file);
        }
    }

    /// These are in sight; those that lack are read, and nothing else.
    pub fn want(&mut self, files: Vec<PathBuf>, ctx: &Context) {
        self.turn += 1;
        for file in &files {
            if let Some(shown) = self.all.get_mut(file) {
                shown.seen = self.turn;
            }
        }
        let lacks = |file: &PathBuf| !self.all.contains_key(file);
        let missing: Vec<PathBuf> = files.into_iter().filter(lacks).collect();
        let on_the_way = |file: &PathBuf| self.asked.contains(file);
        if !missing.iter().all(on_the_way) {
            self.asked.clone_from(&missing);
            let reading = &mut self.reading;
            let reading = reading.get_or_insert_with(|| Previews::start(waker(ctx)));
            reading.want(missing);
        }
    }

    /// Draws the picture of `file` into `area` without changing its shape; false where there is none.
    pub fn paint(&self, ui: &Ui, file: &Path, area: Rect) -> bool {
        let shown = self.all.get(file);
        let Some(texture) = shown.and_then(|shown| shown.texture.as_ref()) else {
            return false;
        };
        let size = texture.size_vec2();
        let size = size * (area.size() / size).min_elem();
        let rect = Rect::from_center_size(area.center(), size);
        let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        let shape = egui::epaint::RectShape::filled(rect, theme::TILE_RADIUS, egui::Color32::WHITE);
        ui.painter().add(shape.with_texture(texture.id(), uv));
        true
    }
}
