//! The curves of the run that the present one was forked from, read beside the window's thread.

use std::path::{Path, PathBuf};

use egui::Context;

use crate::run::RunHistory;
use crate::session::{Evaluations, History};
use crate::ui::waker::waker;
use crate::worker::Job;

/// What the run on show descends from; empty where it is no fork.
#[derive(Default)]
pub struct ParentRun {
    parent: Option<PathBuf>,
    reading: Option<Job<Box<(History, Evaluations)>>>,
    found: Box<(History, Evaluations)>,
}

impl ParentRun {
    /// Before every frame: reads the curves of `parent` where they are not known yet.
    pub fn follow(&mut self, parent: Option<&Path>, ctx: &Context) {
        if self.parent.as_deref() != parent {
            self.parent = parent.map(Path::to_owned);
            *self.found = Default::default();
            self.reading = parent.map(|parent| read(parent.to_owned(), ctx));
        }
        if let Some(result) = self.reading.as_ref().and_then(Job::poll) {
            self.reading = None;
            // A parent that was removed leaves its place empty.
            self.found = result.unwrap_or_default();
        }
    }

    /// The folder of the parent, where its curves are known.
    pub fn folder(&self) -> Option<&Path> {
        let known = !self.found.0.is_empty();
        self.parent.as_deref().filter(|_| known)
    }

    pub fn history(&self) -> &History {
        &self.found.0
    }

    /// What was measured of it.
    pub fn evaluations(&self) -> &Evaluations {
        &self.found.1
    }
}

fn read(parent: PathBuf, ctx: &Context) -> Job<Box<(History, Evaluations)>> {
    Job::spawn("parent", waker(ctx), move |_| {
        let earlier = RunHistory::read_lineage(&parent);
        let (mut history, mut evaluations) = (History::default(), Evaluations::default());
        for record in &earlier.records {
            history.push(record);
        }
        evaluations.go_on_from(earlier.measured, Vec::new());
        Ok(Box::new((history, evaluations)))
    })
}
