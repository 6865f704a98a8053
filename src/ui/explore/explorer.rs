//! The explorer: where a person is, and whose faces they see.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::Context;

use super::choices::SearchMethod;
use super::effects::{DirectionEffects, has_moved_on};
use super::faces::{Faces, Source};
use crate::config::DataChoice;
use crate::session::{Exploration, step_of_run};
use crate::worker::Job;
use crate::worker::jobs::model::OpenedModel;
use crate::worker::sampler::Weights;

/// The explorer: where a person is, and the thread that draws it.
pub(in crate::ui) struct Explorer {
    pub(in crate::ui) state: Exploration,
    pub(in crate::ui) faces: Faces,
    /// What the model is called: a file, a shipped model or a run.
    pub(in crate::ui) name: String,
    /// Whether directions were looked for.
    pub(in crate::ui) looked: bool,
    /// Since when those that were found are known.
    pub(in crate::ui) fitted: Vec<DirectionFit>,
    /// The pictures that the generator learnt from, where they are known.
    pub(in crate::ui) learnt_from: Option<DataChoice>,
    /// Whether directions that were made with it at an earlier start are there.
    pub(in crate::ui) made_known: bool,
    /// How much directions change the picture.
    pub(in crate::ui) effects: DirectionEffects,
}

impl Explorer {
    /// Nowhere yet, with a thread that draws faces and wakes `ctx`.
    pub(in crate::ui) fn new(
        weights: Weights,
        (source, name): (Source, String),
        ctx: &Context,
    ) -> Self {
        Self {
            state: Exploration::new(0),
            faces: Faces::new(weights, source, ctx),
            name,
            looked: false,
            fitted: Vec::new(),
            learnt_from: None,
            made_known: false,
            effects: DirectionEffects::default(),
        }
    }

    /// Whose faces these are, in words; a run's weights are those of a step.
    pub(in crate::ui) fn source_name(&self) -> String {
        self.name_at(self.faces.step())
    }

    /// The same of another step of a run.
    pub(in crate::ui) fn name_at(&self, step: u64) -> String {
        match self.faces.source {
            Source::Live => step_of_run(&self.name, step),
            Source::File(_) | Source::Shipped => self.name.clone(),
        }
    }

    /// Goes where `other` is, in a latent space of the same length.
    pub(in crate::ui) fn go_where(&mut self, other: &Exploration) {
        self.state = other.clone();
        self.looked = false;
        self.fitted.clear();
        self.made_known = false;
    }
}

/// A model on its way.
pub(in crate::ui) struct PendingModel {
    /// Where it is; `None` for the one inside the program.
    pub(in crate::ui) path: Option<PathBuf>,
    /// What a person calls it.
    pub(in crate::ui) name: String,
    pub(in crate::ui) job: Job<OpenedModel>,
}

/// Directions of a run's network at a step.
pub(in crate::ui) struct DirectionFit {
    pub method: SearchMethod,
    pub step: u64,
    pub at: Instant,
}

impl DirectionFit {
    /// Whether the network has moved on from there by `step`.
    pub fn is_old(&self, step: u64) -> bool {
        // Labels take both cores for seconds, which training needs too.
        let rest = match self.method {
            SearchMethod::Labels => Duration::from_secs(180),
            SearchMethod::Jacobian => Duration::from_secs(60),
            SearchMethod::Pca | SearchMethod::Sefa => Duration::from_secs(10),
        };
        has_moved_on(self.step, step) && self.at.elapsed() >= rest
    }
}
