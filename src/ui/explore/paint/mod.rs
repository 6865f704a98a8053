//! Paint on the face, and the latent follows: faces that have what was painted where it was painted.

mod panel;

use std::sync::Arc;

use egui::Context;

use super::brush::dab;

use crate::gan::Snapshot;
use crate::gan::paint::{Paint, Stroke, painted};
use crate::latent::Latent;
use crate::notice::Notice;
use crate::picture::{self, Picture};
use crate::ui::explore::action::PaintAction;
use crate::ui::explore::choices::Brush;
use crate::ui::waker::waker;
use crate::ui::widgets::sheet::Sheet;
use crate::worker::Wall;
use crate::worker::jobs::invert::{Candidates, Search, start_painting};

pub use panel::{canvas, show};

/// How much lighter or darker a stroke makes.
const SHADE: f32 = 0.3;

/// Strokes that can be taken back.
const STROKES: usize = 100;

/// What is painted on the face, and the faces that follow.
pub struct Painter {
    /// What the brush does.
    pub brush: Brush,
    pub colour: [u8; 3],
    /// Its radius in pixels of the face.
    pub radius: f32,
    on: Option<PaintLayer>,
    preview: Sheet,
    search: Option<Search<Candidates>>,
    /// Faces that follow, the most faithful first.
    pub found: Candidates,
    faces: Sheet,
    /// Where the keys have moved the brush, in pixels.
    cursor: Option<(f32, f32)>,
}

/// Strokes on one face.
struct PaintLayer {
    latent: Latent,
    /// With the strokes that are done.
    base: Picture,
    /// How much each pixel is covered by them.
    mask: Vec<f32>,
    /// The stroke under the brush.
    stroke: Vec<f32>,
    /// Face and cover before each of the last strokes.
    earlier: Vec<(Picture, Vec<f32>)>,
}

impl Default for Painter {
    fn default() -> Self {
        Self {
            brush: Brush::default(),
            colour: [200, 40, 50],
            radius: 3.0,
            on: None,
            preview: Sheet::new("painted face"),
            search: None,
            found: Candidates::default(),
            faces: Sheet::new("faces that follow the paint"),
            cursor: None,
        }
    }
}

impl Painter {
    fn stroke(&self) -> Stroke {
        match self.brush {
            Brush::Colour => Stroke::Colour(self.colour),
            Brush::Lighter => Stroke::Lighter(SHADE),
            Brush::Darker => Stroke::Lighter(-SHADE),
            Brush::Erase => Stroke::Erase,
        }
    }

    /// Does what a person wants. `face` is the current one.
    pub fn apply(
        &mut self,
        action: PaintAction,
        (latent, face): (&Latent, &Picture),
        model: Option<Arc<Snapshot>>,
        ctx: &Context,
    ) {
        match action {
            PaintAction::Brush(brush) => self.brush = brush,
            PaintAction::Colour(colour) => self.colour = colour,
            PaintAction::Radius(radius) => self.radius = radius,
            PaintAction::Cursor(cursor) => self.cursor = Some(cursor),
            PaintAction::Clear => self.clear(),
            PaintAction::Dab(from, to) => {
                self.begin(latent, face);
                let (stroke, radius) = (self.stroke(), self.radius);
                if let Some(on) = &mut self.on {
                    dab(&mut on.stroke, on.base.width, (from, to), radius);
                    let seen = painted(&on.base, &on.stroke, stroke);
                    self.preview.set(ctx, Wall::of_one(0, seen));
                }
            }
            PaintAction::Lift => {
                let stroke = self.stroke();
                if let Some(on) = &mut self.on {
                    on.finish(stroke);
                    self.look(model, ctx);
                }
            }
            PaintAction::TakeBack => self.take_back(model, ctx),
        }
    }

    /// Looks for faces that follow all strokes.
    fn look(&mut self, model: Option<Arc<Snapshot>>, ctx: &Context) {
        if let (Some(on), Some(model)) = (&self.on, model) {
            let paint = Paint {
                current: on.latent.clone(),
                mask: on.mask.clone(),
                target: on.base.clone(),
            };
            let search = start_painting(model, paint, waker(ctx));
            self.search = Some(search);
        }
    }

    fn take_back(&mut self, model: Option<Arc<Snapshot>>, ctx: &Context) {
        let Some(on) = &mut self.on else { return };
        let Some((base, mask)) = on.earlier.pop() else {
            return;
        };
        if mask.iter().all(|cover| *cover == 0.0) {
            self.clear();
            return;
        }
        self.preview.set(ctx, Wall::of_one(0, base.clone()));
        (on.base, on.mask) = (base, mask);
        on.stroke.fill(0.0);
        self.look(model, ctx);
    }

    /// Whether there is a stroke on this face that can be taken back.
    pub fn is_painted(&self, face: &Latent) -> bool {
        let on = self.on.as_ref().filter(|on| on.latent == *face);
        on.is_some_and(|on| !on.earlier.is_empty())
    }

    /// Strokes that can be taken back.
    pub fn strokes(&self) -> usize {
        self.on.as_ref().map_or(0, |on| on.earlier.len())
    }

    /// Strokes go on one face; on another they begin anew.
    fn begin(&mut self, latent: &Latent, face: &Picture) {
        if self.on.as_ref().is_some_and(|on| on.latent == *latent) || face.rgb.is_empty() {
            return;
        }
        self.clear();
        let pixels = face.width * face.height;
        self.on = Some(PaintLayer {
            latent: latent.clone(),
            base: face.clone(),
            mask: vec![0.0; pixels],
            stroke: vec![0.0; pixels],
            earlier: Vec::new(),
        });
    }

    /// Takes all paint off.
    pub fn clear(&mut self) {
        self.on = None;
        self.search = None;
        self.found = Candidates::default();
    }

    /// As the face that is painted on.
    pub fn set_smooth(&mut self, ctx: &Context, smooth: bool) {
        self.preview.set_smooth(ctx, smooth);
    }

    /// Where the keys have moved the brush on a face of `side` pixels; it begins in the middle.
    fn cursor(&self, side: usize) -> (f32, f32) {
        let (x, y) = self
            .cursor
            .unwrap_or((side as f32 / 2.0, side as f32 / 2.0));
        let last = side as f32 - 0.5;
        (x.min(last), y.min(last))
    }

    /// Whether the brush is down.
    fn is_stroking(&self) -> bool {
        let drawn = |on: &PaintLayer| on.stroke.iter().any(|cover| *cover > 0.0);
        self.on.as_ref().is_some_and(drawn)
    }

    /// Whether faces are looked for.
    pub fn is_searching(&self) -> bool {
        self.search.is_some()
    }

    /// Takes in the faces that were found; gives what went wrong.
    pub fn tick(&mut self, ctx: &Context) -> Option<Notice> {
        let search = self.search.as_ref()?;
        let mut found = search.seen();
        let mut failed = None;
        if let Some(result) = search.poll() {
            self.search = None;
            match result {
                Ok(candidates) => found = Some(candidates),
                Err(notice) => failed = Some(notice),
            }
        }
        if let Some(found) = found {
            let columns = found.pictures.len().clamp(1, 3);
            let wall = Wall {
                step: 0,
                tile: found.pictures.first().map_or(0, |picture| picture.width),
                columns,
                count: found.pictures.len(),
                picture: picture::wall(&found.pictures, columns, 0, [0; 3]),
            };
            self.faces.set(ctx, wall);
            self.found = found;
        }
        failed
    }
}

impl PaintLayer {
    fn finish(&mut self, stroke: Stroke) {
        if self.earlier.len() == STROKES {
            self.earlier.remove(0);
        }
        self.earlier.push((self.base.clone(), self.mask.clone()));
        self.base = painted(&self.base, &self.stroke, stroke);
        for (all, new) in self.mask.iter_mut().zip(&mut self.stroke) {
            *all = all.max(*new);
            *new = 0.0;
        }
    }
}
