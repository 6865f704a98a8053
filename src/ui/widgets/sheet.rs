//! Pictures on the graphics card: a sheet of tiles is one texture, written in place.

use egui::epaint::RectShape;
use egui::{
    Color32, ColorImage, Context, Painter, Rect, TextureFilter, TextureHandle, TextureId,
    TextureOptions, vec2,
};

use crate::picture::Picture;
use crate::worker::Wall;

/// Side in pixels up to which a large face is enlarged; the rest of the way shows no difference.
const LARGE: usize = 384;

/// A sheet of faces. Gaps and round corners are made when it is drawn, tile by tile.
pub struct Sheet {
    name: &'static str,
    handle: Option<TextureHandle>,
    wall: Wall,
    smooth: bool,
    /// Whether its face is shown large.
    large: bool,
}

impl Sheet {
    /// An empty sheet; `name` is for those who look for leaks.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            handle: None,
            wall: Wall::default(),
            smooth: false,
            large: false,
        }
    }

    /// A sheet of one face that is shown many times as large as it is.
    pub fn of_a_large_face(name: &'static str) -> Self {
        Self {
            large: true,
            ..Self::new(name)
        }
    }

    /// Of faces whose enlarged pixels melt into each other.
    pub fn smooth(name: &'static str) -> Self {
        Self {
            smooth: true,
            ..Self::new(name)
        }
    }

    pub fn set(&mut self, ctx: &Context, wall: Wall) {
        self.wall = wall;
        self.upload(ctx);
    }

    /// Whether enlarged pixels melt into each other.
    pub fn set_smooth(&mut self, ctx: &Context, smooth: bool) {
        if self.smooth != smooth {
            self.smooth = smooth;
            self.upload(ctx);
        }
    }

    fn upload(&mut self, ctx: &Context) {
        let picture = &self.wall.picture;
        if picture.rgb.is_empty() || picture.rgb.len() != 3 * picture.width * picture.height {
            self.handle = None;
            return;
        }
        // A card only knows the straight line between two pixels, in which a small face looks like mush.
        let factor = LARGE / picture.width.max(1);
        let enlarged = (self.smooth && self.large && factor > 1)
            .then(|| picture.enlarged_smoothly(factor))
            .flatten();
        let picture = enlarged.as_ref().unwrap_or(picture);
        let image = ColorImage::from_rgb([picture.width, picture.height], &picture.rgb);
        let options = TextureOptions {
            magnification: if self.smooth {
                TextureFilter::Linear
            } else {
                TextureFilter::Nearest
            },
            // Nearest would drop rows and columns of a picture that is shown smaller than it is.
            minification: TextureFilter::Linear,
            ..TextureOptions::LINEAR
        };
        match &mut self.handle {
            Some(handle) => handle.set(image, options),
            None => self.handle = Some(ctx.load_texture(self.name, image, options)),
        }
    }

    /// How many faces there are to see.
    pub fn count(&self) -> usize {
        if self.handle.is_some() {
            self.wall.count
        } else {
            0
        }
    }

    pub fn columns(&self) -> usize {
        self.wall.columns
    }

    /// Side of a face in its own pixels.
    pub fn tile(&self) -> usize {
        self.wall.tile
    }

    /// The step whose weights drew the faces.
    pub fn step(&self) -> u64 {
        self.wall.step
    }

    /// The faces and how they stand on it.
    pub fn wall(&self) -> &Wall {
        &self.wall
    }

    /// The faces as they came.
    pub fn picture(&self) -> &Picture {
        &self.wall.picture
    }

    /// Where face `place` is on the graphics card: the texture, and its part of it.
    pub fn image(&self, place: usize) -> Option<(TextureId, Rect)> {
        let handle = self.handle.as_ref().filter(|_| place < self.wall.count)?;
        let (width, height) = (self.wall.picture.width, self.wall.picture.height);
        let columns = self.wall.columns.max(1);
        let tile = self.wall.tile as f32;
        let corner = vec2((place % columns) as f32, (place / columns) as f32) * tile;
        let size = vec2(width as f32, height as f32);
        let uv = Rect::from_min_size((corner / size).to_pos2(), vec2(tile, tile) / size);
        Some((handle.id(), uv))
    }

    /// Draws face `place` into `rect`; false if there is none.
    pub fn paint(&self, painter: &Painter, place: usize, rect: Rect, radius: f32) -> bool {
        let Some((texture, uv)) = self.image(place) else {
            return false;
        };
        let tile = self.wall.tile as f32;
        // Half a pixel inside, where neighbours would otherwise shine through a smooth edge.
        let is_alone = self.wall.count == 1;
        let melts = self.smooth || rect.width() * painter.pixels_per_point() < tile;
        let inset = if melts && !is_alone { 0.5 } else { 0.0 };
        let uv = uv.shrink2(inset / tile * uv.size());
        let shape = RectShape::filled(rect, radius, Color32::WHITE).with_texture(texture, uv);
        painter.add(shape);
        true
    }
}
