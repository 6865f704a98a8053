//! Whose faces the explorer shows: those of the run or those of a file.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use egui::Context;

use super::App;
use super::action::Screen;
use super::faces::{Faces, Source};
use crate::session::Explore;
use crate::worker::{Plan, Snapshot, Trainer, View, Weights};

/// Between two frames that only a training step asked for: drawing must not take the processor
/// from training.
const STEP_FRAME: Duration = Duration::from_millis(50);

/// The explorer: where a person is, and the thread that draws it.
pub(super) struct Explorer {
    pub(super) state: Explore,
    pub(super) faces: Faces,
}

impl App {
    /// Starts a run with the present settings.
    pub(super) fn start_run(&mut self, plan: Plan, ctx: &Context) {
        let waker = ctx.clone();
        self.session.begin();
        self.train.begin();
        let wake = move || waker.request_repaint_after(STEP_FRAME);
        self.trainer = Some(Trainer::start(plan, wake));
    }

    /// Shows the faces of the run's generator in the explorer.
    pub(super) fn follow_run(&mut self, latent: usize, ctx: &Context) {
        if let Some(trainer) = &self.trainer {
            self.parked = None;
            let weights = Weights::Live(trainer.weights());
            self.explore_with(weights, Source::Live, latent, ctx);
        }
    }

    pub(super) fn show_model(&mut self, path: PathBuf, model: Arc<Snapshot>, ctx: &Context) {
        let latent = model.info().latent;
        self.explore.opened(&path, model.info());
        self.export.suggest(path.parent());
        if self.explores_live() {
            self.park();
        }
        self.explore_with(Weights::Fixed(model), Source::File(path), latent, ctx);
        self.screen = Screen::Explore;
    }

    /// Another generator; the place in the latent space stays where the latent space does.
    fn explore_with(&mut self, weights: Weights, source: Source, latent: usize, ctx: &Context) {
        let mut faces = Faces::new(weights, source, ctx);
        faces.face().set_smooth(ctx, self.explore.smooth);
        let before = self.explorer.take().map(|explorer| explorer.state);
        let state = before
            .or_else(|| self.parked.as_ref().map(|parked| parked.state.clone()))
            .filter(|state| state.components() == latent)
            .unwrap_or_else(|| Explore::new(latent));
        self.explorer = Some(Explorer { state, faces });
    }

    /// Whether there are faces of a run to go back to.
    pub(super) fn can_show_run(&self) -> bool {
        self.parked.is_some()
    }

    /// Keeps the run's faces for later.
    fn park(&mut self) {
        if let Some(explorer) = &mut self.explorer {
            explorer.faces.rest();
            self.parked = self.explorer.take();
        }
    }

    /// Goes back from a file's faces to the run's.
    pub(super) fn show_run(&mut self) {
        let Some(mut parked) = self.parked.take() else {
            return;
        };
        if let Some(shown) = self.explorer.take()
            && shown.state.components() == parked.state.components()
        {
            parked.state = shown.state;
        }
        self.explorer = Some(parked);
    }

    /// Asks for what is visible.
    pub(super) fn want_faces(&mut self) {
        let Some(explorer) = &mut self.explorer else {
            return;
        };
        if self.screen != Screen::Explore {
            explorer.faces.rest();
            return;
        }
        let pose = explorer.state.pose();
        explorer
            .faces
            .want(View::Face, std::slice::from_ref(&pose.current));
        explorer.faces.want(View::Strip, &pose.strip());
        explorer.faces.want(View::Wall, explorer.state.wall());
    }

    /// Whether the explorer shows the run's own faces.
    pub(super) fn explores_live(&self) -> bool {
        self.explorer
            .as_ref()
            .is_some_and(|explorer| explorer.faces.source == Source::Live)
    }
}
