//! What a person wants of the Explore screen beside moves in the latent space, and the work it starts.

use std::path::PathBuf;
use std::sync::Arc;

use egui::Context;

use super::directions::name_field;
use super::faces::Source;
use crate::export::ending::JSON;
use crate::latent::Latent;
use crate::latent::saved::SavedFace;
use crate::notice::Notice;
use crate::session::Move;
use crate::ui::action::Screen;
use crate::ui::app::App;
use crate::ui::explore::action::{ExploreAction, PaintAction, PhotoAction};
use crate::ui::explore::choices::{Centre, FEW, Side};
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::view::View;
use crate::ui::gestures::of_search;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::effects::component_effects;

impl App {
    /// Does what a person wants of the Explore screen.
    pub(in crate::ui) fn look(&mut self, action: ExploreAction, ctx: &Context) {
        let screen = &mut self.explore.controls;
        match action {
            ExploreAction::Centre(centre) => {
                screen.centre = centre;
                // What is painted on stands where the board would.
                if centre == Centre::Board && screen.side == Side::Paint {
                    screen.side = Side::Directions;
                }
            }
            ExploreAction::Side(side) => {
                screen.side = side;
                if side == Side::Paint && screen.centre == Centre::Board {
                    screen.centre = Centre::Face;
                }
            }
            ExploreAction::Difference(difference) => screen.difference = difference,
            ExploreAction::Comparing(comparing) => screen.comparing = comparing,
            ExploreAction::Search(text) => screen.search = text,
            ExploreAction::More => screen.more += FEW,
            ExploreAction::Visible(places) => screen.visible = places,
            ExploreAction::ShelfSeen(places) => screen.shelf_seen = places,
            ExploreAction::Cursor(place) => screen.raw.cursor = place,
            ExploreAction::Naming(naming) => {
                if naming.is_some() && screen.naming.is_none() {
                    ctx.memory_mut(|memory| memory.request_focus(name_field()));
                }
                screen.naming = naming;
            }
            ExploreAction::DirectionName(name) => screen.direction_name = name,
            ExploreAction::DirectionApart(apart) => screen.direction_apart = apart,
            ExploreAction::FacesPath(path) => screen.faces_path = path,
            ExploreAction::FacesOut(path) => screen.faces_out.path = path,
            ExploreAction::StopFinding => screen.finding = None,
            ExploreAction::OtherLabels(other) => screen.other_labels = other,
            ExploreAction::Entangled(entangled) => screen.entangled = entangled,
            ExploreAction::Smooth(smooth) => {
                screen.crisp = !smooth;
                if let Some(explorer) = &mut self.explore.explorer {
                    explorer.faces.set_smooth(ctx, smooth);
                }
            }
            ExploreAction::ByEffect(by_effect) => {
                screen.raw.by_effect = by_effect;
                self.measure_effects(ctx);
            }
            ExploreAction::Find(finding) => self.find(finding, ctx),
            ExploreAction::KeepDirections => self.keep_directions(ctx),
            ExploreAction::ImportFaces => {
                let path = PathBuf::from(self.explore.controls.faces_path.trim());
                self.explore.shelf.import(path, ctx);
            }
            ExploreAction::ExportFaces => {
                let file = &mut self.explore.controls.faces_out;
                let path = file.settle(JSON.ending);
                let replaces = file.replaces();
                self.explore.shelf.export(path, replaces, ctx);
            }
            ExploreAction::ShowRun => self.show_run(),
            ExploreAction::ModelPath(text) => screen.path = text,
            ExploreAction::OpenShipped => self.open_shipped(ctx),
            ExploreAction::OpenModel(path) => self.open(path, ctx),
            ExploreAction::Animation(form) => self.explore.export.form = form,
            ExploreAction::WriteAnimation => self.start_export(ctx),
            ExploreAction::CancelAnimation => self.explore.export.cancel(),
            ExploreAction::Photo(action) => self.photograph(action, ctx),
            ExploreAction::Paint(action) => self.paint(action, ctx),
            ExploreAction::Undo if self.explore.paints_now() => {
                self.paint(PaintAction::TakeBack, ctx)
            }
            ExploreAction::Undo => self.with_explorer(|shown| {
                shown.state.undo();
            }),
            ExploreAction::Redo => self.with_explorer(|shown| {
                shown.state.redo();
            }),
            ExploreAction::NewWall => self.with_explorer(|shown| shown.state.new_wall()),
            ExploreAction::Move(way, place) => {
                // The same control in the same gesture is one step of undo.
                let gesture = place.map(|place| self.gestures.of(place));
                self.with_explorer(|shown| shown.state.go(way, gesture));
            }
            ExploreAction::Likeness(likeness) => {
                self.with_explorer(|shown| shown.state.set_likeness(likeness));
            }
            ExploreAction::MoreLike(face) => {
                self.with_explorer(|shown| shown.state.more_like(face));
            }
            ExploreAction::Freeze(frozen) => self.with_explorer(|shown| shown.faces.freeze(frozen)),
            ExploreAction::Keep(face) => self.keep(face),
        }
    }

    fn with_explorer(&mut self, what: impl FnOnce(&mut Explorer)) {
        if let Some(explorer) = &mut self.explore.explorer {
            what(explorer);
        }
    }

    /// Puts a face on the shelf under the next free name.
    fn keep(&mut self, latent: Latent) {
        let Some(explorer) = &mut self.explore.explorer else {
            return;
        };
        let shelf = &explorer.state.pose().shelf;
        let taken = |name: &str| shelf.iter().any(|saved| saved.name == name);
        let name = (1..)
            .map(|number| format!("face {number}"))
            .find(|name| !taken(name))
            .unwrap_or_default();
        let step = explorer.faces.step();
        let model = match (&explorer.faces.source, &self.explore.controls.model) {
            (Source::Live, _) | (_, None) => format!("the run at step {step}"),
            (_, Some(model)) => model.name.clone(),
        };
        let saved = SavedFace {
            name,
            latent,
            model,
            fingerprint: explorer.faces.sampler().fingerprint().to_owned(),
        };
        explorer.state.go(Move::Keep(Box::new(saved)), None);
    }

    /// Measures the effect of each number around the current face.
    fn measure_effects(&mut self, ctx: &Context) {
        let raw = &mut self.explore.controls.raw;
        let Some(explorer) = self.explore.explorer.as_ref().filter(|_| raw.by_effect) else {
            raw.measuring = None;
            return;
        };
        if let Some(model) = explorer.faces.sampler().weights() {
            let around = explorer.state.pose().current.clone();
            raw.measuring = Some(component_effects(model, around, waker(ctx)));
        }
    }

    fn photograph(&mut self, action: PhotoAction, ctx: &Context) {
        let photo = &mut self.explore.controls.photo;
        match action {
            PhotoAction::Path(path) => photo.path = path,
            PhotoAction::Open(path) => {
                photo.open(&path, ctx);
                self.explore.controls.side = Side::Photo;
                self.screen = Screen::Explore;
            }
            PhotoAction::Crop(crop, grip) => photo.crop(crop, grip),
            PhotoAction::Stop => photo.stop(),
            PhotoAction::Find { on } => {
                let explorer = self.explore.explorer.as_ref();
                let weights = explorer.and_then(|explorer| explorer.faces.sampler().weights());
                if let (Some(model), Some(explorer)) = (weights, explorer) {
                    photo.followed(explorer.state.pose().current.clone());
                    photo.find(model, on, ctx);
                }
            }
        }
    }

    fn paint(&mut self, action: PaintAction, ctx: &Context) {
        if let Some(explorer) = &self.explore.explorer {
            let current = &explorer.state.pose().current;
            let face = explorer.faces.sheet(View::Face).picture();
            let model = explorer.faces.sampler().weights();
            let smooth = !self.explore.controls.crisp;
            let painter = &mut self.explore.controls.painter;
            painter.apply(action, (current, face), model, ctx);
            painter.set_smooth(ctx, smooth);
        }
    }

    /// Faces that searches have found.
    fn follow_searches(&mut self, ctx: &Context) {
        let (nearer, notice) = self.explore.controls.photo.tick(ctx);
        let failed = self.explore.controls.painter.tick(ctx);
        for notice in notice.into_iter().chain(failed) {
            self.session.notices.post(notice);
        }
        if let (Some((face, search)), Some(explorer)) = (nearer, &mut self.explore.explorer)
            // Who has moved on meanwhile keeps what they made; the panel still shows what was found.
            && self.explore.controls.photo.follows(&explorer.state.pose().current)
        {
            self.explore.controls.photo.followed(face.clone());
            // A search is one step of undo.
            explorer.state.go(Move::Face(face), Some(of_search(search)));
        }
        if self.explore.controls.photo.is_searching()
            || self.explore.controls.painter.is_searching()
        {
            ctx.request_repaint_after(crate::ui::app::GLANCE);
        }
    }

    /// Takes in what threads and files have brought for the Explore screen.
    pub(in crate::ui) fn follow_exploring(&mut self, ctx: &Context) {
        self.follow_shelf();
        self.follow_searches(ctx);
        if let Some(result) = self
            .explore
            .controls
            .raw
            .measuring
            .as_ref()
            .and_then(Job::poll)
        {
            self.explore.controls.raw.measuring = None;
            match result {
                Ok(effects) => self.explore.controls.raw.effects = Some(effects),
                Err(notice) => self.session.notices.post(notice),
            }
        }
        self.follow_finding(ctx);
        if self.explore.controls.raw.measuring.is_some() {
            ctx.request_repaint_after(crate::ui::app::GLANCE);
        }
    }

    fn follow_shelf(&mut self) {
        if let Some(mut faces) = self.explore.shelf.read() {
            // What was kept before the file was read stands behind what it holds.
            faces.extend(self.explore.shelf.faces.iter().cloned());
            let faces = Arc::new(faces);
            if let Some(explorer) = &mut self.explore.explorer {
                explorer.state.load_shelf(Arc::clone(&faces));
            }
            self.explore.shelf.keep(&faces);
        }
        let (added, notices) = self.explore.shelf.poll();
        for notice in notices {
            self.session.notices.post(notice);
        }
        let (Some(faces), Some(explorer)) = (added, &mut self.explore.explorer) else {
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
    pub(in crate::ui) fn keep_shelf(&mut self) {
        if let Some(explorer) = &self.explore.explorer {
            self.explore.shelf.keep(&explorer.state.pose().shelf);
        }
    }
}

impl App {
    /// Before every frame: directions of an earlier start come back with their model. A run's weights change, so
    /// that nothing made with them would fit at the next start.
    pub(in crate::ui) fn follow_made(&mut self) {
        if let Some(notice) = self.explore.made.poll() {
            self.session.notices.post(notice);
        }
        let Some(explorer) = self
            .explore
            .explorer
            .as_mut()
            .filter(|shown| !shown.made_known)
        else {
            return;
        };
        let model = explorer.faces.sampler().fingerprint();
        if self.explore.made.read && !model.is_empty() {
            let made = self
                .explore
                .made
                .all
                .get(model)
                .cloned()
                .unwrap_or_default();
            explorer.state.load_made(made);
            explorer.made_known = true;
            self.explore.made.seen = Arc::default();
        }
    }

    /// Whatever changed the directions that a person made, also undo, is written.
    pub(in crate::ui) fn keep_made(&mut self) {
        if let Some(explorer) = self
            .explore
            .explorer
            .as_ref()
            .filter(|shown| shown.made_known)
        {
            let model = explorer.faces.sampler().fingerprint();
            self.explore.made.keep(model, &explorer.state.pose().made);
        }
    }
}
