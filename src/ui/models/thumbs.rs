//! The window's end of the gallery: small pictures of models that move as long as somebody looks.

use std::collections::HashMap;
use std::time::Duration;

use egui::epaint::RectShape;
use egui::{Color32, Context, Painter, Rect};

use crate::notice::Notice;
use crate::ui::theme;
use crate::ui::waker::waker;
use crate::ui::widgets::sheet::Sheet;
use crate::worker::gallery::{Drawn, Gallery, WALK, Wanted};
use crate::worker::jobs::models::ModelPlace;

/// Faces of a walk that pass in a second.
const PACE: f64 = 3.0;
/// Between two frames that show them.
const FRAME: Duration = Duration::from_millis(33);
/// Pictures that come onto the graphics card in a frame.
const A_FRAME: usize = 1;
/// Models whose pictures stay on the graphics card, half a megabyte each.
const MOST: usize = 96;

struct Thumb {
    sheet: Sheet,
    wanted: Wanted,
    failed: Option<Notice>,
    used: u64,
}

/// The pictures of all models that were in sight.
#[derive(Default)]
pub struct Thumbs {
    gallery: Option<Gallery>,
    all: HashMap<ModelPlace, Thumb>,
    asked: Vec<Wanted>,
    /// Seconds that the walks have gone on.
    clock: f64,
    /// Counts what was asked for, to know what was not for longest.
    turn: u64,
}

impl Thumbs {
    /// Wants these to be drawn and no others.
    pub fn want(&mut self, wanted: Vec<Wanted>, ctx: &Context) {
        if wanted == self.asked {
            return;
        }
        self.turn += 1;
        for one in &wanted {
            if let Some(thumb) = self.all.get_mut(&one.place) {
                thumb.used = self.turn;
            }
        }
        self.asked = wanted;
        let missing = self.asked.iter().filter(|wanted| !self.has(wanted));
        let missing: Vec<Wanted> = missing.cloned().collect();
        if missing.is_empty() && self.gallery.is_none() {
            return;
        }
        let gallery = self
            .gallery
            .get_or_insert_with(|| Gallery::start(waker(ctx)));
        gallery.want(missing);
    }

    fn has(&self, wanted: &Wanted) -> bool {
        self.all.get(&wanted.place).is_some_and(|thumb| {
            let same =
                thumb.wanted.changed == wanted.changed && thumb.wanted.answer == wanted.answer;
            same && (thumb.wanted.walk || !wanted.walk || thumb.failed.is_some())
        })
    }

    /// Takes in what was drawn; gives it, for what its files tell.
    pub fn drain(&mut self, ctx: &Context) -> (Vec<Drawn>, Option<Notice>) {
        let mut taken = Vec::new();
        let Some(gallery) = &self.gallery else {
            return (taken, None);
        };
        while taken.len() < A_FRAME
            && let Some(mut drawn) = gallery.take()
        {
            let thumb = self.all.entry(drawn.wanted.place.clone());
            let thumb = thumb.or_insert_with(|| Thumb {
                sheet: Sheet::smooth("model"),
                wanted: drawn.wanted.clone(),
                failed: None,
                used: self.turn,
            });
            thumb.wanted = drawn.wanted.clone();
            thumb.failed.clone_from(&drawn.failed);
            thumb.sheet.set(ctx, std::mem::take(&mut drawn.wall));
            taken.push(drawn);
        }
        if taken.len() == A_FRAME {
            ctx.request_repaint();
        }
        while self.all.len() > MOST {
            let out_of_sight = self.all.iter().filter(|(_, thumb)| thumb.used < self.turn);
            let oldest = out_of_sight.min_by_key(|(_, thumb)| thumb.used);
            let Some(place) = oldest.map(|(place, _)| place.clone()) else {
                break;
            };
            self.all.remove(&place);
        }
        (taken, gallery.take_notice())
    }

    /// Lets the walks go on, in a frame that somebody looks at.
    pub fn walk(&mut self, ctx: &Context) {
        let moving = self.asked.iter().any(|wanted| wanted.walk);
        if moving {
            self.clock += f64::from(ctx.input(|input| input.stable_dt).min(0.1));
            ctx.request_repaint_after(FRAME);
        }
    }

    /// Whether everything that is wanted is there to see.
    pub fn is_settled(&self) -> bool {
        self.asked.iter().all(|wanted| self.has(wanted))
    }

    /// How many models have pictures.
    pub fn count(&self) -> usize {
        self.all
            .values()
            .filter(|thumb| thumb.sheet.count() > 0)
            .count()
    }

    /// Why there is no picture of a model.
    pub fn failed(&self, place: &ModelPlace) -> Option<&Notice> {
        self.all.get(place)?.failed.as_ref()
    }

    /// Draws the face that the walk of a model is at; false where there is none.
    pub fn paint(&self, painter: &Painter, place: &ModelPlace, rect: Rect) -> bool {
        let Some(thumb) = self.all.get(place) else {
            return false;
        };
        let count = thumb.sheet.count();
        if count < WALK {
            return thumb.sheet.paint(painter, 0, rect, theme::TILE_RADIUS);
        }
        let at = self.clock * PACE;
        let (face, share) = (at as usize % count, at.fract() as f32);
        let shown = thumb.sheet.paint(painter, face, rect, theme::TILE_RADIUS);
        // The next one comes through: smoother than so few faces are.
        if let Some((texture, uv)) = thumb.sheet.image((face + 1) % count) {
            let tint = Color32::from_white_alpha((255.0 * share) as u8);
            let uv = uv.shrink2(0.5 / thumb.sheet.tile().max(1) as f32 * uv.size());
            let shape = RectShape::filled(rect, theme::TILE_RADIUS, tint);
            painter.add(shape.with_texture(texture, uv));
        }
        shown
    }
}
