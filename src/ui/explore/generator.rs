//! Whose faces the explorer shows: those of the run or those of a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Context;

use super::directions::faces_along;
use super::faces::Source;
use crate::config::DataChoice;
use crate::latent::Latent;
use crate::latent::saved::SavedFace;
use crate::notice::{Next, Notice};
use crate::session::{Exploration, Trouble};
use crate::ui::action::{Action, Screen};
use crate::ui::animate::action::AnimateAction;
use crate::ui::explore::choices::{Centre, Side};
use crate::ui::explore::explorer::{Explorer, PendingModel};
use crate::ui::explore::question::Asked;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::view::{STRIPS, View};
use crate::ui::host::Host;
use crate::ui::models::action::ModelsAction;
use crate::ui::waker::waker;
use crate::worker::jobs::model::{OpenedModel, open_model, open_shipped_model};
use crate::worker::jobs::models::{ModelFacts, ModelPlace};
use crate::worker::jobs::shipped::name_in;
use crate::worker::sampler::Weights;

/// No window is so wide that it shows more kept faces at once.
const MOST_SEEN: usize = 200;

impl ExploreState {
    /// Reads a model file; `answer` is what a person said of one that leaves something open.
    pub fn open(&mut self, path: PathBuf, answer: Option<String>, host: &mut Host<'_>) {
        if let Some(name) = name_in(&path) {
            self.open_shipped(name, host.ctx);
        } else {
            self.controls.path = path.display().to_string();
            self.opening = Some(PendingModel {
                name: path.display().to_string(),
                job: open_model(path.clone(), answer, waker(host.ctx)),
                path: Some(path),
            });
        }
        host.show(Screen::Explore);
    }

    /// Takes in a model that was read.
    pub fn follow_opening(&mut self, host: &mut Host<'_>) {
        let result = self.opening.as_ref().and_then(|opening| opening.job.poll());
        if let Some(result) = result
            && let Some(opening) = self.opening.take()
        {
            match result {
                Ok(model) => {
                    host.session.notices.over(Trouble::Model);
                    self.show_model(opening, model, host);
                }
                Err(notice) => {
                    let notice = match opening.path {
                        Some(path) => notice.with_next(Next::OpenModel(path)),
                        None => notice,
                    };
                    let notices = &mut host.session.notices;
                    notices.post_until_over(notice, Trouble::Model);
                }
            }
        }
    }

    /// Shows a model that comes with the program.
    pub fn open_shipped(&mut self, name: &'static str, ctx: &Context) {
        self.opening = Some(PendingModel {
            path: None,
            name: name.to_owned(),
            job: open_shipped_model(name, waker(ctx)),
        });
    }

    fn show_model(&mut self, opening: PendingModel, opened: OpenedModel, host: &mut Host<'_>) {
        let (model, learnt_from) = (opened.weights, opened.learnt_from);
        for note in opened.notes {
            host.post(Notice::info(note));
        }
        let latent = model.info().latent;
        let path = opening.path.as_deref();
        let name = path.map_or(opening.name, |path| {
            ModelPlace::File(path.to_path_buf()).name()
        });
        self.controls.opened(model.info());
        if let Some(path) = path {
            let opened = ModelsAction::Opened(path.to_path_buf(), ModelFacts::of(model.info()));
            host.ask(Action::Models(opened));
            let folder = path.parent().map(Path::to_path_buf);
            host.ask(Action::Animate(AnimateAction::Suggest(folder)));
            host.show(Screen::Explore);
        }
        if self.explores_live() {
            self.park();
        }
        let question = opened.questions.into_iter().next();
        let question = opening
            .path
            .as_ref()
            .zip(question)
            .map(|(path, question)| Asked::new(path.clone(), question, host.ctx));
        let source = opening.path.map_or(Source::Shipped, Source::File);
        self.aside = None;
        self.question = question;
        let explorer = Explorer::new(Weights::Fixed(model), (source, name), host.ctx);
        let shown = self.explorer.take();
        let before = shown.as_ref().or(self.parked.as_ref());
        let before = before.map(|before| self.left(before));
        self.explore_with(explorer, (latent, before));
        self.learnt_from(learnt_from);
    }

    pub(super) fn learnt_from(&mut self, data: Option<DataChoice>) {
        if let Some(explorer) = &mut self.explorer {
            explorer.learnt_from = data;
        }
    }

    /// Another generator; the place in the latent space stays where the latent space does.
    pub(super) fn explore_with(
        &mut self,
        mut next: Explorer,
        (latent, before): (usize, Option<Exploration>),
    ) {
        self.controls.forget_measured();
        next.state = self.state_for(latent, before);
        next.state.load_shelf(Arc::clone(&self.shelf.faces));
        self.explorer = Some(next);
    }

    /// Where a person was with `shown`, without the directions that are kept with its model.
    pub(super) fn left(&self, shown: &Explorer) -> Exploration {
        let model = shown.faces.sampler().fingerprint();
        let made = self.made.all.models.get(model).filter(|_| shown.made_known);
        let mut state = shown.state.clone();
        state.forget_directions(made.map_or(&[], |made| made));
        state
    }

    /// Where a person was last in latents of `latent` numbers. What they made in others waits until a model has
    /// such latents again.
    fn state_for(&mut self, latent: usize, before: Option<Exploration>) -> Exploration {
        let fits = |state: &Exploration| state.components() == latent;
        match before {
            Some(state) if fits(&state) => return state,
            Some(state) => self.put_aside(state),
            None => {}
        }
        match self.elsewhere.iter().position(fits) {
            Some(place) => self.elsewhere.swap_remove(place),
            None => Exploration::new(latent),
        }
    }

    pub(super) fn put_aside(&mut self, state: Exploration) {
        self.elsewhere
            .retain(|other| other.components() != state.components());
        self.elsewhere.push(state);
    }

    /// Asks for what is visible.
    pub fn want_faces(&mut self, screen: Screen) {
        let Some(explorer) = &mut self.explorer else {
            return;
        };
        if screen != Screen::Explore {
            explorer
                .faces
                .rest(|view| !view.is_animated() && view != View::Judged);
            return;
        }
        let (state, faces) = (&explorer.state, &mut explorer.faces);
        let pose = state.pose();
        let current = std::slice::from_ref(&pose.current);
        faces.want(View::Face, current);
        if self.controls.puller.is_following() {
            return;
        }
        faces.want(View::Before, std::slice::from_ref(&pose.before));
        faces.want(View::Wall, state.wall());
        let fits = |saved: &&SavedFace| saved.latent.len() == state.components();
        let seen = self.controls.shelf_seen.clone();
        let seen = pose.shelf.get(seen).unwrap_or(&pose.shelf);
        let shelf = seen.iter().take(MOST_SEEN).filter(fits);
        let shelf: Vec<Latent> = shelf.map(|saved| saved.latent.clone()).collect();
        faces.want(View::Shelf, &shelf);
        let centre = self.controls.centre;
        let on_show = [
            (View::Way, centre != Centre::Board),
            (View::Score, centre != Centre::Board),
            (View::Pad, centre == Centre::Pad),
            (View::Board, centre == Centre::Board),
        ];
        for (view, on_show) in on_show {
            match (on_show, view) {
                (false, _) => faces.forget(view),
                (true, View::Way) => faces.want(view, &pose.way()),
                (true, View::Pad) => faces.want(view, &pose.pad.corners),
                (true, View::Board) => faces.want(view, &pose.board.faces()),
                (true, _) => faces.want(view, current),
            }
        }
        self.want_strips();
    }

    /// Asks for the strips that are in sight.
    fn want_strips(&mut self) {
        let Some(explorer) = &mut self.explorer else {
            return;
        };
        // Where the face moves by itself the strips stay as they are: it needs the processor alone.
        let stay = self.controls.walk.is_on();
        let on_show = self.controls.side == Side::Directions;
        let current = &explorer.state.pose().current;
        for (place, direction) in explorer.state.directions().enumerate().take(STRIPS) {
            let view = View::Strip(place);
            if on_show && self.controls.visible.contains(&place) {
                if stay && explorer.faces.sheet(view).count() > 0 {
                    continue;
                }
                let reach = explorer.effects.reach(place);
                explorer
                    .faces
                    .want(view, &faces_along(direction, reach, current));
            } else {
                explorer.faces.forget(view);
            }
        }
    }
}
