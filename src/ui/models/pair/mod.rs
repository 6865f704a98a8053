//! Two models beside each other on the same latents, and what lies between them.

pub mod action;
mod between;
mod panel;
mod parts;
mod side;
pub mod view;

use std::path::{Path, PathBuf};

use self::action::{Choice, Mode, PairAction, Which};
use self::between::Between;
use self::side::{FACES, Side};
use crate::session::{Models, moved};
use crate::ui::host::{GLANCE, Host};
use crate::ui::waker::waker;
use crate::worker::Job;
use crate::worker::jobs::blend::{obstacle, resolutions, save_blend};
use crate::worker::jobs::models::{KnownModel, ModelPlace};

pub struct Pair {
    pub a: Side,
    pub b: Side,
    pub mode: Mode,
    /// Whether B is on show where they blink.
    pub flipped: bool,
    /// What their faces are drawn from.
    seed: u64,
    /// Sides of the features that have a weight of their own; empty before both are read.
    pub levels: Vec<usize>,
    pub weights: Vec<f64>,
    pub each_level: bool,
    /// Why they cannot be blended.
    pub obstacle: Option<String>,
    between: Between,
    saving: Option<Job<PathBuf>>,
    pub saved: Option<PathBuf>,
}

impl Pair {
    /// The folder `from` is at `to` now: models in it stay open.
    pub fn renamed(&mut self, from: &Path, to: &Path) {
        for side in [&mut self.a, &mut self.b] {
            if let Some(path) = moved(&side.choice.path, from, to) {
                side.choice.path = path;
            }
        }
    }

    /// The model at `place` beside one that it is likely to be compared with.
    pub fn open(
        list: &Models,
        (place, shown): (&ModelPlace, Option<&ModelPlace>),
        mode: Mode,
    ) -> Option<Self> {
        let model = list.at(place)?;
        let (a, b) = partners(list, (model, shown), mode);
        Some(Self {
            a: Side::new(a),
            b: Side::new(b),
            mode,
            flipped: false,
            seed: 1,
            levels: Vec::new(),
            weights: Vec::new(),
            each_level: false,
            obstacle: None,
            between: Between::default(),
            saving: None,
            saved: None,
        })
    }

    pub fn side(&self, which: Which) -> &Side {
        match which {
            Which::A => &self.a,
            Which::B => &self.b,
        }
    }

    /// The blend that is being written, for whoever goes on without the rest.
    pub fn into_saving(self) -> Option<Job<PathBuf>> {
        self.saving
    }

    pub fn is_saving(&self) -> bool {
        self.saving.is_some()
    }

    /// Faces of what lies between them.
    pub fn blended(&self) -> &crate::ui::widgets::sheet::Sheet {
        &self.between.sheet
    }

    pub fn apply(&mut self, action: PairAction, host: &Host<'_>) {
        match action {
            // Those of the screen.
            PairAction::Open(_) | PairAction::Close => {}
            PairAction::Mode(mode) => self.mode = mode,
            PairAction::Choose(Which::A, choice) => self.a = Side::new(choice),
            PairAction::Choose(Which::B, choice) => self.b = Side::new(choice),
            PairAction::Swap => {
                std::mem::swap(&mut self.a, &mut self.b);
                for weight in &mut self.weights {
                    *weight = 1.0 - *weight;
                }
                self.settle();
            }
            PairAction::NewLatents => self.seed += FACES as u64,
            PairAction::Flip => self.flipped = !self.flipped,
            PairAction::Weights(weights) => {
                self.weights = weights;
                self.saved = None;
            }
            PairAction::EachLevel(each) => {
                self.each_level = each;
                if !each {
                    let mean = self.weights.iter().sum::<f64>() / self.weights.len().max(1) as f64;
                    self.weights.fill(mean);
                }
            }
            PairAction::Save => {
                if let (Some(a), Some(b)) = (self.a.part(), self.b.part()) {
                    let folder = self.folder();
                    let job = save_blend([a, b], self.weights.clone(), folder, waker(host.ctx));
                    self.saving = Some(job);
                    self.saved = None;
                }
            }
        }
    }

    /// Before every frame: takes in what threads have brought. Gives a blend that was saved.
    pub fn tick(&mut self, list: &Models, host: &mut Host<'_>) -> Option<PathBuf> {
        let mut changed = false;
        for side in [&mut self.a, &mut self.b] {
            changed |= side.tick(list, host);
        }
        if changed {
            self.settle();
        }
        for side in [&mut self.a, &mut self.b] {
            side.want(self.seed);
        }
        if let (Mode::Blend, None, Some(a), Some(b)) =
            (self.mode, &self.obstacle, self.a.part(), self.b.part())
        {
            let waits = self.between.tick([a, b], (&self.weights, self.seed), host);
            if waits {
                host.ctx.request_repaint_after(GLANCE);
            }
        }
        let result = self.saving.as_ref().and_then(Job::poll)?;
        self.saving = None;
        match result {
            Ok(path) => {
                self.saved = Some(path.clone());
                Some(path)
            }
            Err(notice) => {
                host.post(notice);
                None
            }
        }
    }

    /// Beside a file of the person's own; the folders of runs are the program's.
    fn folder(&self) -> Option<PathBuf> {
        let own = [&self.b, &self.a]
            .into_iter()
            .find(|side| side.choice.is_file)?;
        Some(own.choice.path.parent()?.to_path_buf())
    }

    /// Whether everything is there to see.
    pub fn is_settled(&self) -> bool {
        let blends = self.mode == Mode::Blend && self.obstacle.is_none();
        self.a.is_settled()
            && self.b.is_settled()
            && (!blends || self.between.is_settled(&self.weights))
    }

    /// The models are others: what can be blended?
    fn settle(&mut self) {
        let (Some(a), Some(b)) = (&self.a.model, &self.b.model) else {
            return;
        };
        self.obstacle = obstacle(a, b);
        self.levels = resolutions(a);
        if self.weights.len() != self.levels.len() {
            self.weights = vec![0.5; self.levels.len()];
        }
        self.between.forget();
    }
}

/// The chosen model and one beside it: of a run an earlier step, else the one on show, else the next of the list.
fn partners(
    list: &Models,
    (model, shown): (&KnownModel, Option<&ModelPlace>),
    mode: Mode,
) -> (Choice, Choice) {
    let own = of_model(model);
    let alone = shown.is_none_or(|shown| *shown == model.place);
    if (mode == Mode::Blend || alone)
        && let Some(first) = model.earlier.last()
    {
        return (earlier(model, first.step, &first.path), own);
    }
    let shown = shown
        .and_then(|shown| list.at(shown))
        .filter(|shown| shown.place != model.place);
    let size = |other: &KnownModel| other.facts.as_ref().map(|facts| (facts.size, facts.latent));
    // Only those of one shape can be blended.
    let shown = shown.filter(|shown| mode != Mode::Blend || size(shown) == size(model));
    let next = || {
        let mut others = list.all().iter().filter(|other| !other.is_missing);
        let all: Vec<&KnownModel> = others
            .by_ref()
            .filter(|other| other.place != model.place)
            .collect();
        let alike = all.iter().find(|other| size(other) == size(model)).copied();
        alike.or(all.first().copied())
    };
    let other = shown.or_else(next).unwrap_or(model);
    (own, of_model(other))
}

fn of_model(model: &KnownModel) -> Choice {
    Choice {
        name: model.name.clone(),
        path: model.place.path(),
        is_file: matches!(model.place, ModelPlace::File(_)),
    }
}

fn earlier(model: &KnownModel, step: u64, path: &std::path::Path) -> Choice {
    Choice {
        name: format!("{} · step {}", model.name, crate::readable::count(step)),
        path: path.to_path_buf(),
        is_file: false,
    }
}

/// All that can be chosen: models, and earlier steps of runs below each.
pub fn choices(list: &Models) -> Vec<Choice> {
    let there = list.all().iter().filter(|model| !model.is_missing);
    let all = there.flat_map(|model| {
        let steps = model.earlier.iter();
        std::iter::once(of_model(model)).chain(steps.map(|one| earlier(model, one.step, &one.path)))
    });
    all.collect()
}
