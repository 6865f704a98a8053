//! The window's end of the sampling thread: asks for faces, keeps the newest to draw.

use std::path::PathBuf;

use egui::Context;

use super::trace::Trace;
use crate::latent::Latent;
use crate::notice::Notice;
use crate::picture::Picture;
use crate::ui::explore::view::View;
use crate::ui::waker::waker;
use crate::ui::widgets::sheet::Sheet;
use crate::worker::Wall;
use crate::worker::sampler::{SampleRequest, Sampler, Weights};

/// Components that differ by less do not change a strip: rounding, when the face moves along the strip's
/// own direction.
const SAME: f32 = 1e-4;

/// Whose faces are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Those of the run, as it learns.
    Live,
    /// Those of a model file.
    File(PathBuf),
    /// Those of the model that comes with the program.
    Shipped,
}

/// One place of the window that shows faces.
struct ViewSheet {
    view: View,
    sheet: Sheet,
    asked: Option<Vec<Latent>>,
    /// What was asked for and has not come, by its stamp; only of views whose faces change places.
    waiting: Vec<(u64, Vec<Latent>)>,
    /// The faces on the sheet, likewise.
    drawn: Vec<Latent>,
    newest: u64,
}

impl ViewSheet {
    fn new(view: View) -> Self {
        let name = match view {
            View::Face => "face",
            View::Before => "face before",
            View::Score => "score",
            View::Way => "way",
            View::Pad => "pad",
            View::Board => "board",
            View::Shelf => "shelf",
            View::Wall => "wall of random faces",
            View::Film => "picture of the animation",
            View::Keys => "keys of the animation",
            View::Legs => "faces between keys",
            View::Picks => "faces to choose from",
            View::Drift => "drift",
            View::Judged => "face that is judged",
            View::Strip(_) => "strip",
        };
        Self {
            view,
            sheet: match view.is_large() {
                true => Sheet::of_a_large_face(name),
                false => Sheet::new(name),
            },
            asked: None,
            waiting: Vec::new(),
            drawn: Vec::new(),
            newest: 0,
        }
    }

    /// What stood behind `stamp` has come; the same again when weights have moved on.
    fn came(&mut self, stamp: u64) {
        if stamp == self.newest {
            return;
        }
        self.newest = stamp;
        self.waiting.retain(|(asked, _)| *asked >= stamp);
        self.drawn.clear();
        if self
            .waiting
            .first()
            .is_some_and(|(asked, _)| *asked == stamp)
        {
            self.drawn = self.waiting.remove(0).1;
        }
    }

    fn is_asked(&self, latents: &[Latent]) -> bool {
        let Some(asked) = &self.asked else {
            return false;
        };
        let pairs = || asked.iter().zip(latents);
        match self.view {
            View::Strip(_) => {
                asked.len() == latents.len() && pairs().all(|(a, b)| a.is_near(b, SAME))
            }
            _ => asked.as_slice() == latents,
        }
    }
}

/// The faces of one generator.
pub struct Faces {
    pub source: Source,
    /// Whether a run's weights are held as they are.
    pub frozen: bool,
    /// When what was asked for came; only while it is measured.
    pub trace: Option<Trace>,
    sampler: Sampler,
    shown: Vec<ViewSheet>,
    difference: Sheet,
    realness: Option<f32>,
    /// The same of the face of the wall that is looked at.
    judged: Option<f32>,
    stamp: u64,
}

impl Faces {
    /// Starts a sampling thread that wakes `ctx`.
    pub fn new(weights: Weights, source: Source, ctx: &Context) -> Self {
        Self {
            source,
            frozen: false,
            trace: None,
            sampler: Sampler::start(weights, View::COUNT, waker(ctx)),
            shown: View::all().map(ViewSheet::new).collect(),
            difference: Sheet::new("difference"),
            realness: None,
            judged: None,
            stamp: 0,
        }
    }

    /// Wants `latents` to be seen in `view`; asks only when they are others than before.
    pub fn want(&mut self, view: View, latents: &[Latent]) {
        let Some(shown) = self.shown.get_mut(view.place()) else {
            return;
        };
        if shown.is_asked(latents) {
            return;
        }
        shown.asked = Some(latents.to_vec());
        self.stamp += 1;
        if view.is_by_latent() {
            shown.waiting.push((self.stamp, latents.to_vec()));
        }
        if let Some(trace) = &mut self.trace {
            trace.asked(view, self.stamp);
        }
        if view == View::Judged {
            self.judged = None;
        }
        let request = SampleRequest {
            stamp: self.stamp,
            latents: latents.to_vec(),
            columns: latents.len().clamp(1, 8),
            priority: view.priority(),
            score: matches!(view, View::Score | View::Judged),
        };
        self.sampler.ask(view.id(), request);
    }

    /// Shows what was drawn elsewhere: the face of `latent` in `view`.
    pub fn show(&mut self, ctx: &Context, view: View, latent: &Latent, face: Wall) {
        let Some(shown) = self.shown.get_mut(view.place()) else {
            return;
        };
        shown.asked = Some(vec![latent.clone()]);
        self.stamp += 1;
        shown.newest = self.stamp;
        shown.sheet.set(ctx, face);
        if let Some(trace) = &mut self.trace {
            trace.asked(view, self.stamp);
            trace.came(view, self.stamp);
        }
        self.compare(ctx);
    }

    /// What was drawn elsewhere is drawn here again, and follows the weights.
    pub fn ask_again(&mut self, view: View) {
        if let Some(shown) = self.shown.get_mut(view.place()) {
            shown.asked = None;
        }
    }

    /// The view is not visible: it is not drawn any more until it is wanted again.
    pub fn forget(&mut self, view: View) {
        if let Some(shown) = self.shown.get_mut(view.place())
            && shown.asked.take().is_some()
        {
            shown.waiting.clear();
            self.sampler.forget(view.id());
        }
    }

    /// None of these is visible: no weights are copied and no faces drawn for them until something is wanted.
    pub fn rest(&mut self, of: impl Fn(View) -> bool) {
        for view in View::all().filter(|view| of(*view)) {
            self.forget(view);
        }
    }

    /// Takes in what has come; gives what went wrong.
    pub fn drain(&mut self, ctx: &Context) -> Option<Notice> {
        let mut compared = false;
        for shown in &mut self.shown {
            let Some(reply) = self.sampler.take(shown.view.id()) else {
                continue;
            };
            // Only what is older than the faces on show is stale. One that is merely older than
            // the last request is welcome: while a slider is dragged there is always a newer one.
            if reply.stamp < shown.newest {
                continue;
            }
            shown.came(reply.stamp);
            if let Some(trace) = &mut self.trace {
                trace.came(shown.view, reply.stamp);
            }
            compared |= matches!(shown.view, View::Face | View::Before);
            match shown.view {
                View::Score => self.realness = reply.realness,
                View::Judged if shown.asked.is_some() => self.judged = reply.realness,
                View::Judged => {}
                _ => shown.sheet.set(ctx, reply.wall),
            }
        }
        if compared {
            self.compare(ctx);
        }
        self.sampler.take_notice()
    }

    /// The difference of the current face and the one before, as a picture.
    fn compare(&mut self, ctx: &Context) {
        let (now, before) = (
            self.sheet(View::Face).picture(),
            self.sheet(View::Before).picture(),
        );
        if now.rgb.is_empty() || now.rgb.len() != before.rgb.len() {
            return;
        }
        // Grey where nothing changed, lighter and darker where it did.
        let pairs = now.rgb.iter().zip(&before.rgb);
        let rgb = pairs.map(|(&now, &before)| {
            let change = i16::from(now) - i16::from(before);
            (128 + change).clamp(0, 255) as u8
        });
        let picture = Picture {
            width: now.width,
            height: now.height,
            rgb: rgb.collect(),
        };
        let wall = Wall::of_one(self.step(), picture);
        self.difference.set(ctx, wall);
    }

    /// Enlarged pixels of the large faces melt into each other, or stay crisp; likewise of those that can be looked at
    /// closely.
    pub fn set_smooth(&mut self, ctx: &Context, (smooth, close): (bool, bool)) {
        for (view, smooth) in [
            (View::Face, close),
            (View::Before, close),
            (View::Film, smooth),
            (View::Drift, smooth),
            (View::Pad, smooth),
        ] {
            if let Some(shown) = self.shown.get_mut(view.place()) {
                shown.sheet.set_smooth(ctx, smooth);
            }
        }
        self.difference.set_smooth(ctx, close);
    }

    /// What is there to see in a view.
    pub fn sheet(&self, view: View) -> &Sheet {
        // Every view has its place from the beginning on.
        &self.shown[view.place()].sheet
    }

    /// The place of a face on the sheet of a view whose faces change places, once it is drawn there.
    pub fn place_of(&self, view: View, face: &Latent) -> Option<usize> {
        let drawn = &self.shown[view.place()].drawn; // every view has its place
        drawn.iter().position(|drawn| drawn == face)
    }

    /// The difference of the current face and the one before.
    pub fn difference(&self) -> &Sheet {
        &self.difference
    }

    /// Tells what is on show in a view from what was there before.
    pub fn stamp_of(&self, view: View) -> u64 {
        self.shown[view.place()].newest // every view has its place
    }

    /// The step whose weights drew the current face.
    pub fn step(&self) -> u64 {
        self.sheet(View::Face).step()
    }

    /// How real D takes the current face for, 0..1, where D is known.
    pub fn realness(&self) -> Option<f32> {
        self.realness
    }

    /// How real D takes the face of [`View::Judged`] for, 0..1, once it has said so.
    pub fn judged(&self) -> Option<f32> {
        self.judged
    }

    /// Keeps a run's weights as they are, or follows the run again.
    pub fn freeze(&mut self, frozen: bool) {
        self.frozen = frozen;
        self.sampler.freeze(frozen);
    }

    pub fn sampler(&self) -> &Sampler {
        &self.sampler
    }

    /// Whether everything that is wanted is there to see, the current face aside.
    pub fn has_come(&self) -> bool {
        let missing = |shown: &&ViewSheet| {
            let wanted = shown.asked.as_ref().is_some_and(|asked| !asked.is_empty());
            let is_said = matches!(shown.view, View::Score | View::Judged);
            wanted && !is_said && shown.sheet.count() == 0
        };
        !self.shown.iter().any(|shown| missing(&shown))
    }

    /// Whether the current face and everything that is wanted are there to see.
    pub fn is_complete(&self) -> bool {
        self.is_ready() && self.has_come()
    }

    /// Whether the current face is there to see.
    pub fn is_ready(&self) -> bool {
        self.sheet(View::Face).count() > 0
    }
}
