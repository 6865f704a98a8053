//! The faces of a run beside those that a person explores: a run that begins does not take these away, it offers its own.

use std::path::Path;
use std::sync::Arc;

use egui::{Align, Context, Frame, Layout, Margin, Panel, RichText, Ui};

use super::explorer::Explorer;
use super::faces::Source;
use super::offer::{Offer, RunFaces};
use crate::readable;
use crate::session::Exploration;
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::state::ExploreState;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, Icon};
use crate::worker::jobs::models::ModelPlace;
use crate::worker::sampler::Weights;
use crate::worker::train::RunStart;

impl ExploreState {
    /// A run begins. What is seen of the one before stays what it is: its last model.
    pub fn run_begins(&mut self, started: &RunStart, saved: Option<&Path>) {
        self.faceless = true;
        self.offer = None;
        if started.resumed.is_some() {
            return;
        }
        if let (Some(shown), Some(model)) = (&mut self.explorer, saved)
            && shown.faces.source == Source::Live
        {
            shown.faces.source = Source::File(model.to_path_buf());
        }
    }

    /// The run has drawn its first faces. They are shown where there are no others, or where those of the same run
    /// are; otherwise they are offered.
    pub fn run_has_faces(&mut self, weights: Weights, started: &RunStart, ctx: &Context) {
        self.run = Some(RunFaces {
            weights,
            name: ModelPlace::Run(started.run.clone()).name(),
            latent: started.config.latent,
            data: started.config.data.clone(),
        });
        self.parked = None;
        if self.explorer.is_none() || self.explores_live() {
            let shown = self.explorer.take();
            let before = shown.map(|shown| self.left(&shown));
            self.explorer_of_run(before, ctx);
        } else {
            self.offer = Some(Offer::Look);
            self.aside = None;
        }
    }

    fn explorer_of_run(&mut self, before: Option<Exploration>, ctx: &Context) {
        let Some(run) = &self.run else { return };
        let (latent, data) = (run.latent, run.data.clone());
        let source = (Source::Live, run.name.clone());
        let explorer = Explorer::new(run.weights.clone(), source, ctx);
        self.explore_with(explorer, (latent, before));
        self.learnt_from(Some(data));
    }

    /// Keeps the run's faces for later.
    pub fn park(&mut self) {
        if let Some(explorer) = &mut self.explorer {
            explorer.faces.rest(|_| true);
            self.parked = self.explorer.take();
        }
    }

    /// Goes from a file's faces to the run's.
    pub fn show_run(&mut self, ctx: &Context) {
        if self.explores_live() || self.run.is_none() {
            return;
        }
        let mut shown = self.explorer.take();
        if let Some(shown) = &mut shown {
            shown.faces.rest(|_| true);
        }
        match self.parked.take() {
            Some(parked) => self.take_place(parked, shown.as_ref()),
            None => self.explorer_of_run(shown.as_ref().map(|shown| self.left(shown)), ctx),
        }
        self.aside = shown;
        self.offer = self.aside.is_some().then_some(Offer::Back);
    }

    /// Goes back from the run's faces to those that were there before.
    pub fn show_aside(&mut self) {
        let Some(before) = self.aside.take() else {
            return;
        };
        self.park();
        let parked = self.parked.take();
        self.take_place(before, parked.as_ref());
        self.parked = parked;
        self.offer = None;
    }

    /// Shows `next` where `shown` was, at the same place of the latent space where that is as long.
    fn take_place(&mut self, mut next: Explorer, shown: Option<&Explorer>) {
        match shown {
            Some(shown) if same_length(&shown.state, &next.state) => {
                next.go_where(&self.left(shown))
            }
            Some(shown) => self.put_aside(self.left(shown)),
            None => {}
        }
        next.state.load_shelf(Arc::clone(&self.shelf.faces));
        self.controls.forget_measured();
        self.explorer = Some(next);
    }
}

fn same_length(a: &Exploration, b: &Exploration) -> bool {
    a.components() == b.components()
}

/// The bar above the faces, while there is something to offer.
pub fn offer(
    ui: &mut Ui,
    state: &ExploreState,
    shared: &Shared<'_>,
    shown: &Explorer,
    actions: &mut Vec<Action>,
) {
    let Some(offer) = state.offer else { return };
    let (text, label, about, action) = match (offer, &state.run, &state.aside) {
        (Offer::Look, Some(run), _) => {
            let step = readable::count(shared.session.last.map_or(0, |last| last.step));
            let does = match shared.session.state.is_active() {
                true => "is learning: step",
                false => "has ended at step",
            };
            (
                format!("Your run {} {does} {step}", run.name),
                "Look".to_owned(),
                "Show the faces of the run here. You can go back as easily.",
                ExploreAction::ShowRun,
            )
        }
        (Offer::Back, _, Some(before)) => (
            format!("These are the faces of your run {}.", shown.name),
            format!("Back to {}", before.name),
            "Show the faces that were here before the run's.",
            ExploreAction::ShowAside,
        ),
        _ => return,
    };
    let palette = palette(ui);
    let frame = Frame::new()
        .fill(palette.raised)
        .inner_margin(Margin::symmetric(theme::WIDE as i8, theme::TIGHT as i8));
    Panel::top("offer of the run")
        .exact_size(theme::CONTROL + 2.0 * theme::TIGHT)
        .show_separator_line(false)
        .frame(frame)
        .show(ui, |ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let close = Button::icon_only(Icon::Close, "Put this away").small();
                let tip = "Stay here. The menu at the model's name leads to the run at any time.";
                if ui.add(close.tip(tip)).clicked() {
                    actions.push(Action::Explore(ExploreAction::PutOfferAway));
                }
                if ui.add(Button::new(&label).small().tip(about)).clicked() {
                    actions.push(Action::Explore(action));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let text = RichText::new(text).color(palette.text);
                    ui.add(egui::Label::new(text).truncate());
                });
            });
        });
}
