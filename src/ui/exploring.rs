//! What a person wants of the Explore screen beside moves in the latent space, and the work it starts.

use std::path::PathBuf;
use std::sync::Arc;

use egui::Context;

use super::App;
use super::action::Screen;
use super::faces::Source;
use super::screens::explore::{ExploreWish, Finding, PaintWish, PhotoWish, Side};
use crate::latent::Latent;
use crate::latent::saved::Saved;
use crate::notice::Notice;
use crate::session::Move;
use crate::worker::{
    DirectionsPlan, FoundDirections, Job, LabelPlan, Snapshot, View, component_effects,
    find_directions, keep_directions,
};

/// Directions that PCA and SeFa are asked for.
const DIRECTIONS: usize = 16;

impl App {
    /// Does what a person wants of the Explore screen.
    pub(super) fn look(&mut self, wish: ExploreWish, ctx: &Context) {
        let screen = &mut self.explore;
        match wish {
            ExploreWish::Centre(centre) => screen.centre = centre,
            ExploreWish::Side(side) => screen.side = side,
            ExploreWish::Difference(difference) => screen.difference = difference,
            ExploreWish::Comparing(comparing) => screen.comparing = comparing,
            ExploreWish::Slider(id) => screen.slider = Some(id),
            ExploreWish::Search(text) => screen.search = text,
            ExploreWish::More => screen.more += super::screens::explore::FEW,
            ExploreWish::Visible(places) => screen.visible = places,
            ExploreWish::Cursor(place) => screen.raw.cursor = place,
            ExploreWish::Naming(naming) => screen.naming = naming,
            ExploreWish::DirectionName(name) => screen.direction_name = name,
            ExploreWish::FacesPath(path) => screen.faces_path = path,
            ExploreWish::StopFinding => screen.finding = None,
            ExploreWish::Smooth(smooth) => {
                screen.crisp = !smooth;
                if let Some(explorer) = &mut self.explorer {
                    explorer.faces.set_smooth(ctx, smooth);
                }
            }
            ExploreWish::ByEffect(by_effect) => {
                screen.raw.by_effect = by_effect;
                self.measure_effects(ctx);
            }
            ExploreWish::Find(finding) => self.find(finding, ctx),
            ExploreWish::KeepDirections => self.keep_directions(ctx),
            ExploreWish::Import => {
                let path = PathBuf::from(self.explore.faces_path.trim());
                self.shelf.import(path, ctx);
            }
            ExploreWish::Export => {
                let path = PathBuf::from(self.explore.faces_path.trim());
                self.shelf.export(path, ctx);
            }
            ExploreWish::Photo(wish) => self.photograph(wish, ctx),
            ExploreWish::Paint(wish) => self.paint(wish, ctx),
            ExploreWish::Likeness(_)
            | ExploreWish::MoreLike(_)
            | ExploreWish::Freeze(_)
            | ExploreWish::Keep(_) => self.look_at_faces(wish),
        }
    }

    fn look_at_faces(&mut self, wish: ExploreWish) {
        let Some(explorer) = &mut self.explorer else {
            return;
        };
        match wish {
            ExploreWish::Likeness(likeness) => explorer.state.set_likeness(likeness),
            ExploreWish::MoreLike(face) => explorer.state.more_like(face),
            ExploreWish::Freeze(frozen) => explorer.faces.freeze(frozen),
            ExploreWish::Keep(face) => self.keep(face),
            _ => {}
        }
    }

    /// Puts a face on the shelf under the next free name.
    fn keep(&mut self, latent: Latent) {
        let Some(explorer) = &mut self.explorer else {
            return;
        };
        let shelf = &explorer.state.pose().shelf;
        let taken = |name: &str| shelf.iter().any(|saved| saved.name == name);
        let name = (1..)
            .map(|number| format!("face {number}"))
            .find(|name| !taken(name))
            .unwrap_or_default();
        let step = explorer.faces.step();
        let model = match (&explorer.faces.source, &self.explore.model) {
            (Source::Live, _) | (_, None) => format!("the run at step {step}"),
            (_, Some(model)) => model.name.clone(),
        };
        let saved = Saved {
            name,
            latent,
            model,
            fingerprint: explorer.faces.sampler().fingerprint().to_owned(),
        };
        explorer.state.go(Move::Keep(Box::new(saved)), None);
    }

    /// Measures the effect of each number around the current face.
    fn measure_effects(&mut self, ctx: &Context) {
        let raw = &mut self.explore.raw;
        let Some(explorer) = self.explorer.as_ref().filter(|_| raw.by_effect) else {
            raw.measuring = None;
            return;
        };
        if let Some(model) = explorer.faces.sampler().weights() {
            let waker = ctx.clone();
            let around = explorer.state.pose().current.clone();
            raw.measuring = Some(component_effects(model, around, move || {
                waker.request_repaint()
            }));
        }
    }

    fn find(&mut self, finding: Finding, ctx: &Context) {
        let weights = self
            .explorer
            .as_ref()
            .and_then(|explorer| explorer.faces.sampler().weights());
        match weights {
            Some(model) => self.find_with(finding, model, ctx),
            None => self.session.notices.post(Notice::info(
                "There is no generator yet. Wait for the first step, then look again.",
            )),
        }
    }

    fn find_with(&mut self, finding: Finding, model: Arc<Snapshot>, ctx: &Context) {
        let plan = match finding {
            Finding::Pca => DirectionsPlan::Pca { count: DIRECTIONS },
            Finding::Sefa => DirectionsPlan::Sefa { count: DIRECTIONS },
            Finding::Labels => DirectionsPlan::Labels(LabelPlan {
                data: self.config.data.clone(),
                ..LabelPlan::default()
            }),
        };
        let waker = ctx.clone();
        let job = find_directions(model, plan, move || waker.request_repaint());
        self.explore.finding = Some((finding, job));
    }

    fn keep_directions(&mut self, ctx: &Context) {
        if let Some(explorer) = &self.explorer
            && let Source::File(path) = &explorer.faces.source
        {
            let waker = ctx.clone();
            let directions = explorer.state.directions().cloned().collect();
            let wake = move || waker.request_repaint();
            self.explore.keeping = Some(keep_directions(path.clone(), directions, wake));
        }
    }

    fn photograph(&mut self, wish: PhotoWish, ctx: &Context) {
        let photo = &mut self.explore.photo;
        match wish {
            PhotoWish::Path(path) => photo.path = path,
            PhotoWish::Open(path) => {
                photo.open(&path, ctx);
                self.explore.side = Side::Photo;
                self.screen = Screen::Explore;
            }
            PhotoWish::Crop(crop, grip) => photo.crop(crop, grip),
            PhotoWish::Stop => photo.stop(),
            PhotoWish::Find { on } => {
                let explorer = self.explorer.as_ref();
                let weights = explorer.and_then(|explorer| explorer.faces.sampler().weights());
                if let Some(model) = weights {
                    photo.find(model, on, ctx);
                }
            }
        }
    }

    fn paint(&mut self, wish: PaintWish, ctx: &Context) {
        if let Some(explorer) = &self.explorer {
            let current = &explorer.state.pose().current;
            let face = explorer.faces.sheet(View::Face).picture();
            let model = explorer.faces.sampler().weights();
            let smooth = !self.explore.crisp;
            let painter = &mut self.explore.painter;
            painter.apply(wish, (current, face), model, ctx);
            painter.set_smooth(ctx, smooth);
        }
    }

    /// Faces that searches have found.
    fn follow_searches(&mut self, ctx: &Context) {
        let (nearer, notice) = self.explore.photo.tick(ctx);
        let failed = self.explore.painter.tick(ctx);
        for notice in notice.into_iter().chain(failed) {
            self.session.notices.post(notice);
        }
        if let (Some((face, search)), Some(explorer)) = (nearer, &mut self.explorer)
            && face.len() == explorer.state.components()
        {
            // No press of the mouse has such a number: a search is one step of undo.
            explorer.state.go(Move::Face(face), Some(u64::MAX - search));
        }
        if self.explore.photo.is_searching() || self.explore.painter.is_searching() {
            ctx.request_repaint_after(super::app::GLANCE);
        }
    }

    /// Takes in what threads and files have brought for the Explore screen.
    pub(super) fn follow_exploring(&mut self, ctx: &Context) {
        self.follow_shelf();
        self.follow_searches(ctx);
        if let Some(result) = self.explore.raw.measuring.as_ref().and_then(Job::poll) {
            self.explore.raw.measuring = None;
            match result {
                Ok(effects) => self.explore.raw.effects = Some(effects),
                Err(notice) => self.session.notices.post(notice),
            }
        }
        let found = self
            .explore
            .finding
            .as_ref()
            .and_then(|finding| finding.1.poll());
        if let Some(result) = found {
            self.explore.finding = None;
            match result {
                Ok(found) => self.take_directions(found),
                Err(notice) => self.session.notices.post(notice),
            }
        }
        if let Some(result) = self.explore.keeping.as_ref().and_then(Job::poll) {
            self.explore.keeping = None;
            let kept = |_| Notice::info("The directions are in the model file.");
            self.session
                .notices
                .post(result.map_or_else(|notice| notice, kept));
        }
        let working = self.explore.finding.is_some()
            || self.explore.keeping.is_some()
            || self.explore.raw.measuring.is_some();
        if working {
            ctx.request_repaint_after(super::app::GLANCE);
        }
        self.look_for_first_directions(ctx);
    }

    fn take_directions(&mut self, found: FoundDirections) {
        if found.directions.is_empty() {
            let text = "No direction was found: this model's faces do not tell the labels apart.";
            self.session.notices.post(Notice::info(text));
        }
        if let Some(explorer) = &mut self.explorer {
            explorer.state.find(found.directions);
        }
    }

    /// A model that came without directions gets its principal components, which take no second.
    fn look_for_first_directions(&mut self, ctx: &Context) {
        let Some(explorer) = self.explorer.as_mut().filter(|explorer| !explorer.looked) else {
            return;
        };
        if !explorer.faces.is_ready() || self.explore.finding.is_some() {
            return;
        }
        let Some(model) = explorer.faces.sampler().weights() else {
            return;
        };
        explorer.looked = true;
        match model.directions() {
            [] => self.find_with(Finding::Pca, model, ctx),
            known => explorer.state.find(known.to_vec()),
        }
    }

    fn follow_shelf(&mut self) {
        if let Some(mut faces) = self.shelf.read() {
            // What was kept before the file was read stands behind what it holds.
            faces.extend(self.shelf.faces.iter().cloned());
            let faces = Arc::new(faces);
            if let Some(explorer) = &mut self.explorer {
                explorer.state.load_shelf(Arc::clone(&faces));
            }
            self.shelf.keep(&faces);
        }
        let (added, notices) = self.shelf.poll();
        for notice in notices {
            self.session.notices.post(notice);
        }
        let (Some(faces), Some(explorer)) = (added, &mut self.explorer) else {
            return;
        };
        let text = match faces.len() {
            1 => "1 face was added to the shelf.".to_owned(),
            count => format!("{count} faces were added to the shelf."),
        };
        self.session.notices.post(Notice::info(text));
        explorer.state.go(Move::KeepAll(faces), None);
    }

    /// Whatever changed the shelf, also undo, is written.
    pub(super) fn keep_shelf(&mut self) {
        if let Some(explorer) = &self.explorer {
            self.shelf.keep(&explorer.state.pose().shelf);
        }
    }
}
