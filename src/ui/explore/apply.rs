//! What a person wants of the Explore screen beside moves in the latent space, and the work it starts.

use std::path::{Path, PathBuf};

use egui::Context;

use super::walk_apply::is_touch;
use crate::export::ending::JSON;
use crate::latent::Latent;
use crate::latent::saved::SavedFace;
use crate::notice::Notice;
use crate::session::{Move, moved, step_of_run};
use crate::ui::action::Screen;
use crate::ui::explore::action::{ExploreAction, PaintAction, PhotoAction, PullAction};
use crate::ui::explore::choices::{FEW, NameEdit, Side};
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::faces::Source;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::view::View;
use crate::ui::host::Host;
use crate::ui::waker::waker;
use crate::ui::widgets::name_field;
use crate::worker::jobs::effects::component_effects;
use crate::worker::jobs::shipped::SHIPPED;

impl ExploreState {
    /// Does what a person wants of the Explore screen.
    pub fn apply(&mut self, action: ExploreAction, host: &mut Host<'_>) {
        if is_touch(&action) {
            self.controls.walk.stop();
        }
        let controls = &mut self.controls;
        match action {
            ExploreAction::Walk => self.toggle_walk(),
            ExploreAction::StopWalk => controls.walk.stop(),
            ExploreAction::WalkHow(speed, amount, wall) => {
                let walk = &mut controls.walk;
                (walk.speed, walk.amount, walk.wall) = (speed, amount, wall);
            }
            ExploreAction::Centre(centre) => controls.set_centre(centre),
            ExploreAction::Side(side) => controls.set_side(side),
            ExploreAction::Difference(difference) => controls.difference = difference,
            ExploreAction::Comparing(comparing) => controls.comparing = comparing,
            ExploreAction::Search(text) => controls.search = text,
            ExploreAction::More => controls.more += FEW,
            ExploreAction::Visible(places) => controls.visible = places,
            ExploreAction::ShelfSeen(places) => controls.shelf_seen = places,
            ExploreAction::Cursor(place) => controls.raw.cursor = place,
            ExploreAction::EditName(naming) => self.set_naming(naming, host.ctx),
            ExploreAction::DirectionName(name) => controls.direction_name = name,
            ExploreAction::DirectionApart(apart) => controls.direction_apart = apart,
            ExploreAction::FacesPath(path) => controls.faces_path = path,
            ExploreAction::FacesOut(path) => controls.faces_out.path = path,
            ExploreAction::StopFinding => controls.direction_search = None,
            ExploreAction::OtherLabels(other) => controls.other_labels = other,
            ExploreAction::Entangled(entangled) => controls.entangled = entangled,
            ExploreAction::ModelPath(text) => controls.path = text,
            ExploreAction::Smooth(smooth) => controls.crisp = !smooth,
            ExploreAction::Zoom(action) => controls.zoom.apply(action),
            ExploreAction::ByEffect(by_effect) => self.sort_by_effect(by_effect, host.ctx),
            ExploreAction::FindDirections(method) => self.find(method, host),
            ExploreAction::KeepDirections => self.keep_directions(host),
            ExploreAction::ImportFaces => self.import_faces(host.ctx),
            ExploreAction::ExportFaces => self.export_faces(host.ctx),
            ExploreAction::ShowRun => {
                self.show_run(host.ctx);
                host.show(Screen::Explore);
            }
            ExploreAction::ShowAside => self.show_aside(),
            ExploreAction::FolderRenamed(from, to) => self.follow_folder(&from, &to),
            ExploreAction::PutOfferAway => {
                self.offer = None;
                // Nothing leads back to it any more.
                self.aside = None;
            }
            ExploreAction::PutQuestionAway => self.question = None,
            ExploreAction::OpenShipped => self.open_shipped(SHIPPED, host.ctx),
            ExploreAction::OpenModel(path) => self.open(path, None, host),
            ExploreAction::OpenAnswered(path, answer) => self.open(path, answer, host),
            ExploreAction::Still(action) => self.apply_still(action, host),
            ExploreAction::TakeFaces(faces) => self.take_faces(faces, host),
            ExploreAction::ImportFrom(path) => {
                self.shelf.import(path, host.ctx);
                host.show(Screen::Explore);
            }
            ExploreAction::Photo(action) => self.photograph(action, host),
            ExploreAction::Paint(action) => self.paint(action, host.ctx),
            ExploreAction::Pull(action) => self.pull(action, host.ctx),
            ExploreAction::Undo if self.paints_now() => self.paint(PaintAction::TakeBack, host.ctx),
            ExploreAction::Undo => self.with_explorer(|shown| shown.state.undo()),
            ExploreAction::Redo => self.with_explorer(|shown| shown.state.redo()),
            ExploreAction::NewWall => self.with_explorer(|shown| shown.state.new_wall()),
            ExploreAction::Move(way, place) => {
                // The same control in the same gesture is one step of undo.
                let gesture = place.map(|place| host.gestures.of(place));
                self.with_explorer(|shown| shown.state.go(way, gesture));
            }
            ExploreAction::Likeness(likeness) => {
                self.with_explorer(|shown| shown.state.set_likeness(likeness));
            }
            ExploreAction::MoreLike(face) => {
                self.with_explorer(|shown| shown.state.more_like(face))
            }
            ExploreAction::Freeze(frozen) => self.with_explorer(|shown| shown.faces.freeze(frozen)),
            ExploreAction::Keep(face) => self.keep(face),
            ExploreAction::KeepOfRun(face, step) => self.keep_of_run(face, step),
        }
    }

    fn set_naming(&mut self, naming: Option<NameEdit>, ctx: &Context) {
        if naming.is_some() && self.controls.naming.is_none() {
            ctx.memory_mut(|memory| memory.request_focus(name_field()));
        }
        self.controls.naming = naming;
    }

    fn sort_by_effect(&mut self, by_effect: bool, ctx: &Context) {
        self.controls.raw.by_effect = by_effect;
        self.measure_effects(ctx);
    }

    fn import_faces(&mut self, ctx: &Context) {
        let path = PathBuf::from(self.controls.faces_path.trim());
        self.shelf.import(path, ctx);
    }

    fn export_faces(&mut self, ctx: &Context) {
        let file = &mut self.controls.faces_out;
        let path = file.settle(JSON.ending);
        let replaces = file.replaces();
        self.shelf.export(path, replaces, ctx);
    }

    /// A model's file has another path with the folder that it is in.
    fn follow_folder(&mut self, from: &Path, to: &Path) {
        for explorer in self.explorer.iter_mut().chain(&mut self.aside) {
            if let Source::File(path) = &mut explorer.faces.source
                && let Some(there) = moved(path, from, to)
            {
                *path = there;
            }
        }
    }

    pub(super) fn with_explorer<R>(&mut self, what: impl FnOnce(&mut Explorer) -> R) {
        if let Some(explorer) = &mut self.explorer {
            what(explorer);
        }
    }

    /// Puts a face on the shelf under the next free name.
    fn keep(&mut self, latent: Latent) {
        let Some(explorer) = &self.explorer else {
            return;
        };
        let model = explorer.source_name();
        let fingerprint = explorer.faces.sampler().fingerprint().to_owned();
        self.keep_as(latent, model, fingerprint);
    }

    /// The same for a face of the run, whatever is explored.
    fn keep_of_run(&mut self, latent: Latent, step: u64) {
        let run = self.run.as_ref();
        let model = run.map_or_else(String::new, |run| step_of_run(&run.name, step));
        self.keep_as(latent, model, String::new());
    }

    fn keep_as(&mut self, latent: Latent, model: String, fingerprint: String) {
        let Some(explorer) = &mut self.explorer else {
            return;
        };
        let shelf = &explorer.state.pose().shelf;
        let taken = |name: &str| shelf.iter().any(|saved| saved.name == name);
        let name = (1..)
            .map(|number| format!("face {number}"))
            .find(|name| !taken(name))
            .unwrap_or_default();
        let saved = SavedFace {
            name,
            latent,
            model,
            fingerprint,
        };
        explorer.state.go(Move::Keep(Box::new(saved)), None);
    }

    /// Measures the effect of each number around the current face.
    fn measure_effects(&mut self, ctx: &Context) {
        let raw = &mut self.controls.raw;
        let Some(explorer) = self.explorer.as_ref().filter(|_| raw.by_effect) else {
            raw.measuring = None;
            return;
        };
        if let Some(model) = explorer.faces.sampler().weights() {
            let around = explorer.state.pose().current.clone();
            raw.measuring = Some(component_effects(model, around, waker(ctx)));
        }
    }

    fn photograph(&mut self, action: PhotoAction, host: &mut Host<'_>) {
        let photo = &mut self.controls.photo;
        match action {
            PhotoAction::Path(path) => photo.path = path,
            PhotoAction::Open(path) => {
                photo.open(&path, host.ctx);
                self.controls.side_before = Some(self.controls.side);
                self.controls.side = Side::Photo;
                host.show(Screen::Explore);
            }
            PhotoAction::Crop(crop, grip) => photo.crop(crop, grip),
            PhotoAction::Stop => photo.stop(),
            PhotoAction::Find { on } => {
                let explorer = self.explorer.as_ref();
                let weights = explorer.and_then(|explorer| explorer.faces.sampler().weights());
                if let (Some(model), Some(explorer)) = (weights, explorer) {
                    photo.followed(explorer.state.pose().current.clone());
                    photo.find(model, on, host.ctx);
                }
            }
        }
    }

    fn paint(&mut self, action: PaintAction, ctx: &Context) {
        if let Some(explorer) = &self.explorer {
            let current = &explorer.state.pose().current;
            let face = explorer.faces.sheet(View::Face).picture();
            let model = explorer.faces.sampler().weights();
            let painter = &mut self.controls.painter;
            painter.apply(action, (current, face), model, ctx);
        }
    }

    fn pull(&mut self, action: PullAction, ctx: &Context) {
        let Some(explorer) = &self.explorer else {
            return;
        };
        let model = match action {
            PullAction::Take(_) => explorer.faces.sampler().weights(),
            _ => None,
        };
        let known = || explorer.state.directions().cloned().collect();
        let model = model.map(|model| (model, known()));
        let side = explorer.faces.sheet(View::Face).tile();
        let current = &explorer.state.pose().current;
        let puller = &mut self.controls.puller;
        puller.apply(action, (current, side), model, ctx);
    }

    /// A picture knew whose faces it shows: here they are again, where this model can draw them.
    pub(super) fn take_faces(&mut self, faces: Vec<SavedFace>, host: &mut Host<'_>) {
        let Some(first) = faces.first() else { return };
        host.show(Screen::Explore);
        let Some(explorer) = &mut self.explorer else {
            let text =
                "There is no model to draw the face of this picture. Open the one that drew it.";
            return host.post(Notice::warning(text).with_details(first.model.clone()));
        };
        if let Some(side) = self.controls.side_before.take() {
            self.controls.side = side;
        }
        let (numbers, ours) = (first.latent.len(), explorer.state.components());
        if numbers != ours {
            let text = format!(
                "The face of this picture has {numbers} numbers, and this model takes {ours}. Open the model that drew it."
            );
            return host.post(Notice::warning(text).with_details(first.model.clone()));
        }
        let weights = explorer.faces.sampler().fingerprint();
        let is_other = !weights.is_empty() && first.fingerprint != weights;
        let model = first.model.clone();
        match &faces[..] {
            [face] => explorer.state.go(Move::Face(face.latent.clone()), None),
            _ => {
                let faces = faces.into_iter().map(|face| face.latent);
                explorer.state.bring_wall(faces.collect());
            }
        }
        if is_other {
            let text = "Another model drew this face; to this one its numbers mean another face.";
            host.post(Notice::info(text).with_details(model));
        }
    }

    /// Whatever changed the shelf or the directions that a person made, also undo, is written.
    pub fn keep_files(&mut self) {
        let Some(explorer) = &self.explorer else {
            return;
        };
        self.shelf.keep(&explorer.state.pose().shelf);
        if explorer.made_known {
            let model = explorer.faces.sampler().fingerprint();
            let pose = explorer.state.pose();
            self.made.keep(model, &pose.made, &pose.board);
        }
    }
}
