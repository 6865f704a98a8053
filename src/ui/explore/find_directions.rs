//! Looking for directions: when a model comes without, on request, and anew as a run's network moves on.

use std::sync::Arc;
use std::time::Instant;

use super::faces::Source;
use crate::gan::Snapshot;
use crate::latent::directions::Disentanglement;
use crate::latent::{Direction, Method};
use crate::notice::Notice;
use crate::session::{Move, Origin};
use crate::ui::action::{Action, Screen};
use crate::ui::explore::choices::SearchMethod;
use crate::ui::explore::explorer::DirectionFit;
use crate::ui::explore::state::ExploreState;
use crate::ui::host::{GLANCE, Host};
use crate::ui::train::action::TrainAction;
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::directions::{
    DirectionsPlan, FoundDirections, LabelPlan, find_directions, keep_directions,
};

/// New faces on which it is seen what directions of labels change.
const CHECKED: usize = 64;
/// Directions that methods without labels are asked for.
const DIRECTIONS: usize = 16;

fn kind(direction: &Direction) -> Option<SearchMethod> {
    match direction.method {
        Method::Pca { .. } => Some(SearchMethod::Pca),
        Method::Sefa { .. } => Some(SearchMethod::Sefa),
        Method::Jacobian { .. } => Some(SearchMethod::Jacobian),
        Method::Label { .. } => Some(SearchMethod::Labels),
        Method::Examples { .. } => None,
    }
}

impl ExploreState {
    /// Looks for directions of the weights on show.
    pub fn find(&mut self, method: SearchMethod, host: &mut Host<'_>) {
        match self.weights_on_show() {
            Some(model) => {
                self.controls.unasked = false;
                self.controls.direction_search = Some((method, self.look_for(method, model, host)));
            }
            None => host.post(Notice::info(
                "There is no generator yet. Wait for the first step, then look again.",
            )),
        }
    }

    fn weights_on_show(&self) -> Option<Arc<Snapshot>> {
        let explorer = self.explorer.as_ref()?;
        explorer.faces.sampler().weights()
    }

    fn look_for(
        &self,
        method: SearchMethod,
        model: Arc<Snapshot>,
        host: &Host<'_>,
    ) -> Job<FoundDirections> {
        let usual = LabelPlan::default();
        let plan = match method {
            SearchMethod::Pca => DirectionsPlan::Pca { count: DIRECTIONS },
            SearchMethod::Sefa => DirectionsPlan::Sefa { count: DIRECTIONS },
            SearchMethod::Jacobian => DirectionsPlan::Jacobian { count: DIRECTIONS },
            SearchMethod::Labels => DirectionsPlan::Labels(LabelPlan {
                check: CHECKED,
                also: self.own_of_labels(),
                data: self.labelled_pictures(host.config).0.clone(),
                folder_labels: host.config.prepare.folder_labels,
                apart: if self.controls.entangled {
                    Disentanglement::No
                } else {
                    usual.apart
                },
                ..usual
            }),
        };
        find_directions(model, plan, waker(host.ctx))
    }

    /// The labels' directions that the model came with, of which nobody knows what they change.
    fn own_of_labels(&self) -> Vec<Direction> {
        let Some(explored) = self.explored() else {
            return Vec::new();
        };
        let own = explored.all_directions().filter(|one| {
            let unknown = matches!(one.method, Method::Label { effect: None, .. });
            unknown && explored.origin(one) == Origin::Own
        });
        own.cloned().collect()
    }

    /// Keeps all directions that are listed with the model: in its file, or with the run that goes on.
    pub fn keep_directions(&mut self, host: &mut Host<'_>) {
        let Some(explorer) = &self.explorer else {
            return;
        };
        // Also those that are left out of the list: nothing that is kept gets lost.
        let directions: Vec<Direction> = explorer.state.all_directions().cloned().collect();
        let path = match &explorer.faces.source {
            // Its file stays as it is.
            Source::Shipped => return host.ask(Action::moved(Move::KeepFound, None)),
            Source::File(path) => path.clone(),
            // These are the last faces of the run before.
            Source::Live if self.faceless => return,
            Source::Live if host.session.state.is_active() => {
                self.controls.kept_live = true;
                host.ask(Action::Train(TrainAction::KeepDirections(directions)));
                let text = "The run keeps the directions with its model from now on.";
                host.post(Notice::info(text));
                return;
            }
            Source::Live => match &host.session.started {
                Some(started) => started.run.clone(),
                None => return,
            },
        };
        self.controls.keeping = Some(keep_directions(path, directions, waker(host.ctx)));
    }

    /// Takes in what was found, and looks anew where a run has moved on.
    pub fn follow_finding(&mut self, host: &mut Host<'_>) {
        if let Some((method, result)) = finished(&mut self.controls.direction_search) {
            match result {
                Ok(found) if found.directions.is_empty() => {
                    let text =
                        "No direction was found: this model's faces do not tell the labels apart.";
                    host.post(Notice::info(text));
                }
                Ok(found) => {
                    // No notice: it would lie over the list that shows them.
                    self.take_directions(method, found, !self.controls.unasked);
                }
                Err(notice) => host.post(notice),
            }
        }
        // Where it fails, the directions of before are still there.
        if let Some((method, Ok(found))) = finished(&mut self.controls.refitting) {
            self.take_directions(method, found, false);
            if self.controls.kept_live
                && let Some(explorer) = &self.explorer
            {
                let directions = explorer.state.all_directions().cloned().collect();
                host.ask(Action::Train(TrainAction::KeepDirections(directions)));
            }
        }
        if let Some(result) = self.controls.keeping.as_ref().and_then(Job::poll) {
            self.controls.keeping = None;
            let kept = |_| Notice::info("The directions are in the model file.");
            let notice = result.map_or_else(|notice| notice, kept);
            host.post(notice);
        }
        let explore = &self.controls;
        if explore.direction_search.is_some()
            || explore.refitting.is_some()
            || explore.keeping.is_some()
        {
            host.ctx.request_repaint_after(GLANCE);
        }
        self.look_for_first_directions(host);
        self.look_anew(host);
        self.measure_directions(host);
    }

    /// How far each strip goes hangs on how much its direction changes.
    fn measure_directions(&mut self, host: &mut Host<'_>) {
        if let Some(explorer) = &mut self.explorer {
            explorer.effects.list(&explorer.state);
        }
        let searching = self.controls.direction_search.is_some();
        // A strip does not change under a hand.
        let dragged = host.ctx.input(|input| input.pointer.any_down());
        let seen = host.screen == Screen::Explore && !searching && !dragged;
        let Some(explorer) = self.explorer.as_mut().filter(|shown| seen && shown.looked) else {
            return;
        };
        if !explorer.faces.is_ready() {
            return;
        }
        let weights = (explorer.faces.sampler().weights(), explorer.faces.step());
        let failed = explorer.effects.follow(&explorer.state, weights, host.ctx);
        if explorer.effects.is_measuring() {
            host.ctx.request_repaint_after(GLANCE);
        }
        if let Some(notice) = failed {
            host.post(notice);
        }
    }

    fn take_directions(&mut self, method: SearchMethod, found: FoundDirections, asked: bool) {
        if method == SearchMethod::Labels {
            self.controls.label_reports = found.labels;
        }
        if let Some(explorer) = &mut self.explorer {
            explorer.state.learn_effects(&found.known);
            if asked {
                explorer.state.find_more(found.directions)
            } else {
                explorer.state.find(found.directions)
            }
            explorer.fitted.retain(|fitted| fitted.method != method);
            explorer.fitted.push(DirectionFit {
                method,
                step: explorer.faces.step(),
                at: Instant::now(),
            });
        }
    }

    /// A model that came without directions gets its principal components, which take no second.
    fn look_for_first_directions(&mut self, host: &mut Host<'_>) {
        let Some(explorer) = self.explorer.as_mut().filter(|explorer| !explorer.looked) else {
            return;
        };
        // On the Explore screen the current face comes first.
        let waits = host.screen != Screen::Animate && !explorer.faces.is_ready();
        if waits || self.controls.direction_search.is_some() {
            return;
        }
        let Some(model) = explorer.faces.sampler().weights() else {
            return;
        };
        explorer.looked = true;
        match model.directions() {
            [] => {
                self.find(SearchMethod::Pca, host);
                self.controls.unasked = true;
            }
            // Those of a run follow its network.
            known if explorer.faces.source == Source::Live => explorer.state.find(known.to_vec()),
            known => explorer.state.give(known.to_vec()),
        }
    }

    /// Directions of a run follow its network, but never under a hand that drags along one of them.
    fn look_anew(&mut self, host: &Host<'_>) {
        let busy = self.controls.direction_search.is_some() || self.controls.refitting.is_some();
        let dragged = host.ctx.input(|input| input.pointer.any_down());
        if busy || dragged || host.screen != Screen::Explore {
            return;
        }
        let Some(explorer) = &self.explorer else {
            return;
        };
        if explorer.faces.source != Source::Live || explorer.faces.frozen {
            return;
        }
        let step = explorer.faces.step();
        let listed = |method| {
            // Those that do not do what they are called, too: a later network may have better ones.
            let mut all = explorer.state.all_directions();
            all.any(|direction| kind(direction) == Some(method))
        };
        let mut fitted = explorer.fitted.iter();
        let old = fitted.find(|fitted| fitted.is_old(step) && listed(fitted.method));
        if let (Some(method), Some(model)) = (old.map(|old| old.method), self.weights_on_show()) {
            self.controls.refitting = Some((method, self.look_for(method, model, host)));
        }
    }
}

/// What came of a search that is over.
fn finished(
    search: &mut Option<(SearchMethod, Job<FoundDirections>)>,
) -> Option<(SearchMethod, Result<FoundDirections, Notice>)> {
    let (method, job) = search.as_ref()?;
    let done = (*method, job.poll()?);
    *search = None;
    Some(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn directions_are_old_when_the_run_is_a_quarter_further_and_some_time_has_passed() {
        let fitted = |method, seconds| DirectionFit {
            method,
            step: 1000,
            at: Instant::now() - Duration::from_secs(seconds),
        };
        assert!(fitted(SearchMethod::Pca, 11).is_old(1250));
        assert!(!fitted(SearchMethod::Pca, 11).is_old(1249));
        assert!(!fitted(SearchMethod::Pca, 9).is_old(5000));
        assert!(!fitted(SearchMethod::Labels, 100).is_old(5000));
        assert!(fitted(SearchMethod::Labels, 181).is_old(5000));
    }
}
